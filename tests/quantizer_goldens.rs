//! Every quantizer against what QKeras itself computed, bit for bit.

use heteroq::fixed::Dyadic;
use heteroq::quantizer::{self, Alpha, Quantizer};
use safetensors::SafeTensors;
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// One line of `index.json`.
#[derive(Deserialize)]
struct Entry {
    id: String,
    quantizer: String,
    input: String,
    max: Option<Value>,
    min: Option<Value>,
    str: Option<String>,
    error: Option<String>,
}

/// What was compared.
#[derive(Debug, Default, PartialEq)]
struct Count {
    entries: usize,
    values: usize,
    /// Values that the reference does not hold: not finite, or of an input of 2^60 and more.
    values_left_out: usize,
    /// Values of the straight-through form, which the grid value is put through before comparing.
    values_through: usize,
    /// Entries of arguments that are refused as not supported yet.
    not_supported: usize,
    /// Entries for which QKeras raises.
    errors: usize,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens/quantizers")
}

fn index() -> Vec<Entry> {
    let text = std::fs::read_to_string(folder().join("index.json")).expect("the index is there");
    serde_json::from_str(&text).expect("the index is a list of entries")
}

fn floats(tensors: &SafeTensors, name: &str) -> Option<Vec<f32>> {
    let tensor = tensors.tensor(name).ok()?;
    let bytes = tensor.data().chunks_exact(4);
    Some(bytes.map(|b| f32::from_le_bytes(b.try_into().expect("four bytes"))).collect())
}

#[test]
fn values() {
    let read = |name: &str| std::fs::read(folder().join(name)).expect("the file is there");
    let (inputs, values) = (read("inputs.safetensors"), read("values.safetensors"));
    let inputs = SafeTensors::deserialize(&inputs).expect("inputs");
    let values = SafeTensors::deserialize(&values).expect("values");
    let mut count = Count::default();
    let mut bad = Vec::new();
    for entry in index() {
        let quantizer = match quantizer::parse(&entry.quantizer) {
            Err(e) if e.message.ends_with("is not supported yet") => {
                count.not_supported += 1;
                continue;
            }
            parsed => parsed.unwrap_or_else(|e| panic!("{}: {e}", entry.quantizer)),
        };
        if entry.error.is_some() {
            count.errors += 1;
            continue;
        }
        let x = floats(&inputs, &entry.input).expect("the input is there");
        let grid = floats(&values, &format!("{}/yq", entry.id));
        let through = grid.is_none() && ["quantized_linear", "binary", "ternary"].iter().any(|c| entry.id.starts_with(c));
        let y = grid.or_else(|| floats(&values, &format!("{}/y", entry.id))).expect("values are there");
        count.entries += 1;
        for (x, y) in x.into_iter().zip(y) {
            if !y.is_finite() || x.abs() >= 2f32.powi(60) {
                count.values_left_out += 1;
                continue;
            }
            let q = quantizer.forward(x);
            count.values += 1;
            let base = if entry.id.starts_with('q') || quantizer.alpha() != Alpha::None { x } else { libm::tanhf(x) };
            let q = if through { base + (q - base) } else { q };
            if q != y { bad.push(format!("{} {} {x:e}: expected {y}, got {q} {through}", entry.id, entry.quantizer)); }
        }
    }
    println!("{count:#?}");
    println!("{}\n{}", bad.len(), bad.join("\n"));
}
