//! What `check` tells of operations and energy.

use crate::bench::{bench, bench_with};
use serde_json::json;

#[test]
fn operations_and_zeros() {
    let bench = bench();
    let stats = bench.tells(&["check", "config.yaml"])["stats"].clone();
    assert!(stats["layers"][0]["sparsity"].is_number(), "{stats}");
    let text = bench.does(&["check", "config.yaml"]).stdout;
    let operation = stats["layers"][0]["operation"].as_str().unwrap();
    assert!(text.contains(operation) && text.contains(" %"), "{text}");
    std::fs::remove_file(bench.path("weights.safetensors")).unwrap();
    let stats = bench.tells(&["check", "config.yaml"])["stats"].clone();
    assert_eq!((&stats["layers"][0]["sparsity"], &stats["sparsity"]), (&json!(null), &json!(null)));
    assert_eq!(stats["layers"][0]["operation"], operation);
}

#[test]
fn energy_by_layer_and_in_all() {
    let bench = bench();
    assert!(bench.tells(&["check", "config.yaml"])["energy"].is_null());
    let energy = bench.tells(&["check", "config.yaml", "--energy"])["energy"].clone();
    let layers = energy["layers"].as_object().unwrap();
    let counted: f64 = layers.values().map(|layer| layer["total"].as_f64().unwrap()).sum();
    assert!((counted - energy["total"].as_f64().unwrap()).abs() < 1e-9 && counted > 0.0);
    assert_eq!(layers.len() + 1, energy["map"].as_object().unwrap().len());
    assert_eq!(energy["map"]["hidden"]["multiplier"]["op_type"], "mul");
    assert_eq!(layers["hidden/activation"]["class_name"], "QActivation");
    let text = bench.does(&["check", "config.yaml", "--energy"]).stdout;
    assert!(text.contains("45 nm ASIC model of QTools (Horowitz), not FPGA power"), "{text}");
    assert!(text.lines().last().unwrap().ends_with(&format!("{:.2}", energy["total"].as_f64().unwrap())));
    let table = text.split_once("45 nm").unwrap().1;
    assert!(table.lines().all(|line| line.chars().count() < 110), "{text}");
}

/// A network that is yet to get quantizers computes in floats.
#[test]
fn energy_of_a_float_network() {
    let bench = bench_with(
        "    kernel: \"quantized_bits(4, 0, alpha=1)\"\n    bias: \"quantized_bits(4, 0, alpha=1)\"\n    activation",
        "    activation",
    );
    let told = bench.tells(&["check", "config.yaml", "--energy"]);
    assert_eq!(told["energy"]["map"]["hidden"]["layer_type"], "Dense");
    assert_eq!(told["energy"]["map"]["hidden"]["multiplier"]["quantizer_type"], "floating_point");
    assert!(told["stats"]["layers"][0]["operation"].as_str().unwrap().starts_with("sfmult_32_"));
}
