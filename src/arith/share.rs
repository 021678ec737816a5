//! Equal operations become one value.
//!
//! ```text
//! v2 = add v0, v1 << 1        v2 = add v0, v1 << 1
//! v3 = add v1 << 1, v0   →
//! output v2, v3               output v2, v2
//! ```

use super::Pass;
use super::rewrite::rewrite;
use crate::fixed::Interval;
use crate::net::{Id, Net, Op};
use std::collections::HashMap;

/// Computes each thing once.
#[derive(Debug, Clone, Copy)]
pub struct Share;

impl Pass for Share {
    fn name(&self) -> &'static str {
        "share"
    }

    fn run(&self, net: &Net) -> Net {
        let first = first_equals(net);
        let intervals = common_intervals(net, &first);
        let mut names: HashMap<Id, Id> = HashMap::new();
        rewrite(net, |new, id, mut draft| {
            let first = first[id.index()];
            if let Some(name) = names.get(&first) {
                return *name;
            }
            draft.interval = intervals[first.index()];
            let name = draft.push(new);
            names.insert(first, name);
            name
        })
    }
}

/// For each value the first one that is computed by the same operation on the same values.
fn first_equals(net: &Net) -> Vec<Id> {
    let mut known: HashMap<Op, Id> = HashMap::new();
    let mut first: Vec<Id> = Vec::with_capacity(net.len());
    for id in net.ids() {
        let op = normal_form(net.op(id).renamed(|operand| first[operand.index()]));
        first.push(*known.entry(op).or_insert(id));
    }
    first
}

/// What is known of any of several equal values is true of all of them.
fn common_intervals(net: &Net, first: &[Id]) -> Vec<Interval> {
    let mut intervals = net.intervals.clone();
    for (interval, first) in net.intervals.iter().zip(first) {
        let common = intervals[first.index()].intersection(*interval);
        intervals[first.index()] = common.expect("equal values have a common value");
    }
    intervals
}

/// Operands of what commutes in the order of their names.
fn normal_form(op: Op) -> Op {
    match op {
        Op::Add { a, shift_a, b, shift_b } if (b, shift_b) < (a, shift_a) => {
            Op::Add { a: b, shift_a: shift_b, b: a, shift_b: shift_a }
        }
        Op::Add3(mut terms) => {
            terms.sort_unstable();
            Op::Add3(terms)
        }
        Op::Dot { mut terms, constant } => {
            terms.sort_unstable();
            Op::Dot { terms, constant }
        }
        other => other,
    }
}
