//! The weights file: tensors by name, exactly those that the layers need.
//!
//! | tensor | shape | needed by |
//! |---|---|---|
//! | `fc1/kernel` | inputs × outputs, last index fastest | a dense layer `fc1` |
//! | `fc1/bias` | outputs | the same, but for `use_bias: false` |
//! | `fc1/kernel_scale`, `fc1/bias_scale` | those of the tensor, or 1 | nobody: see [`Frozen`] |
//! | `input/mean`, `input/scale` | features | `data: {standardize: true}` |
//!
//! Values are f32 or f64, before or after quantization.

use super::model::{Config, Kind};
use super::problem::{Code, ConfigError, Place, Problem};
use super::suggest;
use crate::quantizer::{self, Spec};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::collections::BTreeMap;
use std::io::ErrorKind;

/// A tensor of finite numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Its elements, last index fastest. An f32 is exact in them.
    pub values: Vec<f64>,
}

/// The tensors of a network, exactly those it needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Weights {
    /// By name.
    pub tensors: BTreeMap<String, Tensor>,
    /// The scales that were found when the file was written, by the name of the tensor they belong to.
    pub scales: BTreeMap<String, Frozen>,
}

/// A scale that was found from a tensor, stored with it: finding it again from quantized numbers could give another.
///
/// It is used while the config has the same quantizer: the file's metadata hold its string, in any spelling, under the
/// name of the scale's tensor. Else it is found again.
#[derive(Debug, Clone, PartialEq)]
pub struct Frozen {
    /// The string of the quantizer it was found for; empty if the file has none.
    pub quantizer: String,
    /// The scale; its dimensions are those of the tensor, or 1.
    pub scale: Tensor,
}

impl Frozen {
    /// Whether it was found for this quantizer, which quantizes the tensor `name`.
    fn is_of(&self, name: &str, quantizer: &Spec) -> bool {
        let Ok(stored) = quantizer::parse(&self.quantizer) else { return false };
        let meant = if name.ends_with("/kernel") { stored.for_kernel() } else { Ok(stored) };
        meant.is_ok_and(|meant| meant.text() == quantizer.text())
    }
}

/// A tensor that the config asks for.
struct Wanted {
    name: String,
    shape: Vec<usize>,
    /// The layer it belongs to; none for the standardization.
    place: Option<Place>,
}

impl Weights {
    /// The tensors in the weights file of `config`; `None` if there is no such file.
    ///
    /// # Errors
    /// A file that cannot be read or is no safetensors file; tensors missing, unneeded, or of the wrong
    /// shape or type; numbers that are not finite.
    pub fn read(config: &Config) -> Result<Option<Weights>, ConfigError> {
        match std::fs::read(&config.weights) {
            Ok(bytes) => Weights::from_bytes(config, &bytes).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let message = format!("cannot read the weights file {}: {error}", file_name(config));
                Err(Problem::new(Code::WeightsUnreadable, message)
                    .help("`weights` in the config names a safetensors file")
                    .into())
            }
        }
    }

    /// The tensors in the weights file of `config`, which must exist.
    ///
    /// # Errors
    /// As [`Weights::read`], or that there is no such file.
    pub fn require(config: &Config) -> Result<Weights, ConfigError> {
        Weights::read(config)?.ok_or_else(|| {
            let name = file_name(config);
            Problem::new(Code::WeightsAbsent, format!("there is no weights file {name}"))
                .help("name it in the config (`weights: …`), or train the network")
                .into()
        })
    }

    /// The tensors in `bytes`, which hold a safetensors file for `config`.
    ///
    /// # Errors
    /// As [`Weights::read`].
    pub fn from_bytes(config: &Config, bytes: &[u8]) -> Result<Weights, ConfigError> {
        let file = SafeTensors::deserialize(bytes).map_err(|error| not_safetensors(config, &error))?;
        let wanted = wanted(config);
        let unneeded = extra(&file, &wanted, config);
        let frozen = frozen(&file, bytes, &wanted);
        let mut problems = Vec::new();
        let mut tensors = BTreeMap::new();
        for want in wanted {
            match tensor(&file, &want, config) {
                Ok(tensor) => drop(tensors.insert(want.name, tensor)),
                Err(problem) => problems.push(problem),
            }
        }
        problems.extend(unneeded);
        let scales = frozen.unwrap_or_else(|wrong| {
            problems.extend(wrong);
            BTreeMap::new()
        });
        ConfigError::of(problems, &config.source).map_or(Ok(Weights { tensors, scales }), Err)
    }

    /// The stored scale of the tensor `name`, if it was found for this quantizer.
    pub fn frozen(&self, name: &str, quantizer: &Spec) -> Option<&Tensor> {
        let frozen = self.scales.get(name)?;
        (quantizer.alpha().is_automatic() && frozen.is_of(name, quantizer)).then_some(&frozen.scale)
    }

    /// A note for each stored scale that `config` does not use.
    pub fn stale(&self, config: &Config) -> Vec<String> {
        let mut notes = Vec::new();
        for layer in &config.layers {
            let Kind::Dense(dense) = &layer.kind else { continue };
            for (what, spec) in [("kernel", &dense.kernel), ("bias", &dense.bias)] {
                let name = format!("{}/{what}", layer.name);
                let Some(frozen) = self.scales.get(&name) else { continue };
                let used = spec.as_ref().is_some_and(|spec| self.frozen(&name, spec).is_some());
                if !used {
                    notes.push(stale(&name, frozen, spec.as_ref()));
                }
            }
        }
        notes
    }

    /// The kernel of the dense layer `layer`: inputs × outputs.
    pub fn kernel(&self, layer: &str) -> Option<&Tensor> {
        self.tensors.get(&format!("{layer}/kernel"))
    }

    /// The bias of the dense layer `layer`, if it has one.
    pub fn bias(&self, layer: &str) -> Option<&Tensor> {
        self.tensors.get(&format!("{layer}/bias"))
    }

    /// Mean and scale of each feature, if inputs are standardized: `x' = (x − mean) / scale`.
    pub fn standardization(&self) -> Option<(&[f64], &[f64])> {
        let values = |name| self.tensors.get(name).map(|tensor| tensor.values.as_slice());
        values("input/mean").zip(values("input/scale"))
    }
}

fn file_name(config: &Config) -> String {
    config.weights.file_name().unwrap_or(config.weights.as_os_str()).to_string_lossy().into_owned()
}

fn not_safetensors(config: &Config, error: &safetensors::SafeTensorError) -> Problem {
    Problem::new(
        Code::WeightsNotSafetensors,
        format!("{} is no safetensors file: {error}", file_name(config)),
    )
    .help("write it with `safetensors.numpy.save_file({\"fc1/kernel\": …}, path)` or the like")
}

/// Every tensor that the network needs, in the order of its layers.
fn wanted(config: &Config) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    if config.data.standardize {
        for name in ["input/mean", "input/scale"] {
            wanted.push(Wanted { name: name.to_owned(), shape: vec![config.features()], place: None });
        }
    }
    for layer in &config.layers {
        let Kind::Dense(dense) = &layer.kind else { continue };
        let tensor = |what: &str, shape| Wanted {
            name: format!("{}/{what}", layer.name),
            shape,
            place: Some(layer.place),
        };
        wanted.push(tensor("kernel", vec![dense.fan_in, dense.units]));
        if dense.use_bias {
            wanted.push(tensor("bias", vec![dense.units]));
        }
    }
    wanted
}

/// Tensors that nothing needs.
fn extra(file: &SafeTensors, wanted: &[Wanted], config: &Config) -> Vec<Problem> {
    let mut names: Vec<&str> = file.names();
    names.retain(|name| !wanted.iter().any(|want| want.name == *name || scale_name(want) == *name));
    names.sort_unstable();
    names.into_iter().map(|name| extra_tensor(name, wanted, config)).collect()
}

/// The name of the scale of a layer's tensor.
fn scale_name(want: &Wanted) -> String {
    format!("{}_scale", want.name)
}

/// The scales in the file, with what the metadata say of each.
fn frozen(
    file: &SafeTensors,
    bytes: &[u8],
    wanted: &[Wanted],
) -> Result<BTreeMap<String, Frozen>, Vec<Problem>> {
    let metadata = SafeTensors::read_metadata(bytes).ok().and_then(|(_, all)| all.metadata().clone());
    let metadata = metadata.unwrap_or_default();
    let (mut scales, mut problems) = (BTreeMap::new(), Vec::new());
    for want in wanted.iter().filter(|want| want.place.is_some()) {
        let name = scale_name(want);
        let Ok(view) = file.tensor(&name) else { continue };
        let quantizer = metadata.get(&name).cloned().unwrap_or_default();
        match scale(&name, &view, &want.shape) {
            Ok(scale) => drop(scales.insert(want.name.clone(), Frozen { quantizer, scale })),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(scales) } else { Err(problems) }
}

/// A scale for a tensor of `shape`.
fn scale(name: &str, view: &TensorView, shape: &[usize]) -> Result<Tensor, Problem> {
    let own = view.shape();
    let broadcasts = own.len() == shape.len() && own.iter().zip(shape).all(|(n, m)| *n == 1 || n == m);
    if !broadcasts {
        let message = format!("tensor `{name}` has the shape {own:?}, which does not broadcast to {shape:?}");
        return Err(Problem::new(Code::WeightsShape, message)
            .help("a scale has the dimensions of its tensor, 1 along those that it does not depend on"));
    }
    let wanted = Wanted { name: name.to_owned(), shape: own.to_vec(), place: None };
    let tensor = checked(view, &wanted)?;
    match tensor.values.iter().find(|value| **value < 0.0) {
        None => Ok(tensor),
        Some(value) => {
            let message = format!("tensor `{name}` holds {value}: no scale is below 0");
            Err(Problem::new(Code::WeightsScale, message).help("remove it: the scale is then found again"))
        }
    }
}

fn stale(name: &str, frozen: &Frozen, spec: Option<&Spec>) -> String {
    let now = spec.map_or("no quantizer", Spec::text);
    let of = if frozen.quantizer.is_empty() { "an unnamed quantizer" } else { &frozen.quantizer };
    format!("`{name}_scale` was found for {of}, the config has {now}: it is not used")
}

fn extra_tensor(name: &str, wanted: &[Wanted], config: &Config) -> Problem {
    let problem = Problem::new(
        Code::WeightsExtraTensor,
        format!("{} holds a tensor `{name}` that no layer needs", file_name(config)),
    );
    if matches!(name, "input/mean" | "input/scale") {
        return problem.help("it standardizes inputs: write `data: {standardize: true}`, or remove it");
    }
    if let Some(layer) = config.layers.iter().find(|layer| name == format!("{}/bias", layer.name)) {
        return problem
            .at(layer.place, "this layer has no bias")
            .help("write `use_bias: true`, or remove the tensor");
    }
    problem.help(suggest::help(name, "the network needs", wanted.iter().map(|want| want.name.as_str())))
}

fn tensor(file: &SafeTensors, want: &Wanted, config: &Config) -> Result<Tensor, Problem> {
    let view = file.tensor(&want.name).map_err(|_| missing(file, want, config))?;
    let here = |problem: Problem| match want.place {
        Some(place) => problem.at(place, "for this layer"),
        None => problem,
    };
    let tensor = checked(&view, want).map_err(here)?;
    Ok(tensor)
}

fn missing(file: &SafeTensors, want: &Wanted, config: &Config) -> Problem {
    let (name, file_name) = (&want.name, file_name(config));
    let problem = Problem::new(Code::WeightsMissingTensor, format!("{file_name} has no tensor `{name}`"));
    let problem = match want.place {
        Some(place) => problem.at(place, "this layer needs it"),
        None => problem,
    };
    let mut names = file.names();
    names.sort_unstable();
    problem.help(suggest::help(name, "the file has", names.into_iter()))
}

/// The tensor in `view`, of the shape that is wanted, f32 or f64, every number finite.
fn checked(view: &TensorView, want: &Wanted) -> Result<Tensor, Problem> {
    let name = &want.name;
    if view.shape() != want.shape {
        let message = format!("tensor `{name}` has the shape {:?}, not {:?}", view.shape(), want.shape);
        return Err(Problem::new(Code::WeightsShape, message)
            .help("a kernel is inputs × outputs, a bias one number for each output"));
    }
    let values = numbers(view).ok_or_else(|| {
        let message = format!("tensor `{name}` holds {:?}, not F32 or F64", view.dtype());
        Problem::new(Code::WeightsType, message).help("store it as float32")
    })?;
    if let Some(place) = values.iter().position(|value| !value.is_finite()) {
        let message = format!("tensor `{name}` is {} at {:?}", values[place], index(place, &want.shape));
        return Err(Problem::new(Code::WeightsNotFinite, message)
            .help("indices count from 0; a training that diverged leaves such numbers"));
    }
    if let (true, Some(place)) = (name == "input/scale", values.iter().position(|&value| value <= 0.0)) {
        let message = format!("tensor `{name}` is {} at [{place}]: inputs are divided by it", values[place]);
        return Err(Problem::new(Code::WeightsScale, message)
            .help("a scale is greater than 0; for a constant feature use 1"));
    }
    Ok(Tensor { shape: want.shape.clone(), values })
}

/// The elements, exactly; `None` for other types than f32 and f64.
fn numbers(view: &TensorView) -> Option<Vec<f64>> {
    let bytes = view.data();
    match view.dtype() {
        Dtype::F32 => Some(bytes.as_chunks().0.iter().map(|&b| f64::from(f32::from_le_bytes(b))).collect()),
        Dtype::F64 => Some(bytes.as_chunks().0.iter().map(|&b| f64::from_le_bytes(b)).collect()),
        _ => None,
    }
}

/// The index of element `place` in a tensor of `shape`.
fn index(mut place: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (at, size) in index.iter_mut().zip(shape).rev() {
        *at = place % size;
        place /= size;
    }
    index
}
