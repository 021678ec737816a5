//! How a search shows where it is: a bar on a terminal, and a line for each trial.

use super::figures::Figures;
use super::plan::Plan;
use crate::config::search::Goal;
use crate::report::number;
use crate::search::ranking;
use crate::search::score;
use crate::search::trial::{State, Trial};
use std::time::Instant;
use tracing::{Span, info, warn};
use tracing_indicatif::span_ext::IndicatifSpanExt;
use tracing_indicatif::style::ProgressStyle;

/// The bar of a search.
#[derive(Debug)]
pub struct Line {
    span: Span,
    /// None until it is known which trials were done before.
    left: Option<Left>,
}

impl Line {
    /// A bar over `trials` in the span at hand.
    pub fn new(trials: u64) -> Line {
        let span = Span::current();
        let style = "{spinner} {span_name} {bar:30} {pos}/{len}  {msg}";
        span.pb_set_style(&ProgressStyle::with_template(style).expect("a template without a fault"));
        span.pb_set_length(trials);
        Line { span, left: None }
    }

    /// The trials as they are now: the best one, how many are done, the time left.
    pub fn update(&mut self, plan: &Plan, trials: &[Trial]) {
        let done = trials.iter().filter(|trial| has_ended(trial)).count() as u64;
        let left = self.left.get_or_insert_with(|| Left::after(done, plan.trials));
        left.done = done;
        let directions = plan.directions();
        let best = ranking::best(trials, &directions).or_else(|| ranking::nearest(trials, &directions));
        let best = best.map_or(String::new(), |trial| format!("best {}, ", said(plan, trial)));
        self.span.pb_set_position(done);
        self.span.pb_set_message(&format!("{best}{}", left.said()));
    }

    /// Trial `number` has ended.
    pub fn end(&mut self, plan: &Plan, trials: &[Trial], number: u64) {
        let Some(trial) = trials.iter().find(|trial| trial.number == number) else { return };
        match trial.state {
            State::Failed => warn!("trial {number}: {}", reason(trial)),
            State::Pruned => info!("trial {number}: ended early, after {} epochs", epochs(trial)),
            _ => info!("trial {number}: {}", said(plan, trial)),
        }
        self.update(plan, trials);
    }
}

/// How much is left of a number of equal things.
#[derive(Debug)]
pub struct Left {
    begun: Instant,
    /// How many were done when it began, or took no time.
    before: u64,
    done: u64,
    total: u64,
}

impl Left {
    /// So many, none of them done.
    pub fn new(total: u64) -> Left {
        Left::after(0, total)
    }

    fn after(done: u64, total: u64) -> Left {
        Left { begun: Instant::now(), before: done, done, total }
    }

    /// How many there are in all.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// One more is done; whether it took time.
    pub fn count(&mut self, took_time: bool) {
        self.done += 1;
        self.before += u64::from(!took_time);
    }

    /// The time that those left will take, as those of this run took.
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53")]
    pub fn said(&self) -> String {
        let (done, left) = (self.done - self.before, self.total.saturating_sub(self.done));
        if done == 0 {
            return "time left unknown".to_owned();
        }
        format!("{} left", number::seconds(self.begun.elapsed().as_secs_f64() / done as f64 * left as f64))
    }
}

/// Whether nothing more will come of it.
fn has_ended(trial: &Trial) -> bool {
    matches!(trial.state, State::Complete | State::Pruned | State::Failed)
}

/// Epochs after which it was looked at.
pub(super) fn epochs(trial: &Trial) -> u64 {
    trial.steps.last().map_or(0, |(epoch, _)| *epoch)
}

/// Why a trial has no figures.
pub(super) fn reason(trial: &Trial) -> String {
    trial.figures.get("failure").and_then(|reason| reason.as_str()).unwrap_or("it has no figures").to_owned()
}

/// A trial in a few words: score, metric, costs.
pub(super) fn said(plan: &Plan, trial: &Trial) -> String {
    let Some(figures) = Figures::read(&trial.figures) else { return format!("trial {}", trial.number) };
    let score = match (plan.objectives.as_slice(), trial.values.as_slice()) {
        ([one], [value]) if one.name == "score" => format!("score {value:.4}, "),
        _ => String::new(),
    };
    let metric = format!("{} {}", score::metric_name(plan.search.metric), number::percent(figures.metric));
    let over = if trial.violation > 0.0 { ", over the budget" } else { "" };
    format!("{score}{metric}{}{over}", costs(plan, &figures))
}

fn costs(plan: &Plan, figures: &Figures) -> String {
    let costs = figures.costs();
    let said = |goal: &Goal| costs.of(*goal).map(|cost| format!(", {}", cost_text(*goal, cost)));
    plan.search.goals.iter().filter_map(said).collect()
}

/// A cost with its unit.
pub fn cost_text(goal: Goal, cost: f64) -> String {
    match goal {
        Goal::Bits => format!("{} bits", number::rounded(cost)),
        Goal::Energy if cost < 100.0 => format!("{cost:.1} pJ (ASIC)"),
        Goal::Energy => format!("{} pJ (ASIC)", number::rounded(cost)),
        Goal::Luts => format!("{} LUTs", number::rounded(cost)),
        Goal::Latency => format!("{} ns", number::short(cost)),
    }
}
