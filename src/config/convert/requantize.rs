//! A network with other quantizers in the place of its own, as the text of a new config.

use super::rewrite::{self, Moved};
use super::{Change, Outcome, as_meant, in_place, within};
use crate::config::problem::ConfigError;
use crate::config::{self, Config, Layer};
use crate::quantizer::Spec;
use std::path::Path;

/// The quantizers that a layer is to have: the key of each, `kernel`, `bias`, or [`Layer::activation_key`].
pub type Quantizers = Vec<(&'static str, Spec)>;

/// Where the new config is to be, and its weights.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The new config.
    pub output: &'a Path,
    /// From its folder to that of the old one.
    pub old_folder: &'a Path,
    /// Its `weights`, as they are written in it.
    pub weights: &'a str,
}

/// The text of `config` with these quantizers, those of each layer in order, and what it means. Everything else
/// stays as it was written; paths are seen from the new place.
///
/// # Errors
/// A text that cannot be changed in place.
pub fn requantize(
    config: &Config,
    quantizers: &[Quantizers],
    place: &Place,
) -> Result<(String, Config), ConfigError> {
    let layers: Vec<Outcome> = config.layers.iter().zip(quantizers).map(outcome).collect();
    let here = |problem| within(vec![problem], &config.source);
    let moved = Moved { old_folder: place.old_folder, weights: Some(place.weights) };
    let text = rewrite::rewritten(config, &layers, &moved).map_err(here)?;
    let new = config::parse(&text, place.output).map_err(|error| here(in_place(&error.to_string())))?;
    as_meant(config, &layers, &new).map_err(here)?;
    Ok((text, new))
}

fn outcome((layer, quantizers): (&Layer, &Quantizers)) -> Outcome {
    let change = |(key, quantizer): &(&'static str, Spec)| {
        let text = quantizer.text().to_owned();
        Change { key, from: None, to: text.clone(), canonical: text }
    };
    Outcome { layer: layer.name.clone(), changes: quantizers.iter().map(change).collect(), left_alone: None }
}
