//! What makes one network better than another: `goal`, `score`, `budget`, `reference` and `metric` of `search`.

use super::map;
use crate::config::fields::{Fields, read, within, word};
use crate::config::keys::search as keys;
use crate::config::numbers::{BETWEEN, NOT_NEGATIVE, Range, number, number_at};
use crate::config::problem::{Code, Problem};
use crate::config::search::{Forgiving, Goal, Judge, Metric, Reference};
use crate::config::tree::{Node, Value};
use std::ops::Bound;
use std::path::Path;

const GOALS: &[(&str, Goal)] =
    &[("bits", Goal::Bits), ("energy", Goal::Energy), ("luts", Goal::Luts), ("latency", Goal::Latency)];

const BUDGETS: &[(&str, Goal)] =
    &[("bits", Goal::Bits), ("energy", Goal::Energy), ("luts", Goal::Luts), ("latency_ns", Goal::Latency)];

const METRICS: &[(&str, Metric)] = &[("accuracy", Metric::Accuracy), ("auc", Metric::Auc)];

/// Greater than 0, at most a trillion.
const POSITIVE: Range = (Bound::Excluded(0.0), Bound::Included(1e12));

/// Greater than 1, at most a million.
const ABOVE_ONE: Range = (Bound::Excluded(1.0), Bound::Included(1e6));

/// The costs that count, and how.
pub(super) struct Judged {
    /// Which costs.
    pub(super) goals: Vec<Goal>,
    /// How accuracy and cost are weighed.
    pub(super) judge: Judge,
}

/// `goal`, `score` and `budget`.
///
/// # Errors
/// What is wrong, at its place; a score of several costs, or beside a budget.
pub(super) fn judged(fields: &Fields) -> Result<Judged, Problem> {
    let (goals, is_list) = goals(fields)?;
    if fields.node("budget").is_some() {
        return within_budget(fields, goals);
    }
    let goals = if goals.is_empty() { vec![Goal::Luts] } else { goals };
    if is_list && fields.node("score").is_none() {
        return Ok(Judged { goals, judge: Judge::Front });
    }
    if goals.len() > 1 {
        return Err(Problem::new(Code::Conflict, format!("a score of {} costs", goals.len()))
            .at(fields.key_place("score"), "a score weighs one cost")
            .at(fields.key_place("goal"), "several goals")
            .help("name one goal, or remove `score`: the search then looks for the front of all goals"));
    }
    Ok(Judged { goals, judge: Judge::Score(score(fields)?) })
}

/// The goals, none if none are given, and whether they are a list.
fn goals(fields: &Fields) -> Result<(Vec<Goal>, bool), Problem> {
    let Some(node) = fields.node("goal") else { return Ok((Vec::new(), false)) };
    let Value::List(items) = &node.value else { return Ok((vec![word(node, "goal", GOALS)?], false)) };
    let mut goals = Vec::new();
    for item in items {
        let goal = word(item, "goal", GOALS)?;
        if goals.contains(&goal) {
            return Err(Problem::new(Code::DuplicateName, "the same goal twice").at(item.place, "again"));
        }
        goals.push(goal);
    }
    if goals.is_empty() {
        return Err(Problem::new(Code::Empty, "no goal")
            .at(node.place, "this list is empty")
            .help("name a cost, such as `goal: luts`"));
    }
    Ok((goals, true))
}

fn score(fields: &Fields) -> Result<Forgiving, Problem> {
    let (map, default) = (map(fields, "score", &keys::SCORE)?, Forgiving::default());
    Ok(Forgiving {
        delta_p: number(&map, "delta_p", default.delta_p, NOT_NEGATIVE)?,
        delta_n: number(&map, "delta_n", default.delta_n, NOT_NEGATIVE)?,
        rate: number(&map, "rate", default.rate, ABOVE_ONE)?,
        stress: number(&map, "stress", default.stress, POSITIVE)?,
    })
}

/// The best within a budget; its costs count too.
fn within_budget(fields: &Fields, mut goals: Vec<Goal>) -> Result<Judged, Problem> {
    if fields.node("score").is_some() {
        return Err(Problem::new(Code::Conflict, "a score and a budget")
            .at(fields.key_place("score"), "this weighs accuracy and cost")
            .at(fields.key_place("budget"), "this takes the best that is cheap enough")
            .help("remove one of the two"));
    }
    let map = map(fields, "budget", &keys::BUDGET)?;
    let mut budget = Vec::new();
    for (key, goal) in BUDGETS {
        let Some(node) = map.node(key) else { continue };
        budget.push((*goal, number_at(node, key, POSITIVE)?));
    }
    if budget.is_empty() {
        return Err(Problem::new(Code::Empty, "a budget of no cost")
            .at(fields.key_place("budget"), "this is empty")
            .help("give one, such as `budget: {luts: 3000, latency_ns: 60}`"));
    }
    goals.extend(
        budget.iter().map(|(goal, _)| *goal).filter(|goal| !goals.contains(goal)).collect::<Vec<_>>(),
    );
    Ok(Judged { goals, judge: Judge::Budget(budget) })
}

/// `reference`: bits, or a config; a text alone is its path.
///
/// # Errors
/// What is wrong, at its place; both.
pub(super) fn reference(fields: &Fields, folder: &Path) -> Result<Reference, Problem> {
    if let Some(node @ Node { value: Value::Text(_), .. }) = fields.node("reference") {
        return Ok(Reference::Config(folder.join(read::<String>(node)?)));
    }
    let map = map(fields, "reference", &keys::REFERENCE)?;
    match (map.node("config"), map.node("bits")) {
        (Some(_), Some(_)) => Err(Problem::new(Code::Conflict, "two references")
            .at(map.key_place("bits"), "these bits")
            .at(map.key_place("config"), "and this config")
            .help("remove one of the two")),
        (Some(config), None) => Ok(Reference::Config(folder.join(read::<String>(config)?))),
        (None, Some(bits)) => Ok(Reference::Bits(u32::try_from(within(bits, 2, 24)?).expect("at most 24"))),
        (None, None) => Ok(Reference::Bits(8)),
    }
}

/// `metric`: a word, or the fraction of background at which efficiencies count.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn metric(fields: &Fields) -> Result<Metric, Problem> {
    let Some(node) = fields.node("metric") else { return Ok(Metric::Accuracy) };
    let Value::Map(_) = &node.value else { return named(node) };
    let map = Fields::of(node, node.place, &keys::METRIC)?;
    Ok(Metric::Efficiency(number_at(map.required_node("efficiency")?, "efficiency", BETWEEN)?))
}

/// A metric that is a word.
fn named(node: &Node) -> Result<Metric, Problem> {
    word(node, "metric", METRICS).map_err(|problem| {
        let words = problem.help.clone().unwrap_or_else(|| "there are `accuracy`, `auc`".to_owned());
        problem.help(format!("{words}, and `{{efficiency: 0.01}}`, which is that at 1 % background"))
    })
}
