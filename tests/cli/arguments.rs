//! Command lines that mean nothing.

use crate::bench::bench;

#[test]
fn what_does_not_exist_is_refused_by_name() {
    for word in ["import", "export", "synthesise"] {
        bench().refuses(&[word, "config.yaml"], 2, &[&format!("unrecognized subcommand '{word}'")]);
    }
    bench().refuses(&["gen", "config.yaml", "--out", "x"], 2, &["unexpected argument '--out'"]);
    bench().refuses(
        &["synth", "config.yaml", "--tool", "quartus"],
        2,
        &["'quartus'", "yosys, nextpnr, vivado"],
    );
}

#[test]
fn what_is_missing_is_asked_for() {
    bench().refuses(&["gen"], 2, &["<CONFIG>"]);
    bench().refuses(&["--json"], 2, &["say what to do"]);
    bench().refuses(&["emulate", "config.yaml", "--input", "x.npy"], 2, &["--output"]);
    let ended = bench().run(&[] as &[&str]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("Usage: heteroq"), "{}", ended.stderr);
}

#[test]
fn a_number_of_vectors_that_no_machine_holds_is_refused() {
    for vectors in ["18446744073709551615", "10000000000", "-1", "0", "many"] {
        bench().refuses(&["sim", "config.yaml", &format!("--vectors={vectors}")], 2, &["--vectors"]);
    }
}

#[test]
fn a_pass_that_is_none_is_refused_with_those_there_are() {
    let words = ["there is no pass `cmvm`", "graph, lower,", "remove_dead"];
    bench().refuses(&["gen", "config.yaml", "--dump-after", "cmvm"], 2, &words);
}

#[test]
fn a_target_that_is_none_is_refused_with_those_there_are() {
    let bench = bench();
    bench.does(&["gen", "config.yaml"]);
    bench.refuses(&["synth", "config.yaml", "--target", "xcvu99p"], 2, &["xcvu99p", "hx8k"]);
    let words = ["nextpnr has no `xc7`"];
    bench.refuses(&["synth", "config.yaml", "--target", "xc7", "--tool", "nextpnr"], 2, &words);
}

#[test]
fn help_and_version_are_results() {
    let help = bench().does(&["--help"]);
    for word in [
        "run",
        "check",
        "evaluate",
        "convert",
        "gen",
        "emulate",
        "sim",
        "synth",
        "report",
        "quantize",
        "Exit codes",
    ] {
        assert!(help.stdout.contains(word), "{word}");
    }
    assert_eq!(bench().does(&["--version"]).stdout, format!("heteroq {}\n", env!("CARGO_PKG_VERSION")));
}

/// At 2, the three sigmoids are 1 (cut off), 0.875 and 0.881.
#[test]
fn a_quantizer_has_the_sigmoid_it_is_given() {
    let bench = bench();
    bench.write("x.csv", "2\n");
    let quantized = |arguments: &[&str]| {
        let quantize = ["quantize", "quantized_sigmoid(8)", "--input", "x.csv", "--output", "y.npy"];
        bench.does(&[&quantize, arguments].concat());
        heteroq::data::array::read_tensor(bench.path("y.npy")).unwrap().iter().copied().collect::<Vec<f64>>()
    };
    assert_eq!(quantized(&[]), [255.0 / 256.0]);
    assert_eq!(quantized(&["--sigmoid", "hard"]), [255.0 / 256.0]);
    assert_eq!(quantized(&["--sigmoid", "smooth"]), [0.875]);
    assert_eq!(quantized(&["--sigmoid", "real"]), [225.0 / 256.0]);
    let wrong = ["quantize", "binary()", "--input", "x.csv", "--output", "z.npy", "--sigmoid", "hart"];
    bench.refuses(&wrong, 2, &["hard, smooth, real"]);
}
