//! What is known beyond the figures: layers, register ranks, files, settings. Text and page show it; nothing
//! else depends on it, so fields may be added here.

use crate::metrics::evaluation::Evaluation;
use serde::{Deserialize, Serialize};

/// What text and page show beside the figures. Every field may be absent in `report.json`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// The device that the design is made for.
    pub target: String,
    /// Nanoseconds between two events.
    pub initiation_ns: f64,
    /// The latency budget, in nanoseconds, if there is one.
    pub max_latency_ns: Option<f64>,
    /// The layers that do something in hardware, in the order of the data.
    pub layers: Vec<LayerRow>,
    /// The register ranks, in the order of time.
    pub ranks: Vec<RankRow>,
    /// The exact net on the test events.
    pub evaluation: Option<Evaluation>,
    /// The classes' names, for [`Evaluation`].
    pub classes: Vec<String>,
    /// For executors that disagree: where first.
    pub differences: Vec<String>,
    /// The config in short.
    pub settings: Vec<Setting>,
    /// What was written, and where.
    pub files: Vec<FileRow>,
}

/// One layer in hardware.
///
/// Stage `k` is the logic between register rank `k` and rank `k + 1`; ranks count from 1. Stage 0 exists only
/// where inputs are not registered.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LayerRow {
    /// The layer's name.
    pub name: String,
    /// `dense`, `activation`, …
    pub kind: String,
    /// Values that come in.
    pub inputs: usize,
    /// Their bits in all.
    pub input_bits: u64,
    /// Values that go out.
    pub outputs: usize,
    /// Their bits in all.
    pub output_bits: u64,
    /// Its quantizers, as the config writes them: kernel, bias, activation.
    pub quantizers: Vec<String>,
    /// Parameters.
    pub parameters: usize,
    /// Additions and subtractions.
    pub adders: usize,
    /// LUTs that the cost model expects.
    pub luts: f64,
    /// The first stage that it works in.
    pub first_stage: u32,
    /// The last one.
    pub last_stage: u32,
}

/// One register rank.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RankRow {
    /// Which, from 1: it takes the values over at clock edge `rank - 1` after the event's own.
    pub rank: u32,
    /// The bits that it holds.
    pub bits: u64,
}

/// One line of the config in short.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Setting {
    /// The key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// One file or folder that was written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FileRow {
    /// What it is: `Verilog`, `manifest`, `C++ emulator`, …
    pub what: String,
    /// Where it lies, relative to the working directory.
    pub path: String,
}
