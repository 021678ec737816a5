//! Quantization-aware training: weights whose quantized network is good at its task.
//!
//! | file | answers |
//! |---|---|
//! | [`trainer`] | what a step and an epoch are |
//! | [`checkpoint`] | how a training goes on where it was |
//! | [`network`] | which operations and parameters a config is |
//! | `building` | how it is put together |
//! | [`engine`] | how batches go through them, on several threads |
//! | `plan` | what each shard does in a step, and where all of them meet |
//! | `shard` | what happens to some rows of a batch |
//! | [`operation`] | what an operation computes forwards and backwards |
//! | [`parameters`] | the numbers that training moves |
//! | [`batch_norm`] | a batch normalization, its parameters perhaps quantized |
//! | [`folded`] | a dense layer with a batch normalization in its kernel and bias |
//! | [`dropout`] | elements that training sets to 0 |
//! | [`moments`] | mean and variance of a batch, and the moving ones |
//! | `through` | numbers on both sides of a quantizer |
//! | `rows` | loops over rows, channel by channel |
//! | [`tensors`] | how they get into a weights file |
//! | [`quantized`] | what a quantizer makes of them |
//! | [`dense`], [`activation`], [`join`] | an operation each |
//! | [`matmul`] | products of matrices |
//! | [`stream`] | which random numbers serve which purpose |
//! | [`initial`] | where parameters start |
//! | [`batches`] | in which order events are seen, and how they are cut |
//! | [`loss`] | how wrong outputs are |
//! | [`exponential`] | what `e^x` is, of many numbers at once |
//! | [`penalty`] | what large weights cost |
//! | [`optimizer`] | how a step moves the parameters: [`adam`], [`sgd`] |
//! | [`schedule`] | how far it moves them |
//! | [`ramp`] | how quantization and pruning set in |
//! | [`pruning`] | which weights are zero |
//! | [`stopping`] | which epoch is best, and when to stop |

pub mod activation;
pub mod adam;
pub mod batch_norm;
pub mod batches;
mod building;
pub mod checkpoint;
pub mod dense;
pub mod dropout;
pub mod engine;
pub mod exponential;
pub mod folded;
pub mod initial;
pub mod join;
pub mod loss;
pub mod matmul;
pub mod moments;
pub mod network;
pub mod operation;
pub mod optimizer;
pub mod parameters;
pub mod penalty;
mod plan;
pub mod pruning;
pub mod quantized;
pub mod ramp;
mod rows;
pub mod schedule;
pub mod sgd;
mod shard;
pub mod stopping;
pub mod stream;
pub mod tensors;
mod through;
pub mod trainer;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod norm_goldens;
#[cfg(test)]
mod norm_threads;
