//! `quantized_linear`: a uniform grid whose step is scaled by `alpha`.
//!
//! ```text
//! step = alpha · 2^(integer − ub)                                        ub = bits − keep_negative
//! k = round(clip(x / step, −2^ub + symmetric, 2^ub − 1))
//! y = step · k
//! ```
//!
//! Without `keep_negative` the lower end is 0. One bit with a sign gives `±step/2`: `k` is then
//! `round(clip(x / step, −1/2, 1/2) − 1/2) + 1/2`, so that 0 goes to `+step/2`.

use super::arguments::Arguments;
use super::formula::{self, Formula};
use super::number::{Number, exponent_of};
use super::parameter::{TRUE, Takes, common};
use super::registry::Kind;
use super::{Alpha, Hardware, Quantizer, QuantizerError};
use crate::fixed::Rounding;
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "quantized_linear",
    meaning: "a uniform grid: scale, saturate, round",
    parameters: &[
        common::BITS,
        common::INTEGER,
        common::parameter("symmetric", Takes::Truth, TRUE, common::SYMMETRIC_MEANING),
        common::KEEP_NEGATIVE,
        common::ALPHA,
        common::STOCHASTIC,
        common::SCALE_AXIS,
        common::QNOISE_FACTOR,
        common::VAR_NAME,
        common::USE_VARIABLES,
        common::ROUND,
    ],
    build,
};

#[derive(Debug)]
struct QuantizedLinear {
    unsigned_bits: i32,
    integer: i32,
    symmetric: bool,
    keep_negative: bool,
    alpha: Alpha,
    rounding: Rounding,
}

fn build(arguments: &Arguments) -> Result<Arc<dyn Quantizer>, QuantizerError> {
    let keep_negative = arguments.truth("keep_negative");
    let formula = QuantizedLinear {
        unsigned_bits: arguments.whole("bits") - i32::from(keep_negative),
        integer: arguments.whole("integer"),
        symmetric: arguments.truth("symmetric"),
        keep_negative,
        alpha: arguments.alpha()?,
        rounding: arguments.rounding(),
    };
    Ok(formula::quantizer(&arguments.text, formula))
}

impl QuantizedLinear {
    fn frac(&self) -> i32 {
        self.unsigned_bits - self.integer
    }

    /// The least and the greatest integer of the grid.
    fn ends(&self) -> (i128, i128) {
        let levels = super::levels(self.unsigned_bits);
        let lo = if self.keep_negative { -levels + i128::from(self.symmetric) } else { 0 };
        (lo, levels - 1)
    }

    /// `x` in steps, then on the grid: `k` above.
    fn steps<N: Number>(&self, steps: N) -> N {
        if self.unsigned_bits == 0 {
            let half = N::float(0.5);
            return steps.clamped(half.negated(), half).plus(-0.5).rounded(self.rounding).plus(0.5);
        }
        let (lo, hi) = self.ends();
        steps.clamped(N::integer(lo), N::integer(hi)).rounded(self.rounding)
    }
}

impl Formula for QuantizedLinear {
    fn value<N: Number>(&self, x: N) -> N {
        let scale = self.alpha.scale();
        self.steps(x.over(scale).scaled(self.frac())).scaled(-self.frac()).times(scale)
    }

    fn hardware(&self) -> Hardware {
        let (Some(exponent), true) = (exponent_of(self.alpha.scale()), self.unsigned_bits > 0) else {
            return Hardware::Levels { monotone: true };
        };
        let (lo, hi) = self.ends();
        let frac = self.frac() - exponent;
        Hardware::Grid { frac, rounding: self.rounding, lo, hi, out_frac: frac }
    }

    fn alpha(&self) -> Alpha {
        self.alpha
    }

    /// The greatest value of the grid.
    fn max(&self) -> f32 {
        self.value(f32::MAX)
    }

    /// The least value of the grid.
    fn min(&self) -> f32 {
        self.value(f32::MIN)
    }
}
