//! The config as it is meant: every default filled in, every shape known, every check passed.

use super::function::{FloatActivation, Function};
use super::problem::{Code, ConfigError, Place, Problem, Source};
pub use super::search::Search;
pub use super::training::Train;
use crate::device::Device;
use crate::quantizer::{Quantizer, Sigmoid, Spec};
use std::path::PathBuf;
use std::sync::Arc;

/// A checked config.
#[derive(Debug, Clone)]
pub struct Config {
    /// The network's name: folder under `rtl_out/`, top module.
    pub name: String,
    /// What the sigmoid inside its quantizers is.
    pub sigmoid: Sigmoid,
    /// What comes in.
    pub input: Input,
    /// The layers; each reads only [`Input`] or layers before it. The last one is the output.
    pub layers: Vec<Layer>,
    /// What goes out.
    pub output: Output,
    /// The weights file, relative paths resolved against the config's folder. It need not exist.
    pub weights: PathBuf,
    /// Where events come from.
    pub data: Data,
    /// How to train.
    pub train: Train,
    /// How to search for quantizers and sizes, if the config says.
    pub search: Option<Search>,
    /// Clock, device and arithmetic.
    pub hardware: Hardware,
    /// How much to verify.
    pub verify: Verify,
    /// The text it was read from: places are places in it.
    pub source: Source,
}

/// What comes in: one number for each feature.
#[derive(Debug, Clone)]
pub struct Input {
    /// Dimensions of one event, each at least 1.
    pub shape: Vec<usize>,
    /// How a feature becomes an integer.
    pub quantizer: Arc<dyn Quantizer>,
    /// One name for each feature, all different.
    pub names: Vec<String>,
}

/// What goes out: one number for each class, or one class index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// One name for each class, all different.
    pub classes: Vec<String>,
    /// Whether the index of the greatest class (the lowest on ties) replaces the values.
    pub argmax: bool,
}

/// One layer: what its kind computes, then its activation.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Its name: letters, digits and `_`.
    pub name: String,
    /// What it reads. One operand, but for [`Kind::Add`] and [`Kind::Concatenate`].
    pub inputs: Vec<Operand>,
    /// What it computes of them.
    pub kind: Kind,
    /// The quantizer after that; none means linear, unless there is a float function.
    pub activation: Option<Spec>,
    /// The float function in its place. [`Kind::Activation`] always has one of the two.
    pub float: Option<FloatActivation>,
    /// Dimensions of its result.
    pub shape: Vec<usize>,
    /// Where its name stands.
    pub place: Place,
}

/// What a layer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// The network's input, quantized.
    Input,
    /// The layer at this place in [`Config::layers`].
    Layer(usize),
}

/// What a layer computes.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `y[j] = bias[j] + Σ x[i] · kernel[i][j]`.
    Dense(Dense),
    /// Its operand as it is: only the activation matters.
    Activation,
    /// Its operand in one dimension, last index fastest.
    Flatten,
    /// The sum of its operands, element by element.
    Add,
    /// Its operands one after another along the last dimension.
    Concatenate,
    /// Each channel of its operand by its own `a · x + b`.
    BatchNorm(BatchNorm),
    /// Its operand as it is; training sets a part of it to 0.
    Dropout(Dropout),
}

/// A batch normalization over all dimensions but the last:
/// `y = gamma · (x − mean) / sqrt(variance + epsilon) + beta`. In hardware `a · x + b`, with
/// `a = gamma / sqrt(variance + epsilon)` and `b = beta − a · mean`, in f32.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchNorm {
    /// Length of the last dimension.
    pub channels: usize,
    /// What is left of the moving statistics at each step; 0.99.
    pub momentum: f32,
    /// Added to the variance; 1e-3.
    pub epsilon: f32,
    /// Whether there is a beta.
    pub center: bool,
    /// Whether there is a gamma.
    pub scale: bool,
    /// The quantizers of its parameters.
    pub quantizers: NormQuantizers,
}

/// The quantizers of a batch normalization's parameters; a plain one has none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NormQuantizers {
    /// Of gamma.
    pub gamma: Option<Spec>,
    /// Of beta.
    pub beta: Option<Spec>,
    /// Of the mean.
    pub mean: Option<Spec>,
    /// Of the variance.
    pub variance: Option<Spec>,
    /// Of `gamma / sqrt(variance + epsilon)`; excludes those of gamma and the variance.
    pub inverse: Option<Spec>,
}

/// A batch normalization in a layer's own kernel and bias: `kernel · a` and `a · (bias − mean) + beta` are what is
/// quantized.
#[derive(Debug, Clone, PartialEq)]
pub struct Fold {
    /// What is folded; without quantizers.
    pub norm: BatchNorm,
    /// Which statistics training folds.
    pub statistics: Statistics,
    /// Steps after which the moving statistics are frozen and take the place of the batch's; none: never.
    pub freeze_delay: Option<u64>,
}

/// Which statistics training folds into a kernel: the `folding_mode` of QKeras.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Statistics {
    /// The moving ones; the result is corrected to the batch's (`ema_stats_folding`).
    #[default]
    Moving,
    /// Those of the batch (`batch_stats_folding`).
    Batch,
}

/// What training sets to 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropout {
    /// The chance of each element, `0 <= rate < 1`; the others are divided by `1 − rate`.
    pub rate: f32,
}

/// A dense layer.
#[derive(Debug, Clone)]
pub struct Dense {
    /// Inputs, at least 1.
    pub fan_in: usize,
    /// Outputs, at least 1.
    pub units: usize,
    /// The kernel's quantizer; none means that the layer is float.
    pub kernel: Option<Spec>,
    /// The bias's quantizer; none means as stored.
    pub bias: Option<Spec>,
    /// Whether there is a bias.
    pub use_bias: bool,
    /// The batch normalization in them, if there is one.
    pub fold: Option<Fold>,
    /// How its constant products are made: the layer's own word, else the hardware's.
    pub arithmetic: Arithmetic,
}

/// How constant products are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arithmetic {
    /// Shifts and additions, shared between outputs. No DSP.
    #[default]
    ShiftAdd,
    /// `*` at exact widths: tools choose LUTs or DSPs.
    Multiply,
}

/// Where events come from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Data {
    /// The training file.
    pub train: Option<PathBuf>,
    /// The test file.
    pub test: Option<PathBuf>,
    /// Where validation events come from.
    pub validation: Validation,
    /// Whether `x' = (x − input/mean) / input/scale` comes before the input quantizer.
    pub standardize: bool,
}

/// Where validation events come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Validation {
    /// This fraction of the training file, drawn by the seed; `0 < f < 1`.
    Fraction(f64),
    /// This file.
    File(PathBuf),
}

impl Default for Validation {
    fn default() -> Validation {
        Validation::Fraction(0.2)
    }
}

/// Clock, device and arithmetic.
#[derive(Debug, Clone, PartialEq)]
pub struct Hardware {
    /// The clock, in MHz.
    pub clock_mhz: f64,
    /// Required event interval: clocks between two events, at least 1.
    pub event_interval: u32,
    /// The same, in nanoseconds.
    pub initiation_ns: f64,
    /// The device.
    pub target: Device,
    /// The latency budget, in nanoseconds.
    pub max_latency_ns: Option<f64>,
    /// Where the budget stands, if it is given.
    pub max_latency_place: Option<Place>,
    /// How constant products are made where a layer does not say.
    pub arithmetic: Arithmetic,
    /// Whether inputs are registered first.
    pub register_inputs: bool,
    /// Whether outputs are registered last.
    pub register_outputs: bool,
}

/// How much to verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verify {
    /// Events that the executors are compared on.
    pub vectors: usize,
}

impl Config {
    /// The layer that `operand` names, if it is one.
    pub fn layer(&self, operand: Operand) -> Option<&Layer> {
        match operand {
            Operand::Input => None,
            Operand::Layer(place) => Some(&self.layers[place]),
        }
    }

    /// Dimensions of what `operand` names.
    pub fn shape(&self, operand: Operand) -> &[usize] {
        self.layer(operand).map_or(&self.input.shape, |layer| &layer.shape)
    }

    /// Features of one event.
    pub fn features(&self) -> usize {
        self.input.names.len()
    }

    /// One name for each class that labels count. Those of the outputs, but for one output that tells two classes
    /// apart ([`super::training::Loss::BinaryCrossEntropy`]): `not NAME` is label 0, `NAME` label 1.
    pub fn label_classes(&self) -> Vec<String> {
        let names = &self.output.classes;
        match names.as_slice() {
            [one] if self.train.loss.classes(1) == 2 => vec![format!("not {one}"), one.clone()],
            _ => names.clone(),
        }
    }

    /// Fails if a layer before the last is a softmax: training's f32 has none.
    ///
    /// # Errors
    /// Each such layer, by name.
    pub fn require_trainable(&self) -> Result<(), ConfigError> {
        let inner = self.layers.iter().rev().skip(1).rev();
        ConfigError::of(inner.filter_map(inner_softmax).collect(), &self.source).map_or(Ok(()), Err)
    }

    /// Fails if a layer is float: Verilog holds integers only.
    ///
    /// # Errors
    /// Each such layer, by name and key.
    pub fn require_quantized(&self) -> Result<(), ConfigError> {
        let problems = self.layers.iter().flat_map(|layer| [float_kernel(layer), float_activation(layer)]);
        ConfigError::of(problems.flatten().collect(), &self.source).map_or(Ok(()), Err)
    }
}

fn inner_softmax(layer: &Layer) -> Option<Problem> {
    let FloatActivation { function: Function::Softmax, place } = layer.float? else { return None };
    let message = format!("layer `{}` is a softmax, and not the last layer", layer.name);
    let problem = Problem::new(Code::FloatLayer, message)
        .at(place, "training knows a softmax in its loss alone")
        .help("only the last layer may be one: use another function here");
    Some(problem)
}

fn float_kernel(layer: &Layer) -> Option<Problem> {
    let Kind::Dense(Dense { kernel: None, .. }) = &layer.kind else { return None };
    let name = &layer.name;
    let problem =
        Problem::new(Code::FloatLayer, format!("layer `{name}` is float: it has no `kernel` quantizer"))
            .at(layer.place, "this layer")
            .help("give it one, such as `kernel: \"quantized_bits(6, 0, alpha=1)\"`");
    Some(problem)
}

fn float_activation(layer: &Layer) -> Option<Problem> {
    let FloatActivation { function, place } = layer.float?;
    let (name, key, word) = (&layer.name, layer.activation_key(), function.word());
    let problem = Problem::new(Code::FloatLayer, format!("layer `{name}` is float: its `{key}` is `{word}`"))
        .at(place, "a function, not a quantizer")
        .help(function.help());
    Some(problem)
}

impl Dense {
    /// Whether a bias is added: its own, or that of the batch normalization in it.
    pub fn has_bias(&self) -> bool {
        self.use_bias || self.fold.is_some()
    }
}

impl Layer {
    /// The key that its activation stands under.
    pub fn activation_key(&self) -> &'static str {
        if matches!(self.kind, Kind::Activation) { "quantizer" } else { "activation" }
    }
}
