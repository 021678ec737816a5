//! `heteroq search CONFIG --list`: what a search has found so far, read from its folder; nothing is trained.

use super::plan::{Plan, Terms};
use super::results::{self, Found};
use super::{Options, reference, stages, study};
use crate::config::Config;
use crate::flow::Failure;
use crate::search::store::SqliteStore;
use crate::search::trial::Trial;
use miette::miette;

/// What is in the folder of the search: its best networks, if all of them are trained in full; else the trials.
///
/// # Errors
/// A folder without this search; those of [`super::search`] before the first trial.
pub fn list(config: &Config, options: &Options) -> Result<Found, Failure> {
    opened(config, options, |plan, trials| results::kept(plan, trials, &options.folder))
}

/// Does something with the search in its folder as it is: the plan of the stage that it has come to, with what costs are compared
/// with if that is known, and its trials.
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
    let threads = super::threads(options);
    let whole = super::plan(config, &search, &lessons, threads)?;
    let compared = reference::kept(&mut study::open(&whole, &config.name, &options.folder)?)?;
    let reference = compared.as_ref().map_or(whole.reference_costs, |compared| compared.costs);
    let terms = Terms { search: &search, lessons: &lessons, threads, reference };
    let stages = stages::of(config, &search, compared.as_ref());
    let (plan, trials) = stages::reached(&terms, config, &stages, &options.folder)?;
    then(&plan, &trials)
}

fn require_begun(config: &Config, options: &Options) -> Result<(), Failure> {
    let file = options.folder.join(study::FILE);
    if file.is_file() && SqliteStore::has_study(&file, &config.name) {
        return Ok(());
    }
    Err(Failure::Input(miette!(
        code = "search::not_begun",
        help = format!(
            "begin it with `heteroq search {}`, or name its folder: `--study DIR`",
            config.source.name()
        ),
        "there is no search `{}` in {}",
        config.name,
        options.folder.display()
    )))
}
