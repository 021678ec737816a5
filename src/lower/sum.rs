//! The sum of layers, each element aligned to the finest grid among its operands.

use super::{Lowering, Wire};
use crate::fixed::TooWide;
use crate::net::{Id, Op};
use std::collections::BTreeMap;

impl Lowering<'_> {
    /// Element by element, the sum of `inputs`.
    pub(super) fn sum(&mut self, inputs: &[Vec<Wire>]) -> Result<Vec<Wire>, TooWide> {
        (0..inputs[0].len()).map(|i| self.sum_of(inputs.iter().map(|x| x[i]).collect())).collect()
    }

    fn sum_of(&mut self, terms: Vec<Wire>) -> Result<Wire, TooWide> {
        let frac = terms.iter().map(|w| w.frac).max().unwrap_or(0);
        let mut weights: BTreeMap<Id, i128> = BTreeMap::new();
        for wire in terms {
            let shift = frac.abs_diff(wire.frac);
            let weight = 1i128.checked_shl(shift).filter(|_| shift < 127).ok_or(TooWide)?;
            *weights.entry(wire.id).or_default() += weight;
        }
        let terms = weights.into_iter().collect();
        Ok(Wire { id: self.push(Op::Dot { terms, constant: 0 })?, frac })
    }
}
