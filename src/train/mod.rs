//! Quantization-aware training: weights whose quantized network is good at its task.
//!
//! | file | answers |
//! |---|---|
//! | [`trainer`] | what a step and an epoch are |
//! | [`checkpoint`] | how a training goes on where it was |
//! | [`network`] | which operations and parameters a config is |
//! | `building` | how it is put together |
//! | [`parameters`] | the numbers that training moves |
//! | [`tensors`] | how they get into a weights file |
//! | [`engine`] | how batches go through a network, on several threads |
//! | `plan` | what each shard does in a step, and where all of them meet |
//! | `shard` | what happens to some rows of a batch |
//! | [`operation`] | what an operation computes forwards and backwards; a file each |
//! | [`rule`] | losses, optimizers, schedules and the like; a file each |
//!
//! To train another kind of layer: an [`operation::Operation`] in a file of its own, and an arm in `building`.

mod building;
pub mod checkpoint;
pub mod engine;
pub mod network;
pub mod operation;
pub mod parameters;
mod plan;
pub mod rule;
mod shard;
pub mod tensors;
pub mod trainer;
