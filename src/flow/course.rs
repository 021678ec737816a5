//! A training epoch by epoch, in memory: the trainer, how it is judged, and the best it has come to.

use super::Failure;
use super::lessons::Lessons;
use super::validate::{Validation, Validator};
use crate::config::{Config, Weights};
use crate::train::checkpoint::{Checkpoint, Epoch, Identity, Kept, NotACheckpoint};
use crate::train::engine::Engine;
use crate::train::network::{Fusion, Network};
use crate::train::parameters::Parameters;
use crate::train::rule::stopping::{Figures, Progress};
use crate::train::rule::{initial, pruning};
use crate::train::trainer::{self, Examples, Trainer};
use miette::miette;
use std::time::Instant;

/// A training under way.
#[derive(Debug)]
pub struct Course<'a> {
    config: &'a Config,
    lessons: &'a Lessons,
    trainer: Trainer<'a>,
    validator: Validator<'a>,
    best: Parameters,
    /// How good it has come to be.
    pub progress: Progress,
    /// The figures of every epoch so far.
    pub history: Vec<Epoch>,
}

impl<'a> Course<'a> {
    /// The training of `config` on `lessons`, before its first step. Its parameters begin with those that `start` has;
    /// the others, or all of them, as the seed draws them.
    ///
    /// # Errors
    /// The system gives no threads.
    pub fn new(
        config: &'a Config,
        lessons: &'a Lessons,
        threads: usize,
        start: Option<&Weights>,
    ) -> Result<Course<'a>, Failure> {
        let mut network = Network::new(config, Fusion::Fused, &mut initial::of(config));
        if let Some(start) = start {
            network.parameters.take(start);
        }
        let engine = Engine::new(network, threads)
            .map_err(|e| Failure::Input(miette!("there are no {threads} threads to be had: {e}")))?;
        let examples =
            Examples { x: &lessons.train.x, labels: &lessons.train.y, classes: config.label_classes().len() };
        let trainer = Trainer::new(&config.train, examples, engine);
        Ok(Course {
            config,
            lessons,
            validator: Validator::new(config, &lessons.validation, &lessons.validation_integers),
            best: trainer.engine.network.parameters.clone(),
            trainer,
            progress: Progress::default(),
            history: Vec::new(),
        })
    }

    /// Whether there is no epoch left: all are done, or the rule of early stopping ends it.
    pub fn is_over(&self) -> bool {
        self.is_complete() || self.progress.is_over(self.config.train.early_stopping)
    }

    /// Whether all epochs are done.
    pub fn is_complete(&self) -> bool {
        self.trainer.epoch >= self.config.train.epochs
    }

    /// One epoch and its validation; `watch` is told after each step.
    ///
    /// # Errors
    /// A training that diverges, or whose weights come to have no exact net: there is no going on, and the best
    /// parameters so far are still there.
    pub fn epoch(&mut self, watch: &mut (dyn FnMut(trainer::Progress) + Send)) -> Result<&Epoch, Failure> {
        let begun = Instant::now();
        let number = self.trainer.epoch + 1;
        let loss = self.trainer.run_epoch(watch).map_err(|diverged| Failure::Design(diverged.into()))?;
        let seconds = begun.elapsed().as_secs_f64();
        let Validation { accuracy, loss: validation_loss } = self.validate()?;
        let done = Epoch {
            epoch: number,
            loss,
            validation_loss,
            validation_accuracy: accuracy,
            learning_rate: self.trainer.schedule.at(self.trainer.optimizer.steps().saturating_sub(1)),
            seconds,
            validation_seconds: begun.elapsed().as_secs_f64() - seconds,
        };
        Ok(self.observe(done))
    }

    /// What follows from the figures of an epoch: the next rate, whether it is the best one.
    fn observe(&mut self, done: Epoch) -> &Epoch {
        let Epoch { epoch, validation_accuracy: accuracy, validation_loss: loss, .. } = done;
        self.trainer.schedule.observe(loss);
        let figures = Figures { epoch: epoch - 1, accuracy, loss };
        if self.is_pruned() && self.progress.observe(figures, self.config.train.early_stopping) {
            self.best = self.trainer.engine.network.parameters.clone();
        }
        self.history.push(done);
        &self.history[self.history.len() - 1]
    }

    /// Whether as many weights are zero as are to be: an epoch before that is neither the best one nor a reason to stop.
    fn is_pruned(&self) -> bool {
        self.trainer.epoch >= pruning::last_epoch(&self.config.train)
    }

    /// How good the parameters are as they stand.
    ///
    /// # Errors
    /// A layer without an exact form.
    pub fn validate(&mut self) -> Result<Validation, Failure> {
        let weights = self.weights(&self.trainer.engine.network.parameters)?;
        self.validator.validate(&weights, &mut self.trainer.engine)
    }

    /// The weights of the best epoch, with all that is found from them.
    ///
    /// # Errors
    /// A scale that cannot be found.
    pub fn best(&self) -> Result<Weights, Failure> {
        self.weights(&self.best)
    }

    /// Latent parameters as a weights file holds them, with all that is found from them.
    fn weights(&self, parameters: &Parameters) -> Result<Weights, Failure> {
        let standardize = self.lessons.standardize.as_ref();
        let weights = parameters.to_weights(standardize.map(|s| (s.mean(), s.scale())));
        Ok(weights.freeze(self.config)?)
    }

    /// Goes on where `checkpoint` was left.
    ///
    /// # Errors
    /// One of another network.
    pub fn restore(&mut self, checkpoint: Checkpoint) -> Result<(), NotACheckpoint> {
        self.best = checkpoint.restore(&mut self.trainer)?;
        let Kept { progress, history, .. } = checkpoint.kept;
        (self.progress, self.history) = (progress, history);
        Ok(())
    }

    /// The training as it is now, as that of `identity`.
    pub fn checkpoint(&self, identity: &Identity) -> Checkpoint {
        let kept = Kept {
            identity: identity.clone(),
            epoch: self.trainer.epoch,
            steps: self.trainer.optimizer.steps(),
            plateau: self.trainer.schedule.state().clone(),
            progress: self.progress.clone(),
            history: self.history.clone(),
        };
        Checkpoint::of(&self.trainer, kept, &self.best)
    }
}
