//! What QKeras's estimators say of a network: the data types of QTools, operations, bits, and the energy of a 45 nm
//! ASIC.
//!
//! | file | answers |
//! |---|---|
//! | [`layers`] | which layers QKeras would see in a config |
//! | [`number`] | which data type a quantizer's values have |
//! | [`operator`] | what computes a value, and of which data type it is |
//! | `multiplier`, `divider`, `adder` | which operator two data types take, and what comes out |
//! | [`counts`] | how many different powers of two a parameter holds |
//! | [`types`](mod@types) | the data types of every layer: `generate_layer_data_type_map` |
//! | [`process`] | what an operation and a memory access cost at 45 nm: `horowitz` |
//! | [`energy`](mod@energy) | the energy of every layer: `qenergy` |
//! | [`bits`](mod@bits) | the bits of parameters and activations: `ForgivingFactorBits` |
//! | [`stats`](mod@stats) | operations by type, weights by width, zeros: `print_qstats` |
//! | [`json`] | all of it under the names of QTools' JSON |
//!
//! The figures are those of QKeras 0.9, read from its sources (Apache-2.0), for the layers that a config can hold.
//! These differ, where QKeras is wrong or ends in an exception:
//!
//! - Nothing is rounded or cut: QTools rounds energies to two digits and cuts sums to whole pJ.
//! - An activation of a dense layer is a layer of its own, `NAME/activation`, so that a network costs the same
//!   however it is written. QTools does not count what the activation in a `QDense` writes.
//! - A dropout passes on what it reads. QTools takes what a dropout of the input passes on for 8 bits.
//! - A flatten and a concatenation pass on the type that they read, and so does the input. QTools takes a
//!   `quantized_tanh`, `quantized_ulaw`, `stochastic_binary` or `bernoulli` behind one for a ternary.
//! - `quantized_sigmoid`, `quantized_hswish` and `quantized_linear`, which QTools refuses, are fixed point.
//! - A batch normalization without center or scale has no beta or gamma to be read. An `inverse` takes the place of
//!   gamma, variance and division; QTools has none.
//! - A dense layer with a batch normalization in it has the types that QTools gives a `QConv2DBatchnorm`, and the
//!   energy of a dense layer; QTools counts its output alone.
//! - The bits of a quantized batch normalization are those of its quantizers; QKeras counts 6 and 5 whatever they are.
//! - An operation on floats of 16 and 32 bits has 32; one on a float and an integer has the float's.

mod adder;
pub mod bits;
pub mod counts;
mod divider;
pub mod energy;
pub mod json;
pub mod layers;
mod multiplier;
pub mod number;
pub mod operator;
pub mod process;
pub mod stats;
pub mod types;

pub use bits::{Bits, bits};
pub use energy::{Energy, energy};
pub use number::Number;
pub use stats::{Stats, stats};
pub use types::{Setting, Types, types};
