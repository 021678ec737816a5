//! What a quantizer's own file says: its formula, and what is known of it.

use super::number::Number;
use super::scale::{Scale, Scales, Tensor};
use super::{Hardware, QuantizerError, slices};
use crate::fixed::Dyadic;
use std::fmt;

/// Draws a number from 0 up to, not including, 1.
pub type Uniform<'a> = dyn FnMut() -> f32 + 'a;

/// A quantizer's formula. Everything but `value` and `hardware` has the answer of the plainest quantizer by default.
pub(super) trait Formula: fmt::Debug + Send + Sync + 'static {
    /// The grid value of `x`, in QKeras's order of operations.
    fn value<N: Number>(&self, x: N, scale: Scale) -> N;

    /// As [`super::Quantizer::hardware`].
    fn hardware(&self, scale: Scale) -> Hardware;

    /// As [`super::Quantizer::hardware_for`].
    fn hardware_for(&self, _frac: i32, scale: Scale) -> Hardware {
        self.hardware(scale)
    }

    /// As [`super::Spec::max`].
    fn max(&self) -> f32;

    /// As [`super::Spec::min`].
    fn min(&self) -> f32;

    /// How a number for `alpha` acts.
    fn scale_of(&self, alpha: f32) -> Scale {
        Scale::of_output(alpha)
    }

    /// The scales of a tensor, where `alpha` is automatic.
    ///
    /// # Errors
    /// Axes that the tensor does not have, or groups that do not divide them.
    fn fit(&self, _tensor: &Tensor) -> Result<Scales, QuantizerError> {
        unreachable!("a quantizer with an automatic scale says how it is found")
    }

    /// The smooth function that training differentiates in its place: `d/dx` of it is [`Formula::slope`].
    fn surrogate(&self, x: f32, _scale: Scale) -> f32 {
        x
    }

    /// The derivative of [`Formula::surrogate`].
    fn slope(&self, _x: f32, _scale: Scale) -> f32 {
        1.0
    }

    /// How much of the quantization is applied.
    fn noise(&self) -> Noise {
        Noise::FULL
    }

    /// Whether training draws its values at random whatever the arguments say.
    fn is_random(&self) -> bool {
        false
    }

    /// The grid value of `x` as training draws it at random; by default nothing is random.
    fn drawn(&self, x: f32, scale: Scale, _random: &mut Uniform) -> f32 {
        self.value(x, scale)
    }

    /// The grid values of a tensor as training draws them: each by itself, unless they depend on each other.
    ///
    /// # Errors
    /// As [`Formula::fit`].
    fn sample(
        &self,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError> {
        Ok(each(tensor, |i, x| self.drawn(x, scales.at(i), random)))
    }
}

/// What `of` makes of each element and its place.
pub(super) fn each(tensor: &Tensor, mut of: impl FnMut(usize, f32) -> f32) -> Vec<f32> {
    tensor.values.iter().enumerate().map(|(i, x)| of(i, *x)).collect()
}

/// QKeras's quantization noise: `y = (1 − factor) · surrogate + factor · grid value`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Noise {
    /// From 0, no quantization, to 1.
    pub(super) factor: f32,
    /// Whether the gradient takes the quantization for the identity (else its part has no gradient).
    pub(super) straight_through: bool,
}

impl Noise {
    /// All of the quantization.
    pub(super) const FULL: Noise = Noise { factor: 1.0, straight_through: true };

    /// Whether anything but the grid value comes out.
    pub(super) fn is_partial(self) -> bool {
        self.factor < 1.0
    }

    /// The mixture, in QKeras's order of operations.
    pub(super) fn mix(self, surrogate: impl FnOnce() -> f32, grid: f32) -> f32 {
        if !self.is_partial() {
            return grid;
        }
        let surrogate = surrogate();
        match self.straight_through {
            true => surrogate + self.factor * (-surrogate + grid),
            false => (1.0 - self.factor) * surrogate + self.factor * grid,
        }
    }

    /// What the surrogate's derivative is multiplied by.
    pub(super) fn slope(self) -> f32 {
        if self.straight_through { 1.0 } else { 1.0 - self.factor }
    }
}

/// TensorFlow takes numbers below `2^-126` for zero.
#[inline]
pub(super) fn flushed(x: f32) -> f32 {
    if x.abs() < f32::MIN_POSITIVE { 0.0 } else { x }
}

/// No hardware applies a quantizer in part.
const PARTIAL: Hardware = Hardware::Never {
    why: "a `qnoise_factor` below 1 leaves a part of its input unquantized",
    instead: "write qnoise_factor=1, to which training should have raised it",
};

/// A [`Formula`] of any type: its generic methods at both kinds of number.
pub(super) trait Rule: fmt::Debug + Send + Sync {
    fn float(&self, x: f32, scale: Scale) -> f32;
    fn exact(&self, x: Dyadic, scale: Scale) -> Dyadic;
    fn hardware(&self, scale: Scale) -> Hardware;
    fn hardware_for(&self, frac: i32, scale: Scale) -> Hardware;
    fn max(&self) -> f32;
    fn min(&self) -> f32;
    fn scale_of(&self, alpha: f32) -> Scale;
    fn fit(&self, tensor: &Tensor) -> Result<Scales, QuantizerError>;
    fn training(&self, x: f32, scale: Scale) -> f32;
    fn gradient(&self, x: f32, scale: Scale) -> f32;
    fn is_random(&self) -> bool;
    fn train_each(&self, x: &[f32], scale: Scale, y: &mut [f32]);
    fn forward_each(&self, x: &[f32], scale: Scale, y: &mut [f32]);
    fn slope_each(&self, x: &[f32], scale: Scale, slope: &mut [f32]);
    fn sample(
        &self,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError>;
}

impl<F: Formula> Rule for F {
    fn float(&self, x: f32, scale: Scale) -> f32 {
        self.value(x, scale)
    }

    fn exact(&self, x: Dyadic, scale: Scale) -> Dyadic {
        self.value(x, scale)
    }

    fn hardware(&self, scale: Scale) -> Hardware {
        if self.noise().is_partial() { PARTIAL } else { Formula::hardware(self, scale) }
    }

    fn hardware_for(&self, frac: i32, scale: Scale) -> Hardware {
        if self.noise().is_partial() { PARTIAL } else { Formula::hardware_for(self, frac, scale) }
    }

    fn max(&self) -> f32 {
        Formula::max(self)
    }

    fn min(&self) -> f32 {
        Formula::min(self)
    }

    fn scale_of(&self, alpha: f32) -> Scale {
        Formula::scale_of(self, alpha)
    }

    fn fit(&self, tensor: &Tensor) -> Result<Scales, QuantizerError> {
        Formula::fit(self, tensor)
    }

    fn training(&self, x: f32, scale: Scale) -> f32 {
        let x = flushed(x);
        self.noise().mix(|| self.surrogate(x, scale), self.value(x, scale))
    }

    #[expect(clippy::inline_always, reason = "loops of training are compiled around it")]
    #[inline(always)]
    fn gradient(&self, x: f32, scale: Scale) -> f32 {
        self.noise().slope() * self.slope(flushed(x), scale)
    }

    fn is_random(&self) -> bool {
        Formula::is_random(self)
    }

    fn train_each(&self, x: &[f32], scale: Scale, y: &mut [f32]) {
        slices::train_each(self, x, scale, y);
    }

    fn forward_each(&self, x: &[f32], scale: Scale, y: &mut [f32]) {
        slices::forward_each(self, x, scale, y);
    }

    fn slope_each(&self, x: &[f32], scale: Scale, slope: &mut [f32]) {
        slices::slope_each(self, x, scale, slope);
    }

    fn sample(
        &self,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError> {
        let values = each(tensor, |_, x| flushed(x));
        let tensor = Tensor { values: &values, ..*tensor };
        let grid = Formula::sample(self, &tensor, scales, random)?;
        Ok(each(&tensor, |i, x| self.noise().mix(|| self.surrogate(x, scales.at(i)), grid[i])))
    }
}
