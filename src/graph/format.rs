//! On which grid, and between which ends, every element of every tensor lies.

use super::{Graph, Kind, LayerError, Node, NodeId, Parameter};
use crate::fixed::{Dyadic, Interval, TooWide};
use crate::quantizer::{Hardware, NoStairs, Quantizer, levels};

/// One element of a tensor: an integer of `interval` that stands for itself times `2^-frac`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    /// Fraction digits.
    pub frac: i32,
    /// The integers that occur.
    pub interval: Interval,
}

impl Element {
    /// The interval on a grid that is finer by `frac - self.frac` digits.
    fn at(self, frac: i32) -> Result<Interval, TooWide> {
        self.interval.shifted_left(frac.abs_diff(self.frac))
    }
}

/// The elements of every node's tensor, by [`NodeId::index`].
///
/// # Errors
/// A layer with a value beyond 127 bits, or whose quantizer cannot be followed exactly.
pub fn elements(graph: &Graph) -> Result<Vec<Vec<Element>>, LayerError> {
    let mut all: Vec<Vec<Element>> = Vec::new();
    for node in &graph.nodes {
        let of = |id: &NodeId| all[id.index()].as_slice();
        let inputs: Vec<&[Element]> = node.inputs.iter().map(of).collect();
        let elements = of_node(node, &inputs)?;
        all.push(elements);
    }
    Ok(all)
}

fn of_node(node: &Node, inputs: &[&[Element]]) -> Result<Vec<Element>, LayerError> {
    let too_wide = LayerError::too_wide(&node.layer);
    match &node.kind {
        Kind::Input { quantizer, .. } => {
            Ok((0..node.len()).map(|i| of_input(quantizer.at(i).as_ref())).collect())
        }
        Kind::Dense { kernel, bias } => {
            let unit = |o| of_dense(inputs[0], kernel, bias.as_ref(), o).map_err(&too_wide);
            (0..node.len()).map(unit).collect()
        }
        Kind::Quantize(q) => {
            let one = |(i, x): (usize, &Element)| {
                let quantizer = q.at(i).as_ref();
                of_quantizer(quantizer, *x)
                    .map_err(|e| LayerError::of_quantizer(&node.layer, quantizer, x.interval, e))
            };
            inputs[0].iter().enumerate().map(one).collect()
        }
        Kind::Flatten => Ok(inputs[0].to_vec()),
        Kind::Add => {
            let sum = |i| of_sum(inputs.iter().map(|x| x[i])).map_err(&too_wide);
            (0..node.len()).map(sum).collect()
        }
        Kind::Concatenate => Ok(node.joined(inputs)),
        Kind::BatchNorm { a, b } => {
            let channels = a.values.iter().zip(&b.values).cycle();
            let one = |(x, (a, b)): (&Element, (&Dyadic, &Dyadic))| of_affine(*x, *a, *b);
            let all: Result<_, _> = inputs[0].iter().zip(channels).map(one).collect();
            all.map_err(|_| LayerError::constants_too_wide(&node.layer))
        }
        Kind::Argmax => {
            Ok(vec![Element { frac: 0, interval: Interval::new(0, inputs[0].len() as i128 - 1) }])
        }
    }
}

/// The grid of a quantizer for features. Without an evenly spaced one the feature keeps one level, 0.
fn of_input(quantizer: &dyn Quantizer) -> Element {
    match quantizer.hardware() {
        Hardware::Grid { lo, hi, scale, .. } => {
            Element { frac: -scale.exponent(), interval: Interval { lo, hi } }
        }
        Hardware::Levels { .. } | Hardware::Never { .. } => Element { frac: 0, interval: Interval::point(0) },
    }
}

/// The fraction digits of output `o` of a dense layer: the finest of its products and its bias.
pub fn dense_frac(inputs: &[i32], kernel: &Parameter, bias: Option<&Parameter>, o: usize) -> i32 {
    let units = kernel.shape[1];
    let weights = kernel.values.iter().skip(o).step_by(units);
    let used = weights.zip(inputs).filter(|(w, _)| **w != Dyadic::ZERO);
    let products = used.map(|(w, frac)| frac - w.exponent());
    let bias = bias.map(|b| b.values[o]).filter(|b| *b != Dyadic::ZERO).map(|b| -b.exponent());
    products.chain(bias).max().unwrap_or(0)
}

fn of_dense(
    inputs: &[Element],
    kernel: &Parameter,
    bias: Option<&Parameter>,
    o: usize,
) -> Result<Element, TooWide> {
    let fracs: Vec<i32> = inputs.iter().map(|x| x.frac).collect();
    let frac = dense_frac(&fracs, kernel, bias, o);
    let constant = bias.map_or(Ok(0), |b| b.values[o].to_integer(frac).ok_or(TooWide))?;
    let mut interval = Interval::point(constant);
    for (x, w) in inputs.iter().zip(kernel.values.iter().skip(o).step_by(kernel.shape[1])) {
        let weight = w.to_integer(frac - x.frac).ok_or(TooWide)?;
        interval = interval.plus(x.interval.times(weight)?)?;
    }
    Ok(Element { frac, interval })
}

/// `a · x + b`, on the finer grid of the two.
fn of_affine(x: Element, a: Dyadic, b: Dyadic) -> Result<Element, TooWide> {
    let digits = [(a, x.frac - a.exponent()), (b, -b.exponent())];
    let frac = digits.iter().filter(|(v, _)| *v != Dyadic::ZERO).map(|(_, frac)| *frac).max().unwrap_or(0);
    let (a, b) = (a.to_integer(frac - x.frac), b.to_integer(frac));
    let interval = x.interval.times(a.ok_or(TooWide)?)?.plus(Interval::point(b.ok_or(TooWide)?))?;
    Ok(Element { frac, interval })
}

fn of_sum(terms: impl Iterator<Item = Element> + Clone) -> Result<Element, TooWide> {
    let frac = terms.clone().map(|x| x.frac).max().unwrap_or(0);
    let interval = terms.map(|x| x.at(frac)).try_fold(Interval::point(0), |sum, x| sum.plus(x?))?;
    Ok(Element { frac, interval })
}

/// What a quantizer makes of the integers of `x`.
///
/// # Errors
/// [`NoStairs`] if it has no exact form there.
pub fn of_quantizer(quantizer: &dyn Quantizer, x: Element) -> Result<Element, NoStairs> {
    match quantizer.hardware_for(x.frac) {
        Hardware::Grid { frac, rounding, lo, hi, scale, offset } => {
            let rounded = match u32::try_from(x.frac - frac) {
                Ok(drop) => Interval {
                    lo: rounding.shift_right(x.interval.lo, drop),
                    hi: rounding.shift_right(x.interval.hi, drop),
                },
                Err(_) => x.at(frac)?,
            };
            let frac = -scale.exponent();
            let at_zero = Interval::point(offset.to_integer(frac).ok_or(TooWide)?);
            let interval = rounded.clamp(lo, hi).times(scale.mantissa())?.plus(at_zero)?;
            Ok(Element { frac, interval })
        }
        Hardware::Levels { .. } | Hardware::Never { .. } => of_levels(quantizer, x),
    }
}

/// The coarsest grid that holds every level, and the least and the greatest of them.
fn of_levels(quantizer: &dyn Quantizer, x: Element) -> Result<Element, NoStairs> {
    let (integers, frac) = levels::on_one_grid(&levels::of(quantizer, x.interval, x.frac)?)?;
    Ok(Element { frac, interval: levels::ends(&integers) })
}
