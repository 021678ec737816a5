//! How good weights are on events that are known already: by the exact net, as `evaluate` says it of a file.

use super::Failure;
use super::scores::{Scorer, Verdict};
use crate::config::{Config, Weights};
use crate::data::events::Events;
use crate::metrics::accuracy::accuracy;
use crate::train::engine::{Batch, Engine};
use crate::train::rule::batches;
use crate::train::rule::loss;
use crate::{graph, lower};

/// Events to be judged by, and how.
#[derive(Debug)]
pub struct Validator<'a> {
    /// The network with its values as outputs, even where it puts out a class.
    config: Config,
    events: &'a Events,
    /// The same as integers of the input ports.
    integers: &'a [i64],
}

/// Accuracy and loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Validation {
    /// The part of the events that is classified rightly.
    pub accuracy: f64,
    /// The mean loss, without penalties and class weights.
    pub loss: f64,
}

impl<'a> Validator<'a> {
    /// Judges the network of `config` by `events`, whose port integers are `integers`.
    pub fn new(config: &Config, events: &'a Events, integers: &'a [i64]) -> Validator<'a> {
        let mut config = config.clone();
        config.output.argmax = false;
        Validator { config, events, integers }
    }

    /// The figures of `weights`: of the exact net, lowered and emulated; of a float network, in the f32 of `engine`.
    ///
    /// # Errors
    /// A layer without an exact form.
    pub fn validate(&self, weights: &Weights, engine: &mut Engine) -> Result<Validation, Failure> {
        let verdict = match self.config.require_quantized() {
            Ok(()) => self.exact(weights)?,
            Err(_) => self.floats(engine),
        };
        Ok(self.judged(&verdict))
    }

    fn exact(&self, weights: &Weights) -> Result<Verdict, Failure> {
        let graph = self.config.graph(weights)?;
        graph::validate(&graph)?;
        Scorer::new(&lower::lower(&graph)?).verdict(self.integers, self.events.len())
    }

    fn floats(&self, engine: &mut Engine) -> Verdict {
        let rows: Vec<u32> = (0..).take(self.events.len()).collect();
        let Events { x, y: labels, .. } = self.events;
        let batches = batches::batches(&rows, self.config.train.batch_size);
        let outputs = batches.flat_map(|rows| engine.predict(&Batch { x, labels, rows }));
        Verdict::of(outputs.map(f64::from).collect(), engine.network.width())
    }

    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 events")]
    fn judged(&self, verdict: &Verdict) -> Validation {
        let total = self.events.len() as f64;
        Validation {
            accuracy: accuracy(&verdict.classes, &self.events.y),
            loss: self.loss(&verdict.outputs) / total,
        }
    }

    /// The sum of the events' losses.
    #[expect(clippy::cast_possible_truncation, reason = "a loss is computed in f32")]
    fn loss(&self, outputs: &[f64]) -> f64 {
        let (labels, total) = (&self.events.y, self.events.len());
        let outputs: Vec<f32> = outputs.iter().map(|v| *v as f32).collect();
        let weights = vec![1.0; self.config.label_classes().len()];
        let events = loss::Events { width: outputs.len() / total, labels, weights: &weights, total };
        loss::loss(self.config.train.loss, &outputs, &events, &mut vec![0.0; outputs.len()])
    }
}
