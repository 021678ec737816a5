//! Which trials are worth a full training: those that no other beats in the metric and all costs at once, and the best one.

use super::figures::Figures;
use super::plan::Plan;
use crate::config::search::{Goal, Judge, Search};
use crate::search::front;
use crate::search::ranking::{self, Kind};
use crate::search::trial::{State, Trial};

/// The costs that count, each once: those of the goals, then those of the budget.
pub fn goals(search: &Search) -> Vec<Goal> {
    let mut goals = search.goals.clone();
    if let Judge::Budget(budget) = &search.judge {
        goals.extend(budget.iter().map(|(goal, _)| *goal));
    }
    let mut seen = Vec::new();
    goals.retain(|goal| {
        let is_new = !seen.contains(goal);
        seen.push(*goal);
        is_new
    });
    goals
}

/// The best trial within the budget.
pub fn best<'t>(plan: &Plan, trials: &'t [Trial]) -> Option<&'t Trial> {
    first(plan, trials, Kind::Feasible)
}

/// The trial that is nearest to the budget, of those over it.
pub fn nearest<'t>(plan: &Plan, trials: &'t [Trial]) -> Option<&'t Trial> {
    first(plan, trials, Kind::OverBudget)
}

fn first<'t>(plan: &Plan, trials: &'t [Trial], kind: Kind) -> Option<&'t Trial> {
    let all = ranking::standings(trials, &plan.directions()).into_iter();
    all.filter(|standing| standing.kind == kind).map(|standing| standing.trial).find(|trial| is_known(trial))
}

/// Whether it is known which network it had, and what that costs: not of a trial that another program has done.
fn is_known(trial: &Trial) -> bool {
    trial.point.is_some() && Figures::read(&trial.figures).is_some()
}

/// The trials to train again, the best one first. If there is a budget that none meets, there are none.
pub fn members<'a>(plan: &Plan, trials: &'a [Trial]) -> Vec<&'a Trial> {
    let Some(best) = best(plan, trials) else { return Vec::new() };
    let within = |trial: &&Trial| trial.state == State::Complete && trial.violation <= 0.0;
    let known: Vec<(&Trial, Vec<f64>)> = trials
        .iter()
        .filter(|trial| within(trial) && is_known(trial))
        .filter_map(|trial| Some((trial, losses(plan.search, &Figures::read(&trial.figures)?)?)))
        .collect();
    let points: Vec<Vec<f64>> = known.iter().map(|(_, losses)| losses.clone()).collect();
    let front: Vec<u64> = front::pareto(&points).into_iter().map(|place| known[place].0.number).collect();
    let standings = ranking::standings(trials, &plan.directions());
    let of_front = |trial: &&Trial| front.contains(&trial.number) || trial.number == best.number;
    standings.into_iter().map(|standing| standing.trial).filter(of_front).collect()
}

/// What is to be small: minus the metric, and every cost that counts.
fn losses(search: &Search, figures: &Figures) -> Option<Vec<f64>> {
    let costs = figures.costs();
    let costs = goals(search).into_iter().map(|goal| costs.of(goal));
    [Some(-figures.metric)].into_iter().chain(costs).collect()
}
