//! How sums of products are taken apart: a tree of sums in one lane is one sum of products.
//!
//! ```text
//! v2 = add v0, v1 << 2       if only v3 reads it
//! v3 = sub v2 << 1, v1   →   v3 = v0 * 2 + v1 * 7
//! ```

use super::code::{Code, Slot};
use super::lane::{Int, Lane};
use crate::net::{Id, Net, Op};

/// One or two terms whose weights are powers of two.
pub(super) fn shifts<T: Int>(columns: &[(Slot, T)], constant: T) -> Option<Code<T>> {
    let find = |weight: T| (0..T::BITS).find(|shift| T::wrap(1).left(*shift) == weight);
    let shift = |weight: T| {
        let negative = || find(T::wrap(0).minus(weight)).map(|shift| (shift, true));
        find(weight).map(|shift| (shift, false)).or_else(negative)
    };
    if constant != T::wrap(0) {
        return None;
    }
    match *columns {
        [(a, weight)] => shift(weight).filter(|s| !s.1).map(|(shift, _)| Code::Shl { a, shift }),
        [(a, weight_a), (b, weight_b)] => match (shift(weight_a)?, shift(weight_b)?) {
            ((shift_a, false), (shift_b, false)) => Some(Code::Add { a, shift_a, b, shift_b }),
            ((shift_a, false), (shift_b, true)) => Some(Code::Sub { a, shift_a, b, shift_b }),
            ((shift_a, true), (shift_b, false)) => {
                Some(Code::Sub { a: b, shift_a: shift_b, b: a, shift_b: shift_a })
            }
            ((_, true), (_, true)) => None,
        },
        _ => None,
    }
}

/// Whether an operation is a sum of products.
fn is_sum(op: &Op) -> bool {
    matches!(
        op,
        Op::Dot { .. } | Op::Mul { .. } | Op::Add { .. } | Op::Sub { .. } | Op::Add3(_) | Op::Shl { .. }
    )
}

/// The weights, modulo 2^128, and the number of a sum of products.
pub(super) fn products(op: &Op) -> (Vec<(Id, i128)>, i128) {
    match op {
        Op::Dot { terms, constant } => (terms.clone(), *constant),
        Op::Mul { a, factor } => (vec![(*a, *factor)], 0),
        Op::Shl { a, shift } => (vec![(*a, power(*shift, false))], 0),
        Op::Add { a, shift_a, b, shift_b } => {
            (vec![(*a, power(*shift_a, false)), (*b, power(*shift_b, false))], 0)
        }
        Op::Sub { a, shift_a, b, shift_b } => {
            (vec![(*a, power(*shift_a, false)), (*b, power(*shift_b, true))], 0)
        }
        Op::Add3(terms) => (terms.iter().map(|t| (t.id, power(t.shift, t.negative))).collect(), 0),
        other => unreachable!("`{}` is no sum", other.word()),
    }
}

/// Sums that no column is made for, because one other sum in the same lane is all that reads them.
pub(super) fn absorbed(net: &Net, needed: &[bool]) -> Vec<bool> {
    let mut readers = vec![0; net.len()];
    let mut absorbed = vec![false; net.len()];
    for id in net.ids().filter(|id| needed[id.index()] && net.interval(*id).constant().is_none()) {
        let lane = Lane::of(net.interval(id));
        net.op(id).for_each_operand(|operand| {
            readers[operand.index()] += 1;
            let both = is_sum(net.op(id)) && is_sum(net.op(operand));
            absorbed[operand.index()] = both && Lane::of(net.interval(operand)) == lane;
        });
    }
    for output in &net.outputs {
        readers[output.id.index()] += 2;
    }
    absorbed.iter().zip(readers).map(|(fits, readers)| *fits && readers == 1).collect()
}

/// `± 2^shift`, modulo 2^128.
fn power(shift: u32, negative: bool) -> i128 {
    let power = 1i128.checked_shl(shift).unwrap_or(0);
    if negative { power.wrapping_neg() } else { power }
}
