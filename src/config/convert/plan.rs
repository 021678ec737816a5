//! What is to become of each layer.

use super::recipe::Entry;
use super::wish::{Quantized, Wish};
use super::{Change, Outcome};
use crate::config::problem::{Code, Problem};
use crate::config::{Config, Function, Kind, Layer, NormQuantizers};
use crate::quantizer;

/// Whether the layer is still to be quantized. What QKeras calls a Q-layer it leaves as it is.
pub(super) fn is_float(layer: &Layer) -> bool {
    match &layer.kind {
        Kind::Dense(dense) => dense.kernel.is_none(),
        Kind::Activation | Kind::Add | Kind::Concatenate => layer.activation.is_none(),
        Kind::Flatten | Kind::BatchNorm(_) | Kind::Dropout(_) => false,
    }
}

/// Whether the layer has nothing that could be quantized: a batch normalization's constants are computed with exactly.
fn has_none(layer: &Layer) -> bool {
    match &layer.kind {
        Kind::BatchNorm(norm) => norm.quantizers == NormQuantizers::default(),
        kind => matches!(kind, Kind::Flatten | Kind::Dropout(_)),
    }
}

/// The quantizers that float functions become where none is named.
pub(super) type Usual = Vec<(Function, Quantized)>;

/// The usual quantizers of the functions after the dense layers of `float`.
pub(super) fn usual(float: &Config, bits: u32) -> Result<Usual, Problem> {
    let after_dense = |layer: &&Layer| matches!(layer.kind, Kind::Dense(_));
    let floats: Vec<_> = float.layers.iter().filter(after_dense).filter_map(|layer| layer.float).collect();
    let there = |function: &Function| floats.iter().any(|float| float.function == *function);
    let mut usual = Vec::new();
    for function in Function::ALL.iter().copied().filter(there) {
        let written = match function {
            Function::Relu => format!("quantized_relu({bits})"),
            Function::Tanh => format!("quantized_tanh({bits})"),
            Function::Sigmoid => format!("quantized_sigmoid({bits})"),
            Function::Linear | Function::Softmax => continue,
        };
        let canonical = quantizer::parse_with(&written, float.sigmoid)
            .map_err(|error| too_many_bits(bits, &error.message))?
            .text()
            .to_owned();
        usual.push((function, Quantized { written, canonical }));
    }
    Ok(usual)
}

fn too_many_bits(bits: u32, message: &str) -> Problem {
    Problem::new(Code::OutOfRange, format!("{bits} bits for an activation: {message}"))
        .help("choose other `--activation-bits`")
}

pub(super) fn outcome(layer: &Layer, plan: Result<Vec<Change>, String>) -> Outcome {
    let left_alone = plan.as_ref().err().cloned();
    Outcome { layer: layer.name.clone(), changes: plan.unwrap_or_default(), left_alone }
}

/// The changes of a layer, or why it is left alone.
pub(super) fn plan(layer: &Layer, entry: Option<&Entry>, usual: &Usual) -> Result<Vec<Change>, String> {
    if !is_float(layer) {
        return Err(if has_none(layer) { "it has nothing to quantize" } else { "it is quantized" }.to_owned());
    }
    let Some(Entry { key, wish: Some(wish), .. }) = entry else {
        let empty = entry.map(|entry| format!("`{}` is empty", entry.key));
        return Err(empty.unwrap_or_else(|| "neither its name nor its class is named".to_owned()));
    };
    match wish {
        Wish::Dense { kernel: None, .. } => Err(format!("`{key}` has no kernel quantizer")),
        Wish::Dense { kernel: Some(kernel), bias, activation } => {
            let activation = activation.as_ref().or_else(|| of_function(usual, layer.float?.function));
            Ok(dense(layer, kernel, bias.as_ref(), activation))
        }
        Wish::Activation { functions, any } => {
            let function = layer.float.map_or(Function::Linear, |float| float.function);
            let found = of_function(functions, function).or(any.as_ref());
            let nothing = || format!("`{key}` has nothing for `{}`", function.word());
            Ok(vec![change(layer.activation_key(), ends_in(layer), found.ok_or_else(nothing)?)])
        }
    }
}

fn of_function(all: &[(Function, Quantized)], function: Function) -> Option<&Quantized> {
    all.iter().find(|(other, _)| *other == function).map(|(_, found)| found)
}

fn dense(
    layer: &Layer,
    kernel: &Quantized,
    bias: Option<&Quantized>,
    activation: Option<&Quantized>,
) -> Vec<Change> {
    let Kind::Dense(dense) = &layer.kind else { return Vec::new() };
    let old_bias = dense.bias.as_ref().map(|bias| bias.text().to_owned());
    let bias = bias.filter(|_| dense.use_bias).map(|bias| change("bias", old_bias, bias));
    let activation = activation.map(|activation| change("activation", ends_in(layer), activation));
    [Some(change("kernel", None, kernel)), bias, activation].into_iter().flatten().collect()
}

fn change(key: &'static str, from: Option<String>, to: &Quantized) -> Change {
    Change { key, from, to: to.written.clone(), canonical: to.canonical.clone() }
}

/// What stands after the layer now.
pub(super) fn ends_in(layer: &Layer) -> Option<String> {
    let float = layer.float.map(|float| float.function.word().to_owned());
    float.or_else(|| layer.activation.as_ref().map(|quantizer| quantizer.text().to_owned()))
}
