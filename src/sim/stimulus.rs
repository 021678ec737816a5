//! At which clocks events enter, and what stands on the ports in between.
//!
//! Between events the data ports carry fresh random bits, so that a register that is missing or too many
//! shows. A third of the events enters at the achieved interval, a third at the required one, and a third at
//! random spacings. Before them the design is reset while `in_valid` is 1: none of that may come out (a design
//! without registers has nothing to reset).

use super::bits::Shape;
use crate::data::random::Random;

/// What is applied before one clock edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// The reset.
    pub rst: bool,
    /// Whether the data are an event.
    pub valid: bool,
    /// One integer a port.
    pub data: Vec<i128>,
}

/// How events follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spacing {
    /// Clocks between events that the design achieves.
    pub achieved: u32,
    /// Clocks between events that the experiment needs.
    pub required: u32,
}

/// A run: what is applied, and when each event is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stimulus {
    /// What is applied, clock by clock.
    pub cycles: Vec<Cycle>,
    /// For each event the clock at which it is sampled.
    pub sampled: Vec<usize>,
}

/// Clocks of reset at the beginning.
const RESET: usize = 3;

/// The run of `events` through ports of `shapes`, with idle clocks at the end for `latency`.
pub fn of(events: &[Vec<i128>], shapes: &[Shape], spacing: Spacing, latency: u32, seed: u64) -> Stimulus {
    let mut random = Random::new(seed);
    let mut garbage = Random::new(!seed);
    let mut idle = |rst: bool| Cycle { rst, valid: rst && latency > 0, data: noise(shapes, &mut garbage) };
    let mut run = Stimulus { cycles: Vec::new(), sampled: Vec::new() };
    run.cycles.extend((0..RESET).map(|_| idle(true)));
    // What was reset must have left the data path before it can be told from an event.
    run.cycles.extend((0..latency).map(|_| idle(false)));
    for (n, event) in events.iter().enumerate() {
        run.sampled.push(run.cycles.len());
        run.cycles.push(Cycle { rst: false, valid: true, data: event.clone() });
        let distance = match 3 * n / events.len().max(1) {
            0 => u64::from(spacing.achieved),
            1 => u64::from(spacing.required.max(spacing.achieved)),
            _ => u64::from(spacing.achieved) + random.below(2 * spacing.required as usize + 2) as u64,
        };
        run.cycles.extend((1..distance).map(|_| idle(false)));
    }
    run.cycles.extend((0..=latency).map(|_| idle(false)));
    run
}

/// Random bits for every port.
fn noise(shapes: &[Shape], random: &mut Random) -> Vec<i128> {
    let all = |shape: &Shape| crate::fixed::Interval::of_width(shape.signed, shape.width);
    shapes.iter().map(|shape| random.within(all(shape))).collect()
}
