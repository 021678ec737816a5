//! Layers become operations, one after another.

use super::network::{Fusion, Node, Source};
use super::operation::Operation;
use super::operation::activation::{Activate, Activation, Channels};
use super::operation::batch_norm::{BatchNorm, NormParameters};
use super::operation::dense::Dense;
use super::operation::dropout::Dropout;
use super::operation::folded::{Folded, FoldedParameters};
use super::operation::join::{Add, Concatenate};
use super::operation::quantized::Quantized;
use super::parameters::{Parameter, ParameterId, Parameters, Role};
use super::rule::stream;
use crate::config::{self, Fold, Function, Kind, Layer};
use crate::quantizer::Spec;

/// A network so far.
pub(super) struct Building<'a> {
    nodes: Vec<Node>,
    parameters: Parameters,
    fusion: Fusion,
    initial: &'a mut dyn FnMut(&mut Parameter),
}

impl<'a> Building<'a> {
    /// Nothing yet. `initial` gives a parameter its first numbers.
    pub(super) fn new(fusion: Fusion, initial: &'a mut dyn FnMut(&mut Parameter)) -> Building<'a> {
        Building { nodes: Vec::new(), parameters: Parameters::default(), fusion, initial }
    }

    /// What there is now.
    pub(super) fn done(self) -> (Vec<Node>, Parameters) {
        (self.nodes, self.parameters)
    }

    /// The operations of one layer, which reads `inputs` of these `shapes`, and perhaps `ends` the network; gives what
    /// holds its result.
    pub(super) fn layer(
        &mut self,
        layer: &Layer,
        inputs: Vec<Source>,
        shapes: &[&[usize]],
        ends: bool,
    ) -> Source {
        let mut activation = activation(layer, ends);
        let width = layer.shape.iter().product();
        let operation: Option<Box<dyn Operation>> = match &layer.kind {
            Kind::Dense(dense) => Some(match &dense.fold {
                None => {
                    let fused = activation.take_if(|_| self.fusion == Fusion::Fused);
                    Box::new(self.dense(&layer.name, dense, fused))
                }
                Some(fold) => Box::new(self.folded(&layer.name, dense, fold)),
            }),
            Kind::BatchNorm(norm) => {
                let places = self.norm(&layer.name, norm);
                Some(Box::new(BatchNorm::new(norm.clone(), places, width)))
            }
            Kind::Dropout(dropout) => Some(Box::new(Dropout::new(*dropout, width))),
            Kind::Add => Some(Box::new(Add { width })),
            Kind::Concatenate => Some(Box::new(concatenate(shapes, width))),
            Kind::Activation | Kind::Flatten => None,
        };
        let mut result = inputs[0];
        if let Some(operation) = operation {
            result = self.push(layer, operation, inputs);
        }
        match activation {
            Some(activation) => self.push(layer, Box::new(Activate::new(width, activation)), vec![result]),
            None => result,
        }
    }

    fn push(&mut self, layer: &Layer, operation: Box<dyn Operation>, inputs: Vec<Source>) -> Source {
        let wanted = inputs.iter().map(|source| self.moves(*source)).collect();
        let stream = stream::hash(&layer.name);
        self.nodes.push(Node { layer: layer.name.clone(), stream, operation, inputs, wanted });
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
        let (kernel, bias) = self.kernel_and_bias(layer, dense);
        let through = |spec: &Option<Spec>| Quantized::new(spec.clone());
        let bias = bias.map(|bias| (bias, through(&dense.bias)));
        Dense { fan_in, units, kernel: (kernel, through(&dense.kernel)), bias, activation }
    }

    fn folded(&mut self, layer: &str, dense: &config::Dense, fold: &Fold) -> Folded {
        let (kernel, bias) = self.kernel_and_bias(layer, dense);
        let norm = self.norm(layer, &fold.norm);
        Folded::new(dense.clone(), fold.clone(), FoldedParameters { kernel, bias, norm })
    }

    fn kernel_and_bias(&mut self, layer: &str, dense: &config::Dense) -> (ParameterId, Option<ParameterId>) {
        let config::Dense { fan_in, units, .. } = *dense;
        let kernel =
            self.parameter(layer, "kernel", vec![fan_in, units], Role::Kernel, dense.kernel.as_ref());
        let bias = dense.use_bias.then(|| self.bias(layer, "bias", units, dense.bias.as_ref()));
        (kernel, bias)
    }

    fn norm(&mut self, layer: &str, norm: &config::BatchNorm) -> NormParameters {
        let (channels, quantizers) = (norm.channels, &norm.quantizers);
        let mut statistic = |what: &str| self.parameter(layer, what, vec![channels], Role::Statistic, None);
        let (mean, variance) = (statistic("moving_mean"), statistic("moving_variance"));
        let gamma = norm.scale.then(|| self.bias(layer, "gamma", channels, quantizers.gamma.as_ref()));
        let beta = norm.center.then(|| self.bias(layer, "beta", channels, quantizers.beta.as_ref()));
        NormParameters { gamma, beta, mean, variance }
    }

    /// One number for each channel that a gradient moves.
    fn bias(&mut self, layer: &str, what: &str, channels: usize, spec: Option<&Spec>) -> ParameterId {
        self.parameter(layer, what, vec![channels], Role::Bias, spec)
    }

    fn parameter(
        &mut self,
        layer: &str,
        what: &str,
        shape: Vec<usize>,
        role: Role,
        spec: Option<&Spec>,
    ) -> ParameterId {
        let values = vec![0.0; shape.iter().product()];
        let bound = spec.map(|spec| spec.max().max(1.0));
        let mut parameter = Parameter { name: format!("{layer}/{what}"), shape, role, values, bound };
        (self.initial)(&mut parameter);
        self.parameters.push(parameter)
    }
}

fn concatenate(shapes: &[&[usize]], width: usize) -> Concatenate {
    let parts: Vec<usize> = shapes.iter().map(|shape| shape.last().copied().unwrap_or(1)).collect();
    let pieces = width / parts.iter().sum::<usize>();
    Concatenate { parts, pieces }
}

/// What follows the sums of `layer`. A softmax or a sigmoid that `ends` the network is in the loss.
fn activation(layer: &Layer, ends: bool) -> Option<Activation> {
    let last = layer.shape.last().copied().unwrap_or(1);
    let quantizer = layer.activation.as_ref().map(|spec| Activation::Quantizer(Channels::new(spec, last)));
    let in_loss = |function| ends && matches!(function, Function::Softmax | Function::Sigmoid);
    let float = layer.float.map(|float| float.function).filter(|function| !in_loss(*function));
    quantizer.or_else(|| float.map(Activation::Float))
}
