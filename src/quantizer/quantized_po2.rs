//! `quantized_po2`: the nearest power of two, as seen by the logarithm, with the sign. It has no zero.
//!
//! ```text
//! y = sign(x) · 2^e(|x|)                                the sign of 0 is +
//! ```
//!
//! The exponent `e` is that of `exponent`, whose bits are all but the sign. An input of more than 24 bits is rounded
//! to an f32 first. A power that f32 does not hold is 0 below `2^-126`, as in QKeras; above, it is cut off at `2^127`.

use super::arguments::Arguments;
use super::exponent::{self, Exponents};
use super::formula::{Formula, Noise, Rule, Uniform};
use super::number::Number;
use super::parameter::{Takes, common};
use super::registry::Kind;
use super::scale::Scale;
use super::syntax::Value;
use super::{Hardware, QuantizerError};
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
        exponent::MAX_VALUE,
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
struct QuantizedPo2 {
    exponents: Exponents,
    noise: Noise,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let exponents = Exponents::of(arguments, 1)?;
    Ok(Arc::new(QuantizedPo2 { exponents, noise: arguments.noise()? }))
}

/// `power` with the sign of `x`.
fn signed<N: Number>(x: N, power: N) -> N {
    if x.negative() { power.negated() } else { power }
}

impl Formula for QuantizedPo2 {
    fn value<N: Number>(&self, x: N, _scale: Scale) -> N {
        signed(x, exponent::power(self.exponents.nearest(x.magnitude().to_float())))
    }

    fn drawn(&self, x: f32, _scale: Scale, random: &mut Uniform) -> f32 {
        signed(x, exponent::power(self.exponents.drawn(x.abs(), random)))
    }

    fn hardware(&self, _scale: Scale) -> Hardware {
        Hardware::Levels { monotone: self.exponents.rises() }
    }

    fn max(&self) -> f32 {
        self.exponents.bound()
    }

    fn min(&self) -> f32 {
        -self.exponents.bound()
    }

    fn noise(&self) -> Noise {
        self.noise
    }
}
