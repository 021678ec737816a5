//! The layers that QKeras would see in a config: activations are layers of their own, dropouts are none.
//!
//! ```text
//! - {name: fc1, kind: dense, activation: "quantized_relu(6)"}      fc1              QDense
//!                                                             →    fc1/activation   QActivation
//! - {name: drop, kind: dropout, rate: 0.1}
//! ```

use crate::config::{BatchNorm, Config, Dense, Function, Kind, Layer, NormQuantizers, Operand};
use crate::quantizer::Spec;

/// A layer as QKeras would have it.
#[derive(Debug)]
pub struct Unit<'a> {
    /// The layer's name; an activation behind it: `NAME/activation`.
    pub name: String,
    /// What it computes.
    pub work: Work<'a>,
    /// What it reads.
    pub inputs: Vec<Source>,
    /// Dimensions of its result.
    pub shape: &'a [usize],
}

/// What a unit computes.
#[derive(Debug, Clone, Copy)]
pub enum Work<'a> {
    /// A dense layer, without its activation.
    Dense(&'a Dense),
    /// A batch normalization, without its activation.
    Norm(&'a BatchNorm),
    /// A quantizer.
    Quantizer(&'a Spec),
    /// A float function.
    Function(Function),
    /// Its operand in one dimension.
    Flatten,
    /// The sum of its operands.
    Add,
    /// Its operands side by side.
    Concatenate,
}

/// What a unit reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The network's input.
    Input,
    /// The unit at this place.
    Unit(usize),
}

/// The units of a network, each after those it reads. The last one is the output.
pub fn units(config: &Config) -> Vec<Unit<'_>> {
    let (mut units, mut results) = (Vec::new(), Vec::new());
    for layer in &config.layers {
        let of = |operand: &Operand| match operand {
            Operand::Input => Source::Input,
            Operand::Layer(place) => results[*place],
        };
        let result = push(&mut units, layer, layer.inputs.iter().map(of).collect());
        results.push(result);
    }
    units
}

/// Adds the units of a layer; what its result is.
fn push<'a>(units: &mut Vec<Unit<'a>>, layer: &'a Layer, inputs: Vec<Source>) -> Source {
    let mut result = inputs[0];
    let shape = layer.shape.as_slice();
    if let Some(work) = own_work(&layer.kind) {
        result = Source::Unit(units.len());
        units.push(Unit { name: layer.name.clone(), work, inputs, shape });
    }
    let alone = matches!(layer.kind, Kind::Activation);
    if let Some(work) = activation(layer) {
        let name = if alone { layer.name.clone() } else { format!("{}/activation", layer.name) };
        units.push(Unit { name, work, inputs: vec![result], shape });
        result = Source::Unit(units.len() - 1);
    }
    result
}

fn own_work(kind: &Kind) -> Option<Work<'_>> {
    match kind {
        Kind::Dense(dense) => Some(Work::Dense(dense)),
        Kind::BatchNorm(norm) => Some(Work::Norm(norm)),
        Kind::Flatten => Some(Work::Flatten),
        Kind::Add => Some(Work::Add),
        Kind::Concatenate => Some(Work::Concatenate),
        Kind::Activation | Kind::Dropout(_) => None,
    }
}

fn activation(layer: &Layer) -> Option<Work<'_>> {
    let quantizer = layer.activation.as_ref().map(Work::Quantizer);
    quantizer.or_else(|| layer.float.map(|float| Work::Function(float.function)))
}

impl Work<'_> {
    /// QKeras's name of such a layer.
    pub fn class(&self) -> &'static str {
        match self {
            Work::Dense(_) if self.is_quantized() => "QDense",
            Work::Dense(_) => "Dense",
            Work::Norm(_) if self.is_quantized() => "QBatchNormalization",
            Work::Norm(_) => "BatchNormalization",
            Work::Quantizer(_) => "QActivation",
            Work::Function(_) => "Activation",
            Work::Flatten => "Flatten",
            Work::Add => "Add",
            Work::Concatenate => "Concatenate",
        }
    }

    /// Whether it has quantizers.
    pub fn is_quantized(&self) -> bool {
        match self {
            Work::Dense(dense) => dense.kernel.is_some(),
            Work::Norm(norm) => norm.quantizers != NormQuantizers::default(),
            Work::Quantizer(_) => true,
            Work::Function(_) | Work::Flatten | Work::Add | Work::Concatenate => false,
        }
    }
}
