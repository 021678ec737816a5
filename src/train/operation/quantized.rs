//! A parameter through its quantizer, forwards and backwards.

use super::How;
use crate::data::random::Random;
use crate::quantizer::{Quantizer, Scales, Spec, Tensor};
use std::sync::Arc;

/// What a layer makes of one of its tensors: quantized, or as it is.
#[derive(Debug, Clone)]
pub struct Quantized {
    /// Its quantizer; none uses it as it is.
    spec: Option<Spec>,
    /// The quantizer of the last step: with another `qnoise_factor`, perhaps.
    current: Option<Current>,
    /// What the layer computes with.
    pub values: Vec<f32>,
}

const RULE: &str = "the config was checked for the shapes of its parameters";

/// A quantizer, and what it stretches its grid by.
#[derive(Debug, Clone)]
struct Current {
    noise: Option<f32>,
    spec: Spec,
    /// Where one scale that the string gives serves every element.
    fixed: Option<Arc<dyn Quantizer>>,
    /// Where not: the scales of the last step.
    scales: Option<Scales>,
}

impl Quantized {
    /// Nothing is computed before the first [`Quantized::prepare`].
    pub fn new(spec: Option<Spec>) -> Quantized {
        Quantized { spec, current: None, values: Vec::new() }
    }

    /// Computes [`Quantized::values`] from the latent numbers of a tensor.
    pub fn prepare(&mut self, shape: &[usize], latent: &[f32], how: How, random: &mut Random) {
        self.choose(how);
        self.values.resize(latent.len(), 0.0);
        match &mut self.current {
            None => self.values.copy_from_slice(latent),
            Some(current) => {
                current.prepare(&Tensor { shape, values: latent }, how, random, &mut self.values);
            }
        }
    }

    /// From the gradient of [`Quantized::values`] to that of the latent numbers, straight through; the scales count
    /// as constants.
    pub fn backward(&self, shape: &[usize], latent: &[f32], slope: &mut [f32]) {
        let Some(current) = &self.current else { return };
        let tensor = Tensor { shape, values: latent };
        match (&current.fixed, &current.scales) {
            (Some(fixed), _) => fixed.slope_each(latent, slope),
            (None, Some(scales)) => current.spec.slope_at(&tensor, scales, slope),
            (None, None) => unreachable!("`prepare` finds the scales"),
        }
    }

    /// The quantizer of this step.
    fn choose(&mut self, how: How) {
        let Some(spec) = &self.spec else { return };
        let noise = how.noise();
        let same = |current: &Current| current.noise.map(f32::to_bits) == noise.map(f32::to_bits);
        if self.current.as_ref().is_some_and(same) {
            return;
        }
        let spec = noise.map_or_else(|| spec.clone(), |noise| spec.with_noise(noise));
        self.current = Some(Current { noise, fixed: spec.fixed(), spec, scales: None });
    }
}

impl Current {
    fn prepare(&mut self, tensor: &Tensor, how: How, random: &mut Random, values: &mut [f32]) {
        let random_step = how.trains() && self.spec.is_random();
        if let (Some(fixed), false) = (&self.fixed, random_step) {
            return match how.trains() {
                true => fixed.train_each(tensor.values, values),
                false => fixed.forward_each(tensor.values, values),
            };
        }
        let scales = self.spec.scales(tensor).expect(RULE);
        let found = match how {
            How::Inference => self.spec.forward_at(tensor, &scales),
            _ if random_step => self.spec.training(tensor, &mut || random.unit()).expect(RULE),
            How::Training { .. } => self.spec.training_at(tensor, &scales),
        };
        values.copy_from_slice(&found);
        self.scales = Some(scales);
    }
}
