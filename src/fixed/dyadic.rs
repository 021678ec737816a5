//! An exact real number: an integer times a power of two.

use super::{Rounding, TooWide};
use std::cmp::Ordering;
use std::fmt;

/// `mantissa · 2^exponent`. Every float is one, and so is every sum and product of them.
///
/// Kept normal: the mantissa is odd, or both fields are zero. So equal numbers are equal fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Dyadic {
    mantissa: i128,
    exponent: i32,
}

impl Dyadic {
    /// Zero.
    pub const ZERO: Dyadic = Dyadic { mantissa: 0, exponent: 0 };
    /// One.
    pub const ONE: Dyadic = Dyadic { mantissa: 1, exponent: 0 };

    /// `mantissa · 2^exponent`.
    pub fn new(mantissa: i128, exponent: i32) -> Dyadic {
        if mantissa == 0 {
            return Dyadic::ZERO;
        }
        let zeros = mantissa.trailing_zeros();
        Dyadic { mantissa: mantissa >> zeros, exponent: exponent + zeros.cast_signed() }
    }

    /// `2^exponent`.
    pub fn power_of_two(exponent: i32) -> Dyadic {
        Dyadic { mantissa: 1, exponent }
    }

    /// The exact value of a float; `None` for NaN and the infinities.
    pub fn from_f64(x: f64) -> Option<Dyadic> {
        if !x.is_finite() {
            return None;
        }
        let bits = x.to_bits();
        let field = i32::try_from(bits >> 52 & 0x7ff).ok()?;
        let fraction = i128::from(bits & ((1 << 52) - 1));
        let magnitude = if field == 0 { fraction } else { fraction | 1 << 52 };
        let signed = if x.is_sign_negative() { -magnitude } else { magnitude };
        Some(Dyadic::new(signed, field.max(1) - 1075))
    }

    /// The exact value of a float; `None` for NaN and the infinities.
    pub fn from_f32(x: f32) -> Option<Dyadic> {
        Dyadic::from_f64(f64::from(x))
    }

    /// The odd integer factor (0 for zero).
    pub fn mantissa(self) -> i128 {
        self.mantissa
    }

    /// The power of two that goes with [`Dyadic::mantissa`].
    pub fn exponent(self) -> i32 {
        self.exponent
    }

    /// The integer `v` with `self = v · 2^-frac`, if there is one below 2^127.
    pub fn to_integer(self, frac: i32) -> Option<i128> {
        let shift = u32::try_from(self.exponent.checked_add(frac)?).ok();
        if self.mantissa == 0 {
            return Some(0);
        }
        shifted(self.mantissa, shift?)
    }

    /// The nearest float (ties to even), as IEEE 754 rounds.
    ///
    /// Exact when the mantissa has at most 53 bits and the exponent is in the range of an f64.
    pub fn to_f64(self) -> f64 {
        // One rounding only: down to 53 bits (fewer where the result is denormal), then exact scaling.
        let bits = 128 - self.mantissa.unsigned_abs().leading_zeros().cast_signed();
        let drop = (bits - 53).max(-1074 - self.exponent).max(0);
        #[expect(clippy::cast_precision_loss, reason = "at most 53 bits are left, or the exact power 2^53")]
        let short = Rounding::HalfEven.shift_right(self.mantissa, drop.unsigned_abs()) as f64;
        scale_f64(short, self.exponent.saturating_add(drop))
    }

    /// The sum.
    pub fn plus(self, other: Dyadic) -> Result<Dyadic, TooWide> {
        if self.mantissa == 0 {
            return Ok(other);
        }
        if other.mantissa == 0 {
            return Ok(self);
        }
        let low = self.exponent.min(other.exponent);
        let align = |d: Dyadic| shifted(d.mantissa, d.exponent.abs_diff(low));
        let sum = align(self).zip(align(other)).and_then(|(a, b)| a.checked_add(b));
        sum.map(|m| Dyadic::new(m, low)).ok_or(TooWide)
    }

    /// The product.
    pub fn times(self, other: Dyadic) -> Result<Dyadic, TooWide> {
        let product = self.mantissa.checked_mul(other.mantissa).ok_or(TooWide)?;
        Ok(Dyadic::new(product, self.exponent.checked_add(other.exponent).ok_or(TooWide)?))
    }

    /// The number times `2^shift`.
    pub fn scaled(self, shift: i32) -> Dyadic {
        Dyadic::new(self.mantissa, self.exponent.saturating_add(shift))
    }

    /// The number rounded to a whole one.
    pub fn round(self, rounding: Rounding) -> Dyadic {
        match u32::try_from(-i64::from(self.exponent)) {
            Ok(shift) => Dyadic::new(rounding.shift_right(self.mantissa, shift), 0),
            Err(_) => self,
        }
    }

    /// The number with its sign turned.
    pub fn negated(self) -> Dyadic {
        Dyadic { mantissa: -self.mantissa, ..self }
    }
}

/// `v << shift` unless bits would be lost.
fn shifted(v: i128, shift: u32) -> Option<i128> {
    let fits = shift < 127 && (v << shift) >> shift == v;
    fits.then(|| v << shift)
}

/// `x · 2^shift`, in steps that lose nothing unless the result itself is out of range.
fn scale_f64(x: f64, shift: i32) -> f64 {
    libm::scalbn(x, shift)
}

impl PartialOrd for Dyadic {
    fn partial_cmp(&self, other: &Dyadic) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Dyadic {
    fn cmp(&self, other: &Dyadic) -> Ordering {
        let sign = self.mantissa.signum().cmp(&other.mantissa.signum());
        if sign != Ordering::Equal || self.mantissa == 0 {
            return sign;
        }
        let top =
            |d: &Dyadic| i64::from(d.exponent) + 128 - i64::from(d.mantissa.unsigned_abs().leading_zeros());
        let negative = self.mantissa < 0;
        let magnitude = top(self).cmp(&top(other)).then_with(|| {
            // Equal leading digits: align both to the left end and compare what follows.
            let left = |d: &Dyadic| {
                let m = d.mantissa.unsigned_abs();
                m << m.leading_zeros()
            };
            left(self).cmp(&left(other))
        });
        if negative { magnitude.reverse() } else { magnitude }
    }
}

/// The decimal value, exact where an f64 holds it.
impl fmt::Display for Dyadic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_f64())
    }
}
