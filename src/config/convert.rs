//! A float network with quantizers put in: QKeras's `model_quantize`, on the text of its config.
//!
//! | layer, without a kernel quantizer of its own | becomes |
//! |---|---|
//! | dense, whose entry has a kernel quantizer | quantized: the entry's quantizers, and for a float function without one the usual quantizer of `activation_bits` |
//! | activation, or a function after a sum | the entry's quantizer for its function |
//! | any other | left alone, whole |
//!
//! An entry is found by the layer's name, else by its class.

use super::edit::Edits;
use super::fields::{find, pairs};
use super::model::{Config, Function, Kind, Layer};
use super::problem::{Code, ConfigError, Problem, Source};
use super::recipe::{Entry, Quantized, Recipe, Wish};
use super::tree::{self, Node, Value};
use crate::quantizer::{self, Quantizer};
use miette::NamedSource;
use serde::Serialize;
use std::path::{Component, Path};
use std::sync::Arc;

/// How a float network is to be converted.
#[derive(Debug, Clone, Copy)]
pub struct Conversion<'a> {
    /// Which quantizers: the text of the file, and its name.
    pub quantizers: (&'a str, &'a Path),
    /// Bits of the quantizer that a float function gets where none is named.
    pub activation_bits: u32,
    /// From the folder of the new config to that of the old one; empty if they are the same.
    pub old_folder: &'a Path,
    /// The new config.
    pub output: &'a Path,
}

/// A converted network.
#[derive(Debug, Clone)]
pub struct Converted {
    /// The text of the new config.
    pub text: String,
    /// What it means.
    pub config: Config,
    /// What became of each layer.
    pub layers: Vec<Outcome>,
    /// Entries that no float layer looked up.
    pub unused: Vec<String>,
}

/// What became of a layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Its name.
    pub layer: String,
    /// What changed.
    pub changes: Vec<Change>,
    /// Why nothing did, if so.
    pub left_alone: Option<String>,
}

/// One key of a layer that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The key.
    pub key: &'static str,
    /// What it was, if it was given.
    pub from: Option<String>,
    /// The quantizer that it is now.
    pub to: String,
    #[serde(skip)]
    canonical: String,
}

/// The config `float` with the quantizers that `how` names.
///
/// # Errors
/// What is wrong with the quantizers, at its place; a text that cannot be changed in place.
pub fn convert(float: &Config, how: &Conversion) -> Result<Converted, ConfigError> {
    let (text, path) = how.quantizers;
    let source = Arc::new(NamedSource::new(path.to_string_lossy(), text.to_owned()).with_language("yaml"));
    let recipe = Recipe::read(text, float).map_err(|problems| within(problems, &source))?;
    let usual = usual(float, how.activation_bits)?;
    let layers = float.layers.iter().enumerate();
    let layers: Vec<Outcome> =
        layers.map(|(n, layer)| outcome(layer, plan(layer, recipe.entry(n, layer), &usual))).collect();
    let here = |problem| within(vec![problem], &float.source);
    let text = rewritten(float, &layers, how.old_folder).map_err(here)?;
    let config = super::parse(&text, how.output).map_err(|error| here(in_place(&error.to_string())))?;
    as_meant(float, &layers, &config).map_err(here)?;
    Ok(Converted { text, config, layers, unused: unused(float, &recipe) })
}

fn within(problems: Vec<Problem>, source: &Source) -> ConfigError {
    ConfigError::of(problems, source).expect("a failure has a problem")
}

fn unused(float: &Config, recipe: &Recipe) -> Vec<String> {
    let layers = float.layers.iter().enumerate().filter(|(_, layer)| is_float(layer));
    let used: Vec<&str> =
        layers.filter_map(|(n, layer)| recipe.entry(n, layer)).map(|entry| entry.key.as_str()).collect();
    let keys = recipe.entries.iter().map(|entry| entry.key.as_str());
    keys.filter(|key| !used.contains(key)).map(str::to_owned).collect()
}

/// Whether the layer is still to be quantized. What QKeras calls a Q-layer it leaves as it is.
fn is_float(layer: &Layer) -> bool {
    match &layer.kind {
        Kind::Dense(dense) => dense.kernel.is_none(),
        Kind::Activation | Kind::Add | Kind::Concatenate => layer.activation.is_none(),
        Kind::Flatten => false,
    }
}

/// The quantizers that float functions become where none is named.
type Usual = Vec<(Function, Quantized)>;

/// The usual quantizers of the functions in `float`.
fn usual(float: &Config, bits: u32) -> Result<Usual, Problem> {
    let there =
        |function: &Function| float.layers.iter().any(|l| l.float.is_some_and(|f| f.function == *function));
    let mut usual = Vec::new();
    for function in Function::ALL.iter().copied().filter(there) {
        let written = match function {
            Function::Relu => format!("quantized_relu({bits})"),
            Function::Tanh => format!("quantized_tanh({bits})"),
            Function::Sigmoid => format!("quantized_sigmoid({bits})"),
            Function::Linear | Function::Softmax => continue,
        };
        let canonical =
            quantizer::parse(&written).map_err(|error| too_many_bits(bits, &error.message))?.text();
        usual.push((function, Quantized { written, canonical }));
    }
    Ok(usual)
}

fn too_many_bits(bits: u32, message: &str) -> Problem {
    Problem::new(Code::OutOfRange, format!("{bits} bits for an activation: {message}"))
        .help("choose other `--activation-bits`")
}

fn outcome(layer: &Layer, plan: Result<Vec<Change>, String>) -> Outcome {
    let left_alone = plan.as_ref().err().cloned();
    Outcome { layer: layer.name.clone(), changes: plan.unwrap_or_default(), left_alone }
}

/// The changes of a layer, or why it is left alone.
fn plan(layer: &Layer, entry: Option<&Entry>, usual: &Usual) -> Result<Vec<Change>, String> {
    if !is_float(layer) {
        let nothing = matches!(layer.kind, Kind::Flatten);
        return Err(if nothing { "it has nothing to quantize" } else { "it is quantized" }.to_owned());
    }
    let Some(Entry { key, wish: Some(wish), .. }) = entry else {
        let empty = entry.map(|entry| format!("`{}` is empty", entry.key));
        return Err(empty.unwrap_or_else(|| "neither its name nor its class is named".to_owned()));
    };
    match wish {
        Wish::Dense { kernel: None, .. } => Err(format!("`{key}` has no kernel quantizer")),
        Wish::Dense { kernel: Some(kernel), bias, activation } => {
            let activation = activation.as_ref().or_else(|| of_function(usual, layer.float?.function));
            Ok(dense(layer, kernel, bias.as_ref(), activation))
        }
        Wish::Activation { functions, any } => {
            let function = layer.float.map_or(Function::Linear, |float| float.function);
            let found = of_function(functions, function).or(any.as_ref());
            let nothing = || format!("`{key}` has nothing for `{}`", function.word());
            Ok(vec![change(layer.activation_key(), ends_in(layer), found.ok_or_else(nothing)?)])
        }
    }
}

fn of_function(all: &[(Function, Quantized)], function: Function) -> Option<&Quantized> {
    all.iter().find(|(other, _)| *other == function).map(|(_, found)| found)
}

fn dense(
    layer: &Layer,
    kernel: &Quantized,
    bias: Option<&Quantized>,
    activation: Option<&Quantized>,
) -> Vec<Change> {
    let Kind::Dense(dense) = &layer.kind else { return Vec::new() };
    let old_bias = dense.bias.as_ref().map(|bias| bias.text());
    let bias = bias.filter(|_| dense.use_bias).map(|bias| change("bias", old_bias, bias));
    let activation = activation.map(|activation| change("activation", ends_in(layer), activation));
    [Some(change("kernel", None, kernel)), bias, activation].into_iter().flatten().collect()
}

fn change(key: &'static str, from: Option<String>, to: &Quantized) -> Change {
    Change { key, from, to: to.written.clone(), canonical: to.canonical.clone() }
}

/// What stands after the layer now.
fn ends_in(layer: &Layer) -> Option<String> {
    let float = layer.float.map(|float| float.function.word().to_owned());
    float.or_else(|| layer.activation.as_ref().map(|quantizer| quantizer.text()))
}

/// The text of `float` with all changes, and paths as they are seen from another folder.
fn rewritten(float: &Config, layers: &[Outcome], old_folder: &Path) -> Result<String, Problem> {
    let text = float.source.inner();
    let root = tree::parse(text)?;
    let mut edits = Edits::of(text);
    let nodes = find(pairs(&root), "layers").map_or(&[][..], items);
    nodes.iter().zip(layers).for_each(|(node, layer)| change_layer(&mut edits, node, &layer.changes));
    if old_folder != Path::new("") {
        paths(&mut edits, &root, old_folder);
    }
    edits.apply().ok_or_else(|| in_place("two changes fall on the same text"))
}

fn in_place(why: &str) -> Problem {
    Problem::new(Code::Conflict, format!("the text of the layers cannot be changed in place: {why}"))
        .help("write each value on the line of its key, and write out what anchors (`*name`, `<<`) stand for")
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

/// Changes the keys there are, and adds the others behind the one that every layer of its kind has.
fn change_layer(edits: &mut Edits, node: &Node, changes: &[Change]) {
    let mut added = Vec::new();
    for change in changes {
        match find(pairs(node), change.key) {
            Some(old) => edits.replace(old, &change.to),
            None => added.push((change.key, change.to.clone())),
        }
    }
    let after = ["units", "inputs"].iter().find_map(|key| find(pairs(node), key));
    if let (false, Some(after)) = (added.is_empty(), after) {
        edits.insert(node, after, &added);
    }
}

/// The keys that hold paths.
fn paths(edits: &mut Edits, root: &Node, old_folder: &Path) {
    let top = pairs(root);
    let data = find(top, "data").map_or(&[][..], pairs);
    let in_data = ["train", "test", "validation"].iter().filter_map(|key| find(data, key));
    for node in find(top, "weights").into_iter().chain(in_data) {
        if let Value::Text(path) = &node.value {
            edits.replace(node, &moved(old_folder, path));
        }
    }
    if let (None, Some(name)) = (find(top, "weights"), find(top, "name")) {
        edits.insert(root, name, &[("weights", moved(old_folder, super::WEIGHTS))]);
    }
}

/// `path`, which was seen from `old_folder`. Only a step up that it begins with is taken back there: further
/// on, a folder may be a link.
fn moved(old_folder: &Path, path: &str) -> String {
    let mut all = old_folder.to_owned();
    let mut rest = Path::new(path).components().peekable();
    let in_folder = |all: &Path| matches!(all.components().next_back(), Some(Component::Normal(_)));
    while rest.next_if_eq(&Component::CurDir).is_some()
        || (in_folder(&all) && rest.next_if_eq(&Component::ParentDir).is_some_and(|_| all.pop()))
    {}
    all.extend(rest);
    all.to_string_lossy().into_owned()
}

/// That every layer is what its changes make of it, and no other has changed.
fn as_meant(float: &Config, layers: &[Outcome], new: &Config) -> Result<(), Problem> {
    for ((old, outcome), new) in float.layers.iter().zip(layers).zip(&new.layers) {
        let mut meant = quantizers(old);
        for change in &outcome.changes {
            meant.retain(|(key, _)| *key != change.key);
            meant.push((change.key, change.canonical.clone()));
        }
        meant.sort_unstable();
        if meant != quantizers(new) {
            let why = format!("layer `{}` shares its text with another", old.name);
            return Err(in_place(&why).at(old.place, "this layer"));
        }
    }
    Ok(())
}

/// The quantizers and float functions of a layer, sorted by key.
fn quantizers(layer: &Layer) -> Vec<(&'static str, String)> {
    let (kernel, bias) = match &layer.kind {
        Kind::Dense(dense) => (dense.kernel.as_ref(), dense.bias.as_ref()),
        _ => (None, None),
    };
    let text = |key| move |quantizer: &Arc<dyn Quantizer>| (key, quantizer.text());
    let mut all: Vec<_> = kernel.map(text("kernel")).into_iter().chain(bias.map(text("bias"))).collect();
    all.extend(ends_in(layer).map(|text| (layer.activation_key(), text)));
    all.sort_unstable();
    all
}
