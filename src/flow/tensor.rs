//! Ranges and counts of many elements as those of one tensor.

use crate::fixed::{Dyadic, Interval};
use crate::graph::{Broadcast, SharedQuantizer};
use crate::lower::common;

/// The lower end of a range and the upper one.
pub(super) type Pair = [Dyadic; 2];

/// Both numbers, the lower one first.
pub(super) fn ordered(a: Dyadic, b: Dyadic) -> Pair {
    [a.min(b), a.max(b)]
}

/// The smallest range around all of them.
pub(super) fn hull(ranges: impl Iterator<Item = Pair>) -> Option<Pair> {
    ranges.reduce(|[lo, hi], [other_lo, other_hi]| [lo.min(other_lo), hi.max(other_hi)])
}

/// The nearest floats.
pub(super) fn floats(range: Pair) -> [f64; 2] {
    range.map(Dyadic::to_f64)
}

/// By how many bits an integer for what is `reached` is narrower than one for what is `allowed`, on one grid; none if
/// it takes more than 127.
pub(super) fn spare_bits(allowed: Pair, reached: Pair) -> Option<u32> {
    let frac = -common(&[allowed, reached].concat()).exponent();
    let width =
        |[lo, hi]: Pair| Some(Interval { lo: lo.to_integer(frac)?, hi: hi.to_integer(frac)? }.width());
    Some(width(allowed)?.saturating_sub(width(reached)?))
}

/// The sums of counts at the lower ends and the upper ones; none if one element has none.
pub(super) fn total(counts: impl Iterator<Item = Option<[u64; 2]>>) -> Option<[u64; 2]> {
    counts.reduce(|a, b| Some([a?[0] + b?[0], a?[1] + b?[1]])).flatten()
}

/// The quantizer's text, if all have the same.
pub(super) fn one_text(quantizers: &Broadcast<SharedQuantizer>) -> Option<String> {
    match quantizers {
        Broadcast::All(one) => Some(one.text()),
        Broadcast::Each(many) => {
            let first = many.first()?.text();
            many.iter().all(|other| other.text() == first).then_some(first)
        }
    }
}
