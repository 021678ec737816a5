//! What the cost of a trial is compared with, and what each layer has of it.

mod network;

use crate::config::search::{Goal, Judge, Search};
use crate::config::{Config, Weights};
use crate::flow::hardware::Hardware;
use crate::flow::search::figures::wants_hardware;
use crate::flow::search::line;
use crate::flow::search::plan::Terms;
use crate::flow::{Design, Failure};
use crate::search::score::{Costs, goal_name};
use crate::search::store::Store;
use miette::miette;
use network::{Network, Source};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tracing::info;

/// What the reference costs, as a study keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The whole network, as far as the search asks for it.
    #[serde(flatten)]
    pub costs: Costs,
    /// By layer, what blocks are ordered by: of the first goal; LUTs, where that is the latency.
    pub layers: BTreeMap<String, f64>,
    /// The same of everything.
    pub total: f64,
}

/// The reference, found once for a study: only where a score, or the trials of blocks, ask for it.
///
/// # Errors
/// A network that cannot be trained as float or quantized so; a config that cannot be read; a cost of zero.
pub fn find(terms: &Terms, config: &Config, store: &mut dyn Store) -> Result<Option<Compared>, Failure> {
    let search = terms.search;
    if !matches!(search.judge, Judge::Score(_)) && search.blocks.is_empty() {
        return Ok(None);
    }
    if let Some(kept) = kept(store)? {
        return Ok(Some(kept));
    }
    let compared = compared(terms, config)?;
    if let Some(cost) = compared.costs.of(search.goals[0]) {
        info!("the reference costs {}", line::cost_text(search.goals[0], cost));
    }
    let value = serde_json::to_value(&compared).expect("costs are plain data");
    store.keep_attribute("reference", &value).map_err(Failure::input)?;
    Ok(Some(compared))
}

/// The same, if the study knows it.
///
/// # Errors
/// A study that cannot be read.
pub fn kept(store: &mut dyn Store) -> Result<Option<Compared>, Failure> {
    let kept = store.attribute("reference").map_err(Failure::input)?;
    Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()))
}

fn compared(terms: &Terms, config: &Config) -> Result<Compared, Failure> {
    let search = terms.search;
    let network = Network::of(search, config)?;
    let design = wants_hardware(search).then(|| network.design(terms, config)).transpose()?;
    let costs = Costs {
        luts: design.as_ref().map(|design| Hardware::of(design).lut),
        latency_ns: design.as_ref().map(Design::latency_ns),
        ..network.costs()
    };
    require_above_zero(search, &costs)?;
    let (layers, total) = match (search.goals[0], &design) {
        (Goal::Bits, _) => (network.bits_by_layer(search), costs.bits),
        (Goal::Energy, _) => (network.energy_by_layer(), costs.energy),
        (Goal::Luts | Goal::Latency, design) => {
            let layers = design.as_ref().map(network::luts_by_layer).unwrap_or_default();
            let total = layers.values().sum();
            (layers, total)
        }
    };
    Ok(Compared { costs, layers, total })
}

/// As much of the same as takes no training: said before a study is begun.
///
/// # Errors
/// A config that cannot be read, or has no weights where hardware is wanted; a cost of zero.
pub fn check(config: &Config, search: &Search) -> Result<(), Failure> {
    let Judge::Score(_) = search.judge else { return Ok(()) };
    let network = Network::of(search, config)?;
    if let (Source::Other(other), true) = (&network.source, wants_hardware(search)) {
        Weights::require(other).map_err(network::of_reference)?;
    }
    let unknown = Some(f64::INFINITY); // hardware is built later
    require_above_zero(search, &Costs { luts: unknown, latency_ns: unknown, ..network.costs() })
}

/// What makes it that reference: its bits, or all that another network is.
///
/// # Errors
/// A config, or its weights file, that cannot be read.
pub fn identity(search: &Search) -> Result<String, Failure> {
    Source::of(search)?.identity()
}

/// Bits and energy of the reference; nothing is trained for them.
///
/// # Errors
/// A config that cannot be read.
pub fn costs(search: &Search, config: &Config) -> Result<Costs, Failure> {
    Ok(Network::of(search, config)?.costs())
}

/// That the score can divide by it.
fn require_above_zero(search: &Search, costs: &Costs) -> Result<(), Failure> {
    let Judge::Score(_) = search.judge else { return Ok(()) };
    let goal = search.goals[0];
    match costs.of(goal) {
        Some(cost) if cost > 0.0 => Ok(()),
        cost => Err(Failure::Input(miette!(
            code = "search::reference",
            help = "a score divides by it: give another `reference`, or a `budget` in place of the `score`",
            "the {} of the reference are {}",
            goal_name(goal),
            cost.unwrap_or_default()
        ))),
    }
}
