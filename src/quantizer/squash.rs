//! The grid of the quantizers that squash: what is rounded to it lies between −1 and 1.
//!
//! ```text
//! k = clip(round(p · 2^frac), lo, 2^frac − 1)
//! y = k · 2^-frac
//! ```
//!
//! Stochastic rounding draws multiples of half a step, as QKeras does.

use super::Hardware;
use super::draw;
use super::formula::Uniform;
use super::number::Number;
use super::parameter::{Parameter, Takes, common};
use super::syntax::Value;
use crate::fixed::{Dyadic, Rounding};

/// `bits`: no more than an f32 tells apart.
pub(super) const BITS: Parameter =
    common::parameter("bits", Takes::Whole(1, 24), &Value::Int(8), "width of the result");

/// The integers from `lo` to `2^frac − 1`, each times `2^-frac`.
#[derive(Debug)]
pub(super) struct Squash {
    /// Fraction digits.
    pub(super) frac: i32,
    /// The least integer.
    pub(super) lo: i128,
    /// Whether training rounds at random.
    pub(super) stochastic: bool,
}

impl Squash {
    /// The grid value of `p`.
    pub(super) fn value<N: Number>(&self, p: N) -> N {
        self.clipped(nearest(p.scaled(self.frac)))
    }

    /// The value that training draws for `p`.
    pub(super) fn drawn(&self, p: f32, random: &mut Uniform) -> f32 {
        if !self.stochastic {
            return self.value(p);
        }
        self.clipped(draw::round(p.scaled(self.frac), draw::HALVES, random))
    }

    fn clipped<N: Number>(&self, k: N) -> N {
        k.clamped(N::integer(self.lo), N::integer(self.hi())).scaled(-self.frac)
    }

    /// Whether `p` is rounded to an integer beyond the ends: there, TensorFlow has no gradient.
    pub(super) fn cuts_off(&self, p: f32) -> bool {
        let k = nearest(p.scaled(self.frac));
        k < f32::integer(self.lo) || k > f32::integer(self.hi())
    }

    /// The grid in hardware, where `k` is `round(x · 2^kept)` and the integer that `middle` is on the grid, between
    /// the ends: the same whole number on both sides, an even one.
    pub(super) fn hardware(&self, kept: i32, middle: Dyadic) -> Hardware {
        let at_zero = middle.to_integer(self.frac).expect("the middle lies on the grid");
        Hardware::Grid {
            frac: kept,
            rounding: Rounding::HalfEven,
            lo: self.lo - at_zero,
            hi: self.hi() - at_zero,
            scale: Dyadic::power_of_two(-self.frac),
            offset: middle,
        }
    }

    /// The greatest value.
    pub(super) fn max(&self) -> f32 {
        f32::integer(self.hi()).scaled(-self.frac)
    }

    /// The least value.
    pub(super) fn min(&self) -> f32 {
        f32::integer(self.lo).scaled(-self.frac)
    }

    fn hi(&self) -> i128 {
        (1 << self.frac) - 1
    }
}

/// The whole number next to `x`, ties to even.
pub(super) fn nearest<N: Number>(x: N) -> N {
    x.rounded(Rounding::HalfEven)
}
