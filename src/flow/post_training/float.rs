//! The network without quantizers: what is trained before post-training quantization.

use crate::config::{Config, FloatActivation, Function, Kind, Layer};
use crate::flow::Failure;
use miette::miette;

/// What a layer ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// A function, or the quantizer that stands for one.
    Function(Function),
    /// A grid and nothing else: `quantized_bits`, `quantized_linear`.
    Grid,
    /// Nothing.
    Open,
}

/// What `layer` ends in, quantized or not.
///
/// # Errors
/// A quantizer that stands for no function of its own.
pub fn ends(layer: &Layer) -> Result<Ends, Failure> {
    if let Some(float) = layer.float {
        return Ok(Ends::Function(float.function));
    }
    let Some(quantizer) = &layer.activation else { return Ok(Ends::Open) };
    let bent = ["negative_slope", "use_sigmoid"].iter().any(|argument| quantizer.text().contains(argument));
    match quantizer.name() {
        "quantized_relu" if !bent => Ok(Ends::Function(Function::Relu)),
        "quantized_tanh" => Ok(Ends::Function(Function::Tanh)),
        "quantized_sigmoid" => Ok(Ends::Function(Function::Sigmoid)),
        "quantized_bits" | "quantized_linear" => Ok(Ends::Grid),
        _ => Err(Failure::Input(miette!(
            code = "scan::activation",
            help = "scan a network of quantized_relu, quantized_tanh, quantized_sigmoid and quantized_bits",
            "layer `{}`: there is no float function for `{}`",
            layer.name,
            quantizer.text()
        ))),
    }
}

/// `config` without the quantizers of its layers; that of its input stays.
///
/// # Errors
/// As [`ends`].
pub fn float(config: &Config) -> Result<Config, Failure> {
    let mut float = config.clone();
    for layer in &mut float.layers {
        let function = match ends(layer)? {
            Ends::Function(function) => Some(function),
            Ends::Grid if matches!(layer.kind, Kind::Activation) => Some(Function::Linear),
            Ends::Grid | Ends::Open => None,
        };
        layer.activation = None;
        layer.float = function.map(|function| FloatActivation { function, place: layer.place });
        match &mut layer.kind {
            Kind::Dense(dense) => (dense.kernel, dense.bias) = (None, None),
            Kind::BatchNorm(norm) => norm.quantizers = crate::config::NormQuantizers::default(),
            _ => {}
        }
    }
    Ok(float)
}
