//! Random nets, random matrices: every pass leaves the integers as they were.

use heteroq::arith::dot::Dot;
use heteroq::arith::narrow::Narrow;
use heteroq::arith::remove_dead::RemoveDead;
use heteroq::arith::share::Share;
use heteroq::arith::simplify::Simplify;
use heteroq::arith::{Arithmetic, Options, Pass, Plan};
use heteroq::device::{Family, find};
use heteroq::fixed::Interval;
use heteroq::map::{self, ternary::Ternary};
use heteroq::net::{Id, Input, Layer, Net, Op, Term, interp, text, validate};
use proptest::prelude::*;

/// Values wider than this are not made, so that what the passes add to them still fits 127 bits.
const WIDEST: u32 = 120;

/// Raw numbers from which one operation is made: what, of which values, with which numbers.
#[derive(Debug, Clone)]
struct Seed {
    kind: u8,
    operands: [prop::sample::Index; 3],
    shifts: [u32; 3],
    signs: [bool; 3],
    numbers: [i128; 4],
}

fn seed() -> impl Strategy<Value = Seed> {
    let number = prop_oneof![-4i128..5, -64i128..64, -(1i128 << 40)..1i128 << 40];
    let index = any::<prop::sample::Index>;
    let operands = [index(), index(), index()];
    let shifts = [0..6u32, 0..12u32, 0..3u32];
    (0..16u8, operands, shifts, any::<[bool; 3]>(), prop::array::uniform4(number))
        .prop_map(|(kind, operands, shifts, signs, numbers)| Seed { kind, operands, shifts, signs, numbers })
}

/// Widths up to 40 bits, both signs, also intervals that do not fill their width.
fn interval() -> impl Strategy<Value = Interval> {
    let narrow = (-9i128..9, 0i128..12).prop_map(|(lo, size)| Interval { lo, hi: lo + size });
    let full = (any::<bool>(), 1..41u32).prop_map(|(signed, width)| Interval::of_width(signed, width));
    prop_oneof![3 => narrow, 2 => full]
}

fn net() -> impl Strategy<Value = Net> {
    (prop::collection::vec(interval(), 1..5), prop::collection::vec(seed(), 1..30)).prop_map(
        |(inputs, seeds)| {
            let mut net = Net::default();
            let layers = ["a", "b"].map(|name| net.layer_named(name));
            for (i, interval) in inputs.into_iter().enumerate() {
                net.push_input(Input { name: format!("x{i}"), frac: 0, interval }, layers[0]);
            }
            for (i, seed) in seeds.iter().enumerate() {
                grow(&mut net, seed, layers[i * 2 / seeds.len()]);
            }
            for (i, id) in net.ids().rev().take(4).enumerate() {
                net.push_output(format!("y{i}"), i.try_into().unwrap(), id);
            }
            net
        },
    )
}

/// Adds the operation that `seed` describes, unless it cannot stand here.
fn grow(net: &mut Net, seed: &Seed, layer: Layer) {
    let all: Vec<Id> = net.ids().collect();
    let [a, b, c] = seed.operands.map(|index| *index.get(&all));
    let [shift_a, shift_b, shift] = seed.shifts;
    let [low, high, ..] = seed.numbers;
    let interval = net.interval(a);
    let op = match seed.kind {
        0 => Op::Const(low),
        1..=3 => dot(&[a, b, c], seed.numbers),
        4 => Op::Add { a, shift_a, b, shift_b },
        5 => Op::Sub { a, shift_a, b, shift_b },
        6 => Op::Add3([(a, shift_a, 0), (b, shift_b, 1), (c, shift, 2)].map(|(id, shift, place)| Term {
            id,
            shift,
            negative: seed.signs[place] && seed.signs != [true; 3],
        })),
        7 => Op::Mul { a, factor: low },
        8 => Op::Shl { a, shift: shift_a },
        9 => Op::Shr { a, shift: shift_b },
        10 => Op::Bit { a, index: shift_b },
        11 if low & 1 == 1 => Op::Any { a, mask: high.unsigned_abs() | 1 << shift_a },
        11 => Op::Clamp { a, lo: low.min(high), hi: low.max(high) },
        12 => Op::AtLeast { a, threshold: low },
        13 => Op::Greater { a, b },
        14 => {
            let op = Op::AtLeast { a: c, threshold: net.interval(c).lo.midpoint(net.interval(c).hi) };
            let condition = net.push(op, layer).expect("a comparison is one bit");
            Op::Select { condition, on_true: a, on_false: b }
        }
        _ if interval.count() <= 64 => {
            let entries = (interval.lo..=interval.hi).map(|v| (v * low + high) % 37).collect();
            Op::Table { a, first: interval.lo, entries }
        }
        _ => return,
    };
    let fits =
        |net: &Net| heteroq::net::reach::reach(net, &op).is_ok_and(|interval| interval.width() <= WIDEST);
    if fits(net) {
        net.push(op, layer).expect("it fits");
    }
}

fn dot(operands: &[Id; 3], numbers: [i128; 4]) -> Op {
    let mut terms: Vec<(Id, i128)> = Vec::new();
    for (id, weight) in operands.iter().zip(numbers) {
        if weight != 0 && terms.iter().all(|(other, _)| other != id) {
            terms.push((*id, weight));
        }
    }
    Op::Dot { terms, constant: numbers[3] }
}

/// Both ends of every input, and some of what lies between.
fn vectors(net: &Net) -> Vec<Vec<i128>> {
    let exhaustive: u128 =
        net.inputs.iter().map(|input| input.interval.count()).fold(1, u128::saturating_mul);
    if exhaustive <= 2048 {
        return net.inputs.iter().fold(vec![Vec::new()], |rows, input| {
            let extend = |row: Vec<i128>| {
                (input.interval.lo..=input.interval.hi).map(move |v| [row.clone(), vec![v]].concat())
            };
            rows.into_iter().flat_map(extend).collect()
        });
    }
    let mut state = 7u64;
    let mut draw = |interval: Interval, row: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        match (row, state >> 60) {
            (0, _) | (_, 0) => interval.lo,
            (1, _) | (_, 1) => interval.hi,
            _ => interval.lo + i128::from(state >> 16) % (interval.hi - interval.lo + 1),
        }
    };
    (0..80).map(|row| net.inputs.iter().map(|input| draw(input.interval, row)).collect()).collect()
}

fn agrees(before: &Net, after: &Net, pass: &str) -> Result<(), TestCaseError> {
    let shown = || format!("{pass}\n{}\n→\n{}", text::write(before), text::write(after));
    prop_assert_eq!(&before.inputs, &after.inputs);
    prop_assert_eq!(before.outputs.len(), after.outputs.len());
    for (x, y) in before.outputs.iter().zip(&after.outputs) {
        prop_assert_eq!((&x.name, x.frac), (&y.name, y.frac));
    }
    if let Err(broken) = validate(after) {
        return Err(TestCaseError::fail(format!("{broken}\n{}", shown())));
    }
    for vector in vectors(before) {
        prop_assert_eq!(
            interp::run(before, &vector),
            interp::run(after, &vector),
            "{:?} {}",
            vector,
            shown()
        );
        let values = interp::values(after, &vector);
        let strays = after.ids().find(|id| !after.interval(*id).contains(values[id.index()]));
        prop_assert!(strays.is_none(), "{:?} leaves its interval on {:?}: {}", strays, vector, shown());
    }
    Ok(())
}

fn family(name: &str) -> Family {
    find(name).expect("a family of ours").family
}

fn options(name: &str, arithmetic: Arithmetic) -> Options {
    Options { arithmetic: vec![arithmetic; 3], family: family(name) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn each_pass_alone_leaves_the_integers_of_any_net(net in net()) {
        let passes: [&dyn Pass; 7] = [
            &Simplify,
            &Share,
            &Narrow,
            &RemoveDead,
            &Dot(options("xc7", Arithmetic::ShiftAdd)),
            &Dot(options("ice40", Arithmetic::Multiply)),
            &Ternary(family("xcup")),
        ];
        for pass in passes {
            agrees(&net, &pass.run(&net), pass.name())?;
        }
    }

    #[test]
    fn the_whole_plan_leaves_the_integers_of_any_net(net in net(), multiply in any::<bool>(), ice40 in any::<bool>()) {
        let name = if ice40 { "ice40" } else { "xc7" };
        let arithmetic = if multiply { Arithmetic::Multiply } else { Arithmetic::ShiftAdd };
        let mut result = Ok(());
        let mut check = |pass: &str, after: &Net| {
            if result.is_ok() {
                result = agrees(&net, after, pass);
            }
        };
        let cheaper = Plan::standard(&options(name, arithmetic)).run(&net, &mut check);
        map::plan(&family(name)).run(&cheaper, &mut check);
        result?;
    }

    /// Against a matrix product that knows nothing of nets.
    #[test]
    fn a_matrix_in_shifts_and_additions_is_the_matrix(
        columns in prop::collection::vec(interval(), 1..7),
        weights in prop::collection::vec(prop::collection::vec(-130i128..130, 6), 1..8),
        constants in prop::collection::vec(-5000i128..5000, 8),
        bits in 1..9u32,
    ) {
        let mut net = Net::default();
        let layer = net.layer_named("fc");
        let port = |(i, interval): (usize, &Interval)| Input { name: format!("x{i}"), frac: 0, interval: *interval };
        let inputs: Vec<Id> = columns.iter().enumerate().map(port).collect::<Vec<_>>().into_iter()
            .map(|input| net.push_input(input, layer)).collect();
        let cut = |w: &i128| w % (1 << bits);
        for (row, constant) in weights.iter().zip(&constants) {
            let terms = inputs.iter().copied().zip(row.iter().map(cut)).filter(|(_, w)| *w != 0).collect();
            let id = net.push(Op::Dot { terms, constant: *constant }, layer).expect("it fits");
            net.push_output("y", 0, id);
        }
        let after = Plan::standard(&options("xc7", Arithmetic::ShiftAdd)).run(&net, &mut |_, _| ());
        let products = after.ops.iter().filter(|op| matches!(op, Op::Dot { .. } | Op::Mul { .. })).count();
        prop_assert_eq!(products, 0);
        for x in vectors(&net) {
            let product: Vec<i128> = weights.iter().zip(&constants)
                .map(|(row, c)| row.iter().map(cut).zip(&x).map(|(w, v)| w * v).sum::<i128>() + c).collect();
            prop_assert_eq!(interp::run(&after, &x), product);
        }
    }
}

#[test]
fn two_runs_give_the_same_net() {
    let mut net = Net::default();
    let layer = net.layer_named("fc");
    let input = |i: usize| Input { name: format!("x{i}"), frac: 0, interval: Interval::of_width(true, 8) };
    let inputs: Vec<Id> = (0..12).map(|i| net.push_input(input(i), layer)).collect();
    for row in 0..12i128 {
        let weight = |i: usize| (row * 37 + i128::try_from(i).unwrap() * 11) % 63 - 31;
        let terms =
            inputs.iter().enumerate().map(|(i, id)| (*id, weight(i))).filter(|(_, w)| *w != 0).collect();
        let id = net.push(Op::Dot { terms, constant: row }, layer).unwrap();
        net.push_output(format!("y{row}"), 0, id);
    }
    let run = || Plan::standard(&options("xc7", Arithmetic::ShiftAdd)).run(&net, &mut |_, _| ());
    assert_eq!(text::write(&run()), text::write(&run()));
}

#[test]
fn sums_that_leave_no_room_for_moves_are_still_exact() {
    let mut net = Net::default();
    let layer = net.layer_named("fc");
    let input = Input { name: "x".into(), frac: 0, interval: Interval::of_width(true, 100) };
    let other = Input { name: "z".into(), frac: 0, interval: Interval::of_width(true, 100) };
    let (x, z) = (net.push_input(input, layer), net.push_input(other, layer));
    let terms = vec![(x, (1 << 25) - 3), (z, -((1 << 25) - 7))];
    let id = net.push(Op::Dot { terms, constant: 1 }, layer).expect("126 bits");
    net.push_output("y", 0, id);
    let after = Plan::standard(&options("xc7", Arithmetic::ShiftAdd)).run(&net, &mut |_, _| ());
    for vector in vectors(&net) {
        assert_eq!(interp::run(&after, &vector), interp::run(&net, &vector));
    }
}
