//! What training draws at random, as QKeras does: roundings, powers of two, signs.
//!
//! ```text
//! round        down or up to a multiple of 1/parts, up with the probability of the part that is dropped
//! log2         the exponent of the power of two below or above, so that the mean is the number itself
//! Chance       +1 with the probability sigmoid(temperature · x), else −1
//! ```

use super::arguments::Arguments;
use super::fit::EPSILON;
use super::formula::Uniform;
use super::log;
use super::number::Number;
use super::parameter::{Parameter, TRUE, Takes, common};
use super::sigmoid::Sigmoid;
use super::{QuantizerError, syntax::Value};

/// Multiples of what is rounded to: 1.
pub(super) const WHOLE: f32 = 1.0;
/// Multiples of 1/2: QKeras's default. A quantizer that counts in steps of its grid thus draws from a grid of half
/// the step while it trains.
pub(super) const HALVES: f32 = 2.0;

/// `x` rounded down or up to a multiple of `1/parts`.
pub(super) fn round(x: f32, parts: f32, random: &mut Uniform) -> f32 {
    let scaled = x * parts;
    let (down, up) = (scaled.floor(), scaled.ceil());
    let dropped = scaled - down;
    if dropped < random() { down / parts } else { up / parts }
}

/// The exponent of the power of two below `x`, or of that above.
pub(super) fn log2(x: f32, random: &mut Uniform) -> f32 {
    let near = (log::ln(x + EPSILON) / std::f32::consts::LN_2).round_ties_even();
    let below = if near.exp2() > x { near - 1.0 } else { near };
    let (least, most) = (below.exp2(), (below + 1.0).exp2());
    if x < random() * (most - least) + least { below } else { below + 1.0 }
}

/// `use_real_sigmoid`
pub(super) const REAL_SIGMOID: Parameter = common::parameter(
    "use_real_sigmoid",
    Takes::Truth,
    TRUE,
    "probabilities are the logistic function's, not those of straight lines",
);

/// `temperature`
pub(super) const fn temperature(default: &'static Value) -> Parameter {
    common::parameter("temperature", Takes::Number, default, "the greater, the less is left to chance")
}

/// How a number becomes the probability of a sign.
#[derive(Debug)]
pub(super) struct Chance {
    temperature: f32,
    sigmoid: Sigmoid,
}

impl Chance {
    /// The arguments `temperature` and `use_real_sigmoid`.
    pub(super) fn of(arguments: &Arguments) -> Result<Chance, QuantizerError> {
        let real = arguments.truth("use_real_sigmoid");
        let sigmoid = if real { Sigmoid::Real } else { arguments.sigmoid() };
        Ok(Chance { temperature: arguments.number("temperature")?.unwrap_or(1.0), sigmoid })
    }

    /// The sign drawn for `x / spread`: 1 or −1.
    pub(super) fn sign(&self, x: f32, spread: f32, random: &mut Uniform) -> f32 {
        let probability: f32 = self.sigmoid.of(self.temperature * x / spread);
        if probability >= random() { f32::integer(1) } else { f32::integer(-1) }
    }
}
