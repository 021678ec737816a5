//! `search`, read: the section and the maps in it.
//!
//! | file | answers |
//! |---|---|
//! | `judging` | what makes one network better than another: `goal`, `score`, `budget`, `reference`, `metric` |
//! | `choosing` | which quantizers a number of bits chooses from: `quantizers` |
//! | `limits` | which layers are searched, and how far: `limit` |
//! | `costs` | what costs count: `bits`, `energy` |

mod choosing;
mod costs;
mod judging;
mod limits;

use crate::config::fields::{Fields, read as read_as};
use crate::config::keys::search as keys;
use crate::config::model::{Layer, Train};
use crate::config::numbers::count;
use crate::config::problem::{Code, Place, Problem};
use crate::config::search::{
    BitsRule, Choices, EnergyRule, Filters, Judge, Last, Metric, Order, Pattern, Reference, SamplerKind,
    Search, roles,
};
use crate::config::suggest;
use crate::config::tree::Node;
use crate::quantizer::Sigmoid;
use std::path::Path;

const FILTERS: &[(&str, Filters)] =
    &[("none", Filters::Fixed), ("layer", Filters::Layer), ("block", Filters::Block)];

const SAMPLERS: &[(&str, SamplerKind)] = &[
    ("random", SamplerKind::Random),
    ("tpe", SamplerKind::Tpe),
    ("asha", SamplerKind::Asha),
    ("nsga2", SamplerKind::Nsga2),
    ("grid", SamplerKind::Grid),
];

const ORDERS: &[(&str, Order)] = &[("sequential", Order::Sequential), ("cost", Order::Cost)];

/// `search`, before the network is known.
pub(super) struct DraftSearch {
    judged: judging::Judged,
    reference: Reference,
    metric: Metric,
    limit: Node,
    sigmoid: Sigmoid,
    choices: Choices,
    tune_filters: Filters,
    tune_filters_exceptions: Option<Pattern>,
    frozen: Vec<(String, Place)>,
    tune_learning_rate: bool,
    sampler: Option<SamplerKind>,
    warm_start: bool,
    trials: usize,
    epochs: usize,
    events: Option<usize>,
    seed: Option<u64>,
    last_epochs: Option<usize>,
    last_seeds: usize,
    blocks: Vec<Pattern>,
    schedule_block: Order,
    bits: BitsRule,
    energy: EnergyRule,
    place: Place,
}

/// Reads `search`; paths are seen from `folder`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn read(fields: &Fields, folder: &Path) -> Result<DraftSearch, Problem> {
    let last = map(fields, "final", &keys::FINAL)?;
    let judged = judging::judged(fields)?;
    Ok(DraftSearch {
        sampler: sampler(fields, &judged.judge)?,
        warm_start: warm_start(fields)?,
        judged,
        reference: judging::reference(fields, folder)?,
        metric: judging::metric(fields)?,
        limit: fields.required_node("limit")?.clone(),
        sigmoid: fields.sigmoid,
        choices: choosing::choices(fields)?,
        tune_filters: fields.word("tune_filters", FILTERS)?.unwrap_or_default(),
        tune_filters_exceptions: fields.node("tune_filters_exceptions").map(pattern).transpose()?,
        frozen: list(fields, "frozen", |node| Ok((read_as(node)?, node.place)))?,
        tune_learning_rate: fields.or("tune_learning_rate", false)?,
        trials: count(fields, "trials", 100)?,
        epochs: count(fields, "epochs", 10)?,
        events: fields.node("events").map(|_| count(fields, "events", 1)).transpose()?,
        seed: fields.node("seed").map(|_| fields.whole("seed", 0, 0, u64::MAX)).transpose()?,
        last_epochs: last.node("epochs").map(|_| count(&last, "epochs", 1)).transpose()?,
        last_seeds: count(&last, "seeds", 3)?,
        blocks: list(fields, "blocks", pattern)?,
        schedule_block: fields.word("schedule_block", ORDERS)?.unwrap_or_default(),
        bits: costs::bits(fields)?,
        energy: costs::energy(fields)?,
        place: fields.own_place(),
    })
}

/// `sampler`, if it is given.
///
/// # Errors
/// What is wrong, at its place; early ends where accuracy alone makes no trial hopeless.
fn sampler(fields: &Fields, judge: &Judge) -> Result<Option<SamplerKind>, Problem> {
    let sampler = fields.word("sampler", SAMPLERS)?;
    if sampler != Some(SamplerKind::Asha) || *judge != Judge::Front {
        return Ok(sampler);
    }
    Err(Problem::new(Code::Conflict, "a sampler that ends trials early, and several objectives")
        .at(fields.key_place("sampler"), "this ends those of little accuracy")
        .at(fields.key_place("goal"), "which may be the cheapest")
        .help("write `sampler: nsga2` or `tpe`, or weigh one goal by a `score`"))
}

/// `warm_start`.
///
/// # Errors
/// What is wrong, at its place; a sampler that learns nothing from the first trials.
fn warm_start(fields: &Fields) -> Result<bool, Problem> {
    let warm = fields.or("warm_start", false)?;
    let learns = [None, Some(SamplerKind::Tpe), Some(SamplerKind::Nsga2)];
    if !warm || learns.contains(&fields.word("sampler", SAMPLERS)?) {
        return Ok(warm);
    }
    Err(Problem::new(Code::Conflict, "a warm start of a sampler that learns nothing from it")
        .at(fields.key_place("warm_start"), "the first trials")
        .at(fields.key_place("sampler"), "this does not look at them")
        .help("write `sampler: tpe` or `nsga2`, or remove `warm_start`"))
}

/// The map of `key`; one that is not given is empty.
fn map<'a>(
    fields: &Fields<'a>,
    key: &str,
    table: &'static crate::config::keys::Table,
) -> Result<Fields<'a>, Problem> {
    let place = fields.key_place(key);
    let map = fields.node(key).map(|node| Fields::of(node, place, table));
    Ok(map.transpose()?.unwrap_or(Fields::none(place, table)).with_sigmoid(fields.sigmoid))
}

/// What `item` makes of each item of the list of `key`; one that is not given is empty.
fn list<T>(
    fields: &Fields,
    key: &str,
    item: impl Fn(&Node) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    let Some(node) = fields.node(key) else { return Ok(Vec::new()) };
    let items: Vec<Node> = read_as(node)?;
    items.iter().map(item).collect()
}

fn pattern(node: &Node) -> Result<Pattern, Problem> {
    Pattern::new(read_as(node)?, node.place)
}

impl DraftSearch {
    /// The search of the network of these layers.
    ///
    /// # Errors
    /// Names, patterns and classes that mean none of them; bounds that leave no choice.
    pub(super) fn for_network(self, layers: &[Layer], train: &Train) -> Result<Search, Problem> {
        let limit =
            limits::Reader { layers, sigmoid: self.sigmoid, choices: &self.choices }.read(&self.limit)?;
        let judging::Judged { goals, judge } = self.judged;
        let front = if judge == Judge::Front { SamplerKind::Nsga2 } else { SamplerKind::default() };
        let frozen: Vec<String> = self.frozen.iter().map(|(name, _)| name.clone()).collect();
        let search = Search {
            goals,
            judge,
            reference: self.reference,
            metric: self.metric,
            limit,
            choices: self.choices,
            tune_filters: self.tune_filters,
            tune_filters_exceptions: self.tune_filters_exceptions,
            frozen,
            tune_learning_rate: self.tune_learning_rate,
            sampler: self.sampler.unwrap_or(front),
            warm_start: self.warm_start,
            trials: self.trials,
            epochs: self.epochs,
            events: self.events,
            seed: self.seed.unwrap_or(train.seed),
            last: Last { epochs: self.last_epochs.unwrap_or(train.epochs), seeds: self.last_seeds },
            blocks: self.blocks,
            schedule_block: self.schedule_block,
            bits: self.bits,
            energy: self.energy,
            place: self.place,
        };
        self.frozen.iter().try_for_each(|(name, place)| known(name, *place, layers))?;
        something(&search, layers)?;
        search.blocks.iter().try_for_each(|block| has_searched(block, &search, layers))?;
        search.tune_filters_exceptions.iter().try_for_each(|pattern| excepts(pattern, layers))?;
        Ok(search)
    }
}

fn known(name: &str, place: Place, layers: &[Layer]) -> Result<(), Problem> {
    let names = layers.iter().map(|layer| layer.name.as_str());
    if names.clone().any(|known| known == name) {
        return Ok(());
    }
    Err(Problem::new(Code::UnknownWord, format!("there is no layer `{name}` to be frozen"))
        .at(place, "this name")
        .help(suggest::help(name, "the layers are", names)))
}

/// That exceptions are a part of some name.
fn excepts(pattern: &Pattern, layers: &[Layer]) -> Result<(), Problem> {
    let names = layers.iter().map(|layer| layer.name.as_str());
    if names.clone().any(|name| pattern.is_in(name)) {
        return Ok(());
    }
    let message = format!("`{}` excepts no layer", pattern.text);
    Err(Problem::new(Code::MatchesNothing, message)
        .at(pattern.place, "this pattern is in no name")
        .help(suggest::help(&pattern.text, "the layers are", names)))
}

/// That a layer is searched.
fn something(search: &Search, layers: &[Layer]) -> Result<(), Problem> {
    if layers.iter().any(|layer| is_searched(search, layer)) {
        return Ok(());
    }
    Err(Problem::new(Code::Empty, "nothing is searched: every layer that `limit` names is frozen")
        .at(search.place, "in this section")
        .help("take a layer out of `frozen`"))
}

fn is_searched(search: &Search, layer: &Layer) -> bool {
    !search.frozen.contains(&layer.name) && search.limit_of(layer).is_some() && !roles(layer).is_empty()
}

/// That a block has a layer that is searched, as AutoQKeras's scheduler asks.
fn has_searched(block: &Pattern, search: &Search, layers: &[Layer]) -> Result<(), Problem> {
    let matched: Vec<&Layer> = layers.iter().filter(|layer| block.matches(&layer.name)).collect();
    if matched.iter().any(|layer| is_searched(search, layer)) {
        return Ok(());
    }
    let what = if matched.is_empty() { "matches no layer" } else { "has no layer that is searched" };
    let message = format!("the block `{}` {what}", block.text);
    let names = layers.iter().filter(|layer| is_searched(search, layer)).map(|layer| layer.name.as_str());
    Err(Problem::new(Code::MatchesNothing, message).at(block.place, "this pattern").help(suggest::help(
        &block.text,
        "searched are",
        names.collect::<Vec<_>>().into_iter(),
    )))
}
