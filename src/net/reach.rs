//! Which integers an operation can yield, given those of its operands.

use super::{Id, Net, Op, Term};
use crate::fixed::{Interval, MAX_WIDTH, TooWide};

/// The interval of `op` from the intervals of its operands in `net`: the tightest one that can be said
/// without knowing how the operands hang together.
///
/// # Errors
/// [`TooWide`] if a value could need more than 127 bits.
pub fn reach(net: &Net, op: &Op) -> Result<Interval, TooWide> {
    let of = |id: Id| net.interval(id);
    match op {
        Op::Input(n) => Ok(net.inputs[*n].interval),
        Op::Const(v) => held(Interval::point(*v)),
        Op::Dot { terms, constant } => terms
            .iter()
            .try_fold(Interval::point(*constant), |sum, (id, weight)| sum.plus(of(*id).times(*weight)?))
            .and_then(held),
        Op::Add { a, shift_a, b, shift_b } => {
            of(*a).shifted_left(*shift_a)?.plus(of(*b).shifted_left(*shift_b)?)
        }
        Op::Sub { a, shift_a, b, shift_b } => {
            of(*a).shifted_left(*shift_a)?.minus(of(*b).shifted_left(*shift_b)?)
        }
        Op::Add3(terms) => terms.iter().try_fold(Interval::point(0), |sum, Term { id, shift, negative }| {
            let term = of(*id).shifted_left(*shift)?;
            if *negative { sum.minus(term) } else { sum.plus(term) }
        }),
        Op::Mul { a, factor } => of(*a).times(*factor),
        Op::Shl { a, shift } => of(*a).shifted_left(*shift),
        Op::Shr { a, shift } => Ok(of(*a).shifted_right(*shift)),
        Op::Bit { a, index } => {
            let rest = of(*a).shifted_right(*index);
            Ok(rest.constant().map_or(Interval { lo: 0, hi: 1 }, |v| Interval::point(v & 1)))
        }
        Op::Any { a, mask } => Ok(any(of(*a), *mask)),
        Op::Clamp { a, lo, hi } => Ok(of(*a).clamp(*lo, *hi)),
        Op::AtLeast { a, threshold } => Ok(truth(of(*a).lo >= *threshold, of(*a).hi >= *threshold)),
        Op::Greater { a, b } => Ok(truth(of(*a).lo > of(*b).hi, of(*a).hi > of(*b).lo)),
        Op::Select { on_true, on_false, .. } => held(of(*on_true).union(of(*on_false))),
        Op::Table { a, first, entries } => {
            let seen = of(*a).intersection(Interval { lo: *first, hi: first + entries.len() as i128 - 1 });
            let seen = seen.unwrap_or(Interval::point(*first));
            let within = entries.iter().enumerate().filter(|(i, _)| seen.contains(first + *i as i128));
            held(
                within
                    .map(|(_, v)| Interval::point(*v))
                    .reduce(Interval::union)
                    .unwrap_or(Interval::point(0)),
            )
        }
    }
}

/// The interval, if its integers can be held.
fn held(interval: Interval) -> Result<Interval, TooWide> {
    if interval.width() > MAX_WIDTH { Err(TooWide) } else { Ok(interval) }
}

/// Whether an integer of `interval` has a one where `mask` has.
fn any(interval: Interval, mask: u128) -> Interval {
    let Interval { lo, hi } = interval;
    let below = lo >= 0 && 128 - hi.leading_zeros() <= mask.trailing_zeros();
    let known = interval.constant().map(|v| v.cast_unsigned() & mask != 0);
    match known.or(below.then_some(false)) {
        Some(known) => truth(known, known),
        None => truth(false, true),
    }
}

/// The interval of a condition that holds `always`, or can hold `ever`.
fn truth(always: bool, ever: bool) -> Interval {
    Interval { lo: always.into(), hi: ever.into() }
}
