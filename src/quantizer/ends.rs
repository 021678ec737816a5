//! Where a quantizer's range ends, and which numbers lie beyond it.

use super::{Hardware, Quantizer};
use crate::fixed::{Dyadic, Rounding};
use std::cmp::Ordering;

/// A number that is beyond the ends of every quantizer, and that exact arithmetic still holds.
const FAR: f64 = 1e30;

/// The range of a quantizer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ends {
    /// Its least value.
    pub lo: Dyadic,
    /// Its greatest value.
    pub hi: Dyadic,
    beyond: Beyond,
}

/// Which numbers come to an end from further away than rounding explains.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Beyond {
    /// Those that `round(x · 2^frac)` brings outside of `lo..=hi`.
    Grid { frac: i32, rounding: Rounding, lo: i128, hi: i128 },
    /// Those further away from the end than half of the last step.
    Further { below: Dyadic, above: Dyadic },
}

impl Ends {
    /// The ends of `quantizer` for numbers of `frac` fraction digits (`None`: for all numbers); none if it falls
    /// somewhere, or has no exact form.
    pub fn of(quantizer: &dyn Quantizer, frac: Option<i32>) -> Option<Ends> {
        match frac.map_or_else(|| quantizer.hardware(), |frac| quantizer.hardware_for(frac)) {
            Hardware::Grid { frac, rounding, lo, hi, scale, offset } => {
                let value = |k| Dyadic::new(k, 0).times(scale)?.plus(offset);
                let beyond = Beyond::Grid { frac, rounding, lo, hi };
                Some(Ends { lo: value(lo).ok()?, hi: value(hi).ok()?, beyond })
            }
            Hardware::Levels { monotone: true } => of_levels(quantizer),
            Hardware::Levels { monotone: false } | Hardware::Never { .. } => None,
        }
    }

    /// `Less` where the quantizer brings `x` up to its lower end from further away than rounding explains, `Greater`
    /// where down to its upper one; it never falls when `x` rises.
    pub fn beyond(&self, x: Dyadic) -> Ordering {
        let side = |below: bool, above: bool| above.cmp(&below);
        match self.beyond {
            Beyond::Grid { frac, rounding, lo, hi } => {
                let k = x.scaled(frac).round(rounding);
                side(k < Dyadic::new(lo, 0), k > Dyadic::new(hi, 0))
            }
            Beyond::Further { below, above } => side(x < below, x > above),
        }
    }
}

fn of_levels(quantizer: &dyn Quantizer) -> Option<Ends> {
    let value = |x: f64| quantizer.exact(Dyadic::from_f64(x)?).ok();
    let (lo, hi) = (value(-FAR)?, value(FAR)?);
    let (second, last_but_one) = (neighbour(&value, -FAR, lo)?, neighbour(&value, FAR, hi)?);
    let further = |end: Dyadic, inner: Dyadic| {
        let step = end.plus(inner.negated())?;
        end.plus(step.scaled(-1))
    };
    let beyond = Beyond::Further { below: further(lo, second).ok()?, above: further(hi, last_but_one).ok()? };
    Some(Ends { lo, hi, beyond })
}

/// The level beside `end`, which all numbers towards `far` have: found by halving, along the floats in their order.
fn neighbour(value: &impl Fn(f64) -> Option<Dyadic>, far: f64, end: Dyadic) -> Option<Dyadic> {
    let (mut at_end, mut other) = (place(far), place(-far));
    while at_end.abs_diff(other) > 1 {
        let middle = at_end.midpoint(other);
        if value(float(middle))? == end { at_end = middle } else { other = middle }
    }
    value(float(other))
}

/// The place of a float among all of them: the greater the float, the greater the place.
fn place(x: f64) -> i64 {
    let magnitude = (x.abs().to_bits()).cast_signed();
    if x.is_sign_negative() { -magnitude } else { magnitude }
}

fn float(place: i64) -> f64 {
    let magnitude = f64::from_bits(place.unsigned_abs());
    if place < 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantizer::{Scale, parse};

    fn ends(text: &str) -> Ends {
        Ends::of(parse(text).unwrap().fixed().unwrap().as_ref(), None).unwrap()
    }

    /// The ends, and the sides of some numbers.
    fn check(ends: Ends, expected: [f64; 2], sides: &[(f64, Ordering)]) {
        assert_eq!([ends.lo, ends.hi].map(Some), expected.map(Dyadic::from_f64));
        for (x, side) in sides {
            assert_eq!(ends.beyond(Dyadic::from_f64(*x).unwrap()), *side, "{x}");
        }
    }

    #[test]
    fn a_grid_cuts_off_what_rounds_to_a_step_beyond() {
        use Ordering::{Equal, Greater, Less};
        // Steps of 1/4; 1.875 is half-way to the step after the last, which is even.
        let sides = [(-2.125, Equal), (-2.25, Less), (1.75, Equal), (1.874, Equal), (1.875, Greater)];
        check(ends("quantized_bits(4, 1, alpha=1)"), [-2.0, 1.75], &sides);
        let sides = [(-2.0, Equal), (-2.001, Less), (1.999, Equal), (2.0, Greater)];
        check(ends("quantized_bits(4, 1, alpha=1, round='floor')"), [-2.0, 1.75], &sides);
        // The numbers before the scale, the values after it.
        check(ends("quantized_bits(4, 1, alpha=2)"), [-4.0, 3.5], &[(1.75, Equal), (2.0, Greater)]);
        check(ends("quantized_relu(3, 1)"), [0.0, 1.75], &[(-0.125, Equal), (-0.2, Less), (9.0, Greater)]);
    }

    #[test]
    fn levels_cut_off_what_is_further_than_half_a_step_beyond() {
        use Ordering::{Equal, Greater, Less};
        check(ends("binary(alpha=1)"), [-1.0, 1.0], &[(2.0, Equal), (2.1, Greater), (-2.1, Less)]);
        check(ends("ternary(alpha=0.5)"), [-0.5, 0.5], &[(0.75, Equal), (0.8, Greater), (-0.8, Less)]);
        // The last levels are 2 and 4.
        let po2 = ends("quantized_po2(4, 4)");
        check(po2, [-4.0, 4.0], &[(5.0, Equal), (5.1, Greater), (-5.1, Less)]);
    }

    #[test]
    fn a_scale_that_was_found_stretches_the_range() {
        let spec = parse("quantized_bits(4, 0, alpha='auto')").unwrap();
        // Steps of 0.3 / 8, seven on either side.
        let ends = Ends::of(spec.at(Scale::both(0.3)).as_ref(), None).unwrap();
        let step = f64::from(0.3_f32) / 8.0;
        let sides = [(7.4, Ordering::Equal), (7.6, Ordering::Greater), (-7.6, Ordering::Less)];
        check(ends, [-7.0 * step, 7.0 * step], &sides.map(|(steps, side)| (steps * step, side)));
    }

    #[test]
    fn what_falls_somewhere_has_no_ends() {
        let falls = parse("quantized_hswish(8, 2)").unwrap().fixed().unwrap();
        assert_eq!(Ends::of(falls.as_ref(), None), None);
    }
}
