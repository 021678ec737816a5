//! What `gen` writes, and what it never overwrites.

use crate::bench::{bench, bench_with, listing};
use std::path::PathBuf;

/// All of a design's bytes, but for the report, which knows its place and how long steps took.
fn bytes(folder: PathBuf) -> Vec<(PathBuf, String)> {
    let all = listing(&folder);
    let kept = all.into_iter().filter(|(name, _)| name.with_extension("") != *"report");
    kept.collect()
}

#[test]
fn the_same_design_has_the_same_bytes_wherever_it_is_written() {
    let (here, there) = (bench(), bench());
    here.does(&["gen", "config.yaml"]);
    let first = bytes(here.path("rtl_out/tiny"));
    assert!(first.iter().any(|(name, _)| name == &PathBuf::from("manifest.json")));
    assert!(first.iter().any(|(name, _)| name == &PathBuf::from("rtl/tiny.v")));
    here.does(&["gen", "config.yaml"]);
    assert_eq!(bytes(here.path("rtl_out/tiny")), first, "twice");
    here.does(&["gen", "config.yaml", "-o", "some/other"]);
    assert_eq!(bytes(here.path("some/other")), first, "into another folder");
    let config = here.path("config.yaml").display().to_string();
    there.does(&["gen", &config]);
    assert_eq!(bytes(there.path("rtl_out/tiny")), first, "from another working directory");
    here.change("units: 4", "units: 4 # of them");
    here.does(&["gen", "config.yaml"]);
    assert_eq!(bytes(here.path("rtl_out/tiny")), first, "a comment is no change");
    here.change("quantized_relu(3, 1", "quantized_relu(2, 1");
    here.does(&["gen", "config.yaml"]);
    assert_ne!(bytes(here.path("rtl_out/tiny")), first, "another design");
}

/// As if `evaluate`, `sim` and `synth` had run.
fn later_steps(report: &mut serde_json::Value) {
    report["accuracy"] = 0.75.into();
    report["agreement"] = serde_json::json!([{"executor": "verilator", "vectors": 3, "mismatches": 0}]);
    report["seconds"]["sim"] = 1.5.into();
}

#[test]
fn an_unchanged_design_keeps_what_later_steps_left_and_a_changed_one_drops_it() {
    let bench = bench();
    bench.does(&["gen", "config.yaml"]);
    let mut report = bench.json("rtl_out/tiny/report.json");
    later_steps(&mut report);
    bench.write("rtl_out/tiny/report.json", report.to_string());
    bench.does(&["gen", "config.yaml"]);
    let kept = bench.json("rtl_out/tiny/report.json");
    for part in ["accuracy", "agreement", "seconds"] {
        assert_eq!(kept[part], report[part], "{part}");
    }
    assert!(String::from_utf8(bench.read("rtl_out/tiny/report.html")).unwrap().contains("verilator"));
    bench.change("quantized_relu(3, 1", "quantized_relu(2, 1");
    bench.does(&["gen", "config.yaml"]);
    let changed = bench.json("rtl_out/tiny/report.json");
    assert_ne!(changed["design_hash"], report["design_hash"]);
    assert_eq!(changed["accuracy"], serde_json::Value::Null);
    assert_eq!(changed["agreement"], serde_json::json!([]));
    assert!(!String::from_utf8(bench.read("rtl_out/tiny/report.html")).unwrap().contains("verilator"));
}

/// Root may write anywhere, but not below a file.
#[test]
fn unwritable_output_folder() {
    let bench = bench();
    for command in ["gen", "run", "sim", "synth"] {
        let args = [command, "config.yaml", "-o", "weights.safetensors/tiny"];
        bench.refuses(&args, 2, &["cannot write", "weights.safetensors/tiny", "-o DIR"]);
    }
    bench.write("x.csv", "1,1,1,1\n");
    for output in ["weights.safetensors/y.npy", "none/y.npy"] {
        let args = ["emulate", "config.yaml", "--input", "x.csv", "--output", output];
        bench.refuses(&args, 2, &["cannot be written", output]);
        let args = ["quantize", "binary(alpha=1)", "--input", "x.csv", "--output", output];
        bench.refuses(&args, 2, &["cannot be written", output]);
    }
    for command in [["emulate", "config.yaml"], ["quantize", "binary(alpha=1)"]] {
        let args = [&command[..], &["--input", "x.csv", "--output", "y.csv"]].concat();
        bench.refuses(&args, 2, &["`y.csv`", "ends in .npy"]);
    }
}

/// A design takes the place of a whole folder: never of one that holds something else.
#[test]
fn a_folder_of_other_files_is_never_replaced() {
    let bench = bench();
    bench.refuses(&["gen", "config.yaml", "-o", "."], 2, &["has no name of its own"]);
    bench.refuses(&["gen", "config.yaml", "-o", "config.yaml"], 2, &["config.yaml is no folder"]);
    std::fs::create_dir(bench.path("thesis")).unwrap();
    bench.does(&["gen", "config.yaml", "-o", "thesis"]);
    bench.does(&["gen", "config.yaml", "-o", "thesis"]);
    std::fs::remove_file(bench.path("thesis/manifest.json")).unwrap();
    bench.refuses(&["gen", "config.yaml", "-o", "thesis"], 2, &["thesis holds other files", "-o DIR"]);
}

#[test]
fn a_report_that_is_none_is_refused_by_report_and_written_anew_by_gen() {
    let bench = bench_with("name: tiny", "name: little");
    bench.refuses(
        &["report", "config.yaml"],
        2,
        &["rtl_out/little/report.json: there is no report yet", "heteroq gen"],
    );
    bench.does(&["gen", "config.yaml"]);
    bench.write("rtl_out/little/report.json", "{");
    bench.refuses(&["report", "config.yaml"], 2, &["report.json: is no report", "heteroq gen"]);
    bench.does(&["gen", "config.yaml"]);
    std::fs::remove_file(bench.path("rtl_out/little/report.html")).unwrap();
    let told = bench.tells(&["report", "config.yaml"]);
    assert_eq!(told, bench.json("rtl_out/little/report.json"));
    assert!(bench.path("rtl_out/little/report.html").exists(), "the page is written with the report");
}
