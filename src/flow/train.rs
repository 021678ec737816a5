//! `heteroq train`: weights whose exact net is good at its task, found with the quantizers in the loop.

use super::lessons::{self, Lessons};
use super::progress::Line;
use super::validate::{Validation, Validator};
use super::{Failure, lock, resume};
use crate::config::{Config, Weights};
use crate::report::number;
use crate::tool;
use crate::train::checkpoint::{Checkpoint, Epoch, Kept};
use crate::train::engine::Engine;
use crate::train::network::{Fusion, Network};
use crate::train::parameters::Parameters;
use crate::train::rule::stopping::{Figures, Progress};
use crate::train::rule::{initial, pruning};
use crate::train::trainer::{Examples, Trainer};
use miette::miette;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;
use tracing::{info, warn};

/// How to run a training; nothing of it changes the weights that come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The weights file; by default that of the config.
    pub output: Option<PathBuf>,
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
    pruning::check(config)?;
    config.require_trainable()?;
    let output = options.output.clone().unwrap_or_else(|| config.weights.clone());
    let lessons = lessons::read(config)?;
    let threads = threads(options.threads);
    let mut run = Run::new(config, &lessons, output, threads)?;
    let _lock = lock::take(&run.output)?;
    run.begin(options.fresh)?;
    let lost = run.all_epochs()?;
    let trained = run.finish(lost.is_none())?;
    lost.map_or(Ok(trained), Err)
}

fn threads(wanted: usize) -> usize {
    match wanted {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        n => n,
    }
}

/// A training with everything around it.
struct Run<'a> {
    config: &'a Config,
    lessons: &'a Lessons,
    trainer: Trainer<'a>,
    validator: Validator<'a>,
    output: PathBuf,
    identity: crate::train::checkpoint::Identity,
    best: Parameters,
    progress: Progress,
    history: Vec<Epoch>,
    threads: usize,
    resumed_after: usize,
}

impl<'a> Run<'a> {
    fn new(
        config: &'a Config,
        lessons: &'a Lessons,
        output: PathBuf,
        threads: usize,
    ) -> Result<Run<'a>, Failure> {
        let network = Network::new(config, Fusion::Fused, &mut initial::of(config));
        let engine = Engine::new(network, threads)
            .map_err(|e| Failure::Input(miette!("there are no {threads} threads to be had: {e}")))?;
        let examples =
            Examples { x: &lessons.train.x, labels: &lessons.train.y, classes: config.label_classes().len() };
        let trainer = Trainer::new(&config.train, examples, engine);
        Ok(Run {
            config,
            lessons,
            validator: Validator::new(config, &lessons.validation, &lessons.validation_integers),
            output,
            identity: resume::identity(config, lessons),
            best: trainer.engine.network.parameters.clone(),
            trainer,
            progress: Progress::default(),
            history: Vec::new(),
            threads,
            resumed_after: 0,
        })
    }

    /// Goes on from the checkpoint, if there is one of this training; else makes sure that the network can be validated.
    fn begin(&mut self, fresh: bool) -> Result<(), Failure> {
        let found = if fresh { None } else { resume::find(&self.output, &self.identity)? };
        let Some(checkpoint) = found else {
            self.validate()?;
            let (events, judged) = (self.lessons.train.len(), self.lessons.validation.len());
            info!(
                "{} events, {} for validation, {} threads",
                number::grouped(events as u64),
                number::grouped(judged as u64),
                self.threads
            );
            return Ok(());
        };
        self.best = checkpoint.restore(&mut self.trainer).map_err(|e| resume::unusable(&self.output, &e))?;
        let Kept { progress, history, epoch, .. } = checkpoint.kept;
        (self.progress, self.history, self.resumed_after) = (progress, history, epoch);
        info!("going on after epoch {epoch} of {}", self.config.train.epochs);
        Ok(())
    }

    /// The epochs that are left; gives why it cannot go on, if so.
    fn all_epochs(&mut self) -> Result<Option<Failure>, Failure> {
        let rule = &self.config.train;
        let stops = rule.early_stopping;
        let mut line = Line::new(rule.epochs, self.lessons.train.len());
        while self.trainer.epoch < rule.epochs && !self.progress.is_over(stops) {
            if let Err(lost) = self.epoch(&mut line)? {
                let Some(best) = self.progress.best else { return Err(lost) };
                let epoch = self.history.len() + 1;
                warn!("it ends in epoch {epoch}: the weights of epoch {} are kept", best.epoch + 1);
                return Ok(Some(lost));
            }
        }
        if self.trainer.epoch < rule.epochs {
            info!("no better for {} epochs: stopped", stops.map_or(0, |rule| rule.patience));
        }
        match self.progress.best {
            Some(_) => Ok(None),
            None => Err(never_finite()),
        }
    }

    /// One epoch; gives why training cannot go on, if so.
    fn epoch(&mut self, line: &mut Line) -> Result<Result<(), Failure>, Failure> {
        let begun = Instant::now();
        let number = self.trainer.epoch + 1;
        line.begin(number);
        let loss = match self.trainer.run_epoch(&mut |progress| line.step(progress)) {
            Ok(loss) => loss,
            Err(diverged) => return Ok(Err(Failure::Design(diverged.into()))),
        };
        let seconds = begun.elapsed().as_secs_f64();
        let Validation { accuracy, loss: validation_loss } = match self.validate() {
            Ok(validation) => validation,
            Err(no_exact_net) => return Ok(Err(no_exact_net)),
        };
        let done = Epoch {
            epoch: number,
            loss,
            validation_loss,
            validation_accuracy: accuracy,
            learning_rate: self.trainer.schedule.at(self.trainer.optimizer.steps().saturating_sub(1)),
            seconds,
            validation_seconds: begun.elapsed().as_secs_f64() - seconds,
        };
        line.end(&done);
        self.observe(done);
        self.leave_checkpoint()?;
        Ok(Ok(()))
    }

    /// What follows from the figures of an epoch: the next rate, whether it is the best one.
    fn observe(&mut self, done: Epoch) {
        let Epoch { epoch, validation_accuracy: accuracy, validation_loss: loss, .. } = done;
        self.trainer.schedule.observe(loss);
        let figures = Figures { epoch: epoch - 1, accuracy, loss };
        if self.is_pruned() && self.progress.observe(figures, self.config.train.early_stopping) {
            self.best = self.trainer.engine.network.parameters.clone();
        }
        self.history.push(done);
    }

    /// Whether as many weights are zero as are to be: an epoch before that is neither the best one nor a reason to stop.
    fn is_pruned(&self) -> bool {
        self.trainer.epoch >= pruning::last_epoch(&self.config.train)
    }

    fn validate(&mut self) -> Result<Validation, Failure> {
        let weights = self.weights(&self.trainer.engine.network.parameters)?;
        self.validator.validate(&weights, &mut self.trainer.engine)
    }

    /// Latent parameters as a weights file holds them, with all that is found from them.
    fn weights(&self, parameters: &Parameters) -> Result<Weights, Failure> {
        let standardize = self.lessons.standardize.as_ref();
        let weights = parameters.to_weights(standardize.map(|s| (s.mean(), s.scale())));
        Ok(weights.freeze(self.config)?)
    }

    fn leave_checkpoint(&self) -> Result<(), Failure> {
        let kept = Kept {
            identity: self.identity.clone(),
            epoch: self.trainer.epoch,
            steps: self.trainer.optimizer.steps(),
            plateau: self.trainer.schedule.state().clone(),
            progress: self.progress.clone(),
            history: self.history.clone(),
        };
        resume::leave(&self.output, &Checkpoint::of(&self.trainer, kept, &self.best))
    }

    /// Writes the weights of the best epoch. A training that is done needs no checkpoint any more.
    fn finish(self, done: bool) -> Result<Trained, Failure> {
        let weights = self.weights(&self.best)?;
        tool::uninterrupted(|| weights.write(&self.output))?.map_err(Failure::input)?;
        let best = self.progress.best;
        let new = &self.history[self.resumed_after.min(self.history.len())..];
        let seconds: f64 = new.iter().map(|epoch| epoch.seconds).sum();
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 events")]
        let events = (new.len() * self.lessons.train.len()) as f64;
        if done {
            resume::remove(&self.output);
        }
        Ok(Trained {
            weights: self.output,
            best_epoch: best.map_or(0, |best| best.epoch + 1),
            validation_accuracy: best.map_or(0.0, |best| best.accuracy),
            exact: self.config.require_quantized().is_ok(),
            epochs: self.history,
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
