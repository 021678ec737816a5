//! A quantizer whose values are drawn at random while training, and another one's at inference.

use super::formula::{Formula, Uniform};
use super::number::Number;
use super::scale::{Scale, Scales, Tensor};
use super::{Hardware, QuantizerError};
use std::fmt;

/// How the values of a tensor are drawn, given what the quantizer is at `inference`.
pub(super) trait Draws<F>: fmt::Debug + Send + Sync + 'static {
    /// As [`Formula::sample`].
    fn draw(
        &self,
        inference: &F,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError>;
}

/// `draws` while training, else `inference` in everything.
#[derive(Debug)]
pub(super) struct AtRandom<F, D> {
    pub(super) inference: F,
    pub(super) draws: D,
}

impl<F: Formula, D: Draws<F>> Formula for AtRandom<F, D> {
    fn value<N: Number>(&self, x: N, scale: Scale) -> N {
        self.inference.value(x, scale)
    }

    fn hardware(&self, scale: Scale) -> Hardware {
        Formula::hardware(&self.inference, scale)
    }

    fn max(&self) -> f32 {
        Formula::max(&self.inference)
    }

    fn min(&self) -> f32 {
        Formula::min(&self.inference)
    }

    fn fit(&self, tensor: &Tensor) -> Result<Scales, QuantizerError> {
        Formula::fit(&self.inference, tensor)
    }

    fn surrogate(&self, x: f32, scale: Scale) -> f32 {
        self.inference.surrogate(x, scale)
    }

    fn slope(&self, x: f32, scale: Scale) -> f32 {
        self.inference.slope(x, scale)
    }

    fn is_random(&self) -> bool {
        true
    }

    fn sample(
        &self,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError> {
        self.draws.draw(&self.inference, tensor, scales, random)
    }
}
