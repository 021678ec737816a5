//! `heteroq evaluate`: figures of the exact net on labelled events.

use super::design::Design;
use super::emulate::{self, Engine};
use super::{Failure, events};
use crate::fixed::Dyadic;
use crate::metrics::evaluation::{self, Evaluation};
use miette::miette;
use ndarray::Array2;
use std::path::Path;

/// Accuracy, AUC and the like of `design` on the labelled events in `path`.
///
/// # Errors
/// A file that does not fit the network, outputs too wide to be compared.
pub fn evaluate(design: &Design, path: &Path) -> Result<Evaluation, Failure> {
    let (events, labels) = events::labelled(design, path)?;
    let results = emulate::run(design, Engine::Fast, &events)?;
    let classes = design.config.output.classes.len();
    if design.config.output.argmax {
        let winner = |v: &i128| usize::try_from(*v).expect("an index of a class");
        let winners: Vec<usize> = results.column(0).iter().map(winner).collect();
        return Ok(evaluation::evaluate_classes(&winners, &labels, classes));
    }
    Ok(evaluation::evaluate(&aligned(design, &results)?, &labels, classes))
}

/// Scores of one event on one grid, so that they can be compared.
fn aligned(design: &Design, results: &Array2<i128>) -> Result<Vec<Vec<i128>>, Failure> {
    let fracs: Vec<i32> = design.mapped().outputs.iter().map(|o| o.frac).collect();
    let finest = fracs.iter().copied().max().unwrap_or(0);
    let align = |(v, frac): (&i128, &i32)| Dyadic::new(*v, -frac).to_integer(finest);
    let row = |row: ndarray::ArrayView1<i128>| row.iter().zip(&fracs).map(align).collect();
    let aligned: Option<Vec<Vec<i128>>> = results.outer_iter().map(row).collect();
    aligned.ok_or_else(|| {
        Failure::Input(miette!(
            help = "quantize the last layer",
            "the outputs are too far apart to be compared: on one grid they take more than 127 bits"
        ))
    })
}
