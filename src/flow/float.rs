//! Figures of a network that still has float layers: in training's f32, as it has no exact form yet.

use super::inputs::{self, Inputs};
use super::{Failure, events};
use crate::config::{Config, Weights};
use crate::data::Dataset;
use crate::metrics::evaluation::{self, Evaluation};
use crate::train::engine::{Batch, Engine};
use crate::train::network::{Fusion, Network};
use miette::miette;
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
    let outputs = outputs(config, weights, &data)?;
    let classes = config.label_classes().len();
    if (config.output.classes.len(), classes) == (1, 2) {
        let both: Vec<[f64; 2]> = outputs.iter().map(|v| [-v, *v]).collect();
        return Ok(evaluation::evaluate(&both, &data.y, classes, rates));
    }
    let rows: Vec<&[f64]> = outputs.chunks_exact(config.output.classes.len()).collect();
    Ok(evaluation::evaluate(&rows, &data.y, classes, rates))
}

/// The outputs of all events, event by event.
fn outputs(config: &Config, weights: &Weights, data: &Dataset) -> Result<Vec<f64>, Failure> {
    let mut engine = engine(config, weights)?;
    let inputs = Inputs::new(config, inputs::stored(config, weights)?)?;
    let mut outputs = Vec::with_capacity(data.len() * config.output.classes.len());
    for block in inputs::blocks(&data.x) {
        let integers = inputs.integers::<_, i64>(block).map_err(events::in_file(&data.file))?;
        let x: Vec<f32> = integers.iter().map(|integer| inputs.value((*integer).into())).collect();
        let rows: Vec<u32> = (0..).take(block.nrows()).collect();
        let labels = &vec![0; rows.len()];
        let found = engine.predict(&Batch { x: &x, labels, rows: &rows });
        outputs.extend(found.into_iter().map(f64::from));
    }
    Ok(outputs)
}

fn engine(config: &Config, weights: &Weights) -> Result<Engine, Failure> {
    let mut network = Network::new(config, Fusion::Fused, &mut |_| {});
    let missing = network.parameters.0.iter().find(|p| !weights.tensors.contains_key(&p.name));
    if let Some(parameter) = missing {
        return Err(Failure::Input(miette!(
            help = "train it, or quantize all of its layers",
            "a float network is evaluated from what training moves, and the weights file has no `{}`",
            parameter.name
        )));
    }
    network.parameters.take(weights);
    Engine::new(network, 1).map_err(|e| Failure::Input(miette!("{e}")))
}
