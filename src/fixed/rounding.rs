//! How digits are dropped, and what happens to a value that does not fit.

use super::Interval;
use std::fmt;
use std::str::FromStr;

/// Which neighbour on the coarser grid a value goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rounding {
    /// The nearest, ties to the even neighbour: QKeras's own.
    HalfEven,
    /// The nearest, ties upwards: `floor(x + 1/2)`.
    HalfUp,
    /// The next below.
    Floor,
}

impl Rounding {
    /// Every way of rounding.
    pub const ALL: [Rounding; 3] = [Rounding::HalfEven, Rounding::HalfUp, Rounding::Floor];

    /// `v / 2^shift`, rounded.
    pub fn shift_right(self, v: i128, shift: u32) -> i128 {
        if shift == 0 {
            return v;
        }
        if shift > 127 {
            // |v| < 2^127 is below half a unit of the new grid, so only the sign is left to see.
            return if self == Rounding::Floor && v < 0 { -1 } else { 0 };
        }
        let floor = v >> shift;
        let rest = (v.cast_unsigned()) & (u128::MAX >> (128 - shift));
        let half = 1u128 << (shift - 1);
        match self {
            Rounding::Floor => floor,
            Rounding::HalfUp => floor + i128::from(rest >= half),
            Rounding::HalfEven => floor + i128::from(rest > half || (rest == half && floor & 1 == 1)),
        }
    }

    /// The word used in a quantizer's `round` argument.
    pub fn word(self) -> &'static str {
        match self {
            Rounding::HalfEven => "half_even",
            Rounding::HalfUp => "half_up",
            Rounding::Floor => "floor",
        }
    }
}

impl fmt::Display for Rounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Rounding {
    type Err = ();

    fn from_str(word: &str) -> Result<Rounding, ()> {
        Rounding::ALL.into_iter().find(|r| r.word() == word).ok_or(())
    }
}

/// What becomes of a value outside the integers that can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Overflow {
    /// It becomes the nearest one that can.
    Saturate,
    /// Its high bits are lost.
    Wrap,
}

impl Overflow {
    /// `v` brought into the integers of `width` bits, two's complement if `signed`.
    pub fn apply(self, v: i128, signed: bool, width: u32) -> i128 {
        let all = Interval::of_width(signed, width);
        match self {
            Overflow::Saturate => v.clamp(all.lo, all.hi),
            Overflow::Wrap if signed => v << (128 - width) >> (128 - width),
            Overflow::Wrap => v & all.hi,
        }
    }
}
