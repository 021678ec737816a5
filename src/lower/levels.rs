//! A quantizer of few levels becomes a staircase over the integers of its input.

use super::staircase::Staircase;
use super::wire::{common, remainder, times_in};
use super::{Lowering, Wire};
use crate::fixed::{Dyadic, Interval, TooWide};
use crate::graph::{LayerError, Node};
use crate::quantizer::levels::{self, Level};
use crate::quantizer::{Hardware, NoStairs, Quantizer};

impl Lowering<'_> {
    /// `x` through a quantizer without an evenly spaced grid.
    pub(super) fn levels(
        &mut self,
        node: &Node,
        x: Wire,
        quantizer: &dyn Quantizer,
    ) -> Result<Wire, LayerError> {
        if let Hardware::Never { why, instead } = quantizer.hardware() {
            return Err(LayerError::never(&node.layer, &quantizer.text(), why, instead));
        }
        let interval = self.interval(x);
        let (stairs, scale, offset) = stairs_of(quantizer, x, interval)
            .map_err(|why| LayerError::of_quantizer(&node.layer, quantizer, interval, why))?;
        let id = self.staircase(x.id, &stairs).map_err(LayerError::too_wide(&node.layer))?;
        Ok(self.scaled(id, scale, offset))
    }
}

/// The staircase that `quantizer` is over the integers of `x`, and what its values stand for: `k · scale + offset`.
pub(super) fn stairs_of(
    quantizer: &dyn Quantizer,
    x: Wire,
    interval: Interval,
) -> Result<(Staircase, Dyadic, Dyadic), NoStairs> {
    let levels = levels::along(quantizer, interval, |v| x.value(v))?;
    levels::on_one_grid(&levels)?;
    let (scale, offset) = grid(&levels)?;
    let on_grid = |level: &Level| times_in(level.value.plus(offset.negated())?, scale).ok_or(TooWide);
    let values = levels.iter().map(on_grid).collect::<Result<_, _>>()?;
    let from = levels.iter().map(|level| level.from).collect();
    Ok((Staircase { interval, from, values }, scale, offset))
}

/// The coarsest grid that holds all levels: its step, and one of its points, 0 if that is one. Two levels are 0 and 1.
fn grid(levels: &[Level]) -> Result<(Dyadic, Dyadic), TooWide> {
    let first = levels[0].value;
    let differences: Result<Vec<Dyadic>, TooWide> =
        levels.iter().map(|level| level.value.plus(first.negated())).collect();
    let all: Vec<Dyadic> = levels.iter().map(|level| level.value).collect();
    let (plain, step) = (common(&all), common(&differences?));
    if levels.len() == 1 || step <= plain {
        return Ok((plain, Dyadic::ZERO));
    }
    let two = levels.len() == 2;
    Ok((step, if two { first.min(levels[1].value) } else { remainder(first, step)? }))
}
