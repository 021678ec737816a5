//! Which trial a worker gets next, and what becomes of those of the dead.

use super::error::Trouble;
use super::read::{Reader, Row, latest, rows};
use super::sqlite::Study;
use super::worker::Worker;
use super::write;
use super::{Claim, Next};
use crate::search::domain::Point;
use crate::search::trial::State;
use rusqlite::{OptionalExtension, Transaction};
use serde_json::{Value, json};

/// After so many workers have died over one trial, it is taken for the cause, and has failed.
const MOST_DEATHS: usize = 10;

/// The next of the first `total` trials.
pub(super) fn next(
    tx: &Transaction,
    study: &Study,
    worker: &mut Worker,
    total: u64,
) -> Result<Next, Trouble> {
    bury(tx, study, worker)?;
    let trials = latest(&rows(tx, study.id)?);
    let mut wanted = trials.iter().filter(|row| row.logical < total);
    if let Some(row) = wanted.clone().find(|row| row.state == State::Waiting) {
        let point = Reader::new(tx, study)?.point(row.id)?;
        if let Some(point) = &point {
            write::point(tx, study, row.id, point)?; // one that was only asked for is tried from now on
        }
        return Ok(Next::Trial(claim(tx, worker, row.logical, row.id, point)?));
    }
    let known = trials.len() as u64;
    if known < total {
        let id = write::add(tx, study.id, known)?;
        return Ok(Next::Trial(claim(tx, worker, known, id, None)?));
    }
    let is_watched = |row: &Row| row.state == State::Running && row.owner.is_some();
    Ok(if wanted.any(is_watched) { Next::Wait } else { Next::Done })
}

fn claim(
    tx: &Transaction,
    worker: &mut Worker,
    number: u64,
    id: i64,
    point: Option<Point>,
) -> rusqlite::Result<Claim> {
    let token = worker.sign();
    write::begin(tx, id, &token)?;
    Ok(Claim { number, id, token, point })
}

/// Trials of dead workers fail, and wait again in another row unless too many have died over them. Those that Optuna runs are
/// its own.
fn bury(tx: &Transaction, study: &Study, worker: &Worker) -> Result<(), Trouble> {
    let rows = rows(tx, study.id)?;
    for row in rows.iter().filter(|row| row.state == State::Running) {
        let Some(owner) = &row.owner else { continue };
        if worker.sees(owner)? {
            continue;
        }
        match rows.iter().filter(|attempt| attempt.logical == row.logical).count() {
            ..MOST_DEATHS => retry(tx, study, row)?,
            deaths => {
                write::fail(tx, row.id, &format!("{deaths} workers have died over it, one after the other"))?;
            }
        }
    }
    Ok(())
}

/// As Optuna's `RetryHeartbeatStaleTrialCallback`: the copy has parameters and attributes, and says whose copy it is.
fn retry(tx: &Transaction, study: &Study, row: &Row) -> rusqlite::Result<()> {
    let copy = write::add(tx, study.id, row.logical)?;
    tx.execute(
        "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) \
         SELECT ?2, param_name, param_value, distribution_json FROM trial_params WHERE trial_id = ?1 ORDER BY param_id",
        (row.id, copy),
    )?;
    for table in ["trial_user_attributes", "trial_system_attributes"] {
        let sql = format!(
            "INSERT OR REPLACE INTO {table} (trial_id, \"key\", value_json) \
             SELECT ?2, \"key\", value_json FROM {table} WHERE trial_id = ?1 AND \"key\" <> ?3"
        );
        tx.execute(&sql, (row.id, copy, write::OWNER))?;
    }
    name_first(tx, row, copy)?;
    write::fail(tx, row.id, "its worker ended before it did")
}

/// `failed_trial` is the first attempt, `retry_history` all of them before this.
fn name_first(tx: &Transaction, row: &Row, copy: i64) -> rusqlite::Result<()> {
    let sql =
        "SELECT value_json FROM trial_system_attributes WHERE trial_id = ?1 AND \"key\" = 'retry_history'";
    let before: Option<String> = tx.query_row(sql, [copy], |r| r.get(0)).optional()?;
    let mut history = match before.map(|text| super::read::json(&text)) {
        Some(Value::Array(history)) => history,
        _ => Vec::new(),
    };
    history.push(json!(row.number));
    write::set_system(tx, copy, "failed_trial", &history[0].to_string())?;
    write::set_system(tx, copy, "retry_history", &Value::Array(history).to_string())
}
