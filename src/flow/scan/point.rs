//! The figures of one network of a scan.

use super::setting::Id;
use crate::arith::cost;
use crate::config::{Arithmetic, Config, Kind, Weights};
use crate::flow::evaluate::evaluate;
use crate::flow::post_training::forward::Float;
use crate::flow::{Design, Failure, events};
use crate::metrics::accuracy::accuracy;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What is known of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Which one it is.
    #[serde(flatten)]
    pub id: Id,
    /// The fraction of test events that it classifies rightly: the exact net, or f32 numbers if it is float.
    pub accuracy: f64,
    /// Its hardware with products of shifts and additions; none of a float network.
    pub shift_add: Option<Hardware>,
    /// The same with multipliers.
    pub multiply: Option<Hardware>,
}

/// What a network takes on the device of its config, estimated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Hardware {
    /// LUTs, without those of products in DSP blocks.
    pub lut: f64,
    /// Register bits of the pipeline.
    pub ff: u64,
    /// DSP blocks.
    pub dsp: u64,
    /// Register ranks.
    pub latency_cycles: u32,
    /// The same in nanoseconds.
    pub latency_ns: f64,
}

/// The figures of the quantized network `config` on the events in `test`.
///
/// # Errors
/// A network without exact hardware; events that do not fit it.
pub fn quantized(id: Id, config: &Config, weights: &Weights, test: &Path) -> Result<Point, Failure> {
    let design = |arithmetic| Design::new(&with(config, arithmetic), weights);
    let (shift_add, multiply) = (design(Arithmetic::ShiftAdd)?, design(Arithmetic::Multiply)?);
    let accuracy = evaluate(&shift_add, test, &[])?.accuracy;
    Ok(Point { id, accuracy, shift_add: Some(hardware(&shift_add)), multiply: Some(hardware(&multiply)) })
}

/// `config`, all of whose products are made in this way.
fn with(config: &Config, arithmetic: Arithmetic) -> Config {
    let mut config = config.clone();
    config.hardware.arithmetic = arithmetic;
    for layer in &mut config.layers {
        if let Kind::Dense(dense) = &mut layer.kind {
            dense.arithmetic = arithmetic;
        }
    }
    config
}

fn hardware(design: &Design) -> Hardware {
    let (net, family) = (design.mapped(), &design.config.hardware.target.family);
    let dsps: Vec<u64> = net.ids().map(|id| cost::dsps(net, id, family)).collect();
    let in_luts = design.luts().into_iter().zip(&dsps).filter(|(_, dsps)| **dsps == 0);
    Hardware {
        lut: in_luts.map(|(luts, _)| luts).sum(),
        ff: design.staged.register_bits().iter().sum(),
        dsp: dsps.iter().sum(),
        latency_cycles: design.staged.latency,
        latency_ns: design.latency_ns(),
    }
}

/// The figures of the float network `config` on the events in `test`.
///
/// # Errors
/// Events that do not fit it.
pub fn float(id: Id, config: &Config, weights: &Weights, test: &Path) -> Result<Point, Failure> {
    let data = events::labelled(config, test)?;
    let classes = Float::new(config, weights)?.classes(&data)?;
    Ok(Point { id, accuracy: accuracy(&classes, &data.y), shift_add: None, multiply: None })
}
