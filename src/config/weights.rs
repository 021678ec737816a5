//! The weights file: tensors by name, exactly those that the layers need.
//!
//! | tensor | shape | needed by |
//! |---|---|---|
//! | `fc1/kernel` | inputs × outputs, last index fastest | a dense layer `fc1` |
//! | `fc1/bias` | outputs | the same, but for `use_bias: false` |
//! | `bn1/gamma`, `bn1/beta`, `bn1/moving_mean`, `bn1/moving_variance` | channels | a batch normalization `bn1`, or a dense layer with one in it |
//! | `bn1/a`, `bn1/b` | channels | the same, in place of those: the constants that they come to |
//! | `fc1/folded_kernel`, `fc1/folded_bias` | those of kernel and bias | a dense layer with a batch normalization in it, in place of all others |
//! | `fc1/kernel_scale`, `fc1/bias_scale` | those of the tensor, or 1 | nobody: see [`Frozen`] |
//! | `input/mean`, `input/scale` | features | `data: {standardize: true}` |
//!
//! Values are f32 or f64, before or after quantization.

use super::frozen::{self, Frozen};
use super::model::Config;
use super::problem::{Code, ConfigError, Problem};
use super::suggest;
use super::wanted::{Wanted, wanted};
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
        let wanted = wanted(config, |name| file.names().contains(&name));
        let unneeded = extra(&file, &wanted, config);
        let frozen = frozen::read(&file, bytes, &wanted);
        let mut problems = Vec::new();
        let mut tensors = BTreeMap::new();
        let is_there = |want: &Wanted| want.needed || file.names().contains(&want.name.as_str());
        for want in wanted.into_iter().filter(is_there) {
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

    /// The kernel of the dense layer `layer`: inputs × outputs.
    pub fn kernel(&self, layer: &str) -> Option<&Tensor> {
        self.tensors.get(&format!("{layer}/kernel"))
    }

    /// The bias of the dense layer `layer`, if it has one.
    pub fn bias(&self, layer: &str) -> Option<&Tensor> {
        self.tensors.get(&format!("{layer}/bias"))
    }

    /// A parameter of the batch normalization `layer`, by its name in the file: `gamma`, `moving_variance`, ….
    pub fn norm(&self, layer: &str, name: &str) -> Option<&Tensor> {
        self.tensors.get(&format!("{layer}/{name}"))
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

/// Tensors that nothing needs.
fn extra(file: &SafeTensors, wanted: &[Wanted], config: &Config) -> Vec<Problem> {
    let mut names: Vec<&str> = file.names();
    let is_scale = |want: &Wanted, name: &str| want.scaled && frozen::name(want) == name;
    names.retain(|name| !wanted.iter().any(|want| want.name == *name || is_scale(want, name)));
    names.sort_unstable();
    names.into_iter().map(|name| extra_tensor(name, wanted, config)).collect()
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
    checked(&view, &want.name, &want.shape).map_err(here)
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
pub(super) fn checked(view: &TensorView, name: &str, shape: &[usize]) -> Result<Tensor, Problem> {
    if view.shape() != shape {
        let message = format!("tensor `{name}` has the shape {:?}, not {shape:?}", view.shape());
        return Err(Problem::new(Code::WeightsShape, message)
            .help("a kernel is inputs × outputs, a bias one number for each output"));
    }
    let values = numbers(view).ok_or_else(|| {
        let message = format!("tensor `{name}` holds {:?}, not F32 or F64", view.dtype());
        Problem::new(Code::WeightsType, message).help("store it as float32")
    })?;
    if let Some(place) = values.iter().position(|value| !value.is_finite()) {
        let message = format!("tensor `{name}` is {} at {:?}", values[place], index(place, shape));
        return Err(Problem::new(Code::WeightsNotFinite, message)
            .help("indices count from 0; a training that diverged leaves such numbers"));
    }
    if let (true, Some(place)) = (name.ends_with("/moving_variance"), values.iter().position(|&v| v < 0.0)) {
        let message = format!("tensor `{name}` is {} at [{place}]: no variance is below 0", values[place]);
        return Err(Problem::new(Code::WeightsScale, message).help("it is the mean of squares"));
    }
    if let (true, Some(place)) = (name == "input/scale", values.iter().position(|&value| value <= 0.0)) {
        let message = format!("tensor `{name}` is {} at [{place}]: inputs are divided by it", values[place]);
        return Err(Problem::new(Code::WeightsScale, message)
            .help("a scale is greater than 0; for a constant feature use 1"));
    }
    Ok(Tensor { shape: shape.to_vec(), values })
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
