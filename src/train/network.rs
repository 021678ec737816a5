//! A config as operations and parameters.

use super::building::Building;
use super::operation::{How, Operation};
use super::parameters::{Parameter, Parameters};
use crate::config::{Config, Operand};
use crate::data::random::Random;

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
    /// What its random numbers are drawn by: the same for each operation of a layer, however many it is.
    pub stream: u64,
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
        let mut building = Building::new(fusion, initial);
        let mut results: Vec<Source> = Vec::new();
        for (place, layer) in config.layers.iter().enumerate() {
            let read = |operand: &Operand| match operand {
                Operand::Input => Source::Input,
                Operand::Layer(place) => results[*place],
            };
            let inputs = layer.inputs.iter().map(read).collect();
            let shapes: Vec<&[usize]> = layer.inputs.iter().map(|operand| config.shape(*operand)).collect();
            results.push(building.layer(layer, inputs, &shapes, place + 1 == config.layers.len()));
        }
        let (nodes, parameters) = building.done();
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
        for node in nodes {
            node.operation.prepare(parameters, how, &mut Random::of(&[key, node.stream]));
        }
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
