//! Whether a study in the file is the one that is meant: what its trials mean is kept with it, and never changes.

use super::Identity;
use super::error::Trouble;
use super::write::{keep_study_attribute, study_attribute};
use crate::search::domain::Dimension;
use crate::search::trial::Direction;
use rusqlite::{OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The study's attribute that keeps it.
const IDENTITY: &str = "heteroq:identity";

/// What is kept beside the name and the directions, which have tables of their own.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    objectives: Vec<String>,
    dimensions: Vec<Dimension>,
    keys: BTreeMap<String, String>,
}

/// The row of the study that is meant, which is made if there is none of this name in the database at `path`.
pub(super) fn enter(tx: &Transaction, identity: &Identity, path: &Path) -> Result<i64, Trouble> {
    let named = "SELECT study_id FROM studies WHERE study_name = ?1";
    let found: Option<i64> = tx.query_row(named, [&identity.name], |row| row.get(0)).optional()?;
    let Some(study) = found else { return Ok(create(tx, identity)?) };
    let kept = kept(tx, study)?.ok_or_else(|| foreign(identity, path))?;
    let differences = differences(&kept, &directions(tx, study)?, identity);
    match differences.is_empty() {
        true => Ok(study),
        false => Err(refusal(identity, path, &differences)),
    }
}

fn create(tx: &Transaction, identity: &Identity) -> rusqlite::Result<i64> {
    tx.execute("INSERT INTO studies (study_name) VALUES (?1)", [&identity.name])?;
    let study = tx.last_insert_rowid();
    let mut insert =
        tx.prepare("INSERT INTO study_directions (direction, study_id, objective) VALUES (?1, ?2, ?3)")?;
    for (objective, &direction) in identity.directions.iter().enumerate() {
        insert.execute((word(direction), study, objective.cast_signed()))?;
    }
    tx.execute(
        "INSERT INTO study_system_attributes (study_id, \"key\", value_json) VALUES (?1, 'study:metric_names', ?2)",
        (study, json!(identity.objectives).to_string()),
    )?;
    let kept =
        json!({"objectives": identity.objectives, "dimensions": identity.dimensions, "keys": identity.keys});
    keep_study_attribute(tx, study, IDENTITY, &kept)?;
    Ok(study)
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Maximize => "MAXIMIZE",
        Direction::Minimize => "MINIMIZE",
    }
}

fn kept(tx: &Transaction, study: i64) -> Result<Option<Kept>, Trouble> {
    let damaged = |error| Trouble::Damaged(format!("the study's attribute `{IDENTITY}`: {error}"));
    let value = study_attribute(tx, study, IDENTITY)?;
    value.map(serde_json::from_value).transpose().map_err(damaged)
}

fn directions(tx: &Transaction, study: i64) -> rusqlite::Result<Vec<String>> {
    let mut query =
        tx.prepare("SELECT direction FROM study_directions WHERE study_id = ?1 ORDER BY objective")?;
    query.query_map([study], |row| row.get(0))?.collect()
}

fn foreign(identity: &Identity, path: &Path) -> Trouble {
    let message = format!("study `{}` in {} was not begun by a search", identity.name, path.display());
    Trouble::Refused(message, "give the search another name, or keep its study in another folder".to_owned())
}

fn refusal(identity: &Identity, path: &Path, differences: &[String]) -> Trouble {
    let message = format!(
        "study `{}` in {} is another one than this search:\n  {}",
        identity.name,
        path.display(),
        differences.join("\n  ")
    );
    let help = format!(
        "give the search another name or folder (`--study DIR`) to begin a new study, undo the change to go on with the old one, or remove {} if \
         its trials are not needed",
        path.display()
    );
    Trouble::Refused(message, help)
}

/// A line for everything that differs: what the file has, what is asked for.
fn differences(kept: &Kept, directions: &[String], asked: &Identity) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(keys(&kept.keys, &asked.keys));
    lines.extend(goals(kept, directions, asked));
    lines.extend(dimensions(&kept.dimensions, &asked.dimensions));
    lines
}

fn keys(kept: &BTreeMap<String, String>, asked: &BTreeMap<String, String>) -> Vec<String> {
    let names: BTreeSet<&String> = kept.keys().chain(asked.keys()).collect();
    let differ = names.into_iter().filter(|&name| kept.get(name) != asked.get(name));
    let shown = |value: Option<&String>| value.map_or("nothing".to_owned(), Clone::clone);
    differ.map(|name| line(name, &shown(kept.get(name)), &shown(asked.get(name)))).collect()
}

fn goals(kept: &Kept, directions: &[String], asked: &Identity) -> Option<String> {
    let pairs = |names: &[String], words: &[String]| -> String {
        let pair = |(name, word): (&String, &String)| format!("{} {name}", word.to_lowercase());
        names.iter().zip(words).map(pair).collect::<Vec<_>>().join(", ")
    };
    let words: Vec<String> = asked.directions.iter().map(|&d| word(d).to_owned()).collect();
    let (old, new) = (pairs(&kept.objectives, directions), pairs(&asked.objectives, &words));
    (old != new).then(|| line("objectives", &old, &new))
}

fn dimensions(kept: &[Dimension], asked: &[Dimension]) -> Vec<String> {
    let by_name = |all: &[Dimension]| -> BTreeMap<String, String> {
        all.iter().map(|dimension| (format!("choices of {}", dimension.name), choices(dimension))).collect()
    };
    let lines = keys(&by_name(kept), &by_name(asked));
    let order = |all: &[Dimension]| all.iter().map(|d| d.name.clone()).collect::<Vec<_>>().join(", ");
    match lines.is_empty() && order(kept) != order(asked) {
        true => vec![line("order", &order(kept), &order(asked))],
        false => lines,
    }
}

fn choices(dimension: &Dimension) -> String {
    format!("[{}]", dimension.choices.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

fn line(what: &str, kept: &str, asked: &str) -> String {
    format!("{what}: {kept} in the file, {asked} now")
}
