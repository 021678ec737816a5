//! `heteroq train`: weights whose exact net is good at its task, found with the quantizers in the loop.

use super::course::Course;
use super::lessons::{self, Lessons};
use super::progress::Line;
use super::{Failure, lock, resume};
use crate::config::{Config, Weights};
use crate::report::number;
use crate::tool;
use crate::train::checkpoint::{Epoch, Identity};
use crate::train::rule::pruning;
use miette::miette;
use serde::Serialize;
use std::path::{Path, PathBuf};
use tracing::{info, warn};

/// How to run a training; nothing of it changes the weights that come out, but for those that it starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The weights file; by default that of the config.
    pub output: Option<PathBuf>,
    /// The weights file that it starts from; by default it draws them.
    pub from: Option<PathBuf>,
    /// Threads; 0 takes as many as there are cores.
    pub threads: usize,
    /// Whether to begin anew where a training was interrupted.
    pub fresh: bool,
}

/// What a training gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trained {
    /// The weights file.
    pub weights: PathBuf,
    /// The epoch whose weights these are, counted from 1: the best on the validation events.
    pub best_epoch: usize,
    /// The part of the validation events that is classified rightly with them.
    pub validation_accuracy: f64,
    /// Whether the exact net did so; a network that has float layers has none, and is judged in training's f32.
    pub exact: bool,
    /// Every epoch.
    pub epochs: Vec<Epoch>,
    /// Events it learned from.
    pub events: usize,
    /// Events it was judged by.
    pub validation_events: usize,
    /// Events a second, over all steps; validation does not count.
    pub events_per_second: f64,
    /// Threads.
    pub threads: usize,
    /// Epochs that an earlier run had done.
    pub resumed_after: usize,
}

/// Trains the network of `config` and writes the weights file. Every epoch leaves a checkpoint beside it, from which an
/// interrupted training goes on, with the same weights in the end.
///
/// # Errors
/// Data or layers that cannot be trained with; a training that diverges, or whose weights come to have no exact net (the
/// best ones so far are written); a file that cannot be written.
pub fn train(config: &Config, options: &Options) -> Result<Trained, Failure> {
    let (trained, lost) = as_far_as_it_goes(config, options)?;
    lost.map_or(Ok(trained), Err)
}

/// The same, where it is well to keep what a training has come to that cannot go on: why it cannot.
///
/// # Errors
/// As [`train`], but for a training that diverges after an epoch that can be kept.
pub fn as_far_as_it_goes(config: &Config, options: &Options) -> Result<(Trained, Option<Failure>), Failure> {
    pruning::check(config)?;
    config.require_trainable()?;
    let output = options.output.clone().unwrap_or_else(|| config.weights.clone());
    let lessons = lessons::read(config)?;
    let (threads, start) =
        (threads(options.threads), options.from.as_deref().map(|path| start(config, path)));
    let start = start.transpose()?;
    let identity = resume::identity(config, &lessons, start.as_ref());
    let course = Course::new(config, &lessons, threads, start.as_ref())?;
    let mut run = Run { config, lessons: &lessons, course, output, identity, threads, resumed_after: 0 };
    let _lock = lock::take(&run.output)?;
    Weights::sweep(&run.output);
    run.begin(options.fresh)?;
    let lost = run.all_epochs()?;
    Ok((run.finish(lost.is_none())?, lost))
}

/// So many threads; 0 stands for one for each core.
pub(super) fn threads(wanted: usize) -> usize {
    match wanted {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        n => n,
    }
}

/// The weights in the file at `path`, which must be those of a network like that of `config`.
fn start(config: &Config, path: &Path) -> Result<Weights, Failure> {
    Ok(Weights::require(&Config { weights: path.to_owned(), ..config.clone() })?)
}

/// A training with everything around it.
struct Run<'a> {
    config: &'a Config,
    lessons: &'a Lessons,
    course: Course<'a>,
    output: PathBuf,
    identity: Identity,
    threads: usize,
    resumed_after: usize,
}

impl Run<'_> {
    /// Goes on from the checkpoint, if there is one of this training; else makes sure that the network can be validated.
    fn begin(&mut self, fresh: bool) -> Result<(), Failure> {
        let found = if fresh { None } else { resume::find(&self.output, &self.identity)? };
        let Some(checkpoint) = found else {
            self.course.validate()?;
            let (events, judged) = (self.lessons.train.len(), self.lessons.validation.len());
            info!(
                "{} events, {} for validation, {} threads",
                number::grouped(events as u64),
                number::grouped(judged as u64),
                self.threads
            );
            return Ok(());
        };
        self.resumed_after = checkpoint.kept.epoch;
        self.course.restore(checkpoint).map_err(|e| resume::unusable(&self.output, &e))?;
        info!("going on after epoch {} of {}", self.resumed_after, self.config.train.epochs);
        Ok(())
    }

    /// The epochs that are left; gives why it cannot go on, if so.
    fn all_epochs(&mut self) -> Result<Option<Failure>, Failure> {
        let rule = &self.config.train;
        let mut line = Line::new(rule.epochs, self.lessons.train.len());
        while !self.course.is_over() {
            line.begin(self.course.history.len() + 1);
            match self.course.epoch(&mut |progress| line.step(progress)) {
                Ok(done) => line.end(done),
                Err(lost) => return self.ends(lost).map(Some),
            }
            resume::leave(&self.output, &self.course.checkpoint(&self.identity))?;
        }
        if !self.course.is_complete() {
            info!("no better for {} epochs: stopped", rule.early_stopping.map_or(0, |rule| rule.patience));
        }
        match self.course.progress.best {
            Some(_) => Ok(None),
            None => Err(never_finite()),
        }
    }

    /// Why it cannot go on, if there is an epoch to be kept.
    fn ends(&self, lost: Failure) -> Result<Failure, Failure> {
        let Some(best) = self.course.progress.best else { return Err(lost) };
        let epoch = self.course.history.len() + 1;
        warn!("it ends in epoch {epoch}: the weights of epoch {} are kept", best.epoch + 1);
        Ok(lost)
    }

    /// Writes the weights of the best epoch. A training that is done needs no checkpoint any more.
    fn finish(self, done: bool) -> Result<Trained, Failure> {
        let weights = self.course.best()?;
        tool::uninterrupted(|| weights.write(&self.output))?.map_err(Failure::input)?;
        let Course { progress, history, .. } = self.course;
        let new = &history[self.resumed_after.min(history.len())..];
        let seconds: f64 = new.iter().map(|epoch| epoch.seconds).sum();
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 events")]
        let events = (new.len() * self.lessons.train.len()) as f64;
        if done {
            resume::remove(&self.output);
        }
        Ok(Trained {
            weights: self.output,
            best_epoch: progress.best.map_or(0, |best| best.epoch + 1),
            validation_accuracy: progress.best.map_or(0.0, |best| best.accuracy),
            exact: self.config.require_quantized().is_ok(),
            epochs: history,
            events: self.lessons.train.len(),
            validation_events: self.lessons.validation.len(),
            events_per_second: if seconds > 0.0 { events / seconds } else { 0.0 },
            threads: self.threads,
            resumed_after: self.resumed_after,
        })
    }
}

fn never_finite() -> Failure {
    Failure::Design(miette!(
        code = "train::diverged",
        help = "lower `learning_rate`, or give it a `warmup`",
        "the training diverged: after no epoch the loss on the validation events is a number"
    ))
}

/// What a training gave, for people.
pub fn text(trained: &Trained) -> String {
    let Trained { best_epoch, validation_accuracy, events, validation_events, threads, .. } = trained;
    format!(
        "{}\nepoch {best_epoch} of {}: {} of {} validation events right, {}\n{} events, {:.2} million a second \
         on {}\n",
        trained.weights.display(),
        trained.epochs.len(),
        number::percent(*validation_accuracy),
        number::grouped(*validation_events as u64),
        if trained.exact { "by the exact net" } else { "in f32: it has float layers" },
        number::grouped(*events as u64),
        trained.events_per_second / 1e6,
        number::count(*threads as u64, "thread"),
    )
}
