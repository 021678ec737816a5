//! What a search leaves: its best networks, each with its config, its weights and its report; tables and pictures.
//!
//! ```text
//! search/NAME/study.db  search.md  front.csv  trials.csv  front.svg  bits.svg
//! search/NAME/trial_0042/config.yaml  weights.safetensors  report.json
//! ```

use super::last::{self, Trained};
use super::line::Left;
use super::member::{self, Member};
use super::members::members;
use super::plan::{Plan, WEIGHTS};
use super::rows::{self, Row};
use super::{csv, pictures, summary};
use crate::config::Config;
use crate::flow::{Failure, resume};
use crate::report::number;
use crate::search::trial::Trial;
use crate::tool;
use crate::verilog::folder::{Unwritable, write_file};
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use tracing::{Span, info};
use tracing_indicatif::span_ext::IndicatifSpanExt;
use tracing_indicatif::style::ProgressStyle;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// The folder of the search.
    pub folder: PathBuf,
    /// The networks that were trained in full, the best one first; none before all of them are.
    pub members: Vec<Member>,
    /// Those that no other beats in the metric and all costs, by the numbers of their trials.
    pub front: Vec<u64>,
    /// Every trial.
    pub trials: Vec<Row>,
    /// All of it for people.
    #[serde(skip)]
    pub text: String,
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
    let best = members(plan, trials);
    let span = Span::current();
    let style = "{spinner} {span_name} {bar:30} {pos}/{len}  {msg}";
    span.pb_set_style(&ProgressStyle::with_template(style).expect("a template without a fault"));
    let mut left = Left::new((best.len() * plan.search.last.seeds) as u64);
    span.pb_set_length(left.total());
    let member = |trial: &&Trial| member(plan, trial, folder, &mut left);
    let members = best.iter().map(member).collect::<Result<Vec<_>, _>>()?;
    let found = of(plan, trials, folder, members);
    leave_all(plan, &found)?;
    Ok(found)
}

/// What is in the folder: the members, if all of them are trained in full, and the trials.
///
/// # Errors
/// A config that cannot be written for the folder of a trial.
pub fn kept(plan: &Plan, trials: &[Trial], folder: &Path) -> Result<Found, Failure> {
    let kept = |trial: &&Trial| kept_member(plan, trial, folder);
    let members = members(plan, trials).iter().map(kept).collect::<Result<Option<Vec<_>>, _>>()?;
    Ok(of(plan, trials, folder, members.unwrap_or_default()))
}

fn of(plan: &Plan, trials: &[Trial], folder: &Path, members: Vec<Member>) -> Found {
    let members = member::ranked(plan, members);
    let front = member::on_front(plan, &members);
    let rows = rows::rows(plan, trials);
    let mut found = Found { folder: folder.to_owned(), members, front, trials: rows, text: String::new() };
    found.text = summary::text(plan, trials, &found);
    found
}

/// The seeds of the full trainings.
fn seeds(plan: &Plan) -> impl Iterator<Item = u64> {
    (0..plan.search.last.seeds as u64).map(|more| plan.config.train.seed.wrapping_add(more))
}

/// The folder of a full training.
fn seed_folder(folder: &Path, seed: u64) -> PathBuf {
    folder.join(format!("seed_{seed}"))
}

/// The network of one trial: config, weights of the seed that validates best, report.
fn member(plan: &Plan, trial: &Trial, folder: &Path, left: &mut Left) -> Result<Member, Failure> {
    let folder = folder_of(folder, trial.number);
    fs::create_dir_all(&folder).map_err(|cause| Unwritable { path: folder.clone(), cause })?;
    let point = trial.point.as_ref().expect("a trial that is done has a point");
    let (_, config) = plan.written(point, trial.number, &folder, None)?;
    let one = |seed| one(plan, trial, &config, seed, &folder, left);
    let trained = seeds(plan).map(one).collect::<Result<Vec<_>, _>>()?;
    let (text, config) = plan.written(point, trial.number, &folder, Some(best(&trained).seed))?;
    let member = Member::of(plan, trial, &config, trained);
    leave(&folder, &member, &text)?;
    Ok(member)
}

/// The same, if all of its trainings are done.
fn kept_member(plan: &Plan, trial: &Trial, folder: &Path) -> Result<Option<Member>, Failure> {
    let folder = folder_of(folder, trial.number);
    if !folder.is_dir() {
        return Ok(None);
    }
    let point = trial.point.as_ref().expect("a trial that is done has a point");
    let (_, config) = plan.written(point, trial.number, &folder, None)?;
    let key = key(plan, &config);
    let trained = seeds(plan).map(|seed| last::kept(&seed_folder(&folder, seed), &key)).collect();
    Ok(Option::map(trained, |trained| Member::of(plan, trial, &config, trained)))
}

/// One full training, in the folder of the trial.
fn one(
    plan: &Plan,
    trial: &Trial,
    config: &Config,
    seed: u64,
    folder: &Path,
    left: &mut Left,
) -> Result<Trained, Failure> {
    let (span, key, own) = (Span::current(), key(plan, config), seed_folder(folder, seed));
    let is_new = last::kept(&own, &key).is_none();
    span.pb_set_message(&format!("trial {}, seed {seed}, {}", trial.number, left.said()));
    let mut config = config.clone();
    config.train.seed = seed;
    let trained = last::trained(plan, &config, &own, &key)?;
    left.count(is_new);
    span.pb_inc(1);
    if is_new {
        info!("trial {}, seed {seed}: {}", trial.number, said(&trained));
    }
    Ok(trained)
}

/// The network of a trial, trained in full with the config's seed; if that is done already, what came of it, and the folder of
/// its weights.
///
/// # Errors
/// Those of training; a folder that cannot be written.
pub fn in_full(plan: &Plan, trial: &Trial, folder: &Path) -> Result<(Trained, PathBuf), Failure> {
    let folder = folder_of(folder, trial.number);
    fs::create_dir_all(&folder).map_err(|cause| Unwritable { path: folder.clone(), cause })?;
    let point = trial.point.as_ref().expect("a trial that has ended has a point");
    let (_, config) = plan.written(point, trial.number, &folder, None)?;
    let (seed, key) = (config.train.seed, key(plan, &config));
    let own = seed_folder(&folder, seed);
    Ok((last::trained(plan, &config, &own, &key)?, own))
}

/// The training of a member whose weights are its own, and the folder that they are in; none before all are done.
///
/// # Errors
/// As [`kept`].
pub fn best_kept(plan: &Plan, trial: &Trial, folder: &Path) -> Result<Option<(Trained, PathBuf)>, Failure> {
    let member = kept_member(plan, trial, folder)?;
    Ok(member.map(|member| {
        let trained = best(&member.trained).clone();
        let own = seed_folder(&folder_of(folder, trial.number), trained.seed);
        (trained, own)
    }))
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
fn best(trained: &[Trained]) -> &Trained {
    let better =
        |best: &&'_ Trained, other: &&'_ Trained| other.validation_accuracy > best.validation_accuracy;
    trained
        .iter()
        .reduce(|best, other| if better(&best, &other) { other } else { best })
        .expect("at least one seed")
}

/// Config, weights and report of a member.
fn leave(folder: &Path, member: &Member, text: &str) -> Result<(), Failure> {
    let from = seed_folder(folder, best(&member.trained).seed).join(WEIGHTS);
    let weights = fs::read(&from).map_err(|cause| Unwritable { path: from, cause })?;
    let report = serde_json::to_string_pretty(member).expect("figures are plain data") + "\n";
    tool::uninterrupted(|| {
        write_new(&folder.join(WEIGHTS), &weights)?;
        write_new(&folder.join("config.yaml"), text.as_bytes())?;
        write_new(&folder.join("report.json"), report.as_bytes())
    })??;
    Ok(())
}

/// Tables and pictures.
fn leave_all(plan: &Plan, found: &Found) -> Result<(), Failure> {
    let Found { folder, members, front, trials, .. } = found;
    let pictures = pictures::pictures(plan, trials, members, front);
    let tables = [
        ("search.md", summary::markdown(plan, found, &pictures)),
        ("front.csv", csv::front(plan, members, front)),
        ("trials.csv", csv::trials(plan, trials)),
    ];
    let tables = tables.map(|(name, text)| (name.to_owned(), text));
    let files = tables.into_iter().chain(pictures);
    let mut write = |(name, text): (String, String)| write_new(&folder.join(name), text.as_bytes());
    tool::uninterrupted(|| files.into_iter().try_for_each(&mut write))??;
    Ok(())
}

/// Writes a file, unless it holds these bytes already.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Unwritable> {
    match fs::read(path) {
        Ok(old) if old == bytes => Ok(()),
        _ => write_file(path, bytes),
    }
}
