//! Where the columns of a block lie.

use super::BLOCK;
use super::allocate::Program;
use super::code::Slot;
use super::lane::{Int, Lane};

/// One value for each event of a block.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(super) struct Column<T>(pub [T; BLOCK]);

/// The columns of one lane, by place.
///
/// The column that is being written is swapped with the spare one meanwhile, so that the others can be read
/// without a look at where they lie.
#[derive(Debug)]
pub(super) struct Columns<T> {
    pub all: Vec<Box<Column<T>>>,
    pub spare: Box<Column<T>>,
}

/// The columns of a block.
#[derive(Debug)]
pub(super) struct Frame {
    pub i16: Columns<i16>,
    pub i32: Columns<i32>,
    pub i64: Columns<i64>,
    pub i128: Columns<i128>,
}

impl Frame {
    /// Room for the columns of `program`, with its constants.
    pub(super) fn new(program: &Program) -> Frame {
        let mut frame = Frame {
            i16: room(program, Lane::I16),
            i32: room(program, Lane::I32),
            i64: room(program, Lane::I64),
            i128: room(program, Lane::I128),
        };
        for (lane, slot, v) in &program.constants {
            match lane {
                Lane::I16 => frame.fill::<i16>(*slot, *v),
                Lane::I32 => frame.fill::<i32>(*slot, *v),
                Lane::I64 => frame.fill::<i64>(*slot, *v),
                Lane::I128 => frame.fill::<i128>(*slot, *v),
            }
        }
        frame
    }

    fn fill<T: Int>(&mut self, slot: Slot, v: i128) {
        T::columns_mut(self).all[slot as usize].0.fill(T::wrap(v));
    }
}

fn room<T: Int>(program: &Program, lane: Lane) -> Columns<T> {
    let empty = || Box::new(Column([T::wrap(0); BLOCK]));
    let count = program.places[lane as usize] as usize;
    Columns { all: (0..count).map(|_| empty()).collect(), spare: empty() }
}
