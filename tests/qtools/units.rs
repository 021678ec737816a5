//! What the three models do not show: operators by hand from QTools' tables, and the layers that a config holds.

use super::models::{qkeras_rounded, read};
use super::runs::same_map;
use heteroq::config::Config;
use heteroq::config::search::{BitsRule, EnergyRule};
use heteroq::qtools::{Setting, bits, energy, json, types};
use serde_json::Value;

/// A network of one dense layer of 3 inputs and 2 units.
fn dense(input: &str, kernel: &str) -> Config {
    read(&format!(
        "name: one\ninput: {{shape: [3], quantizer: \"{input}\"}}\nlayers:\n  - {{name: fc, kind: dense, units: 2, kernel: \"{kernel}\"}}\n"
    ))
}

/// Gate, factor and bits of the multiplier; name and bits of the product; bits of the sum. As QTools gives them for a
/// `QDense` with that kernel behind that source quantizer.
#[test]
fn multipliers_are_those_of_the_table() {
    let cases = include_str!("multipliers.txt");
    let mut compared = 0;
    for line in cases.lines().filter(|line| !line.starts_with('#')) {
        let [input, kernel, expected] = line.split(" | ").collect::<Vec<_>>()[..] else { panic!("{line}") };
        let types = types(&dense(input, kernel), &Setting::default());
        let [multiplier, sum] = &types.layers[0].operators[..] else { panic!("{line}") };
        let product = &multiplier.output;
        let ours = format!(
            "{} {:.1} {:.6} {} {} {} {} {} {}",
            multiplier.gate.word(),
            multiplier.factor,
            multiplier.gate_bits,
            product.name,
            product.bits,
            product.int_bits,
            u8::from(product.signed),
            sum.output.bits,
            sum.output.int_bits
        );
        assert_eq!(ours, expected, "{input} times {kernel}");
        compared += 1;
    }
    assert_eq!(compared, 100);
}

/// A dense layer that is written with its activation costs what it costs with a layer behind it; a dropout nothing.
#[test]
fn the_way_a_network_is_written_does_not_count() {
    let head = "name: n\ninput: {shape: [4], quantizer: \"quantized_bits(8, 2)\"}\nlayers:\n";
    let kernel = "kernel: \"quantized_bits(4, 0, alpha=1)\"";
    let together = read(&format!(
        "{head}  - {{name: fc, kind: dense, units: 3, {kernel}, activation: \"quantized_relu(5)\"}}\n  - {{name: out, kind: dense, units: 2, {kernel}}}\n"
    ));
    let apart = read(&format!(
        "{head}  - {{name: drop, kind: dropout, rate: 0.5}}\n  - {{name: fc, kind: dense, units: 3, {kernel}}}\n  - {{name: relu, kind: activation, quantizer: \"quantized_relu(5)\"}}\n  - {{name: drop2, kind: dropout, rate: 0.5}}\n  - {{name: out, kind: dense, units: 2, {kernel}}}\n"
    ));
    let energies = [&together, &apart].map(|config| energy(config, &EnergyRule::default()));
    let parts = |k: usize| {
        energies[k].layers.iter().map(|one| (one.inputs, one.outputs, one.op_cost)).collect::<Vec<_>>()
    };
    assert_eq!((parts(0), energies[0].total), (parts(1), energies[1].total));
    let of = |config| bits(config, &BitsRule::default(), 8).total;
    assert_eq!((of(&together), of(&apart)), (8 * 4 + 4 * 12 + 8 * 3 + 5 * 3 + 4 * 6 + 8 * 2, of(&together)));
    let names: Vec<String> = energies[0].layers.iter().map(|one| one.name.clone()).collect();
    assert_eq!(names, ["fc", "fc/activation", "out"]);
}

/// Of QTools itself, for a Keras model with `Add`, `Concatenate`, `Flatten`, a `QBatchNormalization` without center and a
/// float `Dense` among the others.
#[test]
fn merged_and_float_layers_are_those_of_qtools() {
    let config = read(include_str!("merged.yaml"));
    let stored: Value = serde_json::from_str(include_str!("merged.json")).unwrap();
    for (run, reference) in [("plain", false), ("reference", true)] {
        let number = |bits| heteroq::qtools::Number::fixed(bits, if bits == 8 { 0 } else { 10 }, true);
        let setting = Setting {
            source: None,
            parameters: number(8),
            results: number(32),
            reference,
            ..Setting::default()
        };
        let ours = json::map(&types(&config, &setting));
        same_map(&ours, &stored[run]["map"], run);
        let energy = energy::of_types(&types(&config, &setting), &EnergyRule::default());
        for layer in &energy.layers {
            let parts = [layer.inputs, layer.outputs, layer.parameters, layer.op_cost];
            let theirs: Vec<f64> =
                serde_json::from_value(stored[run]["energy"][&layer.name].clone()).unwrap();
            assert_eq!(parts.map(qkeras_rounded).to_vec(), theirs, "{run}: {}", layer.name);
        }
    }
}

/// The reference of a quantized network is that of its float twin.
#[test]
fn a_reference_takes_no_quantizer_into_account() {
    let text = |kernel: &str, activation: &str| {
        format!(
            "name: n\ninput: {{shape: [4], quantizer: \"quantized_bits(8, 2)\"}}\nlayers:\n  - {{name: fc, kind: dense, units: 3{kernel}, activation: {activation}}}\n"
        )
    };
    let quantized =
        read(&text(", kernel: \"ternary(alpha=1)\", bias: \"quantized_po2(4)\"", "\"quantized_relu(2)\""));
    let float = read(&text("", "relu"));
    let (rule, of_energy) = (BitsRule::default(), EnergyRule::default());
    assert_eq!(bits::reference(&quantized, &rule, 8).total, bits(&float, &rule, 8).total);
    assert_eq!(bits::reference(&quantized, &rule, 8).total, 8 * (4 + 12 + 3 + 3));
    assert_eq!(
        energy::reference(&quantized, &of_energy, 8).total,
        energy::reference(&float, &of_energy, 8).total
    );
    assert!(energy::reference(&quantized, &of_energy, 8).total > energy(&quantized, &of_energy).total);
    assert_eq!(energy::reference(&float, &of_energy, 32), {
        let float32 = Setting { source: Some(heteroq::qtools::Number::float(32)), ..Setting::default() };
        energy::of_types(&types(&float, &float32), &of_energy)
    });
}

/// A rule that counts one half counts it alone.
#[test]
fn bits_count_what_the_rule_says() {
    let config = dense("quantized_bits(8, 0)", "quantized_bits(4, 0, alpha=1)");
    let total = |parameters, activations| {
        bits(&config, &BitsRule { parameters, activations, ..BitsRule::default() }, 8).total
    };
    assert_eq!(
        [total(true, false), total(false, true), total(true, true), total(false, false)],
        [40, 24, 64, 0]
    );
}
