//! What `heteroq run` found, kept as `report.json` and shown as text and as a page.
//!
//! | file | answers |
//! |---|---|
//! | [`details`] | what is known beyond the figures: layers, ranks, files, settings |
//! | [`collect`] | how each step leaves its part, and what a new design makes stale |
//! | [`json`] | how a report is written down and read back |
//! | [`text`] | the table at the end of a run |
//! | [`profile`] | the tables of a profile, and what stands out |
//! | [`html`] | the page: the same with pictures |
//! | `plot` | curves with error bars (feature `train`) |
//! | [`cells`] | a table of shaded cells |
//! | [`number`] | how figures are written for people |

pub mod cells;
mod chart;
pub mod collect;
pub mod details;
pub mod html;
pub mod json;
mod markup;
pub mod number;
mod pipeline;
#[cfg(feature = "train")]
pub mod plot;
pub mod profile;
mod seconds;
mod table;
pub mod text;

use crate::net::execute;
pub use collect::ReportError;
pub use details::{Details, FileRow, LayerRow, RankRow, Setting};
pub use seconds::Seconds;
use serde::{Deserialize, Serialize};

/// The figures of one design. Field names are those of `report.json`; others may be added to
/// [`Details`], these stay.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Report {
    /// The design's name.
    pub name: String,
    /// The hash of normalized config, weights and standardization.
    pub design_hash: String,
    /// heteroq's version.
    pub version: String,
    /// The fraction of test events that the exact net classifies rightly; null if none were there.
    pub accuracy: Option<f64>,
    /// Clocks from the sampling of an event to the sampling of its outputs: register ranks.
    pub latency_cycles: u32,
    /// The same in nanoseconds.
    pub latency_ns: f64,
    /// Clocks between two events, as required.
    pub event_interval_cycles: u32,
    /// Clocks between two events, as achieved.
    pub initiation_interval: u32,
    /// The clock, in MHz.
    pub clock_mhz: f64,
    /// Slices of logic between register ranks, or between a rank and a port without registers.
    pub stages: u32,
    /// Additions and subtractions in hardware.
    pub adders: usize,
    /// Multiplications in hardware.
    pub multipliers: usize,
    /// Look-up tables of the network (not of the FPGA).
    pub tables: usize,
    /// LUTs that the cost model expects.
    pub cost_luts: f64,
    /// What synthesis and place and route found, one row a tool and target.
    pub synth: Vec<SynthRow>,
    /// How the executors compare with the net's definition, one row each.
    pub agreement: Vec<AgreementRow>,
    /// Steps, or parts of them, that did not run: `STEP: why`.
    pub skipped: Vec<String>,
    /// Seconds that each step took, in their order.
    pub seconds: Seconds,
    /// What text and page show beside the figures.
    #[serde(default)]
    pub details: Details,
}

/// What one tool made of the design on one target. All of it out of context.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SynthRow {
    /// `yosys`, `nextpnr`, `vivado`.
    pub tool: String,
    /// The tool's version.
    pub version: String,
    /// The device or family.
    pub target: String,
    /// LUTs of 1 to 6 inputs, a double one as one.
    pub lut: u64,
    /// Inverters, which the tool counts apart.
    pub inv: u64,
    /// Flip-flops.
    pub ff: u64,
    /// DSP blocks.
    pub dsp: u64,
    /// Carry cells.
    pub carry: u64,
    /// Wide multiplexers.
    pub muxf: u64,
    /// Memory blocks.
    pub bram: u64,
    /// Levels of logic between registers; null if not known.
    pub depth: Option<u32>,
    /// Whether the target has room for it.
    pub fits: bool,
    /// The clock reached after place and route, in MHz; null where there was none.
    pub fmax_mhz: Option<f64>,
}

/// How one executor compares with the net's definition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AgreementRow {
    /// Its name: `graph`, `staged`, `verilator`, `netlist`, …
    pub executor: String,
    /// Events that were compared.
    pub vectors: usize,
    /// How many of them differ.
    pub mismatches: usize,
}

impl From<&execute::Agreement> for AgreementRow {
    fn from(found: &execute::Agreement) -> AgreementRow {
        let execute::Agreement { executor, vectors, mismatches, .. } = found.clone();
        AgreementRow { executor, vectors, mismatches }
    }
}

impl Report {
    /// Whether every executor agrees on every vector. True of none.
    pub fn agrees(&self) -> bool {
        self.agreement.iter().all(|row| row.mismatches == 0)
    }

    /// Whether the latency is within the budget, if there is one.
    pub fn within_budget(&self) -> bool {
        self.details.max_latency_ns.is_none_or(|budget| self.latency_ns <= budget)
    }
}

#[cfg(test)]
mod tests;
