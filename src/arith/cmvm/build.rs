//! The program as values of a net, without negative numbers.
//!
//! A chain that adds a signed number of few digits to one of many pays for every digit of its sign. So each
//! value here is moved to where it is never negative: `v = u + base`, with `u >= 0`; instead of subtracting `u`, its
//! complement `2^width − 1 − u` is added, which costs nothing and is never negative either. All those moves are
//! constants: they meet in one constant at the end of each row.

use super::digits::{Piece, Program};
use super::tree::{self, Summand};
use crate::device::Family;
use crate::fixed::{Interval, TooWide};
use crate::net::{Id, Layer, Net, Op, Term};
use std::collections::BTreeMap;

/// A value of the program: `net value + base`.
#[derive(Debug, Clone, Copy)]
struct Moved {
    id: Id,
    base: i128,
}

struct Builder<'a> {
    net: &'a mut Net,
    layer: Layer,
    family: &'a Family,
    program: &'a Program,
    constants: &'a [i128],
    /// What has been made of the program's values.
    made: Vec<Option<Moved>>,
    /// What each row comes out as.
    results: Vec<Option<Id>>,
    /// How deep a value is.
    levels: BTreeMap<Id, u32>,
    numbers: BTreeMap<i128, Id>,
}

/// How much deeper a sum of two is than its operands. The carry chain is what takes the time.
pub const LEVELS_OF_TWO: u32 = 2;
/// How much deeper a sum of three is: one LUT before the chain.
const LEVELS_OF_THREE: u32 = 3;

/// What became of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The value of each row.
    pub rows: Vec<Id>,
    /// How deep the deepest row is, in [`LEVELS_OF_TWO`] for each sum of two.
    pub level: u32,
}

/// Adds the program's values to `net`: for each row its sum with the row's constant.
///
/// # Errors
/// [`TooWide`] if a partial sum does not fit 127 bits.
pub fn build(
    net: &mut Net,
    program: &Program,
    inputs: &[Id],
    constants: &[i128],
    layer: Layer,
    family: &Family,
) -> Result<Built, TooWide> {
    let made = vec![None; program.inputs + program.rows.len() + program.pairs.len()];
    let results = vec![None; program.rows.len()];
    let (levels, numbers) = (BTreeMap::new(), BTreeMap::new());
    let mut builder = Builder { net, layer, family, program, constants, made, results, levels, numbers };
    for (value, id) in inputs.iter().enumerate() {
        builder.made[value] = Some(builder.never_negative(*id)?);
    }
    let rows: Vec<Id> = (0..program.rows.len()).map(|row| builder.row(row)).collect::<Result<_, _>>()?;
    let level = rows.iter().map(|id| builder.level(*id)).max().unwrap_or(0);
    Ok(Built { rows, level })
}

impl Builder<'_> {
    fn row(&mut self, row: usize) -> Result<Id, TooWide> {
        if let Some(id) = self.results[row] {
            return Ok(id);
        }
        let (mut summands, base) = self.summands(&self.program.rows[row])?;
        let constant = base.checked_add(self.constants[row]).ok_or(TooWide)?;
        let (id, shift) = if constant == 0 && !summands.is_empty() {
            self.reduce(&mut summands, 1)?;
            summands[0]
        } else {
            self.sum_with(constant, summands)?
        };
        let id = if shift == 0 { id } else { self.net.push(Op::Shl { a: id, shift }, self.layer)? };
        self.results[row] = Some(id);
        Ok(id)
    }

    fn value(&mut self, value: usize) -> Result<Moved, TooWide> {
        if let Some(moved) = self.made[value] {
            return Ok(moved);
        }
        let row = value - self.program.inputs;
        let moved = if row < self.program.rows.len() {
            let id = self.row(row)?;
            // The row's constant is in its result already.
            let Moved { id, base } = self.never_negative(id)?;
            Moved { id, base: base - self.constants[row] }
        } else {
            let (summands, base) = self.summands(self.program.pieces(value))?;
            let (id, shift) = self.add(&summands)?;
            debug_assert_eq!(shift, 0, "one of a pair's pieces is not shifted");
            Moved { id, base }
        };
        self.made[value] = Some(moved);
        Ok(moved)
    }

    /// The pieces as values to be added, and what must be added to their sum.
    fn summands(&mut self, pieces: &[Piece]) -> Result<(Vec<(Id, u32)>, i128), TooWide> {
        let mut base = 0i128;
        let mut summands = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let moved = self.value(piece.value)?;
            let moved = if piece.negative { self.complement(moved)? } else { moved };
            summands.push((moved.id, piece.shift));
            let shifted = Interval::point(moved.base).shifted_left(piece.shift)?.lo;
            base = base.checked_add(shifted).ok_or(TooWide)?;
        }
        Ok((summands, base))
    }

    /// `id` moved up by half its range if it can be negative: the same digits, the highest one inverted.
    fn never_negative(&mut self, id: Id) -> Result<Moved, TooWide> {
        let interval = self.net.interval(id);
        if !interval.signed() {
            return Ok(Moved { id, base: 0 });
        }
        let top = interval.width() - 1;
        let b = self.number(1);
        let moved = self.push(Op::Add { a: id, shift_a: 0, b, shift_b: top }, self.level(id))?;
        Ok(Moved { id: moved, base: -(1 << top) })
    }

    /// The negative of a value.
    fn complement(&mut self, Moved { id, base }: Moved) -> Result<Moved, TooWide> {
        let ones = Interval::of_width(false, self.net.interval(id).width()).hi;
        let a = self.number(ones);
        let complement = self.push(Op::Sub { a, shift_a: 0, b: id, shift_b: 0 }, self.level(id))?;
        Ok(Moved {
            id: complement,
            base: base.checked_neg().and_then(|b| b.checked_sub(ones)).ok_or(TooWide)?,
        })
    }

    /// The sum of the summands and a constant. The constant is added to one or two narrow summands first, where
    /// its digits above theirs take no LUT, and what comes of that, as wide as the row, last.
    fn sum_with(&mut self, constant: i128, mut summands: Vec<(Id, u32)>) -> Result<(Id, u32), TooWide> {
        if summands.is_empty() {
            return Ok((self.number(constant), 0));
        }
        let zeros = constant.trailing_zeros();
        let odd_one_out = self.family.ternary_adder && summands.len().is_multiple_of(2);
        let mut first = self.take_narrowest(&mut summands, if odd_one_out { 2 } else { 1 });
        first.push((self.number(constant >> zeros), zeros));
        let first = self.add(&first)?;
        if summands.is_empty() {
            return Ok(first);
        }
        self.reduce(&mut summands, if self.family.ternary_adder { 2 } else { 1 })?;
        summands.push(first);
        self.add(&summands)
    }

    fn take_narrowest(&self, summands: &mut Vec<(Id, u32)>, count: usize) -> Vec<(Id, u32)> {
        let end = |(id, shift): &(Id, u32)| (self.level(*id), shift + self.net.interval(*id).width(), *shift);
        summands.sort_by_key(end);
        summands.drain(..count).collect()
    }

    /// Adds summands up until at most `last` are left.
    fn reduce(&mut self, summands: &mut Vec<(Id, u32)>, last: usize) -> Result<(), TooWide> {
        while summands.len() > last {
            // An odd one out is best added to another while both are narrow.
            let size =
                if self.family.ternary_adder && (summands.len() - last).is_multiple_of(2) { 3 } else { 2 };
            let described: Vec<Summand> = summands.iter().map(|s| self.described(*s)).collect();
            let mut group = tree::next_group(&described, size, self.family);
            let sum = self.add(&group.iter().map(|i| summands[*i]).collect::<Vec<_>>())?;
            group.sort_unstable();
            for place in group.iter().rev() {
                summands.remove(*place);
            }
            summands.push(sum);
        }
        Ok(())
    }

    fn described(&self, (id, shift): (Id, u32)) -> Summand {
        Summand { shift, interval: self.net.interval(id), level: self.level(id) }
    }

    /// The sum of two or three, as a value and its shift.
    fn add(&mut self, summands: &[(Id, u32)]) -> Result<(Id, u32), TooWide> {
        let low = summands.iter().map(|(_, shift)| *shift).min().expect("something to add");
        let op = match *summands {
            [(a, shift_a), (b, shift_b)] => Op::Add { a, shift_a: shift_a - low, b, shift_b: shift_b - low },
            [a, b, c] => {
                Op::Add3([a, b, c].map(|(id, shift)| Term { id, shift: shift - low, negative: false }))
            }
            _ => unreachable!("two or three are added at a time"),
        };
        let deeper = if summands.len() == 3 { LEVELS_OF_THREE } else { LEVELS_OF_TWO };
        let level = summands.iter().map(|(id, _)| self.level(*id)).max().unwrap_or(0) + deeper;
        Ok((self.push(op, level)?, low))
    }

    fn push(&mut self, op: Op, level: u32) -> Result<Id, TooWide> {
        let id = self.net.push(op, self.layer)?;
        self.levels.insert(id, level);
        Ok(id)
    }

    fn level(&self, id: Id) -> u32 {
        self.levels.get(&id).copied().unwrap_or(0)
    }

    fn number(&mut self, value: i128) -> Id {
        let (net, layer) = (&mut *self.net, self.layer);
        *self
            .numbers
            .entry(value)
            .or_insert_with(|| net.push_with(Op::Const(value), Interval::point(value), layer))
    }
}
