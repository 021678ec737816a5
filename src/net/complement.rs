//! Values with digits turned: all of them (a complement), or the highest (a flip). They cost no logic where the
//! reader can turn the digits itself.

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

/// The signed `a` of `width` digits for which `id` is `a + 2^(width − 1)`, and so never negative: the highest digit
/// turned.
pub fn flipped(net: &Net, id: Id) -> Option<Id> {
    let Op::Add { a, shift_a: 0, b, shift_b } = net.op(id) else { return None };
    let interval = net.interval(*a);
    let is_top = matches!(net.op(*b), Op::Const(1)) && *shift_b + 1 == interval.width();
    (is_top && interval.signed() && net.interval(id).width() == interval.width()).then_some(*a)
}
