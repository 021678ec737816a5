//! The stages of a search: all layers at once, or one block of them after the other, as `AutoQKerasScheduler` does it. What
//! the best trial of a block has chosen is the network that the next one varies, and its weights are what trials start from
//! there; what has changed its shape is drawn anew. Layers stay as the config has them until it is their turn.
//!
//! ```text
//! study.db   NAME                     the reference; without blocks, all trials
//!            NAME/1_fc.*              the trials of the first block
//!            NAME/2_out after 7       those of the second one, on what trial 7 has found
//!            NAME/3_in after 7, 12
//! ```
//!
//! Every worker goes through all stages. It goes on to the next one when all trials of the last one are done, by its own or by
//! others' work, so that all of them see the same best one.

use super::line::{self, Line};
use super::plan::{Base, Plan, Terms};
use super::reference::Compared;
use super::{handed_on, study, worker};
use crate::config::search::Search;
use crate::config::{Config, ConfigError};
use crate::flow::Failure;
use crate::search::blocks::{self, Block};
use crate::search::ranking;
use crate::search::store::Store;
use crate::search::trial::Trial;
use miette::miette;
use std::collections::BTreeMap;
use std::path::Path;
use tracing::{info, info_span};

/// Layers that are searched together.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Their block; none: all layers at once.
    pub block: Option<Block>,
    /// Trials, if there are so many points.
    pub trials: usize,
}

/// The stages of a search, in order. Each block has its part of the trials, by what its layers cost in the reference.
pub fn of(config: &Config, search: &Search, compared: Option<&Compared>) -> Vec<Stage> {
    let Some(Compared { layers, total, .. }) = compared.filter(|_| !search.blocks.is_empty()) else {
        return vec![whole(search)];
    };
    let cost = |layer: &str| layers.get(layer).copied().unwrap_or_default();
    let blocks = blocks::in_order(blocks::blocks(config, search), search.schedule_block, cost);
    blocks
        .into_iter()
        .map(|(block, cost)| Stage { block: Some(block), trials: blocks::share(search.trials, cost, *total) })
        .collect()
}

/// The stage that searches all layers.
pub fn whole(search: &Search) -> Stage {
    Stage { block: None, trials: search.trials }
}

impl Stage {
    /// What its trials share, beginning with `base`.
    ///
    /// # Errors
    /// What cannot be searched.
    pub fn plan<'a>(&self, terms: &Terms<'a>, base: Base) -> Result<Plan<'a>, ConfigError> {
        let layers = self.block.as_ref().map(|block| &block.layers[..]);
        Plan::new(terms, base, layers, self.trials)
    }
}

/// Does all trials of all stages that are not done: the plan of the last stage, and its trials.
///
/// # Errors
/// A stage of which no trial came to an end; a folder that cannot be written; a signal.
pub fn walk<'a>(
    terms: &Terms<'a>,
    config: &Config,
    stages: &[Stage],
    folder: &Path,
) -> Result<(Plan<'a>, Vec<Trial>), Failure> {
    let mut base = first(config);
    let mut before = Vec::new();
    let (last, others) = stages.split_last().expect("a search has a stage");
    for (place, stage) in others.iter().enumerate() {
        let (plan, trials) = done(terms, base, stage, (place, stages.len()), &before, folder)?;
        let best = best(&plan, &trials)?;
        info!("{}: trial {} is the best one: {}", label(&plan), best.number, line::said(&plan, best));
        before.push(best.number);
        base = next(&plan, best, folder)?;
    }
    done(terms, base, last, (others.len(), stages.len()), &before, folder)
}

/// What the first stage begins with: the network as it is written.
pub fn first(config: &Config) -> Base {
    Base { config: config.clone(), start: None, chosen: BTreeMap::new() }
}

/// What the stage after `plan` begins with: the choices of its `best` trial, and the weights that it came to.
///
/// # Errors
/// As [`handed_on::weights`].
pub fn next(plan: &Plan, best: &Trial, folder: &Path) -> Result<Base, Failure> {
    let point = handed_on::point(best);
    Ok(Base {
        config: plan.settled(point)?,
        start: Some(handed_on::weights(plan, best, folder)?),
        chosen: plan.chosen(point),
    })
}

/// The stage at a place among so many, with all its trials done.
fn done<'a>(
    terms: &Terms<'a>,
    base: Base,
    stage: &Stage,
    (place, count): (usize, usize),
    before: &[u64],
    folder: &Path,
) -> Result<(Plan<'a>, Vec<Trial>), Failure> {
    let mut plan = stage.plan(terms, base)?;
    let mut name = plan.config.name.clone();
    if let Some(Block { pattern, .. }) = &stage.block {
        name = study_name(&name, place, pattern, before);
        plan.block = Some(format!("block {} of {count}, {pattern}", place + 1));
        info!("{}: {} trials", label(&plan), plan.trials);
    }
    let mut store = study::open(&plan, &name, folder)?;
    info_span!("search").in_scope(|| worker::work(&plan, &mut store, &mut Line::new(plan.trials)))?;
    let trials = store.trials().map_err(Failure::input)?;
    Ok((plan, trials))
}

/// The study of a block's trials: which one it is, and which trials of the stages before it stands on.
fn study_name(name: &str, place: usize, pattern: &str, before: &[u64]) -> String {
    let block = format!("{name}/{}_{pattern}", place + 1);
    match before {
        [] => block,
        _ => format!("{block} after {}", before.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")),
    }
}

fn label<'a>(plan: &'a Plan) -> &'a str {
    plan.block.as_deref().unwrap_or("search")
}

/// The best trial; where none is within the budget, the nearest: the blocks to come may still do it.
fn best<'t>(plan: &Plan, trials: &'t [Trial]) -> Result<&'t Trial, Failure> {
    let directions = plan.directions();
    let best = ranking::best(trials, &directions).or_else(|| ranking::nearest(trials, &directions));
    best.ok_or_else(no_trial)
}

/// A search none of whose trials came to an end.
pub fn no_trial() -> Failure {
    Failure::Design(miette!(
        code = "search::failed",
        help = "`heteroq train` shows what is wrong with one of them",
        "no trial came to an end: each of them failed"
    ))
}
