//! The order in which a row's pieces are added up.
//!
//! Pieces that are ready first come first, so that the tree is about as low as it can be; among those, the ones
//! that lie above one another, because a carry chain pays for digits that it adds, and loses the most bits there.

use crate::arith::cost::{Span, chain_luts};
use crate::device::Family;
use crate::fixed::Interval;

/// One summand, never subtracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summand {
    /// Its lowest digit.
    pub shift: u32,
    /// The integers it takes before the shift.
    pub interval: Interval,
    /// How deep it is.
    pub level: u32,
}

/// Which of `summands` to add next, `size` of them (two or three), as places in the list.
pub fn next_group(summands: &[Summand], size: usize, family: &Family) -> Vec<usize> {
    let mut levels: Vec<u32> = summands.iter().map(|s| s.level).collect();
    levels.sort_unstable();
    let ready = |i: &usize| summands[*i].level <= levels[size - 1];
    let mut ready: Vec<usize> = (0..summands.len()).filter(ready).collect();
    ready.sort_by_key(|i| (summands[*i].shift, summands[*i].interval.width(), *i));
    let windows = ready.windows(size);
    let best =
        windows.max_by(|a, b| efficiency(summands, a, family).total_cmp(&efficiency(summands, b, family)));
    best.expect("there are as many summands as a group holds").to_vec()
}

/// Bits that disappear for each LUT.
fn efficiency(summands: &[Summand], group: &[usize], family: &Family) -> f64 {
    let spans: Vec<Span> =
        group.iter().map(|i| Span::of(summands[*i].interval, summands[*i].shift, false)).collect();
    let first = spans.iter().map(|s| s.first).min().unwrap_or(0);
    let end = group.iter().map(|i| &summands[*i]).fold(Interval::point(0), |sum, s| {
        s.interval.shifted_left(s.shift).and_then(|shifted| sum.plus(shifted)).unwrap_or(sum)
    });
    let bits: u32 = spans.iter().map(|s| s.end - s.first).sum();
    let removed = f64::from(bits) - f64::from(end.width().saturating_sub(first));
    removed / (chain_luts(&spans, end.width(), family) + 0.5)
}
