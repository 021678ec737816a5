//! How many jets a second one core emulates: `cargo bench --bench emulate`.
//!
//! The jet tagger of `examples/` as `heteroq gen` optimizes it, and nets of its shape, 16-64-32-32-5 with 6-bit weights,
//! drawn at random: once as dot products, once as the shifts and adds they become.

use divan::Bencher;
use divan::counter::ItemsCount;
use heteroq::config::{self, Weights};
use heteroq::emulate::fast::Emulator;
use heteroq::fixed::Interval;
use heteroq::flow::Design;
use heteroq::net::{Id, Input, Layer, Net, Op};
use std::collections::BTreeMap;
use std::path::Path;

const JETS: usize = 65_536;

fn main() {
    divan::main();
}

#[divan::bench]
fn jet_tagger_on_one_core(bencher: Bencher) {
    one_core(bencher, shipped().mapped());
}

#[divan::bench]
fn jet_tagger_as_lowered_on_one_core(bencher: Bencher) {
    one_core(bencher, &shipped().lowered);
}

/// The design of `examples/jet_tagger`.
fn shipped() -> Design {
    let config = config::load(Path::new("examples/jet_tagger/config.yaml")).unwrap();
    let weights = Weights::require(&config).unwrap();
    Design::new(&config, &weights).unwrap_or_else(|e| panic!("{:?}", e.into_report()))
}

#[divan::bench]
fn dots_on_one_core(bencher: Bencher) {
    one_core(bencher, &tagger(false));
}

#[divan::bench]
fn shifts_and_adds_on_one_core(bencher: Bencher) {
    one_core(bencher, &tagger(true));
}

#[divan::bench]
fn shifts_and_adds_on_all_cores(bencher: Bencher) {
    let emulator = Emulator::new(&tagger(true));
    let jets = jets();
    bencher.counter(ItemsCount::new(JETS)).bench(|| emulator.run(&jets, JETS));
}

#[divan::bench]
fn compile(bencher: Bencher) {
    let net = tagger(true);
    bencher.counter(ItemsCount::new(net.len())).bench(|| Emulator::new(&net));
}

fn one_core(bencher: Bencher, net: &Net) {
    let emulator = Emulator::new(net);
    let jets = jets();
    bencher.counter(ItemsCount::new(JETS)).bench(|| emulator.run_on_one_core(&jets, JETS));
}

/// Features of 16 bits.
fn jets() -> Vec<i64> {
    let mut random = Random(1);
    (0..JETS * 16).map(|_| i64::from(random.next() >> 16) - 32_768).collect()
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 32).expect("32 bits")
    }

    /// A sum of uniform numbers: nearly normal, sigma 0.3 of the 6-bit range.
    fn weight(&mut self) -> i128 {
        let sum: i64 = (0..4).map(|_| i64::from(self.next() % 33) - 16).sum();
        i128::from((sum / 2).clamp(-32, 31))
    }
}

/// 16-64-32-32-5: 6-bit weights, 6-bit activations.
fn tagger(shift_add: bool) -> Net {
    let mut random = Random(7);
    let mut net = Net::default();
    let layer = net.layer_named("input");
    let interval = Interval::of_width(true, 16);
    let mut row: Vec<Id> =
        (0..16).map(|n| net.push_input(Input { name: format!("x{n}"), frac: 10, interval }, layer)).collect();
    for (n, units) in [64, 32, 32, 5].into_iter().enumerate() {
        let layer = net.layer_named(&format!("fc{n}"));
        let mut matrix = Matrix { layer, shift_add, sums: BTreeMap::new() };
        let sums: Vec<Id> = (0..units).map(|_| matrix.row(&mut net, &row, &mut random)).collect();
        row =
            sums.into_iter().map(|sum| if n < 3 { activation(&mut net, layer, sum) } else { sum }).collect();
    }
    for (n, id) in row.iter().enumerate() {
        net.push_output(format!("y{n}"), 10, *id);
    }
    net
}

/// A relu with rounding half up to 6 bits.
fn activation(net: &mut Net, layer: Layer, sum: Id) -> Id {
    let mut push = |op| net.push(op, layer).expect("narrow");
    let half = push(Op::Const(1 << 8));
    let raised = push(Op::Add { a: sum, shift_a: 0, b: half, shift_b: 0 });
    let whole = push(Op::Shr { a: raised, shift: 9 });
    push(Op::Clamp { a: whole, lo: 0, hi: 63 })
}

/// One constant matrix.
struct Matrix {
    layer: Layer,
    shift_add: bool,
    /// Sums that exist already, by operands, shifts and sign.
    sums: BTreeMap<(Id, u32, Id, u32, bool), Id>,
}

/// `± (id << shift)`
type Term = (Id, u32, bool);

impl Matrix {
    fn row(&mut self, net: &mut Net, inputs: &[Id], random: &mut Random) -> Id {
        let weights: Vec<(Id, i128)> =
            inputs.iter().map(|id| (*id, random.weight())).filter(|t| t.1 != 0).collect();
        if self.shift_add {
            return self.tree(net, weights.iter().flat_map(|(id, w)| digits(*id, *w)).collect());
        }
        net.push(Op::Dot { terms: weights, constant: random.weight() }, self.layer).expect("narrow")
    }

    /// Adds neighbours until one term is left; equal sums are made once.
    fn tree(&mut self, net: &mut Net, mut terms: Vec<Term>) -> Id {
        while terms.len() > 1 || terms.first().is_some_and(|t| t.2) {
            if terms.len() == 1 {
                let zero = net.push(Op::Const(0), self.layer).expect("narrow");
                terms.insert(0, (zero, 0, false));
            }
            terms = terms.chunks(2).map(|pair| self.pair(net, pair)).collect();
        }
        let (a, shift, _) = terms[0];
        net.push(Op::Shl { a, shift }, self.layer).expect("narrow")
    }

    fn pair(&mut self, net: &mut Net, pair: &[Term]) -> Term {
        let [(a, shift_a, minus_a), (b, shift_b, minus_b)] = *pair else { return pair[0] };
        let low = shift_a.min(shift_b);
        let key = (a, shift_a - low, b, shift_b - low, minus_a != minus_b);
        let (shift_a, shift_b) = (key.1, key.3);
        let id = *self.sums.entry(key).or_insert_with(|| {
            let op =
                if key.4 { Op::Sub { a, shift_a, b, shift_b } } else { Op::Add { a, shift_a, b, shift_b } };
            net.push(op, self.layer).expect("narrow")
        });
        (id, low, minus_a)
    }
}

/// The canonical signed digits of `weight`, as terms.
fn digits(id: Id, mut weight: i128) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut shift = 0;
    while weight != 0 {
        if weight & 1 == 1 {
            let negative = weight & 3 == 3;
            terms.push((id, shift, negative));
            weight += if negative { 1 } else { -1 };
        }
        weight >>= 1;
        shift += 1;
    }
    terms
}
