//! How trials are read: those that a search has written, and those that somebody has added with Optuna.

use super::error::Trouble;
use super::sqlite::Study;
use super::write::{CONSTRAINTS, FAILURE, OWNER, TRIAL};
use crate::search::domain::{Choice, Dimension, Point};
use crate::search::trial::{State, Trial};
use rusqlite::{Connection, Statement};
use serde_json::Value;
use std::collections::BTreeMap;

/// A row of `trials`.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Its key.
    pub(super) id: i64,
    /// Its number as Optuna counts: every attempt has its own.
    pub(super) number: i64,
    /// Its number as we count: an attempt has that of the first.
    pub(super) logical: u64,
    /// Where it stands.
    pub(super) state: State,
    /// Who works on it; none if that is not one of our workers.
    pub(super) owner: Option<String>,
}

/// All attempts of the study, the oldest first. Attempts of the same trial have the number of the first, which those after
/// it name in `failed_trial`, as Optuna's do.
pub(super) fn rows(database: &Connection, study: i64) -> Result<Vec<Row>, Trouble> {
    let mut query = database.prepare(
        "SELECT t.trial_id, t.number, t.state, f.value_json, o.value_json FROM trials AS t \
         LEFT JOIN trial_system_attributes AS f ON f.trial_id = t.trial_id AND f.\"key\" = 'failed_trial' \
         LEFT JOIN trial_system_attributes AS o ON o.trial_id = t.trial_id AND o.\"key\" = ?2 \
         WHERE t.study_id = ?1 ORDER BY t.trial_id",
    )?;
    let mut logical_of: BTreeMap<i64, u64> = BTreeMap::new();
    let mut fresh = 0;
    let mut all = Vec::new();
    let mut found = query.query((study, OWNER))?;
    while let Some(row) = found.next()? {
        let first: Option<String> = row.get(3)?;
        let first = first.and_then(|text| json(&text).as_i64());
        let number = row.get(1)?;
        let logical = first.and_then(|first| logical_of.get(&first).copied()).unwrap_or_else(|| {
            fresh += 1;
            fresh - 1
        });
        logical_of.insert(number, logical);
        let owner: Option<String> = row.get(4)?;
        let owner = owner.and_then(|text| json(&text).as_str().map(str::to_owned));
        all.push(Row { id: row.get(0)?, number, logical, state: state(&row.get::<_, String>(2)?)?, owner });
    }
    Ok(all)
}

/// The last attempt of each trial, by number: 0, 1, 2, …
pub(super) fn latest(rows: &[Row]) -> Vec<Row> {
    let last: BTreeMap<u64, &Row> = rows.iter().map(|row| (row.logical, row)).collect();
    last.into_values().cloned().collect()
}

fn state(word: &str) -> Result<State, Trouble> {
    match word {
        "WAITING" => Ok(State::Waiting),
        "RUNNING" => Ok(State::Running),
        "COMPLETE" => Ok(State::Complete),
        "PRUNED" => Ok(State::Pruned),
        "FAIL" => Ok(State::Failed),
        _ => Err(Trouble::Damaged(format!("a trial is in state `{word}`"))),
    }
}

/// What is known of trials, one by one.
pub(super) struct Reader<'a> {
    study: &'a Study,
    params: Statement<'a>,
    values: Statement<'a>,
    steps: Statement<'a>,
    user: Statement<'a>,
    system: Statement<'a>,
}

impl<'a> Reader<'a> {
    /// Of this study.
    pub(super) fn new(database: &'a Connection, study: &'a Study) -> rusqlite::Result<Reader<'a>> {
        let system = "SELECT \"key\", value_json FROM trial_system_attributes WHERE trial_id = ?1";
        let user = "SELECT \"key\", value_json FROM trial_user_attributes WHERE trial_id = ?1";
        let params =
            "SELECT param_name, param_value, distribution_json FROM trial_params WHERE trial_id = ?1";
        let values = "SELECT value, value_type FROM trial_values WHERE trial_id = ?1 ORDER BY objective";
        let steps = "SELECT intermediate_value, intermediate_value_type, step FROM trial_intermediate_values \
                     WHERE trial_id = ?1 ORDER BY step";
        Ok(Reader {
            study,
            params: database.prepare(params)?,
            values: database.prepare(values)?,
            steps: database.prepare(steps)?,
            user: database.prepare(user)?,
            system: database.prepare(system)?,
        })
    }

    /// All of it.
    pub(super) fn trial(&mut self, row: &Row) -> Result<Trial, Trouble> {
        let mut figures = attributes(&mut self.user, row.id)?;
        figures.remove(TRIAL);
        if row.state != State::Failed {
            figures.remove(FAILURE);
        }
        Ok(Trial {
            number: row.logical,
            point: self.point(row.id)?,
            state: row.state,
            values: if row.state == State::Complete { self.values(row.id)? } else { Vec::new() },
            violation: violation(&attributes(&mut self.system, row.id)?),
            steps: self.steps(row.id)?,
            figures,
        })
    }

    /// What is tried: none if it is not a choice of every dimension.
    pub(super) fn point(&mut self, id: i64) -> Result<Option<Point>, Trouble> {
        let mut tried = self.params(id)?;
        if tried.is_empty() {
            tried = fixed(&attributes(&mut self.system, id)?);
        }
        let place = |dimension: &Dimension| {
            let value = tried.get(&dimension.name)?;
            dimension.choices.iter().position(|choice| same(choice, value))
        };
        Ok(self.study.dimensions.iter().map(place).collect())
    }

    /// The value of each parameter; those that are no choice from a list are left out.
    fn params(&mut self, id: i64) -> Result<BTreeMap<String, Value>, Trouble> {
        let mut params = BTreeMap::new();
        let mut rows = self.params.query([id])?;
        while let Some(row) = rows.next()? {
            let (place, distribution): (f64, String) = (row.get(1)?, row.get(2)?);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a place in a list, as a float"
            )]
            if let Some(value) = self.study.value(&distribution, place as usize) {
                params.insert(row.get(0)?, value);
            }
        }
        Ok(params)
    }

    fn values(&mut self, id: i64) -> Result<Vec<f64>, Trouble> {
        let mut values = Vec::new();
        let mut rows = self.values.query([id])?;
        while let Some(row) = rows.next()? {
            values.push(number(row.get(0)?, &row.get::<_, String>(1)?)?);
        }
        match values.len() == self.study.objectives {
            true => Ok(values),
            false => Err(Trouble::Damaged(format!("a complete trial has {} values", values.len()))),
        }
    }

    fn steps(&mut self, id: i64) -> Result<Vec<(u64, f64)>, Trouble> {
        let mut steps = Vec::new();
        let mut rows = self.steps.query([id])?;
        while let Some(row) = rows.next()? {
            let step: i64 = row.get(2)?;
            steps.push((step.cast_unsigned(), number(row.get(0)?, &row.get::<_, String>(1)?)?));
        }
        Ok(steps)
    }
}

impl Study {
    /// The choice at this place of a distribution's list; that of one of ours is known without reading it.
    fn value(&self, distribution: &str, place: usize) -> Option<Value> {
        let known = self.distributions.iter().position(|ours| ours == distribution);
        match known.map(|dimension| self.dimensions[dimension].choices.get(place)) {
            Some(Some(Choice::Text(text))) => Some(Value::from(text.as_str())),
            Some(Some(Choice::Number(number))) => Some(Value::from(*number)),
            Some(None) => None,
            None => json(distribution).pointer(&format!("/attributes/choices/{place}")).cloned(),
        }
    }
}

fn attributes(query: &mut Statement, id: i64) -> Result<BTreeMap<String, Value>, Trouble> {
    let mut attributes = BTreeMap::new();
    let mut rows = query.query([id])?;
    while let Some(row) = rows.next()? {
        attributes.insert(row.get(0)?, json(&row.get::<_, String>(1)?));
    }
    Ok(attributes)
}

/// The parameters that `Study.enqueue_trial` asks for.
fn fixed(system: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let params = system.get("fixed_params").and_then(Value::as_object);
    params.map(|all| all.clone().into_iter().collect()).unwrap_or_default()
}

fn same(choice: &Choice, value: &Value) -> bool {
    match choice {
        Choice::Text(text) => value.as_str() == Some(text),
        Choice::Number(number) => value.as_f64() == Some(*number),
    }
}

/// The sum of what is above zero in `constraints`, a list, and in `constraints:NAME`, Optuna 5's.
fn violation(system: &BTreeMap<String, Value>) -> f64 {
    let list = system.get(CONSTRAINTS).map(numbers).unwrap_or_default();
    let prefix = format!("{CONSTRAINTS}:");
    let named =
        system.iter().filter(|(key, _)| key.starts_with(&prefix)).flat_map(|(_, value)| numbers(value));
    list.into_iter().chain(named).filter(|over| *over > 0.0).sum()
}

/// The numbers of a list, or one number; as text, where JSON has no word for one of them.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_f64).collect(),
        Value::String(text) => {
            let bare = text.trim_matches(['[', ']']);
            bare.split(',').filter_map(|one| one.trim().parse().ok()).collect()
        }
        other => other.as_f64().into_iter().collect(),
    }
}

fn number(value: Option<f64>, kind: &str) -> Result<f64, Trouble> {
    match (kind, value) {
        ("FINITE", Some(value)) => Ok(value),
        ("NAN", None) => Ok(f64::NAN),
        ("INF_POS", None) => Ok(f64::INFINITY),
        ("INF_NEG", None) => Ok(f64::NEG_INFINITY),
        _ => Err(Trouble::Damaged(format!("a value is {value:?} of type `{kind}`"))),
    }
}

/// JSON as Python writes it: what has a word there alone, such as `NaN`, stays text.
pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}
