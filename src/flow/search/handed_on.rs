//! The weights of a trial, for those that start from them: it is trained once more, and what it comes to is kept under a name
//! that says of what training it is.
//!
//! ```text
//! search/NAME/handed_on/trial_0007_5c03….safetensors
//! ```

use super::plan::Plan;
use super::trial;
use crate::config::{Config, Weights};
use crate::flow::{Failure, resume};
use crate::search::trial::Trial;
use crate::tool;
use crate::verilog::folder::Unwritable;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of all of them, in that of the search.
const FOLDER: &str = "handed_on";

/// A weights file, and what is in it.
#[derive(Debug)]
pub struct HandedOn {
    /// The file.
    pub path: PathBuf,
    /// The weights.
    pub weights: Weights,
}

/// The weights of a trial that is done, in a file below the folder of the search. A file that is damaged is written again.
///
/// # Errors
/// A folder that cannot be written; a signal.
pub fn weights(plan: &Plan, trial: &Trial, folder: &Path) -> Result<HandedOn, Failure> {
    let config = plan.network(point(trial), trial.number)?;
    let path = path(plan, &config, trial, folder);
    let there = Config { weights: path.clone(), ..config.clone() };
    if let Ok(Some(weights)) = Weights::read(&there) {
        return Ok(HandedOn { path, weights });
    }
    let weights = trial::weights(plan, &config)?;
    let parent = folder.join(FOLDER);
    fs::create_dir_all(&parent).map_err(|cause| Unwritable { path: parent, cause })?;
    tool::uninterrupted(|| weights.write(&path))?.map_err(Failure::input)?;
    Ok(HandedOn { weights: Weights::require(&there)?, path })
}

/// Whether they were written.
pub fn is_there(plan: &Plan, trial: &Trial, folder: &Path) -> bool {
    let network = plan.network(point(trial), trial.number);
    network.is_ok_and(|config| path(plan, &config, trial, folder).exists())
}

/// The point of a trial that is done.
pub fn point(trial: &Trial) -> &[usize] {
    trial.point.as_ref().expect("a trial that is done has a point")
}

/// Of another network, seed, start or other events, it has another name.
fn path(plan: &Plan, config: &Config, trial: &Trial, folder: &Path) -> PathBuf {
    let identity = resume::identity(config, plan.lessons, plan.start.as_ref());
    let [network, train, data] = [&identity.network, &identity.train, &identity.data].map(|hash| &hash[..12]);
    let name = format!("trial_{:04}_{network}{train}{data}.safetensors", trial.number);
    folder.join(FOLDER).join(name)
}
