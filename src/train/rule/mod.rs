//! The rules of training, each by itself: nothing here knows a network.
//!
//! | file | answers |
//! |---|---|
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

pub mod adam;
pub mod batches;
pub mod exponential;
pub mod initial;
pub mod loss;
pub mod optimizer;
pub mod penalty;
pub mod pruning;
pub mod ramp;
pub mod schedule;
pub mod sgd;
pub mod stopping;
pub mod stream;

#[cfg(test)]
mod golden;
