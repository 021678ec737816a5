//! `heteroq search CONFIG --take N -o DIR`: the network of a trial, in a folder of its own, for every other command.

use super::line::reason;
use super::plan::{Plan, WEIGHTS};
use super::{Options, last::Trained, list, results};
use crate::config::Config;
use crate::flow::{Failure, lock};
use crate::search::trial::{State, Trial};
use crate::tool;
use crate::verilog::folder::{Unwritable, write_file};
use miette::miette;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use tracing::info_span;

/// A network that was taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Taken {
    /// Its trial.
    pub trial: u64,
    /// Its config.
    pub config: PathBuf,
    /// Its weights.
    pub weights: PathBuf,
    /// What is known of them.
    pub trained: Trained,
}

/// The config of a network, beside its weights.
const CONFIG: &str = "config.yaml";

/// Writes config and weights of trial `number` into `output`: those of a network that is trained in full already, else those of
/// a full training with the config's seed, which is kept in the folder of the search.
///
/// # Errors
/// No such trial, or one without a network; a folder that holds something else, or cannot be written; those of training.
pub fn take(config: &Config, options: &Options, number: u64, output: &Path) -> Result<Taken, Failure> {
    list::opened(config, options, |plan, trials| {
        let trial = ended(trials, number, &options.folder)?;
        require_free(output, &[])?;
        let (trained, from) = network(plan, trials, trial, &options.folder)?;
        let weights = from.join(WEIGHTS);
        let weights = fs::read(&weights).map_err(|cause| Unwritable { path: weights, cause })?;
        fs::create_dir_all(output).map_err(|cause| Unwritable { path: output.to_owned(), cause })?;
        let point = trial.point.as_ref().expect("a trial that has ended has a point");
        let (text, _) = plan.written(point, number, output, Some(trained.seed))?;
        let files = [(CONFIG, text.into_bytes()), (WEIGHTS, weights)];
        require_free(output, &files)?;
        let write = |(name, bytes): &(&str, Vec<u8>)| write_file(&output.join(name), bytes);
        tool::uninterrupted(|| files.iter().try_for_each(write))??;
        Ok(Taken { trial: number, config: output.join(CONFIG), weights: output.join(WEIGHTS), trained })
    })
}

/// The trained network of a trial, and where its weights are.
fn network(
    plan: &Plan,
    trials: &[Trial],
    trial: &Trial,
    folder: &Path,
) -> Result<(Trained, PathBuf), Failure> {
    if let Some(kept) = results::taken(plan, trials, trial, folder)? {
        return Ok(kept);
    }
    let _lock = lock::take(&folder.join("members"))?;
    info_span!("train").in_scope(|| results::in_full(plan, trial, folder))
}

/// The trial of this number, if it has a network that can be trained in full.
fn ended<'a>(trials: &'a [Trial], number: u64, folder: &Path) -> Result<&'a Trial, Failure> {
    let has_network =
        |trial: &Trial| matches!(trial.state, State::Complete | State::Pruned) && trial.point.is_some();
    let found = trials.iter().find(|trial| trial.number == number);
    if let Some(trial) = found.filter(|trial| has_network(trial)) {
        return Ok(trial);
    }
    let numbers: Vec<u64> = trials.iter().filter(|trial| has_network(trial)).map(|one| one.number).collect();
    let what = match found.map(|trial| trial.state) {
        None => "does not exist".to_owned(),
        Some(State::Failed) => format!("has failed: {}", found.map(reason).unwrap_or_default()),
        Some(_) => "has not ended".to_owned(),
    };
    let help = match numbers.is_empty() {
        true => "no trial has ended yet".to_owned(),
        false => format!("these can be taken: {}", runs(&numbers)),
    };
    Err(Failure::Input(miette!(
        code = "search::trial",
        help = help,
        "trial {number} in {} {what}",
        folder.display()
    )))
}

/// Numbers in order, neighbours together: `0-5, 7`.
fn runs(numbers: &[u64]) -> String {
    let run = |run: &[u64]| match run {
        [one] => one.to_string(),
        _ => format!("{}-{}", run[0], run[run.len() - 1]),
    };
    numbers.chunk_by(|a, b| a + 1 == *b).map(run).collect::<Vec<_>>().join(", ")
}

/// That nothing in `output` would be lost: it is not there, empty, or holds nothing but the files of a network. Of `files` those
/// that are there must be the same.
fn require_free(output: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), Failure> {
    let other = match fs::read_dir(output) {
        Ok(entries) => entries
            .flatten()
            .map(|entry| entry.file_name())
            .find(|name| name.to_str().is_none_or(|name| name != CONFIG && name != WEIGHTS)),
        Err(_) if output.exists() => Some(output.as_os_str().to_owned()),
        Err(_) => None,
    };
    let other = other.map(|name| name.to_string_lossy().into_owned());
    let differs = |(name, bytes): &&(&str, Vec<u8>)| {
        let old = output.join(name);
        old.exists() && fs::read(old).ok().as_ref() != Some(bytes)
    };
    let differs = || files.iter().find(differs).map(|(name, _)| (*name).to_owned());
    match other.or_else(differs) {
        None => Ok(()),
        Some(name) => Err(Failure::Input(miette!(
            code = "search::output",
            help = "name a new folder with `-o DIR`",
            "{} holds other things already: {name}",
            output.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_stand_together() {
        assert_eq!(runs(&[0, 1, 2, 4, 6, 7]), "0-2, 4, 6-7");
        assert_eq!(runs(&[9]), "9");
    }
}
