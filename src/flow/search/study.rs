//! Which study a stage's trials belong to, and where it is kept.

use super::plan::Plan;
use super::reference;
use crate::flow::{Failure, resume};
use crate::search::store::{Identity, SqliteStore};
use std::path::Path;

/// The file of all studies of a search.
pub const FILE: &str = "study.db";

/// The study `name` in `folder`, which must be one of this plan.
///
/// # Errors
/// A file that is no store, or cannot be written; a study of something else.
pub fn open(plan: &Plan, name: &str, folder: &Path) -> Result<SqliteStore, Failure> {
    SqliteStore::open(&folder.join(FILE), &identity(plan, name)?).map_err(Failure::input)
}

/// What makes it that study. The number of trials does not, nor what is done with the best ones.
fn identity(plan: &Plan, name: &str) -> Result<Identity, Failure> {
    let trained = resume::identity(&plan.config, plan.lessons, plan.start.as_ref());
    let search = plan.search;
    let named = [
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("network", trained.network),
        ("train", trained.train),
        ("events", trained.data),
        ("epochs", search.epochs.to_string()),
        ("seed", search.seed.to_string()),
        ("sampler", format!("{:?}{}", search.sampler, if search.warm_start { ", warm start" } else { "" })),
        ("goal", format!("{:?}", search.goals)),
        ("judge", format!("{:?}", search.judge)),
        ("metric", format!("{:?}", search.metric)),
        ("reference", reference::identity(search)?),
        ("bits", format!("{:?}", search.bits)),
        ("energy", format!("{:?}", search.energy)),
    ];
    let mut keys = plan.space.beside_names(&plan.config);
    keys.extend(named.map(|(key, value)| (key.to_owned(), value)));
    Ok(Identity {
        name: name.to_owned(),
        dimensions: plan.space.dimensions.clone(),
        directions: plan.directions(),
        objectives: plan.objectives.iter().map(|objective| objective.name.to_owned()).collect(),
        keys,
    })
}
