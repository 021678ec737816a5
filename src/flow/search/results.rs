//! What a search finds: its best networks, each trained in full, and ranked.

use super::kept::{self, Outcome};
use super::last::{self, Trained};
use super::line::Left;
use super::member::{self, Member};
use super::members::members;
use super::plan::Plan;
use super::rows::{self, Row};
use super::tuned::{self, FineTuned};
use super::{handed_on, leave, summary};
use crate::config::{Config, Train};
use crate::flow::Failure;
use crate::report::number;
use crate::search::trial::Trial;
use crate::verilog::folder::Unwritable;
use miette::miette;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use tracing::{Span, info, warn};
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
    let mut full = Vec::new();
    for trial in &best {
        full.extend(member(plan, trial, folder, &mut left)?);
    }
    if full.is_empty() {
        return Err(lost(&format!(
            "none of {} can be trained in full",
            number::count(best.len() as u64, "network")
        )));
    }
    let mut members = member::ranked(plan, full);
    if let (Some(_), Some(best)) = (&plan.block, members.first_mut()) {
        best.fine_tuned = tuned::tuned(plan, trial_of(trials, best), best, folder)?;
    }
    let found = of(plan, trials, folder, members);
    for member in &found.members {
        leave::member(plan, trial_of(trials, member), member, folder)?;
    }
    leave::all(plan, &found)?;
    Ok(found)
}

/// What is in the folder: the members, if all of them are trained in full, and the trials.
///
/// # Errors
/// A config that cannot be written for the folder of a trial.
pub fn kept(plan: &Plan, trials: &[Trial], folder: &Path) -> Result<Found, Failure> {
    let members = kept_members(plan, trials, folder)?;
    Ok(of(plan, trials, folder, members.unwrap_or_default()))
}

/// The members, ranked, if all of their trainings are done.
fn kept_members(plan: &Plan, trials: &[Trial], folder: &Path) -> Result<Option<Vec<Member>>, Failure> {
    let mut all = Vec::new();
    for trial in members(plan, trials) {
        match kept_trainings(plan, trial, folder)? {
            Full::Done(config, trained) => all.push(Member::of(plan, trial, &config, trained)),
            Full::Lost => {}
            Full::Open => return Ok(None),
        }
    }
    let mut members = member::ranked(plan, all);
    if let (Some(_), Some(best)) = (&plan.block, members.first_mut()) {
        let Some(tuned) = tuned::kept(plan, trial_of(trials, best), best, folder)? else { return Ok(None) };
        best.fine_tuned = tuned;
    }
    Ok(Some(members))
}

/// The trial of a member.
fn trial_of<'t>(trials: &'t [Trial], member: &Member) -> &'t Trial {
    trials.iter().find(|trial| trial.number == member.trial).expect("a member is the network of a trial")
}

/// What there is, with members that are ranked.
fn of(plan: &Plan, trials: &[Trial], folder: &Path, members: Vec<Member>) -> Found {
    let front = member::on_front(plan, &members);
    let (trials_shown, folder_shown) = (rows::rows(plan, trials), folder.to_owned());
    let mut found = Found { folder: folder_shown, members, front, trials: trials_shown, text: String::new() };
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

/// How far the full trainings of a network have come.
enum Full {
    /// Some of them are not done.
    Open,
    /// One of them comes to nothing: the network is left out.
    Lost,
    /// All of them are done.
    Done(Box<Config>, Vec<Trained>),
}

/// The network of one trial, trained with every seed; none if one of the trainings comes to nothing.
fn member(plan: &Plan, trial: &Trial, folder: &Path, left: &mut Left) -> Result<Option<Member>, Failure> {
    let folder = folder_of(folder, trial.number);
    fs::create_dir_all(&folder).map_err(|cause| Unwritable { path: folder.clone(), cause })?;
    let (_, config) = plan.written(handed_on::point(trial), trial.number, &folder, None)?;
    let (key, mut trained) = (key(plan, &config), Vec::new());
    for seed in seeds(plan) {
        let config = Config { train: Train { seed, ..config.train.clone() }, ..config.clone() };
        match one(plan, trial, &config, &key, &folder, left)? {
            Ok(done) => trained.push(done),
            Err(_) => return Ok(None),
        }
    }
    Ok(Some(Member::of(plan, trial, &config, trained)))
}

/// The network of one trial, and what is kept of its training with every seed.
fn kept_trainings(plan: &Plan, trial: &Trial, folder: &Path) -> Result<Full, Failure> {
    let folder = folder_of(folder, trial.number);
    if !folder.is_dir() {
        return Ok(Full::Open);
    }
    let (_, config) = plan.written(handed_on::point(trial), trial.number, &folder, None)?;
    let (key, mut trained) = (key(plan, &config), Vec::new());
    for seed in seeds(plan) {
        match last::kept(&config, &seed_folder(&folder, seed), &key) {
            Some(Ok(done)) => trained.push(done),
            Some(Err(_)) => return Ok(Full::Lost),
            None => return Ok(Full::Open),
        }
    }
    Ok(Full::Done(Box::new(config), trained))
}

/// One full training, in the folder of the trial.
fn one(
    plan: &Plan,
    trial: &Trial,
    config: &Config,
    key: &str,
    folder: &Path,
    left: &mut Left,
) -> Result<Outcome, Failure> {
    let (span, seed) = (Span::current(), config.train.seed);
    let own = seed_folder(folder, seed);
    let is_new = last::kept(config, &own, key).is_none();
    span.pb_set_message(&format!("trial {}, seed {seed}, {}", trial.number, left.said()));
    let outcome = last::trained(plan, config, None, &own, key)?;
    left.count(is_new);
    span.pb_inc(1);
    match &outcome {
        Ok(trained) if is_new => info!("trial {}, seed {seed}: {}", trial.number, trained.said()),
        Err(why) if is_new => {
            warn!("trial {}, seed {seed}: {why}; this network is left out", trial.number);
        }
        _ => {}
    }
    Ok(outcome)
}

/// The network of a trial, trained in full with the config's seed; if that is done already, what came of it, and the folder of
/// its weights.
///
/// # Errors
/// Those of training; a folder that cannot be written.
pub fn in_full(plan: &Plan, trial: &Trial, folder: &Path) -> Result<(Trained, PathBuf), Failure> {
    let folder = folder_of(folder, trial.number);
    fs::create_dir_all(&folder).map_err(|cause| Unwritable { path: folder.clone(), cause })?;
    let (_, config) = plan.written(handed_on::point(trial), trial.number, &folder, None)?;
    let (seed, key) = (config.train.seed, key(plan, &config));
    let own = seed_folder(&folder, seed);
    let outcome = last::trained(plan, &config, None, &own, &key)?;
    Ok((outcome.map_err(|why| lost(&why))?, own))
}

/// The training of a network whose weights are its own, and the folder that they are in; none before its trainings are done.
///
/// # Errors
/// As [`kept()`].
pub fn taken(
    plan: &Plan,
    trials: &[Trial],
    trial: &Trial,
    folder: &Path,
) -> Result<Option<(Trained, PathBuf)>, Failure> {
    let mut members = kept_members(plan, trials, folder)?.unwrap_or_default().into_iter();
    if let Some(member) = members.find(|member| member.trial == trial.number) {
        return Ok(Some((member.taken().clone(), taken_from(&member, folder))));
    }
    let Full::Done(_, trained) = kept_trainings(plan, trial, folder)? else { return Ok(None) };
    let best = member::best_of(&trained).clone();
    let own = seed_folder(&folder_of(folder, trial.number), best.seed);
    Ok(Some((best, own)))
}

/// The folder of the training whose weights are the network's.
pub(super) fn taken_from(member: &Member, folder: &Path) -> PathBuf {
    let folder = folder_of(folder, member.trial);
    match member.fine_tuned {
        Some(FineTuned { is_taken: true, .. }) => tuned::folder_of(&folder),
        _ => seed_folder(&folder, member.best_seed().seed),
    }
}

/// A full training that comes to nothing.
fn lost(why: &str) -> Failure {
    Failure::Design(miette!(
        code = "search::lost",
        help = "change how it is trained, such as by a lower `learning_rate`: that is another search, which `--study DIR` keeps \
                elsewhere",
        "{why}"
    ))
}

/// What a full training depends on but its seed: the network, how it is trained, the events, this program.
fn key(plan: &Plan, config: &Config) -> String {
    let mut config = config.clone();
    config.train.seed = 0;
    kept::key(&config, plan.lessons, None)
}
