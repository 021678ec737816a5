//! `heteroq search`: which quantizer each layer should have, and how many units, found by trying.
//!
//! | file | answers |
//! |---|---|
//! | [`plan`] | what all trials of a stage share |
//! | [`study`] | which study they belong to, and where it is kept |
//! | [`reference`](mod@reference) | what their cost is compared with |
//! | [`trial`] | one trial: the network of a point, trained and judged |
//! | [`figures`] | what is known of its network |
//! | [`metric`] | how good weights are at their task |
//! | [`worker`] | one trial after the other, until all are done |
//! | [`jobs`] | workers in other processes |
//! | [`line`](mod@line) | what a search shows while it works |
//! | [`members`](mod@members) | which trials are worth a full training |
//! | [`last`] | the full trainings, and the test file |
//! | [`layers`](mod@layers) | what a network has at each layer |
//! | [`member`](mod@member) | a network that was trained in full, and how it ranks |
//! | [`rows`](mod@rows) | trials as people and programs are shown them |
//! | [`results`] | what a search leaves |
//! | [`table`](mod@table), `csv`, `pictures` | it as tables and pictures |
//! | [`summary`] | what it says at its end |
//! | [`list`](mod@list) | the same, from what is there already |
//! | [`take`](mod@take) | one network, for other commands |

mod csv;
pub mod figures;
pub mod jobs;
pub mod last;
pub mod layers;
pub mod line;
pub mod list;
pub mod member;
pub mod members;
pub mod metric;
mod pictures;
pub mod plan;
pub mod reference;
pub mod results;
pub mod rows;
pub mod study;
pub mod summary;
pub mod table;
pub mod take;
pub mod trial;
pub mod worker;

use crate::config::Config;
use crate::config::search::{Judge, Search};
use crate::flow::lessons::{self, Lessons};
use crate::flow::{Failure, lock, train};
use crate::report::number;
use crate::search::ranking;
use crate::search::sampler;
use crate::search::score::{self, Costs};
use crate::search::space::{Scope, Space};
use crate::search::store::Store;
use crate::search::trial::Trial;
use crate::train::rule::pruning;
use jobs::Jobs;
use line::Line;
use miette::miette;
use plan::Plan;
use results::Found;
use std::path::{Path, PathBuf};
use tracing::{info, info_span};

/// How to run a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Trials in all; those of the config if nothing is said.
    pub trials: Option<usize>,
    /// Workers; each is a process of its own.
    pub jobs: usize,
    /// Whether this is one of the others: it ends when all trials are done.
    pub worker: bool,
    /// Threads of a training; 0 takes one for each core, shared among the workers.
    pub threads: usize,
    /// The folder of the study.
    pub folder: PathBuf,
}

/// The folder of a search, if none is named.
pub fn folder_of(name: &str, folder: Option<&Path>) -> PathBuf {
    folder.map_or_else(|| Path::new("search").join(name), Path::to_owned)
}

/// Tries what the config's `search` asks for, trains the best again, and leaves them in the folder. What was done before is
/// not done again.
///
/// # Errors
/// A config without a search, or one that cannot be trained; a study of something else in the folder; a budget that nothing
/// meets; a folder that cannot be written; a signal.
pub fn search(config: &Config, options: &Options) -> Result<Option<Found>, Failure> {
    let search = wanted(config, options)?;
    pruning::check(config)?;
    config.require_trainable()?;
    reference::check(config, &search)?;
    last::require_test_file(config)?;
    let lessons = lessons(config, &search)?;
    let plan = plan(config, &search, &lessons, threads(options))?;
    let (plan, trials) = info_span!("search").in_scope(|| trials(plan, options))?;
    if options.worker {
        return Ok(None);
    }
    require_budget(&plan, &trials)?;
    let waits = || info!("another heteroq trains the best networks in {}: waiting", options.folder.display());
    let _lock = lock::wait(&options.folder.join("members"), waits)?;
    info_span!("final").in_scope(|| results::found(&plan, &trials, &options.folder)).map(Some)
}

/// The config's search, as the options change it.
pub fn wanted(config: &Config, options: &Options) -> Result<Search, Failure> {
    let search = config.search.clone().ok_or_else(|| {
        Failure::Input(miette!(
            code = "search::none",
            help = "write a section `search: {goal: bits, limit: {dense: [8, 8, 4]}}`",
            "the config says nothing of a search"
        ))
    })?;
    Ok(Search { trials: options.trials.unwrap_or(search.trials), ..search })
}

/// What trials learn from: as many of the training events as the search wants.
pub fn lessons(config: &Config, search: &Search) -> Result<Lessons, Failure> {
    let mut lessons = lessons::read(config)?;
    let events = search.events.unwrap_or(usize::MAX).min(lessons.train.len());
    lessons.train = lessons.train.first(events);
    Ok(lessons)
}

/// Threads of each training: those asked for, else the cores shared among the workers.
fn threads(options: &Options) -> usize {
    match options.threads {
        0 => (train::threads(0) / options.jobs.max(1)).max(1),
        threads => threads,
    }
}

/// The plan of a search of all layers at once.
pub fn plan<'a>(
    config: &'a Config,
    search: &'a Search,
    lessons: &'a Lessons,
    threads: usize,
) -> Result<Plan<'a>, Failure> {
    let space = Space::of(config, search, &Scope::default())?;
    if space.dimensions.is_empty() {
        return Err(plan::nothing_to_search());
    }
    plan::require_no_float(config, &space)?;
    Ok(Plan {
        config,
        search,
        trials: plan::trials(search, &space.dimensions),
        space,
        lessons,
        sampler: sampler::of(search.sampler, search.trials, search.epochs),
        objectives: score::objectives(search),
        reference: None,
        start: None,
        threads,
    })
}

/// Does all trials of `plan` that are not done: the plan with its reference, and every trial.
fn trials<'a>(mut plan: Plan<'a>, options: &Options) -> Result<(Plan<'a>, Vec<Trial>), Failure> {
    let mut store = study::open(&plan, &plan.config.name, &options.folder)?;
    plan.reference = reference(&plan, &mut store)?;
    let jobs = Jobs::start(&plan, options)?;
    worker::work(&plan, &mut store, &mut Line::new(plan.trials))?;
    jobs.join();
    let trials = store.trials().map_err(Failure::input)?;
    Ok((plan, trials))
}

/// The cost of the reference, found once for a study, if a score asks for it.
fn reference(plan: &Plan, store: &mut dyn Store) -> Result<Option<f64>, Failure> {
    let Judge::Score(_) = plan.search.judge else { return Ok(None) };
    let kept = store.attribute("reference").map_err(Failure::input)?;
    let kept = kept.and_then(|kept| serde_json::from_value::<Costs>(kept).ok());
    let costs = match kept {
        Some(costs) => costs,
        None => {
            let costs = reference::costs(plan.search, plan.config, plan.lessons, plan.threads)?;
            let value = serde_json::to_value(costs).expect("costs are plain data");
            store.keep_attribute("reference", &value).map_err(Failure::input)?;
            costs
        }
    };
    let goal = plan.search.goals[0];
    let cost = costs.of(goal);
    if let Some(cost) = cost {
        info!("the reference costs {}", line::cost_text(goal, cost));
    }
    Ok(cost)
}

/// That some trial is within the budget, if there is one; else the nearest is shown.
fn require_budget(plan: &Plan, trials: &[Trial]) -> Result<(), Failure> {
    let directions = plan.directions();
    if ranking::best(trials, &directions).is_some() {
        return Ok(());
    }
    let Some(nearest) = ranking::nearest(trials, &directions) else {
        return Err(none_is_done(trials));
    };
    Err(Failure::Design(miette!(
        code = "search::budget",
        help = "allow quantizers of fewer bits in `limit`, or `tune_filters`, or raise the budget: that is another search, \
                which `--study DIR` keeps elsewhere",
        "no trial is within the budget; the nearest is trial {}: {}",
        nearest.number,
        line::said(plan, nearest)
    )))
}

/// A search without a trial that has figures: why the first one has none.
fn none_is_done(trials: &[Trial]) -> Failure {
    let first = trials.first().map_or(String::new(), |trial| format!("; trial 0: {}", line::reason(trial)));
    Failure::Design(miette!(
        code = "search::failed",
        help = "change what makes them fail, such as the `learning_rate`: that is another search, which `--study DIR` keeps \
                elsewhere",
        "none of {} has figures{first}",
        number::count(trials.len() as u64, "trial")
    ))
}
