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

use super::code::{Code, Slot, Step};
use super::lane::{Int, Lane};
use super::port::InputColumn;
use super::sum;
use crate::emulate::least::{needed, with_least_intervals};
use crate::net::op::folded;
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
    let mut selector = Selector {
        net: &net,
        selected: Selected::default(),
        columns: vec![[None; Lane::COUNT]; net.len()],
        absorbed: sum::absorbed(&net, &needed),
    };
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
    /// Sums that are part of the one that reads them.
    absorbed: Vec<bool>,
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
            Op::Input(_)
            | Op::Const(_)
            | Op::Dot { .. }
            | Op::Add { .. }
            | Op::Sub { .. }
            | Op::Add3(_)
            | Op::Mul { .. }
            | Op::Shl { .. }
            | Op::Select { .. } => own,
            Op::Shr { a, .. }
            | Op::Bit { a, .. }
            | Op::Any { a, .. }
            | Op::Clamp { a, .. }
            | Op::AtLeast { a, .. }
            | Op::Table { a, .. } => with(a),
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
        if self.absorbed[id.index()] || self.net.interval(id).constant().is_some() {
            return;
        }
        let lane = self.home(id);
        let slot = self.fresh(lane);
        if let Op::Input(n) = self.net.op(id) {
            self.selected.inputs[*n].column = Some((lane, slot));
        } else {
            let step = step!(lane, slot, T => self.code::<T>(id));
            self.selected.steps.push(step);
        }
        self.columns[id.index()][lane as usize] = Some(slot);
    }

    /// What computes `id` in lane `T`.
    fn code<T: Int>(&mut self, id: Id) -> Code<T> {
        let net = self.net;
        let mut at = |id: &Id| self.column(*id, T::LANE);
        // The ends of a clamp and thresholds outside the operand's interval would not fit the lane.
        let near = |v: i128, a: &Id| T::wrap(v.clamp(net.interval(*a).lo, net.interval(*a).hi));
        match net.op(id) {
            Op::Input(_) | Op::Const(_) => unreachable!("inputs are loaded, constants are one number"),
            Op::Dot { .. }
            | Op::Mul { .. }
            | Op::Shl { .. }
            | Op::Add { .. }
            | Op::Sub { .. }
            | Op::Add3(_) => self.sum(id),
            Op::Shr { a, shift } => Code::Shr { a: at(a), shift: (*shift).min(T::BITS - 1) },
            Op::Bit { a, index } => Code::Bit { a: at(a), index: (*index).min(T::BITS - 1) },
            Op::Any { a, mask } => Code::Any { a: at(a), mask: T::wrap(folded(*mask, T::BITS)) },
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

    /// A sum of products, with the sums that only it reads and that are computed in the same lane.
    fn sum<T: Int>(&mut self, id: Id) -> Code<T> {
        let mut terms = BTreeMap::new();
        let mut constant = T::wrap(0);
        let mut open = vec![(id, T::wrap(1))];
        while let Some((id, factor)) = open.pop() {
            let (products, number) = sum::products(self.net.op(id));
            constant = constant.plus(factor.times(T::wrap(number)));
            for (operand, weight) in products {
                let weight = factor.times(T::wrap(weight));
                match self.net.interval(operand).constant() {
                    Some(v) => constant = constant.plus(weight.times(T::wrap(v))),
                    None if self.absorbed[operand.index()] => open.push((operand, weight)),
                    None => {
                        let sum = terms.entry(operand).or_insert(T::wrap(0));
                        *sum = sum.plus(weight);
                    }
                }
            }
        }
        let columns = terms.into_iter().filter(|(_, weight)| *weight != T::wrap(0));
        let columns: Vec<(Slot, T)> =
            columns.map(|(id, weight)| (self.column(id, T::LANE), weight)).collect();
        sum::shifts(&columns, constant).unwrap_or(Code::Dot { terms: columns.into(), constant })
    }
}
