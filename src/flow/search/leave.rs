//! The files that a search leaves: its best networks, each with its config, its weights and its report; tables and pictures.
//!
//! ```text
//! search/NAME/study.db  search.md  front.csv  trials.csv  front.svg  bits.svg
//! search/NAME/trial_0042/config.yaml  weights.safetensors  report.json
//! ```

use super::member::Member;
use super::plan::{Plan, WEIGHTS};
use super::results::{self, Found};
use super::{csv, handed_on, pictures, summary};
use crate::flow::Failure;
use crate::search::trial::Trial;
use crate::tool;
use crate::verilog::folder::{Unwritable, write_file};
use std::fs;
use std::path::Path;

/// Config, weights and report of a member, in a folder of its own.
///
/// # Errors
/// A folder that cannot be written.
pub fn member(plan: &Plan, trial: &Trial, member: &Member, folder: &Path) -> Result<(), Failure> {
    let from = results::taken_from(member, folder).join(WEIGHTS);
    let weights = fs::read(&from).map_err(|cause| Unwritable { path: from, cause })?;
    let folder = results::folder_of(folder, member.trial);
    let (text, _) =
        plan.written(handed_on::point(trial), trial.number, &folder, Some(member.taken().seed))?;
    let report = serde_json::to_string_pretty(member).expect("figures are plain data") + "\n";
    tool::uninterrupted(|| {
        write_new(&folder.join(WEIGHTS), &weights)?;
        write_new(&folder.join("config.yaml"), text.as_bytes())?;
        write_new(&folder.join("report.json"), report.as_bytes())
    })??;
    Ok(())
}

/// Tables and pictures.
///
/// # Errors
/// As [`member`].
pub fn all(plan: &Plan, found: &Found) -> Result<(), Failure> {
    let Found { folder, members, front, trials, .. } = found;
    let pictures = pictures::pictures(plan, trials, members, front);
    let tables = [
        ("search.md", summary::markdown(plan, found, &pictures)),
        ("front.csv", csv::front(plan, members, front)),
        ("trials.csv", csv::trials(plan, trials)),
    ];
    let tables = tables.map(|(name, text)| (name.to_owned(), text));
    let files = tables.into_iter().chain(pictures);
    let mut write = |(name, text): (String, String)| write_new(&folder.join(name), text.as_bytes());
    tool::uninterrupted(|| files.into_iter().try_for_each(&mut write))??;
    Ok(())
}

/// Writes a file, unless it holds these bytes already.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Unwritable> {
    match fs::read(path) {
        Ok(old) if old == bytes => Ok(()),
        _ => write_file(path, bytes),
    }
}
