//! What a profile says of parameters: their range, their zeros, and what their quantizers cut off.

use super::tensor::{self, Pair};
use crate::config::{Config, Weights, parameters::Unquantized};
use crate::fixed::Dyadic;
use crate::graph::{Graph, Kind, LayerError, Parameter};
use crate::metrics::profile::{Moments, Tensor};
use crate::quantizer::{Ends, Scale, Spec};
use std::cmp::Ordering;

/// The parameters of dense layers, then the constants of batch normalizations.
///
/// # Errors
/// Scales that cannot be found.
pub fn tensors(config: &Config, weights: &Weights, graph: &Graph) -> Result<Vec<Tensor>, LayerError> {
    let of_dense = config.parameters(weights)?;
    let mut tensors: Vec<Tensor> = of_dense.iter().map(of_parameter).collect();
    for node in &graph.nodes {
        if let Kind::BatchNorm { a, b } = &node.kind {
            tensors.extend([("factor", a), ("offset", b)].map(|(what, p)| of_constant(&node.layer, what, p)));
        }
    }
    Ok(tensors)
}

/// One parameter, before and after its quantizer.
pub fn of_parameter(stored: &Unquantized) -> Tensor {
    let values = stored.quantized();
    let plain = of_values(&stored.layer, stored.what, &values);
    let Some((spec, _)) = &stored.quantizer else { return plain };
    let before = tensor::hull(stored.values.iter().map(|v| [*v; 2])).map(tensor::floats);
    let plain = Tensor { quantizer: Some(spec.text().to_owned()), before, ..plain };
    let Some(ends) = ends(stored, spec) else { return plain };
    let pairs = || ends.iter().zip(&values).zip(&stored.values);
    let at = pairs().map(|((e, v), _)| Some([e.lo, e.hi].map(|end| u64::from(end == *v))));
    let clipped = pairs().map(|((e, _), x)| {
        let side = e.beyond(*x);
        Some([Ordering::Less, Ordering::Greater].map(|beyond| u64::from(side == beyond)))
    });
    let allowed = tensor::hull(ends.iter().map(|e| [e.lo, e.hi]));
    Tensor {
        allowed: allowed.map(tensor::floats),
        spare_bits: allowed
            .zip(range(&values))
            .and_then(|(allowed, reached)| tensor::spare_bits(allowed, reached)),
        at_ends: tensor::total(at),
        clipped: tensor::total(clipped),
        ..plain
    }
}

/// The ends of each element's quantizer; none if one has none. Elements of one scale share them.
fn ends(stored: &Unquantized, spec: &Spec) -> Option<Vec<Ends>> {
    let mut known: Vec<(Scale, Option<Ends>)> = Vec::new();
    let mut of = |scale: Scale| {
        if let Some((_, ends)) = known.iter().find(|(known, _)| *known == scale) {
            return *ends;
        }
        let ends = Ends::of(spec.at(scale).as_ref(), None);
        known.push((scale, ends));
        ends
    };
    (0..stored.values.len()).map(|place| of(stored.scale(place))).collect()
}

fn of_constant(layer: &str, what: &str, parameter: &Parameter) -> Tensor {
    of_values(layer, what, &parameter.values)
}

fn range(values: &[Dyadic]) -> Option<Pair> {
    tensor::hull(values.iter().map(|v| [*v; 2]))
}

/// Values without a quantizer.
fn of_values(layer: &str, what: &str, values: &[Dyadic]) -> Tensor {
    let one = |v: &Dyadic| Moments { count: 1, mean: v.to_f64(), squares: 0.0 };
    let moments = Moments::together(&values.iter().map(one).collect::<Vec<_>>());
    Tensor {
        layer: layer.to_owned(),
        what: what.to_owned(),
        quantizer: None,
        elements: values.len(),
        constant: None,
        values: values.len() as u64,
        allowed: None,
        reached: tensor::floats(range(values).unwrap_or([Dyadic::ZERO; 2])),
        spare_bits: None,
        before: None,
        zeros: values.iter().filter(|v| **v == Dyadic::ZERO).count() as u64,
        at_ends: None,
        clipped: None,
        mean: moments.mean,
        deviation: moments.deviation(),
    }
}
