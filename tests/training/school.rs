//! Events, configs, and how a training is run.

use heteroq::config::{self, Config};
use heteroq::data::random::Random;
use heteroq::flow::lessons::{self, Lessons};
use heteroq::flow::train::{self, Options, Trained};
use heteroq::flow::{Design, Failure};
use heteroq::train::engine::Engine;
use heteroq::train::network::{Fusion, Network};
use heteroq::train::parameters::Parameters;
use heteroq::train::rule::initial;
use heteroq::train::trainer::{Examples, Trainer};
use ndarray::{Array1, Array2};
use ndarray_npy::NpzWriter;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Features of an event.
pub(crate) const FEATURES: usize = 6;

/// A folder with events in three files: 900 for training, 300 to judge by, 300 that nothing has seen.
pub(crate) struct School(TempDir);

/// Events of `classes` classes: those of a class lie around a centre of its own, not far from the others'.
pub(crate) fn events(rows: usize, classes: usize, seed: u64) -> (Array2<f32>, Vec<u8>) {
    let mut random = Random::new(seed);
    let labels: Vec<u8> = (0..rows).map(|_| u8::try_from(random.below(classes)).unwrap()).collect();
    let mut centres = Random::new(99);
    let centres: Vec<f32> = (0..classes * FEATURES).map(|_| 1.6 * centres.unit() - 0.8).collect();
    let x = Array2::from_shape_fn((rows, FEATURES), |(row, feature)| {
        let spread: f32 = (0..4).map(|_| random.unit() - 0.5).sum();
        centres[usize::from(labels[row]) * FEATURES + feature] + spread
    });
    (x, labels)
}

pub(crate) fn write(path: &Path, (x, y): &(Array2<f32>, Vec<u8>)) {
    let mut npz = NpzWriter::new_compressed(File::create(path).unwrap());
    npz.add_array("x", x).unwrap();
    npz.add_array("y", &Array1::from(y.clone())).unwrap();
    npz.finish().unwrap();
}

impl School {
    /// A school of three classes.
    pub(crate) fn new() -> School {
        School::of(3)
    }

    /// A school of `classes` classes.
    pub(crate) fn of(classes: usize) -> School {
        let school = School(tempfile::tempdir().unwrap());
        for (name, rows, seed) in [("train", 900, 1), ("validation", 300, 2), ("test", 300, 3)] {
            write(&school.path(&format!("{name}.npz")), &events(rows, classes, seed));
        }
        school
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// A network of these layers, YAML of one a line, with these keys of `train`.
    pub(crate) fn config(&self, layers: &str, train: &str) -> Config {
        self.config_of("[6]", layers, train)
    }

    /// The same, events having this shape.
    pub(crate) fn config_of(&self, shape: &str, layers: &str, train: &str) -> Config {
        let layers: String = layers.trim().lines().map(|line| format!("  - {{{}}}\n", line.trim())).collect();
        let text = format!(
            "name: pupil\ninput: {{shape: {shape}, quantizer: \"quantized_bits(8, 2, alpha=1)\"}}\nlayers:\n{layers}\
             data: {{train: train.npz, validation: validation.npz, standardize: true}}\ntrain: {{{train}}}\n"
        );
        config::parse(&text, &self.path("config.yaml")).unwrap_or_else(|error| panic!("{error:?}\n{text}"))
    }

    /// Trains into the file `name`.
    pub(crate) fn train(&self, config: &Config, name: &str, threads: usize) -> Trained {
        self.try_to_train(config, name, threads).unwrap_or_else(shown)
    }

    /// The same on one thread, unless there is a layer without an exact form.
    pub(crate) fn refuses(&self, config: &Config, name: &str) -> bool {
        let failure = self.try_to_train(config, name, 1).err();
        failure.is_some_and(|failure| {
            let report = failure.into_report();
            assert_eq!(
                report.code().map(|code| code.to_string()).as_deref(),
                Some("graph::layer"),
                "{report:?}"
            );
            true
        })
    }

    pub(crate) fn try_to_train(
        &self,
        config: &Config,
        name: &str,
        threads: usize,
    ) -> Result<Trained, Failure> {
        let output = Some(self.path(name));
        train::train(config, &Options { output, from: None, threads, fresh: false })
    }

    /// The design of `config` with the weights in the file `name`.
    pub(crate) fn design(&self, config: &Config, name: &str) -> Design {
        let mut config = config.clone();
        config.weights = self.path(name);
        let weights = config::Weights::require(&config).unwrap_or_else(|error| panic!("{error:?}"));
        Design::new(&config, &weights).unwrap_or_else(shown)
    }
}

pub(crate) fn shown<T>(failure: Failure) -> T {
    panic!("{:?}", failure.into_report())
}

pub(crate) fn lessons(config: &Config) -> Lessons {
    lessons::read(config).unwrap_or_else(shown)
}

/// A training of `config` that has not begun.
pub(crate) fn trainer<'a>(
    config: &'a Config,
    lessons: &'a Lessons,
    fusion: Fusion,
    threads: usize,
) -> Trainer<'a> {
    let network = Network::new(config, fusion, &mut initial::of(config));
    let examples =
        Examples { x: &lessons.train.x, labels: &lessons.train.y, classes: config.label_classes().len() };
    Trainer::new(&config.train, examples, Engine::new(network, threads).unwrap())
}

/// Every number of every parameter, as bits.
pub(crate) type Bits = Vec<(String, Vec<u32>)>;

pub(crate) fn bits(parameters: &Parameters) -> Bits {
    let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect();
    parameters.0.iter().map(|parameter| (parameter.name.clone(), bits(&parameter.values))).collect()
}
