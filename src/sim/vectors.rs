//! Which events are tried: corners first, then random ones.

use crate::data::random::Random;
use crate::fixed::Interval;
use crate::net::Net;

/// `count` events for the inputs of `net`: all minima, all maxima, alternating ones, zeros, single extremes,
/// then random ones from `seed`.
pub fn corners_and_random(net: &Net, count: usize, seed: u64) -> Vec<Vec<i128>> {
    let intervals: Vec<Interval> = net.inputs.iter().map(|i| i.interval).collect();
    let mut random = Random::new(seed);
    let mut events = corners(&intervals);
    events.truncate(count);
    while events.len() < count {
        events.push(intervals.iter().map(|i| random.within(*i)).collect());
    }
    events
}

fn corners(intervals: &[Interval]) -> Vec<Vec<i128>> {
    let all = |pick: &dyn Fn(usize, &Interval) -> i128| -> Vec<i128> {
        intervals.iter().enumerate().map(|(n, i)| pick(n, i)).collect()
    };
    let mut events = vec![
        all(&|_, i| i.lo),
        all(&|_, i| i.hi),
        all(&|n, i| if n % 2 == 0 { i.lo } else { i.hi }),
        all(&|n, i| if n % 2 == 0 { i.hi } else { i.lo }),
        all(&|_, i| 0.clamp(i.lo, i.hi)),
    ];
    for one in 0..intervals.len() {
        events.push(all(&|n, i| if n == one { i.hi } else { 0.clamp(i.lo, i.hi) }));
        events.push(all(&|n, i| if n == one { i.lo } else { 0.clamp(i.lo, i.hi) }));
    }
    events
}
