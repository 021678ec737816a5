//! Numbers that a step computes, and what they are through their quantizer.

use super::How;
use super::quantized::Quantized;
use crate::data::random::Random;
use crate::quantizer::Spec;

/// A tensor on both sides of its quantizer.
#[derive(Debug, Clone)]
pub(super) struct Through {
    shape: Vec<usize>,
    /// Before.
    latent: Vec<f32>,
    quantized: Quantized,
}

impl Through {
    /// Of `shape`; without a quantizer the numbers stay what they are.
    pub(super) fn new(shape: &[usize], quantizer: Option<&Spec>) -> Through {
        Through { shape: shape.to_vec(), latent: Vec::new(), quantized: Quantized::new(quantizer.cloned()) }
    }

    /// Takes these numbers.
    pub(super) fn set(&mut self, latent: Vec<f32>, how: How, random: &mut Random) {
        self.quantized.prepare(&self.shape, &latent, how, random);
        self.latent = latent;
    }

    /// The numbers after the quantizer.
    pub(super) fn values(&self) -> &[f32] {
        &self.quantized.values
    }

    /// From the gradient after the quantizer to that before it.
    pub(super) fn back(&self, mut slope: Vec<f32>) -> Vec<f32> {
        self.quantized.backward(&self.shape, &self.latent, &mut slope);
        slope
    }
}
