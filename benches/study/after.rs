//! The baselines: float networks, and what quantization after training makes of them.

use crate::lowered;
use crate::networks::{Network, School, in_place, learn, with_seed, words};
use crate::parallel;
use heteroq::config::convert::change::{Changes, LayerChanges};
use heteroq::config::convert::requantize::Quantizers;
use heteroq::config::training::{Pruning, Ramp};
use heteroq::config::{Config, Weights};
use heteroq::flow::post_training::{self, float::float};
use heteroq::flow::search::last::{self, Trained};
use heteroq::flow::search::metric;
use heteroq::flow::{self, Failure, lessons, lessons::Lessons};
use serde::{Deserialize, Serialize};

/// Bits after training.
const BITS: u32 = 16;
/// The part of the weights that is pruned.
const SPARSITY: f64 = 0.7;

/// The float network on the test jets, in f32.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Float {
    /// Its seed.
    pub(crate) seed: u64,
    /// The part that is classified rightly.
    pub(crate) accuracy: f64,
    /// The mean area under the curves.
    pub(crate) auc: f64,
}

/// A way from a float network to quantizers: the network of the config, as float with its weights, what it learned from.
type Way = dyn Fn(&Config, &Config, &Lessons) -> Result<Vec<Quantizers>, Failure> + Sync;

/// The float network with each seed of a row.
pub(crate) fn floats(school: &School, example: &Config) -> Result<Vec<Float>, Failure> {
    parallel::each(school.protocol.all_seeds().collect(), |seed| measured(school, &with_seed(example, seed)))
}

/// BF, BP and BH.
pub(crate) fn rows(school: &School, example: &Config) -> Result<Vec<Network>, Failure> {
    let plain: &Way = &|config, _, _| post_training::plain(config, BITS);
    let lowered: &Way = &|config, float, lessons| lowered::quantizers(config, float, lessons, BITS);
    let pruned = pruned(example);
    let rows = [("BF", example, plain), ("BP", &pruned, plain), ("BH", example, lowered)];
    rows.into_iter().map(|(name, config, way)| row(school, name, config, way)).collect()
}

fn row(school: &School, name: &str, config: &Config, way: &Way) -> Result<Network, Failure> {
    let one = |seed| {
        let config = with_seed(config, seed);
        school.kept(name, &config, |_| quantized(school, &config, way))
    };
    let made: Vec<(Vec<String>, Trained)> = parallel::each(school.protocol.all_seeds().collect(), one)?;
    let (layers, trained): (Vec<Vec<String>>, Vec<Trained>) = made.into_iter().unzip();
    Ok(Network { name: name.to_owned(), layers: layers.into_iter().next().unwrap_or_default(), trained })
}

/// The example, pruned while it is trained: from an eighth of its epochs to five eighths.
fn pruned(example: &Config) -> Config {
    let mut config = example.clone();
    #[expect(clippy::cast_precision_loss, reason = "some epochs")]
    let eighth = config.train.epochs as f64 / 8.0;
    let ramp = Ramp { start: eighth, finish: 5.0 * eighth, exponent: 3.0 };
    config.train.pruning = Some(Pruning { sparsity: SPARSITY, ramp, every: 100 });
    config
}

/// The float network of `config`, trained; with its weights file.
fn trained_float(school: &School, config: &Config) -> Result<Config, Failure> {
    let name = if config.train.pruning.is_some() { "float_pruned" } else { "float" };
    let weights = school.folder(name, config.train.seed).join("weights.safetensors");
    let float = Config { weights, ..float(config)? };
    let _: f64 = school.kept(name, &float, |_| learn(&float))?;
    Ok(float)
}

fn measured(school: &School, config: &Config) -> Result<Float, Failure> {
    let float = trained_float(school, config)?;
    school.kept("float_tested", &float, |_| {
        let test = float.data.test.as_deref().expect("the example has test jets");
        let found = flow::float::evaluate(&float, &Weights::require(&float)?, test, &[])?;
        Ok(Float { seed: config.train.seed, accuracy: found.accuracy, auc: metric::mean_auc(&found) })
    })
}

/// A float network, quantized after training: its layers in words, its figures.
fn quantized(school: &School, config: &Config, way: &Way) -> Result<(Vec<String>, Trained), Failure> {
    let float = trained_float(school, config)?;
    let lessons = lessons::read(config)?;
    let quantized = with(config, &float, &way(config, &float, &lessons)?)?;
    let accuracy = accuracy(&quantized, &Weights::require(&float)?, &lessons)?;
    let weights = Weights::require(&quantized)?;
    let figures = last::figures(&school.search, &quantized, &weights, accuracy, accuracy)?;
    Ok((words(&quantized), figures))
}

/// `config` with these quantizers, and the weights of `float`.
pub(crate) fn with(config: &Config, float: &Config, quantizers: &[Quantizers]) -> Result<Config, Failure> {
    let layer = |quantizers: &Quantizers| LayerChanges { quantizers: quantizers.clone(), units: None };
    let layers = quantizers.iter().map(layer).collect();
    // The seed is not the one in the config's text.
    let changes = Changes { layers, seed: Some(config.train.seed), ..Changes::default() };
    let quantized = in_place(config, &changes)?;
    Ok(Config { weights: float.weights.clone(), train: config.train.clone(), ..quantized })
}

/// The part of the validation jets that the exact net of `config` with float `weights` classifies rightly.
pub(crate) fn accuracy(config: &Config, weights: &Weights, lessons: &Lessons) -> Result<f64, Failure> {
    metric::of_exact(heteroq::config::search::Metric::Accuracy, config, &weights.freeze(config)?, lessons)
}
