//! A network's own quantizers at another number of bits, for training with them.

use super::setting::Setting;
use crate::config::convert::requantize::Quantizers;
use crate::config::{Config, Function, Kind, Layer};
use crate::flow::Failure;
use crate::flow::post_training::{at, float::Ends, float::ends, of_function, parsed, together};
use crate::quantizer::Spec;

/// What a kernel or bias gets whose own quantizer has no bits.
const PLAIN: &str = "quantized_bits(8, 0, alpha=1)";
/// Bits of biases and activations beside a binary or ternary kernel.
const BESIDE: u32 = 4;

/// The quantizers of `config` at `setting`: all else that they say stays, such as bits before the point and the
/// rounding. Where there is none, `quantized_bits(b, 0, alpha=1)`, `quantized_relu(b)` and the like. A kernel becomes
/// `binary(alpha='auto_po2')` or `ternary(alpha='auto_po2')`, where biases and activations have 4 bits. None at all for
/// [`Setting::Float`].
///
/// # Errors
/// A quantizer that does not take so many bits, or that the scan does not know.
pub fn aware(config: &Config, setting: Setting) -> Result<Vec<Quantizers>, Failure> {
    config.layers.iter().map(|layer| of_layer(layer, setting)).collect()
}

fn of_layer(layer: &Layer, setting: Setting) -> Result<Quantizers, Failure> {
    let (few, bits) = match setting {
        Setting::Binary => (Some("binary(alpha='auto_po2')"), BESIDE),
        Setting::Ternary => (Some("ternary(alpha='auto_po2')"), BESIDE),
        Setting::Bits(bits) => (None, bits),
        Setting::Float => return Ok(Vec::new()),
    };
    let (kernel, bias) = match &layer.kind {
        Kind::Dense(dense) => (dense.kernel.as_ref(), dense.bias.as_ref()),
        _ => (None, None),
    };
    let kernel = few.map_or_else(|| weight(kernel, bits), parsed)?;
    Ok(together(layer, kernel, weight(bias, bits)?, after(layer, bits)?))
}

/// A parameter's quantizer at `bits` bits.
fn weight(own: Option<&Spec>, bits: u32) -> Result<Spec, Failure> {
    let plain = parsed(PLAIN)?;
    let own = own.filter(|own| own.with_whole("bits", 8).is_ok()).unwrap_or(&plain);
    at(own, &[("bits", bits.cast_signed())])
}

/// What comes after the layer, at `bits` bits.
fn after(layer: &Layer, bits: u32) -> Result<Option<Spec>, Failure> {
    match ends(layer)? {
        Ends::Open | Ends::Function(Function::Linear | Function::Softmax) => Ok(None),
        Ends::Grid => {
            layer.activation.as_ref().map(|grid| at(grid, &[("bits", bits.cast_signed())])).transpose()
        }
        Ends::Function(function) => of_function(layer, function, bits),
    }
}
