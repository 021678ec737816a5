//! Epoch after epoch: batches in the order of the seed, losses, steps of the optimizer.

use super::batches;
use super::engine::{Batch, Engine};
use super::loss::{self, Events};
use super::operation::How;
use super::optimizer::Optimizer;
use super::penalty;
use super::pruning::Pruner;
use super::schedule::Schedule;
use super::stream::stream;
use crate::config::Train;

/// Events to train with.
#[derive(Debug, Clone, Copy)]
pub struct Examples<'a> {
    /// Rows × features, on the input's grid.
    pub x: &'a [f32],
    /// The class of each row.
    pub labels: &'a [u32],
    /// How many classes there are.
    pub classes: usize,
}

/// A training under way: everything that the next step depends on.
#[derive(Debug)]
pub struct Trainer<'a> {
    pub(super) rule: &'a Train,
    examples: Examples<'a>,
    class_weights: Vec<f32>,
    /// The network at work.
    pub engine: Engine,
    /// The optimizer and its memory.
    pub optimizer: Optimizer,
    /// The learning rate.
    pub schedule: Schedule,
    /// Which weights are zero.
    pub pruner: Option<Pruner>,
    /// Epochs done.
    pub epoch: usize,
}

/// A loss or a weight that is not finite.
#[derive(Debug, Clone, PartialEq, thiserror::Error, miette::Diagnostic)]
#[error("the training diverged in epoch {epoch}, step {step}: {what} (the learning rate was {rate})")]
#[diagnostic(code(train::diverged), help("lower `learning_rate`, or give it a `warmup`"))]
pub struct Diverged {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// Its step, counted from 1.
    pub step: usize,
    /// The rate of that step.
    pub rate: f64,
    /// What is not finite.
    pub what: String,
}

/// What is known after a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Events of this epoch so far.
    pub events: usize,
    /// Their mean loss, penalties included.
    pub loss: f64,
}

impl<'a> Trainer<'a> {
    /// The training of `engine`'s network on `examples`, before its first step.
    ///
    /// # Panics
    /// If there are no examples.
    pub fn new(rule: &'a Train, examples: Examples<'a>, engine: Engine) -> Trainer<'a> {
        let parameters = &engine.network.parameters;
        let steps = batches::count(examples.labels.len(), rule.batch_size);
        let pruner = rule.pruning.map(|pruning| Pruner::new(pruning, steps as u64, parameters));
        let mut counts = vec![0; examples.classes];
        examples.labels.iter().for_each(|label| counts[*label as usize] += 1);
        Trainer {
            rule,
            examples,
            class_weights: loss::class_weights(&rule.class_weights, &counts),
            optimizer: Optimizer::new(rule.optimizer, parameters),
            schedule: Schedule::new(rule.learning_rate, steps, rule.epochs),
            pruner,
            engine,
            epoch: 0,
        }
    }

    /// Steps of an epoch.
    pub fn steps(&self) -> usize {
        batches::count(self.examples.labels.len(), self.rule.batch_size)
    }

    /// One pass over all examples; `watch` is told after each step. Gives their mean loss.
    ///
    /// # Errors
    /// [`Diverged`]; the parameters are then of no use.
    pub fn run_epoch(&mut self, watch: &mut (dyn FnMut(Progress) + Send)) -> Result<f64, Diverged> {
        match self.engine.threads() {
            Some(threads) => threads.install(|| self.all_steps(watch)),
            None => self.all_steps(watch),
        }
    }

    fn all_steps(&mut self, watch: &mut (dyn FnMut(Progress) + Send)) -> Result<f64, Diverged> {
        let order = batches::order(self.rule.seed, self.epoch as u64, self.examples.labels.len());
        let mut progress = Progress { events: 0, loss: 0.0 };
        let mut sum = 0.0;
        for rows in batches::batches(&order, self.rule.batch_size) {
            #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 events")]
            let (before, here) = (progress.events as f64, rows.len() as f64);
            sum += self.step(rows)? * here;
            progress = Progress { events: progress.events + rows.len(), loss: sum / (before + here) };
            watch(progress);
        }
        self.epoch += 1;
        Ok(progress.loss)
    }

    /// One step; gives the batch's mean loss with the penalties.
    fn step(&mut self, rows: &[u32]) -> Result<f64, Diverged> {
        let Examples { x, labels, .. } = self.examples;
        let number = self.optimizer.steps();
        let rate = self.schedule.at(number);
        let how = How::Training { step: number, noise: self.noise(number) };
        let key = stream(self.rule.seed, "step", number).bits();
        let (width, total, weights) = (self.engine.network.width(), rows.len(), &self.class_weights);
        let rule = self.rule.loss;
        let lose = |outputs: &[f32], labels: &[u32], slopes: &mut [f32]| {
            loss::loss(rule, outputs, &Events { width, labels, weights, total }, slopes)
        };
        let mut found = self.engine.step(&Batch { x, labels, rows }, how, key, &lose);
        let parameters = &mut self.engine.network.parameters;
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 rows")]
        let mean = found.loss / total as f64;
        let loss = mean + penalty::add(self.rule.l1, self.rule.l2, parameters, &mut found.gradients);
        self.optimizer.step(parameters, &found.gradients, rate);
        if let Some(pruner) = &mut self.pruner {
            pruner.follow(number + 1, parameters);
        }
        self.engine.network.follow();
        self.finite(loss, number, rate)
    }

    /// How much of the quantization is applied in step `number`.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a factor is an f32")]
    fn noise(&self, number: u64) -> Option<f32> {
        self.rule.qnoise.map(|ramp| ramp.at(number as f64 / self.steps() as f64) as f32)
    }

    fn finite(&self, loss: f64, number: u64, rate: f64) -> Result<f64, Diverged> {
        let lost = |parameter: &&super::parameters::Parameter| {
            parameter.values.iter().any(|value| !value.is_finite())
        };
        let what = if loss.is_finite() {
            self.engine.network.parameters.0.iter().find(lost).map(|p| format!("`{}` is not finite", p.name))
        } else {
            Some(format!("the loss is {loss}"))
        };
        let step = usize::try_from(number).unwrap_or(usize::MAX) % self.steps() + 1;
        what.map_or(Ok(loss), |what| Err(Diverged { epoch: self.epoch + 1, step, rate, what }))
    }
}
