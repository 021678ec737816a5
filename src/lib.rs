//! From the description of a small neural network to verified, fixed-latency Verilog.

pub mod config;
pub mod device;
pub mod fixed;
pub mod graph;
pub mod lower;
pub mod net;
pub mod quantizer;
pub mod rtl;
pub mod schedule;
pub mod sim;
pub mod tool;
pub mod verilog;
