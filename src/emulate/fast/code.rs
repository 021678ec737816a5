//! What one step computes.

use super::lane::{Int, Lane};

/// A column: a number given by [`super::select`], then a place given by [`super::allocate`]. Columns of
/// different lanes are counted apart.
pub(super) type Slot = u32;

/// How a column of lane `T` is computed; shifts are below `T`'s bits, and every operand but that of `Convert`
/// is a column of lane `T`.
#[derive(Debug, Clone)]
pub(super) enum Code<T> {
    /// The column of another lane, modulo 2^n.
    Convert { from: Lane, column: Slot },
    /// `Σ weight · column + constant`
    Dot { terms: Box<[(Slot, T)]>, constant: T },
    /// `(a << shift_a) + (b << shift_b)`
    Add { a: Slot, shift_a: u32, b: Slot, shift_b: u32 },
    /// `(a << shift_a) - (b << shift_b)`
    Sub { a: Slot, shift_a: u32, b: Slot, shift_b: u32 },
    /// `a << shift`
    Shl { a: Slot, shift: u32 },
    /// `floor(a / 2^shift)`
    Shr { a: Slot, shift: u32 },
    /// `(a >> index) & 1`
    Bit { a: Slot, index: u32 },
    /// `a & mask != 0`
    Any { a: Slot, mask: T },
    /// `min(max(a, lo), hi)`
    Clamp { a: Slot, lo: T, hi: T },
    /// `a >= threshold`
    AtLeast { a: Slot, threshold: T },
    /// `a > b`
    Greater { a: Slot, b: Slot },
    /// `on_true` where `condition` is 1, `on_false` where it is 0.
    Select { condition: Slot, on_true: Slot, on_false: Slot },
    /// `entries[a - first]`
    Table { a: Slot, first: T, entries: Box<[T]> },
}

impl<T: Int> Code<T> {
    /// Calls `change` with the lane and the number of each column read.
    pub(super) fn for_each_column(&mut self, mut change: impl FnMut(Lane, &mut Slot)) {
        let mut here = |column: &mut Slot| change(T::LANE, column);
        match self {
            Code::Convert { from, column } => change(*from, column),
            Code::Dot { terms, .. } => terms.iter_mut().for_each(|(column, _)| here(column)),
            Code::Add { a, b, .. } | Code::Sub { a, b, .. } | Code::Greater { a, b } => {
                here(a);
                here(b);
            }
            Code::Select { condition, on_true, on_false } => {
                here(condition);
                here(on_true);
                here(on_false);
            }
            Code::Shl { a, .. }
            | Code::Shr { a, .. }
            | Code::Bit { a, .. }
            | Code::Any { a, .. }
            | Code::Clamp { a, .. }
            | Code::AtLeast { a, .. }
            | Code::Table { a, .. } => here(a),
        }
    }
}

/// A column and how it is computed.
#[derive(Debug, Clone)]
pub(super) enum Step {
    I16(Slot, Code<i16>),
    I32(Slot, Code<i32>),
    I64(Slot, Code<i64>),
    I128(Slot, Code<i128>),
}

impl Step {
    /// Calls `change` with the lane and the number of each column read.
    pub(super) fn for_each_column(&mut self, change: impl FnMut(Lane, &mut Slot)) {
        match self {
            Step::I16(_, code) => code.for_each_column(change),
            Step::I32(_, code) => code.for_each_column(change),
            Step::I64(_, code) => code.for_each_column(change),
            Step::I128(_, code) => code.for_each_column(change),
        }
    }

    /// The lane and the number of the column written.
    pub(super) fn target(&mut self) -> (Lane, &mut Slot) {
        match self {
            Step::I16(target, _) => (Lane::I16, target),
            Step::I32(target, _) => (Lane::I32, target),
            Step::I64(target, _) => (Lane::I64, target),
            Step::I128(target, _) => (Lane::I128, target),
        }
    }
}
