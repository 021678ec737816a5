//! A quantizer of few levels becomes thresholds, or a table where those would be many.
//!
//! Thresholds: `value_0 + Σ (value_k - value_(k-1)) · [x >= from_k]`.

use super::{Lowering, Wire};
use crate::fixed::{Dyadic, Interval, TooWide};
use crate::graph::{LayerError, Node};
use crate::net::{Id, Op};
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
        let refuse = |_: TooWide| LayerError {
            layer: node.layer.clone(),
            message: format!(
                "`{}` has no exact form for an input of {} bits",
                quantizer.text(),
                interval.width()
            ),
            help: Some("put a quantized_bits activation of at most 16 bits before it".to_owned()),
        };
        let levels = levels::of(quantizer, interval, x.frac).map_err(refuse)?;
        let (integers, frac) = on_one_grid(&levels).map_err(refuse)?;
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
        let interval = values.iter().map(|v| Interval::point(*v)).reduce(Interval::union).ok_or(TooWide)?;
        // Only one level holds at a time, so the sum stays within the levels.
        let layer = self.layer;
        Ok(self.net.push_with(Op::Dot { terms, constant: values[0] }, interval, layer))
    }

    fn table(&mut self, a: Id, levels: &[Level], values: &[i128]) -> Result<Id, TooWide> {
        let Interval { lo, hi } = self.net.interval(a);
        let ends = levels[1..].iter().map(|level| level.from).chain([hi + 1]);
        let lengths = levels.iter().zip(ends).map(|(level, end)| usize::try_from(end - level.from));
        let entries = lengths.zip(values).flat_map(|(n, v)| vec![*v; n.unwrap_or(0)]).collect();
        self.push(Op::Table { a, first: lo, entries })
    }
}

/// The levels' values as integers on the coarsest grid that holds all of them, and its fraction digits.
fn on_one_grid(levels: &[Level]) -> Result<(Vec<i128>, i32), TooWide> {
    let values = || levels.iter().map(|level| level.value);
    let frac = values().filter(|v| *v != Dyadic::ZERO).map(|v| -v.exponent()).max().unwrap_or(0);
    let integers: Result<Vec<i128>, TooWide> = values().map(|v| v.to_integer(frac).ok_or(TooWide)).collect();
    Ok((integers?, frac))
}
