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
//! | `exact` | whether training computes what hardware does |

#![expect(clippy::float_cmp, reason = "exact figures are meant")]

mod bytes;
mod exact;
mod fusion;
mod gradients;
mod networks;
mod plain;
mod school;
mod stop;
mod validation;
