//! A net becomes a cheaper net that computes the same integers.
//!
//! | file | answers |
//! |---|---|
//! | [`plan`] | which passes run, in which order |
//! | [`cost`] | how many LUTs a value takes |
//! | [`rewrite`] | how a pass rebuilds a net, value by value |
//! | [`dot`] | constant matrices become shifts and additions, or multipliers |
//! | [`multiply`] | dot products as multipliers |
//! | [`cmvm`] | which shifts and additions a constant matrix takes |
//! | [`csd`] | the fewest signed digits of a constant |
//! | [`simplify`] | what a value is equal to already |
//! | [`narrow`] | which integers a value really reaches |
//! | [`linear`] | a value as a weighted sum of others |
//! | [`share`] | equal operations become one |
//! | [`remove_dead`] | values that nobody reads go away |

pub mod cmvm;
pub mod cost;
pub mod csd;
pub mod dot;
pub mod linear;
pub mod multiply;
pub mod narrow;
pub mod plan;
pub mod remove_dead;
pub mod rewrite;
pub mod share;
pub mod simplify;

use crate::net::Net;
pub use plan::{Options, Plan};

/// A step from one net to another that computes the same integers.
///
/// Ports keep their number, order, names and fractions; inputs stay even when nothing reads them.
pub trait Pass {
    /// Its name: the file's, and the word for `--dump-after` and in logs.
    fn name(&self) -> &'static str;

    /// The better net.
    fn run(&self, net: &Net) -> Net;
}

/// What a layer's products by constants are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Arithmetic {
    /// Shifts and additions, shared between outputs. No DSP.
    #[default]
    ShiftAdd,
    /// Multipliers at exact widths.
    Multiply,
}
