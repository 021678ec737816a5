//! Any point; hopeless trials are ended early, by asynchronous successive halving (Li et al., arXiv 1810.05934), in the form
//! in which no trial waits for others: it goes on unless those that were here before are clearly better.

use super::random::Random;
use super::{Sampler, Study};
use crate::search::domain::Point;
use crate::search::trial::Trial;

/// Of those trials that reach a rung, one in so many goes on.
const REDUCTION: u64 = 3;

/// Random points, and rungs at a third, a ninth, … of all epochs, rounded down. A trial ends at a rung if its metric there is
/// not among the best third of all metrics that were reported there so far; the best is always among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asha {
    rungs: Vec<u64>,
}

impl Asha {
    /// For trials of so many epochs.
    pub fn new(epochs: u64) -> Asha {
        let below = |rung: &u64| Some(rung / REDUCTION);
        Asha {
            rungs: std::iter::successors(Some(epochs / REDUCTION), below)
                .take_while(|&rung| rung > 0)
                .collect(),
        }
    }
}

impl Sampler for Asha {
    fn ask(&self, study: &Study, number: u64) -> Option<Point> {
        Random.ask(study, number)
    }

    fn is_hopeless(&self, study: &Study, number: u64) -> bool {
        let mine =
            study.trials.iter().find(|trial| trial.number == number).and_then(|trial| trial.steps.last());
        let Some(&(rung, metric)) = mine else { return false };
        if !self.rungs.contains(&rung) {
            return false;
        }
        let others = study.trials.iter().filter(|trial| trial.number != number);
        let there: Vec<f64> = others.filter_map(|trial| at(trial, rung)).collect();
        let better = there.iter().filter(|&&other| other > metric).count() as u64;
        metric.is_nan() || better >= ((there.len() as u64 + 1) / REDUCTION).max(1)
    }
}

/// The metric of a trial after so many epochs, if it got there with one.
fn at(trial: &Trial, rung: u64) -> Option<f64> {
    trial.steps.iter().find(|(step, metric)| *step == rung && !metric.is_nan()).map(|(_, metric)| *metric)
}
