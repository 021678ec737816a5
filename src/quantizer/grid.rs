//! An evenly spaced grid of integers, which several quantizers round to.

use super::arguments::Arguments;
use super::draw;
use super::formula::{Noise, Uniform};
use super::number::Number;
use super::scale::Alpha;
use super::{Hardware, QuantizerError};
use crate::fixed::{Dyadic, Rounding};

/// The most bits of a grid whose step is no power of two: its integers times a 24-bit scale fit 127 bits.
const MOST_BITS_SCALED: i32 = 100;

/// The integers from `lo` to `hi`, each times `2^-frac`.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    /// The bits but for the sign.
    pub(super) unsigned_bits: i32,
    /// Bits before the point.
    pub(super) integer: i32,
    /// Whether the ends are ± the same.
    pub(super) symmetric: bool,
    /// Whether there are integers below zero.
    pub(super) keep_negative: bool,
    /// What scales it.
    pub(super) alpha: Alpha,
    /// How it is rounded to.
    pub(super) rounding: Rounding,
    /// How much of it is applied.
    pub(super) noise: Noise,
    /// Whether training rounds at random.
    pub(super) stochastic: bool,
}

impl Grid {
    /// The grid of a quantizer with the parameters of `quantized_bits`.
    pub(super) fn of(arguments: &Arguments) -> Result<Grid, QuantizerError> {
        let keep_negative = arguments.truth_or("keep_negative", true);
        let alpha = arguments.alpha()?;
        let found = arguments.frozen()?.map_or(Alpha::Absent, Alpha::List);
        let power_of_two = alpha.is_power_of_two() && found.is_power_of_two();
        if arguments.whole("bits") > MOST_BITS_SCALED && !power_of_two {
            let many = arguments.fault("bits", "is too many for a scale that is no power of two");
            return Err(many.help(format!("write bits={MOST_BITS_SCALED} or less, or alpha=1")));
        }
        Ok(Grid {
            unsigned_bits: arguments.whole("bits") - i32::from(keep_negative),
            integer: arguments.whole("integer"),
            symmetric: arguments.truth("symmetric"),
            keep_negative,
            alpha,
            rounding: arguments.rounding(),
            noise: arguments.noise()?,
            stochastic: arguments.truth("use_stochastic_rounding"),
        })
    }

    /// Fraction digits before the scale.
    pub(super) fn frac(&self) -> i32 {
        self.unsigned_bits - self.integer
    }

    /// The least and the greatest integer.
    pub(super) fn ends(&self) -> (i128, i128) {
        let levels = 1i128 << self.unsigned_bits;
        let lo = if self.keep_negative { -levels + i128::from(self.symmetric) } else { 0 };
        (lo, levels - 1)
    }

    /// `x`, which counts steps, rounded as training does.
    pub(super) fn drawn(&self, x: f32, random: &mut Uniform) -> f32 {
        if self.stochastic { draw::round(x, draw::WHOLE, random) } else { x.rounded(self.rounding) }
    }

    /// `x`, which counts steps, cut off at the ends.
    pub(super) fn clamped<N: Number>(&self, x: N) -> N {
        let (lo, hi) = self.ends();
        x.clamped(N::integer(lo), N::integer(hi))
    }

    /// The grid in hardware: `frac` fraction digits of the input are kept, and the result is multiplied by `output`.
    pub(super) fn hardware(&self, frac: i32, output: f32) -> Hardware {
        let (lo, hi) = self.ends();
        let scale = Dyadic::float(output).scaled(-self.frac());
        Hardware::Grid { frac, rounding: self.rounding, lo, hi, scale, offset: Dyadic::ZERO }
    }
}
