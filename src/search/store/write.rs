//! How what is known of a study and its trials is written: in Optuna's way, so that it reads the same there.

use super::sqlite::Study;
use super::{Claim, Outcome};
use crate::search::domain::{Choice, Dimension, Point};
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The trial's attribute that says who works on it.
pub(super) const OWNER: &str = "heteroq:owner";
/// The trial's attribute that says which one it is, whatever number of workers died over it.
pub(super) const TRIAL: &str = "trial";
/// The trial's attribute that says why it has no values.
pub(super) const FAILURE: &str = "failure";
/// The trial's attribute that says by how much it is over the budget.
pub(super) const CONSTRAINTS: &str = "constraints";

/// The moment, as Optuna's columns want it.
const NOW: &str = "strftime('%Y-%m-%d %H:%M:%f000', 'now')";

/// Whether the trial is in the hands of the claim's owner.
pub(super) fn is_ours(tx: &Transaction, claim: &Claim) -> rusqlite::Result<bool> {
    let held = "SELECT 1 FROM trials JOIN trial_system_attributes USING (trial_id) \
                WHERE trial_id = ?1 AND state = 'RUNNING' AND \"key\" = ?2 AND value_json = ?3";
    tx.prepare(held)?.exists((claim.id, OWNER, json!(claim.token).to_string()))
}

/// A new trial of the study in state `WAITING`, with its logical number; its row.
pub(super) fn add(tx: &Transaction, study: i64, logical: u64) -> rusqlite::Result<i64> {
    let number: i64 =
        tx.query_row("SELECT count(*) FROM trials WHERE study_id = ?1", [study], |row| row.get(0))?;
    tx.execute("INSERT INTO trials (number, study_id, state) VALUES (?1, ?2, 'WAITING')", (number, study))?;
    let id = tx.last_insert_rowid();
    set_user(tx, id, TRIAL, &json!(logical))?;
    Ok(id)
}

/// The trial is in work from now on.
pub(super) fn begin(tx: &Transaction, id: i64, token: &str) -> rusqlite::Result<()> {
    let sql = format!("UPDATE trials SET state = 'RUNNING', datetime_start = {NOW} WHERE trial_id = ?1");
    tx.execute(&sql, [id])?;
    set_system(tx, id, OWNER, &json!(token).to_string())
}

/// The trial waits, as if nobody had begun it.
pub(super) fn suspend(tx: &Transaction, id: i64) -> rusqlite::Result<()> {
    tx.execute("UPDATE trials SET state = 'WAITING', datetime_start = NULL WHERE trial_id = ?1", [id])?;
    tx.execute("DELETE FROM trial_system_attributes WHERE trial_id = ?1 AND \"key\" = ?2", (id, OWNER))?;
    tx.execute("DELETE FROM trial_intermediate_values WHERE trial_id = ?1", [id])?;
    Ok(())
}

/// What came of a trial.
pub(super) fn end(
    tx: &Transaction,
    id: i64,
    outcome: &Outcome,
    figures: &BTreeMap<String, Value>,
) -> rusqlite::Result<()> {
    for (name, value) in figures {
        set_user(tx, id, name, value)?;
    }
    match outcome {
        Outcome::Complete { values, violation } => complete(tx, id, values, *violation),
        Outcome::Pruned => close(tx, id, "PRUNED"),
        Outcome::Failed(why) => fail(tx, id, why),
    }
}

fn complete(tx: &Transaction, id: i64, values: &[f64], violation: f64) -> rusqlite::Result<()> {
    if let Some(objective) = values.iter().position(|value| value.is_nan()) {
        return fail(tx, id, &format!("value {objective} is not a number"));
    }
    let mut insert = tx.prepare(
        "INSERT OR REPLACE INTO trial_values (trial_id, objective, value, value_type) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (objective, &value) in values.iter().enumerate() {
        let (number, kind) = stored(value);
        insert.execute((id, objective.cast_signed(), number, kind))?;
    }
    set_system(tx, id, CONSTRAINTS, &format!("[{}]", python(violation)))?;
    close(tx, id, "COMPLETE")
}

/// It has no values, for this reason.
pub(super) fn fail(tx: &Transaction, id: i64, why: &str) -> rusqlite::Result<()> {
    set_user(tx, id, FAILURE, &json!(why))?;
    close(tx, id, "FAIL")
}

fn close(tx: &Transaction, id: i64, state: &str) -> rusqlite::Result<()> {
    let sql = format!("UPDATE trials SET state = ?2, datetime_complete = {NOW} WHERE trial_id = ?1");
    tx.execute(&sql, (id, state)).map(|_| ())
}

/// What is tried.
pub(super) fn point(tx: &Transaction, study: &Study, id: i64, point: &Point) -> rusqlite::Result<()> {
    let mut insert = tx.prepare(
        "INSERT OR REPLACE INTO trial_params (trial_id, param_name, param_value, distribution_json) \
         VALUES (?1, ?2, ?3, ?4)",
    )?;
    for ((dimension, distribution), &place) in study.dimensions.iter().zip(&study.distributions).zip(point) {
        insert.execute((id, &dimension.name, place.cast_signed(), distribution))?;
    }
    Ok(())
}

/// How good it is after `step` epochs.
pub(super) fn step(tx: &Transaction, id: i64, step: u64, value: f64) -> rusqlite::Result<()> {
    let (number, kind) = stored(value);
    tx.execute(
        "INSERT OR REPLACE INTO trial_intermediate_values \
         (trial_id, step, intermediate_value, intermediate_value_type) VALUES (?1, ?2, ?3, ?4)",
        (id, step.cast_signed(), number, kind),
    )?;
    Ok(())
}

/// A number in two columns: what SQL may have no word for is a type.
fn stored(value: f64) -> (Option<f64>, &'static str) {
    match value {
        _ if value.is_nan() => (None, "NAN"),
        f64::INFINITY => (None, "INF_POS"),
        f64::NEG_INFINITY => (None, "INF_NEG"),
        _ => (Some(value), "FINITE"),
    }
}

/// A number as Python's `json` writes and reads it.
fn python(value: f64) -> String {
    match value {
        _ if value.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "Infinity".to_owned(),
        f64::NEG_INFINITY => "-Infinity".to_owned(),
        _ => json!(value).to_string(),
    }
}

/// A dimension as Optuna keeps it, in `distribution_json`.
pub(super) fn distribution(dimension: &Dimension) -> String {
    let choice = |choice: &Choice| match choice {
        Choice::Text(text) => json!(text).to_string(),
        Choice::Number(number) => python(*number),
    };
    let choices: Vec<String> = dimension.choices.iter().map(choice).collect();
    let choices = choices.join(", ");
    format!(r#"{{"name": "CategoricalDistribution", "attributes": {{"choices": [{choices}]}}}}"#)
}

fn set_user(tx: &Transaction, id: i64, name: &str, value: &Value) -> rusqlite::Result<()> {
    let sql =
        "INSERT OR REPLACE INTO trial_user_attributes (trial_id, \"key\", value_json) VALUES (?1, ?2, ?3)";
    tx.execute(sql, (id, name, value.to_string())).map(|_| ())
}

/// An attribute of a trial that belongs to the machinery, as JSON.
pub(super) fn set_system(tx: &Transaction, id: i64, name: &str, json: &str) -> rusqlite::Result<()> {
    let sql =
        "INSERT OR REPLACE INTO trial_system_attributes (trial_id, \"key\", value_json) VALUES (?1, ?2, ?3)";
    tx.execute(sql, (id, name, json)).map(|_| ())
}

/// An attribute of the study.
pub(super) fn study_attribute(
    database: &Connection,
    study: i64,
    name: &str,
) -> rusqlite::Result<Option<Value>> {
    let sql = "SELECT value_json FROM study_user_attributes WHERE study_id = ?1 AND \"key\" = ?2";
    let text: Option<String> = database.query_row(sql, (study, name), |row| row.get(0)).optional()?;
    Ok(text.map(|text| super::read::json(&text)))
}

/// Keeps it, unless there is one.
pub(super) fn keep_study_attribute(
    tx: &Transaction,
    study: i64,
    name: &str,
    value: &Value,
) -> rusqlite::Result<()> {
    let sql =
        "INSERT OR IGNORE INTO study_user_attributes (study_id, \"key\", value_json) VALUES (?1, ?2, ?3)";
    tx.execute(sql, (study, name, value.to_string())).map(|_| ())
}
