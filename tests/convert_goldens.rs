//! `convert` beside QKeras's own `model_quantize`, on random float networks and quantizers.

use heteroq::config::convert::{Conversion, Converted, convert};
use heteroq::config::{self, Kind, Layer};
use heteroq::quantizer;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

/// A case's network as a config.
fn float(case: &Value) -> String {
    let mut text =
        "name: net\ninput: {shape: [4], quantizer: \"quantized_bits(6, 0)\"}\nlayers:\n".to_owned();
    for layer in case["layers"].as_array().unwrap() {
        let word = |key: &str| layer[key].as_str().unwrap();
        let (name, function) = (word("name"), word("activation"));
        let rest = match word("class") {
            "Dense" => format!(
                "dense, units: {}, use_bias: {}, activation: {function}",
                layer["units"], layer["use_bias"]
            ),
            _ => format!("activation, quantizer: {function}"),
        };
        writeln!(text, "  - {{name: {name}, kind: {rest}}}").unwrap();
    }
    text
}

fn converted(case: &Value) -> Converted {
    let float = config::parse(&float(case), Path::new("float.yaml")).unwrap();
    let quantizers = case["quantizers"].to_string();
    let how = Conversion {
        quantizers: (&quantizers, Path::new("q.json")),
        activation_bits: case["activation_bits"].to_string().parse().unwrap(),
        old_folder: Path::new(""),
        output: Path::new("new.yaml"),
    };
    convert(&float, &how).unwrap_or_else(|error| panic!("{error}\n{quantizers}"))
}

/// A quantizer as heteroq writes it; a function's name as it is.
fn canonical(text: &Value) -> Option<String> {
    let text = text.as_str()?;
    let written = || quantizer::parse(text).map_or_else(|_| text.to_owned(), |found| found.text().to_owned());
    (text != "linear").then(written)
}

/// The quantizers of a layer: kernel, bias, and what stands after it.
fn quantizers(layer: &Layer) -> [Option<String>; 3] {
    let (kernel, bias) = match &layer.kind {
        Kind::Dense(dense) => (dense.kernel.as_ref(), dense.bias.as_ref()),
        _ => (None, None),
    };
    let function = layer.float.map(|float| float.function.word()).filter(|word| *word != "linear");
    let text = |spec: &quantizer::Spec| spec.text().to_owned();
    let after = layer.activation.as_ref().map(text);
    [kernel.map(text), bias.map(text), after.or_else(|| function.map(str::to_owned))]
}

#[test]
fn networks_become_what_qkeras_makes_of_them() {
    let text = std::fs::read_to_string("tests/goldens/convert/cases.json").unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let (mut layers, mut changed) = (0, 0);
    for case in &cases {
        let converted = converted(case);
        let becomes = case["becomes"].as_array().unwrap();
        assert_eq!(converted.config.layers.len(), becomes.len());
        for ((layer, expected), outcome) in converted.config.layers.iter().zip(becomes).zip(&converted.layers)
        {
            let wanted = ["kernel", "bias", "activation"].map(|key| canonical(&expected[key]));
            assert_eq!(quantizers(layer), wanted, "`{}` of {case}\n{}", layer.name, converted.text);
            let is_quantized = expected["class"].as_str().unwrap().starts_with('Q');
            assert_eq!(outcome.left_alone.is_none(), is_quantized, "`{}` of {case}", layer.name);
            layers += 1;
            changed += usize::from(is_quantized);
        }
    }
    eprintln!("{} networks, {layers} layers, {changed} of them quantized", cases.len());
    assert!(changed > 100 && changed < layers, "{changed} of {layers}");
}
