//! `heteroq convert`: float networks that get quantizers, as QKeras's `model_quantize` gives them.

use crate::bench::{Bench, bench};
use serde_json::{Value, json};
use std::fs;

/// The tiny network before it is quantized, in the ways a config can be written.
const FLOAT: &str = r#"# A float network.
name: tiny
input: {shape: [4], quantizer: "quantized_bits(4, 1)", names: [a, b, c, d]}
layers:
  - name: hidden
    kind: dense
    units: 4 # as many as inputs
    # the nonlinear part
    activation: relu
  - {name: out, kind: dense, units: 2, activation: softmax} # one for each class
output: {classes: [no, yes]}
weights: weights.safetensors
hardware: {clock_mhz: 80, target: hx8k}
"#;

const K: &str = "quantized_bits(4, 0, alpha=1)";
const B: &str = "quantized_bits(5, 1)";

/// A folder with the float network and the quantizers in `recipe`.
fn bench_of(float: &str, recipe: &str) -> Bench {
    let bench = bench();
    bench.write("float.yaml", float);
    bench.write("q.yaml", recipe);
    bench
}

const CONVERT: [&str; 6] = ["convert", "float.yaml", "--quantizers", "q.yaml", "-o", "new.yaml"];

/// What it becomes with `recipe` and `arguments`; `check` takes it.
fn converted_by(float: &str, recipe: &str, arguments: &[&str]) -> String {
    let bench = bench_of(float, recipe);
    bench.does(&[&CONVERT, arguments].concat());
    bench.does(&["check", "new.yaml"]);
    assert_eq!(bench.read("float.yaml"), float.as_bytes(), "the float network stays as it is");
    String::from_utf8(bench.read("new.yaml")).unwrap()
}

fn converted(float: &str, recipe: &str) -> String {
    converted_by(float, recipe, &[])
}

/// The layers of `new`, as Python's model of QKeras would have them: `[kernel, bias, activation]` each.
fn outcome(float: &str, recipe: &str) -> Value {
    bench_of(float, recipe).tells(&CONVERT)["layers"].clone()
}

/// The recipe is refused where `words` say, and nothing is written.
fn refused(recipe: &str, words: &[&str]) {
    let bench = bench_of(FLOAT, recipe);
    bench.refuses(&CONVERT, 2, &[words, &["q.yaml"]].concat());
}

#[test]
fn only_the_layers_change_in_the_text() {
    let recipe = format!("QDense: {{kernel_quantizer: \"{K}\", bias_quantizer: \"{B}\"}}\n");
    let expected = FLOAT
        .replace(
            "units: 4 # as many as inputs\n",
            &format!("units: 4 # as many as inputs\n    kernel: \"{K}\"\n    bias: \"{B}\"\n"),
        )
        .replace("activation: relu", "activation: \"quantized_relu(4)\"")
        .replace("units: 2,", &format!("units: 2, kernel: \"{K}\", bias: \"{B}\","));
    assert_eq!(converted(FLOAT, &recipe), expected);
}

/// The words of Python's `model_quantize`, ours, and JSON.
#[test]
fn qkeras_words_and_ours_are_the_same() {
    let qkeras = format!(
        "QDense: {{kernel_quantizer: \"{K}\", bias_quantizer: \"{B}\", activation_quantizer: \"quantized_relu(6)\"}}"
    );
    let ours = format!("dense:\n  kernel: {K}\n  bias: {B}\n  activation: quantized_relu(6)\n");
    let json = format!(
        "{{\"QDense\": {{\"kernel_quantizer\": \"{K}\", \"bias_quantizer\": \"{B}\", \"activation\": \"quantized_relu(6)\"}}}}"
    );
    let new = converted(FLOAT, &qkeras);
    assert_eq!(new.matches("quantized_relu(6)").count(), 2, "softmax gives way to what is asked for");
    assert_eq!(converted(FLOAT, &ours), new);
    assert_eq!(converted(FLOAT, &json), new);
}

#[test]
fn a_name_goes_before_its_class_and_counts_whole() {
    let recipe =
        format!("QDense: {{kernel: \"{K}\", bias: \"{B}\"}}\nout: {{kernel: \"binary(alpha=1)\"}}\n");
    let new = converted(FLOAT, &recipe);
    assert!(new.contains("units: 2, kernel: \"binary(alpha=1)\", activation: softmax}"), "no bias: {new}");
    // An entry without a kernel quantizer leaves its layer alone, whatever the class says.
    for entry in ["out: {}", "out:", "out: null", "out: {bias: \"quantized_bits(5, 1)\"}", "out: {kernel: }"]
    {
        let recipe = format!("{entry}\nQDense: {{kernel: \"{K}\"}}\n");
        let new = converted(FLOAT, &recipe);
        assert!(
            new.contains("  - {name: out, kind: dense, units: 2, activation: softmax} # one"),
            "{entry}: {new}"
        );
        assert!(new.contains(K));
    }
}

#[test]
fn a_layer_that_nothing_names_is_left_alone_with_its_float_function() {
    assert_eq!(converted(FLOAT, "{}"), FLOAT);
    assert_eq!(converted(FLOAT, "QActivation: \"quantized_relu(4)\""), FLOAT);
    let recipe = format!("out: {{kernel: \"{K}\"}}");
    let new = converted(FLOAT, &recipe);
    assert!(new.contains("    activation: relu\n"), "{new}");
    let reasons = outcome(FLOAT, "hidden: {bias: \"quantized_bits(5, 1)\"}");
    assert_eq!(reasons[0]["left_alone"], "`hidden` has no kernel quantizer");
    assert_eq!(reasons[1]["left_alone"], "neither its name nor its class is named");
}

#[test]
fn activation_bits_are_those_of_the_usual_quantizers() {
    let recipe = format!("QDense: {{kernel: \"{K}\"}}");
    let new = converted_by(FLOAT, &recipe, &["--activation-bits", "7"]);
    assert!(new.contains("activation: \"quantized_relu(7)\""), "{new}");
    assert!(new.contains("activation: softmax"), "{new}");
    let bench = bench_of(FLOAT, &recipe);
    for bits in ["0", "400"] {
        bench.refuses(
            &[&CONVERT[..], &["--activation-bits", bits]].concat(),
            2,
            &["--activation-bits", "`bits` takes"],
        );
    }
    bench.refuses(&[&CONVERT[..], &["--activation-bits", "four"]].concat(), 2, &["--activation-bits"]);
}

#[test]
fn tanh_and_sigmoid_have_usual_quantizers_too() {
    for (function, quantizer) in [("tanh", "quantized_tanh(5)"), ("sigmoid", "quantized_sigmoid(5)")] {
        let float = FLOAT.replace("activation: relu", &format!("activation: {function}"));
        let new = converted_by(&float, &format!("QDense: {{kernel: \"{K}\"}}"), &["--activation-bits=5"]);
        assert!(new.contains(&format!("activation: \"{quantizer}\"")), "{new}");
    }
}

#[test]
fn a_layer_without_bias_gets_no_quantizer_for_one() {
    let float = FLOAT
        .replace("units: 2,", "units: 2, use_bias: false,")
        .replace("weights.safetensors", "none.safetensors");
    let new = converted(&float, &format!("QDense: {{kernel: \"{K}\", bias: \"{B}\"}}"));
    assert!(new.contains(&format!("units: 2, kernel: \"{K}\", use_bias: false")), "{new}");
}

/// Layers of every kind; QKeras's class of an activation, by its function and whatever it is.
#[test]
fn activations_by_function_and_by_name() {
    let float = r#"
name: kinds
weights: none
input: {shape: [4], quantizer: "quantized_bits(4, 1)"}
layers:
  - {name: a, kind: activation, quantizer: relu}
  - name: b
    kind: activation
    quantizer: tanh
  - {name: c, kind: activation, quantizer: "quantized_relu(3)"}
  - {name: d, kind: add, inputs: [a, b], activation: relu}
  - name: e
    kind: add
    inputs: # of two
      - c
      - d # the sum
  - {name: flat, kind: flatten}
  - {name: f, kind: concatenate, inputs: [flat, input]}
"#;
    let by_function = converted(float, "QActivation: {relu: \"quantized_relu(6)\", sigmoid: \"binary()\"}");
    assert_eq!(by_function.matches("quantized_relu(6)").count(), 2, "{by_function}");
    assert!(by_function.contains("quantizer: tanh"), "{by_function}");
    let any = converted(float, "activation: \"quantized_bits(5)\"\nb: {tanh: \"quantized_bits(7)\"}\n");
    let expected = float
        .replace("quantizer: relu", "quantizer: \"quantized_bits(5)\"")
        .replace("quantizer: tanh", "quantizer: \"quantized_bits(7)\"")
        .replace("activation: relu", "activation: \"quantized_bits(5)\"");
    assert_eq!(any, expected, "no activation is added where there is none");
    let sums = converted(
        float,
        "add: {relu: \"quantized_relu(6)\", linear: \"quantized_bits(6)\"}\nf: \"quantized_bits(8)\"\n",
    );
    let expected = float
        .replace("activation: relu", "activation: \"quantized_relu(6)\"")
        .replace("- d # the sum\n", "- d # the sum\n    activation: \"quantized_bits(6)\"\n")
        .replace("inputs: [flat, input]", "inputs: [flat, input], activation: \"quantized_bits(8)\"");
    assert_eq!(sums, expected);
    let told = outcome(float, "QActivation: {relu: \"quantized_relu(6)\"}\nflat: {}\n");
    let reasons: Vec<&Value> = told.as_array().unwrap().iter().map(|layer| &layer["left_alone"]).collect();
    let nothing = "neither its name nor its class is named";
    assert_eq!(
        json!(reasons),
        json!([
            null,
            "`QActivation` has nothing for `tanh`",
            "it is quantized",
            null,
            nothing,
            "it has nothing to quantize",
            nothing
        ])
    );
}

/// QKeras converts what is `Dense`; what is `QDense` already stays as it is.
#[test]
fn a_quantized_layer_is_left_alone() {
    let float = FLOAT.replace("units: 2,", "units: 2, kernel: \"binary(alpha=1)\",");
    let new = converted(&float, &format!("QDense: {{kernel: \"{K}\"}}\n"));
    assert!(new.contains("units: 2, kernel: \"binary(alpha=1)\", activation: softmax"), "{new}");
    let told = bench_of(&float, &format!("out: {{kernel: \"{K}\"}}\n")).tells(&CONVERT);
    assert_eq!(
        (&told["layers"][1]["left_alone"], &told["unused"]),
        (&json!("it is quantized"), &json!(["out"]))
    );
}

#[test]
fn a_kernel_keeps_the_text_it_was_given() {
    let recipe = "hidden: {kernel: \"quantized_bits( 4,0, alpha = 1.0 )\"}\nout: {kernel: 'binary(alpha=1.0, scale_axis=None)'}";
    let new = converted(FLOAT, recipe);
    assert!(new.contains("kernel: \"quantized_bits( 4,0, alpha = 1.0 )\""), "{new}");
    assert!(new.contains("kernel: \"binary(alpha=1.0, scale_axis=None)\""), "{new}");
    let quotes = converted(FLOAT, "QDense: {kernel: 'quantized_bits(4, alpha=1, round=\"floor\")'}");
    assert!(quotes.contains("kernel: 'quantized_bits(4, alpha=1, round=\"floor\")'"), "{quotes}");
    let lines = converted(FLOAT, "QDense: {kernel: \"quantized_bits(4,\\n\\t alpha=1)\"}");
    assert!(lines.contains("kernel: \"quantized_bits(4,\\n\\t alpha=1)\""), "{lines}");
}

#[test]
fn what_it_did_is_said() {
    let recipe =
        format!("hidden: {{kernel: \"{K}\", bias: \"{B}\"}}\nQActivation: {{relu: \"quantized_relu(4)\"}}\n");
    let bench = bench_of(FLOAT, &recipe);
    let said = bench.does(&CONVERT).stdout;
    assert_eq!(
        said,
        format!(
            "new.yaml\n  hidden         kernel {K}; bias {B}; activation quantized_relu(4) for relu\n  \
             out            left alone: neither its name nor its class is named\n  \
             note: no float layer is looked up under `QActivation`\n"
        )
    );
    let told = bench.tells(&CONVERT);
    let changes = json!([
        {"key": "kernel", "from": null, "to": K},
        {"key": "bias", "from": null, "to": B},
        {"key": "activation", "from": "relu", "to": "quantized_relu(4)"},
    ]);
    let left = "neither its name nor its class is named";
    assert_eq!(
        told,
        json!({"config": "new.yaml", "unused": ["QActivation"], "layers": [
            {"layer": "hidden", "changes": changes, "left_alone": null},
            {"layer": "out", "changes": [], "left_alone": left},
        ]})
    );
}

/// The whole way: what comes out becomes Verilog once nothing is float any more.
#[test]
fn a_network_without_float_functions_becomes_verilog() {
    let float = FLOAT.replace(", activation: softmax", "");
    let recipe = format!("QDense: {{kernel: \"{K}\", bias: \"{K}\"}}");
    let bench = bench_of(&float, &recipe);
    bench.does(&CONVERT);
    bench.does(&["gen", "new.yaml"]);
    let hash = bench.json("rtl_out/tiny/manifest.json")["design_hash"].clone();
    bench.change("quantized_relu(3, 1, round='half_up')", "quantized_relu(4)");
    bench.does(&["gen", "config.yaml", "-o", "by_hand"]);
    let by_hand = bench.json("by_hand/manifest.json");
    assert_eq!(by_hand["design_hash"], hash);
}

#[test]
fn softmax_is_refused_by_gen_with_what_to_write() {
    let bench = bench_of(FLOAT, &format!("QDense: {{kernel: \"{K}\"}}"));
    bench.does(&CONVERT);
    for command in ["gen", "sim", "synth", "run"] {
        let words = ["layer `out` is float: its `activation` is `softmax`", "new.yaml:", "argmax: true"];
        bench.refuses(&[command, "new.yaml"], 2, &words);
    }
    let note = "note: `out`: `activation: softmax` is float";
    assert!(bench.does(&["check", "new.yaml"]).stdout.contains(note));
}

#[test]
fn paths_are_seen_from_the_new_folder() {
    let float = FLOAT.replace(
        "hardware:",
        "data: {train: sub/t.npz, test: \"../e.csv\", validation: /v.npz, standardize: false}\nhardware:",
    );
    let bench = bench_of(&float, &format!("QDense: {{kernel: \"{K}\"}}"));
    fs::create_dir_all(bench.path("one/two")).unwrap();
    let to = |output: &str| {
        bench.does(&["convert", "float.yaml", "--quantizers", "q.yaml", "-o", output]);
        String::from_utf8(bench.read(output)).unwrap()
    };
    assert!(
        to("./one/../new.yaml")
            .contains("\nweights: weights.safetensors\ndata: {train: sub/t.npz, test: \"../e.csv\"")
    );
    let new = to("one/two/new.yaml");
    assert!(new.contains("\nweights: ../../weights.safetensors\n"), "{new}");
    let data =
        "data: {train: ../../sub/t.npz, test: \"../../../e.csv\", validation: /v.npz, standardize: false}";
    assert!(new.contains(data), "{new}");
    // The weights are found, so formats are known but behind softmax.
    assert!(!bench.does(&["check", "one/two/new.yaml"]).stdout.contains("no weights file"));
    // And back: from the folder below to the one above.
    let back = ["convert", "one/two/new.yaml", "--quantizers", "q.yaml", "-o", "back.yaml"];
    bench.write("q.yaml", "{}");
    bench.does(&back);
    let back = String::from_utf8(bench.read("back.yaml")).unwrap();
    assert!(back.contains("\nweights: weights.safetensors\n"), "{back}");
    assert!(back.contains("data: {train: sub/t.npz, test: \"../e.csv\", validation: /v.npz"), "{back}");
}

#[test]
fn weights_that_are_not_named_are_named_from_another_folder() {
    let bench = bench_of(&FLOAT.replace("weights: weights.safetensors\n", ""), "{}");
    fs::create_dir(bench.path("my nets")).unwrap();
    bench.does(&["convert", "float.yaml", "--quantizers", "q.yaml", "-o", "my nets/new.yaml"]);
    let new = String::from_utf8(bench.read("my nets/new.yaml")).unwrap();
    assert!(new.contains("name: tiny\nweights: \"../weights.safetensors\"\n"), "{new}");
    bench.write("my nets/q.yaml", "{}");
    bench.does(&["convert", "my nets/new.yaml", "--quantizers", "q.yaml", "-o", "same.yaml"]);
}

#[test]
fn line_ends_marks_and_a_missing_last_line_are_kept() {
    let recipe = format!("QDense: {{kernel: \"{K}\"}}");
    let returns = FLOAT.replace('\n', "\r\n");
    assert_eq!(converted(&returns, &recipe), converted(FLOAT, &recipe).replace('\n', "\r\n"));
    let short = "\u{feff}name: short\nweights: none\ninput: {shape: [4], quantizer: \"quantized_bits(4, 1)\"}\n\
                 layers:\n- kind: dense\n  name: out\n  units: 2";
    assert_eq!(converted(short, &recipe), format!("{short}\n  kernel: \"{K}\""));
}

/// A value that two layers share through an anchor is changed for both, or not at all.
#[test]
fn anchors_are_followed_or_refused() {
    let shared = FLOAT
        .replace("activation: relu", "activation: &a relu")
        .replace("activation: softmax", "activation: *a");
    let both = converted(&shared, &format!("QDense: {{kernel: \"{K}\"}}"));
    assert!(
        both.contains("activation: &a \"quantized_relu(4)\"") && both.contains("activation: *a"),
        "{both}"
    );
    let one = bench_of(&shared, &format!("hidden: {{kernel: \"{K}\"}}"));
    one.refuses(
        &CONVERT,
        2,
        &["cannot be changed in place", "layer `out` shares its text", "float.yaml:10", "anchors"],
    );
    let differ =
        format!("QDense: {{kernel: \"{K}\"}}\nout: {{kernel: \"{K}\", activation: \"quantized_relu(6)\"}}");
    bench_of(&shared, &differ).refuses(&CONVERT, 2, &["two changes fall on the same text", "anchors"]);
    let block = FLOAT.replace("activation: relu", "activation: >-\n      relu");
    bench_of(&block, &format!("QDense: {{kernel: \"{K}\"}}")).refuses(
        &CONVERT,
        2,
        &["cannot be changed in place", "line of its key"],
    );
}

#[test]
fn a_bad_recipe_is_shown_at_its_place() {
    refused(
        "hiden: {kernel: \"ternary()\"}",
        &["no layer or class `hiden`", "did you mean `hidden`?", "q.yaml:1:1"],
    );
    refused("Dense: {kernel: \"ternary()\"}", &["no layer or class `Dense`", "did you mean `QDense`?"]);
    refused("QConv2D: {kernel_quantizer: \"ternary()\"}", &["no layer or class `QConv2D`", "QActivation"]);
    refused(
        "\nQDense: {kernal: \"ternary()\"}",
        &["no key `kernal`", "did you mean `kernel`?", "q.yaml:2:10"],
    );
    refused("QDense: {relu: \"quantized_relu(4)\"}", &["dense layer has no key `relu`"]);
    refused("QActivation: {kernel: \"ternary()\"}", &["an activation has no key `kernel`"]);
    let bad = "QDense:\n  kernel_quantizer: \"quantized_bit(4, alpha=1)\"\n";
    refused(bad, &["unknown quantizer `quantized_bit`", "did you mean `quantized_bits`?", "q.yaml:2:22"]);
    refused("QDense: {kernel: \"binary(alpha=1)\", bias: 4}", &["found `4`", "q.yaml:1:43"]);
    refused("QDense: {kernel: [1]}", &["a list where text is wanted"]);
    refused("QDense: \"ternary()\"", &["text where a map"]);
    refused("QActivation: {relu: \"\"}", &["expected the name of a quantizer"]);
    refused("QActivation: \"quantized_relu(4\"", &["not closed", "q.yaml:1:29"]);
    let twice = format!("QDense: {{kernel: \"{K}\", kernel_quantizer: \"{K}\"}}");
    refused(&twice, &["`kernel_quantizer` and `kernel` are the same key"]);
    refused("QDense: {}\ndense: {}", &["`QDense` and `dense` name the same layers"]);
    refused("QDense: {}\nQDense: {}", &["duplicate"]);
    refused("- QDense", &["a list where a map of layers and classes is wanted"]);
    refused("", &["nothing where a map"]);
    refused("QDense: {kernel", &["q.yaml"]);
    refused(
        "QDense: {kernel: \"__import__('os').system('touch hacked')\"}",
        &["expected nothing more, found `.`"],
    );
}

#[test]
fn a_recipe_that_is_not_there() {
    let bench = bench_of(FLOAT, "");
    let absent = ["convert", "float.yaml", "--quantizers", "none.yaml", "-o", "new.yaml"];
    bench.refuses(&absent, 2, &["none.yaml", "`QDense: {kernel_quantizer:"]);
}

#[test]
fn every_fault_of_a_recipe_is_told_at_once() {
    let faults = "hiden: {}\nout: {kernel: \"binry()\"}\nQDense: {bas: 4}\n";
    refused(faults, &["`hiden`", "`binry`", "`bas`"]);
}

#[test]
fn a_layer_named_as_a_class_is_that_layer() {
    let float = FLOAT.replace("name: out", "name: dense").replace("weights.safetensors", "none.safetensors");
    let new = converted(&float, &format!("dense: {{kernel: \"{K}\"}}"));
    assert!(new.contains("    activation: relu\n"), "{new}");
    let new =
        converted(&float, &format!("dense: {{kernel: \"{K}\"}}\nQDense: {{kernel: \"ternary(alpha=1)\"}}"));
    assert!(
        new.contains(&format!("units: 2, kernel: \"{K}\"")) && new.contains("kernel: \"ternary(alpha=1)\"")
    );
}

#[test]
fn files_that_are_read_are_never_written_over() {
    let bench = bench_of(FLOAT, "{}");
    std::os::unix::fs::symlink("float.yaml", bench.path("link.yaml")).unwrap();
    fs::create_dir(bench.path("folder")).unwrap();
    for (output, words) in [
        ("float.yaml", "float.yaml is read by this command"),
        ("./folder/../float.yaml", "is read by this command"),
        ("link.yaml", "is read by this command"),
        ("q.yaml", "is read by this command"),
        ("folder", "folder is a folder"),
        ("nowhere/new.yaml", "cannot write `nowhere/new.yaml`"),
    ] {
        bench.refuses(&["convert", "float.yaml", "--quantizers", "q.yaml", "-o", output], 2, &[words, "-o"]);
    }
    bench.write("new.yaml", "old");
    bench.does(&CONVERT);
    assert_eq!(bench.read("new.yaml"), FLOAT.as_bytes(), "another file of that name gives way");
}

#[test]
fn what_cannot_be_read_is_refused() {
    let bench = bench_of(FLOAT, "{}");
    bench.refuses(
        &["convert", "none.yaml", "--quantizers", "q.yaml", "-o", "new.yaml"],
        2,
        &["cannot read none.yaml"],
    );
    bench.refuses(
        &["convert", "float.yaml", "--quantizers", "none.yaml", "-o", "new.yaml"],
        2,
        &["cannot read none.yaml"],
    );
    bench.refuses(&["convert", "float.yaml", "-o", "new.yaml"], 2, &["--quantizers"]);
    bench.refuses(&["convert", "float.yaml", "--quantizers", "q.yaml"], 2, &["--output"]);
    bench.write("q.yaml", b"QDense: \xff");
    bench.refuses(&CONVERT, 2, &["cannot read q.yaml"]);
    bench.write("q.yaml", "{}");
    bench.write("float.yaml", FLOAT.replace("relu", "rely"));
    bench.refuses(&CONVERT, 2, &["unknown quantizer `rely`", "float.yaml:"]);
    bench.refuses(&[&CONVERT[..], &["--dump-after", "graph"]].concat(), 2, &["has no passes"]);
}

/// The sigmoid of the network is that of its new quantizers too, and stays.
#[test]
fn the_sigmoid_stays() {
    let float =
        FLOAT.replace("activation: relu", "activation: sigmoid").replace("layers:", "sigmoid: real\nlayers:");
    let new = converted(&float, &format!("QDense: {{kernel: \"{K}\"}}"));
    assert!(new.contains("sigmoid: real\nlayers:") && new.contains("\"quantized_sigmoid(4)\""), "{new}");
}

/// The three blocks of the README: the network, the quantizers, what it becomes.
#[test]
fn the_readme_shows_what_it_does() {
    let readme = include_str!("../../README.md");
    let section = readme.split("## From a float network").nth(1).unwrap().split("\n## ").next().unwrap();
    let blocks: Vec<&str> =
        section.split("```").skip(1).step_by(2).map(|b| b.strip_prefix("yaml\n").unwrap()).collect();
    let [float, recipe, new] = blocks[..] else { panic!("{} blocks", blocks.len()) };
    let before = "name: tiny\ninput: {shape: [4], quantizer: \"quantized_bits(4, 1)\"}\n";
    assert_eq!(converted(&format!("{before}{float}"), recipe), format!("{before}{new}"));
}
