//! A value as a weighted sum of others: `constant + Σ weight · leaf`.
//!
//! Leaves are inputs and what is not linear (clamps, shifts to the right, tables, …). Two sums of the same
//! leaves cancel where interval arithmetic would add.

use crate::fixed::Interval;
use crate::net::{Id, Net, Op, Term};

/// Above this many leaves a sum is a leaf of its own, so that forms stay small.
const MOST_LEAVES: usize = 512;

/// `constant + Σ weight · leaf`, leaves in order, no weight zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Linear {
    /// The leaves and their weights.
    pub terms: Vec<(Id, i128)>,
    /// What is added to their sum.
    pub constant: i128,
}

impl Linear {
    /// A value of its own.
    pub fn leaf(id: Id) -> Linear {
        Linear { terms: vec![(id, 1)], constant: 0 }
    }

    /// `self + weight · other`; `None` if a number grows beyond an i128.
    pub fn plus(&self, weight: i128, other: &Linear) -> Option<Linear> {
        let mut terms = Vec::with_capacity(self.terms.len() + other.terms.len());
        let (mut left, mut right) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        loop {
            let next = match (left.peek(), right.peek()) {
                (Some((a, _)), Some((b, _))) => *a.min(b),
                (Some((a, _)), None) => *a,
                (None, Some((b, _))) => *b,
                (None, None) => break,
            };
            let mine = left.next_if(|(id, _)| *id == next).map_or(0, |(_, w)| *w);
            let theirs = right.next_if(|(id, _)| *id == next).map_or(0, |(_, w)| *w);
            let sum = mine.checked_add(theirs.checked_mul(weight)?)?;
            if sum != 0 {
                terms.push((next, sum));
            }
        }
        let constant = self.constant.checked_add(other.constant.checked_mul(weight)?)?;
        Some(Linear { terms, constant })
    }

    /// The integers that the sum can take when each leaf takes those of `intervals`.
    pub fn interval(&self, intervals: &[Interval]) -> Option<Interval> {
        self.terms.iter().try_fold(Interval::point(self.constant), |sum, (id, weight)| {
            sum.plus(intervals[id.index()].times(*weight).ok()?).ok()
        })
    }
}

/// The form of `net`'s value `id`, given those of the values before it.
pub fn form(net: &Net, id: Id, before: &[Linear]) -> Linear {
    combined(net.op(id), before)
        .filter(|form| form.terms.len() <= MOST_LEAVES)
        .unwrap_or_else(|| Linear::leaf(id))
}

fn combined(op: &Op, before: &[Linear]) -> Option<Linear> {
    let zero = Linear::default();
    let of = |id: &Id| &before[id.index()];
    let power = |shift: u32| 1i128.checked_shl(shift).filter(|p| *p > 0);
    match op {
        Op::Const(v) => Some(Linear { terms: Vec::new(), constant: *v }),
        Op::Dot { terms, constant } => {
            let start = Linear { terms: Vec::new(), constant: *constant };
            terms.iter().try_fold(start, |sum, (id, weight)| sum.plus(*weight, of(id)))
        }
        Op::Add { a, shift_a, b, shift_b } => {
            zero.plus(power(*shift_a)?, of(a))?.plus(power(*shift_b)?, of(b))
        }
        Op::Sub { a, shift_a, b, shift_b } => {
            zero.plus(power(*shift_a)?, of(a))?.plus(-power(*shift_b)?, of(b))
        }
        Op::Add3(terms) => terms.iter().try_fold(zero, |sum, Term { id, shift, negative }| {
            let weight = power(*shift)?;
            sum.plus(if *negative { -weight } else { weight }, of(id))
        }),
        Op::Mul { a, factor } => zero.plus(*factor, of(a)),
        Op::Shl { a, shift } => zero.plus(power(*shift)?, of(a)),
        Op::Input(_)
        | Op::Shr { .. }
        | Op::Bit { .. }
        | Op::Any { .. }
        | Op::Clamp { .. }
        | Op::AtLeast { .. }
        | Op::Greater { .. }
        | Op::Select { .. }
        | Op::Table { .. } => None,
    }
}
