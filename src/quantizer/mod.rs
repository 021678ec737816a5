//! The QKeras quantizer library: strings, forward, grid and hardware form. One file a quantizer.
//!
//! | file | answers |
//! |---|---|
//! | [`registry`] | which quantizers there are, and which one a string describes |
//! | [`syntax`] | how a string is read: a Python call |
//! | [`parameter`] | which arguments a quantizer takes |
//! | [`takes`] | what an argument may be |
//! | `bind` | which argument of a call is which parameter |
//! | `arguments` | which values they have in a call, and how that is printed |
//! | [`error`] | what is wrong with a string, where, and what to write |
//! | [`suggest`] | which known word a misspelt one stands for |
//! | [`spec`] | a quantizer as written, on numbers and on tensors |
//! | [`scale`] | by what its grid is stretched |
//! | `fit` | how a scale is found from a tensor |
//! | [`hardware`] | how a quantizer is computed from an integer |
//! | [`ends`] | where its range ends, and which numbers lie beyond |
//! | [`number`] | what a formula is computed with: f32, or exactly |
//! | [`sigmoid`] | which sigmoid stands in the formulas |
//! | `log`, `smooth` | the logarithm with TensorFlow's last bit, the hyperbolic tangent and the logistic function |
//! | `formula` | what a quantizer's own file says of it |
//! | `draw` | what training draws at random |
//! | `slices` | a formula over many numbers |
//! | `grid`, `squash`, `exponent` | the grids that several quantizers share |
//! | `quantized_bits`, … | one quantizer each: its parameters and its formula |
//!
//! To add a quantizer: a file with its `KIND`, and a line in the list of [`registry`].
//!
//! ```
//! use heteroq::{fixed::{Dyadic, Rounding}, quantizer::{self, Hardware}};
//! let relu = quantizer::parse("quantized_relu(4, 2, round='half_up')").unwrap().fixed().unwrap();
//! assert_eq!(relu.forward(1.125), 1.25); // the grid's step is 1/4, and ties go up
//! assert_eq!(relu.exact(Dyadic::new(9, -3)), Ok(Dyadic::new(5, -2)));
//! let scale = Dyadic::new(1, -2);
//! let grid = Hardware::Grid { frac: 2, rounding: Rounding::HalfUp, lo: 0, hi: 15, scale, offset: Dyadic::ZERO };
//! assert_eq!(relu.hardware(), grid);
//! ```

mod arguments;
mod at_random;
mod bernoulli;
mod binary;
mod bind;
mod draw;
pub mod ends;
pub mod error;
mod exponent;
mod fit;
pub mod formula;
mod grid;
pub mod hardware;
mod log;
pub mod number;
pub mod parameter;
mod quantized_bits;
mod quantized_hswish;
mod quantized_linear;
mod quantized_po2;
mod quantized_relu;
mod quantized_relu_po2;
mod quantized_sigmoid;
mod quantized_tanh;
mod quantized_ulaw;
pub mod registry;
pub mod scale;
pub mod sigmoid;
mod slices;
mod smooth;
pub mod spec;
mod squash;
mod stochastic_binary;
mod stochastic_ternary;
pub mod suggest;
pub mod syntax;
pub mod takes;
mod ternary;

pub use ends::Ends;
pub use error::QuantizerError;
pub use hardware::Hardware;
pub use no_stairs::NoStairs;
pub use registry::{parse, parse_with, reference};
pub use scale::{Alpha, Scale, Scales, Tensor};
pub use sigmoid::Sigmoid;
pub use spec::Spec;

pub mod levels;
mod no_stairs;

use crate::fixed::{Dyadic, TooWide};
use std::fmt;

/// A function from the real numbers to a grid, written as in QKeras.
pub trait Quantizer: fmt::Debug + Send + Sync {
    /// The string of its [`Spec`].
    fn text(&self) -> String;

    /// The grid value of `x`, in QKeras's f32 operation order: bit for bit what QKeras computes, without the noise
    /// that its straight-through form `x + (q − x)` adds at large `x`. `x` is finite.
    fn forward(&self, x: f32) -> f32;

    /// What a training step computes: the grid value, mixed with the unquantized one where `qnoise_factor` is below 1.
    /// Without what [`Spec::training`] draws at random.
    fn training(&self, x: f32) -> f32;

    /// The derivative of [`Quantizer::training`], as QKeras's straight-through estimator has it.
    fn gradient(&self, x: f32) -> f32;

    /// [`Quantizer::forward`] of each `x`.
    fn forward_each(&self, x: &[f32], y: &mut [f32]);

    /// [`Quantizer::training`] of each `x`.
    fn train_each(&self, x: &[f32], y: &mut [f32]);

    /// Each `slope` times [`Quantizer::gradient`] at its `x`.
    fn slope_each(&self, x: &[f32], slope: &mut [f32]);

    /// The grid value of `x`, the same formula in exact arithmetic: where an f32 holds `x` and the grid has at most
    /// 24 bits, [`Quantizer::forward`] is this, rounded to an f32 (which only a scale that is no power of two makes
    /// necessary; see [`number`] for the formulas that round themselves).
    ///
    /// # Errors
    /// [`TooWide`] if the exact value needs more than 127 bits.
    fn exact(&self, x: Dyadic) -> Result<Dyadic, TooWide>;

    /// How it is computed from an integer, whatever the integer stands for.
    fn hardware(&self) -> Hardware;

    /// How it is computed from integers of `frac` fraction digits.
    fn hardware_for(&self, frac: i32) -> Hardware;
}
