//! What training promises, on small networks and a few hundred events.
//!
//! | file | answers |
//! |---|---|
//! | `school` | events, configs, and how a training is run |
//! | `networks` | which networks and rules are drawn |
//! | `fusion` | whether a layer in one operation is the layer in two |
//! | `stop` | how it is stopped in the middle |
//! | `bytes` | whether the same seed gives the same file |
//! | `plain` | what a network computes, in loops of f64 |
//! | `gradients` | whether a step's gradients are those of the loss |
//! | `validation` | whether what is logged is what `evaluate` says |
//! | `edges` | what becomes of networks at the edge of what can be trained |
//! | `pruning` | whether the weights file has the zeros that are asked for |
//! | `exact` | whether training computes what hardware does |

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "figures of tests are small, and exact ones are meant"
)]

mod bytes;
mod edges;
mod exact;
mod fusion;
mod gradients;
mod networks;
mod plain;
mod pruning;
mod school;
mod stop;
mod validation;
