//! From the description of a small neural network to verified, fixed-latency Verilog.

pub mod arith;
pub mod device;
pub mod fixed;
pub mod map;
pub mod net;
pub mod quantizer;
