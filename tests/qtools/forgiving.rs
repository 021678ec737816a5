//! The forgiving factors of AutoQKeras, by bits and by energy, on pairs of a float model and a quantized one.

use super::models::{self, MODELS, golden, memory, number, qkeras_sum, twin};
use crate::support::keras::Model;
use heteroq::config::search::{BitsRule, EnergyRule};
use heteroq::config::{Config, Kind};
use heteroq::qtools::bits::{LayerBits, bits, reference};
use heteroq::qtools::{Setting, energy, types};
use serde_json::Value;

/// `delta` of AutoQKeras: percentages and rate as its f32 has them.
fn qkeras_delta(params: &Value, reference: f64, trial: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, reason = "numpy's float32")]
    let single = |key: &str| params[key].as_f64().unwrap() as f32;
    let percent = if trial < reference { single("delta_p") } else { single("delta_n") };
    f64::from(percent / 100.0) * ((reference / trial).ln() / f64::from(single("rate").ln()))
}

fn close(ours: f64, theirs: &Value, place: &str) {
    let theirs = theirs.as_f64().unwrap();
    assert!((ours - theirs).abs() <= 1e-6 * theirs.abs(), "{place}: {ours}, not {theirs}");
}

/// What a `config` of `ForgivingFactorBits` counts of a layer: parameters, activations. None: the layer is not listed.
fn qkeras_counts(config: &Value, class: &str) -> Option<[bool; 2]> {
    let words = config.get(class).or_else(|| config.get("default"))?.as_array()?;
    Some(["parameters", "activations"].map(|word| words.iter().any(|one| one == word)))
}

/// QKeras takes 6 bits for what a quantized batch normalization multiplies by, 5 for what it adds.
fn qkeras_norms(config: &Config, layers: &mut [LayerBits]) {
    for layer in layers.iter_mut().filter(|layer| layer.class_name == "QBatchNormalization") {
        let found = config.layers.iter().find(|one| one.name == layer.name).unwrap();
        let Kind::BatchNorm(norm) = &found.kind else { unreachable!("a batch normalization") };
        layer.parameters = 11 * norm.channels as u64;
    }
}

fn rule(params: &Value) -> BitsRule {
    let whole = |key: &str| u32::try_from(params[key].as_u64().unwrap()).unwrap();
    BitsRule { input_bits: whole("input_bits"), output_bits: whole("output_bits"), ..BitsRule::default() }
}

/// The bits that `config` counts, and each layer as QKeras lists it.
fn counted(layers: &[LayerBits], config: &Value, stats: Option<&Value>, place: &str) -> u64 {
    let mut total = 0;
    for layer in layers {
        let name = if layer.name == "input" { "x" } else { &layer.name };
        let Some([parameters, activations]) = qkeras_counts(config, layer.class_name) else { continue };
        if let Some(stats) = stats {
            let ours = serde_json::json!([layer.parameters, layer.activations]);
            assert_eq!(ours, stats[name], "{place}: {name}");
        }
        total += u64::from(parameters) * layer.parameters + u64::from(activations) * layer.activations;
    }
    total
}

#[test]
fn bits_are_those_of_forgiving_factor_bits() {
    let all = golden("forgiving.json");
    let (mut compared, mut errors) = (0, 0);
    for name in MODELS {
        let (config, twin) = (models::quantized(&Model::read(name)), twin(name));
        let own = |one: &&Value| one["model"] == name && one["type"] == "bits";
        for one in all.as_array().unwrap().iter().filter(own) {
            let (params, place) = (&one["params"], format!("{name} {}", one["params"]));
            let ref_bits = u32::try_from(params["ref_bits"].as_u64().unwrap()).unwrap();
            let mut layers = bits(&config, &rule(params), ref_bits).layers;
            qkeras_norms(&config, &mut layers);
            let trial = counted(&layers, &params["config"], one.get("trial_stats"), &place);
            let float = bits(&twin, &rule(params), ref_bits);
            assert_eq!(float.total, reference(&twin, &rule(params), ref_bits).total);
            let reference = counted(&float.layers, &params["config"], one.get("ref_stats"), &place);
            assert_eq!(Value::from(trial), one["trial"], "{place}");
            let reference = reference as f64 * params["stress"].as_f64().unwrap();
            close(reference, &one["reference"], &place);
            if one.get("error").is_some() {
                assert_eq!(trial, 0, "{place}: QKeras divides by zero");
                errors += 1;
                continue;
            }
            let delta = qkeras_delta(params, reference, trial as f64);
            close(delta, &one["delta"], &place);
            close(0.75 * (1.0 + delta), &one["adjusted_score_of_0.75"], &place);
            compared += 1;
        }
    }
    assert_eq!((compared, errors), (3 * 72, 3 * 48));
}

#[test]
fn energies_are_those_of_forgiving_factor_power() {
    let all = golden("forgiving.json");
    let mut compared = 0;
    for name in MODELS {
        let (config, twin) = (models::quantized(&Model::read(name)), twin(name));
        let own = |one: &&Value| one["model"] == name && one["type"] == "energy";
        for one in all.as_array().unwrap().iter().filter(own) {
            let (params, place) = (&one["params"], format!("{name} {}", one["params"]));
            let [parameters, results] =
                ["reference_internal", "reference_accumulator"].map(|key| number(&params[key]));
            let plain = Setting { parameters: parameters.clone(), results, ..Setting::default() };
            let reference = Setting { source: Some(parameters), reference: true, ..plain.clone() };
            let trial = Setting { source: Some(number(&params["source_quantizers"][0])), ..plain };
            let of = |config, setting, k: usize| {
                qkeras_sum(&energy::of_types(&types(config, &setting), &memories(params, k)))
            };
            let (reference, trial) = (of(&twin, reference, 0), of(&config, trial, 1));
            close(reference, &one["reference_size"], &place);
            close(trial, &one["trial"], &place);
            // `stress` counts in what `get_reference` gives, not in `delta`.
            let stress = params["stress"].as_f64().unwrap();
            close(reference * stress, &one["reference_with_stress_first_call"], &place);
            let delta = qkeras_delta(params, reference, trial);
            close(delta, &one["delta"], &place);
            close(0.75 * (1.0 + delta), &one["adjusted_score_of_0.75"], &place);
            compared += 1;
        }
    }
    assert_eq!(compared, 3 * 36);
}

/// Those of the reference (0) or the trial (1).
fn memories(params: &Value, k: usize) -> EnergyRule {
    EnergyRule {
        parameters_on_memory: memory(&params["parameters_on_memory"][k]),
        activations_on_memory: memory(&params["activations_on_memory"][k]),
        min_sram_size: params["min_sram_size"][k].as_u64().unwrap(),
        rd_wr_on_io: params["rd_wr_on_io"][k] == true,
    }
}
