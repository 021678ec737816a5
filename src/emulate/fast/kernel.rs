//! The loops. [`run`] is compiled once for each instruction set; everything it calls is inlined into it, so that
//! every loop becomes that set's vector instructions.

#![expect(clippy::inline_always, reason = "see above: a call would leave the instruction set")]

use super::BLOCK;
use super::code::{Code, Slot, Step};
use super::frame::{Column, Columns, Frame};
use super::lane::{Int, Lane};
use multiversion::multiversion;

/// Computes every column of `frame` from those that were loaded.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512dq+avx512vl+bmi2",
    "x86_64+avx2+bmi2",
    "x86_64+sse4.2",
    "aarch64+neon"
))]
pub(super) fn run(steps: &[Step], frame: &mut Frame) {
    for each in steps {
        match each {
            Step::I16(target, code) => step(*target, code, frame),
            Step::I32(target, code) => step(*target, code, frame),
            Step::I64(target, code) => step(*target, code, frame),
            Step::I128(target, code) => step(*target, code, frame),
        }
    }
}

/// The column written, and all others of its lane.
struct Lanes<'a, T> {
    target: &'a mut [T; BLOCK],
    all: &'a [Box<Column<T>>],
}

impl<'a, T: Int> Lanes<'a, T> {
    #[inline(always)]
    fn at(&self, slot: Slot) -> &'a [T; BLOCK] {
        &self.all[slot as usize].0
    }

    #[inline(always)]
    fn map(&mut self, a: Slot, f: impl Fn(T) -> T) {
        let a = self.at(a);
        self.target.iter_mut().zip(a).for_each(|(to, a)| *to = f(*a));
    }

    #[inline(always)]
    fn zip(&mut self, a: Slot, b: Slot, f: impl Fn(T, T) -> T) {
        let (a, b) = (self.at(a), self.at(b));
        self.target.iter_mut().zip(a).zip(b).for_each(|((to, a), b)| *to = f(*a, *b));
    }

    #[inline(always)]
    fn zip3(&mut self, a: Slot, b: Slot, c: Slot, f: impl Fn(T, T, T) -> T) {
        let (a, b, c) = (self.at(a), self.at(b), self.at(c));
        self.target.iter_mut().zip(a).zip(b).zip(c).for_each(|(((to, a), b), c)| *to = f(*a, *b, *c));
    }
}

#[inline(always)]
fn step<T: Int>(target: Slot, code: &Code<T>, frame: &mut Frame) {
    let columns = T::columns_mut(frame);
    std::mem::swap(&mut columns.spare, &mut columns.all[target as usize]);
    if let Code::Convert { from, column } = code {
        convert::<T>(*from, *column, frame);
    } else {
        let Columns { all, spare } = T::columns_mut(frame);
        compute(&mut Lanes { target: &mut spare.0, all }, code);
    }
    let columns = T::columns_mut(frame);
    std::mem::swap(&mut columns.spare, &mut columns.all[target as usize]);
}

#[inline(always)]
fn compute<T: Int>(lanes: &mut Lanes<T>, code: &Code<T>) {
    match code {
        Code::Convert { .. } => {}
        Code::Dot { terms, constant } => dot(lanes, terms, *constant),
        Code::Add { a, shift_a: 0, b, shift_b: 0 } => lanes.zip(*a, *b, T::plus),
        Code::Sub { a, shift_a: 0, b, shift_b: 0 } => lanes.zip(*a, *b, T::minus),
        Code::Add { a, shift_a, b, shift_b } => {
            lanes.zip(*a, *b, |a, b| a.left(*shift_a).plus(b.left(*shift_b)));
        }
        Code::Sub { a, shift_a, b, shift_b } => {
            lanes.zip(*a, *b, |a, b| a.left(*shift_a).minus(b.left(*shift_b)));
        }
        Code::Shl { a, shift } => lanes.map(*a, |a| a.left(*shift)),
        Code::Shr { a, shift } => lanes.map(*a, |a| a.right(*shift)),
        Code::Bit { a, index } => lanes.map(*a, |a| a.right(*index).and(T::truth(true))),
        Code::Any { a, mask } => lanes.map(*a, |a| T::truth(a.and(*mask) != T::wrap(0))),
        Code::Clamp { a, lo, hi } => lanes.map(*a, |a| a.max(*lo).min(*hi)),
        Code::AtLeast { a, threshold } => lanes.map(*a, |a| T::truth(a >= *threshold)),
        Code::Greater { a, b } => lanes.zip(*a, *b, |a, b| T::truth(a > b)),
        Code::Select { condition, on_true, on_false } => {
            lanes.zip3(*condition, *on_true, *on_false, |c, t, f| {
                let mask = T::wrap(0).minus(c);
                f.xor(t.xor(f).and(mask))
            });
        }
        Code::Table { a, first, entries } => lanes.map(*a, |a| entries[a.index(*first)]),
    }
}

/// Four terms at a time, so that the sums are loaded and stored once for four products.
#[inline(always)]
fn dot<T: Int>(lanes: &mut Lanes<T>, terms: &[(Slot, T)], constant: T) {
    let (first, rest) = terms.split_at(terms.len().min(4));
    add(lanes, first, |_| constant);
    for four in rest.chunks(4) {
        add(lanes, four, |sum| sum);
    }
}

/// `from(target) + Σ weight · column`, for at most four terms.
#[inline(always)]
fn add<T: Int>(lanes: &mut Lanes<T>, terms: &[(Slot, T)], from: impl Fn(T) -> T) {
    let weight = |n: usize| terms[n].1;
    match *terms {
        [(a, _), (b, _), (c, _), (d, _)] => {
            let (a, b, c, d) = (lanes.at(a), lanes.at(b), lanes.at(c), lanes.at(d));
            let weights = [weight(0), weight(1), weight(2), weight(3)];
            lanes.target.iter_mut().zip(a).zip(b).zip(c).zip(d).for_each(|((((to, a), b), c), d)| {
                let left = a.times(weights[0]).plus(b.times(weights[1]));
                let right = c.times(weights[2]).plus(d.times(weights[3]));
                *to = from(*to).plus(left.plus(right));
            });
        }
        [(a, _), (b, _), (c, _)] => {
            let (a, b, c) = (lanes.at(a), lanes.at(b), lanes.at(c));
            let weights = [weight(0), weight(1), weight(2)];
            lanes.target.iter_mut().zip(a).zip(b).zip(c).for_each(|(((to, a), b), c)| {
                let two = a.times(weights[0]).plus(b.times(weights[1]));
                *to = from(*to).plus(two.plus(c.times(weights[2])));
            });
        }
        [(a, _), (b, _)] => {
            let (a, b, weights) = (lanes.at(a), lanes.at(b), [weight(0), weight(1)]);
            lanes.target.iter_mut().zip(a).zip(b).for_each(|((to, a), b)| {
                *to = from(*to).plus(a.times(weights[0]).plus(b.times(weights[1])));
            });
        }
        [(a, weight)] => {
            let a = lanes.at(a);
            lanes.target.iter_mut().zip(a).for_each(|(to, a)| *to = from(*to).plus(a.times(weight)));
        }
        _ => lanes.target.iter_mut().for_each(|to| *to = from(*to)),
    }
}

#[inline(always)]
fn convert<T: Int>(from: Lane, column: Slot, frame: &mut Frame) {
    match from {
        Lane::I16 => convert_from::<T, i16>(column, frame),
        Lane::I32 => convert_from::<T, i32>(column, frame),
        Lane::I64 => convert_from::<T, i64>(column, frame),
        Lane::I128 => convert_from::<T, i128>(column, frame),
    }
}

/// Into the spare column, from one of another lane.
#[inline(always)]
fn convert_from<T: Int, F: Int>(column: Slot, frame: &mut Frame) {
    let from = F::columns(frame).all[column as usize].0;
    let target = &mut T::columns_mut(frame).spare.0;
    target.iter_mut().zip(&from).for_each(|(to, v)| *to = T::wrap(v.wide()));
}
