//! The networks of the front, trained again from nothing: the full budget, several seeds. The test file is read here, and
//! nowhere before.
//!
//! ```text
//! search/NAME/trial_0042/config.yaml  weights.safetensors  report.json
//! search/NAME/trial_0042/seed_1/weights.safetensors  figures.json       each training, kept when it is done
//! ```

use super::figures::asic;
use super::metric::{self, mean_auc};
use crate::config::search::Search;
use crate::config::{Arithmetic, Config, Weights};
use crate::flow::hardware::{Hardware, with};
use crate::flow::{Design, Failure, evaluate, train};
use crate::tool;
use crate::verilog::folder::write_file;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;
use tracing::subscriber::NoSubscriber;

/// What is known of one full training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// Its seed.
    pub seed: u64,
    /// The part of the validation events that is classified rightly.
    pub validation_accuracy: f64,
    /// On the test file, if there is one.
    pub test: Option<Tested>,
    /// Bits of parameters and activations.
    pub bits: f64,
    /// Energy of an inference on a 45 nm ASIC, in pJ.
    pub energy: f64,
    /// The hardware with products of shifts and additions.
    pub shift_add: Hardware,
    /// The same with multipliers.
    pub multiply: Hardware,
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

/// What `figures.json` holds.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// What the training was of.
    key: String,
    #[serde(flatten)]
    trained: Trained,
}

/// Trains `config` from nothing with its seed, into `folder`; if that is done already, as `key` says, it reads what came of
/// it.
///
/// # Errors
/// Those of training; a test file that does not fit; a folder that cannot be written.
pub fn trained(
    search: &Search,
    config: &Config,
    folder: &Path,
    key: &str,
    threads: usize,
) -> Result<Trained, Failure> {
    let config = Config { weights: folder.join("weights.safetensors"), ..config.clone() };
    let figures = folder.join("figures.json");
    if let Some(done) = kept(&figures, key).filter(|_| config.weights.exists()) {
        return Ok(done);
    }
    let options = train::Options { output: None, from: None, threads, fresh: false };
    let found = tracing::subscriber::with_default(NoSubscriber::new(), || train::train(&config, &options))?;
    let trained = figures_of(search, &config, found.validation_accuracy)?;
    let kept = Kept { key: key.to_owned(), trained: trained.clone() };
    let text = serde_json::to_string_pretty(&kept).expect("figures are plain data") + "\n";
    tool::uninterrupted(|| write_file(&figures, &text))??;
    Ok(trained)
}

fn kept(figures: &Path, key: &str) -> Option<Trained> {
    let kept: Kept = serde_json::from_str(&fs::read_to_string(figures).ok()?).ok()?;
    (kept.key == key).then_some(kept.trained)
}

/// The figures of the trained network `config`, whose weights file is there.
///
/// # Errors
/// No weights, a network without exact hardware, a test file that does not fit.
pub fn figures_of(search: &Search, config: &Config, validation_accuracy: f64) -> Result<Trained, Failure> {
    let weights = Weights::require(config)?;
    let design = |arithmetic| Design::new(&with(config, arithmetic), &weights);
    let (shift_add, multiply) = (design(Arithmetic::ShiftAdd)?, design(Arithmetic::Multiply)?);
    let test = config.data.test.as_deref().map(|file| tested(search, config, &weights, file)).transpose()?;
    let (bits, energy) = asic(search, config);
    let (shift_add, multiply) = (Hardware::of(&shift_add), Hardware::of(&multiply));
    let seed = config.train.seed;
    Ok(Trained { seed, validation_accuracy, test, bits, energy, shift_add, multiply })
}

/// Its figures on a file, by its scores even where its hardware puts out a class.
fn tested(search: &Search, config: &Config, weights: &Weights, file: &Path) -> Result<Tested, Failure> {
    let mut config = config.clone();
    config.output.argmax = false;
    let found = evaluate::evaluate(&Design::new(&config, weights)?, file, &metric::rates(search.metric))?;
    let metric = metric::of(search.metric, &found);
    Ok(Tested { accuracy: found.accuracy, auc: mean_auc(&found), metric })
}
