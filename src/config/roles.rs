//! What of a layer a search can change, and which key of `limit` says how far.

use super::function::Function;
use super::model::{Kind, Layer};
use super::search::Pattern;
use crate::quantizer::Spec;

/// What a quantizer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A kernel.
    Kernel,
    /// A bias.
    Bias,
    /// What follows a layer, with a function in it such as relu's.
    Activation,
    /// What follows a layer and only rounds.
    Linear,
}

impl Role {
    /// Its word in AutoQKeras's names of dimensions.
    pub fn word(self) -> &'static str {
        match self {
            Role::Kernel => "kernel",
            Role::Bias => "bias",
            Role::Activation | Role::Linear => "activation",
        }
    }

    /// The key of `layer` that its quantizer stands under.
    pub fn key(self, layer: &Layer) -> &'static str {
        match self {
            Role::Kernel => "kernel",
            Role::Bias => "bias",
            Role::Activation | Role::Linear => layer.activation_key(),
        }
    }
}

/// A class of layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Dense layers.
    Dense,
    /// Activation layers, and what follows a sum, a concatenation, a batch normalization: in Keras a layer of its own.
    Activation,
    /// Sums.
    Add,
    /// Concatenations.
    Concatenate,
    /// Batch normalizations.
    BatchNorm,
}

/// Our words for the classes, and QKeras's.
pub(super) const CLASSES: &[(&str, Class)] = &[
    ("dense", Class::Dense),
    ("Dense", Class::Dense),
    ("QDense", Class::Dense),
    ("activation", Class::Activation),
    ("Activation", Class::Activation),
    ("QActivation", Class::Activation),
    ("add", Class::Add),
    ("Add", Class::Add),
    ("concatenate", Class::Concatenate),
    ("Concatenate", Class::Concatenate),
    ("batch_norm", Class::BatchNorm),
    ("BatchNormalization", Class::BatchNorm),
    ("QBatchNormalization", Class::BatchNorm),
];

/// Which layers a key of `limit` means.
#[derive(Debug, Clone, PartialEq)]
pub enum Layers {
    /// Those of a class; each has its own choices.
    Class(Class),
    /// Those whose names match; they share one choice.
    Named(Pattern),
}

/// What of `layer` has a quantizer that can be searched, in AutoQKeras's order.
pub fn roles(layer: &Layer) -> Vec<Role> {
    let (kernel, bias) = match &layer.kind {
        Kind::Dense(dense) => (Some(Role::Kernel), dense.has_bias().then_some(Role::Bias)),
        _ => (None, None),
    };
    kernel.into_iter().chain(bias).chain(after(layer)).collect()
}

/// What follows the layer's own computation. A softmax stays: it is never computed.
fn after(layer: &Layer) -> Option<Role> {
    if let Some(spec) = &layer.activation {
        return Some(of_quantizer(spec));
    }
    match layer.float?.function {
        Function::Softmax => None,
        Function::Linear => Some(Role::Linear),
        Function::Relu | Function::Tanh | Function::Sigmoid => Some(Role::Activation),
    }
}

/// The role of a quantizer behind a layer.
fn of_quantizer(spec: &Spec) -> Role {
    match spec.name() {
        "quantized_bits" | "quantized_linear" | "quantized_po2" => Role::Linear,
        _ => Role::Activation,
    }
}

/// The place among `keys` of the one for `layer`: the first whose pattern matches its name, else that of its class.
pub(super) fn find(keys: &[&Layers], layer: &Layer) -> Option<usize> {
    let named = |key: &&Layers| matches!(key, Layers::Named(pattern) if pattern.matches(&layer.name));
    let of_class = |class: &Class| keys.iter().position(|key| **key == Layers::Class(*class));
    keys.iter().position(named).or_else(|| classes(layer).iter().find_map(of_class))
}

/// The classes of a layer, in the order in which they are looked for.
fn classes(layer: &Layer) -> &'static [Class] {
    match &layer.kind {
        Kind::Dense(_) => &[Class::Dense],
        Kind::Activation => &[Class::Activation],
        Kind::Add => &[Class::Add, Class::Activation],
        Kind::Concatenate => &[Class::Concatenate, Class::Activation],
        Kind::BatchNorm(_) => &[Class::BatchNorm, Class::Activation],
        Kind::Flatten | Kind::Dropout(_) => &[],
    }
}
