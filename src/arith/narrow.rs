//! Intervals shrink to what is really reached.
//!
//! ```text
//! v0: u4 = input                   v0: u4 = input
//! v1: u5 = shl v0, 1          →    v1: u5 0..30 = shl v0, 1
//! v2: s6 = sub v1, v0              v2: u4 = sub v1, v0
//! ```
//!
//! A value's interval is what is common to three: the one it has, the one its operation reaches from its
//! operands' intervals, and that of its linear form, which sees `v1 − v0 = v0`.

use super::Pass;
use super::linear::{self, Linear};
use super::rewrite::rewrite;
use crate::fixed::Interval;
use crate::net::{Id, Net, Op, reach::reach};

/// Shrinks intervals, and with them tables.
#[derive(Debug, Clone, Copy)]
pub struct Narrow;

impl Pass for Narrow {
    fn name(&self) -> &'static str {
        "narrow"
    }

    fn run(&self, net: &Net) -> Net {
        let mut forms: Vec<Linear> = Vec::with_capacity(net.len());
        rewrite(net, |new, _, draft| {
            let is_input = matches!(draft.op, Op::Input(_));
            let id = draft.push(new);
            let form = linear::form(new, id, &forms);
            if !is_input {
                new.intervals[id.index()] = narrowest(new, id, &form);
            }
            forms.push(form);
            id
        })
    }
}

fn narrowest(net: &Net, id: Id, form: &Linear) -> Interval {
    let known = net.interval(id);
    let reached = reach(net, net.op(id)).ok();
    let leaf_itself = form.terms == [(id, 1)];
    let linear = if leaf_itself { None } else { form.interval(&net.intervals) };
    [reached, linear].into_iter().flatten().fold(known, |interval, other| {
        interval.intersection(other).expect("every interval of a value holds its integers")
    })
}
