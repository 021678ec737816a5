//! From the description of a small neural network to verified, fixed-latency Verilog.
//!
//! One YAML file says what the network is: layers, quantizers, clock, device. What comes out is a pipeline that
//! takes a new event at every clock and answers after a constant number of clocks, with the proof that it
//! computes the same integers as the quantized network.
//!
//! # The pipeline on one page
//!
//! ```text
//! config.yaml, events
//!   │ train        flow::train, train::trainer           weights with the quantizers in the loop, judged by the exact net
//!   ▼
//! config.yaml, weights
//!   │ load         config::load, Weights::require        what was asked for, every error at its line
//!   ▼
//! Config
//!   │ quantize     Config::graph, graph::validate        layers with the formats of all their values
//!   ▼
//! Graph            graph::interp                         the meaning of the network, in exact numbers
//!   │ lower        lower::lower                          the same in integers, exactly
//!   ▼
//! Net              net::interp                           the meaning of everything below
//!   │ optimize     arith::Plan, map::plan                constants' products as shared sums; fewer, narrower
//!   ▼
//! Net
//!   │ schedule     schedule::pipeline                    a unit and a cycle for every value
//!   ▼
//! Staged
//!   │ build        rtl::build                            rust-hdl blocks, one a layer and stage
//!   ▼
//! Top
//!   │ write        verilog::files, verilog::folder       rtl_out/NAME, all of it or nothing
//!   │ check        flow::simulate                        every executor against net::interp
//!   │ synthesize   flow::synthesize                      what the tools make of it; the netlist, checked too
//!   ▼
//! Report           report                                text, report.json, report.html
//! ```
//!
//! [`flow::Design`] holds a design with every form it went through, and [`flow::run`](mod@flow::run) does it all.
//!
//! # Who may use whom
//!
//! A folder uses folders above it, those of the last column and no others; every one may use [`tool`].
//!
//! | folder | answers | uses |
//! |---|---|---|
//! | [`tool`] | how an outside tool is found, started, watched and ended | |
//! | [`fixed`] | what exact numbers are: format, interval, rounding | |
//! | [`device`] | what an FPGA is: LUTs, carry chains, delays | |
//! | [`quantizer`] | what QKeras's quantizers do, as text, function and hardware | fixed |
//! | [`graph`] | what a network is to its author, and what it computes | fixed quantizer |
//! | [`config`] | what `config.yaml` and the weights file mean | fixed device quantizer graph |
//! | [`qtools`] | what QKeras's estimators say of a network: data types, operations, bits, energy | quantizer config |
//! | [`data`] | how files become features and labels; the one random stream | fixed |
//! | [`net`] | what a network is in integers, and what it computes | fixed |
//! | [`lower`] | how each layer becomes integers | fixed device quantizer graph net |
//! | [`arith`] | how a net becomes a cheaper one: a plan of passes | fixed device net |
//! | [`map`] | how a net suits a device | fixed device net arith |
//! | [`schedule`] | which unit computes each value, and in which cycle | fixed device net |
//! | [`rtl`] | which blocks a staged net becomes | fixed net schedule |
//! | [`verilog`] | how blocks become readable files | fixed rtl |
//! | [`emulate`] | how a net runs fast on a computer, in Rust and in C++ | fixed data net |
//! | [`synth`] | what synthesis makes of the Verilog, and what the netlist computes | fixed device net |
//! | [`sim`] | whether everything that computes a network gives the same integers | fixed data net schedule rtl |
//! | `verilated` | `rtl_out/tiny` inside this process (feature `verilated`) | fixed net sim |
//! | [`metrics`] | how good a network is at its task | |
//! | [`report`] | how results are shown | net metrics |
//! | [`train`] | how weights are found, quantizers in the loop (feature `train`) | fixed quantizer graph config data net lower emulate metrics |
//! | [`search`] | which quantizers and sizes to try next, and what is known of those tried (feature `train`) | quantizer config data |
//! | [`flow`] | what each command does, step by step | all |
//! | [`cli`] | which command line means which call | all |
//!
//! *Invariant:* a folder uses only what this table says, and the table has no circles.
//!
//! *Invariant:* [`net`] is complete in itself: integers in, integers out, nothing about clocks, devices or files.
//!
//! *Invariant:* every step is a function from one value to the next; only a staged net can become Verilog.
//!
//! *Invariant:* [`tool`] alone starts processes.
//!
//! *Invariant:* only [`report`], [`cli`] and `main` print.
//!
//! *Invariant:* there is no `unsafe` but in `verilated`, whose calls go to C++, and in `train::operation::matmul`, which hands
//! slices to gemm.
//!
//! *Invariant:* the same config, weights and version give the same bytes of Verilog, on every machine.
//!
//! `tests/architecture.rs` reads this page and holds the source to it.
//!
//! # All of it, in memory
//!
//! ```
//! use heteroq::config::{self, Weights};
//! use heteroq::{arith, graph, lower, map, net, rtl, schedule, verilog};
//! use safetensors::{Dtype, tensor::TensorView};
//! use std::path::Path;
//!
//! // load: y = x0 / 2 - 3/4 · x1
//! let text = r#"
//! name: little
//! input: {shape: [2], quantizer: "quantized_bits(4, 1)"}
//! layers:
//!   - {name: out, kind: dense, units: 1, kernel: "quantized_bits(4, 0, alpha=1)", use_bias: false}
//! hardware: {clock_mhz: 320, initiation_ns: 25, target: xcvu9p}
//! "#;
//! let config = config::parse(text, Path::new("config.yaml"))?;
//! let kernel: Vec<u8> = [0.5f32, -0.75].iter().flat_map(|w| w.to_le_bytes()).collect();
//! let tensor = TensorView::new(Dtype::F32, vec![2, 1], &kernel)?;
//! let weights = Weights::from_bytes(&config, &safetensors::serialize([("out/kernel", tensor)], None)?)?;
//!
//! // quantize
//! let graph = config.graph(&weights)?;
//! graph::validate(&graph)?;
//!
//! // lower: inputs in quarters, outputs in sixteenths
//! let lowered = lower::lower(&graph)?;
//! assert_eq!(net::interp::run(&lowered, &[2, -1]), [2 * 2 + 3]);
//!
//! // optimize
//! let family = &config.hardware.target.family;
//! let options = arith::Options { arithmetic: vec![arith::Arithmetic::ShiftAdd; 2], family: family.clone() };
//! let cheaper = arith::Plan::standard(&options).run(&lowered, &mut |_, _| {});
//! let mapped = map::plan(family).run(&cheaper, &mut |_, _| {});
//! assert_eq!(net::interp::run(&mapped, &[2, -1]), [7]);
//!
//! // schedule
//! let timing =
//!     schedule::Timing { clock_mhz: 320.0, register_inputs: true, register_outputs: true, least_latency: 0 };
//! let staged = schedule::pipeline(&mapped, family, &timing);
//! assert_eq!(staged.latency, 2);
//!
//! // build
//! let top = rtl::build(&staged, &config.name, rtl::Style { adder_modules: false });
//!
//! // write
//! let files = verilog::files(&top, "0123456789abcdef", false);
//! let verilog = files.iter().find(|file| file.path == "rtl/little.v").expect("the top module");
//! assert!(verilog.text.contains("module little("));
//! assert!(verilog.text.contains("localparam LATENCY = 32'h2;"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
pub mod qtools;
pub mod quantizer;
pub mod report;
pub mod rtl;
pub mod schedule;
#[cfg(feature = "train")]
pub mod search;
pub mod sim;
pub mod synth;
pub mod tool;
#[cfg(feature = "train")]
pub mod train;
#[cfg(feature = "verilated")]
pub mod verilated;
pub mod verilog;
