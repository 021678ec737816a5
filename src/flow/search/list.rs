//! `heteroq search CONFIG --list`: what a search has found so far, read from its folder; nothing is trained.

use super::plan::Plan;
use super::results::{self, Found};
use super::{Options, study};
use crate::config::Config;
use crate::flow::Failure;
use crate::search::score::Costs;
use crate::search::store::{SqliteStore, Store};
use crate::search::trial::Trial;
use miette::miette;

/// What is in the folder of the search: its best networks, if all of them are trained in full; else the trials.
///
/// # Errors
/// A folder without this search; those of [`super::search`] before the first trial.
pub fn list(config: &Config, options: &Options) -> Result<Found, Failure> {
    opened(config, options, |plan, trials| results::kept(plan, trials, &options.folder))
}

/// Does something with the search in its folder as it is: its plan, with what costs are compared with if that is known, and its
/// trials.
///
/// # Errors
/// As [`list`], and those of `then`.
pub fn opened<T>(
    config: &Config,
    options: &Options,
    then: impl FnOnce(&Plan, &[Trial]) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let search = super::wanted(config, options)?;
    require_begun(config, options)?;
    let lessons = super::lessons(config, &search)?;
    let mut plan = super::plan(config, &search, &lessons, super::threads(options))?;
    let mut store = study::open(&plan, &config.name, &options.folder)?;
    plan.reference = reference(&plan, &mut store)?;
    let trials = store.trials().map_err(Failure::input)?;
    then(&plan, &trials)
}

fn require_begun(config: &Config, options: &Options) -> Result<(), Failure> {
    if options.folder.join(study::FILE).is_file() {
        return Ok(());
    }
    Err(Failure::Input(miette!(
        code = "search::not_begun",
        help = format!(
            "begin it with `heteroq search {}`, or name its folder: `--study DIR`",
            config.source.name()
        ),
        "there is no search in {}",
        options.folder.display()
    )))
}

/// The cost that the first goal is compared with, if the study knows it.
fn reference(plan: &Plan, store: &mut SqliteStore) -> Result<Option<f64>, Failure> {
    let kept = store.attribute("reference").map_err(Failure::input)?;
    let costs = kept.and_then(|kept| serde_json::from_value::<Costs>(kept).ok());
    Ok(costs.and_then(|costs| costs.of(plan.search.goals[0])))
}
