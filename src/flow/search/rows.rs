//! Trials as people and programs are shown them.

use super::figures::Figures;
use super::line;
use super::plan::Plan;
use crate::search::domain::Choice;
use crate::search::ranking;
use crate::search::score::Objective;
use crate::search::trial::{State, Trial};
use serde::Serialize;
use std::collections::BTreeMap;

/// A trial.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Its number.
    pub trial: u64,
    /// `waiting`, `running`, `complete`, `pruned`, `failed`.
    pub state: &'static str,
    /// Its place among those that have ended, from 1.
    pub rank: Option<usize>,
    /// Its values: the score, or the metric and the costs of the goals.
    pub values: BTreeMap<String, f64>,
    /// By how much it is over the budget, relative and summed.
    pub violation: f64,
    /// Epochs after which it was looked at.
    pub epochs: u64,
    /// What is known of its network.
    pub figures: Option<Figures>,
    /// What was chosen, by dimension; empty before it is.
    pub chosen: BTreeMap<String, Choice>,
    /// Why it failed.
    pub failure: Option<String>,
}

/// All trials, by number.
pub fn rows(plan: &Plan, trials: &[Trial]) -> Vec<Row> {
    let ranks: BTreeMap<u64, usize> = ranking::standings(trials, &plan.directions())
        .iter()
        .zip(1..)
        .map(|(standing, rank)| (standing.trial.number, rank))
        .collect();
    trials.iter().map(|trial| row(plan, trial, ranks.get(&trial.number).copied())).collect()
}

fn row(plan: &Plan, trial: &Trial, rank: Option<usize>) -> Row {
    let named = |(objective, value): (&Objective, &f64)| (objective.name.to_owned(), *value);
    Row {
        trial: trial.number,
        state: word(trial.state),
        rank,
        values: plan.objectives.iter().zip(&trial.values).map(named).collect(),
        // No -0.
        violation: trial.violation + 0.0,
        epochs: line::epochs(trial),
        figures: Figures::read(&trial.figures),
        chosen: trial.point.as_ref().map(|point| plan.chosen(point)).unwrap_or_default(),
        failure: (trial.state == State::Failed).then(|| line::reason(trial)),
    }
}

fn word(state: State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::Running => "running",
        State::Complete => "complete",
        State::Pruned => "pruned",
        State::Failed => "failed",
    }
}

/// How many trials there are of each kind: `8 of 8 trials: 7 complete, 1 failed`. There may be more than are asked for now.
pub fn counted(rows: &[Row], total: u64) -> String {
    let count = |word: &str| rows.iter().filter(|row| row.state == word).count();
    let ended = ["complete", "pruned", "failed"].map(count).iter().sum::<usize>();
    let words =
        [("complete", ""), ("pruned", " (ended early)"), ("failed", ""), ("running", ""), ("waiting", "")];
    let told = words.iter().filter(|(word, _)| count(word) > 0);
    let told = told.map(|(word, more)| format!("{} {word}{more}", count(word))).collect::<Vec<_>>();
    let told = if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) };
    format!("{ended} of {} trials{told}", total.max(rows.len() as u64))
}
