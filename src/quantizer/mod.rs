//! The QKeras quantizer library: strings, forward, grid and hardware form. One file a quantizer.

pub mod levels;

use crate::fixed::{Dyadic, Rounding, TooWide};
use std::fmt;

/// A function from the real numbers to a grid, written as in QKeras.
pub trait Quantizer: fmt::Debug + Send + Sync {
    /// The canonical string: `parse` gives the same quantizer back.
    fn text(&self) -> String;

    /// The grid value of `x`, in QKeras's f32 operation order.
    fn forward(&self, x: f32) -> f32;

    /// The grid value of `x`, the same formula in exact arithmetic.
    ///
    /// # Errors
    /// [`TooWide`] if the exact value needs more than 127 bits.
    fn exact(&self, x: Dyadic) -> Result<Dyadic, TooWide>;

    /// How it is computed from an integer.
    fn hardware(&self) -> Hardware;

    /// What its `alpha` says.
    fn alpha(&self) -> Alpha;
}

/// How a quantizer is computed from an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hardware {
    /// `k = clamp(round(x · 2^frac), lo, hi)`, and the integer `k` stands for `k · 2^-out_frac`.
    Grid {
        /// Fraction digits kept of the input.
        frac: i32,
        /// How the others are dropped.
        rounding: Rounding,
        /// The least integer.
        lo: i128,
        /// The greatest integer.
        hi: i128,
        /// Fraction digits of the result: `frac` less the exponent of a power-of-two `alpha`.
        out_frac: i32,
    },
    /// Few levels, not evenly spaced or not evenly rounded: what [`Quantizer::exact`] gives for each input.
    Levels {
        /// Whether the result never falls when the input rises, so that thresholds describe it.
        monotone: bool,
    },
}

/// What a quantizer's `alpha` argument says about its scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Alpha {
    /// The quantizer has no such argument.
    Absent,
    /// Not given: 1, but `auto_po2` for a kernel, as in QKeras.
    None,
    /// This number.
    Number(f32),
    /// Found from the tensor.
    Auto,
    /// Found from the tensor, a power of two.
    AutoPo2,
}
