//! What an integer stands for.

use super::{Dyadic, Interval};
use std::fmt;

/// An integer `v` of this format stands for the real number `v · 2^-frac`.
///
/// `frac` may be negative (the grid is coarser than one) or above `width` (all values lie far below one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Format {
    /// Two's complement if true, else non-negative.
    pub signed: bool,
    /// Bits of the integer, sign included, in `1..=127`.
    pub width: u32,
    /// Binary digits after the point.
    pub frac: i32,
}

impl Format {
    /// Every integer of this width and sign.
    pub fn interval(self) -> Interval {
        Interval::of_width(self.signed, self.width)
    }

    /// The real number that `v` stands for.
    pub fn value(self, v: i128) -> Dyadic {
        Dyadic::new(v, -self.frac)
    }

    /// The narrowest format with `frac` fraction digits that holds every integer of `interval`.
    pub fn of(interval: Interval, frac: i32) -> Format {
        Format { signed: interval.lo < 0, width: interval.width(), frac }
    }
}

/// Written as in the manifest's text: `s6.5` is signed, six bits, five of them after the point.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}.{}", if self.signed { 's' } else { 'u' }, self.width, self.frac)
    }
}
