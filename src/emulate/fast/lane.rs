//! Which integer type holds a value.

use super::frame::{Columns, Frame};
use crate::fixed::Interval;

/// The integer types of columns, narrowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Lane {
    I16,
    I32,
    I64,
    I128,
}

impl Lane {
    /// How many lanes there are.
    pub(super) const COUNT: usize = 4;

    /// The narrowest lane that holds every integer of `interval`.
    pub(super) fn of(interval: Interval) -> Lane {
        // A signed type of n bits holds what n signed bits hold; an unsigned value needs one more.
        match interval.width() + u32::from(!interval.signed()) {
            0..=16 => Lane::I16,
            17..=32 => Lane::I32,
            33..=64 => Lane::I64,
            _ => Lane::I128,
        }
    }
}

/// Arithmetic modulo 2^n on one lane's type. (`+`, `<<` and their kin would panic where a partial sum wraps.)
pub(super) trait Int: Copy + Ord + Send + Sync + std::fmt::Debug + 'static {
    /// The lane.
    const LANE: Lane;
    /// Its bits.
    const BITS: u32;
    /// The integer congruent to `v`.
    fn wrap(v: i128) -> Self;
    /// The integer itself.
    fn wide(self) -> i128;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// `self << shift`; `shift` is below [`Int::BITS`].
    fn left(self, shift: u32) -> Self;
    /// `floor(self / 2^shift)`; `shift` is below [`Int::BITS`].
    fn right(self, shift: u32) -> Self;
    fn and(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;
    /// 1 or 0.
    fn truth(condition: bool) -> Self;
    /// `self - first`, which is not negative, as an index.
    fn index(self, first: Self) -> usize;
    /// The columns of this lane.
    fn columns(frame: &Frame) -> &Columns<Self>;
    /// The columns of this lane, to be written.
    fn columns_mut(frame: &mut Frame) -> &mut Columns<Self>;
}

macro_rules! int {
    ($type:ty, $lane:ident, $field:ident) => {
        impl Int for $type {
            const LANE: Lane = Lane::$lane;
            const BITS: u32 = <$type>::BITS;
            int!(@inline wrap(v: i128) -> Self { v as $type });
            int!(@inline wide(self) -> i128 { self as i128 });
            int!(@inline plus(self, other: Self) -> Self { self.wrapping_add(other) });
            int!(@inline minus(self, other: Self) -> Self { self.wrapping_sub(other) });
            int!(@inline times(self, other: Self) -> Self { self.wrapping_mul(other) });
            int!(@inline left(self, shift: u32) -> Self { self.wrapping_shl(shift) });
            int!(@inline right(self, shift: u32) -> Self { self.wrapping_shr(shift) });
            int!(@inline and(self, other: Self) -> Self { self & other });
            int!(@inline xor(self, other: Self) -> Self { self ^ other });
            int!(@inline truth(condition: bool) -> Self { <$type>::from(condition) });
            int!(@inline index(self, first: Self) -> usize { self.wrapping_sub(first) as usize });
            int!(@inline columns(frame: &Frame) -> &Columns<Self> { &frame.$field });
            int!(@inline columns_mut(frame: &mut Frame) -> &mut Columns<Self> { &mut frame.$field });
        }
    };
    (@inline $name:ident($($arguments:tt)*) -> $result:ty $body:block) => {
        #[inline(always)]
        #[allow(
            clippy::inline_always,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_lossless,
            trivial_numeric_casts,
            reason = "loops must be compiled for the instruction set of their caller; truncation is the meaning"
        )]
        fn $name($($arguments)*) -> $result $body
    };
}

int!(i16, I16, i16);
int!(i32, I32, i32);
int!(i64, I64, i64);
int!(i128, I128, i128);
