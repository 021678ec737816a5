//! `heteroq search`: which quantizer each layer should have, and how many units, found by trying.
//!
//! ```text
//! config ─▶ checks ─▶ reference ─▶ stages ─▶ stage 1: plan, study ─▶ workers: trial after trial ─▶ the best one's choices
//!                                            stage 2: …              and weights ─▶ stage 2
//!                                            the last one ─▶ members ─▶ full trainings ─▶ results
//! ```
//!
//! | file | answers |
//! |---|---|
//! | [`checks`] | which searches come to nothing |
//! | [`reference`](mod@reference) | what costs are compared with |
//! | [`stages`] | which layers are searched together, and what a stage hands on to the next |
//! | [`plan`](mod@plan) | what all trials of a stage share |
//! | `scope` | what it searches |
//! | [`study`] | which study they belong to, and where it is kept |
//! | [`worker`] | one trial after the other, until all are done |
//! | [`jobs`] | workers in other processes |
//! | [`trial`] | one trial: the network of a point, trained and judged |
//! | [`promise`] | what is known of its score before |
//! | [`figures`] | what is known of its network after |
//! | [`metric`] | how good weights are at their task |
//! | [`handed_on`] | its weights, for others to start from |
//! | [`line`](mod@line) | what a search shows while it works |
//! | [`members`](mod@members) | which trials are worth a full training |
//! | [`last`] | the full trainings, and the test file |
//! | [`kept`] | what came of them |
//! | [`tuned`] | the best one, trained on from what its blocks came to |
//! | [`layers`](mod@layers) | what a network has at each layer |
//! | [`member`](mod@member) | a network that was trained in full, and how it ranks |
//! | [`rows`](mod@rows) | trials as people and programs are shown them |
//! | [`results`] | what a search finds |
//! | [`leave`] | the files that it leaves |
//! | [`table`](mod@table), `csv`, `pictures` | it as tables and pictures |
//! | [`summary`] | what it says at its end |
//! | [`list`](mod@list) | the same, from what is there already |
//! | [`take`](mod@take) | one network, for other commands |

pub mod checks;
mod csv;
pub mod figures;
pub mod handed_on;
pub mod jobs;
pub mod kept;
pub mod last;
pub mod layers;
pub mod leave;
pub mod line;
pub mod list;
pub mod member;
pub mod members;
pub mod metric;
mod pictures;
pub mod plan;
pub mod promise;
pub mod reference;
pub mod results;
pub mod rows;
mod scope;
pub mod stages;
pub mod study;
pub mod summary;
pub mod table;
pub mod take;
pub mod trial;
pub mod tuned;
pub mod worker;

use crate::config::Config;
use crate::config::search::Search;
use crate::flow::lessons::{self, Lessons};
use crate::flow::{Failure, lock, train};
use crate::search::trial::Trial;
use crate::tool::ToolError;
use crate::train::rule::pruning;
use jobs::Jobs;
use miette::miette;
use plan::{Plan, Terms};
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
    let (plan, trials) = trials(config, &search, &lessons, options)?;
    if options.worker {
        return Ok(None);
    }
    checks::within_budget(&plan, &trials)?;
    let waits = || info!("another heteroq trains the best networks in {}: waiting", options.folder.display());
    let _lock = lock::wait(&options.folder.join("members"), waits)?;
    // The other workers have ended.
    let plan = Plan { threads: threads(&Options { jobs: 1, ..options.clone() }), ..plan };
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
///
/// # Errors
/// What cannot be searched.
pub fn plan<'a>(
    config: &Config,
    search: &'a Search,
    lessons: &'a Lessons,
    threads: usize,
) -> Result<Plan<'a>, Failure> {
    let terms = Terms { search, lessons, threads, reference: reference::costs(search, config)? };
    let plan = stages::whole(search).plan(&terms, stages::first(config))?;
    if plan.space.dimensions.is_empty() {
        return Err(checks::nothing_to_search());
    }
    checks::no_float(config, &plan.space)?;
    Ok(plan)
}

/// Does all trials that are not done: the plan of the last stage, and its trials. The study of the config's name keeps what the
/// reference costs.
fn trials<'a>(
    config: &Config,
    search: &'a Search,
    lessons: &'a Lessons,
    options: &Options,
) -> Result<(Plan<'a>, Vec<Trial>), Failure> {
    checks::one_value(search)?;
    let (threads, reference) = (threads(options), reference::costs(search, config)?);
    let mut terms = Terms { search, lessons, threads, reference };
    let whole = plan(config, search, lessons, threads)?;
    checks::prunable(config, &whole.space)?;
    let compared = {
        let mut store = study::open(&whole, &config.name, &options.folder)?;
        reference::find(&terms, config, &mut store)?
    };
    terms.reference = compared.as_ref().map_or(reference, |compared| compared.costs);
    let stages = stages::of(config, search, compared.as_ref());
    checks::stages(&terms, config, &stages)?;
    let jobs = Jobs::start(&whole, options)?;
    let done = stages::walk(&terms, config, &stages, &options.folder);
    if matches!(done, Ok(_) | Err(Failure::Tool(ToolError::Interrupted))) {
        jobs.join();
    }
    done
}
