//! The best network of a search in blocks, trained on from the weights that its blocks came to, as `AutoQKerasScheduler` ends:
//! one more way to train it in full, beside those from nothing. Its weights are taken if they do better on the validation
//! events than those of every seed.

use super::handed_on;
use super::last::{self, Trained};
use super::member::Member;
use super::plan::{Plan, WEIGHTS};
use super::results::{self, Found};
use crate::flow::{Failure, resume};
use crate::report::number;
use crate::search::trial::Trial;
use crate::tool;
use crate::verilog::folder::{Unwritable, write_file};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;
use tracing::info;

/// A network that was trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FineTuned {
    /// Its trial.
    pub trial: u64,
    /// What came of it.
    pub trained: Trained,
    /// Whether the weights in the trial's folder are these: by the accuracy on the validation events alone.
    pub is_taken: bool,
}

/// Trains the best of those that were `found` on from its trial's weights.
///
/// # Errors
/// Those of training; a folder that cannot be written.
pub fn fine_tuned(plan: &Plan, trials: &[Trial], found: &Found) -> Result<Option<FineTuned>, Failure> {
    let Some(best) = found.members.first() else { return Ok(None) };
    let Some(trial) = trials.iter().find(|trial| trial.number == best.trial) else { return Ok(None) };
    let folder = results::folder_of(&found.folder, trial.number);
    let from = handed_on::weights(plan, trial, &found.folder)?;
    let (_, config) = plan.written(handed_on::point(trial), trial.number, &folder, None)?;
    let identity = resume::identity(&config, plan.lessons, Some(&from.weights));
    let key = format!("{} {} {}", identity.network, identity.train, identity.data);
    let own = folder.join("fine_tuned");
    let trained = last::trained(plan, &config, Some(&from.path), &own, &key)?;
    let is_taken = is_better(&trained, best);
    if is_taken {
        take(&own, &folder)?;
    }
    let tuned = FineTuned { trial: trial.number, trained, is_taken };
    info!("{}", said(&tuned));
    Ok(Some(tuned))
}

fn is_better(trained: &Trained, member: &Member) -> bool {
    trained.validation_accuracy > results::best(&member.trained).validation_accuracy
}

/// The weights in `own` become those of the network in `folder`.
fn take(own: &Path, folder: &Path) -> Result<(), Failure> {
    let from = own.join(WEIGHTS);
    let weights = fs::read(&from).map_err(|cause| Unwritable { path: from, cause })?;
    tool::uninterrupted(|| write_file(&folder.join(WEIGHTS), &weights))??;
    Ok(())
}

/// It in a line.
pub fn said(tuned: &FineTuned) -> String {
    let FineTuned { trial, trained, is_taken } = tuned;
    let test =
        trained.test.map_or(String::new(), |test| format!(", test {}", number::percent(test.accuracy)));
    let taken = if *is_taken { "these weights are taken" } else { "those of the best seed are kept" };
    format!(
        "trial {trial}, trained on from the weights of its blocks: validation {}{test}; {taken}",
        number::percent(trained.validation_accuracy)
    )
}
