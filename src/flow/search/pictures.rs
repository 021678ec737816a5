//! The results of a search as pictures: the front of each cost that counts, and the bits of every layer.

use super::figures::Figures;
use super::last::Trained;
use super::layers::{Chosen, LayerOf};
use super::member::Member;
use super::members::goals;
use super::plan::Plan;
use super::rows::Row;
use crate::config::search::{Goal, Judge};
use crate::report::cells::{self, Cell};
use crate::report::plot::{Axes, Axis, Curve, Point, Style, svg};
use crate::search::score::{goal_name, metric_name};

/// Every picture, with the name of its file.
pub(super) fn pictures(
    plan: &Plan,
    rows: &[Row],
    members: &[Member],
    front: &[u64],
) -> Vec<(String, String)> {
    let goals = goals(plan.search);
    let fronts = goals.iter().enumerate().map(|(place, goal)| {
        let alone = goals.len() == 1;
        let name =
            if place == 0 { "front.svg".to_owned() } else { format!("front_{}.svg", goal_name(*goal)) };
        (name, front_of(plan, rows, members, front, *goal, alone))
    });
    fronts.chain([("bits.svg".to_owned(), bits(members))]).collect()
}

/// All trials, and the members with their error bars, by the metric and one cost.
fn front_of(plan: &Plan, rows: &[Row], members: &[Member], front: &[u64], goal: Goal, alone: bool) -> String {
    let (on, off): (Vec<&Member>, Vec<&Member>) =
        members.iter().partition(|member| front.contains(&member.trial));
    let curve = |label: &str, colour, style, mut points: Vec<Point>| {
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        Curve { label: Some(label.to_owned()), colour, style, points }
    };
    let full = |members: Vec<&Member>| members.iter().map(|member| full(member, goal)).collect();
    let events = if plan.config.data.test.is_some() { "test" } else { "validation" };
    let style = if alone { Style::Steps } else { Style::Points };
    let curves = [
        curve("trials, validation", 3, Style::Faint, tried(rows, goal)),
        curve(&format!("in full, {events}"), 0, Style::Points, full(off)),
        curve("the front", 1, style, full(on)),
        curve("reference", 2, Style::Upright, upright(reference(plan, goal))),
        curve("budget", 4, Style::Upright, upright(budget(plan, goal))),
    ];
    let curves: Vec<Curve> = curves.into_iter().filter(|curve| !curve.points.is_empty()).collect();
    let axes = Axes {
        title: format!(
            "{}: {} against {}",
            plan.config.name,
            metric_name(plan.search.metric),
            goal_name(goal)
        ),
        x: Axis::logarithmic(unit(goal)),
        y: Axis::even(&format!("{}, %", metric_name(plan.search.metric))),
    };
    svg(&axes, &curves)
}

fn unit(goal: Goal) -> &'static str {
    match goal {
        Goal::Bits => "bits of parameters and activations",
        Goal::Energy => "energy of an inference, pJ (45 nm ASIC model)",
        Goal::Luts => "LUTs, estimated",
        Goal::Latency => "latency, ns",
    }
}

fn tried(rows: &[Row], goal: Goal) -> Vec<Point> {
    let point = |figures: &Figures| {
        let x = figures.costs().of(goal)?;
        Some(Point { x, mean: 100.0 * figures.metric, deviation: 0.0 })
    };
    rows.iter().filter_map(|row| row.figures.as_ref().and_then(point)).collect()
}

fn full(member: &Member, goal: Goal) -> Point {
    let metric = member.spread(Trained::metric).times(100.0);
    let x = member.spread(|one| one.costs().of(goal).unwrap_or(0.0)).mean;
    Point { x, mean: metric.mean, deviation: metric.deviation.unwrap_or(0.0) }
}

fn upright(cost: Option<f64>) -> Vec<Point> {
    cost.map(|x| Point { x, mean: 0.0, deviation: 0.0 }).into_iter().collect()
}

/// What a score compares this cost with.
fn reference(plan: &Plan, goal: Goal) -> Option<f64> {
    plan.reference.filter(|_| plan.search.goals[0] == goal)
}

fn budget(plan: &Plan, goal: Goal) -> Option<f64> {
    let Judge::Budget(budget) = &plan.search.judge else { return None };
    budget.iter().find(|(of, _)| *of == goal).map(|(_, most)| *most)
}

/// A row for each member, a column for every quantizer that some of them has.
fn bits(members: &[Member]) -> String {
    let Some(first) = members.first() else { return cells::svg("bits", &[], &[]) };
    let has = |layer: usize, place: usize| {
        members.iter().any(|member| member.layers[layer].quantizers()[place].1.is_some())
    };
    let places = |layer: usize| (0..3).filter(move |place| has(layer, *place));
    let group = |(at, layer): (usize, &LayerOf)| {
        let names = places(at).map(|place| layer.quantizers()[place].0.to_owned()).collect();
        (layer.layer.clone(), names)
    };
    let groups: Vec<(String, Vec<String>)> = first.layers.iter().enumerate().map(group).collect();
    let cell = |chosen: Option<&Chosen>| {
        chosen.map(|one| Cell { text: one.short(), title: one.quantizer.clone(), shade: shade(one.bits) })
    };
    let row = |member: &Member| {
        let all = member.layers.iter().enumerate();
        let cells = all.flat_map(|(at, layer)| places(at).map(move |place| layer.quantizers()[place].1));
        (format!("trial {}", member.trial), cells.map(cell).collect())
    };
    cells::svg("Bits of kernel, bias and activation", &groups, &members.iter().map(row).collect::<Vec<_>>())
}

/// From 0 for no bits to 1 for 16 and more.
fn shade(bits: i32) -> f64 {
    f64::from(bits.clamp(0, 16)) / 16.0
}
