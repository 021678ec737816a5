//! Exact numbers: what an integer stands for, which integers a value can take,
//! and how a value loses digits.
//!
//! | file | answers |
//! |---|---|
//! | [`mod@format`] | what an integer stands for: sign, width, fraction |
//! | [`interval`] | the integers that a value can really take |
//! | [`rounding`] | how digits are dropped |
//! | [`dyadic`] | an exact real number: an integer times a power of two |
//!
//! ```
//! use heteroq::fixed::{Format, Interval};
//! let six_bits = Format { signed: true, width: 6, frac: 5 }; // quantized_bits(6, 0)
//! assert_eq!(six_bits.interval(), Interval { lo: -32, hi: 31 });
//! assert_eq!(six_bits.interval().width(), 6);
//! ```

pub mod dyadic;
pub mod format;
pub mod interval;
pub mod rounding;

pub use dyadic::Dyadic;
pub use format::Format;
pub use interval::Interval;
pub use rounding::{Overflow, Rounding};

/// The widest signed value that anything in heteroq may hold, in bits: `i128` less one bit of headroom.
pub const MAX_WIDTH: u32 = 127;

/// An exact result that needs more than [`MAX_WIDTH`] bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a value needs more than {MAX_WIDTH} bits")]
pub struct TooWide;
