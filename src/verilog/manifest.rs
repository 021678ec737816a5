//! `manifest.json`: ports, latency, and a hash of every file.

use super::File;
use crate::fixed::Interval;
use crate::rtl::Layout;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a program must know to use the design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The design's name, and its top module's.
    pub name: String,
    /// heteroq's version.
    pub version: String,
    /// Hash of the normalized config, the weights and the standardization.
    pub design_hash: String,
    /// The features in their order, then the classes in theirs.
    pub ports: Vec<Port>,
    /// Clock edges from sampling an event to sampling its outputs.
    pub latency_cycles: u32,
    /// Clocks after which the design accepts the next event.
    pub initiation_interval: u32,
    /// Clocks between two events of the experiment.
    pub event_interval_cycles: u32,
    /// The clock it was made for, in MHz.
    pub clock_mhz: f64,
    /// SHA-256 of every other file, by path.
    pub files: BTreeMap<String, String>,
}

/// A data port: an integer `v` on it stands for `v · 2^-frac`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// Its name in Verilog.
    pub name: String,
    /// Whether it comes in or goes out.
    pub direction: Direction,
    /// The feature's or the class's name in the config.
    pub feature: String,
    /// Bits.
    pub width: u32,
    /// Whether it is two's complement.
    pub signed: bool,
    /// Fraction digits.
    pub frac: i32,
}

/// Which way a port's data go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Into the design.
    In,
    /// Out of it.
    Out,
}

/// The clocks of the experiment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clocking {
    /// The clock, in MHz.
    pub clock_mhz: f64,
    /// Clocks between two events.
    pub event_interval_cycles: u32,
}

impl Manifest {
    /// The manifest of a design and its files.
    pub fn new(layout: &Layout, design_hash: &str, clocking: Clocking, files: &[File]) -> Manifest {
        let net = &layout.staged.net;
        let port = |direction, name: &String, feature: &String, interval: Interval, frac| Port {
            name: name.clone(),
            direction,
            feature: feature.clone(),
            width: interval.width(),
            signed: interval.signed(),
            frac,
        };
        let inputs = net.inputs.iter().zip(&layout.ports.inputs);
        let inputs = inputs.map(|(i, name)| port(Direction::In, name, &i.name, i.interval, i.frac));
        let outputs = net.outputs.iter().zip(&layout.ports.outputs);
        let outputs =
            outputs.map(|(o, name)| port(Direction::Out, name, &o.name, net.interval(o.id), o.frac));
        Manifest {
            name: layout.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            design_hash: design_hash.to_owned(),
            ports: inputs.chain(outputs).collect(),
            latency_cycles: layout.staged.latency,
            initiation_interval: layout.staged.initiation_interval,
            event_interval_cycles: clocking.event_interval_cycles,
            clock_mhz: clocking.clock_mhz,
            files: files.iter().map(|f| (f.path.clone(), f.hash())).collect(),
        }
    }

    /// The file `manifest.json`.
    pub fn file(&self) -> File {
        let text = serde_json::to_string_pretty(self).expect("a manifest is plain data");
        File::new("manifest.json", text + "\n")
    }
}
