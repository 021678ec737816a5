//! Which layers may have other numbers of units, and whether they still fit.

use super::{FACTORS, Scope};
use crate::config::problem::{Code, Problem};
use crate::config::search::{Filters, Search};
use crate::config::{Config, ConfigError, Kind, Layer, Operand};
use std::collections::BTreeSet;

/// The units of a dense layer.
pub(super) fn of(layer: &Layer) -> Option<usize> {
    match &layer.kind {
        Kind::Dense(dense) => Some(dense.units),
        _ => None,
    }
}

/// `max(1, int(units · factor))`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "few units"
)]
pub(super) fn times(units: usize, factor: f64) -> usize {
    ((units as f64 * factor) as usize).max(1)
}

/// The places of the layers whose units are searched: dense, within `limit`, no exceptions, and none whose units are
/// the network's outputs.
pub(super) fn free(config: &Config, search: &Search, scope: &Scope) -> Vec<usize> {
    if search.tune_filters == Filters::Fixed {
        return Vec::new();
    }
    let outward = outward(config);
    let excepted = |layer: &Layer| {
        search.tune_filters_exceptions.as_ref().is_some_and(|pattern| pattern.is_in(&layer.name))
    };
    let is_free = |(place, layer): &(usize, &Layer)| {
        of(layer).is_some()
            && scope.has(search, layer)
            && search.limit_of(layer).is_some()
            && !excepted(layer)
            && !outward.contains(place)
    };
    config.layers.iter().enumerate().filter(is_free).map(|(place, _)| place).collect()
}

/// The dense layers whose units reach the output with no other dense layer between.
fn outward(config: &Config) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut next = vec![config.layers.len() - 1];
    while let Some(place) = next.pop().filter(|_| seen.len() <= config.layers.len()) {
        if !seen.insert(place) {
            continue;
        }
        let layer = &config.layers[place];
        if of(layer).is_some() {
            found.insert(place);
            continue;
        }
        next.extend(layer.inputs.iter().filter_map(|operand| match operand {
            Operand::Input => None,
            Operand::Layer(place) => Some(*place),
        }));
    }
    found
}

/// That operands of sums fit whatever the factors, each of which counts for the layers at some places. How long an
/// operand is, is a sum over factors; so two are equally long for all of them if they are for each alone.
///
/// # Errors
/// A sum whose operands do not.
pub(super) fn fit<'a>(
    config: &Config,
    search: &Search,
    knobs: impl Iterator<Item = &'a [usize]>,
) -> Result<(), ConfigError> {
    let alone =
        |tuned: &[usize], factor| misfit(config, |place| if tuned.contains(&place) { factor } else { 1.0 });
    let sum_of = |tuned: &[usize]| FACTORS.into_iter().find_map(|factor| alone(tuned, factor));
    let misfits: Vec<(usize, &[usize])> = knobs.filter_map(|tuned| Some((sum_of(tuned)?, tuned))).collect();
    let Some((sum, _)) = misfits.first() else { return Ok(()) };
    // All at once: those that are left as they are one by one would fit no better.
    let tuned: Vec<usize> = misfits.iter().flat_map(|(_, tuned)| tuned.iter().copied()).collect();
    Err(does_not_fit(config, search, *sum, &tuned))
}

/// The first sum whose operands have different lengths, with this factor on the units of each layer.
fn misfit(config: &Config, factor: impl Fn(usize) -> f64) -> Option<usize> {
    let mut lengths: Vec<usize> = Vec::new();
    for (place, layer) in config.layers.iter().enumerate() {
        let operands: Vec<usize> = layer
            .inputs
            .iter()
            .map(|operand| match operand {
                Operand::Input => config.features(),
                Operand::Layer(place) => lengths[*place],
            })
            .collect();
        lengths.push(match &layer.kind {
            Kind::Dense(dense) => times(dense.units, factor(place)),
            Kind::Add if operands.iter().any(|length| *length != operands[0]) => return Some(place),
            Kind::Concatenate => operands.iter().sum(),
            _ => operands[0],
        });
    }
    None
}

fn does_not_fit(config: &Config, search: &Search, sum: usize, tuned: &[usize]) -> ConfigError {
    let layer = &config.layers[sum];
    let before = search.tune_filters_exceptions.as_ref();
    let before = before.map_or(String::new(), |pattern| format!("{}|", pattern.text));
    let names: Vec<&str> = tuned.iter().map(|place| config.layers[*place].name.as_str()).collect();
    let message = format!(
        "the operands of `{}` do not keep one length where `tune_filters` searches units",
        layer.name
    );
    let problem = Problem::new(Code::ShapeMismatch, message)
        .at(layer.place, format!("other units of {} do not fit here", names.join(", ")))
        .help(format!(
            "leave these layers as they are, such as by `tune_filters_exceptions: \"{before}^({})$\"`",
            names.join("|")
        ));
    ConfigError::of(vec![problem], &config.source).expect("there is a problem")
}
