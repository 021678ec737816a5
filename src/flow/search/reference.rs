//! What the cost of a trial is compared with.

use super::figures::{asic, real, wants_hardware};
use crate::config::convert::requantize::{Place, requantize};
use crate::config::search::{Judge, Reference, Search};
use crate::config::{self, Config, Weights};
use crate::flow::course::Course;
use crate::flow::hardware::Hardware;
use crate::flow::lessons::Lessons;
use crate::flow::post_training::{self, float::float, ranges};
use crate::flow::quietly::quietly;
use crate::flow::{Design, Failure};
use crate::qtools;
use crate::search::score::{Costs, goal_name};
use miette::miette;
use std::path::Path;

/// The costs of the reference network, as far as the search asks for them.
///
/// # Errors
/// A network that cannot be trained as float or quantized so; a config that cannot be read; a cost of zero.
pub fn costs(search: &Search, config: &Config, lessons: &Lessons, threads: usize) -> Result<Costs, Failure> {
    let wanted = wants_hardware(search);
    let ((bits, energy), hardware) = match &search.reference {
        Reference::Bits(bits) => {
            let built = wanted.then(|| quietly(|| quantized(search, config, lessons, threads, *bits)));
            (of_bits(search, config, *bits), built.transpose()?)
        }
        Reference::Config(path) => {
            let other = config::load(path)?;
            let built = wanted.then(|| Design::new(&other, &Weights::require(&other)?));
            (asic(search, &other), built.transpose()?)
        }
    };
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

/// As much of the same as takes no training: said before a study is begun.
///
/// # Errors
/// A config that cannot be read, or has no weights where hardware is wanted; a cost of zero.
pub fn check(config: &Config, search: &Search) -> Result<(), Failure> {
    let Judge::Score(_) = search.judge else { return Ok(()) };
    let (bits, energy) = match &search.reference {
        Reference::Bits(bits) => of_bits(search, config, *bits),
        Reference::Config(path) => {
            let other = config::load(path)?;
            if wants_hardware(search) {
                Weights::require(&other)?;
            }
            asic(search, &other)
        }
    };
    let unknown = Some(f64::INFINITY); // hardware is built later
    require_above_zero(search, &Costs { bits, energy, luts: unknown, latency_ns: unknown })
}

/// Bits and energy of the network at so many bits, as AutoQKeras has them of its reference.
fn of_bits(search: &Search, config: &Config, bits: u32) -> (f64, f64) {
    let count = qtools::bits::reference(config, &search.bits, bits).total;
    (real(count), qtools::energy::reference(config, &search.energy, bits).total)
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
) -> Result<Design, Failure> {
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
    Design::new(&quantized, &weights.freeze(&quantized)?)
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
