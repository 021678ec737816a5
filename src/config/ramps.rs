//! `qnoise` and `pruning` of `train`: what sets in over some epochs.

use super::fields::Fields;
use super::keys::training as keys;
use super::numbers::{BETWEEN, Range, count, number, number_at};
use super::problem::{Code, Problem};
use super::training::{Pruning, Ramp};
use super::tree::Node;
use std::ops::Bound;

/// How quantization sets in, from the map at `node`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn qnoise(node: &Node, epochs: usize) -> Result<Ramp, Problem> {
    ramp(&Fields::of(node, node.place, &keys::QNOISE)?, epochs)
}

/// How small weights become zeros, from the map at `node`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn pruning(node: &Node, epochs: usize) -> Result<Pruning, Problem> {
    let fields = Fields::of(node, node.place, &keys::PRUNING)?;
    let sparsity = number_at(fields.required_node("sparsity")?, "sparsity", BETWEEN)?;
    Ok(Pruning { sparsity, ramp: ramp(&fields, epochs)?, every: count(&fields, "every", 100)? })
}

/// A ramp that ends with the training at the latest: what is kept has seen it whole.
fn ramp(fields: &Fields, epochs: usize) -> Result<Ramp, Problem> {
    #[expect(clippy::cast_precision_loss, reason = "at most a million")]
    let end = epochs as f64;
    let finish = fields.required_node("finish")?;
    let start = number(fields, "start", 0.0, (Bound::Included(0.0), Bound::Excluded(end)))
        .map_err(|problem| with_epochs(problem, epochs))?;
    let after_start: Range = (Bound::Excluded(start), Bound::Included(end));
    let finish = number_at(finish, "finish", after_start).map_err(|problem| with_epochs(problem, epochs))?;
    let exponent = number(fields, "exponent", 3.0, (Bound::Excluded(0.0), Bound::Included(100.0)))?;
    Ok(Ramp { start, finish, exponent })
}

fn with_epochs(problem: Problem, epochs: usize) -> Problem {
    match problem.code {
        Code::OutOfRange => problem
            .help(format!("`start` comes before `finish`, both in epochs, of which there are {epochs}")),
        _ => problem,
    }
}
