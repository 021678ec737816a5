//! What a layer can be.

use super::NodeId;
use crate::fixed::Dyadic;
use crate::quantizer::{Quantizer, Spec};
use std::sync::Arc;

/// A quantizer that several tensors may share.
pub type SharedQuantizer = Arc<dyn Quantizer>;

/// One thing for a whole tensor, or one for each of its elements (row major).
#[derive(Debug, Clone, PartialEq)]
pub enum Broadcast<T> {
    /// The same for every element.
    All(T),
    /// Element `i` has entry `i`.
    Each(Vec<T>),
}

impl<T> Broadcast<T> {
    /// What element `index` has.
    pub fn at(&self, index: usize) -> &T {
        match self {
            Broadcast::All(one) => one,
            Broadcast::Each(many) => &many[index],
        }
    }

    /// How many elements it is made for; `None` if for any number.
    pub fn len_if_each(&self) -> Option<usize> {
        match self {
            Broadcast::All(_) => None,
            Broadcast::Each(many) => Some(many.len()),
        }
    }
}

/// A constant tensor: what is stored, and what its quantizer makes of it.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its shape, as Keras lays it out: a dense kernel is inputs × units.
    pub shape: Vec<usize>,
    /// Its quantizer; without one it is used as stored.
    pub quantizer: Option<Spec>,
    /// The values used, row major: after the quantizer.
    pub values: Vec<Dyadic>,
}

/// What a node computes from the tensors it reads.
#[derive(Debug, Clone)]
pub enum Kind {
    /// The features, each on the grid of its quantizer.
    Input {
        /// One name a feature.
        features: Vec<String>,
        /// What brings a real feature onto its grid.
        quantizer: Broadcast<SharedQuantizer>,
    },
    /// `y_o = Σ_i x_i · kernel[i][o] + bias[o]`.
    Dense {
        /// inputs × units.
        kernel: Parameter,
        /// units.
        bias: Option<Parameter>,
    },
    /// Each element through its quantizer.
    Quantize(Broadcast<SharedQuantizer>),
    /// The same elements in one row.
    Flatten,
    /// The elementwise sum of all inputs.
    Add,
    /// All inputs side by side: joined along their last dimension, as Keras does.
    Concatenate,
    /// `y = a[c] · x + b[c]`, with `c` the element's index in the last dimension: a batch normalization.
    BatchNorm {
        /// A factor for each index of the last dimension.
        a: Parameter,
        /// What is added, as many.
        b: Parameter,
    },
    /// The index of the largest element, the lowest one on ties.
    Argmax,
}

impl Kind {
    /// Its word in the text form and in messages.
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Input { .. } => "input",
            Kind::Dense { .. } => "dense",
            Kind::Quantize(_) => "quantize",
            Kind::Flatten => "flatten",
            Kind::Add => "add",
            Kind::Concatenate => "concatenate",
            Kind::BatchNorm { .. } => "batch_norm",
            Kind::Argmax => "argmax",
        }
    }
}

/// One step of the network.
#[derive(Debug, Clone)]
pub struct Node {
    /// The layer of the config it belongs to: a dense layer with an activation is two nodes of one layer.
    pub layer: String,
    /// The nodes it reads.
    pub inputs: Vec<NodeId>,
    /// What it computes.
    pub kind: Kind,
    /// The shape of its result.
    pub shape: Vec<usize>,
}

impl Node {
    /// How many elements its result has.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// The elements of its result where it joins `inputs` along their last dimension.
    pub fn joined<T: Clone>(&self, inputs: &[&[T]]) -> Vec<T> {
        let rows = self.len() / self.shape.last().map_or(1, |last| (*last).max(1));
        let row = |x: &[T], n: usize| x[n * x.len() / rows..(n + 1) * x.len() / rows].to_vec();
        (0..rows).flat_map(|n| inputs.iter().flat_map(move |x| row(x, n))).collect()
    }

    /// Whether it only hands on the elements of its inputs.
    pub fn passes_on(&self) -> bool {
        matches!(self.kind, Kind::Flatten | Kind::Concatenate)
    }

    /// Whether its result has no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
