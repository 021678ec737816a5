//! Every quantizer against what QKeras itself computed, bit for bit.

use heteroq::fixed::Dyadic;
use heteroq::quantizer::{self, Alpha, Quantizer};
use safetensors::SafeTensors;
use serde::Deserialize;
use serde_json::Value;
use std::cmp::Ordering;
use std::path::Path;
use std::sync::Arc;

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
    /// Values that are compared after the straight-through form, because the reference holds no others.
    through: usize,
    /// Values left out: the reference is not finite, or the input is 2^60 or more.
    skipped: usize,
    /// Entries whose arguments are refused as not supported yet.
    unsupported: usize,
    /// Entries for which QKeras raises, and heteroq has a documented extension: negative `integer`.
    raised: usize,
}

#[test]
fn values_are_those_of_qkeras() {
    let (inputs, values) = (bytes("inputs.safetensors"), bytes("values.safetensors"));
    let inputs = SafeTensors::deserialize(&inputs).expect("inputs");
    let values = SafeTensors::deserialize(&values).expect("values");
    let mut count = Count::default();
    for entry in index() {
        let Some(quantizer) = supported(&entry, &mut count) else { continue };
        let x = floats(&inputs, &entry.input).expect("the input is stored");
        let grid = floats(&values, &format!("{}/yq", entry.id));
        let y = grid.or_else(|| floats(&values, &format!("{}/y", entry.id))).expect("the values are stored");
        assert_eq!(x.len(), y.len(), "{}", entry.id);
        count.entries += 1;
        for (x, y) in x.into_iter().zip(y) {
            compare(&entry, &*quantizer, x, y, &mut count);
        }
    }
    eprintln!("{count:#?}, no value excepted");
    let expected = Count {
        entries: 352,
        values: 292_160,
        through: 90_470,
        skipped: 2_112,
        unsupported: 871,
        raised: 10,
    };
    assert_eq!(count, expected, "another number of values was compared");
}

fn compare(entry: &Entry, quantizer: &dyn Quantizer, x: f32, y: f32, count: &mut Count) {
    if !y.is_finite() || x.abs() >= 2f32.powi(60) {
        count.skipped += 1;
        return;
    }
    count.values += 1;
    let mut got = quantizer.forward(x);
    if let Some(base) = straight_through(entry, quantizer, x) {
        got = base + (got - base);
        count.through += 1;
    }
    // Zeros of either sign are equal, and everything else to the last bit.
    assert!(
        got.partial_cmp(&y) == Some(Ordering::Equal),
        "{} {} of {x:e}: expected {y:e}, got {got:e}",
        entry.id,
        entry.quantizer
    );
}

/// What the reference's output was computed around, where it is `base + (q − base)`: these classes have no `use_ste`.
fn straight_through(entry: &Entry, quantizer: &dyn Quantizer, x: f32) -> Option<f32> {
    match entry.id.split('.').next()? {
        "binary" | "ternary" if quantizer.alpha() == Alpha::None => Some(libm::tanhf(x)),
        "binary" | "ternary" | "quantized_linear" => Some(x),
        _ => None,
    }
}

#[test]
fn exact_arithmetic_agrees_on_every_input() {
    let inputs = bytes("inputs.safetensors");
    let inputs = SafeTensors::deserialize(&inputs).expect("inputs");
    for entry in index() {
        let Some(quantizer) = supported(&entry, &mut Count::default()) else { continue };
        for x in floats(&inputs, &entry.input).expect("the input is stored") {
            let forward = Dyadic::from_f32(quantizer.forward(x));
            let exact = quantizer.exact(Dyadic::from_f32(x).expect("inputs are finite"));
            assert_eq!(exact.ok(), forward, "{} of {x:e}", entry.quantizer);
        }
    }
}

#[test]
fn bounds_are_those_of_qkeras() {
    for entry in index() {
        let Some(quantizer) = supported(&entry, &mut Count::default()) else { continue };
        let bounds = [(&entry.max, quantizer.max()), (&entry.min, quantizer.min())];
        for (expected, got) in bounds {
            let expected = expected.as_ref().and_then(Value::as_f64).expect("a number");
            assert_eq!(
                expected.partial_cmp(&f64::from(got)),
                Some(Ordering::Equal),
                "{}: expected {expected}, got {got}",
                entry.quantizer
            );
        }
    }
}

#[test]
fn qkeras_and_heteroq_read_each_others_strings() {
    for entry in index() {
        let Some(quantizer) = supported(&entry, &mut Count::default()) else { continue };
        let again = quantizer::parse(&quantizer.text()).expect("the canonical string is a quantizer");
        assert_eq!(again.text(), quantizer.text());
        assert_eq!(again.hardware(), quantizer.hardware());
        // The other classes of QKeras leave arguments out of their strings, or put them in the wrong place.
        let whole = ["quantized_bits", "quantized_linear", "binary", "ternary"];
        if !whole.iter().any(|class| entry.id.starts_with(class)) {
            continue;
        }
        let Some(theirs) = entry.str.as_ref().filter(|text| !text.starts_with('!')) else { continue };
        let theirs = quantizer::parse(theirs).unwrap_or_else(|e| panic!("{theirs}: {e}"));
        assert_eq!(theirs.text(), quantizer.text(), "{}", entry.quantizer);
    }
}

/// The entry's quantizer, if there are values to compare.
fn supported(entry: &Entry, count: &mut Count) -> Option<Arc<dyn Quantizer>> {
    match quantizer::parse(&entry.quantizer) {
        Err(e) if e.message.ends_with("is not supported yet") => {
            count.unsupported += 1;
            None
        }
        Err(e) => panic!("{}: {e}", entry.quantizer),
        Ok(_) if entry.error.is_some() => {
            assert!(entry.quantizer.contains(",-"), "{} raises in QKeras", entry.quantizer);
            count.raised += 1;
            None
        }
        Ok(quantizer) => Some(quantizer),
    }
}

fn index() -> Vec<Entry> {
    serde_json::from_slice(&bytes("index.json")).expect("the index is a list of entries")
}

fn bytes(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens/quantizers");
    std::fs::read(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn floats(tensors: &SafeTensors, name: &str) -> Option<Vec<f32>> {
    let tensor = tensors.tensor(name).ok()?;
    let words = tensor.data().as_chunks::<4>().0;
    Some(words.iter().map(|word| f32::from_le_bytes(*word)).collect())
}
