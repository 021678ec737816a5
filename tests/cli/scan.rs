//! `heteroq scan`: networks of other bits, trained and measured.

use crate::bench::{Bench, bench};
use serde_json::Value;

/// The tiny network with events whose class is a sum's sign.
fn bench_with_events() -> Bench {
    let bench = bench();
    bench.write_events();
    let data =
        "data: {train: train.csv, test: test.csv}\ntrain: {epochs: 4, batch_size: 32, learning_rate: 0.02}";
    bench.change("weights: weights.safetensors", &format!("weights: weights.safetensors\n{data}"));
    bench
}

const SCAN: [&str; 6] = ["scan", "config.yaml", "--bits", "6,ternary", "--seeds", "1"];

#[test]
fn every_network_is_there_for_other_commands() {
    let bench = bench_with_events();
    let told = bench.tells(&SCAN);
    assert_eq!(told["folder"], "rtl_out/tiny.scan");
    let points = told["points"].as_array().unwrap();
    let names = |point: &Value| format!("{} {}", point["setting"], point["way"]).replace('"', "");
    let names: Vec<String> = points.iter().map(names).collect();
    assert_eq!(names, ["float aware", "ternary aware", "6 aware", "6 fitted", "6 plain"]);
    assert!(points[0]["accuracy"].as_f64().unwrap() > 0.8, "{}", points[0]);
    for (point, name) in points[1..].iter().zip(["ternary_aware", "6_aware", "6_fitted", "6_plain"]) {
        let config = format!("rtl_out/tiny.scan/{name}_seed1/config.yaml");
        assert_eq!(bench.tells(&["evaluate", &config])["accuracy"], point["accuracy"], "{name}");
        let design = bench.tells(&["gen", &config, "-o", "design"]);
        assert_eq!(design["latency_cycles"], point["shift_add"]["latency_cycles"], "{name}");
        assert_eq!(design["cost_luts"], point["shift_add"]["lut"], "{name}");
    }
    // Again: nothing is trained, and everything says the same.
    let before = bench.listing();
    assert_eq!(bench.tells(&SCAN), told);
    assert_eq!(bench.listing(), before);
}

#[test]
fn what_means_nothing_is_refused() {
    let bench = bench_with_events();
    let with = |option: &str, value: &str, words: &[&str]| {
        bench.refuses(&["scan", "config.yaml", option, value], 2, words);
    };
    with("--bits", "1", &["--bits", "a number of bits from 2 to 24, `binary` or `ternary`"]);
    with("--bits", "4,", &["--bits"]);
    with("--seeds", "0", &["--seeds"]);
    with("--epochs", "0", &["--epochs"]);
    bench.change("train: train.csv, ", "");
    bench.refuses(&SCAN, 2, &["the config names no `train` file", "data: {train: …, test: …}"]);
}

#[test]
fn ramps_that_are_never_complete_are_refused_before_anything_is_trained() {
    let bench = bench_with_events();
    bench.change("epochs: 4,", "epochs: 4, pruning: {sparsity: 0.5, finish: 3},");
    let words = ["`pruning` finishes after 3 epochs, and there are 2", "--epochs"];
    bench.refuses(&[&SCAN[..], &["--epochs", "2"]].concat(), 2, &words);
    bench.refuses(&["scan", "config.yaml", "--bits", "4,binary"], 2, &["binary kernels have no 0", "--bits"]);
    assert!(!bench.path("rtl_out/tiny.scan/float_seed1").exists());
}
