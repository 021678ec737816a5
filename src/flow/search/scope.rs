//! What a stage searches: its space, and how many trials that has room for.

use super::figures::asic;
use super::plan::in_place;
use crate::config::search::{Goal, Search};
use crate::config::{Config, ConfigError};
use crate::search::domain::Dimension;
use crate::search::sampler::draw;
use crate::search::score::Costs;
use crate::search::space::{Scope, Space};

/// What is searched of the network of `config`. Learning rates go as low as AutoQKeras's, by how much less the smallest
/// choices cost than the reference: where that is known before any training, of bits and energy. For other goals they begin at
/// half of the config's.
pub(super) fn space(
    search: &Search,
    config: &Config,
    layers: Option<&[String]>,
    reference: &Costs,
) -> Result<Space, ConfigError> {
    let scope = Scope { layers, ..Scope::default() };
    let space = Space::of(config, search, &scope)?;
    let goal = search.goals[0];
    if !search.tune_learning_rate || !matches!(goal, Goal::Bits | Goal::Energy) {
        return Ok(space);
    }
    let first = in_place(config, &space.changes(&vec![0; space.dimensions.len()]))?;
    let costs = asic(search, &first);
    let total_factor = costs.of(goal).zip(reference.of(goal)).map(|(cost, reference)| cost / reference - 1.0);
    let total_factor = total_factor.filter(|factor| factor.is_finite()).unwrap_or(scope.total_factor);
    Space::of(config, search, &Scope { total_factor, ..scope })
}

/// How many of the `wanted` trials there are: no more than points, for none is tried twice.
pub(super) fn attainable(wanted: usize, dimensions: &[Dimension]) -> u64 {
    let wanted = wanted as u64;
    u64::try_from(draw::size(dimensions)).map_or(wanted, |points| points.min(wanted))
}
