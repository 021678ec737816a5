//! What is known of a trial's score before it is trained: what successive halving compares trials by, with their accuracy
//! after some epochs.
//!
//! | judged by | known before |
//! |---|---|
//! | score of bits or energy | its factor |
//! | score of LUTs | its factor as if LUTs went with bits: they are counted at the end |
//! | score of the latency | nothing: accuracy alone |
//! | budget | by how much it is over those of bits and energy |

use super::figures::asic;
use crate::config::Config;
use crate::config::search::{Forgiving, Goal, Judge, Search};
use crate::search::score::{self, Costs};

/// What is known of a trial's score before it is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promise {
    /// What its metric is multiplied by.
    factor: f64,
    /// By how much it is over the budget.
    violation: f64,
}

impl Promise {
    /// That of the network of `config`.
    pub fn of(search: &Search, config: &Config, reference: &Costs) -> Promise {
        let costs = asic(search, config);
        match &search.judge {
            Judge::Score(forgiving) => {
                Promise { factor: factor(forgiving, search.goals[0], &costs, reference), violation: 0.0 }
            }
            Judge::Budget(budget) => Promise { factor: 1.0, violation: violation(budget, &costs) },
            Judge::Front => Promise { factor: 1.0, violation: 0.0 },
        }
    }

    /// What a trial of this accuracy would come to: below zero, and so behind all others, if it is over the budget anyway.
    pub fn value(self, accuracy: f64) -> f64 {
        if self.violation > 0.0 { -self.violation } else { accuracy * self.factor }
    }
}

fn factor(forgiving: &Forgiving, goal: Goal, costs: &Costs, reference: &Costs) -> f64 {
    let known = match goal {
        Goal::Bits | Goal::Luts => Goal::Bits,
        Goal::Energy => Goal::Energy,
        Goal::Latency => return 1.0,
    };
    let pair = costs.of(known).zip(reference.of(known));
    pair.and_then(|(cost, reference)| score::factor(forgiving, known, cost, reference).ok()).unwrap_or(1.0)
}

fn violation(budget: &[(Goal, f64)], costs: &Costs) -> f64 {
    let over = |&(goal, most): &(Goal, f64)| Some((costs.of(goal)? / most - 1.0).max(0.0));
    budget.iter().filter_map(over).sum()
}
