//! Texts, arguments and bounds: what `str()`, `get_config()`, `max()` and `min()` say, and what a layer makes of its
//! kernel's quantizer.

use crate::golden::{Golden, Stored};
use crate::values::place;
use heteroq::quantizer::Spec;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Arguments that QKeras's `get_config()` leaves out.
const NOT_IN_CONFIG: [&str; 3] = ["is_quantized_clip", "scale_axis", "use_ste"];

#[test]
fn bounds_are_those_of_qkeras() {
    let (mut compared, mut raised) = (0, 0);
    for golden in Stored::read().computed() {
        let bounds =
            [("max", &golden.entry.max, golden.spec.max()), ("min", &golden.entry.min, golden.spec.min())];
        for (which, expected, got) in bounds {
            let Some(expected) = expected.as_ref().and_then(Value::as_f64) else {
                raised += 1;
                continue;
            };
            #[expect(clippy::float_cmp, reason = "the same number")]
            let equal = expected == f64::from(got);
            assert!(equal, "{} {which}: expected {expected}, got {got}", place(&golden));
            compared += 1;
        }
    }
    eprintln!("{compared} bounds compared; QKeras raises for {raised}");
    assert_eq!((compared, raised), (0, 0));
}

#[test]
fn arguments_are_those_of_qkeras() {
    let (mut compared, mut left_out) = (0, BTreeSet::new());
    for golden in Stored::read().computed() {
        let Some(config) = &golden.entry.config else { continue };
        let theirs = with_rest(&golden, config, &mut left_out);
        assert_eq!(theirs.text(), golden.spec.text(), "{}", place(&golden));
        compared += 1;
    }
    eprintln!("{compared} configs compared; QKeras leaves out {left_out:?}");
    assert!(left_out.iter().eq(NOT_IN_CONFIG), "{left_out:?}");
    assert_eq!(compared, 960);
}

#[test]
fn kernels_get_the_quantizer_that_a_layer_makes() {
    let mut compared = 0;
    for golden in Stored::read().computed() {
        let (Some(config), Some(after)) = (&golden.entry.config, &golden.entry.after_set_trainable) else {
            continue;
        };
        let mut config = config.clone();
        config.extend(after.clone());
        let theirs = with_rest(&golden, &config, &mut BTreeSet::new());
        let ours = golden.spec.for_kernel().unwrap_or_else(|e| panic!("{}: {e}", place(&golden)));
        assert_eq!(theirs.text(), ours.text(), "{}", place(&golden));
        compared += 1;
    }
    eprintln!("{compared} kernel quantizers compared");
    assert_eq!(compared, 577);
}

/// The quantizer with the arguments of `config`, and with those of the entry's text that QKeras leaves out of it.
fn with_rest(golden: &Golden, config: &Map<String, Value>, left_out: &mut BTreeSet<String>) -> Spec {
    let mut arguments: Vec<String> = config.iter().map(|(key, v)| format!("{key}={}", python(v))).collect();
    let text = golden.entry.quantizer.trim_end_matches(')');
    let written = text.split_once('(').map_or("", |(_, arguments)| arguments).split(',');
    for (name, value) in written.filter_map(|argument| argument.split_once('=')) {
        if !config.contains_key(name) {
            left_out.insert(name.to_owned());
            arguments.push(format!("{name}={value}"));
        }
    }
    let text = format!("{}({})", golden.entry.cls, arguments.join(", "));
    golden.entry.read(&text).unwrap_or_else(|e| panic!("{}: {text}: {e}", place(golden)))
}

/// A value as Python writes it.
fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => format!("'{text}'"),
        other => other.to_string(),
    }
}

#[test]
fn qkeras_and_heteroq_read_each_others_strings() {
    let (mut compared, mut raised) = (0, 0);
    for golden in Stored::read().computed() {
        let again = golden.entry.read(golden.spec.text()).expect("the canonical string is a quantizer");
        assert_eq!(again.text(), golden.spec.text(), "{}", place(&golden));
        let theirs = golden.entry.str.as_ref().expect("a string or an exception");
        if theirs.starts_with('!') {
            raised += 1;
            continue;
        }
        let theirs = golden.entry.read(theirs).unwrap_or_else(|e| panic!("{theirs}: {e}"));
        assert_eq!(theirs.text(), golden.spec.text(), "{}", place(&golden));
        compared += 1;
    }
    eprintln!("{compared} strings compared; QKeras raises for {raised}");
    assert_eq!((compared, raised), (0, 0));
}
