//! Config and weights → graph: quantizers meet the numbers they quantize.

use super::{Config, Dense, Kind as LayerKind, Layer, Operand, Weights, weights::Tensor};
use crate::fixed::Dyadic;
use crate::graph::{Broadcast, Graph, Kind, LayerError, Node, NodeId, Parameter, SharedQuantizer};

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
        };
        let mut result = inputs[0];
        if let Some(kind) = kind {
            result = self.push(&layer.name, inputs, kind, layer.shape.clone());
        }
        if let Some(activation) = &layer.activation {
            let quantizer = Broadcast::All(SharedQuantizer::clone(activation));
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

fn dense_kind(layer: &Layer, dense: &Dense, weights: &Weights) -> Result<Kind, LayerError> {
    let name = layer.name.as_str();
    let quantize = |tensor: &Tensor, quantizer: Option<&SharedQuantizer>| parameter(name, tensor, quantizer);
    let kernel = weights.kernel(name).expect("the weights were checked against the config");
    let bias = weights.bias(name).filter(|_| dense.use_bias);
    Ok(Kind::Dense {
        kernel: quantize(kernel, dense.kernel.as_ref())?,
        bias: bias.map(|bias| quantize(bias, dense.bias.as_ref())).transpose()?,
    })
}

fn parameter(
    layer: &str,
    tensor: &Tensor,
    quantizer: Option<&SharedQuantizer>,
) -> Result<Parameter, LayerError> {
    let values = tensor.values.iter().map(|v| quantized(layer, *v, quantizer)).collect::<Result<_, _>>()?;
    Ok(Parameter { shape: tensor.shape.clone(), quantizer: quantizer.cloned(), values })
}

/// A number that is an f32 goes through the quantizer as QKeras would compute it, any other one exactly.
#[expect(clippy::cast_possible_truncation, reason = "taken only where nothing is lost")]
fn quantized(layer: &str, v: f64, quantizer: Option<&SharedQuantizer>) -> Result<Dyadic, LayerError> {
    let exact = Dyadic::from_f64(v).expect("the weights file was checked for numbers that are not finite");
    let Some(quantizer) = quantizer else { return Ok(exact) };
    let short = v as f32;
    if f64::from(short).to_bits() != v.to_bits() {
        return quantizer.exact(exact).map_err(LayerError::too_wide(layer));
    }
    Dyadic::from_f32(quantizer.forward(short)).ok_or_else(|| LayerError {
        layer: layer.to_owned(),
        message: format!("`{}` makes more of {short:e} than an f32 holds", quantizer.text()),
        help: Some("give it a smaller scale".to_owned()),
    })
}
