//! Parameters as the weights file holds them, and back.

use super::parameters::Parameters;
use crate::config::weights::{Tensor, Weights};
use std::collections::BTreeMap;

impl Parameters {
    /// The latent tensors of a weights file, without what is found from them, and with a standardization if there is one:
    /// mean and scale of each feature.
    pub fn to_weights(&self, standardization: Option<(&[f64], &[f64])>) -> Weights {
        let tensor =
            |shape: &[usize], values: &[f64]| Tensor { shape: shape.to_vec(), values: values.to_vec() };
        let mut tensors = BTreeMap::new();
        for parameter in &self.0 {
            let values: Vec<f64> = parameter.values.iter().map(|value| f64::from(*value)).collect();
            tensors.insert(parameter.name.clone(), tensor(&parameter.shape, &values));
        }
        if let Some((mean, scale)) = standardization {
            tensors.insert("input/mean".to_owned(), tensor(&[mean.len()], mean));
            tensors.insert("input/scale".to_owned(), tensor(&[scale.len()], scale));
        }
        Weights { tensors, scales: BTreeMap::new() }
    }

    /// Takes the numbers of those parameters that `weights` has, in its order of elements.
    #[expect(clippy::cast_possible_truncation, reason = "training computes in f32")]
    pub fn take(&mut self, weights: &Weights) {
        for parameter in &mut self.0 {
            if let Some(tensor) = weights.tensors.get(&parameter.name).filter(|t| t.shape == parameter.shape)
            {
                parameter.values = tensor.values.iter().map(|value| *value as f32).collect();
            }
        }
    }
}
