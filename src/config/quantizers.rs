//! Quantizer strings, each with the demands of its place.

use super::fields::{Fields, read};
use super::problem::{Code, Place, Problem};
use super::tree::Node;
use crate::quantizer::{self, Alpha, Quantizer};
use std::sync::Arc;

/// The kernel quantizer of `key`, if it is given. Without `alpha` its scale would be found from the
/// kernel, as in QKeras, so the scale must be written.
///
/// # Errors
/// A string that is no quantizer; a scale that is not a number.
pub(super) fn kernel(fields: &Fields, key: &str) -> Result<Option<Arc<dyn Quantizer>>, Problem> {
    let Some(node) = fields.node(key) else { return Ok(None) };
    let quantizer = of_node(node)?;
    match quantizer.alpha() {
        Alpha::None => Err(tensor_scale(
            node,
            "without `alpha` a kernel's scale is found from the kernel (`auto_po2`), as in QKeras",
        )),
        _ => Ok(Some(quantizer)),
    }
}

/// The quantizer of `key`, if it is given.
///
/// # Errors
/// A string that is no quantizer; a scale found from the tensor.
pub(super) fn plain(fields: &Fields, key: &str) -> Result<Option<Arc<dyn Quantizer>>, Problem> {
    fields.node(key).map(of_node).transpose()
}

/// The quantizer of `key`, which must be given.
///
/// # Errors
/// As [`plain`], or that it is missing.
pub(super) fn required(fields: &Fields, key: &str) -> Result<Arc<dyn Quantizer>, Problem> {
    of_node(fields.required_node(key)?)
}

fn of_node(node: &Node) -> Result<Arc<dyn Quantizer>, Problem> {
    let quantizer = parse(node)?;
    match quantizer.alpha() {
        Alpha::Absent | Alpha::None | Alpha::Number(_) => Ok(quantizer),
        Alpha::Auto | Alpha::AutoPo2 => Err(tensor_scale(node, "this scale is found from the tensor")),
    }
}

fn tensor_scale(node: &Node, why: &str) -> Problem {
    Problem::new(Code::TensorScale, why)
        .at(node.place, "this quantizer")
        .help("write alpha=1, or wait for auto_po2")
}

fn parse(node: &Node) -> Result<Arc<dyn Quantizer>, Problem> {
    let text: String = read(node)?;
    quantizer::parse(&text).map_err(|error| {
        let place = within(node.place, &text, error.span);
        let problem = Problem::new(Code::BadQuantizer, error.message).at(place, "here");
        match error.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    })
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
