//! What makes one network better than another: the metric and the costs of a trial as the values of its objectives.

use super::trial::Direction;
use crate::config::search::{Forgiving, Goal, Judge, Metric, Search};

/// What a network costs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Costs {
    /// Bits of parameters and activations.
    pub bits: f64,
    /// Energy of an inference on a 45 nm ASIC, in pJ.
    pub energy: f64,
    /// LUTs, if its hardware was built.
    pub luts: Option<f64>,
    /// Latency in nanoseconds, if its hardware was built.
    pub latency_ns: Option<f64>,
}

impl Costs {
    /// The cost that a goal is about.
    pub fn of(&self, goal: Goal) -> Option<f64> {
        match goal {
            Goal::Bits => Some(self.bits),
            Goal::Energy => Some(self.energy),
            Goal::Luts => self.luts,
            Goal::Latency => self.latency_ns,
        }
    }
}

/// One of the values that make a trial good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objective {
    /// What it is called: `score`, `accuracy`, `luts`.
    pub name: &'static str,
    /// Which values are better.
    pub direction: Direction,
}

/// How good a trial is.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// One value for each of the [`objectives`].
    pub values: Vec<f64>,
    /// By how much it is over the budget, relative and summed over the costs; 0 if it is within or there is none.
    pub violation: f64,
}

/// Why a trial has no score.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScoreError {
    /// The cost was not found.
    #[error("the {0} of this network are not known: its hardware was not built")]
    Unknown(&'static str),
    /// The reference's cost was not given.
    #[error("the cost of the reference, in {0}, is not known")]
    NoReference(&'static str),
    /// Its logarithm is none.
    #[error(
        "the {1} of the {0} are {2}: a score divides by them and takes the logarithm, so they must be above zero"
    )]
    NotPositive(&'static str, &'static str, f64),
    /// Nothing can be said of it.
    #[error("the {0} is {1}, which is no number")]
    NotFinite(&'static str, f64),
}

/// The values that a trial of this search has.
///
/// - `score`: one, the metric times the forgiving factor;
/// - `budget`: one, the metric, and a violation that keeps what is over the budget behind everything within;
/// - neither: the metric, then each goal's cost.
pub fn objectives(search: &Search) -> Vec<Objective> {
    let greater = |name| Objective { name, direction: Direction::Maximize };
    let smaller = |goal: &Goal| Objective { name: goal_name(*goal), direction: Direction::Minimize };
    match &search.judge {
        Judge::Score(_) => vec![greater("score")],
        Judge::Budget(_) => vec![greater(metric_name(search.metric))],
        Judge::Front => [greater(metric_name(search.metric))]
            .into_iter()
            .chain(search.goals.iter().map(smaller))
            .collect(),
    }
}

/// The word for a metric, as in the config.
pub fn metric_name(metric: Metric) -> &'static str {
    match metric {
        Metric::Accuracy => "accuracy",
        Metric::Auc => "auc",
        Metric::Efficiency(_) => "efficiency",
    }
}

/// The word for a goal, as in the config.
pub fn goal_name(goal: Goal) -> &'static str {
    match goal {
        Goal::Bits => "bits",
        Goal::Energy => "energy",
        Goal::Luts => "luts",
        Goal::Latency => "latency",
    }
}

/// How good a network with this `metric` and these `costs` is; `reference` is the cost of the reference network, of the
/// first goal: a score needs it, and nothing else does.
///
/// # Errors
/// A cost that counts is not known, one whose logarithm is taken is not above zero, or the metric is no number.
pub fn judge(
    search: &Search,
    metric: f64,
    costs: &Costs,
    reference: Option<f64>,
) -> Result<Judged, ScoreError> {
    let metric = finite(metric_name(search.metric), metric)?;
    let known = |goal: Goal| known(goal, costs);
    match &search.judge {
        Judge::Score(forgiving) => {
            let goal = search.goals[0];
            let reference = reference.ok_or(ScoreError::NoReference(goal_name(goal)))?;
            let factor = factor(forgiving, goal, known(goal)?, reference)?;
            Ok(Judged { values: vec![metric * factor], violation: 0.0 })
        }
        Judge::Budget(budget) => {
            let over = |&(goal, most): &(Goal, f64)| Ok((known(goal)? / most - 1.0).max(0.0));
            let violation = budget.iter().map(over).sum::<Result<f64, ScoreError>>()?;
            Ok(Judged { values: vec![metric], violation })
        }
        Judge::Front => {
            let costs = search.goals.iter().map(|goal| known(*goal)).collect::<Result<Vec<f64>, _>>()?;
            Ok(Judged { values: [vec![metric], costs].concat(), violation: 0.0 })
        }
    }
}

/// `1 + delta / 100 · log_rate(stress · reference / cost)`: what a metric is multiplied by. `delta` is `delta_p` where the
/// cost is below `stress · reference`, else `delta_n`: so there is no jump. The stress counts for every goal; QKeras's own
/// score of energy leaves it out.
///
/// ```
/// use heteroq::config::search::{Forgiving, Goal};
/// use heteroq::search::score::factor;
/// let forgiving = Forgiving::default();
/// assert!((factor(&forgiving, Goal::Bits, 500.0, 1000.0)? - 1.08).abs() < 1e-12);
/// assert!(factor(&forgiving, Goal::Bits, 0.0, 1000.0).is_err());
/// # Ok::<(), heteroq::search::score::ScoreError>(())
/// ```
///
/// # Errors
/// A cost is not above zero.
pub fn factor(forgiving: &Forgiving, goal: Goal, cost: f64, reference: f64) -> Result<f64, ScoreError> {
    let cost = positive("network", goal, cost)?;
    let stressed = forgiving.stress * positive("reference", goal, reference)?;
    let delta = if cost < stressed { forgiving.delta_p } else { forgiving.delta_n };
    Ok(1.0 + delta / 100.0 * (libm::log(stressed / cost) / libm::log(forgiving.rate)))
}

fn known(goal: Goal, costs: &Costs) -> Result<f64, ScoreError> {
    finite(goal_name(goal), costs.of(goal).ok_or(ScoreError::Unknown(goal_name(goal)))?)
}

fn positive(whose: &'static str, goal: Goal, cost: f64) -> Result<f64, ScoreError> {
    let cost = finite(goal_name(goal), cost)?;
    if cost > 0.0 { Ok(cost) } else { Err(ScoreError::NotPositive(whose, goal_name(goal), cost)) }
}

fn finite(what: &'static str, value: f64) -> Result<f64, ScoreError> {
    if value.is_finite() { Ok(value) } else { Err(ScoreError::NotFinite(what, value)) }
}
