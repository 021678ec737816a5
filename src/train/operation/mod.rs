//! What a step of the network computes forwards and backwards.
//!
//! | file | what it computes |
//! |---|---|
//! | [`dense`] | a dense layer with its activation |
//! | [`activation`] | each element through a quantizer or a float function |
//! | [`join`] | sums of operands, or one after another |
//! | [`batch_norm`] | a batch normalization, its parameters perhaps quantized |
//! | [`folded`] | a dense layer with a batch normalization in its kernel and bias |
//! | [`dropout`] | elements that training sets to 0 |
//! | [`quantized`], `through` | what a quantizer makes of parameters, and of numbers that a step computes |
//! | [`moments`] | mean and variance of a batch, and the moving ones |
//! | [`matmul`], `rows` | products of matrices; loops over rows, channel by channel |
//!
//! A batch is cut into shards of rows, always the same ones, whatever the number of threads. For every batch
//! the engine calls, for each operation in the order of the data,
//!
//! ```text
//! prepare          once: what the rows share of the parameters (quantized, folded)
//! gather, settle   where rows depend on each other (batch statistics): sums of each shard, then of all, in order
//! forward          for each shard
//! ```
//!
//! and then in the opposite order
//!
//! ```text
//! gather_back, settle_back   where rows depend on each other
//! backward                   for each shard: gradients of what it read, and the shard's part of the parameters'
//! finish                     once: from the sum of all shards' parts, in order, the gradients of the parameters
//! ```
//!
//! so the numbers do not depend on which thread does which shard.

pub mod activation;
pub mod batch_norm;
pub mod dense;
pub mod dropout;
pub mod folded;
pub mod join;
pub mod matmul;
pub mod moments;
pub mod quantized;
mod rows;
mod through;

#[cfg(test)]
mod harness;
#[cfg(test)]
mod norm_goldens;
#[cfg(test)]
mod norm_threads;

use crate::data::random::Random;
use crate::train::parameters::{ParameterId, Parameters};
use std::fmt;

/// How a network is run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum How {
    /// As a step of training: statistics of the batch, noise, dropout.
    Training {
        /// Steps done before this one.
        step: u64,
        /// How much of the quantization is applied, in place of every `qnoise_factor`; none: as the quantizers say.
        noise: Option<f32>,
    },
    /// As it will be used.
    Inference,
}

impl How {
    /// Whether this is a step of training.
    pub fn trains(self) -> bool {
        matches!(self, How::Training { .. })
    }

    /// The `qnoise_factor` in place of the quantizers' own.
    pub fn noise(self) -> Option<f32> {
        match self {
            How::Training { noise, .. } => noise,
            How::Inference => None,
        }
    }
}

/// What an operation keeps of one shard from forwards to backwards, and its results backwards.
#[derive(Debug, Default, Clone)]
pub struct Scratch {
    /// Rows of the shard.
    pub rows: usize,
    /// Anything it wants to find again, such as the sums before an activation.
    pub saved: Vec<f32>,
    /// Backwards: the gradient of each operand, rows × its width.
    pub toward: Vec<Vec<f32>>,
    /// Backwards: this shard's part of the gradient of what [`Operation::finish`] takes.
    pub partial: Vec<Vec<f32>>,
    /// The shard's own random numbers of this step and operation.
    pub random: Option<Random>,
}

/// A step of the network, from the rows of its operands to its own rows. Rows are row major.
pub trait Operation: fmt::Debug + Send + Sync {
    /// Elements of a row of its result.
    fn width(&self) -> usize;

    /// The parameters that gradients move, in the order of what [`Operation::finish`] gives.
    fn parameters(&self) -> Vec<ParameterId> {
        Vec::new()
    }

    /// What all rows of a batch share of the parameters.
    fn prepare(&mut self, _parameters: &Parameters, _how: How, _random: &mut Random) {}

    /// Whether its rows depend on each other in this pass: then [`Operation::gather`] and [`Operation::settle`]
    /// come before [`Operation::forward`], [`Operation::gather_back`] and [`Operation::settle_back`] before
    /// [`Operation::backward`].
    fn gathers(&self) -> bool {
        false
    }

    /// Sums over the rows of one shard.
    fn gather(&self, _inputs: &[&[f32]], _scratch: &mut Scratch) -> Vec<f64> {
        Vec::new()
    }

    /// Takes the sums of all shards, in order, and the rows of each.
    fn settle(&mut self, _sums: &[(usize, Vec<f64>)]) {}

    /// Its rows for one shard.
    fn forward(&self, inputs: &[&[f32]], output: &mut [f32], scratch: &mut Scratch, how: How);

    /// Sums over the rows of one shard, given the gradient `slope` of its result.
    fn gather_back(&self, _inputs: &[&[f32]], _slope: &mut [f32], _scratch: &mut Scratch) -> Vec<f64> {
        Vec::new()
    }

    /// Takes those sums of all shards, in order, and the rows of each.
    fn settle_back(&mut self, _sums: &[(usize, Vec<f64>)]) {}

    /// From the gradient `slope` of its result (which it may overwrite) to `scratch.toward`, for those operands that
    /// are `wanted`, and `scratch.partial`.
    fn backward(&self, inputs: &[&[f32]], slope: &mut [f32], wanted: &[bool], scratch: &mut Scratch);

    /// The gradient of each of its [`Operation::parameters`], from the shards' sum of `scratch.partial`.
    fn finish(&self, _summed: Vec<Vec<f32>>, _parameters: &Parameters) -> Vec<Vec<f32>> {
        Vec::new()
    }

    /// After the gradients have moved the parameters: its moving statistics follow the batch.
    fn follow(&self, _parameters: &mut Parameters) {}
}
