//! What is stored of a quantizer, and by which rule it is compared.

use crate::golden_rule::Rule;
use crate::goldens::{Tensors, bytes};
use heteroq::quantizer::{self, QuantizerError, Sigmoid, Spec, Tensor};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// One line of `index.json` or `index_linear.json`.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry {
    /// `quantized_bits.0017`.
    pub(crate) id: String,
    /// The class.
    pub(crate) cls: String,
    /// The quantizer, as it was written.
    pub(crate) quantizer: String,
    /// The name of its input.
    pub(crate) input: String,
    /// The shape of its scale; `[]` for a single number.
    scale_shape: Option<Vec<usize>>,
    /// The mode of `set_internal_sigmoid`.
    internal_sigmoid: Option<String>,
    /// What `max()` gave; a text that begins with `!` is an exception.
    pub(crate) max: Option<Value>,
    /// What `min()` gave.
    pub(crate) min: Option<Value>,
    /// What `str()` gave.
    pub(crate) str: Option<String>,
    /// What `get_config()` gave.
    pub(crate) config: Option<Map<String, Value>>,
    /// What a layer makes of its kernel's quantizer.
    pub(crate) after_set_trainable: Option<Map<String, Value>>,
    /// What the quantizer raised when it was called.
    pub(crate) error: Option<String>,
}

impl Entry {
    /// The quantizer that its text describes.
    pub(crate) fn spec(&self) -> Result<Spec, QuantizerError> {
        self.read(&self.quantizer)
    }

    /// The quantizer that `text` describes under this entry's sigmoid.
    pub(crate) fn read(&self, text: &str) -> Result<Spec, QuantizerError> {
        let sigmoid = match self.internal_sigmoid.as_deref() {
            None | Some("hard") => Sigmoid::Hard,
            Some("smooth") => Sigmoid::Smooth,
            Some("real") => Sigmoid::Real,
            Some(other) => panic!("{}: no sigmoid is {other}", self.id),
        };
        quantizer::parse_with(text, sigmoid)
    }
}

/// An entry that QKeras computed, with our quantizer and QKeras's tensors.
pub(crate) struct Golden<'a> {
    /// What was asked.
    pub(crate) entry: &'a Entry,
    /// Ours.
    pub(crate) spec: Spec,
    tensors: &'a Tensors,
}

impl Golden<'_> {
    /// One of `y`, `yq`, `g`, `scale`.
    pub(crate) fn theirs(&self, what: &str) -> Option<&[f32]> {
        Some(&self.tensors.get(&format!("{}/{what}", self.entry.id))?.values)
    }

    /// What was quantized.
    pub(crate) fn x(&self) -> Tensor<'_> {
        let x = self.tensors.get(&format!("x/{}", self.entry.input)).expect("the input is stored");
        Tensor { shape: &x.shape, values: &x.values }
    }

    /// The cotangents that the gradients are for.
    pub(crate) fn c(&self) -> &[f32] {
        &self.tensors.get(&format!("c/{}", self.entry.input)).expect("the cotangents are stored").values
    }

    /// The shape of QKeras's scale, if that is a tensor.
    pub(crate) fn scale_shape(&self) -> Option<&[usize]> {
        self.entry.scale_shape.as_deref().filter(|shape| !shape.is_empty())
    }

    /// By which rule scales and values are compared.
    pub(crate) fn rule(&self) -> Rule {
        Rule::of(&self.spec)
    }

    /// Whether only a part of the quantization is applied: the values are then no grid.
    pub(crate) fn is_partial(&self) -> bool {
        self.entry.quantizer.contains("qnoise_factor")
    }

    /// Whether a value counts: what QKeras computed is finite there, and the input below 2^60.
    pub(crate) fn counts(x: f32, theirs: f32) -> bool {
        theirs.is_finite() && x.abs() < 2f32.powi(60)
    }
}

/// Everything stored: entries, and the tensors of each class.
pub(crate) struct Stored {
    /// The lines of both indices.
    pub(crate) entries: Vec<Entry>,
    classes: BTreeMap<String, Tensors>,
}

impl Stored {
    /// Reads it all.
    pub(crate) fn read() -> Stored {
        let list = |name: &str| -> Vec<Entry> {
            serde_json::from_slice(&bytes(&format!("quantizers/{name}"))).expect("a list of entries")
        };
        let entries: Vec<Entry> =
            [list("index.json"), list("index_linear.json")].into_iter().flatten().collect();
        let inputs = Tensors::read("quantizers/inputs.safetensors");
        let names: BTreeSet<String> = entries.iter().map(|entry| entry.cls.clone()).collect();
        let read = |class: &str| Tensors::read(&format!("quantizers/{class}.zip")).with(&inputs);
        let classes = names.into_iter().map(|class| (class.clone(), read(&class))).collect();
        Stored { entries, classes }
    }

    /// The entries that QKeras computed.
    pub(crate) fn computed(&self) -> impl Iterator<Item = Golden<'_>> {
        self.entries.iter().filter(|entry| self.failure(entry).is_none()).map(|entry| {
            let spec = entry.spec().unwrap_or_else(|e| panic!("{}: {}: {e}", entry.id, entry.quantizer));
            Golden { entry, spec, tensors: &self.classes[&entry.cls] }
        })
    }

    /// Why there is nothing to compare: QKeras raises, or what it gives is no tensor like the input, or no number.
    pub(crate) fn failure<'a>(&self, entry: &'a Entry) -> Option<&'a str> {
        if let Some(error) = &entry.error {
            return Some(error);
        }
        let tensors = &self.classes[&entry.cls];
        let tensor = |name: String| tensors.get(&name).unwrap_or_else(|| panic!("no tensor {name}"));
        let (x, y) = (tensor(format!("x/{}", entry.input)), tensor(format!("{}/y", entry.id)));
        match y.values.iter().any(|y| y.is_finite()) {
            _ if x.shape != y.shape => Some("the output has another shape than the input"),
            true => None,
            false => Some("no output is a number"),
        }
    }
}
