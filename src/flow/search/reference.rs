//! What the cost of a trial is compared with, and what each layer has of it.

use super::figures::{real, wants_hardware};
use super::line;
use super::plan::Terms;
use crate::arith::cost;
use crate::config::convert::requantize::{Place, requantize};
use crate::config::search::{Goal, Judge, Reference, Search};
use crate::config::{self, Config, Weights};
use crate::flow::course::Course;
use crate::flow::design::ids_of;
use crate::flow::hardware::Hardware;
use crate::flow::post_training::{self, float::float, ranges};
use crate::flow::quietly::quietly;
use crate::flow::{Design, Failure};
use crate::net::Layer;
use crate::qtools::{self, Bits, Energy};
use crate::search::score::{Costs, goal_name};
use crate::search::store::Store;
use miette::miette;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
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
            let layers = design.as_ref().map(luts_by_layer).unwrap_or_default();
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
        Weights::require(other)?;
    }
    let unknown = Some(f64::INFINITY); // hardware is built later
    require_above_zero(search, &Costs { luts: unknown, latency_ns: unknown, ..network.costs() })
}

/// Bits and energy of the reference; nothing is trained for them.
///
/// # Errors
/// A config that cannot be read.
pub fn costs(search: &Search, config: &Config) -> Result<Costs, Failure> {
    Ok(Network::of(search, config)?.costs())
}

/// The reference before its hardware is built.
struct Network {
    source: Source,
    bits: Bits,
    energy: Energy,
}

/// Where it comes from.
enum Source {
    /// The float network, at so many bits.
    Bits(u32),
    /// Another network.
    Other(Box<Config>),
}

impl Network {
    fn of(search: &Search, config: &Config) -> Result<Network, Failure> {
        Ok(match &search.reference {
            // As AutoQKeras has it: the network without its quantizers, all in so many bits.
            Reference::Bits(bits) => Network {
                source: Source::Bits(*bits),
                bits: qtools::bits::reference(config, &search.bits, *bits),
                energy: qtools::energy::reference(config, &search.energy, *bits),
            },
            Reference::Config(path) => {
                let other = config::load(path)?;
                let bits = qtools::bits(&other, &search.bits, 8);
                let energy = qtools::energy(&other, &search.energy);
                Network { source: Source::Other(Box::new(other)), bits, energy }
            }
        })
    }

    fn costs(&self) -> Costs {
        Costs { bits: real(self.bits.total), energy: self.energy.total, ..Costs::default() }
    }

    fn bits_by_layer(&self, search: &Search) -> BTreeMap<String, f64> {
        by_layer(self.bits.layers.iter().map(|layer| (&*layer.name, real(layer.counted(&search.bits)))))
    }

    fn energy_by_layer(&self) -> BTreeMap<String, f64> {
        by_layer(self.energy.layers.iter().map(|layer| (&*layer.name, layer.total)))
    }

    fn design(&self, terms: &Terms, config: &Config) -> Result<Design, Failure> {
        match &self.source {
            Source::Bits(bits) => quietly(|| quantized(terms, config, *bits)),
            Source::Other(other) => Design::new(other, &Weights::require(other)?),
        }
    }
}

/// What counts for each layer, that of its activation included: `fc1/activation`.
fn by_layer<'a>(parts: impl Iterator<Item = (&'a str, f64)>) -> BTreeMap<String, f64> {
    let mut layers = BTreeMap::new();
    for (name, part) in parts {
        let layer = name.strip_suffix("/activation").unwrap_or(name);
        *layers.entry(layer.to_owned()).or_default() += part;
    }
    layers
}

/// LUTs of each layer, without those of products in DSP blocks.
fn luts_by_layer(design: &Design) -> BTreeMap<String, f64> {
    let (net, luts) = (design.mapped(), design.luts());
    let family = &design.config.hardware.target.family;
    let of = |place: usize| {
        let ids = ids_of(net, Layer::new(place)).filter(|id| cost::dsps(net, *id, family) == 0);
        ids.map(|id| luts[id.index()]).sum()
    };
    net.layers.iter().enumerate().map(|(place, name)| (name.clone(), of(place))).collect()
}

/// Training events that show the ranges of the float network.
const EVENTS: usize = 10_000;

/// The float network, trained as a trial is, and quantized to `bits` bits.
fn quantized(terms: &Terms, config: &Config, bits: u32) -> Result<Design, Failure> {
    let &Terms { search, lessons, threads, .. } = terms;
    let mut float = float(config)?;
    (float.train.epochs, float.train.seed) = (search.epochs, search.seed);
    let mut course = Course::new(&float, lessons, threads, None)?;
    while !course.is_over() {
        course.epoch(&mut |_| ())?;
    }
    let weights = course.best()?;
    let rows = lessons.train.len().min(EVENTS);
    let ranges = ranges::ranges(&float, &weights, &lessons.train.first(rows))?;
    let quantizers = post_training::fitted(config, &ranges, bits)?;
    let place = Place { output: Path::new(config.source.name()), old_folder: Path::new(""), weights: "none" };
    let (_, quantized) = requantize(config, &quantizers, &place)?;
    Design::new(&quantized, &weights.freeze(&quantized)?)
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
