//! The index of the largest element, the lowest one on ties: a knock-out tournament.

use super::{Lowering, Wire};
use crate::fixed::TooWide;
use crate::net::{Id, Op};

/// A contestant: the value that plays, and its index.
#[derive(Clone, Copy)]
struct Player {
    value: Id,
    index: Id,
}

impl Lowering<'_> {
    /// One wire that counts from 0.
    pub(super) fn argmax(&mut self, x: &[Wire]) -> Result<Vec<Wire>, TooWide> {
        let frac = x.iter().map(|w| w.frac).max().unwrap_or(0);
        let mut players = Vec::new();
        for (i, wire) in x.iter().enumerate() {
            let value = self.align(*wire, frac)?.id;
            players.push(Player { value, index: self.push(Op::Const(i as i128))? });
        }
        while players.len() > 1 {
            players = players.chunks(2).map(|pair| self.winner(pair)).collect::<Result<_, _>>()?;
        }
        Ok(vec![Wire { id: players[0].index, frac: 0 }])
    }

    /// The later one wins only if it is greater.
    fn winner(&mut self, pair: &[Player]) -> Result<Player, TooWide> {
        let [first, second] = pair else { return Ok(pair[0]) };
        let condition = self.push(Op::Greater { a: second.value, b: first.value })?;
        let select = |on_true, on_false| Op::Select { condition, on_true, on_false };
        Ok(Player {
            value: self.push(select(second.value, first.value))?,
            index: self.push(select(second.index, first.index))?,
        })
    }
}
