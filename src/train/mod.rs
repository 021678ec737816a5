//! Quantization-aware training: weights whose quantized network is good at its task.
//!
//! | file | answers |
//! |---|---|
//! | [`operation`] | what a step of the network computes forwards and backwards |
//! | [`parameters`] | the numbers that training moves |
//! | [`batch_norm`] | a batch normalization, its parameters perhaps quantized |
//! | [`folded`] | a dense layer with a batch normalization in its kernel and bias |
//! | [`dropout`] | elements that training sets to 0 |
//! | [`moments`] | mean and variance of a batch, and the moving ones |
//! | `through` | numbers on both sides of a quantizer |

pub mod activation;
pub mod batch_norm;
pub mod dense;
pub mod dropout;
pub mod engine;
pub mod folded;
pub mod join;
pub mod matmul;
pub mod moments;
pub mod network;
pub mod operation;
pub mod parameters;
pub mod quantized;
mod shard;
mod through;

#[cfg(test)]
mod harness;
#[cfg(test)]
mod norm_goldens;
