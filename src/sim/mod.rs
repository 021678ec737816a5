//! Whether everything that computes a network gives the same integers.
//!
//! | file | answers |
//! |---|---|
//! | [`vectors`] | which events are tried |
//! | [`stimulus`] | at which clocks they enter, and what stands on the ports in between |
//! | [`clocked`] | how a design that runs clock by clock becomes an executor |
//! | [`rust_hdl`] | the blocks in rust-hdl's own simulator |
//! | [`verilator`] | the Verilog, compiled by Verilator |
//! | [`bits`] | port integers as one wide word |

pub mod bits;
pub mod clocked;
pub mod rust_hdl;
pub mod stimulus;
pub mod vectors;
pub mod verilator;

pub use clocked::{Bench, Clocked};
