//! What a network takes on its device, by the cost and delay models: the figures that networks are compared by.

use super::Design;
use crate::arith::cost;
use crate::config::{Arithmetic, Config, Kind};
use serde::{Deserialize, Serialize};

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

impl Hardware {
    /// That of `design`.
    pub fn of(design: &Design) -> Hardware {
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
}

/// `config`, all of whose products are made in this way.
pub fn with(config: &Config, arithmetic: Arithmetic) -> Config {
    let mut config = config.clone();
    config.hardware.arithmetic = arithmetic;
    for layer in &mut config.layers {
        if let Kind::Dense(dense) = &mut layer.kind {
            dense.arithmetic = arithmetic;
        }
    }
    config
}
