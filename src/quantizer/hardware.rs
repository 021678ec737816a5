//! How a quantizer is computed from an integer: what lowering may rely on.

use crate::fixed::{Dyadic, Rounding};

/// How a quantizer is computed from an integer.
///
/// The promise, for **every** dyadic `x` (so for every integer of every format), not only for those that an f32 holds:
/// - [`Hardware::Grid`]: [`super::Quantizer::exact`] gives exactly what the formula there gives. A value of format
///   `frac_in` is thus rounded with [`Rounding::shift_right`] by `frac_in - frac` places (shifted left if that is
///   negative), clamped to `lo..=hi`, multiplied by `scale`, and `offset` is added. Nothing else happens: no special
///   case at zero.
/// - [`Hardware::Levels`]: [`super::Quantizer::exact`] never fails and takes finitely many values; with `monotone`,
///   `x <= y` implies `exact(x) <= exact(y)`, so each level has one range of integers, found by bisection.
///   Without it, ask for every integer.
///
/// [`super::Quantizer::hardware_for`] promises the same for multiples of `2^-frac` only, where more may be a grid.
///
/// A grid is told wherever there is one: it costs no table. `bits=1` with a sign, a step that is no power of two,
/// a slope below zero and an upper bound off the grid make levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hardware {
    /// `k = clamp(round(x · 2^frac), lo, hi)`, and the integer `k` stands for `k · scale + offset`.
    Grid {
        /// Fraction digits kept of the input.
        frac: i32,
        /// How the others are dropped.
        rounding: Rounding,
        /// The least integer.
        lo: i128,
        /// The greatest integer.
        hi: i128,
        /// What the integer 1 stands for, above zero: `2^-frac` times the output's scale. A power of two but where
        /// `alpha` is none: then it costs a product by its mantissa.
        scale: Dyadic,
        /// What the integer 0 stands for: a multiple of `scale`, 0 for most.
        offset: Dyadic,
    },
    /// Few levels, not evenly spaced or not evenly rounded: what [`super::Quantizer::exact`] gives for each input.
    Levels {
        /// Whether the result never falls when the input rises, so that thresholds describe it.
        monotone: bool,
    },
    /// It has no exact form: it is random, or applied in part only.
    Never {
        /// Why.
        why: &'static str,
        /// What to write instead.
        instead: &'static str,
    },
}
