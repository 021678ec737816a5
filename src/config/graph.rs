//! Config and weights → graph: quantizers meet the numbers they quantize.

use super::freeze::of_scale;
use super::parameters::{self, Unquantized};
use super::{Config, Dense, Kind as LayerKind, Layer, Operand, Weights, weights::Tensor};
use crate::graph::{Broadcast, Graph, Kind, LayerError, Node, NodeId, Parameter, SharedQuantizer};
use crate::quantizer::{Hardware, Spec};

impl Config {
    /// The graph of this network with `weights`.
    ///
    /// # Errors
    /// A parameter whose quantized value cannot be held; a float function after a layer.
    pub fn graph(&self, weights: &Weights) -> Result<Graph, LayerError> {
        let mut building = Building { nodes: vec![self.input_node()], results: Vec::new() };
        for layer in &self.layers {
            let result = building.layer(layer, weights)?;
            building.results.push(result);
        }
        let mut classes = self.output.classes.clone();
        if self.output.argmax {
            let last = building.last();
            building.push("argmax", vec![last], Kind::Argmax, vec![1]);
            classes = vec!["class".to_owned()];
        }
        Ok(Graph { name: self.name.clone(), nodes: building.nodes, classes })
    }

    fn input_node(&self) -> Node {
        let quantizer = Broadcast::All(SharedQuantizer::clone(&self.input.quantizer));
        Node {
            layer: "input".to_owned(),
            inputs: Vec::new(),
            kind: Kind::Input { features: self.input.names.clone(), quantizer },
            shape: self.input.shape.clone(),
        }
    }
}

/// The nodes so far, and which of them holds the result of each layer.
struct Building {
    nodes: Vec<Node>,
    results: Vec<NodeId>,
}

impl Building {
    fn last(&self) -> NodeId {
        NodeId::new(self.nodes.len() - 1)
    }

    fn push(&mut self, layer: &str, inputs: Vec<NodeId>, kind: Kind, shape: Vec<usize>) -> NodeId {
        self.nodes.push(Node { layer: layer.to_owned(), inputs, kind, shape });
        self.last()
    }

    /// The nodes of one layer; the last of them holds its result.
    fn layer(&mut self, layer: &Layer, weights: &Weights) -> Result<NodeId, LayerError> {
        not_float(layer)?;
        let inputs: Vec<NodeId> = layer.inputs.iter().map(|operand| self.operand(*operand)).collect();
        let kind = match &layer.kind {
            LayerKind::Dense(dense) => Some(dense_kind(layer, dense, weights)?),
            LayerKind::Activation => None,
            LayerKind::Flatten => Some(Kind::Flatten),
            LayerKind::Add => Some(Kind::Add),
            LayerKind::Concatenate => Some(Kind::Concatenate),
            LayerKind::BatchNorm(norm) => {
                let [a, b] = weights.affine(layer, norm)?.map(|tensor| constant(&tensor));
                Some(Kind::BatchNorm { a, b })
            }
            LayerKind::Dropout(_) => None,
        };
        let mut result = inputs[0];
        if let Some(kind) = kind {
            result = self.push(&layer.name, inputs, kind, layer.shape.clone());
        }
        if let Some(activation) = &layer.activation {
            let quantizer = of_channels(layer, activation)?;
            result = self.push(&layer.name, vec![result], Kind::Quantize(quantizer), layer.shape.clone());
        }
        Ok(result)
    }

    fn operand(&self, operand: Operand) -> NodeId {
        match operand {
            Operand::Input => NodeId::new(0),
            Operand::Layer(place) => self.results[place],
        }
    }
}

/// A float function has no exact value: the graph ends where one begins.
fn not_float(layer: &Layer) -> Result<(), LayerError> {
    let Some(float) = layer.float else { return Ok(()) };
    Err(LayerError {
        layer: layer.name.clone(),
        message: format!("`{}` is a float function", float.function.word()),
        help: Some("give the layer a quantizer in its place".to_owned()),
    })
}

/// The activation of each element: its channels are the last dimension.
fn of_channels(layer: &Layer, activation: &Spec) -> Result<Broadcast<SharedQuantizer>, LayerError> {
    let last = layer.shape.last().copied().unwrap_or(1);
    let channels = activation.of_channels(last).map_err(|e| of_scale(&layer.name, activation, e))?;
    if let [one] = channels.as_slice() {
        return Ok(Broadcast::All(SharedQuantizer::clone(one)));
    }
    let elements: usize = layer.shape.iter().product();
    Ok(Broadcast::Each(channels.into_iter().cycle().take(elements).collect()))
}

fn dense_kind(layer: &Layer, dense: &Dense, weights: &Weights) -> Result<Kind, LayerError> {
    let (kernel, bias) = parameters::of_dense(layer, dense, weights)?;
    Ok(Kind::Dense { kernel: quantized(kernel)?, bias: bias.map(quantized).transpose()? })
}

/// A parameter, each number through its quantizer.
fn quantized(stored: Unquantized) -> Result<Parameter, LayerError> {
    if let Some((spec, _)) = &stored.quantizer
        && let Hardware::Never { why, instead } = spec.at(stored.scale(0)).hardware()
    {
        return Err(LayerError::never(&stored.layer, spec.text(), why, instead));
    }
    let values = stored.quantized();
    Ok(Parameter { shape: stored.shape, quantizer: stored.quantizer.map(|(spec, _)| spec), values })
}

/// A tensor as it is stored.
fn constant(tensor: &Tensor) -> Parameter {
    Parameter { shape: tensor.shape.clone(), quantizer: None, values: parameters::exact(tensor) }
}
