//! The integers that a value can really take.

use super::{MAX_WIDTH, TooWide};
use std::fmt;

/// All integers `v` with `lo <= v <= hi`. A width follows from an interval, not the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// The least value.
    pub lo: i128,
    /// The greatest value, not below `lo`.
    pub hi: i128,
}

impl Interval {
    /// The interval `lo..=hi`; the ends may come in either order.
    pub fn new(lo: i128, hi: i128) -> Interval {
        Interval { lo: lo.min(hi), hi: lo.max(hi) }
    }

    /// The single value `v`.
    pub fn point(v: i128) -> Interval {
        Interval { lo: v, hi: v }
    }

    /// Every integer of `width` bits, two's complement if `signed`.
    pub fn of_width(signed: bool, width: u32) -> Interval {
        debug_assert!((1..=MAX_WIDTH).contains(&width));
        if signed {
            Interval { lo: -(1 << (width - 1)), hi: (1 << (width - 1)) - 1 }
        } else {
            Interval { lo: 0, hi: (1i128 << (width - 1)) - 1 + (1 << (width - 1)) }
        }
    }

    /// Whether a value below zero occurs, so that the value needs a sign bit.
    pub fn signed(self) -> bool {
        self.lo < 0
    }

    /// The fewest bits, sign included, that hold every value; at least 1.
    pub fn width(self) -> u32 {
        let magnitude = |v: i128| 128 - if v < 0 { !v } else { v }.leading_zeros();
        let bits = magnitude(self.lo).max(magnitude(self.hi));
        (bits + u32::from(self.signed())).max(1)
    }

    /// How many values there are, saturating at `u128::MAX`.
    pub fn count(self) -> u128 {
        self.hi.abs_diff(self.lo).saturating_add(1)
    }

    /// Whether `v` is one of the values.
    pub fn contains(self, v: i128) -> bool {
        self.lo <= v && v <= self.hi
    }

    /// Whether every value of `other` is one of these.
    pub fn covers(self, other: Interval) -> bool {
        self.lo <= other.lo && other.hi <= self.hi
    }

    /// The one value, if there is only one.
    pub fn constant(self) -> Option<i128> {
        (self.lo == self.hi).then_some(self.lo)
    }

    /// The smallest interval that covers both.
    pub fn union(self, other: Interval) -> Interval {
        Interval { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }

    /// The values that both have, if there are any.
    pub fn intersection(self, other: Interval) -> Option<Interval> {
        let (lo, hi) = (self.lo.max(other.lo), self.hi.min(other.hi));
        (lo <= hi).then_some(Interval { lo, hi })
    }

    /// Each value moved into `lo..=hi`.
    pub fn clamp(self, lo: i128, hi: i128) -> Interval {
        Interval { lo: self.lo.clamp(lo, hi), hi: self.hi.clamp(lo, hi) }
    }

    /// The sum of a value of each.
    pub fn plus(self, other: Interval) -> Result<Interval, TooWide> {
        checked(self.lo.checked_add(other.lo), self.hi.checked_add(other.hi))
    }

    /// A value of this less a value of `other`.
    pub fn minus(self, other: Interval) -> Result<Interval, TooWide> {
        checked(self.lo.checked_sub(other.hi), self.hi.checked_sub(other.lo))
    }

    /// A value times `c`.
    pub fn times(self, c: i128) -> Result<Interval, TooWide> {
        let (a, b) = (self.lo.checked_mul(c), self.hi.checked_mul(c));
        if c < 0 { checked(b, a) } else { checked(a, b) }
    }

    /// A value times `2^shift`.
    pub fn shifted_left(self, shift: u32) -> Result<Interval, TooWide> {
        if self == Interval::point(0) {
            return Ok(self);
        }
        if shift >= MAX_WIDTH {
            return Err(TooWide);
        }
        self.times(1 << shift)
    }

    /// `floor(v / 2^shift)`.
    pub fn shifted_right(self, shift: u32) -> Interval {
        let shift = shift.min(127);
        Interval { lo: self.lo >> shift, hi: self.hi >> shift }
    }
}

fn checked(lo: Option<i128>, hi: Option<i128>) -> Result<Interval, TooWide> {
    let interval = Interval { lo: lo.ok_or(TooWide)?, hi: hi.ok_or(TooWide)? };
    if interval.width() > MAX_WIDTH { Err(TooWide) } else { Ok(interval) }
}

/// `-32..31`
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.lo, self.hi)
    }
}
