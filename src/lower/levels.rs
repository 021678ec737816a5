//! A quantizer of few levels becomes thresholds, or a table where those would be many.
//!
//! Thresholds: `value_0 + Σ (value_k - value_(k-1)) · [x >= from_k]`.

use super::{Lowering, Wire};
use crate::fixed::{Interval, TooWide};
use crate::graph::{LayerError, Node};
use crate::net::{Id, Op, reach::reach};
use crate::quantizer::Quantizer;
use crate::quantizer::levels::{self, Level};

/// The most thresholds before a table is taken, where the input has few enough integers for one.
const MOST_THRESHOLDS: usize = 4;

/// The most integers of an input for which a table is taken.
const MOST_ENTRIES: u128 = 1 << 12;

impl Lowering<'_> {
    /// `x` through a quantizer without an evenly spaced grid.
    pub(super) fn levels(
        &mut self,
        node: &Node,
        x: Wire,
        quantizer: &dyn Quantizer,
    ) -> Result<Wire, LayerError> {
        let interval = self.interval(x);
        let refuse = |e: TooWide| LayerError::of_quantizer(&node.layer, quantizer, interval, e);
        let levels = levels::of(quantizer, interval, x.frac).map_err(refuse)?;
        let (integers, frac) = levels::on_one_grid(&levels).map_err(refuse)?;
        let table = levels.len() > MOST_THRESHOLDS && interval.count() <= MOST_ENTRIES;
        let id = if table {
            self.table(x.id, &levels, &integers)
        } else {
            self.thresholds(x.id, &levels, &integers)
        };
        Ok(Wire { id: id.map_err(refuse)?, frac })
    }

    fn thresholds(&mut self, a: Id, levels: &[Level], values: &[i128]) -> Result<Id, TooWide> {
        let mut terms = Vec::new();
        for (level, pair) in levels[1..].iter().zip(values.windows(2)) {
            let reached = self.push(Op::AtLeast { a, threshold: level.from })?;
            terms.push((reached, pair[1] - pair[0]));
        }
        // Only one level holds at a time, so the sum stays within the levels.
        let (interval, layer) = (levels::ends(values), self.layer);
        let sum = Op::Dot { terms, constant: values[0] };
        reach(&self.net, &sum)?;
        Ok(self.net.push_with(sum, interval, layer))
    }

    fn table(&mut self, a: Id, levels: &[Level], values: &[i128]) -> Result<Id, TooWide> {
        let Interval { lo, hi } = self.net.interval(a);
        let ends = levels[1..].iter().map(|level| level.from).chain([hi + 1]);
        let lengths = levels.iter().zip(ends).map(|(level, end)| usize::try_from(end - level.from));
        let entries = lengths.zip(values).flat_map(|(n, v)| vec![*v; n.unwrap_or(0)]).collect();
        self.push(Op::Table { a, first: lo, entries })
    }
}
