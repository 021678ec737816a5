//! The models, as configs: the quantized ones and their float twins.

use crate::support::{goldens, keras};
use heteroq::config::search::Memory;
use heteroq::config::{self, Config};
use heteroq::qtools::{Energy, Number};
use heteroq::quantizer;
use serde_json::Value;
use std::path::Path;

pub(crate) const MODELS: [&str; 3] = ["s_mlp6", "s_mlp_hetero", "s_mlp_qbn"];

pub(crate) fn golden(file: &str) -> Value {
    let path = format!("qtools/{file}");
    serde_json::from_slice(&goldens::bytes(&path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

pub(crate) fn read(yaml: &str) -> Config {
    config::parse(yaml, Path::new("config.yaml")).unwrap_or_else(|e| panic!("{e:?}\n{yaml}"))
}

/// The model, with the softmax that QKeras saw behind it.
pub(crate) fn quantized(model: &keras::Model) -> Config {
    let softmax = "  - {name: softmax, kind: activation, quantizer: softmax}\n";
    read(&(model.yaml() + if model.softmax { softmax } else { "" }))
}

/// The float model that QKeras compares with.
pub(crate) fn twin(name: &str) -> Config {
    let layers = golden(&format!("{name}.json"))["twin"].as_array().unwrap().clone();
    let bias = name != "s_mlp_qbn";
    let line = |layer: &Value| {
        let (name, class) = (&layer["name"], layer["class_name"].as_str().unwrap());
        match class {
            "InputLayer" => String::new(),
            "Dense" => {
                let bias = bias || name == "output";
                format!("  - {{name: {name}, kind: dense, units: {}, use_bias: {bias}}}\n", layer["units"])
            }
            "BatchNormalization" => format!("  - {{name: {name}, kind: batch_norm}}\n"),
            _ => format!("  - {{name: {name}, kind: activation, quantizer: {}}}\n", layer["activation"]),
        }
    };
    let layers: String = layers.iter().map(line).collect();
    let input = "{shape: [16], quantizer: \"quantized_bits(8, 0, alpha=1)\"}";
    read(&format!("name: twin\ninput: {input}\nlayers:\n{layers}"))
}

/// A type by QTools' word (`int8`, …), or by the string of a quantizer. Without one, QTools takes the type of `int8`.
pub(crate) fn number(word: &Value) -> Number {
    match word.as_str() {
        None | Some("int8") => Number::fixed(8, 0, true),
        Some("int16") => Number::fixed(16, 7, true),
        Some("int32") => Number::fixed(32, 10, true),
        Some("fp16") => Number::float(16),
        Some("fp32") => Number::float(32),
        Some(text) => Number::of(&quantizer::parse(text).unwrap()),
    }
}

pub(crate) fn memory(word: &Value) -> Memory {
    match word.as_str().unwrap() {
        "dram" => Memory::Dram,
        "sram" => Memory::Sram,
        _ => Memory::Fixed,
    }
}

/// The two digits that QTools keeps.
pub(crate) fn qkeras_rounded(energy: f64) -> f64 {
    format!("{energy:.2}").parse().unwrap()
}

/// QTools' `extract_energy_sum`: whole pJ, cut off, of energies of two digits.
pub(crate) fn qkeras_sum(energy: &Energy) -> f64 {
    let counted = energy.layers.iter().map(|one| {
        let [inputs, outputs, parameters, op_cost] =
            [one.inputs, one.outputs, one.parameters, one.op_cost].map(qkeras_rounded);
        match one.class_name {
            "QActivation" | "Activation" => outputs,
            "QBatchNormalization" | "BatchNormalization" => parameters,
            "Add" => op_cost,
            _ => inputs + parameters + op_cost,
        }
    });
    counted.sum::<f64>().trunc()
}
