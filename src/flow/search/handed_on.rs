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

/// The weights file of a trial that is done, below the folder of the search.
///
/// # Errors
/// A folder that cannot be written; a signal.
pub fn file(plan: &Plan, trial: &Trial, folder: &Path) -> Result<PathBuf, Failure> {
    let config = plan.network(point(trial), trial.number)?;
    let path = path(plan, &config, trial, folder);
    if !path.exists() {
        let weights = trial::weights(plan, &config)?;
        let parent = folder.join("handed_on");
        fs::create_dir_all(&parent).map_err(|cause| Unwritable { path: parent, cause })?;
        tool::uninterrupted(|| weights.write(&path))?.map_err(Failure::input)?;
    }
    Ok(path)
}

/// Whether it was written.
pub fn is_there(plan: &Plan, trial: &Trial, folder: &Path) -> bool {
    let network = plan.network(point(trial), trial.number);
    network.is_ok_and(|config| path(plan, &config, trial, folder).exists())
}

/// The weights in it.
///
/// # Errors
/// As [`file`]; a file that was changed.
pub fn weights(plan: &Plan, trial: &Trial, folder: &Path) -> Result<Weights, Failure> {
    let weights = file(plan, trial, folder)?;
    let config = plan.network(point(trial), trial.number)?;
    Ok(Weights::require(&Config { weights, ..config })?)
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
    folder.join("handed_on").join(name)
}
