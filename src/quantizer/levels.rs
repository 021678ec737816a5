//! The staircase that a quantizer is over a range of integers: where it steps, and to what.

use super::{Hardware, NoStairs, Quantizer};
use crate::fixed::{Dyadic, Interval, MAX_WIDTH, TooWide};

/// From the integer `from` on, the quantizer's result is `value`, until the next level begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The first integer of the level.
    pub from: i128,
    /// What the quantizer gives there.
    pub value: Dyadic,
}

/// The most integers that are tried one by one, for a staircase that also falls.
pub const MOST_TRIED: u128 = 1 << 16;

/// The most levels: beyond them hardware would be absurdly large.
pub const MOST_LEVELS: usize = 1 << 12;

/// The levels of `quantizer` over the integers `v` of `interval`, each standing for `v · 2^-frac`.
///
/// A rising staircase is followed by halving, so that its range may be of any width.
///
/// # Errors
/// [`NoStairs`] if a value needs more than 127 bits, a staircase that also falls has a range of more
/// than [`MOST_TRIED`] integers, or there are more than [`MOST_LEVELS`].
pub fn of(quantizer: &dyn Quantizer, interval: Interval, frac: i32) -> Result<Vec<Level>, NoStairs> {
    along(quantizer, interval, |v| Ok(Dyadic::new(v, -frac)))
}

/// As [`of`], with each integer `v` of `interval` standing for `number(v)`, which rises with `v`, or falls: a
/// staircase that rises with the number is followed by halving either way.
///
/// # Errors
/// As [`of`], and what `number` fails with.
pub fn along(
    quantizer: &dyn Quantizer,
    interval: Interval,
    number: impl Fn(i128) -> Result<Dyadic, TooWide>,
) -> Result<Vec<Level>, NoStairs> {
    let value = |v: i128| quantizer.exact(number(v)?);
    let rises = !matches!(quantizer.hardware(), Hardware::Levels { monotone: false });
    let mut levels = vec![Level { from: interval.lo, value: value(interval.lo)? }];
    if !rises && interval.count() > MOST_TRIED {
        return Err(NoStairs::Untried);
    }
    loop {
        let last = levels[levels.len() - 1];
        let differs = |v: i128| value(v).map(|y| y != last.value);
        let step = if rises {
            halve(last.from, interval.hi, differs)?
        } else {
            walk(last.from, interval.hi, differs)?
        };
        let Some(from) = step else { return Ok(levels) };
        if levels.len() == MOST_LEVELS {
            return Err(NoStairs::TooMany);
        }
        levels.push(Level { from, value: value(from)? });
    }
}

/// The levels' values as integers on the coarsest grid that holds all of them, and its fraction digits.
///
/// # Errors
/// [`NoStairs::TooFine`] if those integers together take more than 127 bits.
pub fn on_one_grid(levels: &[Level]) -> Result<(Vec<i128>, i32), NoStairs> {
    let values = || levels.iter().map(|level| level.value);
    let some = || values().filter(|v| *v != Dyadic::ZERO);
    let frac = some().map(|v| -v.exponent()).max().unwrap_or(0);
    let beyond = |v: Dyadic| v.exponent() + 128 - v.mantissa().unsigned_abs().leading_zeros().cast_signed();
    let too_fine = NoStairs::TooFine { least: -frac, beyond: some().map(beyond).max().unwrap_or(0) };
    let integers: Option<Vec<i128>> = values().map(|v| v.to_integer(frac)).collect();
    let held = integers.filter(|integers| ends(integers).width() <= MAX_WIDTH);
    held.map(|integers| (integers, frac)).ok_or(too_fine)
}

/// From the least to the greatest of the levels' integers.
pub fn ends(integers: &[i128]) -> Interval {
    let all = integers.iter().map(|v| Interval::point(*v));
    all.reduce(Interval::union).unwrap_or(Interval::point(0))
}

/// The first integer after `lo` up to `hi` where `differs` holds, given that it holds from there on.
fn halve(
    lo: i128,
    hi: i128,
    differs: impl Fn(i128) -> Result<bool, TooWide>,
) -> Result<Option<i128>, TooWide> {
    if !differs(hi)? {
        return Ok(None);
    }
    let (mut same, mut different) = (lo, hi);
    while different - same > 1 {
        let middle = same + (different - same) / 2;
        if differs(middle)? { different = middle } else { same = middle }
    }
    Ok(Some(different))
}

/// The first integer after `lo` up to `hi` where `differs` holds.
fn walk(
    lo: i128,
    hi: i128,
    differs: impl Fn(i128) -> Result<bool, TooWide>,
) -> Result<Option<i128>, TooWide> {
    for v in lo + 1..=hi {
        if differs(v)? {
            return Ok(Some(v));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantizer::parse;

    fn levels(quantizer: &str, bits: u32) -> Result<(Vec<i128>, i32), NoStairs> {
        let all = of(parse(quantizer).unwrap().fixed().unwrap().as_ref(), Interval::of_width(true, bits), 0)?;
        on_one_grid(&all)
    }

    #[test]
    fn levels_are_found_over_a_range_of_any_width() {
        assert_eq!(levels("ternary(alpha=0.75)", 2), Ok((vec![-3, 0, 3], 2)));
        assert_eq!(levels("ternary(alpha=0.75)", 127), Ok((vec![-3, 0, 3], 2)));
    }

    #[test]
    fn too_many_levels_are_refused() {
        // Every integer of its range has a level of its own.
        assert!(levels("quantized_bits(20, 20, alpha=0.75)", 12).is_ok());
        assert_eq!(levels("quantized_bits(20, 20, alpha=0.75)", 14), Err(NoStairs::TooMany));
        assert_eq!(levels("quantized_bits(100, 94, alpha=0.75)", 100), Err(NoStairs::TooMany));
    }

    #[test]
    fn levels_that_no_grid_holds_together_are_refused() {
        // From -2^126 to 2^126 is one bit too many.
        let value = |exponent| Level { from: 0, value: Dyadic::power_of_two(exponent) };
        let lowest = Level { from: -1, value: Dyadic::power_of_two(126).negated() };
        assert!(on_one_grid(&[lowest, value(0), value(125)]).is_ok());
        let refused = on_one_grid(&[lowest, value(0), value(126)]).unwrap_err();
        assert_eq!(refused, NoStairs::TooFine { least: 0, beyond: 127 });
        let text = "its levels from ±2^0 to below ±2^127 take 128 bits on one grid, more than 127";
        assert_eq!(refused.to_string(), text);
    }
}
