//! The blocks of the block scheduler, as `AutoQKerasScheduler` has them: which layers are searched together, in which
//! order, and with how many trials.

use crate::config::Config;
use crate::config::search::{Order, Search};

/// The least number of trials of a block.
const LEAST: usize = 10;

/// Layers that are searched together.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The pattern that matches their names, as it is written.
    pub pattern: String,
    /// All that it matches, searched or not, in the order of the network; other blocks may have them too.
    pub layers: Vec<String>,
}

/// The blocks of `search`, as they are written.
pub fn blocks(config: &Config, search: &Search) -> Vec<Block> {
    let names = || config.layers.iter().map(|layer| layer.name.clone());
    let patterns = search.blocks.iter();
    patterns
        .map(|pattern| Block {
            pattern: pattern.text.clone(),
            layers: names().filter(|name| pattern.matches(name)).collect(),
        })
        .collect()
}

/// The blocks in the order of their search, each with what its layers `cost` in all.
pub fn in_order(blocks: Vec<Block>, order: Order, cost: impl Fn(&str) -> f64) -> Vec<(Block, f64)> {
    let total = |block: &Block| block.layers.iter().map(|layer| cost(layer)).sum();
    let mut all: Vec<(Block, f64)> = blocks
        .into_iter()
        .map(|block| {
            let total = total(&block);
            (block, total)
        })
        .collect();
    if order == Order::Cost {
        all.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    }
    all
}

/// The trials of a block that costs `cost` of `total`: its part of them, at least 10.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "few trials"
)]
pub fn share(trials: usize, cost: f64, total: f64) -> usize {
    ((trials as f64 * cost / total) as usize).max(LEAST)
}
