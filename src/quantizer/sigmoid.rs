//! The sigmoid inside a quantizer's formula: QKeras's `set_internal_sigmoid` chooses one of three for all of them.
//!
//! ```text
//! hard      clip(x/2 + 1/2, 0, 1)
//! smooth    clip(3x/16 + 1/2, 0, 1)
//! real      1 / (1 + e^−x)
//! ```

use super::number::Number;
use super::smooth;

/// Which sigmoid stands in the formulas of `quantized_sigmoid`, `quantized_tanh`, `quantized_ulaw`,
/// `quantized_relu(use_sigmoid=1)` and, for the probabilities, of `bernoulli` and the `stochastic_` quantizers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sigmoid {
    /// Three straight lines, QKeras's default.
    #[default]
    Hard,
    /// Three straight lines, closer to the logistic function.
    Smooth,
    /// The logistic function.
    Real,
}

impl Sigmoid {
    /// Its value, from 0 to 1.
    pub(super) fn of<N: Number>(self, x: N) -> N {
        match self.steepness() {
            Some(steepness) => line(x, steepness).clamped(N::float(0.0), N::float(1.0)),
            None => N::float(smooth::sigmoid(x.to_float())),
        }
    }

    /// Whether it never falls when `x` rises. TensorFlow's logistic function does, in its last digits: next to a tie
    /// that is enough to fall by a step of the coarsest grid.
    pub(super) fn rises(self) -> bool {
        self != Sigmoid::Real
    }

    /// Its derivative, as TensorFlow has it: where a line meets the next, that of the steeper one.
    pub(super) fn slope(self, x: f32) -> f32 {
        match self.steepness() {
            Some(steepness) if (0.0..=1.0).contains(&line(x, steepness)) => steepness,
            Some(_) => 0.0,
            None => smooth::sigmoid_slope(x),
        }
    }

    /// The steepness of the middle line.
    fn steepness(self) -> Option<f32> {
        match self {
            Sigmoid::Hard => Some(0.5),
            Sigmoid::Smooth => Some(0.1875),
            Sigmoid::Real => None,
        }
    }
}

fn line<N: Number>(x: N, steepness: f32) -> N {
    x.times(steepness).plus(0.5)
}
