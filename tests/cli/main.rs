//! The program as a user meets it: each test runs the built binary in a folder of its own.
//!
//! | file | answers |
//! |---|---|
//! | `bench` | how a command is run, and what is asked of every refusal |
//! | `arguments` | command lines that mean nothing |
//! | `config` | configs with a fault |
//! | `convert` | float networks that get quantizers |
//! | `estimates` | what `check` tells of operations and energy |
//! | `weights` | weights files with a fault |
//! | `data` | files of events with a fault, and what every engine makes of a good one |
//! | `training` | training: events with a fault, and what accidents leave behind |
//! | `folders` | what `gen` writes, and what it never overwrites |
//! | `output` | standard output, standard error, JSON |
//! | `scan` | networks of other bits, trained and measured |
//! | `search` | quantizers found by trying, and what is left of a search |
//! | `search_faults` | searches that are refused, interrupted, crowded |
//! | `tools` | outside tools that are missing, fail, or are interrupted |

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "figures of tests are small, and exact ones are meant"
)]

mod arguments;
mod bench;
mod config;
mod convert;
mod data;
mod estimates;
mod folders;
mod output;
#[cfg(feature = "train")]
mod scan;
#[cfg(feature = "train")]
mod search;
mod search_faults;
mod tools;
mod training;
mod weights;
