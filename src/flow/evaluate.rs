//! `heteroq evaluate`: figures of the exact net on labelled events.

use super::design::Design;
use super::scores::Scorer;
use super::{Failure, events, inputs};
use crate::config::Config;
use crate::data::Dataset;
use crate::emulate::fast::Integer;
use crate::metrics::Score;
use crate::metrics::evaluation::{self, Evaluation};
use std::path::Path;

/// Accuracy, AUC and the like of `design` on the labelled events in `path`; efficiencies at these `rates` of
/// background. Events go through block by block: what is held of all of them is the file's own numbers and the
/// scores.
///
/// # Errors
/// A file that does not fit the network, outputs too wide to be compared.
pub fn evaluate(design: &Design, path: &Path, rates: &[f64]) -> Result<Evaluation, Failure> {
    let data = events::labelled(&design.config, path)?;
    let scorer = Scorer::new(design.mapped());
    match scorer.fits_64_bits() {
        true => figures::<i64>(design, &data, &scorer, rates),
        false => figures::<i128>(design, &data, &scorer, rates),
    }
}

fn figures<T: Integer + Score>(
    design: &Design,
    data: &Dataset,
    scorer: &Scorer,
    rates: &[f64],
) -> Result<Evaluation, Failure> {
    let scores = scores::<T>(design, data, scorer)?;
    if design.config.output.argmax {
        let winner = |v: &T| usize::try_from(v.wide()).expect("an index of a class");
        let winners: Vec<usize> = scores.iter().map(winner).collect();
        return Ok(evaluation::evaluate_classes(&winners, &data.y, design.config.label_classes().len()));
    }
    Ok(of_scores(&scores, &design.config, &data.y, rates, |score| T::wrap(-score.wide())))
}

/// The figures of scores, events × outputs of `config`. A network of one output may tell two classes apart: above 0 it
/// speaks for class 1, and as loudly, by the `opposite` score, against class 0.
pub(super) fn of_scores<S: Score>(
    scores: &[S],
    config: &Config,
    labels: &[u32],
    rates: &[f64],
    opposite: impl Fn(S) -> S,
) -> Evaluation {
    let (outputs, classes) = (config.output.classes.len(), config.label_classes().len());
    if (outputs, classes) == (1, 2) {
        let both: Vec<[S; 2]> = scores.iter().map(|score| [opposite(*score), *score]).collect();
        return evaluation::evaluate(&both, labels, classes, rates);
    }
    let rows: Vec<&[S]> = scores.chunks_exact(outputs).collect();
    evaluation::evaluate(&rows, labels, classes, rates)
}

/// The scores of all events, event by event.
fn scores<T: Integer>(design: &Design, data: &Dataset, scorer: &Scorer) -> Result<Vec<T>, Failure> {
    let inputs = events::of_design(design)?;
    let mut scores = Vec::with_capacity(data.len() * design.mapped().outputs.len());
    for block in inputs::blocks(&data.x) {
        let integers = inputs.integers::<_, T>(block).map_err(events::in_file(&data.file))?;
        let (flat, _) = integers.into_raw_vec_and_offset();
        scores.extend(scorer.scores(&flat, block.nrows())?);
    }
    Ok(scores)
}
