//! What is known about values before a program is made of them.

use crate::fixed::Interval;
use crate::net::{Net, Op, reach};

/// The net with intervals that are no wider than what its operations can reach.
pub(super) fn with_least_intervals(net: &Net) -> Net {
    let mut net = net.clone();
    for id in net.ids() {
        let reached = match net.op(id) {
            Op::Greater { a, b } if a == b => Some(Interval::point(0)),
            op => reach::reach(&net, op).ok(),
        };
        let least = reached.and_then(|r| r.intersection(net.interval(id)));
        net.intervals[id.index()] = least.unwrap_or(net.interval(id));
    }
    net
}

/// Which values are read on the way to an output. One that is always the same number reads nothing.
pub(super) fn needed(net: &Net) -> Vec<bool> {
    let mut needed = vec![false; net.len()];
    for output in &net.outputs {
        needed[output.id.index()] = true;
    }
    for id in net.ids().rev() {
        if needed[id.index()] && net.interval(id).constant().is_none() {
            net.op(id).for_each_operand(|operand| needed[operand.index()] = true);
        }
    }
    needed
}
