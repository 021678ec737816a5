//! How many different powers of two a trained parameter holds: what QTools looks at with `is_inference`.
//!
//! A shift by an exponent that is not known takes a shifter; by one of a few that are, a choice of wires.

use crate::config::parameters::Unquantized;
use crate::config::{BatchNorm, Config, Kind, Weights};
use crate::quantizer::{Spec, Tensor};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers of different values, by layer and parameter (`weight`, `gamma`, `variance`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<(String, &'static str), usize>);

impl Counts {
    /// Those of `weights`, whose dense parameters are `parameters` ([`Config::parameters`]).
    pub fn of(config: &Config, weights: &Weights, parameters: &[Unquantized]) -> Counts {
        let mut counts = Counts::default();
        for kernel in parameters.iter().filter(|one| one.what.ends_with("kernel")) {
            let different: BTreeSet<_> = kernel.quantized().into_iter().collect();
            counts.0.insert((kernel.layer.clone(), "weight"), different.len());
        }
        for layer in &config.layers {
            if let Kind::BatchNorm(norm) = &layer.kind {
                counts.norm(&layer.name, norm, weights);
            }
        }
        counts
    }

    fn norm(&mut self, layer: &str, norm: &BatchNorm, weights: &Weights) {
        let both = [
            ("gamma", "gamma", &norm.quantizers.gamma),
            ("variance", "moving_variance", &norm.quantizers.variance),
        ];
        for (role, tensor, quantizer) in both {
            let Some((quantizer, tensor)) = quantizer.as_ref().zip(weights.norm(layer, tensor)) else {
                continue;
            };
            if let Some(count) = different(quantizer, &tensor.shape, &tensor.values) {
                self.0.insert((layer.to_owned(), role), count);
            }
        }
    }

    /// How many different values `role` of `layer` has, if that is known.
    pub(super) fn get(&self, layer: &str, role: &'static str) -> Option<usize> {
        self.0.get(&(layer.to_owned(), role)).copied()
    }
}

/// None where the quantizer has no scale for the tensor: the graph refuses it.
#[expect(clippy::cast_possible_truncation, reason = "QKeras quantizes f32 numbers")]
fn different(quantizer: &Spec, shape: &[usize], values: &[f64]) -> Option<usize> {
    let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
    let quantized = quantizer.forward(&Tensor { shape, values: &values }).ok()?;
    let different: BTreeSet<u32> = quantized.into_iter().map(f32::to_bits).collect();
    Some(different.len())
}
