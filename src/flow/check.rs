//! `heteroq check`: the network as it was understood.

use super::{Failure, scales};
use crate::config::{BatchNorm, Config, Kind as LayerKind, Layer, NormQuantizers, Weights};
use crate::fixed::Dyadic;
use crate::graph::format::{Element, elements};
use crate::graph::interp::{affine_bound, dense_bound};
use crate::graph::{Broadcast, Kind, Node, Parameter, validate};
use crate::quantizer::{Hardware, Spec};
use serde::Serialize;
use std::fmt::Write;

/// One node as `check` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The layer.
    pub layer: String,
    /// What it computes.
    pub kind: String,
    /// The shape of its result.
    pub shape: Vec<usize>,
    /// Its quantizers, in the order kernel, bias, activation.
    pub quantizers: Vec<String>,
    /// How many parameters it has.
    pub parameters: usize,
    /// How many of them are zero.
    pub zeros: usize,
    /// The narrowest and the widest element of its result, in bits; null where there are no weights yet, or a
    /// float function.
    pub bits: Option<[u32; 2]>,
    /// The coarsest and the finest element of its result, in fraction digits.
    pub frac: Option<[i32; 2]>,
    /// Whether sums of f32 numbers, as in training, are exact; null where nothing is summed.
    pub exact_in_f32: Option<bool>,
}

/// What `check` found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// The network's name.
    pub name: String,
    /// A row a node.
    pub layers: Vec<Row>,
    /// What the user should know.
    pub notes: Vec<String>,
}

/// Everything that can be said of the network without generating it.
///
/// # Errors
/// A weights file that does not fit, a layer that cannot be computed exactly.
pub fn check(config: &Config) -> Result<Checked, Failure> {
    let mut notes: Vec<String> = config.layers.iter().filter_map(float_activation).collect();
    let weights = Weights::read(config)?;
    if weights.is_none() {
        notes.push("there is no weights file yet: formats and bits are known once there is one".to_owned());
    }
    let Some(weights) = weights.filter(|_| config.layers.iter().all(|layer| layer.float.is_none())) else {
        let layers = config.layers.iter().map(row_without_formats).collect();
        return Ok(Checked { name: config.name.clone(), layers, notes });
    };
    notes.extend(weights.stale(config));
    let graph = config.graph(&weights)?;
    validate(&graph)?;
    let elements = elements(&graph)?;
    let layers: Vec<Row> =
        graph.ids().map(|id| row(config, graph.node(id), &elements, &elements[id.index()])).collect();
    notes.extend(layers.iter().filter(|row| row.exact_in_f32 == Some(false)).map(inexact));
    notes.extend(graph.nodes.iter().filter_map(stored_bias));
    notes.extend(graph.nodes.iter().filter_map(nothing_left));
    notes.extend(graph.nodes.iter().filter_map(without_hardware));
    notes.extend(graph.ids().filter_map(|id| scales::note(graph.node(id), &elements[id.index()])));
    Ok(Checked { name: config.name.clone(), layers, notes })
}

/// A kernel of zeros: its quantizer has too few bits, such as the one bit of `quantized_bits(1)`, or too coarse a step.
fn nothing_left(node: &Node) -> Option<String> {
    let Kind::Dense { kernel: Parameter { quantizer: Some(quantizer), values, .. }, .. } = &node.kind else {
        return None;
    };
    let zeros = values.iter().all(|v| *v == Dyadic::ZERO);
    zeros.then(|| format!("`{}`: `{}` makes every weight of the kernel 0", node.layer, quantizer.text()))
}

/// Behind a float function there is no format.
fn float_activation(layer: &Layer) -> Option<String> {
    let (name, key, word) = (&layer.name, layer.activation_key(), layer.float?.function.word());
    Some(format!("`{name}`: `{key}: {word}` is float: formats and bits are known once it is a quantizer"))
}

fn inexact(row: &Row) -> String {
    format!("`{}`: sums of f32 numbers are not exact; figures always come from the integer net", row.layer)
}

fn stored_bias(node: &Node) -> Option<String> {
    let Kind::Dense { bias: Some(bias), .. } = &node.kind else { return None };
    let plain = bias.quantizer.is_none();
    plain.then(|| {
        format!("`{}`: the bias has no quantizer and is used as stored: exact, though dear", node.layer)
    })
}

fn without_hardware(node: &Node) -> Option<String> {
    let Kind::Quantize(Broadcast::All(quantizer)) = &node.kind else { return None };
    let Hardware::Never { why, instead } = quantizer.hardware() else { return None };
    Some(format!("`{}`: `gen` refuses `{}`: {why}; {instead}", node.layer, quantizer.text()))
}

fn row_without_formats(layer: &Layer) -> Row {
    let text = |q: &Spec| q.text().to_owned();
    let (kind, quantizers, parameters) = match &layer.kind {
        LayerKind::Dense(d) => {
            let all = d.kernel.iter().chain(&d.bias).map(text).collect();
            ("dense", all, d.fan_in * d.units + if d.has_bias() { d.units } else { 0 })
        }
        LayerKind::Activation => ("activation", vec![], 0),
        LayerKind::Flatten => ("flatten", vec![], 0),
        LayerKind::Add => ("add", vec![], 0),
        LayerKind::Concatenate => ("concatenate", vec![], 0),
        LayerKind::BatchNorm(norm) => ("batch_norm", of_norm(norm), 2 * norm.channels),
        LayerKind::Dropout(_) => ("dropout", vec![], 0),
    };
    let mut quantizers: Vec<String> = [quantizers, layer.activation.iter().map(text).collect()].concat();
    quantizers.extend(layer.float.map(|float| float.function.word().to_owned()));
    Row {
        layer: layer.name.clone(),
        kind: kind.to_owned(),
        shape: layer.shape.clone(),
        quantizers,
        parameters,
        zeros: 0,
        bits: None,
        frac: None,
        exact_in_f32: None,
    }
}

/// The quantizers of a batch normalization, each with what it quantizes.
fn of_norm(norm: &BatchNorm) -> Vec<String> {
    let NormQuantizers { gamma, beta, mean, variance, inverse } = &norm.quantizers;
    let all =
        [("gamma", gamma), ("beta", beta), ("mean", mean), ("variance", variance), ("inverse", inverse)];
    all.iter().filter_map(|(what, q)| Some(format!("{what} {}", q.as_ref()?.text()))).collect()
}

fn row(config: &Config, node: &Node, all: &[Vec<Element>], own: &[Element]) -> Row {
    let parameters: Vec<&Parameter> = match &node.kind {
        Kind::Dense { kernel, bias } => std::iter::once(kernel).chain(bias).collect(),
        Kind::BatchNorm { a, b } => vec![a, b],
        _ => vec![],
    };
    let values = || parameters.iter().flat_map(|p| &p.values);
    let zero = |v: &&Dyadic| v.mantissa() == 0;
    Row {
        layer: node.layer.clone(),
        kind: node.kind.word().to_owned(),
        shape: node.shape.clone(),
        quantizers: quantizers(config, node, &parameters),
        parameters: values().count(),
        zeros: values().filter(zero).count(),
        bits: ends(own.iter().map(|x| x.interval.width())),
        frac: ends(own.iter().map(|x| x.frac)),
        exact_in_f32: exact_in_f32(node, all, own),
    }
}

fn quantizers(config: &Config, node: &Node, parameters: &[&Parameter]) -> Vec<String> {
    let of_parameter =
        |p: &&Parameter| p.quantizer.as_ref().map_or("as stored".to_owned(), |q| q.text().to_owned());
    match &node.kind {
        Kind::Quantize(Broadcast::All(q)) | Kind::Input { quantizer: Broadcast::All(q), .. } => {
            vec![q.text()]
        }
        Kind::Quantize(Broadcast::Each(_)) | Kind::Input { .. } => vec!["one for each element".to_owned()],
        Kind::BatchNorm { .. } => {
            let layer = config.layers.iter().find(|layer| layer.name == node.layer);
            layer.map_or(vec![], |layer| match &layer.kind {
                LayerKind::BatchNorm(norm) => of_norm(norm),
                _ => vec![],
            })
        }
        _ => parameters.iter().map(of_parameter).collect(),
    }
}

fn ends<T: Ord + Copy>(all: impl Iterator<Item = T> + Clone) -> Option<[T; 2]> {
    Some([all.clone().min()?, all.max()?])
}

/// Whether `Σ |w|·|x| + |b|` stays below 2^24 units of the accumulator's last place.
fn exact_in_f32(node: &Node, all: &[Vec<Element>], own: &[Element]) -> Option<bool> {
    let input = |node: &Node| &all[node.inputs[0].index()];
    let bound = |(o, x): (usize, &Element)| match &node.kind {
        Kind::Dense { kernel, bias } => dense_bound(input(node), kernel, bias.as_ref(), o, x.frac),
        Kind::BatchNorm { a, b } => affine_bound(input(node), a, b, o, x.frac),
        _ => Some(0),
    };
    let sums = matches!(node.kind, Kind::Dense { .. } | Kind::BatchNorm { .. });
    sums.then(|| own.iter().enumerate().map(bound).all(|sum| sum.is_some_and(|sum| sum < 1 << 24)))
}

/// The table for a terminal.
pub fn text(checked: &Checked) -> String {
    let mut text = format!("{}\n", checked.name);
    let _ = writeln!(
        text,
        "  {:<14} {:<11} {:>8} {:>7} {:>9} {:>8}  quantizers",
        "layer", "kind", "shape", "bits", "fraction", "weights"
    );
    for row in &checked.layers {
        let shape: Vec<String> = row.shape.iter().map(ToString::to_string).collect();
        let bits = row.bits.map_or("?".to_owned(), |[a, b]| range(a, b));
        let frac = row.frac.map_or("?".to_owned(), |[a, b]| range(a, b));
        let weights = if row.parameters == 0 { String::new() } else { row.parameters.to_string() };
        let _ = writeln!(
            text,
            "  {:<14} {:<11} {:>8} {bits:>7} {frac:>9} {weights:>8}  {}",
            row.layer,
            row.kind,
            shape.join("x"),
            row.quantizers.join("; ")
        );
    }
    let parameters: usize = checked.layers.iter().map(|row| row.parameters).sum();
    let zeros: usize = checked.layers.iter().map(|row| row.zeros).sum();
    let _ = writeln!(text, "  {parameters} parameters, {zeros} of them zero");
    for note in &checked.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    text
}

fn range<T: PartialEq + std::fmt::Display>(low: T, high: T) -> String {
    if low == high { low.to_string() } else { format!("{low}..{high}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::{Dyadic, Interval};
    use crate::graph::NodeId;

    /// `255 · 65537 + 65280` is one less than `2^24`.
    #[test]
    fn sums_are_exact_in_f32_below_2_to_the_24() {
        let exact = |weight: i128, bias: i128| {
            let parameter = |shape: &[usize], v| {
                let values = vec![Dyadic::new(v, 0)];
                Parameter { shape: shape.to_vec(), quantizer: None, values }
            };
            let kind = Kind::Dense { kernel: parameter(&[1, 1], weight), bias: Some(parameter(&[1], bias)) };
            let layer = "fc".to_owned();
            let node = Node { layer, inputs: vec![NodeId::new(0)], kind, shape: vec![1] };
            let element = |hi| vec![Element { frac: 0, interval: Interval::new(0, hi) }];
            exact_in_f32(&node, &[element(255)], &element(1 << 24))
        };
        assert_eq!(exact(65_537, 65_280), Some(true));
        assert_eq!(exact(65_537, 65_281), Some(false));
        // Magnitudes count, not what is left of them.
        assert_eq!(exact(65_537, -65_281), Some(false));
    }
}
