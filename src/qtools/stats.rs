//! Operations by type, weights by width, and zeros: QKeras's `print_qstats`.
//!
//! An operation is called after the types of weight and input: `smult_4_8` multiplies 4 by 8 bits, one of them signed
//! (`u`: none). `fmult` is floating point, `barrel` shifts, `adder` adds exponents, `mux` and `xor` choose. QKeras lists
//! quantized layers alone and takes the input for 8 bits without a sign; here every dense layer is listed, those
//! without quantizers as `fmult`, and the input is what its quantizer says.

use super::layers::{Source, Unit, Work, units};
use super::number::{Mode, Number};
use super::types;
use crate::config::parameters::Unquantized;
use crate::config::{Config, Dense};
use crate::quantizer::Spec;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the dense layers of a network are made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stats {
    /// Every dense layer, in the order of the config.
    pub layers: Vec<LayerStats>,
    /// How often each type of operation is done.
    pub operations: BTreeMap<String, usize>,
    /// The fraction of all weights and biases that is zero, once quantized; null without weights.
    pub sparsity: Option<f64>,
}

/// What a dense layer is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LayerStats {
    /// Its name.
    pub name: String,
    /// The type of its products.
    pub operation: String,
    /// How many there are.
    pub operations: usize,
    /// How many weights it has.
    pub weights: usize,
    /// Bits of each.
    pub weight_bits: i64,
    /// How many biases it has.
    pub biases: usize,
    /// Bits of each.
    pub bias_bits: i64,
    /// The fraction of both that is zero, once quantized; null without weights.
    pub sparsity: Option<f64>,
}

/// The stats of a network, whose input is of the type `source`, or of its quantizer's; its zeros, if its `parameters`
/// are known ([`Config::parameters`]).
pub fn stats(config: &Config, source: Option<&Number>, parameters: Option<&[Unquantized]>) -> Stats {
    let source = source.cloned().unwrap_or_else(|| types::source(config));
    let (mut layers, mut behind): (Vec<LayerStats>, Vec<Number>) = (Vec::new(), Vec::new());
    for unit in units(config) {
        let input = match unit.inputs[0] {
            Source::Input => &source,
            Source::Unit(place) => &behind[place],
        };
        if let Work::Dense(dense) = unit.work {
            let zeros = parameters.map(|all| zeros(all.iter().filter(|one| one.layer == unit.name)));
            layers.push(LayerStats {
                sparsity: zeros.map(fraction),
                ..of_dense(unit.name.clone(), dense, input)
            });
        }
        let output = result(&unit, input);
        behind.push(output);
    }
    let mut operations = BTreeMap::new();
    layers.iter().for_each(|one| *operations.entry(one.operation.clone()).or_default() += one.operations);
    Stats { layers, operations, sparsity: parameters.map(|all| fraction(zeros(all.iter()))) }
}

/// What QKeras takes for the type of a unit's result: floats, unless a quantizer gives them.
fn result(unit: &Unit, input: &Number) -> Number {
    match unit.work {
        Work::Quantizer(spec) => Number::of(spec),
        Work::Dense(_) | Work::Function(_) => Number::float(32),
        Work::Norm(_) | Work::Flatten | Work::Add | Work::Concatenate => input.clone(),
    }
}

fn of_dense(name: String, dense: &Dense, input: &Number) -> LayerStats {
    let number = |quantizer: &Option<Spec>| quantizer.as_ref().map_or_else(|| Number::float(32), Number::of);
    let weight = number(&dense.kernel);
    let sign = if weight.signed || input.signed { 's' } else { 'u' };
    let operation = format!("{sign}{}_{}_{}", word(&weight, input), weight.bits, input.bits);
    let products = dense.fan_in * dense.units;
    LayerStats {
        name,
        operation,
        operations: products,
        weights: products,
        weight_bits: weight.bits,
        biases: if dense.has_bias() { dense.units } else { 0 },
        bias_bits: number(&dense.bias).bits,
        sparsity: None,
    }
}

/// QKeras's table, which is not QTools' in every place.
fn word(weight: &Number, input: &Number) -> &'static str {
    use Mode::{Bit, Fixed, Float, PowerOfTwo, Sign, Ternary};
    match (mode(weight), mode(input)) {
        (Float, _) | (_, Float) => "fmult",
        (Fixed, Fixed) => "mult",
        (Fixed, PowerOfTwo) | (PowerOfTwo, Fixed) => "barrel",
        (PowerOfTwo, PowerOfTwo) => "adder",
        (PowerOfTwo | Sign | Bit, Sign)
        | (Sign, PowerOfTwo | Bit)
        | (Ternary, Bit)
        | (Bit, Ternary | Bit) => "xor",
        _ => "mux",
    }
}

/// Two bits, one of them before the point, count as ternary.
fn mode(number: &Number) -> Mode {
    let ternary = number.mode == Mode::Fixed && number.signed && (number.bits, number.int_bits) == (2, 1);
    if ternary { Mode::Ternary } else { number.mode }
}

/// How many zeros there are, of how many numbers.
fn zeros<'a>(parameters: impl Iterator<Item = &'a Unquantized>) -> [usize; 2] {
    parameters.fold([0, 0], |[zeros, all], one| {
        let values = one.quantized();
        [zeros + values.iter().filter(|value| value.mantissa() == 0).count(), all + values.len()]
    })
}

#[expect(clippy::cast_precision_loss, reason = "numbers of weights")]
fn fraction([part, all]: [usize; 2]) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}
