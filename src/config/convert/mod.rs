//! A float network with quantizers put in: QKeras's `model_quantize`, on the text of its config.
//!
//! | layer, without a kernel quantizer of its own | becomes |
//! |---|---|
//! | dense, whose entry has a kernel quantizer | quantized: the entry's quantizers, and for a float function without one the usual quantizer of `activation_bits` |
//! | activation, or a function after a sum | the entry's quantizer for its function |
//! | any other | left alone, whole |
//!
//! An entry is found by the layer's name, else by its class.
//!
//! | file | answers |
//! |---|---|
//! | `recipe` | which quantizers were asked for |
//! | `wish` | what one of its entries asks for |
//! | `plan` | what is to become of each layer |
//! | [`requantize`](mod@requantize) | any network with other quantizers than its own |
//! | [`change`] | any network with other quantizers, sizes and training |
//! | `settings` | what changes beside quantizers |
//! | `rewrite` | the text of the new config |
//! | `edit` | how a YAML text is changed in place |

pub mod change;
mod edit;
mod plan;
mod recipe;
pub mod requantize;
mod rewrite;
mod settings;
mod wish;

use crate::config::problem::{ConfigError, Problem, Source};
use crate::config::{self, Config, Kind, Layer};
use crate::quantizer::Spec;
use miette::NamedSource;
use plan::{ends_in, is_float, outcome, plan, usual};
use recipe::Recipe;
use rewrite::{Moved, in_place, rewritten};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;

/// How a float network is to be converted.
#[derive(Debug, Clone, Copy)]
pub struct Conversion<'a> {
    /// Which quantizers: the text of the file, and its name.
    pub quantizers: (&'a str, &'a Path),
    /// Bits of the quantizer that a float function gets where none is named.
    pub activation_bits: u32,
    /// From the folder of the new config to that of the old one; empty if they are the same.
    pub old_folder: &'a Path,
    /// The new config.
    pub output: &'a Path,
}

/// A converted network.
#[derive(Debug, Clone)]
pub struct Converted {
    /// The text of the new config.
    pub text: String,
    /// What it means.
    pub config: Config,
    /// What became of each layer.
    pub layers: Vec<Outcome>,
    /// Entries that no float layer looked up.
    pub unused: Vec<String>,
}

/// What became of a layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Its name.
    pub layer: String,
    /// What changed.
    pub changes: Vec<Change>,
    /// Why nothing did, if so.
    pub left_alone: Option<String>,
}

/// One key of a layer that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The key.
    pub key: &'static str,
    /// What it was, if it was given.
    pub from: Option<String>,
    /// The quantizer that it is now.
    pub to: String,
    #[serde(skip)]
    canonical: String,
}

/// The config `float` with the quantizers that `how` names.
///
/// # Errors
/// What is wrong with the quantizers, at its place; a text that cannot be changed in place.
pub fn convert(float: &Config, how: &Conversion) -> Result<Converted, ConfigError> {
    let (text, path) = how.quantizers;
    let source = Arc::new(NamedSource::new(path.to_string_lossy(), text.to_owned()).with_language("yaml"));
    let recipe = Recipe::read(text, float).map_err(|problems| within(problems, &source))?;
    let usual = usual(float, how.activation_bits)?;
    let layers = float.layers.iter().enumerate();
    let layers: Vec<Outcome> =
        layers.map(|(n, layer)| outcome(layer, plan(layer, recipe.entry(n, layer), &usual))).collect();
    let here = |problem| within(vec![problem], &float.source);
    let moved = Moved { old_folder: how.old_folder, weights: None, keeps_search: true };
    let text = rewritten(float, &layers, &moved, |_, _| {}).map_err(here)?;
    let config = config::parse(&text, how.output).map_err(|error| here(in_place(&error.to_string())))?;
    as_meant(float, &layers, &config).map_err(here)?;
    Ok(Converted { text, config, layers, unused: unused(float, &recipe) })
}

fn within(problems: Vec<Problem>, source: &Source) -> ConfigError {
    ConfigError::of(problems, source).expect("a failure has a problem")
}

fn unused(float: &Config, recipe: &Recipe) -> Vec<String> {
    let layers = float.layers.iter().enumerate().filter(|(_, layer)| is_float(layer));
    let used: Vec<&str> =
        layers.filter_map(|(n, layer)| recipe.entry(n, layer)).map(|entry| entry.key.as_str()).collect();
    let keys = recipe.entries.iter().map(|entry| entry.key.as_str());
    keys.filter(|key| !used.contains(key)).map(str::to_owned).collect()
}

/// That every layer is what its changes make of it, and no other has changed.
fn as_meant(float: &Config, layers: &[Outcome], new: &Config) -> Result<(), Problem> {
    for ((old, outcome), new) in float.layers.iter().zip(layers).zip(&new.layers) {
        let mut meant = quantizers(old);
        for change in &outcome.changes {
            meant.retain(|(key, _)| *key != change.key);
            meant.push((change.key, change.canonical.clone()));
        }
        meant.sort_unstable();
        if meant != quantizers(new) {
            let why = format!("layer `{}` shares its text with another", old.name);
            return Err(in_place(&why).at(old.place, "this layer"));
        }
    }
    Ok(())
}

/// The quantizers and float functions of a layer, sorted by key.
fn quantizers(layer: &Layer) -> Vec<(&'static str, String)> {
    let (kernel, bias) = match &layer.kind {
        Kind::Dense(dense) => (dense.kernel.as_ref(), dense.bias.as_ref()),
        _ => (None, None),
    };
    let text = |key| move |quantizer: &Spec| (key, quantizer.text().to_owned());
    let mut all: Vec<_> = kernel.map(text("kernel")).into_iter().chain(bias.map(text("bias"))).collect();
    all.extend(ends_in(layer).map(|text| (layer.activation_key(), text)));
    all.sort_unstable();
    all
}
