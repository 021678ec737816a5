//! At which clocks events enter, and what stands on the ports in between.
//!
//! Between events the data ports carry fresh random bits, so that a register that is missing or too many
//! shows. A third of the events enters at the achieved interval, a third at the required one, and a third at
//! random spacings (of an interval much longer than the pipeline, no more than shows it to be empty). Before them the design is reset while `in_valid` is 1: none of that may come out (a design
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

/// The most clocks between events, beyond the latency: a longer interval shows nothing more.
const MOST_IDLE: u32 = 64;

/// Clocks of reset at the beginning.
const RESET: usize = 3;

/// The run of `events` through ports of `shapes`, with idle clocks at the end for `latency`.
pub fn of(events: &[Vec<i128>], shapes: &[Shape], spacing: Spacing, latency: u32, seed: u64) -> Stimulus {
    let mut random = Random::new(seed);
    let mut garbage = Random::new(!seed);
    let mut idle = |rst: bool| Cycle { rst, valid: rst && latency > 0, data: noise(shapes, &mut garbage) };
    let required = spacing.required.min(latency.saturating_add(MOST_IDLE)).max(spacing.achieved);
    let mut run = Stimulus { cycles: Vec::new(), sampled: Vec::new() };
    run.cycles.extend((0..RESET).map(|_| idle(true)));
    // What was reset must have left the data path before it can be told from an event.
    run.cycles.extend((0..latency).map(|_| idle(false)));
    for (n, event) in events.iter().enumerate() {
        run.sampled.push(run.cycles.len());
        run.cycles.push(Cycle { rst: false, valid: true, data: event.clone() });
        let distance = match 3 * n / events.len().max(1) {
            0 => u64::from(spacing.achieved),
            1 => u64::from(required),
            _ => u64::from(spacing.achieved) + random.below(2 * required as usize + 2) as u64,
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

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: usize = 300;
    const LATENCY: u32 = 4;

    fn run() -> Stimulus {
        let shapes = [Shape { width: 12, signed: true }, Shape { width: 9, signed: false }];
        let spacing = Spacing { achieved: 1, required: 8 };
        of(&vec![vec![7, 7]; EVENTS], &shapes, spacing, LATENCY, 5)
    }

    #[test]
    fn every_event_is_applied_once_where_it_is_said_to_be() {
        let Stimulus { cycles, sampled } = run();
        let events = cycles.iter().enumerate().filter(|(_, c)| c.valid && !c.rst).map(|(at, _)| at);
        assert_eq!(events.collect::<Vec<_>>(), sampled);
        assert!(sampled.iter().all(|at| cycles[*at].data == [7, 7]));
        assert!(cycles.len() > sampled[EVENTS - 1] + LATENCY as usize);
    }

    #[test]
    fn what_is_no_event_is_fresh_garbage() {
        let cycles = run().cycles;
        let idle: Vec<&Vec<i128>> = cycles.iter().filter(|c| !c.valid || c.rst).map(|c| &c.data).collect();
        let alike = idle.windows(2).filter(|pair| pair[0] == pair[1]).count();
        assert!(alike * 50 < idle.len(), "{alike} of {} idle clocks repeat the one before", idle.len());
        for (port, values) in [(0, -2048..=2047), (1, 0..=511)] {
            let (lo, hi) = (idle.iter().map(|d| d[port]).min(), idle.iter().map(|d| d[port]).max());
            let (lo, hi): (i128, i128) = (lo.unwrap_or(0), hi.unwrap_or(0));
            assert!(
                values.contains(&lo)
                    && values.contains(&hi)
                    && (hi - lo) * 10 > (values.end() - values.start()) * 9
            );
        }
    }

    #[test]
    fn events_come_back_to_back_then_at_the_required_interval_then_anyhow() {
        let sampled = run().sampled;
        let distances: Vec<usize> = sampled.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(distances[..EVENTS / 3 - 1].iter().all(|d| *d == 1));
        assert!(distances[EVENTS / 3..2 * EVENTS / 3 - 1].iter().all(|d| *d == 8));
        let anyhow = &distances[2 * EVENTS / 3..];
        assert!((1..=18).all(|d| anyhow.contains(&d)), "{anyhow:?}");
    }

    #[test]
    fn an_interval_of_a_millisecond_takes_no_longer_to_simulate() {
        let shapes = [Shape { width: 4, signed: false }];
        let spacing = Spacing { achieved: 1, required: 320_000 };
        let run = of(&vec![vec![7]; EVENTS], &shapes, spacing, LATENCY, 5);
        assert!(run.cycles.len() < EVENTS * 2 * (LATENCY + MOST_IDLE) as usize, "{}", run.cycles.len());
    }

    #[test]
    fn the_reset_comes_first_and_with_valid() {
        let cycles = run().cycles;
        assert!(cycles[..RESET].iter().all(|c| c.rst && c.valid));
        assert!(cycles[RESET..].iter().all(|c| !c.rst));
    }
}
