//! A dense Keras model of `tests/goldens/models` as a config and weights.

use super::goldens::{self, Tensor, Tensors};
use heteroq::config::{self, Config, Weights};
use serde_json::Value;
use std::path::Path;

/// A model, with what QKeras computed of it.
#[derive(Debug)]
pub struct Model {
    /// Its name.
    pub name: &'static str,
    /// `x`, `out`, `layer/NAME`, `w/NAME/K`, `qw/NAME/K`, `scale/NAME/K`.
    pub tensors: Tensors,
    /// The layers of `arch.json`, without the input and a softmax at the end.
    layers: Vec<Value>,
    /// What the layers' own quantizers say they are: `meta.json`.
    meta: Vec<Value>,
    /// Whether a softmax is the last layer: there is none in hardware.
    pub softmax: bool,
}

impl Model {
    /// The model called `name`.
    pub fn read(name: &'static str) -> Model {
        let arch = json(&format!("models/{name}.arch.json"));
        let meta = list(&json(&format!("models/{name}.meta.json"))["layers"]);
        let tensors = Tensors::read(&format!("models/{name}.zip"));
        let (mut layers, mut softmax) = (list(&arch["config"]["layers"]), false);
        layers.retain(|layer| layer["class_name"] != "InputLayer");
        layers
            .pop_if(|last| last["config"]["activation"] == "softmax")
            .into_iter()
            .for_each(|_| softmax = true);
        Model { name, tensors, layers, meta, softmax }
    }

    /// The tensor called `name`.
    pub fn tensor(&self, name: &str) -> &Tensor {
        self.tensors.get(name).unwrap_or_else(|| panic!("{}: no tensor {name}", self.name))
    }

    /// The rows of the tensor called `name`.
    pub fn rows(&self, name: &str) -> Vec<&[f32]> {
        let tensor = self.tensor(name);
        tensor.values.chunks(tensor.shape[1]).collect()
    }

    /// Names of the layers, but for a softmax.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.layers.iter().map(|layer| text(&layer["name"]))
    }

    /// What QKeras says that `slot` (`kernel_quantizer`, …) of layer `name` is.
    pub fn said(&self, name: &str, slot: &str) -> Option<&str> {
        let layer = self.meta.iter().find(|layer| layer["name"] == name)?;
        layer[slot]["str"].as_str()
    }

    /// Its config: the input on a grid of 1/64 (what the goldens hold), every layer by its own name.
    pub fn yaml(&self) -> String {
        let features = self.tensor("x").shape[1];
        let input = format!("{{shape: [{features}], quantizer: \"quantized_bits(10, 3, alpha=1)\"}}");
        let layers: String = self.layers.iter().map(layer).collect();
        format!("name: {}\ninput: {input}\nlayers:\n{layers}", self.name)
    }

    /// Its config, read.
    pub fn config(&self) -> Config {
        config::parse(&self.yaml(), Path::new("config.yaml"))
            .unwrap_or_else(|e| panic!("{e:?}\n{}", self.yaml()))
    }

    /// Its weights as Keras stores them, before quantization, by our names.
    pub fn weights(&self, config: &Config) -> Weights {
        let file = goldens::written(&self.stored().collect::<Vec<_>>());
        Weights::from_bytes(config, &file).unwrap_or_else(|e| panic!("{}: {e:?}", self.name))
    }

    fn stored(&self) -> impl Iterator<Item = (String, &Tensor)> {
        let of_layer = |layer: &Value| {
            let name = text(&layer["name"]).to_owned();
            parts(layer).iter().enumerate().map(move |(k, part)| (name.clone(), *part, k))
        };
        self.layers.iter().flat_map(of_layer).filter_map(|(layer, part, k)| {
            Some((format!("{layer}/{part}"), self.tensors.get(&format!("w/{layer}/{k}"))?))
        })
    }
}

/// Our names of a layer's weights, in Keras's order.
fn parts(layer: &Value) -> &'static [&'static str] {
    match text(&layer["class_name"]) {
        "BatchNormalization" | "QBatchNormalization" => &["gamma", "beta", "moving_mean", "moving_variance"],
        _ => &["kernel", "bias"],
    }
}

/// One line of `layers`.
fn layer(layer: &Value) -> String {
    let (name, config) = (text(&layer["name"]), &layer["config"]);
    let inputs: Vec<String> =
        list(&layer["inbound_nodes"][0]).iter().map(|node| reads(text(&node[0]))).collect();
    let head = format!("name: {name}, inputs: [{}]", inputs.join(", "));
    match text(&layer["class_name"]) {
        "QActivation" => {
            format!("  - {{{head}, kind: activation, quantizer: \"{}\"}}\n", text(&config["activation"]))
        }
        "QDense" => format!("  - {{{head}, kind: dense, units: {}{}}}\n", config["units"], dense(config)),
        "BatchNormalization" | "QBatchNormalization" => {
            format!("  - {{{head}, kind: batch_norm{}}}\n", batch_norm(config))
        }
        other => panic!("{name}: a {other} has no layer here"),
    }
}

/// The keys of a batch normalization: every quantizer by its own word.
fn batch_norm(config: &Value) -> String {
    let quantizers = ["gamma", "beta", "mean", "variance"]
        .iter()
        .filter_map(|key| Some(format!(", {key}: \"{}\"", quantizer(&config[format!("{key}_quantizer")])?)));
    let others = ["epsilon", "momentum", "center", "scale"].map(|key| format!(", {key}: {}", config[key]));
    quantizers.chain(others).collect()
}

/// The keys of a dense layer that hold quantizers, and `use_bias`.
fn dense(config: &Value) -> String {
    let slots = [("kernel", "kernel_quantizer"), ("bias", "bias_quantizer"), ("activation", "activation")];
    let keys =
        slots.iter().filter_map(|(key, slot)| Some(format!(", {key}: \"{}\"", quantizer(&config[slot])?)));
    keys.collect::<String>() + &format!(", use_bias: {}", config["use_bias"])
}

fn reads(name: &str) -> String {
    if name == "x" { "input".to_owned() } else { name.to_owned() }
}

/// The string of a quantizer that stands as its class and arguments; nothing for none.
fn quantizer(value: &Value) -> Option<String> {
    let arguments = value["config"].as_object()?;
    let arguments: Vec<String> = arguments.iter().map(|(key, v)| format!("{key}={}", python(v))).collect();
    Some(format!("{}({})", text(&value["class_name"]), arguments.join(", ")))
}

/// A value as Python writes it.
pub fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => format!("'{text}'"),
        Value::Array(all) => format!("[{}]", all.iter().map(python).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

fn json(path: &str) -> Value {
    serde_json::from_slice(&goldens::bytes(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}
