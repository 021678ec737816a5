//! The QKeras quantizer library: strings, forward, grid and hardware form. One file a quantizer.
//!
//! | file | answers |
//! |---|---|
//! | [`registry`] | which quantizers there are, and which one a string describes |
//! | [`syntax`] | how a string is read: a Python call |
//! | [`parameter`] | which arguments a quantizer takes |
//! | `arguments` | which values they have in a call, and how that is printed |
//! | [`error`] | what is wrong with a string, where, and what to write |
//! | [`suggest`] | which known word a misspelt one stands for |
//! | [`number`] | what a formula is computed with: f32, or exactly |
//! | `log` | the logarithm, with TensorFlow's last bit |
//! | `formula` | how one formula becomes a [`Quantizer`] |
//! | `quantized_bits`, … | one quantizer each: its parameters and its formula |
//!
//! To add a quantizer: a file with its `KIND`, and a line in the list of [`registry`].
//!
//! ```
//! use heteroq::{fixed::{Dyadic, Rounding}, quantizer::{self, Hardware}};
//! let relu = quantizer::parse("quantized_relu(4, 2, round='half_up')").unwrap();
//! assert_eq!(relu.forward(1.125), 1.25); // the grid's step is 1/4, and ties go up
//! assert_eq!(relu.exact(Dyadic::new(9, -3)), Ok(Dyadic::new(5, -2)));
//! let grid = Hardware::Grid { frac: 2, rounding: Rounding::HalfUp, lo: 0, hi: 15, out_frac: 2 };
//! assert_eq!(relu.hardware(), grid);
//! ```

mod arguments;
mod binary;
pub mod error;
mod formula;
mod log;
pub mod number;
pub mod parameter;
mod quantized_bits;
mod quantized_linear;
mod quantized_po2;
mod quantized_relu;
pub mod registry;
pub mod suggest;
pub mod syntax;
mod ternary;

pub use error::QuantizerError;
pub use no_stairs::NoStairs;
pub use registry::{parse, reference};

pub mod levels;
mod no_stairs;

use crate::fixed::{Dyadic, Rounding, TooWide};
use std::fmt;

/// A function from the real numbers to a grid, written as in QKeras.
pub trait Quantizer: fmt::Debug + Send + Sync {
    /// The canonical string: `parse` gives the same quantizer back.
    fn text(&self) -> String;

    /// The grid value of `x`, in QKeras's f32 operation order: bit for bit what QKeras computes, without the noise
    /// that its straight-through form `x + (q − x)` adds at large `x`. `x` is finite.
    fn forward(&self, x: f32) -> f32;

    /// The grid value of `x`, the same formula in exact arithmetic: equal to [`Quantizer::forward`] where an f32
    /// holds `x` and the grid has at most 24 bits (see [`number`] for the formulas that round themselves).
    ///
    /// # Errors
    /// [`TooWide`] if the exact value needs more than 127 bits.
    fn exact(&self, x: Dyadic) -> Result<Dyadic, TooWide>;

    /// How it is computed from an integer.
    fn hardware(&self) -> Hardware;

    /// What its `alpha` says.
    fn alpha(&self) -> Alpha;

    /// QKeras's `max()`, which bounds weights while training: `max(1, 2^integer)` and the like,
    /// not the greatest value of the grid.
    fn max(&self) -> f32;

    /// QKeras's `min()`, as [`Quantizer::max`].
    fn min(&self) -> f32;
}

/// How a quantizer is computed from an integer: what lowering may rely on.
///
/// The promise, for **every** dyadic `x` (so for every integer of every format), not only for those that an f32 holds:
/// - [`Hardware::Grid`]: [`Quantizer::exact`] gives exactly what the formula there gives. A value of format
///   `frac_in` is thus rounded with [`Rounding::shift_right`] by `frac_in - frac` places (shifted left if that is
///   negative), clamped to `lo..=hi`, and the integer result has `out_frac` fraction digits. Nothing else happens:
///   no scale, no special case at zero.
/// - [`Hardware::Levels`]: [`Quantizer::exact`] never fails and takes finitely many values; with `monotone`,
///   `x <= y` implies `exact(x) <= exact(y)`, so each level has one range of integers, found by bisection.
///   Without it, ask for every integer.
///
/// A grid is told wherever there is one: it costs no table. `bits=1` with a sign, a scale that is no power of two,
/// a slope below zero and an upper bound off the grid make levels.
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
        /// Fraction digits of the result: `frac`, less the exponent of a power-of-two `alpha` where only the result
        /// is scaled by it (`quantized_bits`), not the step as well (`quantized_linear`).
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
    /// Found from the tensor. Not supported yet: [`parse`] refuses it.
    Auto,
    /// Found from the tensor, a power of two. Not supported yet: [`parse`] refuses it.
    AutoPo2,
}

impl Alpha {
    /// The factor that a formula multiplies by.
    ///
    /// # Panics
    /// If the scale must be found from a tensor: `parse` makes no quantizer of such an alpha.
    fn scale(self) -> f32 {
        match self {
            Alpha::Absent | Alpha::None => 1.0,
            Alpha::Number(alpha) => alpha,
            Alpha::Auto | Alpha::AutoPo2 => {
                unreachable!("an automatic scale is a number before it is applied")
            }
        }
    }
}

/// `2^bits`: how many integers the unsigned part of a grid has.
fn levels(bits: i32) -> i128 {
    1 << bits
}
