//! Configs with a fault. How each is shown in full is in `tests/config_errors`.

use crate::bench::{Bench, bench, bench_with};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// The tiny config with `from` replaced is refused by every command that reads it.
fn refused(from: &str, to: &str, words: &[&str]) {
    let bench = bench_with(from, to);
    for command in ["check", "gen", "run", "sim", "synth", "evaluate", "report"] {
        bench.refuses(&[command, "config.yaml"], 2, words);
    }
}

#[test]
fn unknown_key() {
    refused("  - name: hidden", "  - name: hidden\n    unts: 4", &["`unts`", "units", "config.yaml:"]);
}

#[test]
fn misspelt_quantizer() {
    refused("quantized_relu(3", "quantised_relu(3", &["quantised_relu", "quantized_relu", "config.yaml:"]);
}

#[test]
fn wrong_argument() {
    refused("quantized_relu(3, 1, round=", "quantized_relu(3, 1, rond=", &["rond", "round", "config.yaml:"]);
    refused("quantized_relu(3,", "quantized_relu(-3,", &["-3", "config.yaml:"]);
}

#[test]
fn shape_mismatch() {
    let add = "  - {name: sum, kind: add, inputs: [hidden, out]}\n\noutput:";
    refused("output:", add, &["shape_mismatch", "config.yaml:"]);
}

#[test]
fn zero_units() {
    refused("units: 4", "units: 0", &["units", "0", "config.yaml:"]);
}

#[test]
fn a_layer_of_a_million_units_is_refused_with_the_estimate() {
    refused("units: 4", "units: 1000000", &["too_large", "LUT", "config.yaml:"]);
}

#[test]
fn clock_without_a_whole_interval() {
    refused("clock_mhz: 80", "clock_mhz: 90", &["not a whole number of 90 MHz clocks", "config.yaml:"]);
}

#[test]
fn numbers_that_are_none() {
    for number in
        ["1e400", "-1e400", ".nan", ".inf", "99999999999999999999999999", "-3", "0", "4.5e-320", "[4]"]
    {
        refused("units: 4", &format!("units: {number}"), &["config.yaml:"]);
        refused("clock_mhz: 80", &format!("clock_mhz: {number}"), &["config.yaml:"]);
        refused("shape: [4]", &format!("shape: [{number}]"), &["config.yaml:"]);
    }
}

#[test]
fn no_config_at_all() {
    let bench = bench();
    bench.refuses(&["gen", "none.yaml"], 2, &["cannot read none.yaml"]);
    bench.refuses(&["gen", "."], 2, &["cannot read ."]);
    for text in
        [&b""[..], b"\n\n", b"#\n", b"- a\n", b"name", b"{", b"a: b: c", b"\xff\xfe", b"\0", b"a: &a [*a]"]
    {
        bench.write("config.yaml", text);
        bench.refuses(&["check", "config.yaml"], 2, &["config.yaml"]);
        bench.refuses(&["gen", "config.yaml"], 2, &["config.yaml"]);
    }
}

#[test]
fn a_path_that_is_no_text_works_like_any_other() {
    let bench = bench();
    let (config, folder) = (OsStr::from_bytes(b"t\xffny.yaml"), OsStr::from_bytes(b"out\xff"));
    std::fs::rename(bench.path("config.yaml"), bench.path(config)).unwrap();
    bench.does(&[OsStr::new("check"), config]);
    bench.does(&[OsStr::new("gen"), config, OsStr::new("-o"), folder, OsStr::new("--json")]);
    assert!(bench.path(folder).join("rtl/tiny.v").exists());
    bench.write("x.csv", "1,1,1,1\n");
    let output = OsStr::from_bytes(b"y\xff.npy");
    let [emulate, input, csv, to] = ["emulate", "--input", "x.csv", "--output"].map(OsStr::new);
    let args = [emulate, config, input, csv, to, output, OsStr::new("--json")];
    bench.does(&args);
    assert!(bench.path(output).exists());
}

#[test]
fn float_layer() {
    let bench = bench_with(
        "    kernel: \"quantized_bits(4, 0, alpha=1)\"\n    bias: \"quantized_bits(4, 0, alpha=1)\"\n    activation",
        "    activation",
    );
    bench.does(&["check", "config.yaml"]);
    for command in ["gen", "run", "sim", "synth"] {
        bench.refuses(&[command, "config.yaml"], 2, &["`hidden`", "`kernel`", "float_layer"]);
    }
}

/// A network that is still in training may have what no hardware has: `check` says so.
#[test]
fn activation_without_hardware() {
    let relu = "quantized_relu(3, 1, round='half_up')";
    for (random, instead) in
        [("bernoulli", "binary(use_01=True)"), ("quantized_relu(3, qnoise_factor=0.5)", "qnoise_factor=1")]
    {
        let bench = bench_with(relu, random);
        let notes = bench.tells(&["check", "config.yaml"])["notes"].to_string();
        assert!(notes.contains("`hidden`: `gen` refuses") && notes.contains(instead), "{notes}");
        bench.refuses(&["gen", "config.yaml"], 2, &["`hidden`", "no exact form", instead]);
    }
}

/// A latency that cannot be kept: what needs no clock works all the same.
#[test]
fn latency_budget_unmet() {
    let bench = bench_with("max_latency_ns: 100", "max_latency_ns: 25");
    let words = ["37.5 ns", "3 clocks", "budget of 25 ns", "max_latency_ns: 25", "config.yaml:31:19"];
    for command in ["gen", "run", "sim", "synth"] {
        bench.refuses(&[command, "config.yaml"], 1, &words);
    }
    bench.does(&["check", "config.yaml"]);
    bench.write("x.csv", "1,1,1,1\n");
    bench.does(&["emulate", "config.yaml", "--input", "x.csv", "--output", "y.npy"]);
    assert!(dumps(&bench, "schedule").contains("v0"));
}

fn dumps(bench: &Bench, pass: &str) -> String {
    bench.does(&["gen", "config.yaml", "--dump-after", pass]).stdout
}
