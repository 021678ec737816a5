//! config.yaml as the [`Config`] it means: read with the place of every value, checked, defaults filled in.
//!
//! | file | answers |
//! |---|---|
//! | [`model`] | what a config is once every check has passed |
//! | `function` | float functions, where quantizers are yet to stand |
//! | [`training`] | what `train` means |
//! | [`search`] | what `search` means |
//! | [`roles`] | what of a layer a search can change, and which key of `limit` says how far |
//! | `pattern` | patterns on layer names |
//! | [`keys`] | which keys there are: the table of the README |
//! | [`problem`] | what can be wrong, and how it is shown |
//! | [`weights`] | the tensors of the weights file, checked against the layers |
//! | [`design`] | which part of a config decides the Verilog |
//! | `wanted` | which tensors the layers need |
//! | [`frozen`] | scales that were found from them, stored in the same file |
//! | `freeze` | what is found from tensors: scales, and the constants of batch normalizations |
//! | [`saved`] | how weights are written |
//! | [`mod@graph`] | the graph of a config and its weights |
//! | [`parameters`] | the parameters of dense layers, and the quantizers that meet them |
//! | [`mod@convert`] | a float network with quantizers put in, as QKeras's `model_quantize` does it |
//! | `tree` | YAML whose every node knows its place |
//! | `fields` | one section read by its table of keys |
//! | `decimal` | numbers exactly as they are written |
//! | `numbers` | numbers that must lie within bounds |
//! | `ports`, `layers`, `learning`, `hardware` | the sections |
//! | `steps`, `ramps` | the maps in `train` |
//! | `searching` | `search` and the maps in it |
//! | `normalization` | batch normalizations and dropout as they are written |
//! | [`affine`] | the constants that a batch normalization comes to |
//! | `quantizers` | quantizer strings, and what is asked of them at each place |
//! | `shapes` | what each layer reads, and the shapes that follow |
//!
//! ```
//! use std::path::Path;
//! let text = r#"
//! name: little
//! input: {shape: [2], quantizer: "quantized_bits(6, 0)"}
//! layers:
//!   - {name: out, kind: dense, units: 1, kernel: "quantized_bits(4, 0, alpha=1)"}
//! "#;
//! let config = heteroq::config::parse(text, Path::new("config.yaml")).unwrap();
//! assert_eq!(config.hardware.event_interval, 8); // 25 ns of the default 320 MHz
//! assert_eq!(config.output.classes, ["y0"]);
//! ```

pub mod affine;
pub mod convert;
mod decimal;
pub mod design;
mod fields;
mod freeze;
pub mod frozen;
mod function;
pub mod graph;
mod hardware;
pub mod keys;
mod layers;
mod learning;
pub mod model;
mod normalization;
mod numbers;
pub mod parameters;
mod pattern;
mod ports;
pub mod problem;
mod quantizers;
mod ramps;
pub mod roles;
pub mod saved;
pub mod search;
mod searching;
mod shapes;
mod steps;
mod suggest;
pub mod training;
mod tree;
mod wanted;
pub mod weights;

use crate::quantizer::Sigmoid;
use fields::Fields;
pub use function::{FloatActivation, Function};
use miette::NamedSource;
pub use model::*;
use problem::{Code, Place, Source};
pub use problem::{ConfigError, Problem};
pub use shapes::{LUTS_PER_PRODUCT, MAX_PRODUCTS};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tree::{Node, Value};
pub use weights::Weights;

/// The words of `sigmoid`.
pub const SIGMOIDS: &[(&str, Sigmoid)] =
    &[("hard", Sigmoid::Hard), ("smooth", Sigmoid::Smooth), ("real", Sigmoid::Real)];

/// The weights file, where the config does not name one.
const WEIGHTS: &str = "weights.safetensors";

/// The config in the file at `path`.
///
/// # Errors
/// A file that cannot be read; everything that [`parse`] finds.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    parse(&text, path)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::new(Code::Unreadable, format!("cannot read {}: {error}", path.display()))
        .help("give the path of a config file, such as examples/jet_tagger/config.yaml")
}

/// The config that `text` means, as if it were the file at `path`: paths in it are seen from that
/// file's folder, and diagnostics show it. No file is opened.
///
/// # Errors
/// What is wrong: one problem at the least for each section and layer that has any.
pub fn parse(text: &str, path: &Path) -> Result<Config, ConfigError> {
    let source = Arc::new(NamedSource::new(path.to_string_lossy(), text.to_owned()).with_language("yaml"));
    let folder = path.parent().unwrap_or(Path::new(""));
    understand(text, folder, &source)
        .map_err(|problems| ConfigError::of(problems, &source).expect("a failure has a problem"))
}

/// Every section on its own: what is wrong in one does not hide what is wrong in another.
struct Sections {
    name: String,
    sigmoid: Sigmoid,
    input: Input,
    drafts: Vec<layers::Draft>,
    output: ports::DraftOutput,
    weights: PathBuf,
    data: Data,
    train: learning::DraftTrain,
    search: Option<searching::DraftSearch>,
    hardware: Hardware,
    verify: Verify,
}

fn understand(text: &str, folder: &Path, source: &Source) -> Result<Config, Vec<Problem>> {
    let root = tree::parse(text).map_err(one)?;
    let top = Fields::of(&root, Place::new(0.into(), 0), &keys::TOP).map_err(one)?;
    let mut found = Vec::new();
    match sections(&top, folder, &mut found) {
        Some(sections) if found.is_empty() => together(sections, source).map_err(one),
        _ => Err(found),
    }
}

fn sections(top: &Fields, folder: &Path, found: &mut Vec<Problem>) -> Option<Sections> {
    let name = keep(top.required_node("name").and_then(|node| ports::legal_name(node, "network")), found);
    let sigmoid = keep(top.word("sigmoid", SIGMOIDS), found).flatten().unwrap_or_default();
    let input = |fields: &Fields| ports::input(&fields.with_sigmoid(sigmoid));
    let input = keep(top.required_node("input").and_then(|_| section(top, "input", input)), found);
    let drafts = keep(top.required_node("layers"), found).map(|node| layers::read_all(node, sigmoid, found));
    let output = keep(section(top, "output", ports::output), found);
    let weights = keep(learning::path(top, "weights", folder), found);
    let data = keep(section(top, "data", |fields| learning::data(fields, folder)), found);
    let train = keep(section(top, "train", learning::train), found);
    let search = top
        .node("search")
        .map(|_| section(top, "search", |fields| searching::read(&fields.with_sigmoid(sigmoid), folder)));
    let search = keep(search.transpose(), found);
    let hardware = keep(section(top, "hardware", hardware::read), found);
    let verify = keep(section(top, "verify", learning::verify), found);
    Some(Sections {
        name: name?,
        sigmoid,
        input: input?,
        drafts: drafts?,
        output: output?,
        weights: weights?.unwrap_or_else(|| folder.join(WEIGHTS)),
        data: data?,
        train: train?,
        search: search?,
        hardware: hardware?,
        verify: verify?,
    })
}

/// What the sections mean together: operands, shapes, the number of outputs.
fn together(sections: Sections, source: &Source) -> Result<Config, Problem> {
    let Sections { name, sigmoid, input, drafts, output, weights, data, train, search, hardware, verify } =
        sections;
    let layers = shapes::resolve(drafts, &input, hardware.arithmetic)?;
    let outputs = outputs(&layers)?;
    let (output, train) = (output.for_outputs(outputs)?, train.for_outputs(outputs)?);
    let search = search.map(|search| search.for_network(&layers, &train)).transpose()?;
    let source = source.clone();
    Ok(Config {
        name,
        sigmoid,
        input,
        layers,
        output,
        weights,
        data,
        train,
        search,
        hardware,
        verify,
        source,
    })
}

fn one(problem: Problem) -> Vec<Problem> {
    vec![problem]
}

/// The value, or `None` with its problem among `found`.
fn keep<T>(result: Result<T, Problem>, found: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|problem| found.push(problem)).ok()
}

/// The section of `key`; one that is not given is an empty one.
fn section<T>(
    top: &Fields,
    key: &str,
    read: impl FnOnce(&Fields) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let place = top.key_place(key);
    let empty = Node { value: Value::Map(Vec::new()), place };
    read(&Fields::of(top.node(key).unwrap_or(&empty), place, keys::section(key))?)
}

/// How many outputs the last layer has, which must have one dimension.
fn outputs(layers: &[Layer]) -> Result<usize, Problem> {
    let last = layers.last().expect("a list without layers is a problem of its own");
    match last.shape[..] {
        [outputs] => Ok(outputs),
        _ => Err(Problem::new(Code::ShapeMismatch, format!("the output has the shape {:?}", last.shape))
            .at(last.place, "the last layer")
            .help("put a layer of kind `flatten` behind it")),
    }
}
