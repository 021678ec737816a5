//! A config as operations and parameters.

use super::activation::{Activate, Activation, Channels};
use super::dense::Dense;
use super::join::{Add, Concatenate};
use super::operation::{How, Operation};
use super::parameters::{Parameter, ParameterId, Parameters, Role};
use super::quantized::Quantized;
use crate::config::{self, Config, Kind, Layer, Operand};
use crate::data::random::Random;
use crate::quantizer::Spec;
use std::ops::Range;

/// A network that can be trained: operations, each after those it reads, and what they compute with.
#[derive(Debug)]
pub struct Network {
    nodes: Vec<Node>,
    /// The numbers that training moves.
    pub parameters: Parameters,
    features: usize,
}

/// An operation, and what it reads.
#[derive(Debug)]
pub struct Node {
    /// The layer it belongs to.
    pub layer: String,
    /// What it computes.
    pub operation: Box<dyn Operation>,
    /// Its operands.
    pub inputs: Vec<Source>,
    /// For each operand, whether some parameter depends on its gradient.
    pub wanted: Vec<bool>,
}

/// What an operation reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The network's input, on its grid.
    Input,
    /// The result of a node.
    Node(usize),
}

/// Whether a dense layer and its activation are one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fusion {
    /// One: as training runs.
    #[default]
    Fused,
    /// Two, with the same results: for comparison.
    Composed,
}

impl Network {
    /// The network of `config`. What its parameters begin with, `initial` says of each: its numbers are all 0 before.
    pub fn new(config: &Config, fusion: Fusion, initial: &mut dyn FnMut(&mut Parameter)) -> Network {
        let mut building = Building { nodes: Vec::new(), parameters: Parameters::default(), fusion, initial };
        let mut results: Vec<Source> = Vec::new();
        for layer in &config.layers {
            let read = |operand: &Operand| match operand {
                Operand::Input => Source::Input,
                Operand::Layer(place) => results[*place],
            };
            let inputs = layer.inputs.iter().map(read).collect();
            let widths = layer.inputs.iter().map(|operand| config.shape(*operand).to_vec()).collect();
            results.push(building.layer(layer, inputs, widths));
        }
        let Building { nodes, parameters, .. } = building;
        Network { nodes, parameters, features: config.features() }
    }

    /// The operations, in order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Features of an event.
    pub fn features(&self) -> usize {
        self.features
    }

    /// Elements of the last result.
    pub fn width(&self) -> usize {
        self.nodes.last().map_or(self.features, |node| node.operation.width())
    }

    /// What all rows of a batch share. Random numbers are drawn from `key`.
    pub fn prepare(&mut self, how: How, key: u64) {
        let Network { nodes, parameters, .. } = self;
        for (place, node) in nodes.iter_mut().enumerate() {
            node.operation.prepare(parameters, how, &mut Random::of(&[key, place as u64]));
        }
    }

    /// Runs of nodes whose rows do not depend on each other, but for the first node's.
    pub(super) fn segments(&self) -> Vec<Range<usize>> {
        let mut starts: Vec<usize> = (0..self.nodes.len()).collect();
        starts.retain(|place| *place == 0 || self.nodes[*place].operation.gathers());
        let ends = starts.iter().skip(1).copied().chain([self.nodes.len()]);
        starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
    }

    pub(super) fn operation(&mut self, place: usize) -> &mut dyn Operation {
        self.nodes[place].operation.as_mut()
    }

    /// After the gradients have moved the parameters: moving statistics follow the batch.
    pub fn follow(&mut self) {
        let Network { nodes, parameters, .. } = self;
        nodes.iter().for_each(|node| node.operation.follow(parameters));
    }
}

/// A network so far.
pub(super) struct Building<'a> {
    nodes: Vec<Node>,
    parameters: Parameters,
    fusion: Fusion,
    initial: &'a mut dyn FnMut(&mut Parameter),
}

impl Building<'_> {
    /// The operations of one layer; gives what holds its result.
    fn layer(&mut self, layer: &Layer, inputs: Vec<Source>, shapes: Vec<Vec<usize>>) -> Source {
        let mut activation = activation(layer);
        let width = layer.shape.iter().product();
        let result = match &layer.kind {
            Kind::Dense(dense) => {
                let fused = activation.take_if(|_| self.fusion == Fusion::Fused);
                let operation = self.dense(&layer.name, dense, fused);
                self.push(layer, Box::new(operation), inputs)
            }
            Kind::Add => self.push(layer, Box::new(Add { width }), inputs),
            Kind::Concatenate => {
                let parts: Vec<usize> =
                    shapes.iter().map(|shape| shape.last().copied().unwrap_or(1)).collect();
                let pieces = width / parts.iter().sum::<usize>();
                self.push(layer, Box::new(Concatenate { parts, pieces }), inputs)
            }
            Kind::Activation | Kind::Flatten | Kind::Dropout(_) | Kind::BatchNorm(_) => inputs[0],
        };
        match activation {
            Some(activation) => self.push(layer, Box::new(Activate::new(width, activation)), vec![result]),
            None => result,
        }
    }

    fn push(&mut self, layer: &Layer, operation: Box<dyn Operation>, inputs: Vec<Source>) -> Source {
        let wanted = inputs.iter().map(|source| self.moves(*source)).collect();
        self.nodes.push(Node { layer: layer.name.clone(), operation, inputs, wanted });
        Source::Node(self.nodes.len() - 1)
    }

    /// Whether any parameter moves this result.
    fn moves(&self, source: Source) -> bool {
        let Source::Node(place) = source else { return false };
        let node = &self.nodes[place];
        !node.operation.parameters().is_empty() || node.wanted.contains(&true)
    }

    fn dense(&mut self, layer: &str, dense: &config::Dense, activation: Option<Activation>) -> Dense {
        let config::Dense { fan_in, units, .. } = *dense;
        let kernel = self.parameter(layer, "kernel", vec![fan_in, units], Role::Kernel, &dense.kernel);
        let bias =
            dense.use_bias.then(|| self.parameter(layer, "bias", vec![units], Role::Bias, &dense.bias));
        Dense { fan_in, units, kernel, bias, activation }
    }

    /// A parameter, and what its layer makes of it.
    pub(super) fn parameter(
        &mut self,
        layer: &str,
        what: &str,
        shape: Vec<usize>,
        role: Role,
        spec: &Option<Spec>,
    ) -> (ParameterId, Quantized) {
        let values = vec![0.0; shape.iter().product()];
        let bound = spec.as_ref().map(|spec| spec.max().max(1.0));
        let mut parameter = Parameter { name: format!("{layer}/{what}"), shape, role, values, bound };
        (self.initial)(&mut parameter);
        (self.parameters.push(parameter), Quantized::new(spec.clone()))
    }
}

fn activation(layer: &Layer) -> Option<Activation> {
    let last = layer.shape.last().copied().unwrap_or(1);
    let quantizer = layer.activation.as_ref().map(|spec| Activation::Quantizer(Channels::new(spec, last)));
    quantizer.or_else(|| layer.float.map(|float| Activation::Float(float.function)))
}
