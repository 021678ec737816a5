//! How good weights are on events that are known already: by the exact net, as `evaluate` says it of a file.

use super::Failure;
use super::scores::Scorer;
use crate::config::{Config, Weights};
use crate::data::events::Events;
use crate::train::batches;
use crate::train::engine::{Batch, Engine};
use crate::train::loss;
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
        let outputs = if self.config.require_quantized().is_ok() {
            self.exact(weights)?
        } else {
            self.floats(engine)
        };
        Ok(self.judged(&outputs))
    }

    /// Scores of the exact net, compared as integers, as f64 numbers: exactly, or nearest.
    fn exact(&self, weights: &Weights) -> Result<Vec<f64>, Failure> {
        let graph = self.config.graph(weights)?;
        graph::validate(&graph)?;
        Scorer::new(&lower::lower(&graph)?).doubles(self.integers, self.events.len())
    }

    fn floats(&self, engine: &mut Engine) -> Vec<f64> {
        let rows: Vec<u32> = (0..).take(self.events.len()).collect();
        let Events { x, y: labels, .. } = self.events;
        let batches = batches::batches(&rows, self.config.train.batch_size);
        batches.flat_map(|rows| engine.predict(&Batch { x, labels, rows })).map(f64::from).collect()
    }
}
