//! What can be computed. Each operation is one line of meaning over exact integers.

use super::Id;
use std::sync::Arc;

/// `± (id << shift)`: one operand of a [`Op::Add3`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term {
    /// The value read.
    pub id: Id,
    /// How far it is shifted left.
    pub shift: u32,
    /// Whether it is subtracted.
    pub negative: bool,
}

/// How one value is computed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Op {
    /// Input number `n`.
    Input(usize),
    /// The number itself.
    Const(i128),
    /// `Σ weight · id + constant`: a row of a constant matrix, before it is made of anything cheaper.
    /// Each id stands once, no weight is zero.
    Dot {
        /// The values and their constant weights.
        terms: Vec<(Id, i128)>,
        /// What is added to the sum.
        constant: i128,
    },
    /// `(a << shift_a) + (b << shift_b)`.
    Add {
        /// One summand.
        a: Id,
        /// Its shift to the left.
        shift_a: u32,
        /// The other summand.
        b: Id,
        /// Its shift to the left.
        shift_b: u32,
    },
    /// `(a << shift_a) - (b << shift_b)`.
    Sub {
        /// What is subtracted from.
        a: Id,
        /// Its shift to the left.
        shift_a: u32,
        /// What is subtracted.
        b: Id,
        /// Its shift to the left.
        shift_b: u32,
    },
    /// The sum of three terms, in one carry chain where the device can.
    Add3([Term; 3]),
    /// `a · factor`.
    Mul {
        /// The value.
        a: Id,
        /// The constant.
        factor: i128,
    },
    /// `a << shift`.
    Shl {
        /// The value.
        a: Id,
        /// Digits added.
        shift: u32,
    },
    /// `floor(a / 2^shift)`.
    Shr {
        /// The value.
        a: Id,
        /// Digits dropped.
        shift: u32,
    },
    /// Bit `index` of the two's complement of `a`: 0 or 1.
    Bit {
        /// The value.
        a: Id,
        /// The bit's place, 0 for the lowest.
        index: u32,
    },
    /// 1 if a bit of the two's complement of `a` is 1 where `mask` has a 1, else 0.
    Any {
        /// The value.
        a: Id,
        /// The places looked at: bit `i` for place `i`.
        mask: u128,
    },
    /// `min(max(a, lo), hi)`. With `lo = 0` a relu, with both ends a saturation.
    Clamp {
        /// The value.
        a: Id,
        /// The least result.
        lo: i128,
        /// The greatest result, not below `lo`.
        hi: i128,
    },
    /// 1 if `a >= threshold`, else 0.
    AtLeast {
        /// The value.
        a: Id,
        /// What it is compared with.
        threshold: i128,
    },
    /// 1 if `a > b`, else 0.
    Greater {
        /// The left value.
        a: Id,
        /// The right value.
        b: Id,
    },
    /// `on_true` if `condition` is 1, `on_false` if it is 0.
    Select {
        /// A value that is 0 or 1.
        condition: Id,
        /// The result at 1.
        on_true: Id,
        /// The result at 0.
        on_false: Id,
    },
    /// `entries[a - first]`.
    Table {
        /// The value looked up.
        a: Id,
        /// The value that entry 0 belongs to: the low end of `a`'s interval.
        first: i128,
        /// One result for each integer of `a`'s interval.
        entries: Arc<[i128]>,
    },
}

impl Op {
    /// The operation's word in the text form.
    pub fn word(&self) -> &'static str {
        match self {
            Op::Input(_) => "input",
            Op::Const(_) => "const",
            Op::Dot { .. } => "dot",
            Op::Add { .. } => "add",
            Op::Sub { .. } => "sub",
            Op::Add3(_) => "add3",
            Op::Mul { .. } => "mul",
            Op::Shl { .. } => "shl",
            Op::Shr { .. } => "shr",
            Op::Bit { .. } => "bit",
            Op::Any { .. } => "any",
            Op::Clamp { .. } => "clamp",
            Op::AtLeast { .. } => "at_least",
            Op::Greater { .. } => "greater",
            Op::Select { .. } => "select",
            Op::Table { .. } => "table",
        }
    }

    /// The values read, in the order in which they stand; one that stands twice comes twice.
    pub fn operands(&self) -> Vec<Id> {
        let mut all = Vec::new();
        self.for_each_operand(|id| all.push(id));
        all
    }

    /// Calls `see` with each value read.
    pub fn for_each_operand(&self, mut see: impl FnMut(Id)) {
        match self {
            Op::Input(_) | Op::Const(_) => {}
            Op::Dot { terms, .. } => terms.iter().for_each(|(id, _)| see(*id)),
            Op::Add { a, b, .. } | Op::Sub { a, b, .. } | Op::Greater { a, b } => {
                see(*a);
                see(*b);
            }
            Op::Add3(terms) => terms.iter().for_each(|t| see(t.id)),
            Op::Select { condition, on_true, on_false } => {
                see(*condition);
                see(*on_true);
                see(*on_false);
            }
            Op::Mul { a, .. }
            | Op::Shl { a, .. }
            | Op::Shr { a, .. }
            | Op::Bit { a, .. }
            | Op::Any { a, .. }
            | Op::Clamp { a, .. }
            | Op::AtLeast { a, .. }
            | Op::Table { a, .. } => see(*a),
        }
    }

    /// The same operation on `rename`d operands.
    pub fn renamed(&self, mut rename: impl FnMut(Id) -> Id) -> Op {
        let mut op = self.clone();
        op.for_each_operand_mut(|id| *id = rename(*id));
        op
    }

    fn for_each_operand_mut(&mut self, mut change: impl FnMut(&mut Id)) {
        match self {
            Op::Input(_) | Op::Const(_) => {}
            Op::Dot { terms, .. } => terms.iter_mut().for_each(|(id, _)| change(id)),
            Op::Add { a, b, .. } | Op::Sub { a, b, .. } | Op::Greater { a, b } => {
                change(a);
                change(b);
            }
            Op::Add3(terms) => terms.iter_mut().for_each(|t| change(&mut t.id)),
            Op::Select { condition, on_true, on_false } => {
                change(condition);
                change(on_true);
                change(on_false);
            }
            Op::Mul { a, .. }
            | Op::Shl { a, .. }
            | Op::Shr { a, .. }
            | Op::Bit { a, .. }
            | Op::Any { a, .. }
            | Op::Clamp { a, .. }
            | Op::AtLeast { a, .. }
            | Op::Table { a, .. } => change(a),
        }
    }
}

/// A mask for values of `bits` bits, as an integer of that many: the places beyond are those of the sign.
pub fn folded(mask: u128, bits: u32) -> i128 {
    let sign = u128::from(mask >> (bits - 1) != 0) << (bits - 1);
    let low = mask & !(u128::MAX << (bits - 1)) | sign;
    (low << (128 - bits)).cast_signed() >> (128 - bits)
}
