//! The loops. [`run`] is compiled once for each instruction set; everything it calls is inlined into it, so that
//! every loop becomes that set's vector instructions.

#![expect(clippy::inline_always, reason = "see above: a call would leave the instruction set")]

use super::BLOCK;
use super::code::{Code, Slot, Step, Term};
use super::frame::{Column, Frame};
use super::lane::{Int, Lane};
use multiversion::multiversion;

/// Sums that are kept in registers while a dot product's terms are added.
const SUMS: usize = 64;

/// Computes every column of `frame` from those that were loaded.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512dq+avx512vl+bmi2",
    "x86_64+avx2+bmi2",
    "x86_64+sse4.2",
    "aarch64+neon"
))]
pub(super) fn run(steps: &[Step], frame: &mut Frame) {
    for step in steps {
        match step {
            Step::I16(target, code) => compute(*target, code, frame),
            Step::I32(target, code) => compute(*target, code, frame),
            Step::I64(target, code) => compute(*target, code, frame),
            Step::I128(target, code) => compute(*target, code, frame),
        }
    }
}

/// The column written, and the others of its lane.
struct Columns<'a, T> {
    target: &'a mut [T; BLOCK],
    before: &'a [Column<T>],
    after: &'a [Column<T>],
}

impl<'a, T: Int> Columns<'a, T> {
    #[inline(always)]
    fn of(frame: &'a mut Frame, target: Slot) -> Columns<'a, T> {
        let (before, rest) = T::columns_mut(frame).split_at_mut(target as usize);
        let (target, after) = rest.split_first_mut().expect("every column has a place");
        Columns { target: &mut target.0, before, after }
    }

    #[inline(always)]
    fn at(&self, slot: Slot) -> &'a [T; BLOCK] {
        let slot = slot as usize;
        match self.before.get(slot) {
            Some(column) => &column.0,
            None => &self.after[slot - self.before.len() - 1].0,
        }
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
fn compute<T: Int>(target: Slot, code: &Code<T>, frame: &mut Frame) {
    if let Code::Convert { from, column } = code {
        return convert::<T>(target, *from, *column, frame);
    }
    let mut columns = Columns::of(frame, target);
    match code {
        Code::Convert { .. } => {}
        Code::Dot { terms, constant } => dot(&mut columns, terms, *constant),
        Code::Add { a, shift_a: 0, b, shift_b: 0 } => columns.zip(*a, *b, T::plus),
        Code::Sub { a, shift_a: 0, b, shift_b: 0 } => columns.zip(*a, *b, T::minus),
        Code::Add { a, shift_a, b, shift_b } => {
            columns.zip(*a, *b, |a, b| a.left(*shift_a).plus(b.left(*shift_b)));
        }
        Code::Sub { a, shift_a, b, shift_b } => {
            columns.zip(*a, *b, |a, b| a.left(*shift_a).minus(b.left(*shift_b)));
        }
        Code::Add3([a, b, c]) => add3(&mut columns, *a, *b, *c),
        Code::Shl { a, shift } => columns.map(*a, |a| a.left(*shift)),
        Code::Shr { a, shift } => columns.map(*a, |a| a.right(*shift)),
        Code::Bit { a, index } => columns.map(*a, |a| a.right(*index).and(T::truth(true))),
        Code::Clamp { a, lo, hi } => columns.map(*a, |a| a.max(*lo).min(*hi)),
        Code::AtLeast { a, threshold } => columns.map(*a, |a| T::truth(a >= *threshold)),
        Code::Greater { a, b } => columns.zip(*a, *b, |a, b| T::truth(a > b)),
        Code::Select { condition, on_true, on_false } => {
            columns.zip3(*condition, *on_true, *on_false, |c, t, f| {
                let mask = T::wrap(0).minus(c);
                f.xor(t.xor(f).and(mask))
            });
        }
        Code::Table { a, first, entries } => columns.map(*a, |a| entries[a.index(*first)]),
    }
}

/// Three shifted terms; a negative one is `(x ^ -1) - -1`.
#[inline(always)]
fn add3<T: Int>(columns: &mut Columns<T>, a: Term, b: Term, c: Term) {
    let sign = |term: Term| T::wrap(0).minus(T::truth(term.negative));
    let signs = [sign(a), sign(b), sign(c)];
    columns.zip3(a.column, b.column, c.column, |x, y, z| {
        let x = x.left(a.shift).xor(signs[0]).minus(signs[0]);
        let y = y.left(b.shift).xor(signs[1]).minus(signs[1]);
        let z = z.left(c.shift).xor(signs[2]).minus(signs[2]);
        x.plus(y).plus(z)
    });
}

/// A few events at a time, their sums in registers.
#[inline(always)]
fn dot<T: Int>(columns: &mut Columns<T>, terms: &[(Slot, T)], constant: T) {
    for start in (0..BLOCK).step_by(SUMS) {
        let mut sums = [constant; SUMS];
        for (column, weight) in terms {
            let part = &columns.at(*column)[start..start + SUMS];
            sums.iter_mut().zip(part).for_each(|(sum, a)| *sum = sum.plus(a.times(*weight)));
        }
        columns.target[start..start + SUMS].copy_from_slice(&sums);
    }
}

/// Lends `frame` and the column's lane to a copy.
#[inline(always)]
fn convert<T: Int>(target: Slot, from: Lane, column: Slot, frame: &mut Frame) {
    match from {
        Lane::I16 => convert_from::<T, i16>(target, column, frame),
        Lane::I32 => convert_from::<T, i32>(target, column, frame),
        Lane::I64 => convert_from::<T, i64>(target, column, frame),
        Lane::I128 => convert_from::<T, i128>(target, column, frame),
    }
}

/// Lanes differ, so the target's columns can be taken out of the frame meanwhile.
#[inline(always)]
fn convert_from<T: Int, F: Int>(target: Slot, column: Slot, frame: &mut Frame) {
    let mut columns = std::mem::take(T::columns_mut(frame));
    let from = &F::columns(frame)[column as usize].0;
    columns[target as usize].0.iter_mut().zip(from).for_each(|(to, v)| *to = T::wrap(v.wide()));
    *T::columns_mut(frame) = columns;
}
