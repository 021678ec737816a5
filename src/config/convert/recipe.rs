//! `convert`'s second file: which quantizers the layers of a float network are to get, as QKeras's
//! `quantizer_config` says it.
//!
//! ```yaml
//! fc1: {kernel_quantizer: "quantized_bits(4, 0, alpha=1)"}   # a layer by its name, before
//! QDense: {kernel: "ternary()", bias: "quantized_bits(4)"}   # its class: QKeras's word or ours
//! out:                                                       # nothing: this layer is left alone
//! QActivation: {relu: "quantized_relu(4)"}                   # or one text for every function
//! ```

use super::wish::{Form, Wish, wish};
use crate::config::fields::read;
use crate::config::problem::{Code, Place, Problem};
use crate::config::suggest;
use crate::config::tree::{self, Node, Value};
use crate::config::{Config, Kind, Layer};

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
        (Kind::Flatten | Kind::BatchNorm(_) | Kind::Dropout(_), _) => &[],
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

fn read_entry(key: &Node, value: &Node, config: &Config) -> Result<Entry, Problem> {
    let name: String = read(key)?;
    let what = what(key, &name, config)?;
    let form = match what {
        What::Class(Class::Dense) => Form::Dense,
        What::Class(Class::Activation | Class::Add | Class::Concatenate) => Form::Activation,
        What::Layer(place) => Form::of(&config.layers[place].kind),
    };
    Ok(Entry { key: name, wish: wish(value, key.place, form, config.sigmoid)?, place: key.place, what })
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
