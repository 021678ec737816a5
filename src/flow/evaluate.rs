//! `heteroq evaluate`: figures of the exact net on labelled events.

use super::design::Design;
use super::{Failure, events, inputs};
use crate::data::Dataset;
use crate::emulate::fast::{Emulator, Integer};
use crate::fixed::{Dyadic, Interval};
use crate::metrics::Score;
use crate::metrics::evaluation::{self, Evaluation};
use crate::net::Net;
use miette::miette;
use std::path::Path;

/// Accuracy, AUC and the like of `design` on the labelled events in `path`; efficiencies at these `rates` of
/// background. Events go through block by block: what is held of all of them is the file's own numbers and the
/// scores.
///
/// # Errors
/// A file that does not fit the network, outputs too wide to be compared.
pub fn evaluate(design: &Design, path: &Path, rates: &[f64]) -> Result<Evaluation, Failure> {
    let data = events::labelled(&design.config, path)?;
    let grid = Grid::of(design.mapped());
    if grid.fits_64_bits(design.mapped()) {
        figures::<i64>(design, &data, grid, rates)
    } else {
        figures::<i128>(design, &data, grid, rates)
    }
}

/// The grid that all scores of an event are brought to, so that they can be compared.
#[derive(Debug, Clone, Copy)]
struct Grid {
    /// Its fraction digits: those of the finest output.
    frac: i32,
}

impl Grid {
    fn of(net: &Net) -> Grid {
        Grid { frac: net.outputs.iter().map(|o| o.frac).max().unwrap_or(0) }
    }

    /// The score of an output; `None` beyond 127 bits.
    fn score(self, value: i128, frac: i32) -> Option<i128> {
        Dyadic::new(value, -frac).to_integer(self.frac)
    }

    /// Whether every input and every score, with either sign, is a 64-bit integer.
    fn fits_64_bits(self, net: &Net) -> bool {
        let holds =
            |v: Option<i128>| v.is_some_and(|v| i64::try_from(v).is_ok() && v != i128::from(i64::MIN));
        let score = |(interval, frac): (Interval, i32)| {
            holds(self.score(interval.lo, frac)) && holds(self.score(interval.hi, frac))
        };
        let inputs = net.inputs.iter().all(|i| holds(Some(i.interval.lo)) && holds(Some(i.interval.hi)));
        inputs && net.outputs.iter().map(|o| (net.intervals[o.id.index()], o.frac)).all(score)
    }
}

fn figures<T: Integer + Score>(
    design: &Design,
    data: &Dataset,
    grid: Grid,
    rates: &[f64],
) -> Result<Evaluation, Failure> {
    let scores = scores::<T>(design, data, grid)?;
    let (outputs, classes) = (design.mapped().outputs.len(), design.config.label_classes().len());
    if design.config.output.argmax {
        let winner = |v: &T| usize::try_from(v.wide()).expect("an index of a class");
        let winners: Vec<usize> = scores.iter().map(winner).collect();
        return Ok(evaluation::evaluate_classes(&winners, &data.y, classes));
    }
    if (outputs, classes) == (1, 2) {
        // One output speaks for class 1 above 0, and as loudly against class 0.
        let both: Vec<[T; 2]> = scores.iter().map(|v| [T::wrap(-v.wide()), *v]).collect();
        return Ok(evaluation::evaluate(&both, &data.y, classes, rates));
    }
    let rows: Vec<&[T]> = scores.chunks_exact(outputs).collect();
    Ok(evaluation::evaluate(&rows, &data.y, classes, rates))
}

/// The scores of all events, event by event.
fn scores<T: Integer>(design: &Design, data: &Dataset, grid: Grid) -> Result<Vec<T>, Failure> {
    let inputs = events::of_design(design)?;
    let (net, emulator) = (design.mapped(), Emulator::new(design.mapped()));
    let mut scores = Vec::with_capacity(data.len() * net.outputs.len());
    for block in inputs::blocks(&data.x) {
        let integers = inputs.integers::<_, T>(block).map_err(events::in_file(&data.file))?;
        let (flat, _) = integers.into_raw_vec_and_offset();
        let results = emulator.run(&flat, block.nrows()).map_err(|e| Failure::Input(miette!("{e}")))?;
        for (value, output) in results.iter().zip(net.outputs.iter().cycle()) {
            scores.push(T::wrap(grid.score(value.wide(), output.frac).ok_or_else(too_far_apart)?));
        }
    }
    Ok(scores)
}

fn too_far_apart() -> Failure {
    Failure::Input(miette!(
        help = "quantize the last layer",
        "the outputs are too far apart to be compared: on one grid they take more than 127 bits"
    ))
}
