//! Figures of a network that still has float layers: in training's f32, as it has no exact form yet.

use super::post_training::forward::Float;
use super::{Failure, evaluate, events};
use crate::config::{Config, Weights};
use crate::metrics::evaluation::Evaluation;
use std::path::Path;

/// Accuracy, AUC and the like of the network of `config` on the labelled events in `path`.
///
/// # Errors
/// A softmax before the last layer; a file that does not fit the network; weights that hold a batch normalization's
/// constants alone.
pub fn evaluate(
    config: &Config,
    weights: &Weights,
    path: &Path,
    rates: &[f64],
) -> Result<Evaluation, Failure> {
    config.require_trainable()?;
    let data = events::labelled(config, path)?;
    let outputs = Float::new(config, weights)?.outputs(&data)?;
    Ok(evaluate::of_scores(&outputs, config, &data.y, rates, |output| -output))
}
