//! What several tests share.
//!
//! | file | answers |
//! |---|---|
//! | [`graphs`] | which network belongs to a seed |
//! | [`quantizers`] | which quantizer is drawn for a tensor |
//! | [`nets`] | which integer network, of any operation and width, belongs to a seed |
//! | [`wish`] | which clock, device and registers are asked for |
//! | [`case`] | a network with every form it goes through, its events and their results |
//! | [`graph_executor`] | the graph's own definition as an executor |
//! | [`many`] | many designs under one top, for one build of a simulator |
//! | [`joined`] | many nets as one, for one compiler run |
//! | [`mapped`] | the netlist after synthesis as a design with a clock |
//! | [`golden_rule`] | by which rule a number is compared with QKeras's |
//! | [`goldens`] | which tensors QKeras computed |
//! | [`keras`] | how a Keras model becomes a config and weights |
//! | [`verilated`] | what Verilator says of a design |
//! | [`failure`] | what is told about a network that fails |
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part of this")]

pub mod case;
pub mod failure;
pub mod golden_rule;
pub mod goldens;
pub mod graph_executor;
pub mod graphs;
pub mod joined;
pub mod keras;
pub mod many;
pub mod mapped;
pub mod nets;
pub mod quantizers;
pub mod verilated;
pub mod wish;
