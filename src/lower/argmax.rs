//! The index of the largest element, the lowest one on ties: a knock-out tournament.

use super::{Lowering, Wire};
use crate::fixed::{Dyadic, TooWide};
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
        let mut players = Vec::new();
        for (i, value) in self.on_one_grid(x)?.into_iter().enumerate() {
            players.push(Player { value, index: self.push(Op::Const(i as i128))? });
        }
        while players.len() > 1 {
            players = players.chunks(2).map(|pair| self.winner(pair)).collect::<Result<_, _>>()?;
        }
        Ok(vec![self.wire(players[0].index, 0)])
    }

    /// Integers that compare as the wires do: as they are if all have one scale, above 0.
    fn on_one_grid(&mut self, x: &[Wire]) -> Result<Vec<Id>, TooWide> {
        let alike = |w: &Wire| (w.scale, w.offset) == (x[0].scale, x[0].offset);
        if x[0].scale > Dyadic::ZERO && x.iter().all(alike) {
            return Ok(x.iter().map(|w| w.id).collect());
        }
        let plain: Vec<(Id, i32)> = x.iter().map(|w| self.plain(*w)).collect::<Result<_, _>>()?;
        let frac = plain.iter().map(|(_, frac)| *frac).max().unwrap_or(0);
        plain.into_iter().map(|(id, own)| self.align(id, own, frac)).collect()
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
