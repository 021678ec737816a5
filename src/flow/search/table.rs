//! The results of a search as tables in Markdown: the best networks ranked, the front, the trials.

use super::last::Trained;
use super::layers::{layers, short};
use super::line::cost_text;
use super::member::Member;
use super::members::goals;
use super::plan::Plan;
use super::rows::Row;
use crate::config::search::{Goal, Judge, Metric};
use crate::flow::hardware::Hardware;
use crate::metrics::spread::Spread;
use crate::report::number::{percent, rounded, spread};
use crate::search::score::{goal_name, metric_name};
use crate::search::trial::Trial;

/// Trials that a table shows.
const SHOWN: usize = 50;

/// The members, ranked: mean ± standard deviation over the seeds of their full trainings.
pub fn ranked(plan: &Plan, members: &[Member]) -> String {
    let (value, metric) = (value_head(plan), metric_head(plan));
    let head = format!(
        "| rank | trial | {value} | accuracy, % | AUC |{} bits | energy, pJ (ASIC) | LUT | FF | ns | `*`: LUT | DSP \
         | FF | ns | kernel/bias/activation |\n{}\n",
        metric.as_ref().map_or(String::new(), |metric| format!(" {metric} |")),
        "|---".repeat(15 + usize::from(metric.is_some())) + "|",
    );
    head + &(1..).zip(members).map(|(rank, member)| row(plan, rank, member)).collect::<String>()
}

/// What members are ranked by.
fn value_head(plan: &Plan) -> String {
    match plan.search.judge {
        Judge::Score(_) => "score".to_owned(),
        Judge::Budget(_) | Judge::Front => format!("validation {}, %", metric_name(plan.search.metric)),
    }
}

/// The metric, if it has no column yet.
fn metric_head(plan: &Plan) -> Option<String> {
    match plan.search.metric {
        Metric::Efficiency(rate) => {
            Some(format!("efficiency at {} background, %", percent(rate).replace(".00 %", " %")))
        }
        Metric::Accuracy | Metric::Auc => None,
    }
}

fn row(plan: &Plan, rank: usize, member: &Member) -> String {
    let percents = |figure: &dyn Fn(&Trained) -> f64| spread(member.spread(figure).times(100.0), hundredths);
    let whole = |figure: &dyn Fn(&Trained) -> f64| spread(member.spread(figure), rounded);
    let over = if member.violation > 0.0 { " (over the budget)" } else { "" };
    let metric = metric_head(plan).map_or(String::new(), |_| format!(" {} |", percents(&Trained::metric)));
    format!(
        "| {rank} | {} | {}{over} | {} | {} |{metric} {} | {} | {} | {} | {} |\n",
        member.trial,
        value(plan, member.ranked_by[plan.objectives[0].name]),
        percents(&Trained::accuracy),
        auc(member),
        whole(&|one| one.bits),
        cost(member.spread(|one| one.energy)),
        hardware(member, |one| one.shift_add, false),
        hardware(member, |one| one.multiply, true),
        short(&member.layers),
    )
}

fn hundredths(x: f64) -> String {
    format!("{x:.2}")
}

fn value(plan: &Plan, value: Spread) -> String {
    match plan.search.judge {
        Judge::Score(_) => known(value, |x| format!("{x:.4}")),
        Judge::Budget(_) | Judge::Front => known(value.times(100.0), hundredths),
    }
}

/// A value, if there is one: a network that has come to cost nothing has no score.
fn known(value: Spread, text: impl Fn(f64) -> String) -> String {
    if value.mean.is_nan() { "–".to_owned() } else { spread(value, text) }
}

/// Of the test events, if there are any.
fn auc(member: &Member) -> String {
    let all: Vec<f64> = member.trained.iter().filter_map(|one| Some(one.test?.auc)).collect();
    if all.is_empty() { "–".to_owned() } else { spread(Spread::of(&all), |x| format!("{x:.4}")) }
}

#[expect(clippy::cast_precision_loss, reason = "registers and blocks are fewer than 2^53")]
fn hardware(member: &Member, of: impl Fn(&Trained) -> Hardware, with_dsp: bool) -> String {
    let mean = |figure: &dyn Fn(Hardware) -> f64| member.spread(|one| figure(of(one)));
    let whole = |figure: &dyn Fn(Hardware) -> f64| spread(mean(figure), rounded);
    let dsp = if with_dsp { format!(" | {}", whole(&|h| h.dsp as f64)) } else { String::new() };
    let ns = spread(mean(&|h| h.latency_ns), |x| format!("{x:.1}"));
    format!("{}{dsp} | {} | {ns}", whole(&|h| h.lut), whole(&|h| h.ff as f64))
}

/// Those of `members` that are on the `front`, the cheapest first: what each costs, and how good it is.
pub fn front(plan: &Plan, members: &[Member], front: &[u64]) -> String {
    let goals = goals(plan.search);
    let names: String = goals.iter().map(|goal| format!(" {} |", with_unit(*goal))).collect();
    let head = format!(
        "|{names} {}, % | trial |\n{}|\n",
        metric_name(plan.search.metric),
        "|---".repeat(goals.len() + 2)
    );
    let of = |member: &Member, goal| member.spread(|one| one.costs().of(goal).unwrap_or(0.0));
    let mut all: Vec<&Member> = members.iter().filter(|member| front.contains(&member.trial)).collect();
    all.sort_by(|a, b| of(a, goals[0]).mean.total_cmp(&of(b, goals[0]).mean));
    let row = |member: &Member| {
        let costs: String = goals.iter().map(|goal| format!(" {} |", cost(of(member, *goal)))).collect();
        let metric = spread(member.spread(Trained::metric).times(100.0), hundredths);
        format!("|{costs} {metric} | {} |\n", member.trial)
    };
    head + &all.into_iter().map(row).collect::<String>()
}

/// A cost's word, with its unit.
fn with_unit(goal: Goal) -> String {
    match goal {
        Goal::Bits | Goal::Luts => goal_name(goal).to_owned(),
        Goal::Energy => "energy, pJ (ASIC)".to_owned(),
        Goal::Latency => "latency, ns".to_owned(),
    }
}

/// A cost: whole, unless it is small.
fn cost(cost: Spread) -> String {
    if cost.mean < 100.0 { spread(cost, |x| format!("{x:.1}")) } else { spread(cost, rounded) }
}

/// The trials that have ended, the best first.
pub fn trials(plan: &Plan, rows: &[Row], trials: &[Trial]) -> String {
    let head = format!(
        "| rank | trial | {} | {}, % | costs | kernel/bias/activation |\n{}|\n",
        if matches!(plan.search.judge, Judge::Score(_)) { "score" } else { "budget" },
        metric_name(plan.search.metric),
        "|---".repeat(6)
    );
    let mut ended: Vec<(usize, &Row)> = rows.iter().filter_map(|row| Some((row.rank?, row))).collect();
    ended.sort_by_key(|(rank, _)| *rank);
    let more = ended.len().saturating_sub(SHOWN);
    let shown = ended.into_iter().take(SHOWN);
    let table = shown.map(|(rank, row)| trial(plan, rank, row, trials)).collect::<String>();
    let more = if more > 0 { format!("\nand {more} others\n") } else { String::new() };
    head + &table + &more
}

fn trial(plan: &Plan, rank: usize, row: &Row, trials: &[Trial]) -> String {
    let (metric, costs) = match &row.figures {
        Some(figures) => {
            let costs = figures.costs();
            let text = |goal: &_| Some(cost_text(*goal, costs.of(*goal)?));
            let costs: Vec<String> = goals(plan.search).iter().filter_map(text).collect();
            (hundredths(100.0 * figures.metric), costs.join(", "))
        }
        None => ("–".to_owned(), row.failure.clone().unwrap_or_else(|| "–".to_owned()).replace('|', "/")),
    };
    let point = trials.iter().find(|trial| trial.number == row.trial).and_then(|trial| trial.point.as_ref());
    let network = point.and_then(|point| plan.network(point, row.trial).ok());
    let layers = network.map_or("–".to_owned(), |config| short(&layers(&config)));
    format!("| {rank} | {} | {} | {metric} | {costs} | {layers} |\n", row.trial, judged(plan, row))
}

/// The score of a trial, or whether it is within the budget; what became of it, if it has none.
fn judged(plan: &Plan, row: &Row) -> String {
    match (&plan.search.judge, row.state) {
        (Judge::Score(_), "complete") => {
            row.values.get("score").map_or("–".to_owned(), |score| format!("{score:.4}"))
        }
        (Judge::Budget(_), "complete") if row.violation > 0.0 => {
            format!("{} over", percent(row.violation))
        }
        (Judge::Budget(_), "complete") => "within".to_owned(),
        (Judge::Front, "complete") => "–".to_owned(),
        (_, "pruned") => format!("ended after {}", row.epochs),
        _ => row.state.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_costs_nothing_has_no_score() {
        let text = |values: &[f64]| known(Spread::of(values), |x| format!("{x:.1}"));
        assert_eq!(text(&[f64::NAN]), "–");
        assert_eq!(text(&[0.5, f64::NAN]), "–");
        assert_eq!(text(&[0.5]), "0.5");
    }
}
