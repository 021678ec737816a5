//! A network that was trained in full, and how it ranks among the others.

use super::figures::Figures;
use super::last::Trained;
use super::layers::{LayerOf, layers};
use super::members::goals;
use super::plan::Plan;
use super::tuned::FineTuned;
use crate::config::Config;
use crate::metrics::spread::Spread;
use crate::search::domain::Choice;
use crate::search::front;
use crate::search::ranking;
use crate::search::score::{Judged, Objective, ScoreError};
use crate::search::trial::{State, Trial};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A network that was worth a full training. Its `report.json` holds this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Its trial.
    pub trial: u64,
    /// The values of the trial: the score, or the metric and the costs of the goals.
    pub values: BTreeMap<String, f64>,
    /// The same after its full trainings, on the validation events: what it is ranked by.
    pub ranked_by: BTreeMap<String, Spread>,
    /// By how much it is over the budget then, relative and summed; 0 if it is within or there is none.
    pub violation: f64,
    /// What was chosen, by dimension.
    pub chosen: BTreeMap<String, Choice>,
    /// All of its layers with their quantizers.
    pub layers: Vec<LayerOf>,
    /// What the trial came to.
    pub tried: Figures,
    /// Each full training, in the order of the seeds.
    pub trained: Vec<Trained>,
    /// The best one after a search in blocks, trained on from the weights that they came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fine_tuned: Option<FineTuned>,
}

impl Member {
    /// The network of `trial`, which is `config`, and was `trained` so.
    ///
    /// # Panics
    /// If the trial has no point, no figures, or no training.
    pub fn of(plan: &Plan, trial: &Trial, config: &Config, trained: Vec<Trained>) -> Member {
        let judged: Result<Vec<Judged>, ScoreError> =
            trained.iter().map(|one| plan.judge(&one.figures())).collect();
        // What has no score ranks behind everything.
        let none = || Judged { values: vec![f64::NAN; plan.objectives.len()], violation: 0.0 };
        let judged = judged.unwrap_or_else(|_| vec![none()]);
        let named = |objective: &Objective| objective.name.to_owned();
        let of_all =
            |place: usize| Spread::of(&judged.iter().map(|one| one.values[place]).collect::<Vec<_>>());
        Member {
            trial: trial.number,
            values: plan.objectives.iter().map(named).zip(trial.values.iter().copied()).collect(),
            ranked_by: plan.objectives.iter().map(named).zip((0..).map(of_all)).collect(),
            violation: Spread::of(&judged.iter().map(|one| one.violation).collect::<Vec<_>>()).mean,
            chosen: plan.chosen(trial.point.as_ref().expect("a trial that is done has a point")),
            layers: layers(config),
            tried: Figures::read(&trial.figures).expect("a member has figures"),
            trained,
            fine_tuned: None,
        }
    }

    /// The training from nothing that does best on the validation events; of equals the first.
    ///
    /// # Panics
    /// If there is none.
    pub fn best_seed(&self) -> &Trained {
        best_of(&self.trained)
    }

    /// The training whose weights are the network's.
    pub fn taken(&self) -> &Trained {
        match &self.fine_tuned {
            Some(FineTuned { trained, is_taken: true }) => trained,
            _ => self.best_seed(),
        }
    }

    /// A figure of its full trainings.
    pub fn spread(&self, of: impl Fn(&Trained) -> f64) -> Spread {
        Spread::of(&self.trained.iter().map(of).collect::<Vec<_>>())
    }

    /// Its values after the full trainings, as those of a trial.
    fn as_trial(&self, plan: &Plan) -> Trial {
        let value = |objective: &Objective| self.ranked_by[objective.name].mean;
        Trial {
            number: self.trial,
            point: None,
            state: State::Complete,
            values: plan.objectives.iter().map(value).collect(),
            violation: self.violation,
            steps: Vec::new(),
            figures: BTreeMap::new(),
        }
    }

    /// What is to be small: minus the metric on the validation events, and every cost that counts.
    fn losses(&self, plan: &Plan) -> Vec<f64> {
        let cost = |goal| self.spread(|one| one.costs().of(goal).unwrap_or(f64::INFINITY)).mean;
        let metric = -self.spread(|one| one.validation_metric).mean;
        [metric].into_iter().chain(goals(plan.search).into_iter().map(cost)).collect()
    }
}

/// The training that does best on the validation events; of equals the first.
///
/// # Panics
/// If there is none.
pub fn best_of(trained: &[Trained]) -> &Trained {
    let better = |best: &Trained, other: &Trained| other.validation_accuracy > best.validation_accuracy;
    let best = trained.iter().reduce(|best, other| if better(best, other) { other } else { best });
    best.expect("at least one seed")
}

/// The members, the best one first: as trials rank, but by their full trainings.
pub fn ranked(plan: &Plan, members: Vec<Member>) -> Vec<Member> {
    let trials: Vec<Trial> = members.iter().map(|member| member.as_trial(plan)).collect();
    let standings = ranking::standings(&trials, &plan.directions());
    let place = |number| standings.iter().position(|standing| standing.trial.number == number);
    let mut members = members;
    members.sort_by_key(|member| place(member.trial));
    members
}

/// Those within the budget that no other beats in the metric and all costs, by their full trainings: numbers of their trials.
pub fn on_front(plan: &Plan, members: &[Member]) -> Vec<u64> {
    let within: Vec<&Member> = members.iter().filter(|member| member.violation <= 0.0).collect();
    let losses: Vec<Vec<f64>> = within.iter().map(|member| member.losses(plan)).collect();
    front::pareto(&losses).into_iter().map(|place| within[place].trial).collect()
}
