//! The power of two that stands for a magnitude, as the logarithm sees it: what `quantized_po2` and
//! `quantized_relu_po2` share.
//!
//! ```text
//! e = clip(round(ln(x) / ln(2)), least, most)        quadratic: 2 · clip(round(ln(√x) / ln(2)), least, most)
//! least = −2^n, most = 2^n − 1                        n = the exponent's bits, less one for its sign
//! ```
//!
//! `x` is cut off at `max_value`; if that is 1 or less, exponents need no sign. Below 1e-7, `e` is `least`.
//! `log2_rounding='floor'` takes the next power below (and makes `use_stochastic_rounding` void). All steps are f32's, with TensorFlow's logarithm.

use super::arguments::Arguments;
use super::fit::EPSILON;
use super::formula::Uniform;
use super::number::Number;
use super::parameter::{FALSE, NONE, Parameter, Takes, common};
use super::syntax::Value;
use super::{QuantizerError, draw, log};
use std::borrow::Cow;

pub(super) const MAX_VALUE: Parameter =
    common::parameter("max_value", Takes::NumberOrNone, NONE, "the most that an input counts for");
pub(super) const QUADRATIC: Parameter =
    common::parameter("quadratic_approximation", Takes::Truth, FALSE, "even exponents only");
pub(super) const LOG2_ROUNDING: Parameter = common::parameter(
    "log2_rounding",
    Takes::Word(&["rnd", "floor"]),
    &Value::Text(Cow::Borrowed("rnd")),
    "how the exponent is rounded",
);

/// Exponents of the powers of two that f32 holds (in TensorFlow, which has no denormals).
const LEAST_IN_F32: i32 = -126;
const MOST_IN_F32: i32 = 127;

/// Which exponents there are, and which one stands for a magnitude.
#[derive(Debug)]
pub(super) struct Exponents {
    pub(super) least: i32,
    pub(super) most: i32,
    pub(super) max_value: Option<f32>,
    quadratic: bool,
    floor: bool,
    /// Whether training draws exponents at random.
    stochastic: bool,
}

impl Exponents {
    /// Those of a quantizer whose `bits` are the exponent's, but for `sign_bits` of them.
    ///
    /// # Errors
    /// No bit left; a `max_value` below zero.
    pub(super) fn of(arguments: &Arguments, sign_bits: i32) -> Result<Exponents, QuantizerError> {
        let max_value = max_value(arguments)?;
        let sign_bits = sign_bits + i32::from(max_value.is_none_or(|most| most > 1.0));
        let bits = arguments.whole("bits") - sign_bits;
        if bits < 0 {
            let few = arguments.fault("bits", "leaves no bit for the exponent");
            return Err(few.help(format!("write bits={sign_bits} or more")));
        }
        let quadratic = arguments.truth("quadratic_approximation");
        let most = (1 << bits) - 1;
        let most = if quadratic { most & !1 } else { most };
        let floor = arguments.word("log2_rounding") == "floor";
        let stochastic = arguments.truth("use_stochastic_rounding") && !floor;
        Ok(Exponents { least: -(1 << bits), most, max_value, quadratic, floor, stochastic })
    }

    /// The exponent for an input of this magnitude; [`power`] is its power of two.
    pub(super) fn nearest(&self, magnitude: f32) -> i32 {
        let Some(x) = self.argument(magnitude) else { return self.below_epsilon() };
        let log2 = log::ln(x) / std::f32::consts::LN_2;
        self.clipped(if self.floor { log2.floor() } else { log2.round_ties_even() })
    }

    /// The exponent that training draws for an input of this magnitude: the mean of the powers is the magnitude.
    pub(super) fn drawn(&self, magnitude: f32, random: &mut Uniform) -> i32 {
        match self.argument(magnitude) {
            Some(x) if self.stochastic => self.clipped(draw::log2(x, random)),
            _ => self.nearest(magnitude),
        }
    }

    /// Whether a greater magnitude never has a lesser exponent. (The quadratic form has lesser ones above epsilon
    /// than below it.)
    pub(super) fn rises(&self) -> bool {
        self.below_epsilon() <= self.nearest(EPSILON)
    }

    /// QKeras's bound on weights.
    pub(super) fn bound(&self) -> f32 {
        let bound = self.max_value.filter(|most| *most > 0.0);
        bound.unwrap_or(f32::power_of_two(self.most)).max(1.0)
    }

    /// What the logarithm is taken of, unless the magnitude is below epsilon, or cut off at 0.
    fn argument(&self, magnitude: f32) -> Option<f32> {
        let cut = self.max_value.map_or(magnitude, |most| magnitude.min(most));
        let known = magnitude >= EPSILON && cut >= f32::MIN_POSITIVE;
        known.then_some(if self.quadratic { cut.sqrt() } else { cut })
    }

    fn below_epsilon(&self) -> i32 {
        self.least
    }

    fn clipped(&self, log2: f32) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "the logarithm of an f32 is small")]
        let exponent = (log2 as i32).clamp(self.least, self.most);
        if self.quadratic { 2 * exponent } else { exponent }
    }
}

/// `2^exponent`, as far as f32 goes: 0 below `2^-126`, as in QKeras, and `2^127` at most.
pub(super) fn power<N: Number>(exponent: i32) -> N {
    if exponent < LEAST_IN_F32 { N::float(0.0) } else { N::power_of_two(exponent.min(MOST_IN_F32)) }
}

fn max_value(arguments: &Arguments) -> Result<Option<f32>, QuantizerError> {
    match arguments.number("max_value")? {
        Some(most) if most < 0.0 => {
            Err(arguments.fault("max_value", "is below zero").help("write None, or a value of 0 or more"))
        }
        most => Ok(most),
    }
}

#[cfg(test)]
mod tests {
    use super::power;
    use crate::quantizer::{Hardware, parse};

    #[test]
    fn powers_beyond_f32_are_cut_off() {
        assert_eq!([-300, -127].map(power::<f32>), [0.0, 0.0]);
        assert_eq!(power::<f32>(-126), f32::MIN_POSITIVE);
        assert_eq!(power::<f32>(200), power::<f32>(127));
    }

    #[test]
    fn the_quadratic_form_falls_above_epsilon() {
        let rises = |text| {
            let hardware = parse(text).unwrap().fixed().unwrap().hardware();
            hardware == Hardware::Levels { monotone: true }
        };
        assert!(rises("quantized_relu_po2(4)") && rises("quantized_relu_po2(4, negative_slope=0.5)"));
        // Just above 1e-7 the exponent is 2 · -8, below it -8; with more bits 2 · -12 and -32.
        assert!(!rises("quantized_relu_po2(4, quadratic_approximation=True)"));
        assert!(rises("quantized_relu_po2(6, quadratic_approximation=True)"));
    }

    #[test]
    fn a_max_value_of_zero_leaves_the_least_power() {
        for text in ["quantized_po2(4, 0)", "quantized_relu_po2(3, 0)"] {
            let least = parse(text).unwrap().fixed().unwrap();
            assert_eq!((least.forward(3.0), least.forward(0.0)), (2f32.powi(-8), 2f32.powi(-8)), "{text}");
        }
    }
}
