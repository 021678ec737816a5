//! What a network computes, by definition. Everything else is compared with this.

use super::{Id, Net, Op, Term};

/// The outputs of `net` for one set of inputs.
pub fn run(net: &Net, inputs: &[i128]) -> Vec<i128> {
    let values = values(net, inputs);
    net.outputs.iter().map(|output| values[output.id.index()]).collect()
}

/// Every value of `net` for one set of inputs, by [`Id::index`].
pub fn values(net: &Net, inputs: &[i128]) -> Vec<i128> {
    let mut values = Vec::with_capacity(net.len());
    for op in &net.ops {
        values.push(value(op, inputs, &values));
    }
    values
}

/// The result of one operation, given the values it may read by [`Id::index`].
pub fn value(op: &Op, inputs: &[i128], values: &[i128]) -> i128 {
    value_with(op, inputs, |id| values[id.index()])
}

/// The result of one operation, given what each value it reads is.
pub fn value_with(op: &Op, inputs: &[i128], get: impl Fn(Id) -> i128) -> i128 {
    let v = |id: &Id| get(*id);
    match op {
        Op::Input(n) => inputs[*n],
        Op::Const(c) => *c,
        // In the order in which `reach` counts, so that every partial sum fits.
        Op::Dot { terms, constant } => terms.iter().fold(*constant, |sum, (id, weight)| sum + v(id) * weight),
        Op::Add { a, shift_a, b, shift_b } => (v(a) << shift_a) + (v(b) << shift_b),
        Op::Sub { a, shift_a, b, shift_b } => (v(a) << shift_a) - (v(b) << shift_b),
        Op::Add3(terms) => terms.iter().map(|t| term(*t, v(&t.id))).sum(),
        Op::Mul { a, factor } => v(a) * factor,
        Op::Shl { a, shift } => v(a) << shift,
        Op::Shr { a, shift } => v(a) >> shift.min(&127),
        Op::Bit { a, index } => v(a) >> index.min(&127) & 1,
        Op::Any { a, mask } => i128::from(v(a).cast_unsigned() & mask != 0),
        Op::Clamp { a, lo, hi } => v(a).clamp(*lo, *hi),
        Op::AtLeast { a, threshold } => i128::from(v(a) >= *threshold),
        Op::Greater { a, b } => i128::from(v(a) > v(b)),
        Op::Select { condition, on_true, on_false } => v(if v(condition) == 1 { on_true } else { on_false }),
        Op::Table { a, first, entries } => entries[usize::try_from(v(a) - first).expect("in the table")],
    }
}

fn term(term: Term, value: i128) -> i128 {
    let shifted = value << term.shift;
    if term.negative { -shifted } else { shifted }
}
