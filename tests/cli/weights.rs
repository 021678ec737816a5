//! Weights files with a fault.

use crate::bench::{Bench, bench};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use std::collections::BTreeMap;

/// Shape and values of each tensor.
pub(crate) type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// The weights of tiny, changed.
fn with(change: impl FnOnce(&mut Tensors)) -> Bench {
    let bench = bench();
    let bytes = bench.read("weights.safetensors");
    let tensors = SafeTensors::deserialize(&bytes).unwrap().tensors();
    let mut tensors: Tensors = tensors
        .into_iter()
        .map(|(name, tensor)| (name, (tensor.shape().to_vec(), floats(tensor.data()))))
        .collect();
    change(&mut tensors);
    write(&bench, &tensors);
    bench
}

/// Writes weights.safetensors.
pub(crate) fn write(bench: &Bench, tensors: &Tensors) {
    let bytes = |values: &Vec<f32>| values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let bytes: Vec<Vec<u8>> = tensors.values().map(|(_, values)| bytes(values)).collect();
    let views = tensors.iter().zip(&bytes).map(|((name, (shape, _)), bytes)| {
        (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
    });
    bench.write("weights.safetensors", serialize(views, None).unwrap());
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
}

fn refused(bench: &Bench, words: &[&str]) {
    for command in ["check", "gen", "run", "sim", "synth", "evaluate"] {
        bench.refuses(&[command, "config.yaml"], 2, words);
    }
}

#[test]
fn weights_written_again_are_the_same_design() {
    let (again, first) = (with(|_| ()), bench());
    let hash = |bench: &Bench| bench.tells(&["gen", "config.yaml"])["design_hash"].clone();
    assert_eq!(hash(&again), hash(&first));
}

#[test]
fn missing_tensor() {
    refused(&with(|t| drop(t.remove("out/bias"))), &["out/bias"]);
}

#[test]
fn extra_tensor() {
    let bench = with(|t| drop(t.insert("out/gamma".to_owned(), (vec![1], vec![1.0]))));
    refused(&bench, &["out/gamma"]);
}

#[test]
fn tensor_of_another_shape() {
    let bench = with(|t| t.get_mut("hidden/kernel").unwrap().0 = vec![2, 8]);
    refused(&bench, &["hidden/kernel", "[2, 8]", "[4, 4]"]);
}

#[test]
fn nan_and_infinite_weights() {
    for (value, word) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf"), (f32::NEG_INFINITY, "-inf")] {
        let bench = with(|t| t.get_mut("hidden/kernel").unwrap().1[5] = value);
        refused(&bench, &["hidden/kernel", word]);
    }
}

#[test]
fn a_weights_file_that_is_none() {
    let bench = bench();
    let whole = bench.read("weights.safetensors");
    let cases: [&[u8]; 5] = [b"", b"not weights", &[0xff; 64], &whole[..whole.len() - 1], &whole[..20]];
    for bytes in cases {
        bench.write("weights.safetensors", bytes);
        refused(&bench, &["weights.safetensors"]);
    }
    std::fs::remove_file(bench.path("weights.safetensors")).unwrap();
    for command in ["gen", "run", "sim", "synth", "evaluate"] {
        bench.refuses(&[command, "config.yaml"], 2, &["weights.safetensors"]);
    }
    bench.does(&["check", "config.yaml"]);
    std::fs::create_dir(bench.path("weights.safetensors")).unwrap();
    refused(&bench, &["weights.safetensors"]);
}

#[test]
fn a_kernel_that_is_quantized_to_zeros_is_noted() {
    let bench = bench();
    let notes = |bench: &Bench| bench.tells(&["check", "config.yaml"])["notes"].to_string();
    assert!(!notes(&bench).contains("every weight"), "{}", notes(&bench));
    let text = String::from_utf8(bench.read("config.yaml")).unwrap();
    bench.write(
        "config.yaml",
        text.replace("kernel: \"quantized_bits(4, 0, alpha=1)\"", "kernel: \"quantized_bits(1)\""),
    );
    assert!(notes(&bench).contains("makes every weight of the kernel 0"), "{}", notes(&bench));
}
