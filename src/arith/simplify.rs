//! A value that equals something simpler becomes that.
//!
//! ```text
//! v1: u4 = clamp v0, 0, 15        (v0 is 0..15 already)
//! v2: u6 = shl v1, 2         →
//! v3: u8 = add v2, v1 << 1        v1: u8 = add v0 << 2, v0 << 1
//! ```

use super::Pass;
use super::rewrite::{Draft, fitted, rewrite};
use crate::net::{Id, Net, Op, Term, reach::reach};

/// Folds constants, drops needless operations, absorbs shifts.
#[derive(Debug, Clone, Copy)]
pub struct Simplify;

impl Pass for Simplify {
    fn name(&self) -> &'static str {
        "simplify"
    }

    fn run(&self, net: &Net) -> Net {
        rewrite(net, |new, _, draft| place(new, draft))
    }
}

/// What an operation turns out to be.
enum Simpler {
    /// A value that is there already.
    Same(Id),
    /// Another operation with the same result.
    Other(Op),
}

/// Simplifies until nothing changes, then pushes.
fn place(net: &mut Net, mut draft: Draft) -> Id {
    if matches!(draft.op, Op::Input(_)) {
        return draft.push(net);
    }
    loop {
        match simpler(net, &draft) {
            Some(Simpler::Same(id)) if learns(net, id, &draft) => return id,
            Some(Simpler::Other(op)) => draft.op = fitted(net, op),
            _ => return draft.push(net),
        }
    }
}

/// Whether `id` can stand for the draft, with the interval that both have. It cannot where the draft's is
/// narrower and `id`'s is fixed: by a port, or by a table that reads it.
fn learns(net: &mut Net, id: Id, draft: &Draft) -> bool {
    if draft.interval.covers(net.interval(id)) {
        return true;
    }
    let reads = |op: &Op| matches!(op, Op::Table { a, .. } if *a == id);
    if matches!(net.op(id), Op::Input(_)) || net.ops[id.index()..].iter().any(reads) {
        return false;
    }
    let common = net.interval(id).intersection(draft.interval);
    net.intervals[id.index()] = common.expect("equal values have a common value");
    true
}

fn simpler(net: &Net, draft: &Draft) -> Option<Simpler> {
    let op = &draft.op;
    if let Op::Const(_) = op {
        return None;
    }
    let constant = draft.interval.constant().or_else(|| reach(net, op).ok()?.constant());
    constant.map(|v| Simpler::Other(Op::Const(v))).or_else(|| same(net, op).map(Simpler::Same)).or_else(
        || absorbed(net, op).or_else(|| sum(net, op)).or_else(|| comparison(net, op)).map(Simpler::Other),
    )
}

/// The value of a constant.
pub fn constant(net: &Net, id: Id) -> Option<i128> {
    if let Op::Const(v) = net.op(id) { Some(*v) } else { None }
}

/// The operand that the operation passes on unchanged.
fn same(net: &Net, op: &Op) -> Option<Id> {
    let within = |a: &Id, lo: i128, hi: i128| lo <= net.interval(*a).lo && net.interval(*a).hi <= hi;
    match op {
        Op::Shl { a, shift: 0 } | Op::Shr { a, shift: 0 } | Op::Mul { a, factor: 1 } => Some(*a),
        Op::Clamp { a, lo, hi } if within(a, *lo, *hi) => Some(*a),
        Op::Bit { a, index: 0 } | Op::AtLeast { a, threshold: 1 } if within(a, 0, 1) => Some(*a),
        Op::Any { a, mask } if within(a, 0, 1) && mask & 1 == 1 => Some(*a),
        Op::Add { a, shift_a: 0, b, .. } | Op::Sub { a, shift_a: 0, b, .. }
            if constant(net, *b) == Some(0) =>
        {
            Some(*a)
        }
        Op::Add { a, b, shift_b: 0, .. } if constant(net, *a) == Some(0) => Some(*b),
        Op::Select { on_true, on_false, .. } if on_true == on_false => Some(*on_true),
        Op::Select { condition, on_true, on_false } => {
            constant(net, *condition).map(|c| if c == 1 { *on_true } else { *on_false })
        }
        Op::Table { a, first, entries } => (*first..).zip(entries.iter()).all(|(i, v)| i == *v).then_some(*a),
        Op::Dot { terms, constant: 0 } => match terms[..] {
            [(a, 1)] => Some(a),
            _ => None,
        },
        _ => None,
    }
}

/// One operation instead of two that follow one another, or a plainer one.
fn absorbed(net: &Net, op: &Op) -> Option<Op> {
    match op {
        Op::Any { a, mask } if mask.is_power_of_two() => {
            Some(Op::Bit { a: *a, index: mask.trailing_zeros() })
        }
        Op::Mul { a, factor } if *factor > 0 && factor.count_ones() == 1 => {
            Some(Op::Shl { a: *a, shift: factor.trailing_zeros() })
        }
        Op::Shl { a, shift } => match net.op(*a) {
            Op::Shl { a, shift: inner } => Some(Op::Shl { a: *a, shift: shift.checked_add(*inner)? }),
            _ => None,
        },
        Op::Shr { a, shift } => match net.op(*a) {
            Op::Shr { a, shift: inner } => Some(Op::Shr { a: *a, shift: shift.checked_add(*inner)? }),
            Op::Shl { a, shift: inner } if inner >= shift => Some(Op::Shl { a: *a, shift: inner - shift }),
            Op::Shl { a, shift: inner } => Some(Op::Shr { a: *a, shift: shift - inner }),
            _ => None,
        },
        Op::Clamp { a, lo, hi } => match net.op(*a) {
            Op::Clamp { a, lo: inner_lo, hi: inner_hi } => {
                Some(Op::Clamp { a: *a, lo: *inner_lo.clamp(lo, hi), hi: *inner_hi.clamp(lo, hi) })
            }
            _ => None,
        },
        _ => None,
    }
}

/// A sum with shifts, constants and zeros folded into it.
fn sum(net: &Net, op: &Op) -> Option<Op> {
    match *op {
        Op::Add { a, shift_a, b, shift_b } => {
            if constant(net, b) == Some(0) {
                return Some(Op::Shl { a, shift: shift_a });
            }
            if constant(net, a) == Some(0) {
                return Some(Op::Shl { a: b, shift: shift_b });
            }
            if (a, shift_a) == (b, shift_b) {
                return Some(Op::Shl { a, shift: shift_a.checked_add(1)? });
            }
            let ((a, shift_a), (b, shift_b)) = unshifted_pair(net, (a, shift_a), (b, shift_b))?;
            Some(Op::Add { a, shift_a, b, shift_b })
        }
        Op::Sub { a, shift_a, b, shift_b } => {
            if constant(net, b) == Some(0) {
                return Some(Op::Shl { a, shift: shift_a });
            }
            let ((a, shift_a), (b, shift_b)) = unshifted_pair(net, (a, shift_a), (b, shift_b))?;
            Some(Op::Sub { a, shift_a, b, shift_b })
        }
        Op::Add3(terms) => sum_of_three(net, terms),
        Op::Dot { ref terms, constant } => dot(net, terms, constant),
        _ => None,
    }
}

/// What `id << shift` is a shift of, if it is.
fn unshifted(net: &Net, (id, shift): (Id, u32)) -> (Id, u32) {
    match net.op(id) {
        Op::Shl { a, shift: inner } => (*a, shift.saturating_add(*inner)),
        _ => (id, shift),
    }
}

fn unshifted_pair(net: &Net, a: (Id, u32), b: (Id, u32)) -> Option<((Id, u32), (Id, u32))> {
    let simpler = (unshifted(net, a), unshifted(net, b));
    (simpler != (a, b)).then_some(simpler)
}

fn sum_of_three(net: &Net, terms: [Term; 3]) -> Option<Op> {
    if let Some(zero) = terms.iter().position(|t| constant(net, t.id) == Some(0)) {
        let (x, y) = (terms[(zero + 1) % 3], terms[(zero + 2) % 3]);
        let (a, b) = if x.negative { (y, x) } else { (x, y) };
        let (a, shift_a, b, shift_b) = (a.id, a.shift, b.id, b.shift);
        return match (x.negative, y.negative) {
            (false, false) => Some(Op::Add { a, shift_a, b, shift_b }),
            (true, true) => None,
            _ => Some(Op::Sub { a, shift_a, b, shift_b }),
        };
    }
    let simpler = terms.map(|t| {
        let (id, shift) = unshifted(net, (t.id, t.shift));
        Term { id, shift, ..t }
    });
    (simpler != terms).then_some(Op::Add3(simpler))
}

/// Shifts and products of one operand go into the weights, constants into the constant.
fn dot(net: &Net, terms: &[(Id, i128)], constant: i128) -> Option<Op> {
    if let ([(a, weight)], 0) = (terms, constant)
        && *weight > 0
        && weight.count_ones() == 1
    {
        return Some(Op::Shl { a: *a, shift: weight.trailing_zeros() });
    }
    let reducible = |id: Id| matches!(net.op(id), Op::Const(_) | Op::Shl { .. } | Op::Mul { .. });
    if !terms.iter().any(|(id, _)| reducible(*id)) {
        return None;
    }
    let mut sum = constant;
    let mut reduced = Vec::with_capacity(terms.len());
    for (id, weight) in terms {
        match net.op(*id) {
            Op::Const(v) => sum = sum.checked_add(v.checked_mul(*weight)?)?,
            Op::Shl { a, shift } => reduced.push((*a, weight.checked_mul(power(*shift)?)?)),
            Op::Mul { a, factor } => reduced.push((*a, weight.checked_mul(*factor)?)),
            _ => reduced.push((*id, *weight)),
        }
    }
    let op = fitted(net, Op::Dot { terms: reduced, constant: sum });
    reach(net, &op).ok().map(|_| op)
}

/// `2^shift`, if an i128 holds it.
fn power(shift: u32) -> Option<i128> {
    1i128.checked_shl(shift).filter(|power| *power > 0)
}

/// A comparison with a constant, moved through what rises with its operand.
fn comparison(net: &Net, op: &Op) -> Option<Op> {
    let Op::AtLeast { a, threshold } = op else { return None };
    match net.op(*a) {
        Op::Shr { a, shift } => {
            Some(Op::AtLeast { a: *a, threshold: threshold.checked_mul(power(*shift)?)? })
        }
        Op::Shl { a, shift } => Some(Op::AtLeast { a: *a, threshold: ceil_shift(*threshold, *shift)? }),
        Op::Clamp { a, lo, hi } if lo < threshold && threshold <= hi => {
            Some(Op::AtLeast { a: *a, threshold: *threshold })
        }
        Op::Add { a, shift_a, b, shift_b } => {
            let (a, shift, added) = match (constant(net, *a), constant(net, *b)) {
                (_, Some(c)) => (*a, *shift_a, c.checked_mul(power(*shift_b)?)?),
                (Some(c), _) => (*b, *shift_b, c.checked_mul(power(*shift_a)?)?),
                _ => return None,
            };
            Some(Op::AtLeast { a, threshold: ceil_shift(threshold.checked_sub(added)?, shift)? })
        }
        _ => None,
    }
}

/// `ceil(v / 2^shift)`
fn ceil_shift(v: i128, shift: u32) -> Option<i128> {
    Some(-(v.checked_neg()? >> shift.min(127)))
}
