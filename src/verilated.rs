//! The Verilog of `rtl_out/tiny` inside this process: compiled by Verilator when the crate is built with the
//! feature `verilated`.
//!
//! This is the one module with `unsafe` code: three calls into C++ (`sim/verilated.cpp`).
//!
//! *Invariant:* a [`Tiny`] owns its model: the pointer comes from `heteroq_tiny_new`, goes to no one else, and is
//! freed once, when the `Tiny` is dropped.
//!
//! *Invariant:* a model is used by one thread at a time: every call takes `&mut self`, and a raw pointer keeps
//! `Tiny` from being sent or shared.
//!
//! *Invariant:* no exception crosses the border: a model without system tasks has none to throw.

#![allow(unsafe_code)]

use crate::net::Net;
use crate::net::execute::ExecuteError;
use crate::sim::bits::{self, Shape};
use crate::sim::clocked::{Clocked, Seen, input_shapes, output_shapes};
use crate::sim::stimulus::Cycle;
use std::ptr::NonNull;

/// What C++ holds; only its address is known here.
#[repr(C)]
struct Model {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn heteroq_tiny_new() -> *mut Model;
    fn heteroq_tiny_free(model: *mut Model);
    fn heteroq_tiny_clock(model: *mut Model, rst: bool, valid: bool, data: u64, seen: *mut u64) -> bool;
}

/// A running `tiny_packed`, clock by clock.
#[derive(Debug)]
pub struct Tiny {
    model: NonNull<Model>,
    inputs: Vec<Shape>,
    outputs: Vec<Shape>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Model")
    }
}

impl Tiny {
    /// A new model, all registers undefined until `rst`; `net` has the ports of the design it was compiled from.
    pub fn new(net: &Net) -> Tiny {
        // SAFETY: the function takes nothing, and C++'s `new` returns an object or ends the process.
        let model = unsafe { heteroq_tiny_new() };
        let model = NonNull::new(model).expect("`new` returns an object");
        Tiny { model, inputs: input_shapes(net), outputs: output_shapes(net) }
    }

    /// Applies `cycle` and a rising edge; what was on the outputs just before the edge.
    pub fn clock(&mut self, cycle: &Cycle) -> Seen {
        let data = pack(&cycle.data, &self.inputs);
        let mut seen = 0;
        // SAFETY: the model lives until `drop`, `&mut self` makes this the only call into it, and `seen` outlives
        // the call, which keeps no pointer to it.
        let valid =
            unsafe { heteroq_tiny_clock(self.model.as_ptr(), cycle.rst, cycle.valid, data, &raw mut seen) };
        valid.then(|| bits::from_hex(&format!("{seen:x}"), &self.outputs).expect("hexadecimal digits"))
    }
}

impl Drop for Tiny {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `heteroq_tiny_new`, and nobody can use it after this.
        unsafe { heteroq_tiny_free(self.model.as_ptr()) }
    }
}

impl Clocked for Tiny {
    fn name(&self) -> &'static str {
        "verilated"
    }

    fn run(&mut self, cycles: &[Cycle]) -> Result<Vec<Seen>, ExecuteError> {
        Ok(cycles.iter().map(|cycle| self.clock(cycle)).collect())
    }
}

/// Port integers as the packed input, the first in the low bits; 64 bits at most, which C++ asserts of the ports.
fn pack(values: &[i128], shapes: &[Shape]) -> u64 {
    u64::from_str_radix(&bits::to_hex(values, shapes), 16).expect("ports of 64 bits at most")
}
