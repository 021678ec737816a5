//! The bits of parameters and activations: `ForgivingFactorBits` of AutoQKeras.
//!
//! ```text
//! input               input_bits each
//! quantized layer     each parameter the bits of its quantizer; without one reference bits
//! float layer         each parameter reference bits
//! batch norm          two parameters a channel: what it multiplies by, and what it adds
//! quantizer           its bits, for each element
//! softmax, sigmoid    output_bits each
//! linear              nothing
//! other functions     reference bits each
//! ```

use super::layers::{Unit, Work, units};
use super::number::{Mode, Number};
use crate::config::search::BitsRule;
use crate::config::{BatchNorm, Config, Dense, Function};
use crate::quantizer::Spec;
use serde::Serialize;

/// The bits of a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bits {
    /// The input, then every layer.
    pub layers: Vec<LayerBits>,
    /// The sum of what the rule counts.
    pub total: u64,
}

/// The bits of a layer, whether the rule counts them or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LayerBits {
    /// Its name; `input`.
    pub name: String,
    /// QKeras's name of such a layer.
    pub class_name: &'static str,
    /// Bits of its parameters.
    pub parameters: u64,
    /// Bits of its result.
    pub activations: u64,
}

impl LayerBits {
    /// Those that the rule counts.
    pub fn counted(&self, rule: &BitsRule) -> u64 {
        u64::from(rule.parameters) * self.parameters + u64::from(rule.activations) * self.activations
    }
}

/// The bits of a network; what has no quantizer counts `reference_bits` (8 in QKeras).
pub fn bits(config: &Config, rule: &BitsRule, reference_bits: u32) -> Bits {
    Counting { rule, reference_bits: reference_bits.into(), reference: false }.network(config)
}

/// The bits of the same network without quantizers: what `bits` is compared with. A quantizer in fixed point without
/// a function of its own (`quantized_bits`, …) counts as `linear`.
pub fn reference(config: &Config, rule: &BitsRule, reference_bits: u32) -> Bits {
    Counting { rule, reference_bits: reference_bits.into(), reference: true }.network(config)
}

struct Counting<'a> {
    rule: &'a BitsRule,
    reference_bits: u64,
    reference: bool,
}

impl Counting<'_> {
    fn network(&self, config: &Config) -> Bits {
        let input = LayerBits {
            name: "input".to_owned(),
            class_name: "InputLayer",
            parameters: 0,
            activations: u64::from(self.rule.input_bits) * config.features() as u64,
        };
        let units = units(config);
        let layers: Vec<LayerBits> =
            [input].into_iter().chain(units.iter().map(|unit| self.layer(unit))).collect();
        Bits { total: layers.iter().map(|layer| layer.counted(self.rule)).sum(), layers }
    }

    fn layer(&self, unit: &Unit) -> LayerBits {
        let (parameters, each) = match unit.work {
            Work::Dense(dense) => (self.dense(dense), 0),
            Work::Norm(norm) => (self.norm(norm), 0),
            Work::Quantizer(spec) => (0, self.quantizer(spec)),
            Work::Function(function) => (0, self.function(function)),
            Work::Flatten | Work::Add | Work::Concatenate => (0, 0),
        };
        let elements = unit.shape.iter().product::<usize>() as u64;
        let (name, class_name) = (unit.name.clone(), unit.work.class());
        LayerBits { name, class_name, parameters, activations: each * elements }
    }

    fn dense(&self, dense: &Dense) -> u64 {
        let kernel = self.each(dense.kernel.as_ref()) * (dense.fan_in * dense.units) as u64;
        let bias = if dense.has_bias() { self.each(dense.bias.as_ref()) * dense.units as u64 } else { 0 };
        kernel + bias
    }

    /// What is left of it in hardware: a factor and a summand. QKeras counts the factor even without a gamma.
    fn norm(&self, norm: &BatchNorm) -> u64 {
        let q = &norm.quantizers;
        let factor = self.each(q.inverse.as_ref().or(q.gamma.as_ref()).or(q.variance.as_ref()));
        let summand = if norm.center { self.each(q.beta.as_ref()) } else { 0 };
        (factor + summand) * norm.channels as u64
    }

    /// Bits of one number of a parameter.
    fn each(&self, quantizer: Option<&Spec>) -> u64 {
        let quantizer = quantizer.filter(|_| !self.reference);
        quantizer.map_or(self.reference_bits, own_bits)
    }

    fn quantizer(&self, spec: &Spec) -> u64 {
        if self.reference { self.function(function_of(spec)) } else { own_bits(spec) }
    }

    fn function(&self, function: Function) -> u64 {
        match function {
            Function::Linear => 0,
            Function::Softmax | Function::Sigmoid => self.rule.output_bits.into(),
            Function::Relu | Function::Tanh => self.reference_bits,
        }
    }
}

fn own_bits(quantizer: &Spec) -> u64 {
    u64::try_from(quantizer.bits()).unwrap_or(0)
}

/// The float function that a quantizer stands for.
fn function_of(spec: &Spec) -> Function {
    match spec.name() {
        "quantized_relu" | "quantized_relu_po2" | "quantized_hswish" => Function::Relu,
        "quantized_tanh" => Function::Tanh,
        "quantized_sigmoid" => Function::Sigmoid,
        _ if matches!(Number::of(spec).mode, Mode::Ternary | Mode::Sign | Mode::Bit) => Function::Tanh,
        _ => Function::Linear,
    }
}
