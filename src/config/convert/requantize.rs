//! A network with other quantizers in the place of its own, as the text of a new config.

use super::change::{Changes, LayerChanges, changed};
use crate::config::Config;
use crate::config::problem::ConfigError;
use crate::quantizer::Spec;
use std::path::Path;

/// The quantizers that a layer is to have: the key of each, `kernel`, `bias`, or
/// [`crate::config::Layer::activation_key`].
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
    let layer = |quantizers: &Quantizers| LayerChanges { quantizers: quantizers.clone(), units: None };
    let changes = Changes { layers: quantizers.iter().map(layer).collect(), ..Changes::default() };
    changed(config, &changes, place)
}
