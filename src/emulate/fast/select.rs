//! Which steps compute a net.
//!
//! ```text
//! v0: s8 = input                  i16 column 0
//! v1: s12 = mul v0, 9             i16 column 1 = dot 0 * 9
//! v2: s20 = add v1, v0 << 11      i32 column 0 = convert i16 0; …1 = convert i16 1; …2 = add 1, 0 << 11
//! v3: u6 = shr v2, 14             i32 column 3 = shr 2, 14
//! ```
//!
//! Each value has a column in the lane that its operation is computed in; a reader that needs it in another lane
//! makes a step that converts it, once for all such readers. Values that nobody needs have none.

use super::code::{Code, Slot, Step, Term};
use super::lane::{Int, Lane};
use super::port::InputColumn;
use crate::emulate::least::{needed, with_least_intervals};
use crate::net::{Id, Net, Op};
use std::collections::BTreeMap;

/// Steps in an order that computes a net; every column is written once.
#[derive(Debug, Default)]
pub(super) struct Selected {
    pub steps: Vec<Step>,
    /// The net's input ports.
    pub inputs: Vec<InputColumn>,
    /// The columns of the net's outputs.
    pub outputs: Vec<(Lane, Slot)>,
    /// Columns that hold one number.
    pub constants: BTreeMap<(Lane, i128), Slot>,
    /// Columns of each lane.
    pub columns: [Slot; Lane::COUNT],
}

/// The steps of `net`.
pub(super) fn select(net: &Net) -> Selected {
    let net = with_least_intervals(net);
    let needed = needed(&net);
    let mut selector =
        Selector { columns: vec![[None; Lane::COUNT]; net.len()], net: &net, selected: Selected::default() };
    selector.inputs();
    for id in net.ids().filter(|id| needed[id.index()]) {
        selector.value(id);
    }
    selector.outputs();
    selector.selected
}

struct Selector<'a> {
    net: &'a Net,
    selected: Selected,
    /// For each value, its columns by lane.
    columns: Vec<[Option<Slot>; Lane::COUNT]>,
}

/// The step that writes column `$slot` of lane `$lane` with what `$code` says for its type `T`.
macro_rules! step {
    ($lane:expr, $slot:expr, $T:ident => $code:expr) => {
        match $lane {
            Lane::I16 => {
                type $T = i16;
                Step::I16($slot, $code)
            }
            Lane::I32 => {
                type $T = i32;
                Step::I32($slot, $code)
            }
            Lane::I64 => {
                type $T = i64;
                Step::I64($slot, $code)
            }
            Lane::I128 => {
                type $T = i128;
                Step::I128($slot, $code)
            }
        }
    };
}

impl Selector<'_> {
    fn inputs(&mut self) {
        let port = |input: &crate::net::Input| InputColumn {
            name: input.name.clone(),
            interval: input.interval,
            column: None,
        };
        self.selected.inputs = self.net.inputs.iter().map(port).collect();
    }

    fn outputs(&mut self) {
        for output in &self.net.outputs {
            let lane = self.home(output.id);
            let column = self.column(output.id, lane);
            self.selected.outputs.push((lane, column));
        }
    }

    /// A new column.
    fn fresh(&mut self, lane: Lane) -> Slot {
        let count = &mut self.selected.columns[lane as usize];
        *count += 1;
        *count - 1
    }

    /// The lane that a value is computed in.
    fn home(&self, id: Id) -> Lane {
        let own = Lane::of(self.net.interval(id));
        let with = |operand: &Id| own.max(Lane::of(self.net.interval(*operand)));
        match self.net.op(id) {
            _ if self.net.interval(id).constant().is_some() => own,
            Op::Input(_) | Op::Const(_) => own,
            Op::Dot { .. } | Op::Add { .. } | Op::Sub { .. } | Op::Add3(_) => own,
            Op::Mul { .. } | Op::Shl { .. } | Op::Select { .. } => own,
            Op::Shr { a, .. } | Op::Bit { a, .. } | Op::Clamp { a, .. } => with(a),
            Op::AtLeast { a, .. } | Op::Table { a, .. } => with(a),
            Op::Greater { a, b } => with(a).max(with(b)),
        }
    }

    /// The column that holds `id`, modulo 2^n, in `lane`.
    fn column(&mut self, id: Id, lane: Lane) -> Slot {
        if let Some(v) = self.net.interval(id).constant() {
            return self.constant(v, lane);
        }
        if let Some(column) = self.columns[id.index()][lane as usize] {
            return column;
        }
        let from = self.home(id);
        let column = self.columns[id.index()][from as usize].expect("operands come first");
        let slot = self.fresh(lane);
        self.selected.steps.push(step!(lane, slot, T => Code::<T>::Convert { from, column }));
        self.columns[id.index()][lane as usize] = Some(slot);
        slot
    }

    fn constant(&mut self, v: i128, lane: Lane) -> Slot {
        if let Some(slot) = self.selected.constants.get(&(lane, v)) {
            return *slot;
        }
        let slot = self.fresh(lane);
        self.selected.constants.insert((lane, v), slot);
        slot
    }

    /// Makes the column of one value.
    fn value(&mut self, id: Id) {
        if self.net.interval(id).constant().is_some() {
            return;
        }
        let lane = self.home(id);
        let slot = self.fresh(lane);
        match self.net.op(id) {
            Op::Input(n) => self.selected.inputs[*n].column = Some((lane, slot)),
            op => {
                let step = step!(lane, slot, T => self.code::<T>(op));
                self.selected.steps.push(step);
            }
        }
        self.columns[id.index()][lane as usize] = Some(slot);
    }

    /// What computes `op` in lane `T`.
    fn code<T: Int>(&mut self, op: &Op) -> Code<T> {
        let net = self.net;
        let mut at = |id: &Id| self.column(*id, T::LANE);
        // The ends of a clamp and thresholds outside the operand's interval would not fit the lane.
        let near = |v: i128, a: &Id| T::wrap(v.clamp(net.interval(*a).lo, net.interval(*a).hi));
        match op {
            Op::Input(_) | Op::Const(_) => unreachable!("inputs are loaded, constants are one number"),
            Op::Dot { terms, constant } => self.dot(terms.iter().copied(), *constant),
            Op::Mul { a, factor } => self.dot([(*a, *factor)].into_iter(), 0),
            Op::Add { .. } | Op::Sub { .. } | Op::Add3(_) | Op::Shl { .. } => self.sum(op),
            Op::Shr { a, shift } => Code::Shr { a: at(a), shift: (*shift).min(T::BITS - 1) },
            Op::Bit { a, index } => Code::Bit { a: at(a), index: (*index).min(T::BITS - 1) },
            Op::Clamp { a, lo, hi } => Code::Clamp { a: at(a), lo: near(*lo, a), hi: near(*hi, a) },
            Op::AtLeast { a, threshold } => Code::AtLeast { a: at(a), threshold: near(*threshold, a) },
            Op::Greater { a, b } => Code::Greater { a: at(a), b: at(b) },
            Op::Select { condition, on_true, on_false } => {
                Code::Select { condition: at(condition), on_true: at(on_true), on_false: at(on_false) }
            }
            Op::Table { a, first, entries } => {
                // The operand may be known to stay within less than the table.
                let seen = net.interval(*a);
                let skipped = usize::try_from(seen.lo - first).expect("a table covers its operand");
                let entries = entries.iter().skip(skipped).map(|v| T::wrap(*v));
                Code::Table { a: at(a), first: T::wrap(seen.lo), entries: entries.collect() }
            }
        }
    }

    /// Shifted terms: as they are, or as products where a shift leaves the lane.
    fn sum<T: Int>(&mut self, op: &Op) -> Code<T> {
        let term = |id: &Id, shift: &u32, negative| (*id, *shift, negative);
        let terms = match op {
            Op::Add { a, shift_a, b, shift_b } => vec![term(a, shift_a, false), term(b, shift_b, false)],
            Op::Sub { a, shift_a, b, shift_b } => vec![term(a, shift_a, false), term(b, shift_b, true)],
            Op::Add3(terms) => terms.iter().map(|t| term(&t.id, &t.shift, t.negative)).collect(),
            Op::Shl { a, shift } => vec![term(a, shift, false)],
            other => unreachable!("`{}` is no sum of shifted terms", other.word()),
        };
        if terms.iter().any(|(_, shift, _)| *shift >= T::BITS) {
            let kept = terms.into_iter().filter(|(_, shift, _)| *shift < T::BITS);
            return self.dot(kept.map(|(id, shift, negative)| (id, power(shift, negative))), 0);
        }
        let mut at = |n: usize| (self.column(terms[n].0, T::LANE), terms[n].1);
        match op {
            Op::Shl { .. } => {
                let (a, shift) = at(0);
                Code::Shl { a, shift }
            }
            Op::Add3(_) => Code::Add3([0, 1, 2].map(|n| {
                let (column, shift) = at(n);
                Term { column, shift, negative: terms[n].2 }
            })),
            _ => {
                let ((a, shift_a), (b, shift_b)) = (at(0), at(1));
                match terms[1].2 {
                    true => Code::Sub { a, shift_a, b, shift_b },
                    false => Code::Add { a, shift_a, b, shift_b },
                }
            }
        }
    }

    fn dot<T: Int>(&mut self, terms: impl Iterator<Item = (Id, i128)>, constant: i128) -> Code<T> {
        let mut constant = T::wrap(constant);
        let mut kept = Vec::new();
        for (id, weight) in terms {
            let weight = T::wrap(weight);
            match self.net.interval(id).constant() {
                Some(v) => constant = constant.plus(weight.times(T::wrap(v))),
                None if weight == T::wrap(0) => {}
                None => kept.push((self.column(id, T::LANE), weight)),
            }
        }
        Code::Dot { terms: kept.into(), constant }
    }
}

/// `± 2^shift`, modulo 2^128.
fn power(shift: u32, negative: bool) -> i128 {
    let power = 1i128.wrapping_shl(shift);
    if negative { power.wrapping_neg() } else { power }
}
