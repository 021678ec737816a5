//! `heteroq evaluate`: figures of the exact net on labelled events.

use super::Failure;
use super::design::Design;
use super::events;
use crate::emulate::fast::Emulator;
use crate::metrics::evaluation::{self, Evaluation};
use crate::net::execute::Executes;
use miette::miette;
use std::path::Path;

/// Accuracy, AUC and the like of `design` on the labelled events in `path`.
///
/// # Errors
/// A file that does not fit the network.
pub fn evaluate(design: &Design, path: &Path) -> Result<Evaluation, Failure> {
    let (events, labels) = events::load(&design.config, &design.weights, path)?;
    let mut emulator = Emulator::new(design.mapped());
    let results = Executes::run(&mut emulator, &events).map_err(|e| Failure::Input(miette!("{e}")))?;
    let classes = design.config.output.classes.len();
    if design.config.output.argmax {
        let winners: Vec<usize> = results.iter().map(|row| usize::try_from(row[0]).unwrap_or(0)).collect();
        return Ok(evaluation::evaluate_classes(&winners, &labels, classes));
    }
    Ok(evaluation::evaluate(&aligned(design, &results), &labels, classes))
}

/// Scores of one event on one grid, so that they can be compared.
fn aligned(design: &Design, results: &[Vec<i128>]) -> Vec<Vec<i128>> {
    let fracs: Vec<i32> = design.mapped().outputs.iter().map(|o| o.frac).collect();
    let finest = fracs.iter().copied().max().unwrap_or(0);
    let shift = |(v, frac): (&i128, &i32)| v << finest.abs_diff(*frac).min(60);
    results.iter().map(|row| row.iter().zip(&fracs).map(shift).collect()).collect()
}
