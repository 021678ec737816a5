//! What came of a full training, in `figures.json` beside its weights, so that it is done once.

use super::last::Trained;
use super::plan::WEIGHTS;
use crate::config::{Config, Weights};
use crate::flow::lessons::Lessons;
use crate::flow::{Failure, resume};
use crate::tool;
use crate::verilog::folder::write_file;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// The file.
const FIGURES: &str = "figures.json";

/// What is known of a full training, or why it comes to nothing and would again.
pub type Outcome = Result<Trained, String>;

/// What the file holds.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    /// What the training was of.
    key: String,
    /// The hash of the test file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tested_with: Option<String>,
    /// Why there are no figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// The figures.
    #[serde(flatten)]
    pub(super) trained: Option<Trained>,
}

impl Kept {
    /// This came of the training of `config`, as far as `key` says what that is.
    pub(super) fn of(config: &Config, key: &str, outcome: &Outcome) -> Kept {
        let test = config.data.test.as_deref().and_then(hash_of);
        let (failure, trained) = (outcome.clone().err(), outcome.clone().ok());
        Kept { key: key.to_owned(), tested_with: test.filter(|_| trained.is_some()), failure, trained }
    }

    /// What is in `folder`, if it is what `key` says.
    pub(super) fn read(folder: &Path, key: &str) -> Option<Kept> {
        let kept: Kept = serde_json::from_str(&fs::read_to_string(folder.join(FIGURES)).ok()?).ok()?;
        (kept.key == key).then_some(kept)
    }

    /// Writes it into `folder`.
    ///
    /// # Errors
    /// A folder that cannot be written; a signal.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).expect("figures are plain data") + "\n";
        Ok(tool::uninterrupted(|| write_file(&folder.join(FIGURES), &text))??)
    }

    /// What came of it, if its weights are in `folder`, and were tested with the test file of `config` as it is.
    pub(super) fn outcome(self, config: &Config, folder: &Path) -> Option<Outcome> {
        match (self.failure, self.trained) {
            (Some(why), _) => Some(Err(why)),
            (None, Some(trained)) => {
                let is_whole = folder.join(WEIGHTS).exists();
                (is_whole && is_tested(&trained, self.tested_with.as_ref(), config)).then_some(Ok(trained))
            }
            (None, None) => None,
        }
    }
}

/// Whether the test was with the test file of `config` as it is. A file that cannot be read counts as the same.
fn is_tested(trained: &Trained, tested_with: Option<&String>, config: &Config) -> bool {
    match &config.data.test {
        None => trained.test.is_none(),
        Some(file) => trained.test.is_some() && hash_of(file).is_none_or(|hash| Some(&hash) == tested_with),
    }
}

/// What a training depends on that starts from these weights: the network, how it is trained, the events, this program.
pub(super) fn key(config: &Config, lessons: &Lessons, start: Option<&Weights>) -> String {
    let identity = resume::identity(config, lessons, start);
    format!("{} {} {}", identity.network, identity.train, identity.data)
}

fn hash_of(file: &Path) -> Option<String> {
    fs::read(file).ok().map(|bytes| resume::hash(&[&bytes]))
}
