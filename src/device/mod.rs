//! An FPGA as data: LUT inputs, carry chains, DSP shape, delays, primitives.
//!
//! | file | answers |
//! |---|---|
//! | [`catalog`] | which devices there are: one file per family under `constraints/devices/` |
//! | [`area`] | how many LUTs a function of some bits takes |
//! | [`function`] | the same of a function that is known |
//! | [`delay`] | how long they take |
//!
//! ```
//! let device = heteroq::device::find("xcvu9p").unwrap();
//! assert_eq!((device.family.name.as_str(), device.family.lut_inputs), ("xcup", 6));
//! ```

pub mod area;
pub mod catalog;
pub mod delay;
pub mod function;

pub use catalog::{UnknownDevice, find};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A family of FPGAs that share their logic cells: one file under `constraints/devices/`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// The name used in `target` and by the synthesis tools: `xcup`, `ice40`, …
    pub name: String,
    /// What its maker calls it.
    pub title: String,
    /// Inputs of the largest LUT.
    pub lut_inputs: u32,
    /// Whether two LUTs, and pairs of those, are joined by free multiplexers.
    pub wide_multiplexers: bool,
    /// Whether a sum of three fits one carry chain with one LUT a bit.
    pub ternary_adder: bool,
    /// The DSP block's multiplier, if there is one.
    pub dsp: Option<Dsp>,
    /// Delays, in nanoseconds.
    pub delays: Delays,
    /// The parts that can be named as a target. The first is meant when only the family is named.
    pub devices: BTreeMap<String, Part>,
    /// The part meant when only the family is named.
    pub default_device: String,
}

/// The operands of a DSP block's signed multiplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dsp {
    /// Bits of the wider operand.
    pub a: u32,
    /// Bits of the narrower operand.
    pub b: u32,
}

/// Delays of a family's middle speed grade with typical routing, in nanoseconds.
///
/// They are a model for assigning cycles, not a timing sign-off.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delays {
    /// Register: clock to output.
    pub clock_to_q: f64,
    /// Register: set-up, with the clock's uncertainty.
    pub setup: f64,
    /// Through one LUT.
    pub lut: f64,
    /// One typical piece of routing.
    pub route: f64,
    /// On and off a carry chain.
    pub carry_entry: f64,
    /// Along a carry chain, each bit.
    pub carry_bit: f64,
    /// Through a DSP's multiplier, unregistered.
    pub dsp: f64,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The full name that the vendor's tool takes.
    pub part: String,
    /// LUTs on it.
    pub luts: u64,
    /// Flip-flops on it.
    pub ffs: u64,
    /// DSP blocks on it.
    pub dsps: u64,
}

/// One part with what its family has in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    /// The name under which it was found: `xcvu9p`.
    pub name: String,
    /// Its numbers.
    pub part: Part,
    /// Its family.
    pub family: Family,
}
