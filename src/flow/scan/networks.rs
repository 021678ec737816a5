//! The config and the weights of each network of a scan.

use super::Options;
use super::aware::aware;
use super::point::{self, Point};
use super::setting::{Id, Setting, Way};
use super::store::Store;
use crate::config::convert::requantize::{Place, Quantizers, requantize};
use crate::config::training;
use crate::config::{Config, Validation, Weights};
use crate::data::{Dataset, split};
use crate::flow::convert::between;
use crate::flow::post_training::forward::Float;
use crate::flow::post_training::{self, float::float, ranges};
use crate::flow::{Failure, events, post_training::ranges::Ranges};
use crate::tool;
use crate::verilog::folder::write_file;
use miette::miette;
use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};

/// Trains a network: it leaves its weights where the config says.
pub type Train<'a> = dyn Fn(&Config) -> Result<(), Failure> + 'a;

/// Training events that show the ranges of a float network.
const EVENTS: usize = 10_000;

/// The weights file in the folder of a network that is trained.
const WEIGHTS: &str = "weights.safetensors";

/// What the networks of a scan are made of.
pub struct Networks<'a> {
    config: Config,
    train_file: PathBuf,
    test_file: PathBuf,
    train: &'a Train<'a>,
    events: OnceCell<Dataset>,
}

impl Networks<'_> {
    /// The networks like `config`.
    ///
    /// # Errors
    /// No files of events.
    pub fn new<'a>(config: &Config, options: &Options, train: &'a Train) -> Result<Networks<'a>, Failure> {
        let mut config = config.clone();
        config.train.epochs = options.epochs.unwrap_or(config.train.epochs);
        let file = |path: &Option<PathBuf>, key: &str| {
            path.clone().ok_or_else(|| {
                Failure::Input(miette!(
                    code = "scan::data",
                    help = "write `data: {train: …, test: …}`",
                    "the config names no `{key}` file"
                ))
            })
        };
        let train_file = file(&config.data.train, "train")?;
        let test_file = file(&config.data.test, "test")?;
        Ok(Networks { config, train_file, test_file, train, events: OnceCell::new() })
    }

    /// That there is a network for each setting and way, before hours are spent on the first.
    ///
    /// # Errors
    /// Of the first one that there is none for.
    pub fn check(&self, settings: &[Setting]) -> Result<(), Failure> {
        self.check_ramps(settings)?;
        float(&self.config)?;
        for setting in settings {
            aware(&self.config, *setting)?;
            if let Setting::Bits(bits) = setting {
                post_training::plain(&self.config, *bits)?;
            }
        }
        Ok(())
    }

    /// That what sets in slowly is complete in the end, and that every kernel can be pruned if it is to be.
    fn check_ramps(&self, settings: &[Setting]) -> Result<(), Failure> {
        let training::Train { epochs, qnoise, pruning, .. } = &self.config.train;
        let ramps = [("qnoise", *qnoise), ("pruning", pruning.map(|rule| rule.ramp))];
        let finish = |(key, ramp): (_, Option<training::Ramp>)| ramp.map(|ramp| (key, ramp.finish));
        for (key, finish) in ramps.into_iter().filter_map(finish) {
            if u32::try_from(*epochs).is_ok_and(|epochs| finish > f64::from(epochs)) {
                return Err(Failure::Input(miette!(
                    code = "scan::epochs",
                    help = "give as many `--epochs`, or an earlier `finish` in the config",
                    "the config's `{key}` finishes after {finish} epochs, and there are {epochs}"
                )));
            }
        }
        if pruning.is_some() && settings.contains(&Setting::Binary) {
            return Err(Failure::Input(miette!(
                code = "scan::pruning",
                help = "leave `binary` out of `--bits`, or `pruning` out of the config",
                "binary kernels have no 0, and cannot be pruned"
            )));
        }
        Ok(())
    }

    /// What all networks depend on: the config, the epochs, the content of the data, this program.
    ///
    /// # Errors
    /// A file of events that cannot be read.
    pub fn key(&self) -> Result<String, Failure> {
        let mut hash = Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        hash.update(self.config.source.inner());
        hash.update(format!("{:?}", self.config.train));
        let validation = match &self.config.data.validation {
            Validation::File(path) => Some(path),
            Validation::Fraction(_) => None,
        };
        for path in [&self.train_file, &self.test_file].into_iter().chain(validation) {
            hash.update(fs::read(path).map_err(|error| unreadable(path, &error))?);
        }
        Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The figures of a network, found now unless they are in the `store`.
    ///
    /// # Errors
    /// Those of training and of its figures.
    pub fn point(&self, id: Id, store: &Store) -> Result<Point, Failure> {
        if let Some(point) = store.find(id) {
            return Ok(point);
        }
        let folder = store.begin(id)?;
        let (config, weights) = self.network(id, &folder)?;
        let point = match id.setting {
            Setting::Float => point::float(id, &config, &weights, &self.test_file)?,
            _ => point::quantized(id, &config, &weights, &self.test_file)?,
        };
        store.keep(&point)?;
        Ok(point)
    }

    /// The network in `folder`, trained if it is not quantized after training.
    fn network(&self, id: Id, folder: &Path) -> Result<(Config, Weights), Failure> {
        let mut config = match id.setting {
            Setting::Float => Config { weights: folder.join(WEIGHTS), ..float(&self.config)? },
            _ => self.write(folder, &self.quantizers(id, folder)?, &weights_of(id))?,
        };
        config.train = training::Train { seed: id.seed, ..self.config.train.clone() };
        if id.way == Way::Aware {
            (self.train)(&config)?;
        }
        let weights = Weights::require(&config)?;
        Ok((config, weights))
    }

    fn quantizers(&self, id: Id, folder: &Path) -> Result<Vec<Quantizers>, Failure> {
        match (id.way, id.setting) {
            (Way::Fitted, Setting::Bits(bits)) => {
                let weights = folder.join(weights_of(id));
                post_training::fitted(&self.config, &self.ranges(weights, id.seed)?, bits)
            }
            (Way::Plain, Setting::Bits(bits)) => post_training::plain(&self.config, bits),
            (_, setting) => aware(&self.config, setting),
        }
    }

    /// The ranges of the float network of `seed`, whose weights are in this file.
    fn ranges(&self, weights: PathBuf, seed: u64) -> Result<Ranges, Failure> {
        let config = Config { weights, ..float(&self.config)? };
        let (data, weights) = (self.events()?, Weights::require(&config)?);
        let events = Float::new(&config, &weights)?.events(data, &self.rows(data.len(), seed)?)?;
        ranges::ranges(&config, &weights, &events)
    }

    /// The config with these quantizers, written to `folder`.
    fn write(&self, folder: &Path, quantizers: &[Quantizers], weights: &str) -> Result<Config, Failure> {
        let output = folder.join("config.yaml");
        let old_folder = between(&output, Path::new(self.config.source.name()))?;
        let place = Place { output: &output, old_folder: &old_folder, weights };
        let (text, config) = requantize(&self.config, quantizers, &place)?;
        tool::uninterrupted(|| write_file(&output, &text))??;
        Ok(config)
    }

    /// The events of the training file.
    fn events(&self) -> Result<&Dataset, Failure> {
        if let Some(events) = self.events.get() {
            return Ok(events);
        }
        let data = events::labelled(&self.config, &self.train_file)?;
        Ok(self.events.get_or_init(|| data))
    }

    /// The first of those rows that a training of `seed` learns from.
    fn rows(&self, all: usize, seed: u64) -> Result<Vec<usize>, Failure> {
        let mut rows = match self.config.data.validation {
            Validation::Fraction(fraction) => {
                split::split(all, fraction, seed).map_err(Failure::input)?.train
            }
            Validation::File(_) => (0..all).collect(),
        };
        rows.truncate(EVENTS);
        Ok(rows)
    }
}

/// Where the weights of a network are, seen from its folder.
fn weights_of(id: Id) -> String {
    match id.way {
        Way::Aware => WEIGHTS.to_owned(),
        Way::Fitted | Way::Plain => format!("../{}/{WEIGHTS}", Id::float(id.seed)),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Input(miette!(
        code = "scan::data",
        help = "`data` in the config names the files of events",
        "cannot read {}: {error}",
        path.display()
    ))
}
