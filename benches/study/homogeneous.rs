//! The control without a search: every layer at the same bits, 0.5 to 2 times the neurons.

use crate::networks::{Network, School, in_place};
use crate::protocol::Protocol;
use heteroq::config::convert::change::{Changes, LayerChanges};
use heteroq::config::convert::requantize::Quantizers;
use heteroq::config::search::{Forgiving, Goal};
use heteroq::config::{Config, Dense, Kind, Layer};
use heteroq::flow::Failure;
use heteroq::flow::scan::aware::aware;
use heteroq::flow::scan::setting::Setting;
use heteroq::flow::search::last::Trained;
use heteroq::search::front;
use heteroq::search::score;

/// Jets that a training on all of them learns from: the others are for validation.
const TRAINING_JETS: usize = 204_892;

/// Those that no other beats in validation accuracy and LUTs at once, trained in full: the best score after that comes
/// first, with the seeds of a row. So are the networks of a search ranked.
pub(crate) fn front(school: &School, example: &Config, reference: f64) -> Result<Vec<Network>, Failure> {
    let protocol = school.protocol;
    let mut all = Vec::new();
    for bits in &protocol.bits {
        for factor in &protocol.factors {
            all.push((format!("{bits} bits x{factor}"), network(example, *bits, *factor)?));
        }
    }
    let first = |(name, config): &(String, Config)| {
        (format!("first {name}"), shortened(config, protocol.first_epochs))
    };
    let seed = example.train.seed;
    let tried = school.all(&all.iter().map(first).collect::<Vec<_>>(), seed..=seed)?;
    let chosen = front::pareto(&tried.iter().map(|network| losses(&network.trained[0])).collect::<Vec<_>>());
    let chosen: Vec<_> = chosen.into_iter().map(|place| all[place].clone()).collect();
    let mut networks = school.all(&chosen, 1..=protocol.front_seeds)?;
    let score = |place: &usize| score(&networks[*place], reference);
    let best = (0..networks.len()).max_by(|a, b| score(a).total_cmp(&score(b))).expect("some networks");
    networks[best] = school.all(&chosen[best..=best], protocol.all_seeds())?.remove(0);
    networks.swap(0, best);
    Ok(networks)
}

/// The example at so many bits, with so many times the neurons.
fn network(example: &Config, bits: u32, factor: f64) -> Result<Config, Failure> {
    let quantizers = aware(example, Setting::Bits(bits))?;
    let last = example.layers.len() - 1;
    let layer = |(place, (layer, quantizers)): (usize, (&Layer, Quantizers))| LayerChanges {
        quantizers,
        units: units(layer).filter(|_| place < last).map(|units| times(units, factor)),
    };
    let layers = example.layers.iter().zip(quantizers).enumerate().map(layer).collect();
    in_place(example, &Changes { layers, ..Changes::default() })
}

fn units(layer: &Layer) -> Option<usize> {
    match &layer.kind {
        Kind::Dense(Dense { units, .. }) => Some(*units),
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "at most some hundred neurons"
)]
fn times(units: usize, factor: f64) -> usize {
    (units as f64 * factor).round() as usize
}

/// `config` for the choice: few epochs, and nothing of the test jets.
fn shortened(config: &Config, epochs: usize) -> Config {
    let mut config = config.clone();
    (config.train.epochs, config.data.test) = (epochs, None);
    config
}

fn losses(one: &Trained) -> Vec<f64> {
    vec![-one.validation_accuracy, one.shift_add.lut]
}

/// The mean score of its trainings, which is that of the search for LUTs.
fn score(network: &Network, reference: f64) -> f64 {
    let score = |one: &Trained| {
        let factor = score::factor(&Forgiving::default(), Goal::Luts, one.shift_add.lut, reference);
        factor.map_or(f64::NEG_INFINITY, |factor| one.validation_accuracy * factor)
    };
    network.spread(score).mean
}

/// Jets that all of them see before the choice, each as often as it is seen.
pub(crate) fn jets_seen(protocol: &Protocol) -> usize {
    let Protocol { bits, factors, first_epochs, .. } = protocol;
    bits.len() * factors.len() * first_epochs * TRAINING_JETS
}
