//! `convert`'s second file: which quantizers the layers of a float network are to get, as QKeras's
//! `quantizer_config` says it.
//!
//! ```yaml
//! fc1: {kernel_quantizer: "quantized_bits(4, 0, alpha=1)"}   # a layer by its name, before
//! QDense: {kernel: "ternary()", bias: "quantized_bits(4)"}   # its class: QKeras's word or ours
//! out:                                                       # nothing: this layer is left alone
//! QActivation: {relu: "quantized_relu(4)"}                   # or one text for every function
//! ```

use super::fields::{Fields, read};
use super::keys::{Key, Table, key};
use super::model::{Config, Function, Kind, Layer};
use super::problem::{Code, Place, Problem};
use super::tree::{self, Node, Value};
use super::{quantizers, suggest};
use crate::quantizer::Quantizer;
use std::sync::Arc;

/// The entries, in the order of the file.
pub(super) struct Recipe {
    /// Never two for the same layers in the same way.
    pub(super) entries: Vec<Entry>,
}

/// What one name or class is to get.
pub(super) struct Entry {
    /// As it is written.
    pub(super) key: String,
    /// What its layers are to get; none leaves them alone.
    pub(super) wish: Option<Wish>,
    place: Place,
    what: What,
}

/// What an entry's key names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// The layer at this place of [`Config::layers`].
    Layer(usize),
    /// Every layer of a class.
    Class(Class),
}

/// A class of layers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Dense,
    Activation,
    Add,
    Concatenate,
}

/// QKeras's words for the classes, and ours.
const CLASSES: &[(&str, Class)] = &[
    ("QDense", Class::Dense),
    ("QActivation", Class::Activation),
    ("dense", Class::Dense),
    ("activation", Class::Activation),
    ("add", Class::Add),
    ("concatenate", Class::Concatenate),
];

/// The quantizers of an entry.
pub(super) enum Wish {
    /// For a dense layer.
    Dense {
        /// The kernel's; without one the layer is left alone.
        kernel: Option<Quantized>,
        /// The bias's.
        bias: Option<Quantized>,
        /// The one after it; without one, a float function becomes its usual quantizer.
        activation: Option<Quantized>,
    },
    /// For an activation.
    Activation {
        /// By the float function that it replaces.
        functions: Vec<(Function, Quantized)>,
        /// Whatever it replaces.
        any: Option<Quantized>,
    },
}

/// A quantizer that a layer is to get.
#[derive(Clone)]
pub(super) struct Quantized {
    /// As it is written.
    pub(super) written: String,
    /// As `check` shows it.
    pub(super) canonical: String,
}

/// QKeras's key for what a layer ends in.
const ANY: &str = "activation_quantizer";

const fn entry(name: &'static str, meaning: &'static str) -> Key {
    key(name, "quantizer", "none", meaning)
}

const DENSE: Table = Table {
    title: "the entry of a dense layer",
    common: &[],
    keys: &[
        entry("kernel_quantizer", "the kernel's quantizer"),
        entry("bias_quantizer", "the bias's quantizer"),
        entry(ANY, "the quantizer after it"),
        entry("kernel", "`kernel_quantizer`"),
        entry("bias", "`bias_quantizer`"),
        entry("activation", "`activation_quantizer`"),
    ],
};

const ACTIVATION: Table = Table {
    title: "the entry of an activation",
    common: &[],
    keys: &[
        entry("linear", "the quantizer in the place of `linear`"),
        entry("relu", "the quantizer in the place of `relu`"),
        entry("tanh", "the quantizer in the place of `tanh`"),
        entry("sigmoid", "the quantizer in the place of `sigmoid`"),
        entry("softmax", "the quantizer in the place of `softmax`"),
        entry(ANY, "the quantizer, whatever it replaces"),
        entry("activation", "`activation_quantizer`"),
        entry("quantizer", "`activation_quantizer`"),
    ],
};

const NOTHING: Table = Table { title: "the entry of a layer without quantizers", common: &[], keys: &[] };

impl Recipe {
    /// The recipe that `text` means for the layers of `config`.
    ///
    /// # Errors
    /// What is wrong: one problem at the least for each entry that has any.
    pub(super) fn read(text: &str, config: &Config) -> Result<Recipe, Vec<Problem>> {
        let root = tree::parse(text).map_err(|problem| vec![problem])?;
        let Value::Map(pairs) = &root.value else { return Err(vec![no_map(&root)]) };
        let read = pairs.iter().map(|(key, value)| read_entry(key, value, config));
        let (entries, wrong): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
        let entries: Vec<Entry> = entries.into_iter().filter_map(Result::ok).collect();
        let mut problems: Vec<Problem> = wrong.into_iter().filter_map(Result::err).collect();
        problems.extend(same_layers(&entries));
        if problems.is_empty() { Ok(Recipe { entries }) } else { Err(problems) }
    }

    /// The entry for the layer at `place`: by its name, else by its class. As in QKeras, the one that is found
    /// counts as a whole, whatever it does not say.
    pub(super) fn entry(&self, place: usize, layer: &Layer) -> Option<&Entry> {
        let classes = classes(layer).iter().map(|class| What::Class(*class));
        let mut order = std::iter::once(What::Layer(place)).chain(classes);
        order.find_map(|what| self.entries.iter().find(|entry| entry.what == what))
    }
}

/// The classes of a layer, in the order in which they are looked for. In Keras a function after a sum is an
/// activation of its own.
fn classes(layer: &Layer) -> &'static [Class] {
    match (&layer.kind, layer.float) {
        (Kind::Dense(_), _) => &[Class::Dense],
        (Kind::Activation, _) => &[Class::Activation],
        (Kind::Flatten, _) => &[],
        (Kind::Add, None) => &[Class::Add],
        (Kind::Add, Some(_)) => &[Class::Add, Class::Activation],
        (Kind::Concatenate, None) => &[Class::Concatenate],
        (Kind::Concatenate, Some(_)) => &[Class::Concatenate, Class::Activation],
    }
}

fn no_map(root: &Node) -> Problem {
    let what = root.value.what();
    Problem::new(Code::WrongType, format!("{what} where a map of layers and classes is wanted"))
        .at(root.place, "this must be a map")
        .help(
            "write a line for each, such as `QDense: {kernel_quantizer: \"quantized_bits(4, 0, alpha=1)\"}`",
        )
}

/// Which keys an entry has.
#[derive(Clone, Copy)]
enum Form {
    Dense,
    Activation,
    Nothing,
}

fn read_entry(key: &Node, value: &Node, config: &Config) -> Result<Entry, Problem> {
    let name: String = read(key)?;
    let what = what(key, &name, config)?;
    let fields = |value, table| Fields::of(value, key.place, table);
    let wish = match (&value.value, form(what, config)) {
        (Value::Nothing, _) => None,
        (_, Form::Dense) => Some(dense(&fields(value, &DENSE)?)?),
        (Value::Text(_), Form::Activation) => Some(activation(&fields(&whatever(value), &ACTIVATION)?)?),
        (_, Form::Activation) => Some(activation(&fields(value, &ACTIVATION)?)?),
        (_, Form::Nothing) => fields(value, &NOTHING).map(|_| None)?,
    };
    Ok(Entry { key: name, wish, place: key.place, what })
}

fn form(what: What, config: &Config) -> Form {
    match what {
        What::Class(Class::Dense) => Form::Dense,
        What::Class(Class::Activation | Class::Add | Class::Concatenate) => Form::Activation,
        What::Layer(place) => match config.layers[place].kind {
            Kind::Dense(_) => Form::Dense,
            Kind::Activation | Kind::Add | Kind::Concatenate => Form::Activation,
            Kind::Flatten => Form::Nothing,
        },
    }
}

fn what(key: &Node, name: &str, config: &Config) -> Result<What, Problem> {
    if let Some(place) = config.layers.iter().position(|layer| layer.name == name) {
        return Ok(What::Layer(place));
    }
    if let Some((_, class)) = CLASSES.iter().find(|(word, _)| *word == name) {
        return Ok(What::Class(*class));
    }
    let layers = config.layers.iter().map(|layer| layer.name.as_str());
    let known = layers.chain(CLASSES.iter().map(|(word, _)| *word));
    Err(Problem::new(Code::UnknownKey, format!("there is no layer or class `{name}`"))
        .at(key.place, "neither a layer of the network nor a class")
        .help(suggest::help(name, "there are", known)))
}

/// A text alone is the quantizer, whatever it replaces.
fn whatever(text: &Node) -> Node {
    let key = Node { value: Value::Text(ANY.to_owned()), place: text.place };
    Node { value: Value::Map(vec![(key, text.clone())]), place: text.place }
}

fn dense(fields: &Fields) -> Result<Wish, Problem> {
    Ok(Wish::Dense {
        kernel: quantizer(fields, &["kernel_quantizer", "kernel"], quantizers::kernel)?,
        bias: quantizer(fields, &["bias_quantizer", "bias"], quantizers::plain)?,
        activation: quantizer(fields, &[ANY, "activation"], quantizers::plain)?,
    })
}

fn activation(fields: &Fields) -> Result<Wish, Problem> {
    let mut functions = Vec::new();
    for function in Function::ALL {
        let found = quantizer(fields, &[function.word()], quantizers::plain)?;
        functions.extend(found.map(|found| (*function, found)));
    }
    let any = quantizer(fields, &[ANY, "activation", "quantizer"], quantizers::plain)?;
    Ok(Wish::Activation { functions, any })
}

type Reader = fn(&Fields, &str) -> Result<Option<Arc<dyn Quantizer>>, Problem>;

/// The quantizer of the one of `names`, all for the same, that is given; `null` gives none, as in QKeras.
fn quantizer(fields: &Fields, names: &[&str], reader: Reader) -> Result<Option<Quantized>, Problem> {
    let given: Vec<&str> = names.iter().copied().filter(|name| fields.node(name).is_some()).collect();
    if let [first, second, ..] = given[..] {
        return Err(Problem::new(Code::Conflict, format!("`{first}` and `{second}` are the same key"))
            .at(fields.key_place(first), "this")
            .at(fields.key_place(second), "and this")
            .help("remove one of the two"));
    }
    let node = given.first().and_then(|name| fields.node(name));
    let Some(node) = node.filter(|node| !matches!(node.value, Value::Nothing)) else { return Ok(None) };
    let canonical = reader(fields, given[0])?.expect("the key is given").text();
    Ok(Some(Quantized { written: read(node)?, canonical }))
}

/// Two words for one class.
fn same_layers(entries: &[Entry]) -> Option<Problem> {
    let twin = |(n, entry): (usize, &Entry)| {
        let first = entries[..n].iter().find(|other| other.what == entry.what)?;
        let message = format!("`{}` and `{}` name the same layers", first.key, entry.key);
        Some(
            Problem::new(Code::Conflict, message)
                .at(first.place, "this entry")
                .at(entry.place, "and this one")
                .help("make them one"),
        )
    };
    entries.iter().enumerate().find_map(twin)
}
