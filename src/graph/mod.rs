//! The network as its author sees it: layers, parameters, quantizers. Real numbers, all of them dyadic.
//!
//! | file | answers |
//! |---|---|
//! | [`node`] | what a layer can be |
//! | [`mod@format`] | on which grid, and between which ends, every element of every tensor lies |
//! | [`validate`](mod@validate) | which graphs are well formed |
//! | [`text`] | how a graph is written down |
//! | [`interp`] | what a graph computes, by definition |
//!
//! *Invariant:* nothing here rounds but a quantizer; every other operation is exact.

pub mod format;
pub mod interp;
pub mod node;
pub mod text;
pub mod validate;

use crate::fixed::{Interval, TooWide};
use crate::quantizer::{Hardware, NoStairs, Quantizer};
pub use node::{Broadcast, Kind, Node, Parameter, SharedQuantizer};
use std::fmt;
pub use validate::validate;

/// The name of a node: its place in the list. Printed `n3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// The node at place `index`.
    pub fn new(index: usize) -> NodeId {
        NodeId(u32::try_from(index).expect("a graph has fewer than 2^32 nodes"))
    }

    /// Its place in the list.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "n{}", self.0)
    }
}

/// A network: nodes, each after those it reads. The last node is its output.
#[derive(Debug, Clone)]
pub struct Graph {
    /// The network's name.
    pub name: String,
    /// The nodes; the first is the input.
    pub nodes: Vec<Node>,
    /// One name for each element of the last node.
    pub classes: Vec<String>,
}

impl Graph {
    /// Every node's name, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(NodeId::new)
    }

    /// The node called `id`.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// The node whose value goes out.
    pub fn output(&self) -> NodeId {
        NodeId::new(self.nodes.len() - 1)
    }

    /// For each node, how many others read it; the output counts as a reader.
    pub fn readers(&self) -> Vec<usize> {
        let mut readers = vec![0; self.nodes.len()];
        self.nodes.iter().flat_map(|n| &n.inputs).for_each(|id| readers[id.index()] += 1);
        readers[self.output().index()] += 1;
        readers
    }

    /// Layer names in the order of the data, each once.
    pub fn layers(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for node in &self.nodes {
            if !names.contains(&node.layer.as_str()) {
                names.push(&node.layer);
            }
        }
        names
    }
}

/// Something about a layer that cannot be computed exactly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[error("layer `{layer}`: {message}")]
#[diagnostic(code(graph::layer))]
pub struct LayerError {
    /// The layer's name.
    pub layer: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    #[help]
    pub help: Option<String>,
}

impl LayerError {
    /// A value of `layer` that needs more than 127 bits.
    pub fn too_wide(layer: &str) -> impl Fn(TooWide) -> LayerError + use<'_> {
        move |e| LayerError {
            layer: layer.to_owned(),
            message: e.to_string(),
            help: Some("give its inputs, kernel and bias quantizers of fewer bits".to_owned()),
        }
    }

    /// A value of the batch normalization `layer` that needs more than 127 bits.
    pub fn constants_too_wide(layer: &str) -> LayerError {
        LayerError {
            layer: layer.to_owned(),
            message: format!("its constants lie so far apart that {TooWide}"),
            help: Some("quantize its parameters (`quantized: true`), or its input to fewer bits".to_owned()),
        }
    }

    /// A quantizer in `layer` that has no exact form: `why`, and what to write `instead`.
    pub fn never(layer: &str, quantizer: &str, why: &str, instead: &str) -> LayerError {
        LayerError {
            layer: layer.to_owned(),
            message: format!("`{quantizer}` has no exact form: {why}"),
            help: Some(instead.to_owned()),
        }
    }

    /// A quantizer in `layer` that cannot be followed exactly over the integers of `input`.
    pub fn of_quantizer(
        layer: &str,
        quantizer: &dyn Quantizer,
        input: Interval,
        why: NoStairs,
    ) -> LayerError {
        match (quantizer.hardware(), why) {
            (Hardware::Grid { .. }, NoStairs::TooWide(e)) => return LayerError::too_wide(layer)(e),
            (Hardware::Never { why, instead }, _) => {
                return LayerError::never(layer, &quantizer.text(), why, instead);
            }
            _ => {}
        }
        let (text, bits) = (quantizer.text(), input.width());
        LayerError {
            layer: layer.to_owned(),
            message: format!("`{text}` has no exact form for an input of {bits} bits: {why}"),
            help: Some(why.help().to_owned()),
        }
    }
}
