//! `quantized_bits`: a uniform grid, rounded and saturated; with one bit and a sign, the sign.
//!
//! ```text
//! k = clip(round(x · 2^(ub − integer)), −2^ub + symmetric, 2^ub − 1)     ub = bits − keep_negative
//! y = alpha · k · 2^(integer − ub)
//! ```
//!
//! `x` is not divided by `alpha`. Without `keep_negative` the lower end is 0.
//! Where `ub` is 0, `y` is `±alpha`, and `+alpha` for 0.

use super::arguments::Arguments;
use super::formula::{self, Formula};
use super::number::{Number, exponent_of};
use super::parameter::{FALSE, NONE, Takes, common};
use super::registry::Kind;
use super::{Alpha, Hardware, Quantizer, QuantizerError};
use crate::fixed::Rounding;
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "quantized_bits",
    meaning: "a uniform grid: round, saturate, then scale",
    parameters: &[
        common::BITS,
        common::INTEGER,
        common::parameter("symmetric", Takes::Truth, FALSE, common::SYMMETRIC_MEANING),
        common::KEEP_NEGATIVE,
        common::ALPHA,
        common::STOCHASTIC,
        common::SCALE_AXIS,
        common::QNOISE_FACTOR,
        common::VAR_NAME,
        common::USE_STE,
        common::USE_VARIABLES,
        common::ELEMENTS_PER_SCALE,
        common::MIN_PO2_EXPONENT,
        common::MAX_PO2_EXPONENT,
        common::parameter("post_training_scale", Takes::DefaultOnly, NONE, "a frozen scale"),
        common::ROUND,
    ],
    build,
};

#[derive(Debug)]
struct QuantizedBits {
    unsigned_bits: i32,
    integer: i32,
    symmetric: bool,
    keep_negative: bool,
    alpha: Alpha,
    rounding: Rounding,
}

fn build(arguments: &Arguments) -> Result<Arc<dyn Quantizer>, QuantizerError> {
    let keep_negative = arguments.truth("keep_negative");
    let formula = QuantizedBits {
        unsigned_bits: arguments.whole("bits") - i32::from(keep_negative),
        integer: arguments.whole("integer"),
        symmetric: arguments.truth("symmetric"),
        keep_negative,
        alpha: arguments.alpha()?,
        rounding: arguments.rounding(),
    };
    Ok(formula::quantizer(&arguments.text, formula))
}

impl QuantizedBits {
    /// Fraction digits of the grid before the scale.
    fn frac(&self) -> i32 {
        self.unsigned_bits - self.integer
    }

    /// The least and the greatest integer of the grid.
    fn ends(&self) -> (i128, i128) {
        let levels = super::levels(self.unsigned_bits);
        let lo = if self.keep_negative { -levels + i128::from(self.symmetric) } else { 0 };
        (lo, levels - 1)
    }
}

impl Formula for QuantizedBits {
    fn value<N: Number>(&self, x: N) -> N {
        let scale = self.alpha.scale();
        if self.unsigned_bits == 0 {
            return N::float(if x.negative() { -scale } else { scale });
        }
        let (lo, hi) = self.ends();
        let k = x.scaled(self.frac()).rounded(self.rounding).clamped(N::integer(lo), N::integer(hi));
        k.scaled(-self.frac()).times(scale)
    }

    fn hardware(&self) -> Hardware {
        let (Some(exponent), true) = (exponent_of(self.alpha.scale()), self.unsigned_bits > 0) else {
            return Hardware::Levels { monotone: true };
        };
        let (lo, hi) = self.ends();
        let (frac, rounding) = (self.frac(), self.rounding);
        Hardware::Grid { frac, rounding, lo, hi, out_frac: frac - exponent }
    }

    fn alpha(&self) -> Alpha {
        self.alpha
    }

    fn max(&self) -> f32 {
        if self.unsigned_bits > 0 { f32::power_of_two(self.integer).max(1.0) } else { 1.0 }
    }

    fn min(&self) -> f32 {
        if self.keep_negative { -self.max() } else { 0.0 }
    }
}
