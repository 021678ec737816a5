//! QTools, `ForgivingFactorBits`, `ForgivingFactorPower` and `print_qstats` as QKeras 0.9.0 ran them on three dense models
//! (`tests/goldens/qtools`).
//!
//! Data types, gates and counts are compared exactly, energies to the two digits that QTools keeps. Where QKeras cuts,
//! ignores or ends in an exception what we do not, the functions named `qkeras_…` do as it does.

#![expect(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "figures of tests are small, and exact ones are meant"
)]

mod support;

#[path = "qtools/forgiving.rs"]
mod forgiving;
#[path = "qtools/models.rs"]
mod models;
#[path = "qtools/printed.rs"]
mod printed;
#[path = "qtools/runs.rs"]
mod runs;
#[path = "qtools/units.rs"]
mod units;
