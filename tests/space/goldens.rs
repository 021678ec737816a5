//! `tests/goldens/qtools/autoqkeras.json`: what AutoQKeras 0.9.0 made of dense networks. Left out of it, for reasons that
//! `search::space` tells: the activation `binary(alpha='auto_po2')`, and dimensions of layers that it then leaves alone.

use heteroq::config::convert::change::changed;
use heteroq::config::convert::requantize::Place;
use heteroq::config::search::{Bound, Layers, Search};
use heteroq::config::{self, Config, Kind, Layer};
use heteroq::quantizer;
use heteroq::search::blocks::{blocks, in_order, share};
use heteroq::search::domain::{Choice, Dimension};
use heteroq::search::space::{Scope, Space};
use serde_json::{Map, Value, json};
use std::path::Path;

const NOT_OURS: &str = "binary(alpha='auto_po2')";

fn cases() -> Vec<Value> {
    let text = std::fs::read_to_string("tests/goldens/qtools/autoqkeras.json").unwrap();
    serde_json::from_str(&text).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The names of the layers that AutoQKeras was told to leave alone.
fn frozen(case: &Value) -> Vec<&str> {
    let Some(kept) = case["arguments"]["layer_indexes"].as_array() else { return Vec::new() };
    let all = case["model"].as_array().unwrap().iter().enumerate();
    all.skip(1)
        .filter(|(place, _)| !kept.contains(&json!(place)))
        .map(|(_, layer)| text(&layer["name"]))
        .filter(|name| !name.contains("softmax"))
        .collect()
}

/// The case as a config: JSON is YAML.
fn config(case: &Value) -> Config {
    let arguments = &case["arguments"];
    let frozen = json!(frozen(case));
    let keys = [
        ("frozen", &frozen),
        ("tune_filters", &arguments["tune_filters"]),
        ("tune_filters_exceptions", &arguments["tune_filters_exceptions"]),
        ("tune_learning_rate", &arguments["learning_rate_optimizer"]),
        ("blocks", &case["scheduler"]["blocks"]),
        ("schedule_block", &case["scheduler"]["schedule_block"]),
    ];
    let given = keys.into_iter().filter(|(_, value)| !value.is_null());
    let mut search: Vec<String> = given.map(|(key, value)| format!("\"{key}\": {value}")).collect();
    for (key, golden) in [("limit", "limit"), ("quantizers", "quantization_config")] {
        search.extend(case["texts"][golden].as_str().map(|text| format!("\"{key}\": {text}")));
    }
    let layers: Value = case["model"].as_array().unwrap().iter().skip(1).map(layer).collect();
    let input = r#"{"shape": [16], "quantizer": "quantized_bits(8, 0, 1)"}"#;
    let search = search.join(", ");
    let all =
        format!(r#"{{"name": "golden", "input": {input}, "layers": {layers}, "search": {{{search}}}}}"#);
    config::parse(&all, Path::new("config.yaml")).unwrap()
}

fn layer(keras: &Value) -> Value {
    match text(&keras["kind"]) {
        "Dense" => {
            json!({"name": keras["name"], "kind": "dense", "units": keras["units"], "activation": keras["activation"]})
        }
        _ => json!({"name": keras["name"], "kind": "activation", "quantizer": keras["activation"]}),
    }
}

fn search(config: &Config) -> &Search {
    config.search.as_ref().unwrap()
}

/// `written` as our dimension `name` shows it.
fn canonical(name: &str, written: &str) -> String {
    let spec = quantizer::parse(written).unwrap();
    let spec = if name.ends_with("_kernel_quantizer") { spec.for_kernel().unwrap() } else { spec };
    spec.text().to_owned()
}

/// A dimension of AutoQKeras's as ours should be.
fn expected(golden: &Value) -> Dimension {
    let name = text(&golden["name"]);
    let choices = golden["values"].as_array().unwrap().iter().filter(|value| **value != json!(NOT_OURS));
    let choice = |value: &Value| match value.as_f64() {
        Some(number) => Choice::Number(number),
        None => Choice::Text(canonical(name, text(value))),
    };
    Dimension { name: name.to_owned(), choices: choices.map(choice).collect() }
}

fn is_near(ours: &Dimension, golden: &Dimension) -> bool {
    let near = |pair: (&Choice, &Choice)| match pair {
        (Choice::Number(a), Choice::Number(b)) => (a / b - 1.0).abs() < 1e-6, // AutoQKeras's rate is an f32
        (a, b) => a == b,
    };
    ours.name == golden.name
        && ours.choices.len() == golden.choices.len()
        && ours.choices.iter().zip(&golden.choices).all(near)
}

/// The space of a case, with AutoQKeras's `total_factor` of its first network.
fn space(case: &Value, config: &Config) -> Space {
    let first = &case["builds"][0];
    let total_factor = first["trial"].as_f64().unwrap() / first["reference"].as_f64().unwrap() - 1.0;
    Space::of(config, search(config), &Scope { layers: None, total_factor }).unwrap()
}

#[test]
fn dimensions_their_choices_and_their_order_are_those_of_autoqkeras() {
    let mut seen = 0;
    for case in cases().iter().filter(|case| case["space"].is_array()) {
        let config = config(case);
        let space = space(case, &config);
        let left_alone = frozen(case);
        let of_frozen =
            |golden: &&Value| !left_alone.iter().any(|name| text(&golden["name"]).starts_with(name));
        let golden: Vec<Dimension> =
            case["space"].as_array().unwrap().iter().filter(of_frozen).map(expected).collect();
        let (fixed, sampled): (Vec<_>, Vec<_>) = golden.into_iter().partition(|one| one.choices.len() == 1);
        for (ours, golden) in [(&space.dimensions, &sampled), (&space.fixed, &fixed)] {
            assert_eq!(ours.len(), golden.len(), "{}", case["name"]);
            for (ours, golden) in ours.iter().zip(golden) {
                assert!(is_near(ours, golden), "{}: {ours:?}\n{golden:?}", case["name"]);
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 43);
}

#[test]
fn bounds_that_are_not_given_are_filled_in_as_by_autoqkeras() {
    for case in cases().iter().filter(|case| case["limit_after_adjust"].is_object()) {
        let config = config(case);
        let golden =
            case["limit_after_adjust"].as_object().unwrap().iter().filter(|(key, _)| *key != "default");
        let limits = &search(&config).limit;
        assert_eq!(golden.clone().count(), limits.len(), "{}", case["name"]);
        // JSON objects are sorted here: look each up by its key.
        for (key, bounds) in golden {
            let ours = limits.iter().find(|limit| match &limit.layers {
                Layers::Named(pattern) => pattern.text == *key,
                Layers::Class(class) => format!("{class:?}") == *key,
            });
            let ours: Vec<Value> = ours.unwrap().bounds.iter().map(bound).collect();
            let meant = |bound: &Value| match bound.as_array() {
                Some(list) => {
                    list.iter().map(|one| json!(canonical("_kernel_quantizer", text(one)))).collect()
                }
                None => bound.clone(),
            };
            assert_eq!(ours, bounds.as_array().unwrap().iter().map(meant).collect::<Vec<_>>(), "{key}");
        }
    }
}

fn bound(bound: &Bound) -> Value {
    match bound {
        Bound::Bits(bits) => json!(bits),
        Bound::Quantizers(all) => all.iter().map(|spec| json!(spec.text())).collect(),
    }
}

#[test]
fn the_network_of_a_point_is_that_of_autoqkeras() {
    let mut compared = 0;
    for case in cases().iter().filter(|case| case["builds"].is_array()) {
        let config = config(case);
        let space = space(case, &config);
        for build in case["builds"].as_array().unwrap() {
            let values = build["values"].as_object().unwrap();
            let Some(point) = point(&space, values) else { continue };
            let place =
                Place { output: Path::new("new.yaml"), old_folder: Path::new(""), weights: "w.safetensors" };
            let (_, network) = changed(&config, &space.changes(&point), &place).unwrap();
            for layer in &network.layers {
                is_golden(layer, &build["layers"][&layer.name]);
            }
            compared += 1;
        }
    }
    assert!(compared >= 13, "{compared} networks");
}

/// The point of AutoQKeras's values; none if one of them is not ours.
fn point(space: &Space, values: &Map<String, Value>) -> Option<Vec<usize>> {
    let place = |dimension: &Dimension| {
        let value = &values[&dimension.name];
        let golden = expected(&json!({"name": dimension.name, "values": [value]}));
        let one = |choice: &Choice| Dimension { choices: vec![choice.clone()], ..dimension.clone() };
        dimension.choices.iter().position(|choice| is_near(&one(choice), &golden))
    };
    space.dimensions.iter().map(place).collect()
}

fn is_golden(layer: &Layer, golden: &Value) {
    let canonical =
        |key: &str| golden[key].as_str().map(|written| quantizer::parse(written).unwrap().text().to_owned());
    if let Kind::Dense(dense) = &layer.kind {
        assert_eq!(json!(dense.units), golden["units"], "{}", layer.name);
        assert_eq!(
            dense.kernel.as_ref().map(|spec| spec.text().to_owned()),
            canonical("kernel_quantizer_internal")
        );
        assert_eq!(
            dense.bias.as_ref().map(|spec| spec.text().to_owned()),
            canonical("bias_quantizer_internal")
        );
    }
    assert_eq!(
        layer.activation.as_ref().map(|spec| spec.text().to_owned()),
        canonical("quantizer"),
        "{}",
        layer.name
    );
}

#[test]
fn blocks_their_order_and_their_trials_are_those_of_the_scheduler() {
    let mut seen = 0;
    for case in cases().iter().filter(|case| case["blocks"].is_array()) {
        let config = config(case);
        let search = search(&config);
        let cost = |layer: &str| case["model_size"][layer].as_f64().unwrap_or(0.0);
        let ours = in_order(blocks(&config, search), search.schedule_block, cost);
        let golden = case["blocks"].as_array().unwrap();
        assert_eq!(ours.len(), golden.len());
        for ((block, cost), golden) in ours.iter().zip(golden) {
            assert_eq!(json!(block.pattern), golden["pattern"]);
            assert_eq!(json!(block.layers), case["grouped_patterns"][&block.pattern]);
            assert_eq!(Some(*cost), golden["cost"].as_f64());
            if let Some(trials) = case["scheduler"]["max_trials"].as_u64() {
                let trials =
                    share(usize::try_from(trials).unwrap(), *cost, case["reference_size"].as_f64().unwrap());
                assert_eq!(json!(trials), golden["max_trials"]);
            }
            let scope = Scope { layers: Some(&block.layers), ..Scope::default() };
            let space = Space::of(&config, search, &scope).unwrap();
            let searched: Vec<&str> =
                golden["limit"].as_object().unwrap().keys().map(String::as_str).collect();
            for one in space.dimensions.iter().chain(&space.fixed) {
                assert!(
                    searched.iter().any(|name| one.name.starts_with(name)),
                    "{} in {searched:?}",
                    one.name
                );
            }
            seen += space.dimensions.len();
        }
    }
    assert!(seen >= 20, "{seen} dimensions");
}
