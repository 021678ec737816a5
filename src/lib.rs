//! From the description of a small neural network to verified, fixed-latency Verilog.

pub mod arith;
pub mod cli;
pub mod config;
pub mod data;
pub mod device;
pub mod emulate;
pub mod fixed;
pub mod flow;
pub mod graph;
pub mod lower;
pub mod map;
pub mod metrics;
pub mod net;
pub mod quantizer;
pub mod report;
pub mod rtl;
pub mod schedule;
pub mod sim;
pub mod synth;
pub mod tool;
pub mod verilog;
