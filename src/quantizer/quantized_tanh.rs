//! `quantized_tanh`: the hyperbolic tangent, or straight lines in its place, on a grid from −1 to 1.
//!
//! ```text
//! p = 2 · sigmoid(x) − 1        use_real_tanh: tanh(x)
//! k = clip(round(p · 2^n), −2^n + symmetric, 2^n − 1)                   n = bits − 1
//! y = k · 2^-n
//! ```
//!
//! With the hard sigmoid `p` is `clip(x, −1, 1)`, but for f32's rounding of the sum `x/2 + 1/2`, which drops digits
//! below `2^-23`: so an input of that many digits can be rounded as a tie. It is not [`Hardware::Grid`] for that.

use super::arguments::Arguments;
use super::formula::{Formula, Rule, Uniform};
use super::number::Number;
use super::parameter::{FALSE, Takes, common};
use super::registry::Kind;
use super::scale::Scale;
use super::sigmoid::Sigmoid;
use super::squash::{self, Squash};
use super::{Hardware, QuantizerError, smooth};
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "quantized_tanh",
    meaning: "the hyperbolic tangent, or straight lines: from -1 to 1",
    parameters: &[
        squash::BITS,
        common::STOCHASTIC,
        common::parameter("symmetric", Takes::Truth, FALSE, common::SYMMETRIC_MEANING),
        common::parameter("use_real_tanh", Takes::Truth, FALSE, "the function itself, not straight lines"),
    ],
    build,
};

#[derive(Debug)]
struct QuantizedTanh {
    grid: Squash,
    /// What the tangent is made of, unless it is the real one.
    sigmoid: Option<Sigmoid>,
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every quantizer's")]
fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let frac = arguments.whole("bits") - 1;
    let lo = i128::from(arguments.truth("symmetric")) - (1 << frac);
    let stochastic = arguments.truth("use_stochastic_rounding");
    let sigmoid = (!arguments.truth("use_real_tanh")).then_some(arguments.sigmoid());
    Ok(Arc::new(QuantizedTanh { grid: Squash { frac, lo, stochastic }, sigmoid }))
}

impl QuantizedTanh {
    /// What is rounded.
    fn tanh<N: Number>(&self, x: N) -> N {
        match self.sigmoid {
            Some(sigmoid) => sigmoid.of(x).scaled(1).plus(-1.0),
            None => N::float(smooth::tanh(x.to_float())),
        }
    }
}

impl Formula for QuantizedTanh {
    fn value<N: Number>(&self, x: N, _scale: Scale) -> N {
        self.grid.value(self.tanh(x))
    }

    fn drawn(&self, x: f32, _scale: Scale, random: &mut Uniform) -> f32 {
        self.grid.drawn(self.tanh(x), random)
    }

    fn hardware(&self, _scale: Scale) -> Hardware {
        Hardware::Levels { monotone: self.sigmoid.is_none_or(Sigmoid::rises) }
    }

    fn max(&self) -> f32 {
        self.grid.max()
    }

    fn min(&self) -> f32 {
        self.grid.min()
    }

    fn surrogate(&self, x: f32, _scale: Scale) -> f32 {
        self.tanh(x)
    }

    /// That of the tangent; none where the grid ends.
    fn slope(&self, x: f32, _scale: Scale) -> f32 {
        match self.sigmoid {
            _ if self.grid.cuts_off(self.tanh(x)) => 0.0,
            Some(sigmoid) => 2.0 * sigmoid.slope(x),
            None => smooth::tanh_slope(x),
        }
    }
}
