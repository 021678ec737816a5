//! The numbers that a quantizer's one formula runs on: `f32`, as TensorFlow computes, and [`Dyadic`], exactly.
//!
//! A formula is written once over [`Number`]. Operations whose result both kinds hold (scaling by a power of two,
//! rounding, comparing) are exact in both, and so is [`Number::stretched`] in the second. The others ([`Number::plus`], [`Number::times`], [`Number::over`])
//! round in f32; their dyadic form rounds to the 24 bits of an f32 likewise, so that both agree on every input
//! that an f32 holds, and the levels do not depend on how many bits an input has.

use crate::fixed::{Dyadic, Rounding};

/// The operations of the quantizers' formulas.
pub trait Number: Copy + PartialOrd {
    /// The float itself.
    fn float(c: f32) -> Self;

    /// The integer itself; in f32 the nearest there is.
    fn integer(i: i128) -> Self;

    /// `2^exponent`.
    fn power_of_two(exponent: i32) -> Self;

    /// The nearest f32.
    fn to_float(self) -> f32;

    /// `self · 2^shift`.
    fn scaled(self, shift: i32) -> Self;

    /// The whole number next to it.
    fn rounded(self, rounding: Rounding) -> Self;

    /// `-self`.
    fn negated(self) -> Self;

    /// `self + c`, rounded as f32 does.
    fn plus(self, c: f32) -> Self;

    /// `self · c`, rounded as f32 does unless `c` is a power of two.
    fn times(self, c: f32) -> Self;

    /// `self · c`, the last step of a formula: rounded in f32, exact in dyadic arithmetic. `self` is an integer of a
    /// grid of at most 100 bits, unless `c` is a power of two.
    fn stretched(self, c: f32) -> Self;

    /// `self / c`, rounded as f32 does unless `c` is a power of two.
    fn over(self, c: f32) -> Self;

    /// The nearest value in `lo..=hi`.
    fn clamped(self, lo: Self, hi: Self) -> Self {
        let below = if self > hi { hi } else { self };
        if below < lo { lo } else { below }
    }

    /// Whether it is below zero and not so small that TensorFlow takes it for zero (below `2^-126`).
    fn negative(self) -> bool {
        self <= Self::float(-f32::MIN_POSITIVE)
    }

    /// The magnitude.
    fn magnitude(self) -> Self {
        if self < Self::float(0.0) { self.negated() } else { self }
    }
}

impl Number for f32 {
    fn float(c: f32) -> f32 {
        c
    }

    #[expect(clippy::cast_precision_loss, reason = "as TensorFlow does")]
    fn integer(i: i128) -> f32 {
        i as f32
    }

    #[expect(clippy::inline_always, reason = "loops of training are compiled around it")]
    #[inline(always)]
    fn power_of_two(exponent: i32) -> f32 {
        1.0.scaled(exponent)
    }

    fn to_float(self) -> f32 {
        self
    }

    /// A product with a power of two rounds as the scaling does: once, and only below the normal numbers.
    #[expect(clippy::inline_always, reason = "loops of training are compiled around it")]
    #[inline(always)]
    fn scaled(self, shift: i32) -> f32 {
        match u32::try_from(shift + 127) {
            Ok(biased @ 1..255) => self * f32::from_bits(biased << 23),
            _ => libm::scalbnf(self, shift),
        }
    }

    #[expect(clippy::inline_always, reason = "loops of training are compiled around it")]
    #[inline(always)]
    fn rounded(self, rounding: Rounding) -> f32 {
        let floor = self.floor();
        match rounding {
            Rounding::HalfEven => self.round_ties_even(),
            Rounding::HalfUp if self - floor >= 0.5 => floor + 1.0,
            Rounding::HalfUp | Rounding::Floor => floor,
        }
    }

    fn negated(self) -> f32 {
        -self
    }

    fn plus(self, c: f32) -> f32 {
        self + c
    }

    fn times(self, c: f32) -> f32 {
        self * c
    }

    fn stretched(self, c: f32) -> f32 {
        self * c
    }

    fn over(self, c: f32) -> f32 {
        self / c
    }
}

impl Number for Dyadic {
    fn float(c: f32) -> Dyadic {
        Dyadic::from_f32(c).expect("a formula's constants are finite")
    }

    fn integer(i: i128) -> Dyadic {
        Dyadic::new(i, 0)
    }

    fn power_of_two(exponent: i32) -> Dyadic {
        Dyadic::power_of_two(exponent)
    }

    /// The greatest f32 for what lies beyond it.
    #[expect(clippy::cast_possible_truncation, reason = "rounded to the 24 bits of an f32 before")]
    fn to_float(self) -> f32 {
        (single(self).to_f64() as f32).clamp(f32::MIN, f32::MAX)
    }

    fn scaled(self, shift: i32) -> Dyadic {
        Dyadic::scaled(self, shift)
    }

    fn rounded(self, rounding: Rounding) -> Dyadic {
        self.round(rounding)
    }

    fn negated(self) -> Dyadic {
        Dyadic::negated(self)
    }

    fn plus(self, c: f32) -> Dyadic {
        let c = Dyadic::float(c);
        single(Dyadic::plus(self, c).unwrap_or_else(|_| nearly(self, c)))
    }

    fn times(self, c: f32) -> Dyadic {
        let c = Dyadic::float(c);
        if c.mantissa() == 1 { self.scaled(c.exponent()) } else { product(single(self), c) }
    }

    fn stretched(self, c: f32) -> Dyadic {
        Dyadic::times(self, Dyadic::float(c)).expect("100 bits times 24 bits are 124")
    }

    fn over(self, c: f32) -> Dyadic {
        let c = Dyadic::float(c);
        if c.mantissa() == 1 { self.scaled(-c.exponent()) } else { quotient(single(self), c) }
    }
}

/// How many significant bits an f32 has.
const SINGLE_BITS: u32 = 24;

/// `x` rounded to 24 significant bits, ties to even.
fn single(x: Dyadic) -> Dyadic {
    let bits = 128 - x.mantissa().unsigned_abs().leading_zeros();
    let drop = bits.saturating_sub(SINGLE_BITS);
    let kept = Rounding::HalfEven.shift_right(x.mantissa(), drop);
    Dyadic::new(kept, x.exponent().saturating_add(drop.cast_signed()))
}

/// A number that [`single`] rounds as it does the sum of `x` and an f32, where that sum takes more than 127 bits.
fn nearly(x: Dyadic, c: Dyadic) -> Dyadic {
    let x = shortened(x);
    let (large, small) = if x.magnitude() < c.magnitude() { (c, x) } else { (x, c) };
    Dyadic::plus(large, small).unwrap_or_else(|_| beside(large, small.mantissa().signum()))
}

/// `x` in at most 62 bits, the last of which stands for all that followed.
fn shortened(x: Dyadic) -> Dyadic {
    const KEPT: u32 = 61;
    let bits = 128 - x.mantissa().unsigned_abs().leading_zeros();
    let drop = bits.saturating_sub(KEPT);
    if drop == 0 {
        x
    } else {
        Dyadic::new(x.mantissa() >> drop << 1 | 1, x.exponent() + drop.cast_signed() - 1)
    }
}

/// `x`, of at most 62 bits, and very little more; or less, if `sign` is below zero.
fn beside(x: Dyadic, sign: i128) -> Dyadic {
    const DIGITS: i32 = 40;
    Dyadic::new((x.mantissa() << DIGITS) + sign, x.exponent() - DIGITS)
}

/// The product of two numbers of 24 bits, rounded to 24.
fn product(a: Dyadic, b: Dyadic) -> Dyadic {
    single(a.times(b).expect("24 bits times 24 bits are 48"))
}

/// The quotient of two numbers of 24 bits, rounded to 24.
fn quotient(a: Dyadic, b: Dyadic) -> Dyadic {
    const SHIFT: i32 = 64; // more digits of the quotient than are kept, and one that is 1 if any follow
    let numerator = a.mantissa() << SHIFT;
    let (quotient, rest) = (numerator.div_euclid(b.mantissa()), numerator.rem_euclid(b.mantissa()));
    let sticky = quotient << 1 | i128::from(rest != 0);
    single(Dyadic::new(sticky, a.exponent() - b.exponent() - SHIFT - 1))
}

/// Whether a constant scale is a power of two, and which.
pub(super) fn exponent_of(c: f32) -> Option<i32> {
    let exact = Dyadic::from_f32(c)?;
    (exact.mantissa() == 1).then(|| exact.exponent())
}
