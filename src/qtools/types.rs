//! The data types of every layer: QTools' `generate_layer_data_type_map`.

use super::adder::{accumulator, add, adder, concatenate};
use super::counts::Counts;
use super::divider::divider;
use super::layers::{Source, Unit, Work, units};
use super::multiplier::multiplier;
use super::number::{Mode, Number};
use super::operator::Operator;
use crate::config::{BatchNorm, Config, Dense};
use crate::quantizer::{self, Spec};

/// What is assumed of what the config does not say.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The type of the input; none: that of the config's input quantizer.
    pub source: Option<Number>,
    /// The type of parameters of layers without quantizers: `keras_quantizer`.
    pub parameters: Number,
    /// The type of results of layers without quantizers: `keras_accumulator`.
    pub results: Number,
    /// Whether no layer's quantizers count: `for_reference`.
    pub reference: bool,
    /// What is known of trained parameters: `is_inference`.
    pub counts: Counts,
}

/// Layers without quantizers compute in f32.
impl Default for Setting {
    fn default() -> Setting {
        let float = Number::float(32);
        Setting {
            source: None,
            parameters: float.clone(),
            results: float,
            reference: false,
            counts: Counts::default(),
        }
    }
}

impl Setting {
    /// What QKeras compares with: every parameter, and the input, in `bits` of fixed point, every result in 32. At 32
    /// bits, floats.
    pub fn reference(bits: u32) -> Setting {
        let float = bits >= 32;
        let parameters = if float { Number::float(32) } else { Number::fixed(bits.into(), 0, true) };
        let results = if float { Number::float(32) } else { Number::fixed(32, 10, true) };
        let source = Some(parameters.clone());
        Setting { source, parameters, results, reference: true, counts: Counts::default() }
    }
}

/// The data types of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Types {
    /// The type of the input.
    pub source: Number,
    /// Every layer, after those it reads.
    pub layers: Vec<LayerTypes>,
}

/// The data types of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerTypes {
    /// Its name.
    pub name: String,
    /// QKeras's name of such a layer.
    pub class: &'static str,
    /// What it reads: the type of each operand, and how many numbers that is.
    pub inputs: Vec<(Number, usize)>,
    /// Its parameters.
    pub parameters: Vec<ParameterType>,
    /// What computes, in order.
    pub operators: Vec<Operator>,
    /// The type of its results.
    pub output: Number,
    /// Dimensions of its result.
    pub shape: Vec<usize>,
    /// How often its operators compute.
    pub operations: usize,
    /// Whether it reads the network's input.
    pub is_first: bool,
    /// Whether it is the network's output.
    pub is_last: bool,
}

/// The data type of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterType {
    /// `weight`, `bias`, `gamma`, `beta`, `mean`, `variance` or `inverse`.
    pub role: &'static str,
    /// The type of its numbers.
    pub number: Number,
    /// Its dimensions.
    pub shape: Vec<usize>,
}

/// The data types of a network under `setting`.
///
/// # Panics
/// If the config's input quantizer is none: [`crate::config::parse`] reads no other.
pub fn types(config: &Config, setting: &Setting) -> Types {
    let source = setting.source.clone().unwrap_or_else(|| source(config));
    let units = units(config);
    let mut layers: Vec<LayerTypes> = Vec::with_capacity(units.len());
    for (place, unit) in units.iter().enumerate() {
        let input = |from: &Source| match from {
            Source::Input => (source.clone(), config.features()),
            Source::Unit(place) => (layers[*place].output.clone(), elements(&layers[*place].shape)),
        };
        let layer = Drafting { unit, setting, inputs: unit.inputs.iter().map(input).collect() }.layer();
        layers.push(LayerTypes { is_last: place + 1 == units.len(), ..layer });
    }
    Types { source, layers }
}

/// The type of what the config's input quantizer gives.
pub(super) fn source(config: &Config) -> Number {
    let text = config.input.quantizer.text();
    Number::of(&quantizer::parse(&text).expect("a quantizer's text is read back"))
}

fn elements(shape: &[usize]) -> usize {
    shape.iter().product()
}

/// A unit whose inputs' types are known.
struct Drafting<'a> {
    unit: &'a Unit<'a>,
    setting: &'a Setting,
    inputs: Vec<(Number, usize)>,
}

impl Drafting<'_> {
    fn layer(self) -> LayerTypes {
        let (parameters, operators, output) = match self.unit.work {
            Work::Dense(dense) => self.dense(dense),
            Work::Norm(norm) => self.norm(norm),
            Work::Add | Work::Concatenate => self.merged(),
            Work::Flatten => (vec![], vec![], self.input().clone()),
            Work::Quantizer(spec) if !self.setting.reference => (vec![], vec![], Number::of(spec)),
            Work::Quantizer(_) | Work::Function(_) => (vec![], vec![], self.setting.results.clone()),
        };
        let operations = match self.unit.work {
            Work::Dense(dense) => dense.fan_in * dense.units,
            _ => self.inputs.iter().map(|(_, elements)| *elements).max().unwrap_or(0),
        };
        LayerTypes {
            name: self.unit.name.clone(),
            class: self.unit.work.class(),
            parameters,
            operators,
            output,
            shape: self.unit.shape.to_vec(),
            operations,
            is_first: self.unit.inputs.contains(&Source::Input),
            is_last: false,
            inputs: self.inputs,
        }
    }

    fn input(&self) -> &Number {
        &self.inputs[0].0
    }

    /// Whether the layer's own quantizers count.
    fn is_quantized(&self) -> bool {
        self.unit.work.is_quantized() && !self.setting.reference
    }

    /// The type of a parameter: by its quantizer; without one `otherwise`, or what the setting says of float layers.
    fn parameter(&self, role: &'static str, quantizer: Option<&Spec>, otherwise: &Number) -> Number {
        if !self.is_quantized() {
            return self.setting.parameters.clone();
        }
        let number = quantizer.map_or_else(|| otherwise.clone(), Number::of);
        let values = || self.setting.counts.get(&self.unit.name, role);
        let values = if number.mode == Mode::PowerOfTwo { values() } else { None };
        Number { values, ..number }
    }

    fn dense(&self, dense: &Dense) -> (Vec<ParameterType>, Vec<Operator>, Number) {
        let weight = self.parameter("weight", dense.kernel.as_ref(), &default());
        let multiplier = multiplier("multiplier", &weight, self.input());
        let of_fold = dense.fold.is_some() && dense.bias.is_none() && self.is_quantized();
        let mut accumulator = accumulator(dense.fan_in, &multiplier.output, !of_fold);
        let mut bias = self.parameter("bias", dense.bias.as_ref(), &default());
        if of_fold {
            // A folded bias without a quantizer is as wide as the sum of products; their sum has one bit more.
            bias = accumulator.output.clone();
            accumulator = adder("accumulator", &bias, &bias);
        }
        let operators = self.results(vec![multiplier, accumulator]);
        let output = operators[1].output.clone();
        let mut parameters =
            vec![ParameterType { role: "weight", number: weight, shape: vec![dense.fan_in, dense.units] }];
        if dense.has_bias() {
            parameters.push(ParameterType { role: "bias", number: bias, shape: vec![dense.units] });
        }
        (parameters, operators, output)
    }

    /// `gamma / sqrt(variance) · x + beta`.
    fn norm(&self, norm: &BatchNorm) -> (Vec<ParameterType>, Vec<Operator>, Number) {
        let q = &norm.quantizers;
        let of =
            |role, spec: &Option<Spec>, otherwise: &Number| self.parameter(role, spec.as_ref(), otherwise);
        let (beta, mean) = (of("beta", &q.beta, self.input()), of("mean", &q.mean, self.input()));
        let gamma = of("gamma", &q.gamma, &default());
        let (inverse, variance) = match &q.inverse {
            Some(_) if self.is_quantized() => (Some(of("inverse", &q.inverse, &default())), None),
            _ => (None, Some(of("variance", &q.variance, &default()))),
        };
        let operators =
            self.results(self.norm_operators(norm, &gamma, &beta, variance.as_ref(), inverse.as_ref()));
        let output = operators.last().map_or(self.input(), |last| &last.output).clone();
        let gamma = (norm.scale && inverse.is_none()).then_some(gamma);
        let all = [
            ("gamma", gamma),
            ("beta", norm.center.then_some(beta)),
            ("mean", Some(mean)),
            ("variance", variance),
            ("inverse", inverse),
        ];
        let parameter = |(role, number): (&'static str, Option<Number>)| {
            Some(ParameterType { role, number: number?, shape: vec![norm.channels] })
        };
        (all.into_iter().filter_map(parameter).collect(), operators, output)
    }

    fn norm_operators(
        &self,
        norm: &BatchNorm,
        gamma: &Number,
        beta: &Number,
        variance: Option<&Number>,
        inverse: Option<&Number>,
    ) -> Vec<Operator> {
        let (divide, multiply) = ("internal_divide_quantizer", "internal_multiplier");
        let mut operators = Vec::new();
        if let Some(variance) = variance {
            let numerator = if norm.scale { gamma } else { self.input() };
            operators.push(divider(divide, numerator, &deviation(variance)));
        }
        let factor = inverse.cloned().or_else(|| norm.scale.then(|| operators[0].output.clone()));
        if let Some(factor) = factor {
            operators.push(multiplier(multiply, &factor, self.input()));
        }
        if norm.center {
            let product = operators.last().expect("a division or a product").output.clone();
            operators.push(adder("internal_accumulator", &product, beta));
        }
        operators
    }

    fn merged(&self) -> (Vec<ParameterType>, Vec<Operator>, Number) {
        let all: Vec<&Number> = self.inputs.iter().map(|(number, _)| number).collect();
        let merge = if matches!(self.unit.work, Work::Add) { add(&all) } else { concatenate(&all) };
        let merge = if self.setting.reference { merge.giving(&self.setting.results) } else { merge };
        let output = merge.output.clone();
        (vec![], vec![merge], output)
    }

    /// Operators of a float layer give what the setting says, whatever they are made of.
    fn results(&self, operators: Vec<Operator>) -> Vec<Operator> {
        if self.is_quantized() {
            return operators;
        }
        operators.into_iter().map(|operator| operator.giving(&self.setting.results)).collect()
    }
}

/// The type of a parameter without a quantizer in a layer that has some.
fn default() -> Number {
    Number::fixed(8, 0, true)
}

/// The square root of a variance: a power of two of half the exponent.
fn deviation(variance: &Number) -> Number {
    if variance.mode != Mode::PowerOfTwo {
        return variance.clone();
    }
    let max_value = variance.max_value.map(|most| most.sqrt().round_ties_even());
    let bits = variance.bits - 1;
    Number { bits, int_bits: bits, max_value, ..variance.clone() }
}
