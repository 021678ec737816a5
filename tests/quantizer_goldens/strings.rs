//! Texts, arguments and bounds: what `str()`, `get_config()`, `max()` and `min()` say, and what a layer makes of its
//! kernel's quantizer.

use crate::golden::{Golden, Stored};
use crate::golden_rule::Rule;
use crate::values::place;
use heteroq::quantizer::{QuantizerError, Spec};
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
            let right = Rule::Equal.holds(single(expected), got * last_scale(&golden));
            assert!(right, "{} {which}: expected {expected}, got {got}", place(&golden));
            compared += 1;
        }
    }
    eprintln!("{compared} bounds compared; QKeras raises for {raised}");
    assert_eq!((compared, raised), (2_132, 796));
}

/// The bounds of `quantized_linear` are those of its last call: at the scale that it found there.
fn last_scale(golden: &Golden) -> f32 {
    let automatic = golden.spec.alpha().is_automatic() && golden.entry.cls == "quantized_linear";
    if automatic { golden.theirs("scale").expect("a scale")[0] } else { 1.0 }
}

#[expect(clippy::cast_possible_truncation, reason = "QKeras computes in f32")]
fn single(x: f64) -> f32 {
    x as f32
}

#[test]
fn arguments_are_those_of_qkeras() {
    let (mut compared, mut left_out) = (0, BTreeSet::new());
    for golden in Stored::read().computed() {
        let Some(config) = &golden.entry.config else { continue };
        let theirs = with_rest(&golden, config, &mut left_out);
        let theirs = theirs.unwrap_or_else(|e| panic!("{}: {config:?}: {e}", place(&golden)));
        assert_eq!(theirs.text(), golden.spec.text(), "{}", place(&golden));
        compared += 1;
    }
    eprintln!("{compared} configs compared; QKeras leaves out {left_out:?}");
    assert!(left_out.iter().eq(NOT_IN_CONFIG), "{left_out:?}");
    assert_eq!(compared, 949);
}

#[test]
fn kernels_get_the_quantizer_that_a_layer_makes() {
    let (mut compared, mut refused) = (0, 0);
    for golden in Stored::read().computed() {
        let (Some(config), Some(after)) = (&golden.entry.config, &golden.entry.after_set_trainable) else {
            continue;
        };
        let mut config = config.clone();
        config.extend(after.clone());
        let theirs = with_rest(&golden, &config, &mut BTreeSet::new());
        let text = |spec: Result<Spec, QuantizerError>| {
            spec.map(|spec| spec.text().to_owned()).map_err(|error| error.message)
        };
        let (theirs, ours) = (text(theirs), text(golden.spec.for_kernel()));
        assert_eq!(theirs, ours, "{}", place(&golden));
        // One bit at an automatic scale, which QKeras divides by zero for; a threshold beside one, for which it raises.
        refused += usize::from(ours.is_err());
        compared += 1;
    }
    eprintln!("{compared} kernel quantizers compared, {refused} refused");
    assert_eq!((compared, refused), (566, 6));
}

/// The quantizer with the arguments of `config`, and with those of the entry's text that QKeras leaves out of it.
fn with_rest(
    golden: &Golden,
    config: &Map<String, Value>,
    left_out: &mut BTreeSet<String>,
) -> Result<Spec, QuantizerError> {
    // Its own constructor does not take what quantized_hswish's `get_config()` gives.
    let known = |key: &&String| golden.entry.cls != "quantized_hswish" || *key != "keep_negative";
    let known = config.iter().filter(|(key, _)| known(key));
    let mut arguments: Vec<String> = known.map(|(key, v)| format!("{key}={}", python(v))).collect();
    let text = golden.entry.quantizer.trim_end_matches(')');
    let written = text.split_once('(').map_or("", |(_, arguments)| arguments).split(',');
    for (name, value) in written.filter_map(|argument| argument.split_once('=')) {
        if !config.contains_key(name) {
            left_out.insert(name.to_owned());
            arguments.push(format!("{name}={value}"));
        }
    }
    let text = format!("{}({})", golden.entry.cls, arguments.join(", "));
    golden.entry.read(&text)
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
    let (mut same, mut lossy, mut raised) = (0, 0, 0);
    let mut wrong = Vec::new();
    for golden in Stored::read().computed() {
        let ours = golden.spec.text();
        let again = golden.entry.read(ours).expect("the canonical string is a quantizer");
        assert_eq!(again.text(), ours, "{}", place(&golden));
        let theirs = golden.entry.str.as_ref().expect("a string or an exception");
        if theirs.starts_with('!') {
            raised += 1;
            continue;
        }
        let read = golden.entry.read(theirs);
        if read.as_ref().is_ok_and(|read| read.text() == ours) == loses(&golden) {
            wrong.push(format!("{}: {theirs} is read as {read:?}", golden.entry.quantizer));
        }
        *if loses(&golden) { &mut lossy } else { &mut same } += 1;
    }
    eprintln!("{same} strings mean the same, {lossy} lose an argument, for {raised} QKeras raises");
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((same, lossy, raised), (1_174, 187, 103));
}

/// Whether QKeras's `str()` leaves an argument out, or writes it where another one stands.
fn loses(golden: &Golden) -> bool {
    let has = |name: &str| golden.spec.text().contains(&format!("{name}="));
    let any = |names: &[&str]| names.iter().any(|name| has(name));
    match golden.entry.cls.as_str() {
        "quantized_bits" | "quantized_linear" => any(&["qnoise_factor", "use_ste", "scale_axis"]),
        "quantized_relu" => {
            let (sigmoid, slope) = (has("use_sigmoid"), has("negative_slope"));
            let stochastic = has("use_stochastic_rounding");
            let misplaced = slope && !sigmoid && !stochastic || stochastic && !slope;
            misplaced || any(&["is_quantized_clip", "relu_upper_bound", "qnoise_factor", "use_ste"])
        }
        "quantized_po2" | "quantized_relu_po2" => {
            any(&["log2_rounding", "qnoise_factor", "use_ste"])
                || golden.spec.text().contains("max_value=0.")
                || has("use_stochastic_rounding") && golden.entry.cls == "quantized_relu_po2"
        }
        "quantized_tanh" => any(&["symmetric", "use_real_tanh"]),
        "quantized_sigmoid" => any(&["use_real_sigmoid", "use_stochastic_rounding"]) && !has("symmetric"),
        _ => false,
    }
}
