//! The best network of a search in blocks, trained on from the weights that its blocks came to, as `AutoQKerasScheduler` ends:
//! one more way to train it in full, beside those from nothing. Its weights are taken if they do better on the validation
//! events than those of every seed. The network ranks by its trainings from nothing all the same.
//!
//! ```text
//! search/NAME/trial_0042/fine_tuned/weights.safetensors  figures.json
//! ```

use super::handed_on;
use super::last::{self, Trained};
use super::member::Member;
use super::plan::Plan;
use super::{kept, results};
use crate::config::Config;
use crate::flow::Failure;
use crate::search::trial::Trial;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use tracing::{info, warn};

/// A network that was trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FineTuned {
    /// What came of it.
    pub trained: Trained,
    /// Whether these weights are those of the network: by the accuracy on the validation events alone.
    pub is_taken: bool,
}

impl FineTuned {
    fn of(member: &Member, trained: Trained) -> FineTuned {
        let is_taken = trained.validation_accuracy > member.best_seed().validation_accuracy;
        FineTuned { trained, is_taken }
    }
}

/// Where that happens, in the folder of the trial's network.
pub(super) fn folder_of(network: &Path) -> PathBuf {
    network.join("fine_tuned")
}

/// Trains the network of `trial`, which is `member`, on from the trial's weights; if that is done already, it reads what came of
/// it. None if it comes to nothing.
///
/// # Errors
/// Those of training; a folder that cannot be written.
pub fn tuned(
    plan: &Plan,
    trial: &Trial,
    member: &Member,
    folder: &Path,
) -> Result<Option<FineTuned>, Failure> {
    let Training { config, from, folder, key } = Training::of(plan, trial, folder)?;
    let is_new = last::kept(&config, &folder, &key).is_none();
    let outcome = last::trained(plan, &config, Some(&from), &folder, &key)?;
    let tuned = outcome.as_ref().ok().map(|trained| FineTuned::of(member, trained.clone()));
    match (&tuned, &outcome) {
        (Some(tuned), _) if is_new => info!("{}", said(trial.number, tuned)),
        (_, Err(why)) if is_new => warn!("trial {} cannot be trained on: {why}", trial.number),
        _ => {}
    }
    Ok(tuned)
}

/// The same, if it is done.
///
/// # Errors
/// A config that cannot be written for the folder of the trial.
pub fn kept(
    plan: &Plan,
    trial: &Trial,
    member: &Member,
    folder: &Path,
) -> Result<Option<Option<FineTuned>>, Failure> {
    if !handed_on::is_there(plan, trial, folder) {
        return Ok(None);
    }
    let Training { config, folder, key, .. } = Training::of(plan, trial, folder)?;
    let outcome = last::kept(&config, &folder, &key);
    Ok(outcome.map(|outcome| outcome.ok().map(|trained| FineTuned::of(member, trained))))
}

/// What is trained on, and where.
struct Training {
    config: Config,
    from: PathBuf,
    folder: PathBuf,
    key: String,
}

impl Training {
    fn of(plan: &Plan, trial: &Trial, folder: &Path) -> Result<Training, Failure> {
        let from = handed_on::weights(plan, trial, folder)?;
        let network = results::folder_of(folder, trial.number);
        let (_, config) = plan.written(handed_on::point(trial), trial.number, &network, None)?;
        let key = kept::key(&config, plan.lessons, Some(&from.weights));
        Ok(Training { config, from: from.path, folder: folder_of(&network), key })
    }
}

/// What came of it for the network of a trial, in a line.
pub fn said(trial: u64, FineTuned { trained, is_taken }: &FineTuned) -> String {
    let taken = if *is_taken { "these weights are taken" } else { "those of the best seed are kept" };
    format!("trial {trial}, trained on from the weights of its blocks: {}; {taken}", trained.said())
}
