//! The first and the last cycle in which a value can be computed.
//!
//! Operations are chained within a cycle as long as their delays fit its budget. An operation that alone
//! takes longer than the budget gets a cycle of its own; [`Slots::too_slow`] names it.

use super::Timing;
use crate::net::{Id, Net, Op};

/// What a cycle leaves at least, in nanoseconds, so that operations that are too slow for the clock still get
/// cycles of their own.
const LEAST_BUDGET_NS: f64 = 0.001;

/// The room that every value has.
#[derive(Debug, Clone)]
pub struct Slots {
    /// How long each value takes, in nanoseconds, never above `budget`.
    pub delays: Vec<f64>,
    /// What a cycle leaves for logic, in nanoseconds.
    pub budget: f64,
    /// The first cycle in which something can be computed.
    pub first: u32,
    /// The last cycle in which something can be computed.
    pub last: u32,
    /// Register ranks.
    pub latency: u32,
    /// Values that alone take longer than a cycle has, with their nanoseconds.
    pub too_slow: Vec<(Id, f64)>,
}

impl Slots {
    /// The least latency in which `net` fits.
    pub fn new(net: &Net, delays: &[f64], budget: f64, timing: &Timing) -> Slots {
        let budget = budget.max(LEAST_BUDGET_NS);
        let slow = |(id, ns): (Id, &f64)| (*ns > budget).then_some((id, *ns));
        let too_slow = net.ids().zip(delays).filter_map(slow).collect();
        let delays: Vec<f64> = delays.iter().map(|ns| ns.min(budget)).collect();
        let first = u32::from(timing.register_inputs);
        let mut slots = Slots { delays, budget, first, last: first, latency: 0, too_slow };
        let needed =
            slots.forwards(net, &vec![first; net.len()]).into_iter().map(|at| at.cycle).max().unwrap_or(0);
        // Where nothing is computed, what is registered on its way in still is.
        let ranks = needed.max(first) + u32::from(timing.register_outputs);
        slots.latency = ranks.max(timing.least_latency);
        slots.last = slots.latency - u32::from(timing.register_outputs);
        slots
    }

    /// The earliest moment at which each value can be ready, none before its cycle in `not_before`.
    pub fn forwards(&self, net: &Net, not_before: &[u32]) -> Vec<Moment> {
        let mut ready: Vec<Moment> = Vec::with_capacity(net.len());
        for id in net.ids() {
            let mut start = Moment { cycle: not_before[id.index()], ns: 0.0 };
            net.op(id).for_each_operand(|operand| start = start.max(ready[operand.index()]));
            ready.push(match net.op(id) {
                Op::Input(_) | Op::Const(_) => Moment { cycle: 0, ns: 0.0 },
                _ => start.after(self.delays[id.index()], self.budget),
            });
        }
        ready
    }

    /// The first cycle in which each value can be ready.
    pub fn earliest(&self, net: &Net) -> Vec<u32> {
        self.forwards(net, &vec![self.first; net.len()]).into_iter().map(|at| at.cycle).collect()
    }

    /// For each value, how far before the end of a cycle its computation must begin so that every `counted`
    /// value that rests on it is done by then. Counted backwards: cycle 0 is that cycle, 1 the one before.
    pub fn backwards(&self, net: &Net, counted: impl Fn(Id) -> bool) -> Vec<Moment> {
        let mut left = vec![Moment { cycle: 0, ns: 0.0 }; net.len()];
        for id in net.ids().rev().filter(|id| counted(*id)) {
            left[id.index()] = left[id.index()].after(self.delays[id.index()], self.budget);
            let mine = left[id.index()];
            net.op(id).for_each_operand(|operand| {
                let theirs = &mut left[operand.index()];
                *theirs = theirs.max(mine);
            });
        }
        left
    }
}

/// A time within the pipeline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// The cycle.
    pub cycle: u32,
    /// Nanoseconds from where logic begins in that cycle.
    pub ns: f64,
}

impl Moment {
    fn max(self, other: Moment) -> Moment {
        let later = other.cycle > self.cycle || (other.cycle == self.cycle && other.ns > self.ns);
        if later { other } else { self }
    }

    /// `delay` later, in the next cycle if this one has no room for it.
    pub fn after(self, delay: f64, budget: f64) -> Moment {
        let ns = self.ns + delay;
        if ns <= budget { Moment { ns, ..self } } else { Moment { cycle: self.cycle + 1, ns: delay } }
    }
}
