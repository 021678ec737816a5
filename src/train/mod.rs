//! Quantization-aware training: weights whose quantized network is good at its task.
//!
//! | file | answers |
//! |---|---|
//! | [`operation`] | what a step of the network computes forwards and backwards |
//! | [`parameters`] | the numbers that training moves |

pub mod activation;
pub mod dense;
pub mod engine;
pub mod join;
pub mod matmul;
pub mod network;
pub mod operation;
pub mod parameters;
pub mod quantized;
mod shard;
