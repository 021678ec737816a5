//! Post-training quantization: quantizers for a network that was trained without any.
//!
//! | way | kernels and biases | relu | other activations |
//! |---|---|---|---|
//! | [`fitted`] | `quantized_bits(b, i, alpha=1)`, i from the tensor's greatest magnitude | `quantized_relu(b, i)`, i from a quantile of what comes out | `quantized_bits` likewise; tanh and sigmoid at b bits |
//! | [`plain`] | `quantized_bits(b, 5, alpha=1, round='floor')` | `quantized_relu(b - 1, 5, round='floor')` | `quantized_bits` as kernels; tanh and sigmoid at b bits |
//!
//! The second is `ap_fixed<b, 6>` for everything, the usual scan of hls4ml (Duarte et al., arXiv 1804.06913): 6 bits
//! before the point, the sign among them, and digits dropped by truncation, which is `ap_fixed`'s default. A relu is
//! never negative, so that its sign bit is not built. Two things are kinder here than in hls4ml: sums are exact, and
//! what is too large saturates, where `ap_fixed` wraps around. The network's input keeps its quantizer in both.
//!
//! | file | answers |
//! |---|---|
//! | [`float`] | the network without quantizers |
//! | [`forward`] | what it computes |
//! | [`ranges`] | which magnitudes occur in it |

pub mod float;
pub mod forward;
pub mod ranges;

use crate::config::convert::requantize::Quantizers;
use crate::config::{Config, Dense, Function, Kind, Layer};
use crate::flow::Failure;
use crate::quantizer::{self, QuantizerError, Spec};
use float::{Ends, ends};
use miette::miette;
use ranges::{LayerRange, Ranges};

/// Bits before the point of [`plain`], without the sign.
const PLAIN_INTEGER: i32 = 5;

/// Quantizers of `bits` bits for each layer of `config`, with as many bits before the point as `ranges` ask for.
///
/// # Errors
/// An activation that has no such quantizer, or none of so many bits.
pub fn fitted(config: &Config, ranges: &Ranges, bits: u32) -> Result<Vec<Quantizers>, Failure> {
    let layer = |(layer, range): (&Layer, &LayerRange)| -> Result<Quantizers, Failure> {
        let weight =
            |greatest: f32| parsed(&format!("quantized_bits({bits}, {}, alpha=1)", integer(greatest)));
        let after = match ends(layer)? {
            Ends::Function(Function::Relu) => {
                let relu = base(layer, "quantized_relu(8)")?;
                Some(at(&relu, &[("bits", bits.cast_signed()), ("integer", integer(range.output))])?)
            }
            Ends::Grid => {
                let grid = base(layer, "quantized_bits(8, 0, alpha=1)")?;
                Some(at(&grid, &[("bits", bits.cast_signed()), ("integer", integer(range.output))])?)
            }
            Ends::Function(function) => of_function(layer, function, bits)?,
            Ends::Open => None,
        };
        Ok(together(layer, weight(range.kernel)?, weight(range.bias)?, after))
    };
    config.layers.iter().zip(&ranges.layers).map(layer).collect()
}

/// `ap_fixed<bits, 6>` for each layer of `config`.
///
/// # Errors
/// As [`fitted`].
pub fn plain(config: &Config, bits: u32) -> Result<Vec<Quantizers>, Failure> {
    let layer = |layer: &Layer| -> Result<Quantizers, Failure> {
        let grid = || parsed(&format!("quantized_bits({bits}, {PLAIN_INTEGER}, alpha=1, round='floor')"));
        let relu = || parsed(&format!("quantized_relu({}, {PLAIN_INTEGER}, round='floor')", bits - 1));
        let after = match ends(layer)? {
            Ends::Function(Function::Relu) => Some(relu()?),
            Ends::Grid => Some(grid()?),
            Ends::Function(function) => of_function(layer, function, bits)?,
            Ends::Open => None,
        };
        Ok(together(layer, grid()?, grid()?, after))
    };
    config.layers.iter().map(layer).collect()
}

/// The least number of bits before the point with which `2^integer` is not below `greatest`; 0 for 0. It may be
/// negative.
///
/// ```
/// use heteroq::flow::post_training::integer;
/// assert_eq!([0.0, 0.25, 0.26, 1.0, 1.01, 5.0].map(integer), [0, -2, -1, 0, 1, 3]);
/// ```
pub fn integer(greatest: f32) -> i32 {
    if greatest == 0.0 {
        return 0;
    }
    let (mantissa, exponent) = libm::frexpf(greatest); // greatest = mantissa · 2^exponent, 1/2 <= mantissa < 1
    if mantissa > 0.5 { exponent } else { exponent - 1 }
}

/// The quantizers of a layer by key, as far as it has what they are for.
pub fn together(layer: &Layer, kernel: Spec, bias: Spec, after: Option<Spec>) -> Quantizers {
    let after = after.map(|after| (layer.activation_key(), after));
    match &layer.kind {
        Kind::Dense(Dense { use_bias: true, .. }) => {
            [("kernel", kernel), ("bias", bias)].into_iter().chain(after).collect()
        }
        Kind::Dense(_) => [("kernel", kernel)].into_iter().chain(after).collect(),
        _ => after.into_iter().collect(),
    }
}

/// The quantizer of a function whose range is known, at `bits` bits; none for those that need none.
pub fn of_function(layer: &Layer, function: Function, bits: u32) -> Result<Option<Spec>, Failure> {
    let usual = match function {
        Function::Relu => "quantized_relu(8)",
        Function::Tanh => "quantized_tanh(8)",
        Function::Sigmoid => "quantized_sigmoid(8)",
        Function::Linear | Function::Softmax => return Ok(None),
    };
    at(&base(layer, usual)?, &[("bits", bits.cast_signed())]).map(Some)
}

/// The layer's own quantizer, else the usual one.
fn base(layer: &Layer, usual: &str) -> Result<Spec, Failure> {
    layer.activation.clone().map_or_else(|| parsed(usual), Ok)
}

/// The quantizer that `text` describes.
pub fn parsed(text: &str) -> Result<Spec, Failure> {
    quantizer::parse(text).map_err(|error| refused(text, &error))
}

/// `quantizer` with these arguments.
pub fn at(quantizer: &Spec, arguments: &[(&str, i32)]) -> Result<Spec, Failure> {
    let change = |quantizer: Spec, (name, value): &(&str, i32)| quantizer.with_whole(name, *value);
    arguments.iter().try_fold(quantizer.clone(), change).map_err(|error| refused(quantizer.text(), &error))
}

fn refused(text: &str, error: &QuantizerError) -> Failure {
    Failure::Input(miette!(
        code = "scan::bits",
        help = "choose other `--bits`",
        "`{text}` cannot have so many bits: {error}"
    ))
}
