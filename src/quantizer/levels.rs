//! The staircase that a quantizer is over a range of integers: where it steps, and to what.

use super::{Hardware, Quantizer};
use crate::fixed::{Dyadic, Interval, TooWide};

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

/// The levels of `quantizer` over the integers `v` of `interval`, each standing for `v · 2^-frac`.
///
/// A rising staircase is followed by halving, so that its range may be of any width.
///
/// # Errors
/// [`TooWide`] if a value needs more than 127 bits, or a staircase that also falls has a range of more
/// than [`MOST_TRIED`] integers.
pub fn of(quantizer: &dyn Quantizer, interval: Interval, frac: i32) -> Result<Vec<Level>, TooWide> {
    let value = |v: i128| quantizer.exact(Dyadic::new(v, -frac));
    let rises = !matches!(quantizer.hardware(), Hardware::Levels { monotone: false });
    let mut levels = vec![Level { from: interval.lo, value: value(interval.lo)? }];
    if !rises && interval.count() > MOST_TRIED {
        return Err(TooWide);
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
        levels.push(Level { from, value: value(from)? });
    }
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
