//! From the description of a small neural network to verified, fixed-latency Verilog.

pub mod device;
pub mod emulate;
pub mod fixed;
pub mod net;
pub mod quantizer;
pub mod tool;
