//! What the cost of a trial is compared with.

use super::figures::{Figures, asic, wants_hardware};
use crate::config::convert::requantize::{Place, requantize};
use crate::config::search::{Judge, Reference, Search};
use crate::config::{self, Config, Weights};
use crate::flow::course::Course;
use crate::flow::hardware::Hardware;
use crate::flow::lessons::Lessons;
use crate::flow::post_training::{self, float::float, ranges};
use crate::flow::{Design, Failure};
use crate::search::score::{Costs, goal_name};
use miette::miette;
use std::path::Path;

/// The costs of the reference network.
///
/// # Errors
/// A network that cannot be trained as float or quantized so; a config that cannot be read; a cost of zero.
pub fn costs(search: &Search, config: &Config, lessons: &Lessons, threads: usize) -> Result<Costs, Failure> {
    let (config, weights) = match &search.reference {
        Reference::Bits(bits) => quantized(search, config, lessons, threads, *bits)?,
        Reference::Config(path) => {
            let config = config::load(path)?;
            let weights = wants_hardware(search).then(|| Weights::require(&config)).transpose()?;
            (config, weights)
        }
    };
    let (bits, energy) = asic(search, &config)?;
    let hardware = weights.filter(|_| wants_hardware(search));
    let hardware = hardware.map(|weights| Design::new(&config, &weights)).transpose()?;
    let hardware = hardware.as_ref().map(Hardware::of);
    let costs = Costs {
        bits,
        energy,
        luts: hardware.map(|hardware| hardware.lut),
        latency_ns: hardware.map(|hardware| hardware.latency_ns),
    };
    require_above_zero(search, &costs)?;
    Ok(costs)
}

/// Training events that show the ranges of the float network.
const EVENTS: usize = 10_000;

/// The float network, trained as a trial is, and quantized to `bits` bits.
fn quantized(
    search: &Search,
    config: &Config,
    lessons: &Lessons,
    threads: usize,
    bits: u32,
) -> Result<(Config, Option<Weights>), Failure> {
    let mut float = float(config)?;
    (float.train.epochs, float.train.seed) = (search.epochs, search.seed);
    let mut course = Course::new(&float, lessons, threads, None)?;
    while !course.is_over() {
        course.epoch(&mut |_| ())?;
    }
    let weights = course.best()?;
    let rows = lessons.train.len().min(EVENTS);
    let ranges = ranges::ranges(&float, &weights, &lessons.train.first(rows))?;
    let quantizers = post_training::fitted(config, &ranges, bits)?;
    let place = Place { output: Path::new(config.source.name()), old_folder: Path::new(""), weights: "none" };
    let (_, quantized) = requantize(config, &quantizers, &place)?;
    let weights = weights.freeze(&quantized)?;
    Ok((quantized, Some(weights)))
}

/// That the score can divide by it.
fn require_above_zero(search: &Search, costs: &Costs) -> Result<(), Failure> {
    let Judge::Score(_) = search.judge else { return Ok(()) };
    let goal = search.goals[0];
    match costs.of(goal) {
        Some(cost) if cost > 0.0 => Ok(()),
        cost => Err(Failure::Input(miette!(
            code = "search::reference",
            help = "a score divides by it: give another `reference`, or a `budget` in place of the `score`",
            "the {} of the reference are {}",
            goal_name(goal),
            cost.unwrap_or_default()
        ))),
    }
}
