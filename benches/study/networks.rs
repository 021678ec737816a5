//! The networks of the study: trained in full, each training kept when it is done.

use crate::parallel;
use crate::protocol::Protocol;
use heteroq::config::convert::change::{Changes, changed};
use heteroq::config::convert::requantize::Place;
use heteroq::config::search::Search;
use heteroq::config::{Config, Dense, Kind, Layer, Weights};
use heteroq::flow::quietly::quietly;
use heteroq::flow::search::last::{self, Trained};
use heteroq::flow::{Failure, train};
use heteroq::tool;
use heteroq::verilog::folder::{Unwritable, write_file};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use tracing::info;

/// A network and its full trainings.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    /// What it is called.
    pub(crate) name: String,
    /// Its layers, in words.
    pub(crate) layers: Vec<String>,
    /// What came of each training, in the order of the seeds.
    pub(crate) trained: Vec<Trained>,
}

/// Where networks are trained and kept.
#[derive(Debug)]
pub(crate) struct School<'a> {
    /// The terms of the study.
    pub(crate) protocol: &'a Protocol,
    /// What bits and energy count.
    pub(crate) search: Search,
    /// The hash of the jets.
    jets: String,
}

/// What `figures.json` holds.
#[derive(Serialize, Deserialize)]
struct Kept<T> {
    /// What it was found from.
    key: String,
    found: T,
}

impl School<'_> {
    /// A school for networks like `config`, which has a search.
    pub(crate) fn new<'a>(protocol: &'a Protocol, config: &Config) -> Result<School<'a>, Failure> {
        let mut hash = Sha256::new();
        for path in [&config.data.train, &config.data.test].into_iter().flatten() {
            hash.update(fs::read(path).map_err(|cause| Unwritable { path: path.clone(), cause })?);
        }
        let search = config.search.clone().expect("the config of a search");
        Ok(School { protocol, search, jets: hex(hash) })
    }

    /// The full trainings of each of these networks with each of the seeds.
    pub(crate) fn all(
        &self,
        wanted: &[(String, Config)],
        seeds: impl Iterator<Item = u64> + Clone,
    ) -> Result<Vec<Network>, Failure> {
        let one = |(name, config): &(String, Config), seed| (name.clone(), with_seed(config, seed));
        let tasks = wanted.iter().flat_map(|network| seeds.clone().map(move |seed| one(network, seed)));
        let mut trained = parallel::each(tasks.collect(), |(name, config)| self.train(&name, &config))?;
        let count = seeds.count();
        let network = |(name, config): &(String, Config)| Network {
            name: name.clone(),
            layers: words(config),
            trained: trained.drain(..count).collect(),
        };
        Ok(wanted.iter().map(network).collect())
    }

    /// One training of a network, with the seed of its config.
    fn train(&self, name: &str, config: &Config) -> Result<Trained, Failure> {
        self.kept(name, config, |folder| {
            let config = Config { weights: folder.join("weights.safetensors"), ..config.clone() };
            let found = learn(&config)?;
            last::figures(&self.search, &config, &Weights::require(&config)?, found, found)
        })
    }

    /// What `make` finds of the network `config` in a folder of its own, unless it is there already.
    pub(crate) fn kept<T: Serialize + DeserializeOwned>(
        &self,
        name: &str,
        config: &Config,
        make: impl FnOnce(&Path) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let (folder, key) = (self.folder(name, config.train.seed), self.key(config));
        let path = folder.join("figures.json");
        let old = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str::<Kept<T>>(&text).ok());
        if let Some(kept) = old.filter(|kept| kept.key == key) {
            return Ok(kept.found);
        }
        fs::create_dir_all(&folder).map_err(|cause| Unwritable { path: folder.clone(), cause })?;
        let found = make(&folder)?;
        let text = serde_json::to_string_pretty(&Kept { key, found: &found }).expect("plain data") + "\n";
        tool::uninterrupted(|| write_file(&path, &text))??;
        info!("{name}, seed {}: done", config.train.seed);
        Ok(found)
    }

    /// The folder of one training.
    pub(crate) fn folder(&self, name: &str, seed: u64) -> PathBuf {
        self.protocol.folder.join("networks").join(name).join(format!("seed_{seed}"))
    }

    /// What a training depends on: the network, how it is trained, the jets, this program.
    fn key(&self, config: &Config) -> String {
        let mut hash = Sha256::new();
        let (design, train) = (config.design(), format!("{:?} {:?}", config.train, config.data.test));
        for part in [env!("CARGO_PKG_VERSION"), &self.jets, &design, &train] {
            hash.update(part);
        }
        hex(hash)
    }
}

/// Trains `config`; the accuracy on its validation jets.
pub(crate) fn learn(config: &Config) -> Result<f64, Failure> {
    let options = train::Options { output: None, from: None, threads: 1, fresh: false };
    let trained = quietly(|| train::train(config, &options))?;
    Ok(trained.validation_accuracy)
}

/// `config` with these changes, as if its file had been written so.
pub(crate) fn in_place(config: &Config, changes: &Changes) -> Result<Config, Failure> {
    let output = Path::new(config.source.name());
    let place = Place { output, old_folder: Path::new(""), weights: "weights.safetensors" };
    Ok(changed(config, changes, &place)?.1)
}

/// `config`, to be trained with this seed.
pub(crate) fn with_seed(config: &Config, seed: u64) -> Config {
    let mut config = config.clone();
    config.train.seed = seed;
    config
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Each layer of a network in words: name, neurons, quantizers.
pub(crate) fn words(config: &Config) -> Vec<String> {
    config.layers.iter().filter_map(layer).collect()
}

fn layer(layer: &Layer) -> Option<String> {
    let Kind::Dense(Dense { units, kernel, bias, .. }) = &layer.kind else { return None };
    let quantizers = [kernel, bias, &layer.activation].into_iter().flatten();
    let quantizers: Vec<String> = quantizers.map(|spec| format!("`{}`", spec.text())).collect();
    Some(format!("{units}: {}", quantizers.join(" ")))
}
