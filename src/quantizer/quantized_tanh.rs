//! `quantized_tanh`: the hyperbolic tangent, or straight lines in its place, on a grid from −1 to 1.
//!
//! ```text
//! p = 2 · sigmoid(x) − 1        use_real_tanh: tanh(x)
//! k = clip(round(p · 2^n), −2^n + symmetric, 2^n − 1)                   n = bits − 1
//! y = k · 2^-n
//! ```
//!
//! With the hard sigmoid `p` is `clip(x, −1, 1)`, but for f32's rounding of the sum `x/2 + 1/2`, which drops digits of
//! `x` below `2^-23`, so that an input of more digits can be rounded as a tie. For others it is a [`Hardware::Grid`].

use super::arguments::Arguments;
use super::formula::{Formula, Rule, Uniform};
use super::number::Number;
use super::parameter::{FALSE, Takes, common};
use super::registry::Kind;
use super::scale::Scale;
use super::sigmoid::{self, Sigmoid};
use super::squash::{self, Squash};
use super::{Hardware, QuantizerError, smooth};
use crate::fixed::Dyadic;
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
        Hardware::Levels { monotone: true }
    }

    fn hardware_for(&self, frac: i32, scale: Scale) -> Hardware {
        if self.sigmoid != Some(Sigmoid::Hard) || frac > sigmoid::EXACT_DIGITS {
            return Formula::hardware(self, scale);
        }
        self.grid.hardware(self.grid.frac, Dyadic::ZERO)
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

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::Dyadic;
    use crate::quantizer::parse;

    /// 1/16 + 2^-27 lies above the tie of a grid of 1/8, but `x/2 + 1/2` does not hold its last digit.
    #[test]
    fn f32s_rounding_makes_a_tie() {
        let tanh = parse("quantized_tanh(4)").unwrap().fixed().unwrap();
        let above = |exponent: i32| Dyadic::new(1, -4).plus(Dyadic::power_of_two(exponent)).unwrap();
        assert_eq!(tanh.exact(above(-27)), Ok(Dyadic::ZERO));
        assert_eq!(tanh.exact(above(-23)), Ok(Dyadic::new(1, -3)));
        assert_eq!(tanh.forward(0.062_500_01), 0.0);
    }

    #[test]
    fn no_gradient_where_the_grid_ends() {
        let slopes = |text: &str| {
            let tanh = parse(text).unwrap().fixed().unwrap();
            [-1.0, -0.95, 0.0, 0.93, 0.95].map(|x| tanh.gradient(x))
        };
        // 0.95 · 8 is rounded to 8, one too many; −8 is the least, but too little where the grid is symmetric.
        assert_eq!(slopes("quantized_tanh(4)"), [1.0, 1.0, 1.0, 1.0, 0.0]);
        assert_eq!(slopes("quantized_tanh(4, symmetric=True)"), [0.0, 0.0, 1.0, 1.0, 0.0]);
    }
}
