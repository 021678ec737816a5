//! Which events are tried: corners first, then random ones.

use crate::fixed::Interval;
use crate::net::Net;

/// A small generator of random numbers, the same everywhere: `SplitMix64` (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream that belongs to `seed`.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The bias of the remainder is below 2^-32 for every bound used here.
        self.bits() % bound
    }

    /// An integer of `interval`, each about equally likely.
    pub fn within(&mut self, interval: Interval) -> i128 {
        let wide = (u128::from(self.bits()) << 64) | u128::from(self.bits());
        match interval.count() {
            u128::MAX => wide.cast_signed(),
            count => interval.lo.wrapping_add((wide % count).cast_signed()),
        }
    }
}

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
