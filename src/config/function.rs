//! The float functions that a network may end its layers in before it is quantized.

use super::problem::Place;

/// A float function where a quantizer should stand, as in a network that is yet to be quantized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FloatActivation {
    /// What it computes.
    pub function: Function,
    /// Where its word stands.
    pub place: Place,
}

/// A float function, by its Keras name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `x`.
    Linear,
    /// `max(x, 0)`.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
    /// `1 / (1 + e^-x)`.
    Sigmoid,
    /// `e^x`, divided by the sum over all outputs.
    Softmax,
}

impl Function {
    /// Every function.
    pub const ALL: &[Function] =
        &[Function::Linear, Function::Relu, Function::Tanh, Function::Sigmoid, Function::Softmax];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Function::Linear => "linear",
            Function::Relu => "relu",
            Function::Tanh => "tanh",
            Function::Sigmoid => "sigmoid",
            Function::Softmax => "softmax",
        }
    }

    /// What to write in its place.
    pub(super) fn help(self) -> &'static str {
        match self {
            Function::Linear => {
                "remove the layer, or give it a quantizer, such as \"quantized_bits(6, 2, alpha=1)\""
            }
            Function::Relu => "give it a quantizer, such as \"quantized_relu(6)\"",
            Function::Tanh => "give it a quantizer, such as \"quantized_tanh(6)\"",
            Function::Sigmoid => "give it a quantizer, such as \"quantized_sigmoid(6)\"",
            Function::Softmax => {
                "remove it: the values before it are in the same order; or write `output: {argmax: true}`"
            }
        }
    }
}
