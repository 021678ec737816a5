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
use super::{checks, handed_on, members, study, worker};
use crate::config::search::Search;
use crate::config::{Config, ConfigError};
use crate::flow::Failure;
use crate::report::number;
use crate::search::blocks::{self, Block};
use crate::search::ranking;
use crate::search::store::{SqliteStore, Store};
use crate::search::trial::Trial;
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

    /// What it is called among so many: `block 1 of 3, fc.*`.
    fn label(&self, place: usize, count: usize) -> Option<String> {
        let block = self.block.as_ref()?;
        Some(format!("block {} of {count}, {}", place + 1, block.pattern))
    }

    /// The study of its trials, in the search `name`: which stage it is, and which trials of those before it stands on.
    fn study(&self, name: &str, place: usize, before: &[u64]) -> String {
        let Some(Block { pattern, .. }) = &self.block else { return name.to_owned() };
        let block = format!("{name}/{}_{pattern}", place + 1);
        match before {
            [] => block,
            _ => {
                format!("{block} after {}", before.iter().map(u64::to_string).collect::<Vec<_>>().join(", "))
            }
        }
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
    through(terms, config, stages, folder, &mut |plan, store| {
        let block = plan.block.as_deref();
        block.into_iter().for_each(|block| info!("{block}: {}", number::count(plan.trials, "trial")));
        info_span!("search").in_scope(|| worker::work(plan, store, &mut Line::new(plan.trials)))?;
        let trials = store.trials().map_err(Failure::input)?;
        if let (Some(block), Ok(best)) = (block, best(plan, &trials)) {
            info!("{block}: trial {} is the best one, {}", best.number, line::said(plan, best));
        }
        Ok(true)
    })
}

/// The furthest stage that there is something of: its plan, and its trials as they are. Nothing is tried or trained.
///
/// # Errors
/// As [`walk`].
pub fn reached<'a>(
    terms: &Terms<'a>,
    config: &Config,
    stages: &[Stage],
    folder: &Path,
) -> Result<(Plan<'a>, Vec<Trial>), Failure> {
    through(terms, config, stages, folder, &mut |plan, store| {
        let trials = store.trials().map_err(Failure::input)?;
        let ended = trials.iter().filter(|trial| ranking::kind(trial, &plan.directions()).is_some()).count();
        let is_over = ended as u64 >= plan.trials;
        Ok(is_over && best(plan, &trials).is_ok_and(|best| handed_on::is_there(plan, best, folder)))
    })
}

/// Goes through the stages as long as `work`, which is told of each, says that it is done. The stage where that ends, and its
/// trials.
fn through<'a>(
    terms: &Terms<'a>,
    config: &Config,
    stages: &[Stage],
    folder: &Path,
    work: &mut dyn FnMut(&Plan, &mut SqliteStore) -> Result<bool, Failure>,
) -> Result<(Plan<'a>, Vec<Trial>), Failure> {
    let mut base = first(config);
    let mut before = Vec::new();
    let mut place = 0;
    loop {
        let block = stages[place].label(place, stages.len());
        let plan = Plan { block, ..stages[place].plan(terms, base)? };
        let mut store = study::open(&plan, &stages[place].study(&config.name, place, &before), folder)?;
        let is_done = work(&plan, &mut store)?;
        let trials = store.trials().map_err(Failure::input)?;
        place += 1;
        if !is_done || place == stages.len() {
            return Ok((plan, trials));
        }
        let best = best(&plan, &trials)?;
        before.push(best.number);
        base = next(&plan, best, folder)?;
    }
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
        start: Some(handed_on::weights(plan, best, folder)?.weights),
        chosen: plan.chosen(point),
    })
}

/// The best trial; where none is within the budget, the nearest: the blocks to come may still do it.
fn best<'t>(plan: &Plan, trials: &'t [Trial]) -> Result<&'t Trial, Failure> {
    let best = members::best(plan, trials).or_else(|| members::nearest(plan, trials));
    best.ok_or_else(|| checks::none_is_done(trials))
}
