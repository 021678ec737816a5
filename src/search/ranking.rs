//! Which trials are better than which: for the tables, for the best, and for the samplers that learn.

use super::front::{self, Losses};
use super::trial::{Direction, State, Trial};
use std::cmp::Ordering;

/// What kind of result a trial has; an earlier kind is better than every later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is done, and within the budget if there is one.
    Feasible,
    /// It is done, and over the budget.
    OverBudget,
    /// It was ended early.
    Pruned,
    /// It has no values, or some that are no numbers.
    Failed,
}

/// Where a trial stands among those that have ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing<'a> {
    /// The trial.
    pub trial: &'a Trial,
    /// What kind of result it has.
    pub kind: Kind,
    /// The front it is on, among trials of its kind, from 0. With one objective, the place of its value.
    pub front: usize,
    /// How lonely it is on that front: [`front::crowding`].
    pub crowding: f64,
}

/// The trials that have ended, the best first. Feasible ones by front, then the lonelier first; those over the budget by
/// how far they are; those that were ended early by how far they got, then by the metric they had there; then those that
/// failed. Equals by number. Nothing depends on the order of `trials`.
pub fn standings<'a>(trials: &'a [Trial], directions: &[Direction]) -> Vec<Standing<'a>> {
    let mut ended: Vec<(&Trial, Kind)> =
        trials.iter().filter_map(|trial| Some((trial, kind(trial, directions)?))).collect();
    ended.sort_by(|(a, of_a), (b, of_b)| of_a.cmp(of_b).then(a.number.cmp(&b.number)));
    let groups = ended.chunk_by(|(_, a), (_, b)| a == b);
    let mut all: Vec<Standing> = groups.flat_map(|group| placed(group, directions)).collect();
    all.sort_by(|a, b| {
        a.kind.cmp(&b.kind).then_with(|| within(a, b)).then(a.trial.number.cmp(&b.trial.number))
    });
    all
}

/// What kind of result a trial has; none while it has not ended.
pub fn kind(trial: &Trial, directions: &[Direction]) -> Option<Kind> {
    let numbers = trial.values.len() == directions.len() && !trial.values.iter().any(|value| value.is_nan());
    match trial.state {
        State::Waiting | State::Running => None,
        State::Complete if !numbers || trial.violation.is_nan() => Some(Kind::Failed),
        State::Complete if trial.violation > 0.0 => Some(Kind::OverBudget),
        State::Complete => Some(Kind::Feasible),
        State::Pruned => Some(Kind::Pruned),
        State::Failed => Some(Kind::Failed),
    }
}

/// The standings of trials of one kind: fronts and crowding by their values, if they have any.
fn placed<'a>(group: &[(&'a Trial, Kind)], directions: &[Direction]) -> Vec<Standing<'a>> {
    let standing = |&(trial, kind): &(&'a Trial, Kind)| Standing { trial, kind, front: 0, crowding: 0.0 };
    let mut all: Vec<Standing> = group.iter().map(standing).collect();
    if all[0].kind > Kind::OverBudget {
        return all;
    }
    let points: Vec<Losses> = all.iter().map(|s| front::losses(&s.trial.values, directions)).collect();
    all.iter_mut().zip(front::fronts(&points)).for_each(|(standing, front)| standing.front = front);
    all.sort_by_key(|standing| standing.front);
    for members in all.chunk_by_mut(|a, b| a.front == b.front) {
        let losses: Vec<Losses> =
            members.iter().map(|s| front::losses(&s.trial.values, directions)).collect();
        members
            .iter_mut()
            .zip(front::crowding(&losses))
            .for_each(|(standing, crowding)| standing.crowding = crowding);
    }
    all
}

/// The order of two trials of one kind.
fn within(a: &Standing, b: &Standing) -> Ordering {
    match a.kind {
        Kind::Feasible => a.front.cmp(&b.front).then(b.crowding.total_cmp(&a.crowding)),
        Kind::OverBudget => a.trial.violation.total_cmp(&b.trial.violation).then(a.front.cmp(&b.front)),
        Kind::Pruned => {
            further(b.trial).cmp(&further(a.trial)).then_with(|| metric(b.trial).total_cmp(&metric(a.trial)))
        }
        Kind::Failed => Ordering::Equal,
    }
}

fn further(trial: &Trial) -> u64 {
    trial.steps.last().map_or(0, |(step, _)| *step)
}

fn metric(trial: &Trial) -> f64 {
    let last = trial.steps.last().map_or(f64::NEG_INFINITY, |(_, metric)| *metric);
    if last.is_nan() { f64::NEG_INFINITY } else { last }
}

/// The best trial within the budget; the first of the front if there are several objectives.
pub fn best<'a>(trials: &'a [Trial], directions: &[Direction]) -> Option<&'a Trial> {
    first(trials, directions, Kind::Feasible)
}

/// The trial that is nearest to the budget, of those over it: what to show when nothing meets it.
pub fn nearest<'a>(trials: &'a [Trial], directions: &[Direction]) -> Option<&'a Trial> {
    first(trials, directions, Kind::OverBudget)
}

fn first<'a>(trials: &'a [Trial], directions: &[Direction], kind: Kind) -> Option<&'a Trial> {
    standings(trials, directions)
        .into_iter()
        .find(|standing| standing.kind == kind)
        .map(|standing| standing.trial)
}

/// The trials within the budget that none dominates, by number.
pub fn front<'a>(trials: &'a [Trial], directions: &[Direction]) -> Vec<&'a Trial> {
    let mut members: Vec<&Trial> = standings(trials, directions)
        .into_iter()
        .filter(|standing| standing.kind == Kind::Feasible && standing.front == 0)
        .map(|standing| standing.trial)
        .collect();
    members.sort_by_key(|trial| trial.number);
    members
}
