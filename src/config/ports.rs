//! `input` and `output`: shapes and names of what comes in and goes out.

use super::fields::{Fields, read, within};
use super::model::{Input, Output};
use super::problem::{Code, Place, Problem};
use super::quantizers;
use super::tree::Node;
use std::collections::BTreeMap;

/// Features, outputs, or elements of any layer: at most this many. Each would be a port or a register.
pub(super) const MAX_ELEMENTS: u64 = 65_536;

/// Reads `input`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn input(fields: &Fields) -> Result<Input, Problem> {
    let shape = shape(fields.required_node("shape")?)?;
    let quantizer = quantizers::of_features(fields, "quantizer")?;
    let names = names(fields, "names", "feature", 'x', elements(&shape))?;
    Ok(Input { shape, quantizer, names })
}

/// How many elements a tensor of `shape` has.
pub(super) fn elements(shape: &[usize]) -> usize {
    shape.iter().product()
}

fn shape(node: &Node) -> Result<Vec<usize>, Problem> {
    let items: Vec<Node> = read(node)?;
    if items.is_empty() {
        return Err(Problem::new(Code::Empty, "an event without a feature")
            .at(node.place, "this shape is empty")
            .help("write the number of features, such as `[16]`"));
    }
    let shape = items.iter().map(|item| size(item, "feature")).collect::<Result<Vec<_>, _>>()?;
    let product = shape.iter().fold(1u64, |all, &n| all.saturating_mul(n as u64));
    if product <= MAX_ELEMENTS {
        return Ok(shape);
    }
    Err(Problem::new(Code::TooLarge, format!("an event of {product} features"))
        .at(node.place, format!("at most {MAX_ELEMENTS} in all")))
}

/// A number of things, at least 1.
///
/// # Errors
/// [`Code::Empty`] for 0, else as [`within`].
pub(super) fn size(node: &Node, thing: &str) -> Result<usize, Problem> {
    let number = within(node, 0, u64::from(u32::MAX))?;
    if number == 0 {
        return Err(Problem::new(Code::Empty, format!("no {thing} at all"))
            .at(node.place, "this is zero")
            .help("write at least 1"));
    }
    Ok(usize::try_from(number).expect("below 2^32"))
}

/// `output`, before the layers are known.
pub(super) struct DraftOutput {
    classes: Option<Vec<String>>,
    classes_place: Place,
    argmax: bool,
    argmax_place: Place,
}

/// Reads `output`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn output(fields: &Fields) -> Result<DraftOutput, Problem> {
    let classes = fields.node("classes").map(|node| different(node, "class")).transpose()?;
    let classes_place = fields.node("classes").map_or(fields.key_place("classes"), |node| node.place);
    let (argmax, argmax_place) = (fields.or("argmax", false)?, fields.key_place("argmax"));
    Ok(DraftOutput { classes, classes_place, argmax, argmax_place })
}

impl DraftOutput {
    /// The output of a network with `outputs` outputs.
    ///
    /// # Errors
    /// Too many or too few classes; an argmax over one class.
    pub(super) fn for_outputs(self, outputs: usize) -> Result<Output, Problem> {
        if self.argmax && outputs == 1 {
            return Err(Problem::new(Code::ArgmaxOfOne, "the argmax of one class is always 0")
                .at(self.argmax_place, "this argmax")
                .help("write `argmax: false` and compare the value with a threshold"));
        }
        let classes = self.classes.unwrap_or_else(|| numbered('y', outputs));
        counted(&classes, "class", self.classes_place, outputs)?;
        Ok(Output { classes, argmax: self.argmax })
    }
}

/// The names of `key`, one for each of `count` things; numbered after `letter` if they are not given.
fn names(
    fields: &Fields,
    key: &str,
    thing: &str,
    letter: char,
    count: usize,
) -> Result<Vec<String>, Problem> {
    let Some(node) = fields.node(key) else { return Ok(numbered(letter, count)) };
    let names = different(node, thing)?;
    counted(&names, thing, node.place, count)?;
    Ok(names)
}

fn numbered(letter: char, count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{letter}{i}")).collect()
}

fn counted(names: &[String], thing: &str, place: Place, count: usize) -> Result<(), Problem> {
    if names.len() == count {
        return Ok(());
    }
    let message = format!("{} {thing} names, but the network has {count}", names.len());
    Err(Problem::new(Code::NameCount, message)
        .at(place, "these names")
        .help(format!("give one name for each {thing}, or none")))
}

/// The names at `node`, which are all different and not empty.
fn different(node: &Node, thing: &str) -> Result<Vec<String>, Problem> {
    let items: Vec<Node> = read(node)?;
    let mut first = BTreeMap::new();
    let mut names = Vec::new();
    for item in &items {
        let name: String = read(item)?;
        if name.trim().is_empty() {
            return Err(Problem::new(Code::IllegalName, format!("a {thing} without a name"))
                .at(item.place, "this name is empty"));
        }
        if let Some(place) = first.insert(name.clone(), item.place) {
            return Err(twice(&name, thing, place, item.place));
        }
        names.push(name);
    }
    Ok(names)
}

/// Two things of one name.
pub(super) fn twice(name: &str, thing: &str, first: Place, second: Place) -> Problem {
    Problem::new(Code::DuplicateName, format!("two of the {thing} names are `{name}`"))
        .at(first, "here first")
        .at(second, "and here again")
        .help("give each its own name")
}

/// The name of `key`: letters, digits and `_`, no digit first, at most 64 of them.
///
/// # Errors
/// [`Code::IllegalName`] at its place.
pub(super) fn legal_name(node: &Node, thing: &str) -> Result<String, Problem> {
    let name: String = read(node)?;
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if first && name.len() <= 64 && name.chars().all(letter) {
        return Ok(name);
    }
    Err(Problem::new(Code::IllegalName, format!("`{name}` cannot name a {thing}"))
        .at(node.place, "this name")
        .help("use letters, digits and `_`, no digit first, at most 64 of them"))
}
