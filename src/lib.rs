//! From the description of a small neural network to verified, fixed-latency Verilog.

pub mod data;
pub mod device;
pub mod fixed;
pub mod metrics;
pub mod net;
pub mod quantizer;
pub mod report;
