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

/// The most fraction digits of an `x` for which f32 holds `x/2 + 1/2`, wherever that lies between 0 and 1.
pub(super) const EXACT_DIGITS: i32 = 23;

impl Sigmoid {
    /// Its value, from 0 to 1. It never falls when `x` rises.
    pub(super) fn of<N: Number>(self, x: N) -> N {
        match self.steepness() {
            Some(steepness) => line(x, steepness).clamped(N::float(0.0), N::float(1.0)),
            None => N::float(smooth::sigmoid(x.to_float())),
        }
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

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::Sigmoid;
    use crate::quantizer::{parse, parse_with};

    #[test]
    fn three_kinds_meet_at_zero_and_at_the_ends() {
        for sigmoid in [Sigmoid::Hard, Sigmoid::Smooth, Sigmoid::Real] {
            let values: [f32; 3] = [-1000.0, 0.0, 1000.0].map(|x: f32| sigmoid.of(x));
            assert_eq!(values, [0.0, 0.5, 1.0], "{sigmoid:?}");
        }
    }

    #[test]
    fn corners_have_the_slope_of_the_steeper_line() {
        assert_eq!([-1.01, -1.0, 1.0, 1.01].map(|x| Sigmoid::Hard.slope(x)), [0.0, 0.5, 0.5, 0.0]);
        let corner = 8.0 / 3.0;
        assert_eq!([corner - 0.01, corner + 0.01].map(|x| Sigmoid::Smooth.slope(x)), [0.1875, 0.0]);
        assert_eq!(Sigmoid::Real.slope(0.0), 0.25);
    }

    #[test]
    fn every_formula_with_a_sigmoid_takes_the_one_given() {
        let values = |text: &str| {
            let at = |sigmoid| parse_with(text, sigmoid).unwrap().fixed().unwrap().forward(0.75);
            [Sigmoid::Hard, Sigmoid::Smooth, Sigmoid::Real].map(at)
        };
        // The sigmoid is 0.875, 0.640625 and 0.6792 there.
        assert_eq!(values("quantized_sigmoid(6)"), [0.875, 0.640_625, 0.671_875]);
        assert_eq!(values("quantized_tanh(7)"), [0.75, 0.281_25, 0.359_375]);
        assert_eq!(values("quantized_relu(6, 0, 1)"), [0.75, 0.281_25, 0.343_75]);
        let ulaw = values("quantized_ulaw(7)");
        assert!(ulaw[0] > ulaw[2] && ulaw[2] > ulaw[1], "{ulaw:?}");
        // These have their own.
        assert_eq!(values("quantized_sigmoid(6, use_real_sigmoid=True)"), [0.671_875; 3]);
        assert_eq!(values("quantized_tanh(7, use_real_tanh=True)"), [0.640_625; 3]);
    }

    #[test]
    fn quantizers_are_equal_with_the_same_sigmoid() {
        let [hard, real] =
            [Sigmoid::Hard, Sigmoid::Real].map(|sigmoid| parse_with("quantized_tanh(4)", sigmoid).unwrap());
        assert_eq!(hard, parse("quantized_tanh(4)").unwrap());
        assert_ne!(hard, real);
        assert_eq!(hard.text(), real.text());
    }
}
