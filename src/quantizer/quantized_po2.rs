//! `quantized_po2`: the nearest power of two, as seen by the logarithm, with the sign. It has no zero.
//!
//! ```text
//! e = clip(round(ln(|x|) / ln(2)), least, most)        quadratic: 2 · clip(round(ln(√|x|) / ln(2)), least, most)
//! y = sign(x) · 2^e                                    the sign of 0 is +; below 1e-7, e = least
//! least = −2^n, most = 2^n − 1                         n = bits − 1, less one for the exponent's sign
//! ```
//!
//! `|x|` is cut off at `max_value`; if that is 1 or less, exponents need no sign. `log2_rounding='floor'`
//! takes the next power below. All steps but the last are f32's, with TensorFlow's logarithm, so an input of more
//! than 24 bits is rounded to an f32 first. A power that f32 does not hold is 0 below `2^-126`, as in QKeras;
//! above, it is cut off at `2^127`.

use super::arguments::Arguments;
use super::fit::EPSILON;
use super::formula::{Formula, Noise, Rule};
use super::number::Number;
use super::parameter::{FALSE, NONE, Takes, common};
use super::registry::Kind;
use super::scale::Scale;
use super::syntax::Value;
use super::{Hardware, QuantizerError, log};
use std::borrow::Cow;
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "quantized_po2",
    meaning: "a power of two with a sign, never 0",
    parameters: &[
        common::parameter(
            "bits",
            Takes::Whole(1, 16),
            &Value::Int(8),
            "bits of the sign and of the exponent",
        ),
        common::parameter("max_value", Takes::NumberOrNone, NONE, "the most that an input counts for"),
        common::STOCHASTIC,
        common::parameter("quadratic_approximation", Takes::Truth, FALSE, "even exponents only"),
        common::parameter(
            "log2_rounding",
            Takes::Word(&["rnd", "floor"]),
            &Value::Text(Cow::Borrowed("rnd")),
            "how the exponent is rounded",
        ),
        common::QNOISE_FACTOR,
        common::VAR_NAME,
        common::USE_STE,
        common::USE_VARIABLES,
    ],
    build,
};

/// Exponents of the powers of two that f32 holds (in TensorFlow, which has no denormals).
const LEAST_IN_F32: i32 = -126;
const MOST_IN_F32: i32 = 127;

#[derive(Debug)]
struct QuantizedPo2 {
    least: i32,
    most: i32,
    max_value: Option<f32>,
    quadratic: bool,
    floor: bool,
    noise: Noise,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let max_value = max_value(arguments)?;
    let quadratic = arguments.truth("quadratic_approximation");
    let sign_bits = 1 + i32::from(max_value.is_none_or(|most| most > 1.0));
    let exponent_bits = arguments.whole("bits") - sign_bits;
    if exponent_bits < 0 {
        let few = arguments.fault("bits", "leaves no bit for the exponent");
        return Err(few.help(format!("write bits={sign_bits} or more")));
    }
    let most = (1 << exponent_bits) - 1;
    let most = if quadratic { most & !1 } else { most };
    let floor = arguments.word("log2_rounding") == "floor";
    let (least, noise) = (-(1 << exponent_bits), arguments.noise()?);
    Ok(Arc::new(QuantizedPo2 { least, most, max_value, quadratic, floor, noise }))
}

fn max_value(arguments: &Arguments) -> Result<Option<f32>, QuantizerError> {
    match arguments.number("max_value")? {
        Some(most) if most < 0.0 => {
            Err(arguments.fault("max_value", "is below zero").help("write None, or a value of 0 or more"))
        }
        most => Ok(most),
    }
}

impl QuantizedPo2 {
    /// The exponent for an input of this magnitude.
    fn exponent(&self, magnitude: f32) -> i32 {
        if magnitude < EPSILON {
            return self.least;
        }
        let cut = self.max_value.map_or(magnitude, |most| magnitude.min(most));
        let log2 = log::ln(if self.quadratic { cut.sqrt() } else { cut }) / std::f32::consts::LN_2;
        let whole = if self.floor { log2.floor() } else { log2.round_ties_even() };
        #[expect(clippy::cast_possible_truncation, reason = "clipped to 16 bits; minus infinity saturates")]
        let exponent = (whole as i32).clamp(self.least, self.most);
        if self.quadratic { 2 * exponent } else { exponent }.min(MOST_IN_F32)
    }
}

impl Formula for QuantizedPo2 {
    fn value<N: Number>(&self, x: N, _scale: Scale) -> N {
        let exponent = self.exponent(x.magnitude().to_float());
        if exponent < LEAST_IN_F32 {
            return N::float(0.0);
        }
        let power = N::power_of_two(exponent);
        if x.negative() { power.negated() } else { power }
    }

    /// Below epsilon the quadratic form takes `least`, which is not the least exponent that it has above.
    fn hardware(&self, _scale: Scale) -> Hardware {
        Hardware::Levels { monotone: self.least <= self.exponent(EPSILON) }
    }

    fn max(&self) -> f32 {
        let bound = self.max_value.filter(|most| *most > 0.0);
        bound.unwrap_or(f32::power_of_two(self.most)).max(1.0)
    }

    fn min(&self) -> f32 {
        -Formula::max(self)
    }

    fn noise(&self) -> Noise {
        self.noise
    }
}
