//! What a training reads: the events that it learns from, and those that it is judged by.

use super::inputs::{self, Inputs};
use super::{Failure, events};
use crate::config::training::Loss;
use crate::config::{Config, Validation};
use crate::data::Dataset;
use crate::data::events::Events;
use crate::data::split::split;
use crate::data::standardize::Standardize;
use crate::emulate::fast::Integer;
use miette::miette;
use std::path::Path;

/// What a training reads. Features are exactly what the exact net sees of the same rows: standardized in `f64`,
/// then onto the grid of the input ports.
#[derive(Debug)]
pub struct Lessons {
    /// What it learns from.
    pub train: Events,
    /// What it is judged by.
    pub validation: Events,
    /// The same events as the integers of the input ports, rows × features.
    pub validation_integers: Vec<i64>,
    /// The standardization, fitted to the events it learns from, if the config wants one: it goes into the weights
    /// file.
    pub standardize: Option<Standardize>,
}

/// The lessons that `config` names. A validation file is taken whole, and so is the training file then; else a
/// fraction of the training file, drawn by the seed, is kept back.
///
/// # Errors
/// No training file; a file that does not fit the network; a fraction that leaves nothing on one side; events of one
/// class only; an input or a loss that cannot be trained with.
pub fn read(config: &Config) -> Result<Lessons, Failure> {
    require_classes(config)?;
    let data = events::labelled(config, training_file(config)?)?;
    let all: Vec<usize> = (0..data.len()).collect();
    match &config.data.validation {
        Validation::Fraction(fraction) => {
            let split = split(data.len(), *fraction, config.train.seed).map_err(Failure::input)?;
            lessons(config, (&data, &split.train), (&data, &split.validation))
        }
        Validation::File(path) => {
            let judged = events::labelled(config, path)?;
            let rows: Vec<usize> = (0..judged.len()).collect();
            lessons(config, (&data, &all), (&judged, &rows))
        }
    }
}

/// Rows of a file.
pub(super) type Rows<'a> = (&'a Dataset, &'a [usize]);

fn lessons(config: &Config, train: Rows, validation: Rows) -> Result<Lessons, Failure> {
    let (data, rows) = train;
    data.check_differs(rows)?;
    let standardize = config.data.standardize.then(|| Standardize::fit(data.x.view(), rows));
    let inputs = Inputs::new(config, standardize.clone())?;
    require_64_bits(config, &inputs)?;
    let (train, _) = on_grid(&inputs, train, false)?;
    let (validation, validation_integers) = on_grid(&inputs, validation, true)?;
    Ok(Lessons { train, validation, validation_integers, standardize })
}

/// The events of some rows, and their port integers if they are to be `kept`.
pub(super) fn on_grid(
    inputs: &Inputs,
    (data, rows): Rows,
    kept: bool,
) -> Result<(Events, Vec<i64>), Failure> {
    let mut x = Vec::with_capacity(rows.len() * data.x.ncols());
    let mut integers = Vec::with_capacity(if kept { x.capacity() } else { 0 });
    for block in inputs::chosen(&data.x, rows) {
        let block = inputs.integers::<_, i64>(block.view()).map_err(events::in_file(&data.file))?;
        x.extend(block.iter().map(|integer| inputs.value((*integer).into())));
        if kept {
            integers.extend(block);
        }
    }
    let y = rows.iter().map(|row| data.y[*row]).collect();
    Ok((Events { features: data.x.ncols(), x, y }, integers))
}

fn training_file(config: &Config) -> Result<&Path, Failure> {
    config.data.train.as_deref().ok_or_else(|| {
        Failure::Input(miette!(
            code = "train::no_events",
            help = "name a file of labelled events in the config: `data: {train: events.npz}`",
            "there are no events to train with"
        ))
    })
}

/// There are classes to be told apart.
fn require_classes(config: &Config) -> Result<(), Failure> {
    if config.output.classes.len() > 1 || config.train.loss == Loss::BinaryCrossEntropy {
        return Ok(());
    }
    Err(Failure::Input(miette!(
        code = "train::one_output",
        help = "write `train: {loss: binary_cross_entropy}`: the labels are 0 and 1, and the output is above 0 for 1",
        "a network of one output learns nothing by this loss"
    )))
}

fn require_64_bits(config: &Config, inputs: &Inputs) -> Result<(), Failure> {
    if inputs.fit::<i64>() {
        return Ok(());
    }
    Err(Failure::Input(miette!(
        code = "train::wide_input",
        help = "training computes with 24 bits: give the input a quantizer of no more",
        "the input's `{}` takes more than {} bits",
        config.input.quantizer.text(),
        i64::all().width()
    )))
}
