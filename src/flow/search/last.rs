//! The networks of the front, trained again from nothing: the full budget, several seeds. The test file is read here, and
//! nowhere before.
//!
//! ```text
//! search/NAME/trial_0042/config.yaml  weights.safetensors  report.json
//! search/NAME/trial_0042/seed_1/weights.safetensors  figures.json       each training, kept when it is done
//! ```

use super::figures::{Figures, asic};
use super::kept::{Kept, Outcome};
use super::metric::{self, mean_auc};
use super::plan::{Plan, WEIGHTS};
use crate::config::search::{Metric, Search};
use crate::config::{Arithmetic, Config, Kind, Layer, Validation, Weights};
use crate::flow::hardware::{Hardware, with};
use crate::flow::lessons::{self, Lessons};
use crate::flow::quietly::quietly;
use crate::flow::{Design, Failure, evaluate, train};
use crate::report::number::percent;
use crate::search::score::Costs;
use miette::miette;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;
use tracing::warn;

/// What is known of one full training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// Its seed.
    pub seed: u64,
    /// The part of the validation events that is classified rightly.
    pub validation_accuracy: f64,
    /// The search's metric on them.
    pub validation_metric: f64,
    /// On the test file, if there is one.
    pub test: Option<Tested>,
    /// Bits of parameters and activations.
    pub bits: f64,
    /// Energy of an inference on a 45 nm ASIC, in pJ.
    pub energy: f64,
    /// The hardware, its products made as the config says.
    pub hardware: Hardware,
    /// The hardware with products of shifts and additions.
    pub shift_add: Hardware,
    /// The same with multipliers.
    pub multiply: Hardware,
}

impl Trained {
    /// What it costs.
    pub fn costs(&self) -> Costs {
        self.figures().costs()
    }

    /// What a trial would say of it.
    pub fn figures(&self) -> Figures {
        Figures {
            metric: self.validation_metric,
            accuracy: self.validation_accuracy,
            bits: self.bits,
            energy: self.energy,
            hardware: Some(self.hardware),
        }
    }

    /// How good it is, in a few words.
    pub fn said(&self) -> String {
        let test = self.test.map_or(String::new(), |test| format!(", test {}", percent(test.accuracy)));
        format!("validation {}{test}", percent(self.validation_accuracy))
    }

    /// The part of the test events that is classified rightly; of the validation events, if there is no test file.
    pub fn accuracy(&self) -> f64 {
        self.test.map_or(self.validation_accuracy, |test| test.accuracy)
    }

    /// The search's metric on the same events.
    pub fn metric(&self) -> f64 {
        self.test.map_or(self.validation_metric, |test| test.metric)
    }
}

/// Figures on the test file.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    /// The fraction of events that is classified rightly, by the exact net.
    pub accuracy: f64,
    /// The mean area under the ROC curves of all classes.
    pub auc: f64,
    /// The search's metric.
    pub metric: f64,
}

/// That the test file, if there is one, can be opened, long before it is read.
///
/// # Errors
/// It cannot.
pub fn require_test_file(config: &Config) -> Result<(), Failure> {
    let Some(file) = &config.data.test else { return Ok(()) };
    fs::File::open(file).map(drop).map_err(|cause| {
        Failure::Input(miette!(
            code = "search::no_test_events",
            help =
                "the best networks are tested with it in the end: put it there, or remove `test` from `data`",
            "cannot read the test file {}: {cause}",
            file.display()
        ))
    })
}

/// Trains `config` with its seed, from nothing or from a weights file, into `folder`; if that is done already, as `key` says,
/// it reads what came of it. With another test file than before it is tested again.
///
/// # Errors
/// Data that does not fit; a folder that cannot be written; a signal.
pub fn trained(
    plan: &Plan,
    config: &Config,
    from: Option<&Path>,
    folder: &Path,
    key: &str,
) -> Result<Outcome, Failure> {
    if let Some(done) = kept(config, folder, key) {
        return Ok(done);
    }
    let config = Config { weights: folder.join(WEIGHTS), ..config.clone() };
    let before = Kept::read(folder, key).and_then(|kept| kept.trained).filter(|_| config.weights.exists());
    let accuracy = before.map_or_else(|| learned(plan, &config, from), |one| Ok(one.validation_accuracy));
    let outcome = match accuracy.and_then(|accuracy| quietly(|| figures_of(plan, &config, accuracy))) {
        Ok(trained) => Ok(trained),
        Err(Failure::Design(why)) => Err(why.to_string()),
        Err(failure) => return Err(failure),
    };
    Kept::of(&config, key, &outcome).write(folder)?;
    Ok(outcome)
}

/// The part of its validation events that `config` classifies rightly once it is trained. Where it cannot go on, what it had come
/// to is worth keeping, as in a trial.
fn learned(plan: &Plan, config: &Config, from: Option<&Path>) -> Result<f64, Failure> {
    let from = from.map(Path::to_owned);
    let options = train::Options { output: None, from, threads: plan.threads, fresh: false };
    let (found, lost) = quietly(|| train::as_far_as_it_goes(config, &options))?;
    if let Some(lost) = lost {
        let (file, why) = (config.weights.display(), lost.into_report());
        warn!("{file} are those of epoch {}: {why}", found.best_epoch);
    }
    Ok(found.validation_accuracy)
}

/// What came of the training of `config` in `folder`, if it is done, and is what `key` says.
pub fn kept(config: &Config, folder: &Path, key: &str) -> Option<Outcome> {
    Kept::read(folder, key)?.outcome(config, folder)
}

/// The figures of the trained network `config`, whose weights file is there.
fn figures_of(plan: &Plan, config: &Config, accuracy: f64) -> Result<Trained, Failure> {
    let weights = Weights::require(config)?;
    let metric = match plan.search.metric {
        Metric::Accuracy => accuracy,
        other => {
            let own = own_lessons(plan, config)?;
            metric::of_exact(other, config, &weights, own.as_ref().unwrap_or(plan.lessons))?
        }
    };
    figures(plan.search, config, &weights, accuracy, metric)
}

/// What a training is judged by, where its seed draws other validation events than those of the trials.
fn own_lessons(plan: &Plan, config: &Config) -> Result<Option<Lessons>, Failure> {
    let draws = matches!(config.data.validation, Validation::Fraction(_));
    let is_other = draws && config.train.seed != plan.config.train.seed;
    is_other.then(|| lessons::read(config)).transpose()
}

/// The figures of the network `config` with `weights`: this accuracy and metric on its validation events are known already.
///
/// # Errors
/// A network without exact hardware; a test file that does not fit.
pub fn figures(
    search: &Search,
    config: &Config,
    weights: &Weights,
    validation_accuracy: f64,
    validation_metric: f64,
) -> Result<Trained, Failure> {
    let test = config.data.test.as_deref().map(|file| tested(search, config, weights, file)).transpose()?;
    let hardware = |config: &Config| Design::new(config, weights).map(|design| Hardware::of(&design));
    let shift_add = hardware(&with(config, Arithmetic::ShiftAdd))?;
    let multiply = hardware(&with(config, Arithmetic::Multiply))?;
    let hardware = match arithmetic(config) {
        Some(Arithmetic::ShiftAdd) => shift_add,
        Some(Arithmetic::Multiply) => multiply,
        None => hardware(config)?,
    };
    let Costs { bits, energy, .. } = asic(search, config);
    let seed = config.train.seed;
    Ok(Trained {
        seed,
        validation_accuracy,
        validation_metric,
        test,
        bits,
        energy,
        hardware,
        shift_add,
        multiply,
    })
}

/// How the products of `config` are made, if all of them are made in the same way.
fn arithmetic(config: &Config) -> Option<Arithmetic> {
    let of = |layer: &Layer| match &layer.kind {
        Kind::Dense(dense) => Some(dense.arithmetic),
        _ => None,
    };
    let first = config.hardware.arithmetic;
    config.layers.iter().filter_map(of).all(|other| other == first).then_some(first)
}

/// Its figures on a file, by its scores even where its hardware puts out a class.
fn tested(search: &Search, config: &Config, weights: &Weights, file: &Path) -> Result<Tested, Failure> {
    let mut config = config.clone();
    config.output.argmax = false;
    let found = evaluate::evaluate(&Design::new(&config, weights)?, file, &metric::rates(search.metric))?;
    let metric = metric::of(search.metric, &found);
    Ok(Tested { accuracy: found.accuracy, auc: mean_auc(&found), metric })
}
