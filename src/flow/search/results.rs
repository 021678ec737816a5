//! What a search leaves: its best networks, each with its config, its weights and its report.

use super::figures::Figures;
use super::last::{self, Trained};
use super::members::members;
use super::plan::Plan;
use super::tuned::FineTuned;
use crate::config::Config;
use crate::flow::{Failure, resume};
use crate::report::number;
use crate::search::domain::Choice;
use crate::search::score::Objective;
use crate::search::trial::Trial;
use crate::tool;
use crate::verilog::folder::{Unwritable, write_file};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tracing::{Span, info};
use tracing_indicatif::span_ext::IndicatifSpanExt;
use tracing_indicatif::style::ProgressStyle;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The folder of the search.
    pub folder: PathBuf,
    /// The networks of the front and the best one, which comes first.
    pub members: Vec<Member>,
    /// The best one, trained on from the weights that its blocks came to, if there are blocks.
    pub fine_tuned: Option<FineTuned>,
}

/// A network that was worth a full training. Its `report.json` holds this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Its trial.
    pub trial: u64,
    /// The values of the trial: the score, or the metric and the costs of the goals.
    pub values: BTreeMap<String, f64>,
    /// What was chosen, by dimension.
    pub chosen: BTreeMap<String, Choice>,
    /// What the trial came to.
    pub tried: Figures,
    /// Each full training, in the order of the seeds.
    pub trained: Vec<Trained>,
}

/// The folder of a trial's network.
pub fn folder_of(folder: &Path, trial: u64) -> PathBuf {
    folder.join(format!("trial_{trial:04}"))
}

/// Trains the networks that are worth it, and leaves them in `folder`.
///
/// # Errors
/// Those of training; a folder that cannot be written.
pub fn found(plan: &Plan, trials: &[Trial], folder: &Path) -> Result<Found, Failure> {
    let members = members(plan, trials);
    let span = Span::current();
    let style = "{spinner} {span_name} {bar:30} {pos}/{len}  {msg}";
    span.pb_set_style(&ProgressStyle::with_template(style).expect("a template without a fault"));
    span.pb_set_length((members.len() * plan.search.last.seeds) as u64);
    let member = |trial: &&Trial| member(plan, trial, folder);
    let members = members.iter().map(member).collect::<Result<Vec<_>, _>>()?;
    Ok(Found { folder: folder.to_owned(), members, fine_tuned: None })
}

/// The network of one trial: config, weights of the seed that validates best, report.
fn member(plan: &Plan, trial: &Trial, folder: &Path) -> Result<Member, Failure> {
    let folder = folder_of(folder, trial.number);
    fs::create_dir_all(&folder).map_err(|cause| Unwritable { path: folder.clone(), cause })?;
    let point = trial.point.as_ref().expect("a trial that is done has a point");
    let (_, config) = plan.written(point, trial.number, &folder, None)?;
    let key = key(plan, &config);
    let seeds = (0..plan.search.last.seeds as u64).map(|more| plan.config.train.seed.wrapping_add(more));
    let trained =
        seeds.map(|seed| one(plan, trial, &config, seed, &folder, &key)).collect::<Result<Vec<_>, _>>()?;
    let (text, _) = plan.written(point, trial.number, &folder, Some(best(&trained).seed))?;
    let named = |(objective, value): (&Objective, &f64)| (objective.name.to_owned(), *value);
    let member = Member {
        trial: trial.number,
        values: plan.objectives.iter().zip(&trial.values).map(named).collect(),
        chosen: plan.chosen(point),
        tried: Figures::read(&trial.figures).expect("a member has figures"),
        trained,
    };
    leave(&folder, &member, &text)?;
    Ok(member)
}

/// One full training.
fn one(
    plan: &Plan,
    trial: &Trial,
    config: &Config,
    seed: u64,
    folder: &Path,
    key: &str,
) -> Result<Trained, Failure> {
    let span = Span::current();
    span.pb_set_message(&format!("trial {}, seed {seed}", trial.number));
    let mut config = config.clone();
    config.train.seed = seed;
    let trained =
        last::trained(plan.search, &config, None, &folder.join(format!("seed_{seed}")), key, plan.threads)?;
    span.pb_inc(1);
    info!("trial {}, seed {seed}: {}", trial.number, said(&trained));
    Ok(trained)
}

/// A full training in a few words.
fn said(trained: &Trained) -> String {
    let test =
        trained.test.map_or(String::new(), |test| format!(", test {}", number::percent(test.accuracy)));
    format!("validation {}{test}", number::percent(trained.validation_accuracy))
}

/// What a full training depends on but its seed: the network, how it is trained, the events, this program.
fn key(plan: &Plan, config: &Config) -> String {
    let mut config = config.clone();
    config.train.seed = 0;
    let identity = resume::identity(&config, plan.lessons, None);
    format!("{} {} {}", identity.network, identity.train, identity.data)
}

/// The training that does best on the validation events; of equals the first.
pub(super) fn best(trained: &[Trained]) -> &Trained {
    let better =
        |best: &&'_ Trained, other: &&'_ Trained| other.validation_accuracy > best.validation_accuracy;
    trained
        .iter()
        .reduce(|best, other| if better(&best, &other) { other } else { best })
        .expect("at least one seed")
}

/// Config, weights and report of a member.
fn leave(folder: &Path, member: &Member, text: &str) -> Result<(), Failure> {
    let seed = best(&member.trained).seed;
    let weights = fs::read(folder.join(format!("seed_{seed}/weights.safetensors")))
        .map_err(|cause| Unwritable { path: folder.to_owned(), cause })?;
    let report = serde_json::to_string_pretty(member).expect("figures are plain data") + "\n";
    tool::uninterrupted(|| {
        write_file(&folder.join("weights.safetensors"), &weights)?;
        write_file(&folder.join("config.yaml"), text)?;
        write_file(&folder.join("report.json"), &report)
    })??;
    Ok(())
}
