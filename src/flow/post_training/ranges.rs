//! Which magnitudes occur in a float network: of its parameters, and of what its layers give for real events.

use super::forward::Float;
use crate::config::weights::Tensor;
use crate::config::{Config, Layer, Weights};
use crate::data::events::Events;
use crate::flow::Failure;

/// The fraction of values that must not be cut off.
pub const QUANTILE: f64 = 0.9999;

/// What occurs in each layer of a network, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranges {
    /// One a layer.
    pub layers: Vec<LayerRange>,
}

/// What occurs in a layer; 0 for what it does not have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerRange {
    /// The greatest magnitude in the kernel.
    pub kernel: f32,
    /// The greatest magnitude in the bias.
    pub bias: f32,
    /// The least magnitude that a fraction of [`QUANTILE`] of its results does not exceed.
    pub output: f32,
}

/// The ranges of the float network `config` for `events`.
///
/// # Errors
/// As [`Float::new`] and [`Float::results`].
pub fn ranges(config: &Config, weights: &Weights, events: &Events) -> Result<Ranges, Failure> {
    let network = Float::new(config, weights)?;
    let layer = |(place, layer): (usize, &Layer)| {
        Ok(LayerRange {
            kernel: greatest(tensor(weights, layer, "kernel")),
            bias: greatest(tensor(weights, layer, "bias")),
            output: quantile(network.results(place, events)?, QUANTILE),
        })
    };
    let layers: Result<Vec<LayerRange>, Failure> = config.layers.iter().enumerate().map(layer).collect();
    Ok(Ranges { layers: layers? })
}

/// The parameter that a quantizer is for: with the batch normalization in it, if there is one.
fn tensor<'a>(weights: &'a Weights, layer: &Layer, what: &str) -> Option<&'a Tensor> {
    let named = |what: &str| weights.tensors.get(&format!("{}/{what}", layer.name));
    named(&format!("folded_{what}")).or_else(|| named(what))
}

#[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
fn greatest(tensor: Option<&Tensor>) -> f32 {
    let values = tensor.map_or(&[][..], |tensor| &tensor.values);
    values.iter().map(|value| value.abs() as f32).fold(0.0, f32::max)
}

/// The least magnitude that `fraction` of `values` do not exceed; 0 of none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a place among the values"
)]
fn quantile(values: Vec<f32>, fraction: f64) -> f32 {
    let mut magnitudes: Vec<f32> = values.into_iter().map(f32::abs).collect();
    let place = (magnitudes.len() as f64 * fraction).ceil() as usize;
    if magnitudes.is_empty() {
        return 0.0;
    }
    *magnitudes.select_nth_unstable_by(place.saturating_sub(1), f32::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_leaves_out_the_rarest_values() {
        let values = |n: u16| (1..=n).rev().map(|v| -f32::from(v)).collect::<Vec<_>>();
        let is = |values: Vec<f32>, wanted: f32| {
            let found = quantile(values, 0.9999);
            assert!((found - wanted).abs() < 0.5, "{found}, not {wanted}");
        };
        is(values(10_000), 9_999.0);
        is(values(10_001), 10_000.0);
        is(values(10), 10.0);
        is(Vec::new(), 0.0);
    }
}
