//! What a graph computes, by definition: exact dyadic arithmetic, element by element.

use super::{Graph, Kind, LayerError, Node, Parameter, format};
use crate::fixed::{Dyadic, Rounding, TooWide};
use crate::quantizer::{Hardware, Quantizer};

/// The output elements of `graph` for one event, whose features lie on the input grid.
///
/// # Errors
/// A layer with a value beyond 127 bits.
pub fn run(graph: &Graph, features: &[Dyadic]) -> Result<Vec<Dyadic>, LayerError> {
    let mut tensors = tensors(graph, features)?;
    Ok(tensors.pop().unwrap_or_default())
}

/// Every node's elements for one event, by [`super::NodeId::index`].
///
/// # Errors
/// As [`run`].
pub fn tensors(graph: &Graph, features: &[Dyadic]) -> Result<Vec<Vec<Dyadic>>, LayerError> {
    let mut tensors: Vec<Vec<Dyadic>> = Vec::new();
    for node in &graph.nodes {
        let inputs: Vec<&[Dyadic]> = node.inputs.iter().map(|id| tensors[id.index()].as_slice()).collect();
        let elements = node_values(node, features, &inputs).map_err(LayerError::too_wide(&node.layer))?;
        tensors.push(elements);
    }
    Ok(tensors)
}

fn node_values(node: &Node, features: &[Dyadic], inputs: &[&[Dyadic]]) -> Result<Vec<Dyadic>, TooWide> {
    match &node.kind {
        Kind::Input { .. } => Ok(features.to_vec()),
        Kind::Dense { kernel, bias } => {
            (0..node.len()).map(|o| dense(inputs[0], kernel, bias.as_ref(), o)).collect()
        }
        Kind::Quantize(q) => inputs[0].iter().enumerate().map(|(i, x)| q.at(i).exact(*x)).collect(),
        Kind::Flatten => Ok(inputs[0].to_vec()),
        Kind::Add => (0..node.len()).map(|i| sum(inputs.iter().map(|x| x[i]))).collect(),
        Kind::Concatenate => Ok(node.joined(inputs)),
        Kind::BatchNorm { a, b } => {
            let channels = a.values.iter().zip(&b.values).cycle();
            inputs[0].iter().zip(channels).map(|(x, (a, b))| x.times(*a)?.plus(*b)).collect()
        }
        Kind::Argmax => Ok(vec![Dyadic::new(argmax(inputs[0]) as i128, 0)]),
    }
}

fn sum(mut terms: impl Iterator<Item = Dyadic>) -> Result<Dyadic, TooWide> {
    terms.try_fold(Dyadic::ZERO, Dyadic::plus)
}

fn dense(x: &[Dyadic], kernel: &Parameter, bias: Option<&Parameter>, o: usize) -> Result<Dyadic, TooWide> {
    let start = bias.map_or(Dyadic::ZERO, |b| b.values[o]);
    let weights = kernel.values.iter().skip(o).step_by(kernel.shape[1]);
    x.iter().zip(weights).try_fold(start, |sum, (x, w)| sum.plus(x.times(*w)?))
}

/// The index of the largest element, the lowest one on ties.
fn argmax<T: PartialOrd>(x: &[T]) -> usize {
    (1..x.len()).fold(0, |best, i| if x[i] > x[best] { i } else { best })
}

/// The same meaning in f64, for graphs whose every value and partial sum fits its 53 bits: some ten times
/// as fast.
#[derive(Debug)]
pub struct InDoubles<'a> {
    graph: &'a Graph,
    /// For each node, its kernel, or the factors of its channels.
    kernels: Vec<Vec<f64>>,
    /// For each node, what it adds.
    biases: Vec<Vec<f64>>,
    /// For each node that quantizes, how each element's quantizer is computed.
    quantizers: Vec<Vec<Hardware>>,
}

impl<'a> InDoubles<'a> {
    /// The fast interpreter of `graph`; `None` if some value or partial sum may need more than 53 bits.
    ///
    /// # Errors
    /// As [`format::elements`].
    pub fn new(graph: &'a Graph) -> Result<Option<InDoubles<'a>>, LayerError> {
        let elements = format::elements(graph)?;
        let exact = graph.nodes.iter().zip(&elements).all(|(node, all)| {
            let inputs: Vec<_> = node.inputs.iter().map(|id| elements[id.index()].as_slice()).collect();
            all.iter().enumerate().all(|(i, x)| fits(*x) && partial_sums_fit(node, &inputs, i, x.frac))
        });
        let floats =
            |p: Option<&Parameter>| p.map_or(vec![], |p| p.values.iter().map(|v| v.to_f64()).collect());
        let parameters = |node: &'a Node| match &node.kind {
            Kind::Dense { kernel, bias } => (Some(kernel), bias.as_ref()),
            Kind::BatchNorm { a, b } => (Some(a), Some(b)),
            _ => (None, None),
        };
        Ok(exact.then(|| InDoubles {
            graph,
            kernels: graph.nodes.iter().map(|n| floats(parameters(n).0)).collect(),
            biases: graph.nodes.iter().map(|n| floats(parameters(n).1)).collect(),
            quantizers: graph.nodes.iter().map(|n| hardware(n, &elements)).collect(),
        }))
    }

    /// The output elements for one event, whose features lie on the input grid.
    ///
    /// # Errors
    /// As [`run`], of a quantizer without an evenly spaced grid.
    pub fn run(&self, features: &[f64]) -> Result<Vec<f64>, LayerError> {
        let mut tensors: Vec<Vec<f64>> = Vec::new();
        for (n, node) in self.graph.nodes.iter().enumerate() {
            let inputs: Vec<&[f64]> = node.inputs.iter().map(|id| tensors[id.index()].as_slice()).collect();
            let values = self.node(n, features, &inputs).map_err(LayerError::too_wide(&node.layer))?;
            tensors.push(values);
        }
        Ok(tensors.pop().unwrap_or_default())
    }

    fn node(&self, n: usize, features: &[f64], inputs: &[&[f64]]) -> Result<Vec<f64>, TooWide> {
        let node = &self.graph.nodes[n];
        match &node.kind {
            Kind::Input { .. } => Ok(features.to_vec()),
            Kind::Dense { .. } => Ok(self.dense(n, inputs[0])),
            Kind::Quantize(q) => {
                let all = inputs[0].iter().zip(&self.quantizers[n]).enumerate();
                all.map(|(i, (x, hardware))| quantize(q.at(i).as_ref(), *hardware, *x)).collect()
            }
            Kind::Flatten => Ok(inputs[0].to_vec()),
            Kind::Add => Ok((0..node.len()).map(|i| inputs.iter().map(|x| x[i]).sum()).collect()),
            Kind::Concatenate => Ok(node.joined(inputs)),
            Kind::BatchNorm { .. } => {
                let channels = self.kernels[n].iter().zip(&self.biases[n]).cycle();
                Ok(inputs[0].iter().zip(channels).map(|(x, (a, b))| x * a + b).collect())
            }
            #[expect(clippy::cast_precision_loss, reason = "an index is far below 2^53")]
            Kind::Argmax => Ok(vec![argmax(inputs[0]) as f64]),
        }
    }

    fn dense(&self, n: usize, x: &[f64]) -> Vec<f64> {
        let units = self.graph.nodes[n].len();
        let mut y = if self.biases[n].is_empty() { vec![0.0; units] } else { self.biases[n].clone() };
        for (x, row) in x.iter().zip(self.kernels[n].chunks(units)) {
            y.iter_mut().zip(row).for_each(|(y, w)| *y += x * w);
        }
        y
    }
}

/// How the quantizers of `node` are computed from the elements they read; empty if it has none.
fn hardware(node: &Node, elements: &[Vec<format::Element>]) -> Vec<Hardware> {
    let Kind::Quantize(q) = &node.kind else { return Vec::new() };
    let inputs = elements[node.inputs[0].index()].iter().enumerate();
    inputs.map(|(i, x)| q.at(i).hardware_for(x.frac)).collect()
}

/// Whether every integer of the element is exact in an f64.
fn fits(x: format::Element) -> bool {
    x.interval.width() <= 52 && x.frac.unsigned_abs() < 900
}

/// Whether the partial sums of element `i` stay below 2^53 units of its last place.
fn partial_sums_fit(node: &Node, inputs: &[&[format::Element]], i: usize, frac: i32) -> bool {
    let bound = match &node.kind {
        Kind::Dense { kernel, bias } => dense_bound(inputs[0], kernel, bias.as_ref(), i, frac),
        Kind::Add => inputs.iter().try_fold(0, |sum, x| magnitude(x[i], Dyadic::ONE, frac)?.checked_add(sum)),
        Kind::BatchNorm { a, b } => affine_bound(inputs[0], a, b, i, frac),
        _ => Some(0),
    };
    bound.is_some_and(|sum| sum < 1 << 53)
}

/// `Σ |x·w| + |b|` of unit `o`, in units of `2^-frac`; `None` if it takes more than 128 bits.
pub fn dense_bound(
    x: &[format::Element],
    kernel: &Parameter,
    bias: Option<&Parameter>,
    o: usize,
    frac: i32,
) -> Option<u128> {
    let mut sum = bias.map_or(Some(0), |b| b.values[o].to_integer(frac).map(i128::unsigned_abs))?;
    for (x, w) in x.iter().zip(kernel.values.iter().skip(o).step_by(kernel.shape[1])) {
        sum = sum.checked_add(magnitude(*x, *w, frac)?)?;
    }
    Some(sum)
}

/// `|a·x| + |b|` of element `i`, in units of `2^-frac`; `None` if it takes more than 128 bits.
pub fn affine_bound(
    x: &[format::Element],
    a: &Parameter,
    b: &Parameter,
    i: usize,
    frac: i32,
) -> Option<u128> {
    let channel = i % a.values.len();
    let offset = b.values[channel].to_integer(frac)?.unsigned_abs();
    magnitude(x[i], a.values[channel], frac)?.checked_add(offset)
}

/// The greatest `|x·w|`, in units of `2^-frac`.
fn magnitude(x: format::Element, w: Dyadic, frac: i32) -> Option<u128> {
    let end = x.interval.lo.unsigned_abs().max(x.interval.hi.unsigned_abs());
    w.to_integer(frac - x.frac)?.unsigned_abs().checked_mul(end)
}

fn quantize(quantizer: &dyn Quantizer, hardware: Hardware, x: f64) -> Result<f64, TooWide> {
    let Hardware::Grid { frac, rounding, lo, hi, scale, offset } = hardware else {
        return quantizer.exact(Dyadic::from_f64(x).ok_or(TooWide)?).map(Dyadic::to_f64);
    };
    let scaled = libm::scalbn(x, frac);
    let rounded = match rounding {
        Rounding::HalfEven => scaled.round_ties_even(),
        Rounding::HalfUp => (scaled + 0.5).floor(),
        Rounding::Floor => scaled.floor(),
    };
    #[expect(
        clippy::cast_precision_loss,
        reason = "ends that matter here are below 2^53; others do not clamp"
    )]
    let clamped = rounded.clamp(lo as f64, hi as f64);
    Ok(clamped * scale.to_f64() + offset.to_f64())
}
