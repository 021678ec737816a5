//! An element of a tensor in the net, with the scale that is not multiplied yet.
//!
//! A scale that is no power of two stays beside the integer as long as nobody needs the product: values of one
//! scale are summed and compared without it, and a quantizer of few levels moves its thresholds instead.

use super::Lowering;
use crate::fixed::{Dyadic, TooWide};
use crate::net::{Id, Layer, Op};

/// One element of a tensor in the net: an integer `k` that stands for `k · scale + offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wire {
    /// The integer.
    pub(super) id: Id,
    /// What one of it stands for; not 0.
    pub(super) scale: Dyadic,
    /// What 0 stands for.
    pub(super) offset: Dyadic,
    /// The layer that multiplies, if somebody must.
    pub(super) layer: Layer,
}

impl Wire {
    /// What the integer `k` stands for.
    pub(super) fn value(self, k: i128) -> Result<Dyadic, TooWide> {
        Dyadic::new(k, 0).times(self.scale)?.plus(self.offset)
    }

    /// The fraction digits that every value has enough of.
    pub(super) fn digits(self) -> i32 {
        -common(&[self.scale, self.offset]).exponent()
    }

    /// The fraction digits of a plain integer: one that stands for itself times a power of two.
    pub(super) fn frac(self) -> Option<i32> {
        let plain = self.scale.mantissa() == 1 && self.offset == Dyadic::ZERO;
        plain.then(|| -self.scale.exponent())
    }
}

impl Lowering<'_> {
    /// A plain integer of `frac` fraction digits, in the layer at work.
    pub(super) fn wire(&self, id: Id, frac: i32) -> Wire {
        self.scaled(id, Dyadic::power_of_two(-frac), Dyadic::ZERO)
    }

    /// `id · scale + offset`, in the layer at work.
    pub(super) fn scaled(&self, id: Id, scale: Dyadic, offset: Dyadic) -> Wire {
        Wire { id, scale, offset, layer: self.layer }
    }

    /// `wire` as a plain integer: scale and offset become a constant product and a constant.
    pub(super) fn plain(&mut self, wire: Wire) -> Result<(Id, i32), TooWide> {
        if let Some(frac) = wire.frac() {
            return Ok((wire.id, frac));
        }
        let frac = -common(&[wire.scale, wire.offset]).exponent();
        let weight = wire.scale.to_integer(frac).ok_or(TooWide)?;
        let constant = wire.offset.to_integer(frac).ok_or(TooWide)?;
        let op = Op::Dot { terms: vec![(wire.id, weight)], constant };
        Ok((self.net.push(op, wire.layer)?, frac))
    }
}

/// The greatest number of which all of `values` are whole multiples; 1 if they are all zero.
///
/// Its mantissa is odd and above 0: 1 means a power of two.
pub fn common(values: &[Dyadic]) -> Dyadic {
    let some = || values.iter().filter(|v| **v != Dyadic::ZERO);
    let odd = some().fold(0, |odd, v| gcd(odd, v.mantissa().unsigned_abs()));
    let exponent = some().map(|v| v.exponent()).min();
    // A mantissa is odd, so the common factor of several has a bit less than an i128.
    let odd = i128::try_from(odd).unwrap_or(1);
    exponent.map_or(Dyadic::ONE, |exponent| Dyadic::new(odd, exponent))
}

/// The greatest common divisor; `gcd(0, b)` is b.
fn gcd(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    while a != 0 {
        (a, b) = (b % a, a);
    }
    b
}

/// How many times `unit` goes into `value`, a whole multiple of it.
pub(super) fn times_in(value: Dyadic, unit: Dyadic) -> Option<i128> {
    let (quotient, rest) = (value.mantissa() / unit.mantissa(), value.mantissa() % unit.mantissa());
    if rest != 0 { None } else { Dyadic::new(quotient, value.exponent()).to_integer(-unit.exponent()) }
}

/// What is left of `value` after whole multiples of `step`, from 0 up to but without `step`.
pub(super) fn remainder(value: Dyadic, step: Dyadic) -> Result<Dyadic, TooWide> {
    let exponent = value.exponent().min(step.exponent());
    let integer = |d: Dyadic| d.to_integer(-exponent).ok_or(TooWide);
    Ok(Dyadic::new(integer(value)?.rem_euclid(integer(step)?), exponent))
}
