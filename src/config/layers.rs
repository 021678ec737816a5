//! `layers`: each by its kind, before it is known what it reads.

use super::fields::{Fields, find, missing, pairs, read, word};
use super::function::{FloatActivation, Function};
use super::hardware::ARITHMETICS;
use super::keys::{self, Table};
use super::model::{Arithmetic, BatchNorm, Dropout, Fold};
use super::normalization;
use super::ports::{legal_name, size};
use super::problem::{Code, Place, Problem};
use super::quantizers;
use super::tree::{Node, Value};
use crate::quantizer::{Sigmoid, Spec};

/// A layer as it is written.
pub(super) struct Draft {
    /// Its name.
    pub(super) name: String,
    /// Where that stands.
    pub(super) place: Place,
    /// What it reads, by name; none means the layer before.
    pub(super) inputs: Option<Inputs>,
    /// What it computes.
    pub(super) kind: DraftKind,
    /// What comes after that.
    pub(super) activation: Activation,
}

/// What comes after a layer's own computation: nothing, or one of the two.
#[derive(Default)]
pub(super) struct Activation {
    /// A quantizer.
    pub(super) quantizer: Option<Spec>,
    /// A float function.
    pub(super) float: Option<FloatActivation>,
}

/// What a layer reads, by name.
pub(super) struct Inputs {
    /// The names and their places.
    pub(super) names: Vec<(String, Place)>,
    /// Where the list stands.
    pub(super) place: Place,
}

/// What a layer computes, without what follows from its operands.
pub(super) enum DraftKind {
    /// A dense layer.
    Dense(DraftDense),
    /// Only the activation.
    Activation,
    /// One dimension.
    Flatten,
    /// A sum.
    Add,
    /// One after another.
    Concatenate,
    /// A batch normalization, whose channels are not known yet.
    BatchNorm(BatchNorm),
    /// A dropout.
    Dropout(Dropout),
}

/// A dense layer without its fan-in.
pub(super) struct DraftDense {
    /// Outputs.
    pub(super) units: usize,
    /// Where their number stands.
    pub(super) units_place: Place,
    /// The kernel's quantizer.
    pub(super) kernel: Option<Spec>,
    /// The bias's quantizer.
    pub(super) bias: Option<Spec>,
    /// Whether there is a bias.
    pub(super) use_bias: bool,
    /// The batch normalization in them, whose channels are not known yet.
    pub(super) fold: Option<Fold>,
    /// The layer's own word on its products.
    pub(super) arithmetic: Option<Arithmetic>,
}

/// The word of `kind`.
#[derive(Clone, Copy)]
enum Word {
    Dense,
    Activation,
    Flatten,
    Add,
    Concatenate,
    BatchNorm,
    Dropout,
}

const KINDS: &[(&str, Word)] = &[
    ("dense", Word::Dense),
    ("activation", Word::Activation),
    ("flatten", Word::Flatten),
    ("add", Word::Add),
    ("concatenate", Word::Concatenate),
    ("batch_norm", Word::BatchNorm),
    ("dropout", Word::Dropout),
];

impl Word {
    /// The keys that a layer of this kind has.
    fn table(self) -> &'static Table {
        match self {
            Word::Dense => &keys::DENSE,
            Word::Activation => &keys::ACTIVATION,
            Word::Flatten => &keys::FLATTEN,
            Word::Add => &keys::ADD,
            Word::Concatenate => &keys::CONCATENATE,
            Word::BatchNorm => &keys::BATCH_NORM,
            Word::Dropout => &keys::DROPOUT,
        }
    }
}

/// Reads `layers`, with `sigmoid` inside their quantizers: the layers that are right, and what is wrong with the
/// others.
pub(super) fn read_all(node: &Node, sigmoid: Sigmoid, problems: &mut Vec<Problem>) -> Vec<Draft> {
    let items: Vec<Node> = match read(node) {
        Ok(items) => items,
        Err(problem) => {
            problems.push(problem);
            return Vec::new();
        }
    };
    if items.is_empty() {
        problems.push(
            Problem::new(Code::Empty, "a network without a layer").at(node.place, "this list is empty"),
        );
    }
    let (layers, wrong): (Vec<_>, Vec<_>) =
        items.iter().map(|item| layer(item, sigmoid)).partition(Result::is_ok);
    problems.extend(wrong.into_iter().filter_map(Result::err));
    layers.into_iter().filter_map(Result::ok).collect()
}

fn layer(node: &Node, sigmoid: Sigmoid) -> Result<Draft, Problem> {
    // The list item's own place is where its first key begins.
    let place = pairs(node).first().map_or(node.place, |(key, _)| key.place);
    let kind_node = find(pairs(node), "kind").ok_or_else(|| missing("kind", place, &keys::EVERY_LAYER))?;
    let word = word(kind_node, "kind of layer", KINDS)?;
    let fields = Fields::of(node, place, word.table())?.with_sigmoid(sigmoid);
    let name_node = fields.required_node("name")?;
    let name = legal_name(name_node, "layer")?;
    if name == "input" {
        return Err(Problem::new(Code::IllegalName, "`input` names the network's input")
            .at(name_node.place, "this layer")
            .help("give the layer another name"));
    }
    let (kind, activation) = kind(&fields, word)?;
    Ok(Draft { name, place: name_node.place, inputs: inputs(&fields)?, kind, activation })
}

fn kind(fields: &Fields, word: Word) -> Result<(DraftKind, Activation), Problem> {
    let kind = match word {
        Word::Dense => DraftKind::Dense(dense(fields)?),
        Word::Add => DraftKind::Add,
        Word::Concatenate => DraftKind::Concatenate,
        Word::BatchNorm => DraftKind::BatchNorm(normalization::batch_norm(fields)?),
        Word::Dropout => {
            return Ok((DraftKind::Dropout(normalization::dropout(fields)?), Activation::default()));
        }
        Word::Flatten => return Ok((DraftKind::Flatten, Activation::default())),
        Word::Activation => {
            fields.required_node("quantizer")?;
            return Ok((DraftKind::Activation, activation(fields, "quantizer")?));
        }
    };
    let after = activation(fields, "activation")?;
    // After a layer, `linear` is what holds without it.
    let float = after.float.filter(|float| float.function != Function::Linear);
    Ok((kind, Activation { float, ..after }))
}

/// What stands under `key`: a float function by its name, or a quantizer.
fn activation(fields: &Fields, key: &str) -> Result<Activation, Problem> {
    let float = fields.node(key).and_then(function);
    let quantizer = if float.is_some() { None } else { quantizers::activation(fields, key)? };
    Ok(Activation { quantizer, float })
}

/// The float function whose name stands at `node`, if it is one.
fn function(node: &Node) -> Option<FloatActivation> {
    let Value::Text(word) = &node.value else { return None };
    let function = Function::ALL.iter().find(|function| function.word() == word)?;
    Some(FloatActivation { function: *function, place: node.place })
}

fn dense(fields: &Fields) -> Result<DraftDense, Problem> {
    let units = fields.required_node("units")?;
    let use_bias = fields.or("use_bias", true)?;
    let fold = normalization::fold(fields, "batch_norm")?;
    if !use_bias && fold.is_none() && fields.node("bias").is_some() {
        return Err(Problem::new(Code::Conflict, "a quantizer for a bias that is not used")
            .at(fields.key_place("bias"), "this quantizer")
            .at(fields.key_place("use_bias"), "no bias")
            .help("remove one of the two"));
    }
    Ok(DraftDense {
        units: size(units, "unit")?,
        units_place: units.place,
        kernel: quantizers::kernel(fields, "kernel")?,
        bias: quantizers::parameter(fields, "bias")?,
        use_bias,
        fold,
        arithmetic: fields.word("arithmetic", ARITHMETICS)?,
    })
}

fn inputs(fields: &Fields) -> Result<Option<Inputs>, Problem> {
    let Some(node) = fields.node("inputs") else { return Ok(None) };
    let items: Vec<Node> = read(node)?;
    let names = items.iter().map(|item| Ok((read(item)?, item.place))).collect::<Result<_, Problem>>()?;
    Ok(Some(Inputs { names, place: node.place }))
}
