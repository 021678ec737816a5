//! Searches that come to nothing: said before the first trial where that can be, else after the last.

use super::figures::wants_hardware;
use super::plan::{Plan, Terms, in_place};
use super::stages::{self, Stage};
use super::{line, members};
use crate::config::problem::{Code, Problem};
use crate::config::search::{Judge, Metric, Search};
use crate::config::{Config, ConfigError, Dense, Kind, Layer};
use crate::flow::Failure;
use crate::report::number;
use crate::search::space::Space;
use crate::search::trial::Trial;
use crate::train::rule::pruning;
use miette::miette;

/// That one trial of each block can be the best.
///
/// # Errors
/// Blocks in a search for the front of several values.
pub fn one_value(search: &Search) -> Result<(), Failure> {
    if search.blocks.is_empty() || search.judge != Judge::Front {
        return Ok(());
    }
    Err(Failure::Input(miette!(
        code = "search::front",
        help = "write a `score` or a `budget`: the networks on the front of accuracy and cost are found then as well",
        "`blocks` hand on what the best trial has chosen, and a list of goals without a score has no best one"
    )))
}

/// That every stage can be searched, one on the other: something is varied, and no layer is float where trials or the networks
/// of the end are built.
///
/// # Errors
/// A stage that cannot be; each float layer, by name.
pub fn stages(terms: &Terms, config: &Config, stages: &[Stage]) -> Result<(), Failure> {
    let mut base = stages::first(config);
    let mut choices = 0;
    for (place, stage) in stages.iter().enumerate() {
        let plan = stage.plan(terms, base)?;
        choices += plan.space.dimensions.len();
        let network = plan.settled(&vec![0; plan.space.dimensions.len()])?;
        let is_last = place + 1 == stages.len();
        if is_last || wants_hardware(terms.search) || terms.search.metric != Metric::Accuracy {
            quantized(config, &network, stage, is_last)?;
        }
        base = stages::first(&network);
    }
    if choices == 0 { Err(nothing_to_search()) } else { Ok(()) }
}

/// That no layer of the `network` of a stage is float.
fn quantized(config: &Config, network: &Config, stage: &Stage, is_last: bool) -> Result<(), ConfigError> {
    let layers = config.layers.iter().zip(&network.layers);
    let problems = layers.filter(|(_, now)| is_float(now)).map(|(layer, _)| float(layer, stage, is_last));
    ConfigError::of(problems.collect(), &config.source).map_or(Ok(()), Err)
}

fn is_float(layer: &Layer) -> bool {
    layer.float.is_some() || matches!(layer.kind, Kind::Dense(Dense { kernel: None, .. }))
}

fn float(layer: &Layer, stage: &Stage, is_last: bool) -> Problem {
    let name = &layer.name;
    let (message, help) = match &stage.block {
        Some(block) if !is_last => (
            format!("layer `{name}` is float while block `{}` is searched", block.pattern),
            "the hardware of a trial has no float layers: give it quantizers to begin with, which its own block then \
             replaces, or choose the goal `bits` or `energy` and the metric `accuracy`",
        ),
        _ => (
            format!("layer `{name}` has no quantizers, and `search` gives it none"),
            "the networks that a search finds are built: name it in `limit`, or give it quantizers itself, such as \
             `kernel: \"quantized_bits(6, 0, alpha=1)\"`; what is only `softmax` or `sigmoid` at the end goes away: hardware \
             gives the scores",
        ),
    };
    Problem::new(Code::FloatLayer, message).at(layer.place, "this layer").help(help)
}

/// That every layer of every network has quantizers: the best ones are to be hardware. All points have those of the same
/// layers.
///
/// # Errors
/// Each layer that stays float, by name.
pub fn no_float(config: &Config, space: &Space) -> Result<(), Failure> {
    let first = in_place(config, &space.changes(&vec![0; space.dimensions.len()]))?;
    let of = |config: &Config, layers| Config { layers, ..config.clone() }.require_quantized();
    let stays = |(_, then): &(&Layer, &Layer)| of(&first, vec![(*then).clone()]).is_err();
    let layers = config.layers.iter().zip(&first.layers).filter(stays).map(|(now, _)| now.clone());
    of(config, layers.collect()).map_err(|float| {
        Failure::Input(miette::Report::new(float).wrap_err(
            "a layer that is not searched stays float, and float layers have no hardware: let `limit` name it too",
        ))
    })
}

/// That every kernel that may be chosen can be pruned, where training does so.
///
/// # Errors
/// Each layer with a choice that makes a weight of 0 something else.
pub fn prunable(config: &Config, space: &Space) -> Result<(), Failure> {
    let rounds = space.dimensions.iter().map(|one| one.choices.len()).max().unwrap_or(1);
    for round in (0..rounds).filter(|_| config.train.pruning.is_some()) {
        let point: Vec<usize> = space.dimensions.iter().map(|one| round % one.choices.len()).collect();
        pruning::check(&in_place(config, &space.changes(&point))?).map_err(|cannot| {
            let why =
                "`train` prunes, and `limit` lets kernels be what has no 0: list quantizers that have one";
            Failure::Input(miette::Report::new(cannot).wrap_err(why))
        })?;
    }
    Ok(())
}

/// A search that has nothing to vary.
pub fn nothing_to_search() -> Failure {
    Failure::Input(miette!(
        code = "search::nothing",
        help = "give `limit` a layer with more than one choice, or `tune_filters: layer`",
        "there is nothing to search: every choice has one quantizer"
    ))
}

/// That some trial is within the budget, if there is one; else the nearest is shown.
///
/// # Errors
/// None is.
pub fn within_budget(plan: &Plan, trials: &[Trial]) -> Result<(), Failure> {
    if members::best(plan, trials).is_some() {
        return Ok(());
    }
    let Some(nearest) = members::nearest(plan, trials) else {
        return Err(none_is_done(trials));
    };
    Err(Failure::Design(miette!(
        code = "search::budget",
        help = "allow quantizers of fewer bits in `limit`, or `tune_filters`, or raise the budget: that is another search, \
                which `--study DIR` keeps elsewhere",
        "no trial is within the budget; the nearest is trial {}: {}",
        nearest.number,
        line::said(plan, nearest)
    )))
}

/// A search without a trial that has figures: why the first one has none.
pub fn none_is_done(trials: &[Trial]) -> Failure {
    let first = trials.first().map_or(String::new(), |trial| format!("; trial 0: {}", line::reason(trial)));
    Failure::Design(miette!(
        code = "search::failed",
        help = "change what makes them fail, such as the `learning_rate`: that is another search, which `--study DIR` keeps \
                elsewhere",
        "none of {} has figures{first}",
        number::count(trials.len() as u64, "trial")
    ))
}
