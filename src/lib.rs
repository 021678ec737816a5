//! From the description of a small neural network to verified, fixed-latency Verilog.

pub mod fixed;
pub mod net;
