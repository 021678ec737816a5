//! `quantized_relu_po2`: the nearest power of two, as seen by the logarithm, of what is above zero. It has no zero.
//!
//! ```text
//! y = 2^e(max(x, 0))
//! y = −2^e(negative_slope · |x|)                        below zero, with a slope
//! ```
//!
//! The exponent `e` is that of `exponent`, whose bits are all: `y` is 2^least for 0, and, without a slope, below.
//! The slope is zero or a power of two.

use super::arguments::Arguments;
use super::exponent::{self, Exponents};
use super::formula::{Formula, Noise, Rule, Uniform};
use super::number::Number;
use super::parameter::{Takes, ZERO, common};
use super::registry::Kind;
use super::scale::Scale;
use super::syntax::Value;
use super::{Hardware, QuantizerError};
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "quantized_relu_po2",
    meaning: "a power of two for what is above zero, never 0",
    parameters: &[
        common::parameter("bits", Takes::Whole(1, 15), &Value::Int(8), "bits of the exponent"),
        exponent::MAX_VALUE,
        common::parameter("negative_slope", Takes::Number, ZERO, "slope below zero: 0 or a power of two"),
        common::STOCHASTIC,
        exponent::QUADRATIC,
        exponent::LOG2_ROUNDING,
        common::QNOISE_FACTOR,
        common::VAR_NAME,
        common::USE_STE,
        common::USE_VARIABLES,
    ],
    build,
};

#[derive(Debug)]
struct QuantizedReluPo2 {
    exponents: Exponents,
    bits: i32,
    /// The exponent of the slope below zero, if there is one.
    slope: Option<i32>,
    noise: Noise,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    Ok(Arc::new(QuantizedReluPo2 {
        exponents: Exponents::of(arguments, 0)?,
        bits: arguments.whole("bits"),
        slope: arguments.slope()?,
        noise: arguments.noise()?,
    }))
}

impl QuantizedReluPo2 {
    /// The grid value of `x`, whose exponent `exponent` finds from a magnitude.
    fn power<N: Number>(&self, x: N, exponent: impl FnOnce(f32) -> i32) -> N {
        match self.slope {
            Some(slope) if x.negative() => {
                let magnitude = x.negated().scaled(slope).to_float();
                exponent::power::<N>(exponent(magnitude)).negated()
            }
            _ => exponent::power(exponent(if x.negative() { 0.0 } else { x.to_float() })),
        }
    }
}

impl Formula for QuantizedReluPo2 {
    fn value<N: Number>(&self, x: N, _scale: Scale) -> N {
        self.power(x, |magnitude| self.exponents.nearest(magnitude))
    }

    fn drawn(&self, x: f32, _scale: Scale, random: &mut Uniform) -> f32 {
        self.power(x, |magnitude| self.exponents.drawn(magnitude, random))
    }

    fn hardware(&self, _scale: Scale) -> Hardware {
        Hardware::Levels { monotone: self.exponents.rises() }
    }

    fn max(&self) -> f32 {
        self.exponents.bound()
    }

    fn min(&self) -> f32 {
        let least = f32::power_of_two(self.exponents.least);
        match self.slope {
            Some(slope) if self.bits > 1 => least.min(-f32::power_of_two(slope + self.bits - 1)),
            _ => least,
        }
    }

    /// The relu, cut off at `max_value`.
    fn surrogate(&self, x: f32, _scale: Scale) -> f32 {
        let slope = self.slope.map_or(0.0, f32::power_of_two);
        match self.exponents.max_value {
            Some(most) if x > most => most,
            _ if x < 0.0 => slope * x,
            _ => x,
        }
    }

    /// TensorFlow's: at 0 that of the lower side.
    fn slope(&self, x: f32, _scale: Scale) -> f32 {
        match self.exponents.max_value {
            Some(most) if x > most => 0.0,
            _ if x > 0.0 => 1.0,
            _ => self.slope.map_or(0.0, f32::power_of_two),
        }
    }

    fn noise(&self) -> Noise {
        self.noise
    }
}
