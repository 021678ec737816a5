//! The complement of a value: every digit turned. It costs no logic where its reader can turn the digits itself.

use super::{Id, Net, Op};
use crate::fixed::Interval;

/// The `b` for which `id` is `2^width − 1 − b`, where `b` has `width` digits and is never negative.
pub fn complemented(net: &Net, id: Id) -> Option<Id> {
    let Op::Sub { a, shift_a: 0, b, shift_b: 0 } = net.op(id) else { return None };
    let Op::Const(ones) = net.op(*a) else { return None };
    let interval = net.interval(*b);
    let all_ones = Interval::of_width(false, interval.width()).hi;
    (!interval.signed() && *ones == all_ones).then_some(*b)
}
