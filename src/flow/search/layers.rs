//! What a network has at each layer: its units, and the quantizers of kernel, bias and activation.
//!
//! ```text
//! fc1 64: 4/8/3, out 5: t/4/–
//! ```

use crate::config::{Config, Kind, Layer};
use crate::quantizer::Spec;
use serde::{Deserialize, Serialize};

/// A layer and its quantizers; none where it has nothing to quantize.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerOf {
    /// Its name.
    pub layer: String,
    /// The units of a dense layer.
    pub units: Option<usize>,
    /// The quantizer of its kernel.
    pub kernel: Option<Chosen>,
    /// That of its bias.
    pub bias: Option<Chosen>,
    /// That of its activation.
    pub activation: Option<Chosen>,
}

/// A quantizer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// As a config has it.
    pub quantizer: String,
    /// Its bits.
    pub bits: i32,
}

impl LayerOf {
    /// Its quantizers, and what of the layer each is for.
    pub fn quantizers(&self) -> [(&'static str, Option<&Chosen>); 3] {
        let LayerOf { kernel, bias, activation, .. } = self;
        [("kernel", kernel.as_ref()), ("bias", bias.as_ref()), ("activation", activation.as_ref())]
    }
}

/// The layers of `config` that have parameters or a quantizer, in their order.
pub fn layers(config: &Config) -> Vec<LayerOf> {
    config.layers.iter().filter_map(layer).collect()
}

fn layer(layer: &Layer) -> Option<LayerOf> {
    let activation = layer.activation.as_ref().map(chosen);
    let name = layer.name.clone();
    match &layer.kind {
        Kind::Dense(dense) => {
            let (kernel, bias) = (dense.kernel.as_ref().map(chosen), dense.bias.as_ref().map(chosen));
            Some(LayerOf { layer: name, units: Some(dense.units), kernel, bias, activation })
        }
        _ if activation.is_some() => {
            Some(LayerOf { layer: name, units: None, kernel: None, bias: None, activation })
        }
        _ => None,
    }
}

fn chosen(spec: &Spec) -> Chosen {
    Chosen { quantizer: spec.text().to_owned(), bits: spec.bits() }
}

impl Chosen {
    /// Its bits; `b` of a binary one, `t` of a ternary one, `4p` for powers of two of 4 bits.
    pub fn short(&self) -> String {
        let name = self.quantizer.split('(').next().unwrap_or_default();
        match name {
            "binary" | "stochastic_binary" | "bernoulli" => "b".to_owned(),
            "ternary" | "stochastic_ternary" => "t".to_owned(),
            _ if name.ends_with("_po2") => format!("{}p", self.bits),
            _ => self.bits.to_string(),
        }
    }
}

/// All layers in short.
pub fn short(layers: &[LayerOf]) -> String {
    let one = |layer: &LayerOf| {
        let units = layer.units.map_or(String::new(), |units| format!(" {units}"));
        let all = layer.quantizers().map(|(_, one)| one.map_or("–".to_owned(), Chosen::short));
        let all = if layer.units.is_some() { all.join("/") } else { all[2].clone() };
        format!("{}{units}: {all}", layer.layer)
    };
    layers.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use std::path::Path;

    #[test]
    fn a_network_in_short() {
        let text = r#"
name: little
input: {shape: [2], quantizer: "quantized_bits(4, 1)"}
layers:
  - {name: a, kind: dense, units: 3, kernel: binary, bias: "quantized_po2(4)", activation: "quantized_relu(3, 1)"}
  - {name: b, kind: dense, units: 2, kernel: "ternary(alpha=1)", use_bias: false}
  - {name: c, kind: activation, quantizer: "quantized_bits(6, 2, alpha=1)"}
"#;
        let config = config::parse(text, Path::new("config.yaml")).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(short(&layers(&config)), "a 3: b/4p/3, b 2: t/–/–, c: 6");
    }
}
