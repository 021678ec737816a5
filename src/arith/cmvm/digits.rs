//! Rows of a matrix as signed, shifted values.

use super::factor::Parent;
use crate::arith::csd;

/// `± (value << shift)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Piece {
    /// Which value: first the inputs, then the rows, then the pairs.
    pub value: usize,
    /// How far it is shifted left.
    pub shift: u32,
    /// Whether it is subtracted.
    pub negative: bool,
}

/// A matrix as sums of pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// How many inputs there are: values `0..inputs`.
    pub inputs: usize,
    /// Each row's sum: values `inputs..inputs + rows.len()`.
    pub rows: Vec<Vec<Piece>>,
    /// Sums of two that rows share: the values after those.
    pub pairs: Vec<[Piece; 2]>,
}

impl Program {
    /// The pieces that a value which is no input is the sum of.
    pub fn pieces(&self, value: usize) -> &[Piece] {
        let place = value - self.inputs;
        self.rows.get(place).map_or_else(|| &self.pairs[place - self.rows.len()][..], |row| &row[..])
    }
}

/// The digits of each row, or of its difference to its parent and the parent itself. Nothing is shared yet.
pub fn program(rows: &[Vec<i128>], parents: &[Option<Parent>]) -> Program {
    let inputs = rows.first().map_or(0, Vec::len);
    let row = |(row, parent): (&Vec<i128>, &Option<Parent>)| match parent {
        None => pieces(row),
        Some(parent) => {
            let mut all = pieces(&parent.difference(row, &rows[parent.row]));
            all.push(Piece { value: inputs + parent.row, shift: 0, negative: parent.negative });
            all
        }
    };
    Program { inputs, rows: rows.iter().zip(parents).map(row).collect(), pairs: Vec::new() }
}

fn pieces(weights: &[i128]) -> Vec<Piece> {
    let of = |(value, weight): (usize, &i128)| {
        let piece = move |d: csd::Digit| Piece { value, shift: d.shift, negative: d.negative };
        csd::digits(*weight).into_iter().map(piece)
    };
    weights.iter().enumerate().flat_map(of).collect()
}
