//! Quantizer strings, each with the demands of its place.

use super::fields::{Fields, read};
use super::problem::{Code, Place, Problem};
use super::tree::Node;
use crate::quantizer::{self, Quantizer, QuantizerError, Sigmoid, Spec};
use std::sync::Arc;

/// The kernel quantizer of `key`, if it is given. Without `alpha` its scale is found from the kernel, as in QKeras.
///
/// # Errors
/// A string that is no quantizer.
pub(super) fn kernel(fields: &Fields, key: &str) -> Result<Option<Spec>, Problem> {
    fields.node(key).map(|node| of_kernel(node, fields.sigmoid)).transpose()
}

/// The kernel quantizer at `node`, as [`kernel`].
///
/// # Errors
/// A string that is no quantizer.
pub(super) fn of_kernel(node: &Node, sigmoid: Sigmoid) -> Result<Spec, Problem> {
    let (text, spec) = spec(node, sigmoid)?;
    spec.for_kernel().map_err(|error| bad(node, &text, error))
}

/// The quantizer of a parameter that is no kernel, if it is given.
///
/// # Errors
/// A string that is no quantizer.
pub(super) fn parameter(fields: &Fields, key: &str) -> Result<Option<Spec>, Problem> {
    fields.node(key).map(|node| of_parameter(node, fields.sigmoid)).transpose()
}

/// The quantizer at `node` of a parameter that is no kernel.
///
/// # Errors
/// A string that is no quantizer.
pub(super) fn of_parameter(node: &Node, sigmoid: Sigmoid) -> Result<Spec, Problem> {
    Ok(spec(node, sigmoid)?.1)
}

/// The activation of `key`, if it is given.
///
/// # Errors
/// A string that is no quantizer; a scale found from the tensor.
pub(super) fn activation(fields: &Fields, key: &str) -> Result<Option<Spec>, Problem> {
    fields.node(key).map(|node| of_activation(node, fields.sigmoid)).transpose()
}

/// The quantizer of every feature.
///
/// # Errors
/// A string that is no quantizer, or is missing; a scale that is not one number.
pub(super) fn of_features(fields: &Fields, key: &str) -> Result<Arc<dyn Quantizer>, Problem> {
    let node = fields.required_node(key)?;
    let (_, spec) = spec(node, fields.sigmoid)?;
    spec.fixed().ok_or_else(|| {
        Problem::new(Code::TensorScale, "all features have one quantizer, with one scale")
            .at(node.place, "this quantizer")
            .help("write one number for alpha, such as alpha=1")
    })
}

/// The activation at `node`.
///
/// # Errors
/// A string that is no quantizer; a scale found from the tensor.
pub(super) fn of_activation(node: &Node, sigmoid: Sigmoid) -> Result<Spec, Problem> {
    let (_, spec) = spec(node, sigmoid)?;
    if !spec.alpha().is_automatic() {
        return Ok(spec);
    }
    let why = "this scale would be found from each batch of events, but hardware sees one event";
    Err(Problem::new(Code::TensorScale, why)
        .at(node.place, "this quantizer")
        .help("write a number for alpha, such as alpha=1, or a list with one for each channel"))
}

fn spec(node: &Node, sigmoid: Sigmoid) -> Result<(String, Spec), Problem> {
    let text: String = read(node)?;
    match quantizer::parse_with(&text, sigmoid) {
        Ok(spec) => Ok((text, spec)),
        Err(error) => Err(bad(node, &text, error)),
    }
}

fn bad(node: &Node, text: &str, error: QuantizerError) -> Problem {
    let place = within(node.place, text, error.span);
    let problem = Problem::new(Code::BadQuantizer, error.message).at(place, "here");
    match error.help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// The place of bytes `span` of `text`, which stands at `place`, quoted or not. Where escapes moved
/// its letters, the whole of it.
fn within(place: Place, text: &str, span: std::ops::Range<usize>) -> Place {
    let quote = match place.len().checked_sub(text.len()) {
        Some(0) => 0,
        Some(2) => 1,
        _ => return place,
    };
    let end = span.end.min(text.len());
    let start = span.start.min(end);
    Place::new((place.offset() + quote + start).into(), end - start)
}
