//! Random integer networks: any operation at any width up to 127 bits.

use heteroq::data::random::Random;
use heteroq::fixed::{Interval, MAX_WIDTH};
use heteroq::net::{Id, Input, Net, Op, Term, reach};

/// A valid net of some ten to forty values.
pub fn random(random: &mut Random) -> Net {
    let mut make = Maker { random, net: Net::default() };
    let widest = [6, 20, 64, 126][make.below(4)];
    let layers: Vec<_> = ["first", "second", "second "].map(|name| make.net.layer_named(name)).to_vec();
    for n in 0..=make.below(5) {
        let interval = make.interval(widest);
        let port = Input { name: format!("x{n}"), frac: 0, interval };
        make.net.push_input(port, layers[0]);
    }
    let values = 5 + make.below(35);
    for n in 0..values {
        let layer = layers[n * layers.len() / values];
        let op = make.op();
        let reached = reach::reach(&make.net, &op).ok().filter(|r| r.width() <= MAX_WIDTH);
        if let Some(interval) = reached {
            make.net.push_with(op, interval, layer);
        }
    }
    for n in 0..=make.below(6) {
        let id = make.any();
        make.net.push_output(format!("y{n}"), 0, id);
    }
    make.net
}

struct Maker<'a> {
    random: &'a mut Random,
    net: Net,
}

impl Maker<'_> {
    fn below(&mut self, end: usize) -> usize {
        self.random.below(end)
    }

    fn shift(&mut self, end: usize) -> u32 {
        u32::try_from(self.below(end)).unwrap()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// A value, more often a late one.
    fn any(&mut self) -> Id {
        let len = self.net.len();
        let back = self.below(len).min(self.below(len));
        Id::new(len - 1 - back)
    }

    /// All integers of some width, or some of them.
    fn interval(&mut self, most: usize) -> Interval {
        let width = 1 + self.shift(most);
        let all = Interval::of_width(self.below(5) < 3, width);
        match self.below(4) {
            0 => Interval::new(self.random.within(all), self.random.within(all)),
            _ => all,
        }
    }

    fn constant(&mut self, most: usize) -> i128 {
        let interval = self.interval(most);
        self.random.within(interval)
    }

    /// A number in the interval of `a`, or beside it.
    fn near(&mut self, a: Id) -> i128 {
        match self.below(8) {
            0 => self.constant(126),
            1 => self.net.interval(a).lo,
            2 => self.net.interval(a).hi,
            3 => 0,
            4 => (1 << self.below(100)) - 1,
            _ => self.random.within(self.net.interval(a)),
        }
    }

    fn op(&mut self) -> Op {
        let (a, b) = (self.any(), self.any());
        let (shift_a, shift_b) = (self.pick(&[0, 0, 1, 3]), self.pick(&[0, 0, 0, 1, 2, 18, 40]));
        match self.below(16) {
            0 => Op::Const(self.constant(60)),
            1 => self.dot(),
            2 | 3 => Op::Add { a, shift_a, b, shift_b },
            4 | 5 => Op::Sub { a, shift_a, b, shift_b },
            6 => Op::Add3([a, b, self.any()].map(|id| Term {
                id,
                shift: self.shift(6),
                negative: self.below(2) == 0,
            })),
            7 => Op::Mul { a, factor: self.constant(12) },
            8 => Op::Shl { a, shift: self.shift(20) },
            9 => Op::Shr { a, shift: self.pick(&[0, 1, 2, 5, 17, 33, 63, 64, 100, 126, 127, 200]) },
            10 => Op::Bit { a, index: self.pick(&[0, 1, 5, 15, 31, 63, 126, 127, 300]) },
            11 if self.below(2) == 0 => {
                let mask = self.pick(&[1, 2, 5, 0x17, 0xffff, u128::MAX >> 1, u128::MAX, 1 << 127]);
                Op::Any { a, mask }
            }
            11 => {
                let (x, y) = (self.near(a), self.near(a));
                Op::Clamp { a, lo: x.min(y), hi: x.max(y) }
            }
            12 => Op::AtLeast { a, threshold: self.near(a) },
            13 => Op::Greater { a, b },
            14 => self.select(a, b),
            _ => self.table(),
        }
    }

    fn dot(&mut self) -> Op {
        let mut ids: Vec<Id> = (0..self.below(6)).map(|_| self.any()).collect();
        ids.sort_unstable();
        ids.dedup();
        let terms = ids.into_iter().map(|id| (id, Some(self.constant(9)).filter(|w| *w != 0).unwrap_or(1)));
        let terms = terms.collect();
        Op::Dot { terms, constant: self.constant(30) }
    }

    fn select(&mut self, on_true: Id, on_false: Id) -> Op {
        let truth = Interval { lo: 0, hi: 1 };
        let truths: Vec<Id> = self.net.ids().filter(|id| truth.covers(self.net.interval(*id))).collect();
        if truths.is_empty() {
            Op::Greater { a: on_true, b: on_false }
        } else {
            Op::Select { condition: self.pick(&truths), on_true, on_false }
        }
    }

    /// A table of any value that has few enough integers.
    fn table(&mut self) -> Op {
        let few: Vec<Id> = self.net.ids().filter(|id| self.net.interval(*id).count() <= 200).collect();
        if few.is_empty() {
            return Op::Clamp { a: self.any(), lo: -20, hi: 70 };
        }
        let a = self.pick(&few);
        let Interval { lo, hi } = self.net.interval(a);
        let width = self.pick(&[1, 8, 20, 60, 126]);
        Op::Table { a, first: lo, entries: (lo..=hi).map(|_| self.constant(width)).collect() }
    }
}
