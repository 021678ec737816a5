//! `quantized_sigmoid`: the logistic function, or straight lines in its place, on a grid from 0 to 1.
//!
//! ```text
//! p = sigmoid(x)                use_real_sigmoid: 1 / (1 + e^−x)
//! k = clip(round(p · 2^bits), symmetric, 2^bits − 1)
//! y = k · 2^-bits
//! ```
//!
//! With the hard sigmoid `k` is `2^(bits − 1) + round(x · 2^(bits − 1))` between the ends, for inputs whose digits f32
//! holds in `x/2 + 1/2`: a [`Hardware::Grid`] around 1/2. (One bit is none: adding an odd number turns ties around.)

use super::arguments::Arguments;
use super::formula::{Formula, Rule, Uniform};
use super::number::Number;
use super::parameter::{FALSE, Takes, common};
use super::registry::Kind;
use super::scale::Scale;
use super::sigmoid::{self, Sigmoid};
use super::squash::{self, Squash};
use super::{Hardware, QuantizerError};
use crate::fixed::Dyadic;
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "quantized_sigmoid",
    meaning: "the logistic function, or straight lines: from 0 to 1",
    parameters: &[
        squash::BITS,
        common::parameter("symmetric", Takes::Truth, FALSE, "drop 0, so that the ends are as far from 1/2"),
        common::parameter("use_real_sigmoid", Takes::Truth, FALSE, "the function itself, not straight lines"),
        common::STOCHASTIC,
    ],
    build,
};

#[derive(Debug)]
struct QuantizedSigmoid {
    grid: Squash,
    sigmoid: Sigmoid,
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every quantizer's")]
fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let lo = i128::from(arguments.truth("symmetric"));
    let stochastic = arguments.truth("use_stochastic_rounding");
    let grid = Squash { frac: arguments.whole("bits"), lo, stochastic };
    let real = arguments.truth("use_real_sigmoid");
    let sigmoid = if real { Sigmoid::Real } else { arguments.sigmoid() };
    Ok(Arc::new(QuantizedSigmoid { grid, sigmoid }))
}

impl Formula for QuantizedSigmoid {
    fn value<N: Number>(&self, x: N, _scale: Scale) -> N {
        self.grid.value(self.sigmoid.of(x))
    }

    fn drawn(&self, x: f32, _scale: Scale, random: &mut Uniform) -> f32 {
        self.grid.drawn(self.sigmoid.of(x), random)
    }

    fn hardware(&self, _scale: Scale) -> Hardware {
        Hardware::Levels { monotone: true }
    }

    fn hardware_for(&self, frac: i32, scale: Scale) -> Hardware {
        if self.sigmoid != Sigmoid::Hard || frac > sigmoid::EXACT_DIGITS || self.grid.frac == 1 {
            return Formula::hardware(self, scale);
        }
        self.grid.hardware(self.grid.frac - 1, Dyadic::power_of_two(-1))
    }

    fn max(&self) -> f32 {
        self.grid.max()
    }

    fn min(&self) -> f32 {
        self.grid.min()
    }

    fn surrogate(&self, x: f32, _scale: Scale) -> f32 {
        self.sigmoid.of(x)
    }

    /// That of the sigmoid; none where the grid ends.
    fn slope(&self, x: f32, _scale: Scale) -> f32 {
        if self.grid.cuts_off(self.sigmoid.of(x)) { 0.0 } else { self.sigmoid.slope(x) }
    }
}
