//! `e^x` of many numbers at once: correctly rounded but for one f32 in a million or fewer, and the same on every machine.
//!
//! ```text
//! e^x = 2^k · e^r      k = round(x / ln 2),  r = x − k · ln 2,  |r| <= ln 2 / 2
//! ```
//!
//! Computed in f64, `e^r` by its series to `r^11 / 11!` (what is left out is below 7e-15); then rounded to f32. Only
//! additions, products and moves of bits, so a loop over it becomes vector instructions.

#![expect(clippy::inline_always, reason = "a call would leave the caller's instruction set")]

use std::f64::consts::{LN_2, LOG2_E};

/// Below this `e^x` is nearer to 0 than to any f32, above its negative it is beyond every f32.
const LEAST: f64 = -104.0;

/// Added to a number below 2^51 it leaves the nearest whole number in the last bits.
const WHOLE: f64 = 6_755_399_441_055_744.0;

/// `1 / n!`, from 11 down to 0.
const SERIES: [f64; 12] = [
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// `e^x`: 0 where it is below half the least f32, infinite where it is above the greatest; no number of no number.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the one rounding")]
pub fn exp(x: f32) -> f32 {
    wide(f64::from(x)) as f32
}

/// The same before it is rounded: within 1e-13 of it, relatively, for `|x| <= 104`, beyond which it is that of ±104.
#[inline(always)]
pub fn wide(x: f64) -> f64 {
    let x = if x < LEAST { LEAST } else { x };
    let x = if x > -LEAST { -LEAST } else { x };
    let shifted = x * LOG2_E + WHOLE;
    let rest = x - (shifted - WHOLE) * LN_2;
    let series = SERIES.iter().fold(0.0, |sum, term| sum * rest + term);
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0f64.to_bits()));
    series * power
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of many f32 from -110 to 95.
    fn arguments() -> impl Iterator<Item = f32> {
        #[expect(clippy::cast_precision_loss, reason = "below 2^24")]
        (0..2_000_000).map(|i| -110.0 + i as f32 * 1.025e-4)
    }

    #[test]
    fn exp_is_that_of_libm_correctly_rounded() {
        #[expect(clippy::cast_possible_truncation, reason = "the one rounding")]
        let differ: Vec<f32> = arguments()
            .filter(|x| exp(*x).to_bits() != (libm::exp(f64::from(*x)) as f32).to_bits())
            .collect();
        assert!(differ.len() <= 2, "{differ:?}");
    }

    #[test]
    fn exp_before_its_rounding_is_near() {
        for x in arguments().map(f64::from).filter(|x| x.abs() <= 104.0) {
            let error = wide(x) / libm::exp(x) - 1.0;
            assert!(error.abs() < 1e-13, "{x}: {error}");
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "exactly these")]
    fn exp_at_its_ends() {
        assert_eq!([0.0, -0.0, -104.0, -1e30, f32::NEG_INFINITY].map(exp), [1.0, 1.0, 0.0, 0.0, 0.0]);
        assert_eq!([89.0, 1e30, f32::INFINITY].map(exp), [f32::INFINITY; 3]);
        assert!(exp(f32::NAN).is_nan());
    }
}
