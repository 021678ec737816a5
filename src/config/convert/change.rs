//! A network with other quantizers, sizes and training than its own, as the text of a new config.

use super::edit::Edits;
use super::requantize::{Place, Quantizers};
use super::rewrite::{self, Moved};
use super::{Change, Outcome, as_meant, in_place, within};
use crate::config::problem::{ConfigError, Problem};
use crate::config::tree::Node;
use crate::config::{self, Config, Kind, Layer};
use crate::quantizer::Spec;
use std::path::Path;

/// What is to change of a config; the default is nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    /// The network's name.
    pub name: Option<String>,
    /// Of each layer, in order; those behind the end of the list stay.
    pub layers: Vec<LayerChanges>,
    /// The greatest learning rate.
    pub learning_rate: Option<f64>,
    /// Epochs; what `train` counts in epochs (`warmup`, `start`, `finish`) keeps its part of them.
    pub epochs: Option<usize>,
    /// The seed of the training.
    pub seed: Option<u64>,
    /// Whether `search` goes away.
    pub without_search: bool,
}

/// What is to change of a layer; the default is nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayerChanges {
    /// Its quantizers; those that are not named stay.
    pub quantizers: Quantizers,
    /// The units of a dense layer.
    pub units: Option<usize>,
}

/// The text of `config` with these changes, and what it means. Everything else stays as it was written; paths are
/// seen from the new place.
///
/// # Errors
/// A text that cannot be changed in place; sizes that do not fit.
pub fn changed(config: &Config, changes: &Changes, place: &Place) -> Result<(String, Config), ConfigError> {
    let layers: Vec<Outcome> = config.layers.iter().zip(padded(changes)).map(outcome).collect();
    let here = |problem| within(vec![problem], &config.source);
    let moved = Moved {
        old_folder: place.old_folder,
        weights: Some(place.weights),
        keeps_search: !changes.without_search,
    };
    let more = |edits: &mut Edits, root: &Node| super::settings::change(edits, root, config, changes);
    let text = rewrite::rewritten(config, &layers, &moved, more).map_err(here)?;
    let new = config::parse(&text, place.output).map_err(|error| here(in_place(&error.to_string())))?;
    let written = config::parse(config.source.inner(), Path::new(config.source.name()))?;
    as_meant(config, &layers, &new).and_then(|()| as_asked(&written, changes, &new)).map_err(here)?;
    Ok((text, new))
}

/// The changes of each layer, without end.
fn padded(changes: &Changes) -> impl Iterator<Item = LayerChanges> {
    changes.layers.iter().cloned().chain(std::iter::repeat(LayerChanges::default()))
}

fn outcome((layer, changes): (&Layer, LayerChanges)) -> Outcome {
    let change = |(key, quantizer): &(&'static str, Spec)| {
        let text = quantizer.text().to_owned();
        Change { key, from: None, to: text.clone(), canonical: text }
    };
    let changes = changes.quantizers.iter().map(change).collect();
    Outcome { layer: layer.name.clone(), changes, left_alone: None }
}

/// That everything but the quantizers is what the changes make of the `old` text.
fn as_asked(old: &Config, changes: &Changes, new: &Config) -> Result<(), Problem> {
    let mut layers = old.layers.iter().zip(padded(changes)).zip(&new.layers);
    let wrong = layers.find(|((old, changes), new)| changes.units.or(units(old)) != units(new));
    if let Some(((layer, _), _)) = wrong {
        let why = format!("the units of layer `{}` are not its own", layer.name);
        return Err(in_place(&why).at(layer.place, "this layer"));
    }
    let name = changes.name.as_ref().unwrap_or(&old.name);
    let peak = changes.learning_rate.unwrap_or(old.train.learning_rate.peak);
    let right = *name == new.name
        && peak.to_bits() == new.train.learning_rate.peak.to_bits()
        && changes.epochs.unwrap_or(old.train.epochs) == new.train.epochs
        && changes.seed.unwrap_or(old.train.seed) == new.train.seed
        && (old.search.is_some() && !changes.without_search) == new.search.is_some();
    if right { Ok(()) } else { Err(in_place("`name`, `train` or `search` shares its text with another")) }
}

fn units(layer: &Layer) -> Option<usize> {
    match &layer.kind {
        Kind::Dense(dense) => Some(dense.units),
        _ => None,
    }
}
