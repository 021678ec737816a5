//! The energy of one inference on a 45 nm ASIC: QTools' `qenergy`. Not the power of an FPGA.
//!
//! ```text
//! layer        counted
//! activation   what it writes
//! batch norm   its parameters
//! add          its operations
//! any other    what it reads, its parameters, its operations
//! ```

use super::operator::Operator;
use super::process::{accumulation, operation, transfer};
use super::types::{LayerTypes, Setting, Types, types};
use crate::config::Config;
use crate::config::search::{EnergyRule, Memory};
use serde::Serialize;

/// The energy of a network, in pJ, as exact as f64.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Energy {
    /// Every layer, after those it reads.
    pub layers: Vec<LayerEnergy>,
    /// The sum of what is counted.
    pub total: f64,
}

/// The energy of a layer, in pJ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LayerEnergy {
    /// Its name.
    pub name: String,
    /// QKeras's name of such a layer.
    pub class_name: &'static str,
    /// To read its operands.
    pub inputs: f64,
    /// To write its result.
    pub outputs: f64,
    /// To read its parameters.
    pub parameters: f64,
    /// To compute.
    pub op_cost: f64,
    /// What counts of these.
    pub total: f64,
}

/// The energy of a network whose layers without quantizers compute in f32.
///
/// ```
/// use heteroq::{config, config::search::EnergyRule, qtools};
/// let text = r#"
/// name: little
/// input: {shape: [2], quantizer: "quantized_bits(8, 0)"}
/// layers:
///   - {name: out, kind: dense, units: 1, kernel: "quantized_bits(8, 0, alpha=1)", use_bias: false}
/// "#;
/// let config = config::parse(text, std::path::Path::new("config.yaml")).unwrap();
/// let energy = qtools::energy(&config, &EnergyRule::default());
/// // Two products of 8 by 8 bits, two additions of 18.
/// assert!((energy.layers[0].op_cost - 2.0 * (0.2 + 18.0 * 0.003125)).abs() < 1e-6);
/// ```
pub fn energy(config: &Config, rule: &EnergyRule) -> Energy {
    of_types(&types(config, &Setting::default()), rule)
}

/// The energy of the same network without quantizers, in `bits`: what `energy` is compared with.
pub fn reference(config: &Config, rule: &EnergyRule, bits: u32) -> Energy {
    of_types(&types(config, &Setting::reference(bits)), rule)
}

/// The energy of layers whose data types are known.
pub fn of_types(types: &Types, rule: &EnergyRule) -> Energy {
    let layers: Vec<LayerEnergy> = types.layers.iter().map(|layer| of_layer(layer, rule)).collect();
    Energy { total: layers.iter().map(|layer| layer.total).sum(), layers }
}

fn of_layer(layer: &LayerTypes, rule: &EnergyRule) -> LayerEnergy {
    let own = rule.activations_on_memory;
    // What comes from outside, and what goes there, is in the SRAM unless it counts that it must get there.
    let outside = if rule.rd_wr_on_io { Memory::Dram } else { Memory::Sram };
    let (from, to) = (if layer.is_first { outside } else { own }, if layer.is_last { outside } else { own });
    let inputs = sum(layer.inputs.iter().map(|(number, n)| transfer(bits(number.bits, *n), from, rule)));
    let elements = layer.shape.iter().product();
    let outputs = transfer(bits(layer.output.bits, elements), to, rule);
    let of_parameter = |parameter: &super::types::ParameterType| {
        let n = parameter.shape.iter().product();
        transfer(bits(parameter.number.bits, n), rule.parameters_on_memory, rule)
    };
    let parameters = sum(layer.parameters.iter().map(of_parameter));
    let op_cost = op_cost(layer);
    let total = match layer.class {
        "QActivation" | "Activation" => outputs,
        "QBatchNormalization" | "BatchNormalization" => parameters,
        "Add" => op_cost,
        _ => inputs + parameters + op_cost,
    };
    let (name, class_name) = (layer.name.clone(), layer.class);
    LayerEnergy { name, class_name, inputs, outputs, parameters, op_cost, total }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of bits, below 2^53")]
fn bits(each: i64, numbers: usize) -> f64 {
    each as f64 * numbers as f64
}

/// The sum; 0 of nothing, where that of the standard library is −0.
fn sum(energies: impl Iterator<Item = f64>) -> f64 {
    energies.fold(0.0, |all, one| all + one)
}

/// Sums count in a dense layer; in a batch normalization QTools counts division and product alone.
#[expect(clippy::cast_precision_loss, reason = "a number of operations, below 2^53")]
fn op_cost(layer: &LayerTypes) -> f64 {
    let one = |operator: &Operator| match operator.role {
        "accumulator" => accumulation(operator),
        "internal_accumulator" => 0.0,
        "Add_quantizer" => (layer.inputs.len() - 1) as f64 * operation(operator),
        _ => operation(operator),
    };
    layer.operations as f64 * sum(layer.operators.iter().map(one))
}
