//! Random nets with every operation, at every width, and events for them: what the emulators are tested on.

use crate::data::random;
use crate::fixed::{Interval, MAX_WIDTH};
use crate::net::{Id, Input, Layer, Net, Op, Term, reach};

/// What a seed chooses for a random net.
pub(super) struct Random(random::Random);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(random::Random::new(seed))
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.below(end)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn shift(&mut self, most: usize) -> u32 {
        u32::try_from(self.below(most + 1)).expect("small")
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// One of the interval's integers, often an end.
    pub(super) fn within(&mut self, interval: Interval) -> i128 {
        match self.below(6) {
            0 => interval.lo,
            1 => interval.hi,
            _ => self.0.within(interval),
        }
    }

    /// All integers of some width up to `most`, or some of them.
    fn interval(&mut self, most: u32) -> Interval {
        let width = 1 + self.shift(most as usize - 1);
        let all = Interval::of_width(self.chance(60), width);
        if self.chance(70) { all } else { Interval::new(self.within(all), self.within(all)) }
    }
}

/// What a random net is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// Input ports.
    pub inputs: usize,
    /// Attempts to add a value.
    pub values: usize,
    /// Bits of the widest input.
    pub width: u32,
}

/// A valid net that follows from `seed`.
pub(super) fn net(seed: u64, size: Size) -> Net {
    let mut random = Random::new(seed);
    let mut net = Net::default();
    let layers = [net.layer_named("first"), net.layer_named("second layer")];
    for n in 0..size.inputs {
        let interval = random.interval(size.width);
        net.push_input(
            Input { name: format!("x[{n}]"), frac: random.shift(8).cast_signed(), interval },
            layers[0],
        );
    }
    for n in 0..size.values {
        let layer = layers[n * 2 / size.values];
        value(&mut net, layer, &mut random);
    }
    for n in 0..=random.below(6) {
        let id = Id::new(net.len() - 1 - random.below(net.len().min(if n == 0 { 1 } else { 20 })));
        net.push_output(format!("y{n}"), random.shift(20).cast_signed() - 4, id);
    }
    crate::net::validate(&net).expect("random nets are valid");
    net
}

/// Adds a value, if the operation that is drawn does not take too many bits.
fn value(net: &mut Net, layer: Layer, random: &mut Random) {
    if random.chance(8) {
        return cancelling(net, layer, random);
    }
    let op = op(net, layer, random);
    // (A choice between a signed and an unsigned value of 127 bits would take 128.)
    let reached = reach::reach(net, &op).ok().filter(|reached| reached.width() <= MAX_WIDTH);
    let Some(interval) = reached else { return };
    let id = net.push_with(op, interval, layer);
    if random.chance(5) {
        // A net may say less about a value than is known.
        let wide = net.interval(id).union(random.interval(MAX_WIDTH));
        if wide.width() <= MAX_WIDTH {
            net.intervals[id.index()] = wide;
        }
    }
}

/// `(a + (b << s)) - (b << s)`: a pass may know that this is no wider than `a`.
fn cancelling(net: &mut Net, layer: Layer, random: &mut Random) {
    let (a, b, shift) = (any(net, random), any(net, random), random.shift(40));
    let Ok(sum) = net.push(Op::Add { a, shift_a: 0, b, shift_b: shift }, layer) else { return };
    let op = Op::Sub { a: sum, shift_a: 0, b, shift_b: shift };
    if net.push(op, layer).is_ok() {
        let last = net.len() - 1;
        net.intervals[last] = net.interval(a);
    }
}

/// A value, more often a late one.
fn any(net: &Net, random: &mut Random) -> Id {
    let back = random.below(net.len()).min(random.below(net.len()));
    Id::new(net.len() - 1 - back)
}

fn op(net: &mut Net, layer: Layer, random: &mut Random) -> Op {
    let a = any(net, random);
    let b = any(net, random);
    let (shift_a, shift_b) = (random.shift(5), random.pick(&[0, 0, 1, 3, 18, 40]));
    match random.below(15) {
        0 => Op::Const(random.interval(MAX_WIDTH).lo),
        1 => dot(net, random),
        2 | 3 => Op::Add { a, shift_a, b, shift_b },
        4 => Op::Sub { a, shift_a, b, shift_b },
        5 => Op::Add3([a, b, any(net, random)].map(|id| Term {
            id,
            shift: random.shift(6),
            negative: random.chance(50),
        })),
        6 => Op::Mul { a, factor: random.interval(12).lo },
        7 => Op::Shl { a, shift: random.shift(20) },
        8 => Op::Shr { a, shift: random.pick(&[0, 1, 2, 5, 17, 33, 100, 200]) },
        9 => Op::Bit { a, index: random.pick(&[0, 1, 5, 15, 31, 63, 126, 127, 300]) },
        10 if random.chance(50) => {
            Op::Any { a, mask: random.pick(&[1, 2, 5, 0x17, 0xffff, u128::MAX >> 1, u128::MAX, 1 << 127]) }
        }
        10 => clamp(net, a, random),
        11 => Op::AtLeast { a, threshold: threshold(net, a, random) },
        12 => Op::Greater { a, b },
        13 => select(net, layer, random),
        _ => table(net, layer, random),
    }
}

fn dot(net: &Net, random: &mut Random) -> Op {
    let mut ids: Vec<Id> = (0..random.below(9)).map(|_| any(net, random)).collect();
    ids.sort_unstable();
    ids.dedup();
    let weight = |random: &mut Random| Some(random.interval(9).lo).filter(|w| *w != 0).unwrap_or(1);
    let terms = ids.into_iter().map(|id| (id, weight(random))).collect();
    Op::Dot { terms, constant: random.interval(30).lo }
}

fn clamp(net: &Net, a: Id, random: &mut Random) -> Op {
    let (x, y) = (threshold(net, a, random), random.interval(20).lo);
    let (x, y) = if random.chance(50) { (x, threshold(net, a, random)) } else { (x, y) };
    Op::Clamp { a, lo: x.min(y), hi: x.max(y) }
}

/// A number in the interval of `a`, or beside it.
fn threshold(net: &Net, a: Id, random: &mut Random) -> i128 {
    if random.chance(10) { random.interval(MAX_WIDTH).lo } else { random.within(net.interval(a)) }
}

fn select(net: &mut Net, layer: Layer, random: &mut Random) -> Op {
    let truths = |net: &Net| {
        let truth = Interval { lo: 0, hi: 1 };
        net.ids().filter(|id| truth.covers(net.interval(*id))).collect::<Vec<_>>()
    };
    if truths(net).is_empty() {
        let a = any(net, random);
        let threshold = threshold(net, a, random);
        net.push(Op::AtLeast { a, threshold }, layer).expect("a truth is narrow");
    }
    let condition = random.pick(&truths(net));
    Op::Select { condition, on_true: any(net, random), on_false: any(net, random) }
}

fn table(net: &mut Net, layer: Layer, random: &mut Random) -> Op {
    let lo = random.below(2000) as i128 - 1000;
    let clamp = Op::Clamp { a: any(net, random), lo, hi: lo + random.below(100) as i128 };
    let a = net.push(clamp, layer).expect("a clamp is narrow");
    let interval = net.interval(a);
    let width = random.pick(&[1, 8, 20, 60, MAX_WIDTH]);
    let entries = (interval.lo..=interval.hi).map(|_| random.interval(width).lo).collect();
    Op::Table { a, first: interval.lo, entries }
}

/// `count` events for `net`; the first two are all ends.
pub(super) fn events(net: &Net, seed: u64, count: usize) -> Vec<Vec<i128>> {
    let mut random = Random::new(!seed);
    let mut event = |n: usize| {
        let one = |input: &Input| match n {
            0 => input.interval.lo,
            1 => input.interval.hi,
            _ => random.within(input.interval),
        };
        net.inputs.iter().map(one).collect()
    };
    (0..count).map(&mut event).collect()
}
