//! Every run of QTools: data types, gates, counts and energies.

use super::models::{self, MODELS, golden, memory, number, qkeras_rounded, qkeras_sum};
use crate::support::keras::Model;
use heteroq::config::Config;
use heteroq::config::search::EnergyRule;
use heteroq::qtools::counts::Counts;
use heteroq::qtools::operator::Operator;
use heteroq::qtools::types::LayerTypes;
use heteroq::qtools::{Energy, Setting, Types, energy, json, types};
use serde_json::Value;

#[test]
fn types_and_energies_are_those_of_qtools() {
    let mut compared = [0; 3];
    for name in MODELS {
        let (model, file) = (Model::read(name), golden(&format!("{name}.json")));
        let config = models::quantized(&model);
        for run in file["runs"].as_array().unwrap() {
            let types = types(&config, &setting(&model, &config, run));
            let map = &file["maps"][usize::try_from(run["map"].as_u64().unwrap()).unwrap()];
            let place = format!("{name}, {}", described(run));
            same_map(&json::map(&types), map, &place);
            compared[0] += types.layers.len();
            compared[1] += gates(&types, run, &place);
            for case in run["energy"].as_array().unwrap() {
                compare(&energy::of_types(&types, &rule(case)), case, &place);
                compared[2] += types.layers.len();
            }
        }
    }
    assert_eq!(compared, [348, 192, 6_438]);
}

/// Layer by layer.
pub(crate) fn same_map(ours: &Value, theirs: &Value, place: &str) {
    let names = |map: &Value| map.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(ours), names(theirs), "{place}");
    for name in names(ours) {
        assert_eq!(normal(&ours[&name]), normal(&theirs[&name]), "{place}: {name}");
    }
}

fn described(run: &Value) -> String {
    let keys = ["source_quantizers", "is_inference", "keras_quantizer", "keras_accumulator", "for_reference"];
    keys.map(|key| format!("{key}={}", run[key])).join(", ")
}

fn setting(model: &Model, config: &Config, run: &Value) -> Setting {
    let trained = || {
        let weights = model.weights(config);
        Counts::of(config, &weights, &config.parameters(&weights).unwrap())
    };
    let reference = run["for_reference"] == true;
    Setting {
        // What a reference reads has the type of its parameters.
        source: Some(number(if reference { &run["keras_quantizer"] } else { &run["source_quantizers"][0] })),
        parameters: number(&run["keras_quantizer"]),
        results: number(&run["keras_accumulator"]),
        reference,
        counts: if run["is_inference"] == true { trained() } else { Counts::default() },
    }
}

fn rule(case: &Value) -> EnergyRule {
    EnergyRule {
        parameters_on_memory: memory(&case["weights_on_memory"]),
        activations_on_memory: memory(&case["activations_on_memory"]),
        min_sram_size: case["min_sram_size"].as_u64().unwrap(),
        rd_wr_on_io: case["rd_wr_on_io"] == true,
    }
}

/// Python's truths are 1 and 0, floats have a point; QTools' order of operands changes from run to run.
fn normal(value: &Value) -> Value {
    match value {
        Value::Bool(truth) => f64::from(u8::from(*truth)).into(),
        Value::Number(number) => number.as_f64().unwrap().into(),
        Value::Array(all) => all.iter().map(normal).collect(),
        Value::Object(all) => all.iter().map(|(key, value)| (key.clone(), entry(key, value))).collect(),
        other => other.clone(),
    }
}

fn entry(key: &str, value: &Value) -> Value {
    let mut value = normal(value);
    if let (Value::Array(operands), "input_quantizer_list") = (&mut value, key) {
        operands.sort_by_key(Value::to_string);
    }
    value
}

/// Factors and bits of the multipliers' gates, and how often all layers compute.
fn gates(types: &Types, run: &Value, place: &str) -> usize {
    let multiplier = |layer: &LayerTypes| -> Option<Operator> {
        let found = layer.operators.iter().find(|one| one.role.ends_with("multiplier"));
        found.cloned()
    };
    let mut compared = 0;
    for layer in &types.layers {
        let place = format!("{place}: {}", layer.name);
        assert_eq!(Value::from(layer.operations), run["counts"][&layer.name], "{place}");
        let theirs = &run["gates"][&layer.name];
        assert_eq!(multiplier(layer).is_some(), theirs.is_array(), "{place}");
        let Some(ours) = multiplier(layer) else { continue };
        let [factor, bits] = [0, 1].map(|k| theirs[k].as_f64().unwrap());
        assert!(near(ours.factor, factor) && near(ours.gate_bits, bits), "{place}: {ours:?}, not {theirs}");
        compared += 1;
    }
    assert_eq!(run["counts"].as_object().unwrap().len(), types.layers.len(), "{place}");
    compared
}

fn near(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-12 * theirs.abs()
}

fn compare(ours: &Energy, case: &Value, place: &str) {
    let mut all = 0.0;
    for layer in &ours.layers {
        let parts = [layer.inputs, layer.outputs, layer.parameters, layer.op_cost];
        let theirs: Vec<f64> = serde_json::from_value(case["layers"][&layer.name].clone()).unwrap();
        assert_eq!(parts.map(qkeras_rounded).to_vec(), theirs, "{place}: {}, {:?}", layer.name, rule(case));
        all += parts.iter().sum::<f64>();
    }
    assert_eq!(Value::from(all.trunc()), normal(&case["total_cost"]), "{place}");
    assert_eq!(Value::from(qkeras_sum(ours)), normal(&case["sum_included"]), "{place}");
    let digits = 0.02 * ours.layers.len() as f64;
    assert!((ours.total - qkeras_sum(ours)).abs() <= 1.0 + digits, "{place}: {}", ours.total);
}
