//! Files of events with a fault, and what every engine makes of a good one.

use crate::bench::{Bench, bench, bench_with};
use ndarray::{Array1, Array2, array};
use ndarray_npy::{NpzWriter, read_npy, write_npy};
use std::fs::File;

fn bench_with_data(csv: &str) -> Bench {
    let bench = bench_with("\nverify:", "\ndata: {test: jets.csv}\n\nverify:");
    bench.write("jets.csv", csv);
    bench
}

/// What every command that reads labelled events says.
fn refused(csv: &str, words: &[&str]) {
    let bench = bench_with_data(csv);
    bench.refuses(&["evaluate", "config.yaml"], 2, words);
    bench.refuses(&["evaluate", "config.yaml", "--data", "jets.csv"], 2, words);
}

#[test]
fn empty_data() {
    refused("", &["jets.csv: holds no data"]);
    refused("a,b,c,d,y\n", &["jets.csv: holds no data"]);
    let bench = bench();
    write_npy(bench.path("x.npy"), &Array2::<f32>::zeros((0, 4))).unwrap();
    let args = ["emulate", "config.yaml", "--input", "x.npy", "--output", "y.npy"];
    bench.refuses(&args, 2, &["x.npy: holds no data"]);
}

#[test]
fn label_out_of_range() {
    refused("a,b,c,d,y\n1,1,1,1,1\n1,1,1,1,2\n", &["jets.csv: row 1 has label 2", "0 to 1"]);
    refused("a,b,c,d,y\n1,1,1,1,-1\n", &["jets.csv", "-1", "a class, counted from 0"]);
    refused("a,b,c,d,y\n1,1,1,1,0.5\n", &["jets.csv", "0.5", "a class, counted from 0"]);
}

#[test]
fn a_failing_step_of_run_leaves_what_was_done() {
    let bench = bench_with_data("a,b,c,d,y\n1,1,1,1,7\n");
    bench.run(&["run", "config.yaml"]).refused(2, &["row 0 has label 7"]);
    let report = bench.json("rtl_out/tiny/report.json");
    assert_eq!((&report["latency_cycles"], &report["accuracy"]), (&3.into(), &serde_json::Value::Null));
    let page = String::from_utf8(bench.read("rtl_out/tiny/report.html")).unwrap();
    assert!(page.contains("tiny"));
}

#[test]
fn values_that_are_no_numbers() {
    for value in ["nan", "NaN", "inf", "-inf", "1e999", "abc", ""] {
        refused(&format!("a,b,c,d,y\n1,1,1,1,0\n1,1,{value},1,1\n"), &["jets.csv: line 3, column 3"]);
    }
    let bench = bench();
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        write_npy(bench.path("x.npy"), &array![[0.0, 0.0, 0.0, 0.0], [0.0, value, 0.0, 0.0]]).unwrap();
        let args = ["emulate", "config.yaml", "--input", "x.npy", "--output", "y.npy"];
        bench.refuses(&args, 2, &["x.npy: element [1, 1] is"]);
    }
}

#[test]
fn wrong_columns() {
    refused("1,1,1,0\n", &["jets.csv: has 3 features", "takes 4"]);
    refused("1,1,1,1,0\n1,1,1,1\n", &["jets.csv: line 2 has 4 fields", "5"]);
    let bench = bench();
    for columns in ["1,1,1", "1,1,1,1,1"] {
        bench.write("x.csv", format!("{columns}\n"));
        for raw in [&[][..], &["--raw"]] {
            let args = ["emulate", "config.yaml", "--input", "x.csv", "--output", "y.npy"];
            bench.refuses(&[&args[..], raw].concat(), 2, &["x.csv: ", "columns where the network takes 4"]);
        }
    }
}

#[test]
fn files_that_are_none() {
    let bench = bench();
    for name in ["x.npy", "x.npz", "x.csv"] {
        let args = ["emulate", "config.yaml", "--input", name, "--output", "y.npy"];
        bench.refuses(&args, 2, &[name, "cannot be read"]);
        bench.write(name, [0xff; 99]);
        bench.refuses(&args, 2, &[name]);
        bench.refuses(&["evaluate", "config.yaml", "--data", name], 2, &[name]);
        bench.refuses(&["quantize", "binary(alpha=1)", "--input", name, "--output", "y.npy"], 2, &[name]);
    }
    bench.refuses(&["evaluate", "config.yaml", "--data", "jets.root"], 2, &["neither .npy, .npz nor .csv"]);
    bench.refuses(&["evaluate", "config.yaml"], 2, &["no labelled events", "--data"]);
}

#[test]
fn raw_integers_are_read_exactly_and_kept_to_their_ports() {
    let bench = bench();
    let args = ["emulate", "config.yaml", "--raw", "--input", "x.csv", "--output", "y.npy"];
    bench.write("x.csv", "0,0,0,9007199254740993\n");
    bench.refuses(&args, 2, &["x.csv: row 0, column 3 (`d`): 9007199254740993 is not in -8..7"]);
    bench.write("x.csv", "0,0,0.5,0\n");
    bench.refuses(&args, 2, &["x.csv: line 1, column 3: `0.5` is not"]);
    bench.write("x.csv", "0,8,0,0\n");
    bench.refuses(&args, 2, &["x.csv: row 0, column 1 (`b`): 8 is not in -8..7"]);
}

/// The graph, the net, the pipeline and the batched emulator, fed from three kinds of files.
#[test]
fn every_engine_and_every_kind_of_file_gives_the_same_results() {
    let bench = bench();
    let x = Array2::from_shape_fn((300, 4), |(r, c)| ((r * 37 + c * 101) % 83) as f64 / 16.0 - 2.6);
    write_npy(bench.path("x.npy"), &x).unwrap();
    let mut npz = NpzWriter::new(File::create(bench.path("x.npz")).unwrap());
    npz.add_array("x", &x).unwrap();
    npz.add_array("y", &Array1::<i64>::zeros(300)).unwrap();
    npz.finish().unwrap();
    let line = |row: ndarray::ArrayView1<f64>| format!("{},{},{},{}\n", row[0], row[1], row[2], row[3]);
    bench.write("x.csv", x.outer_iter().map(line).collect::<String>());
    let raw = x.mapv(|x| (x * 4.0).round_ties_even().clamp(-8.0, 7.0) as i64);
    write_npy(bench.path("raw.npy"), &raw).unwrap();

    let emulate = |input: &str, engine: &str, more: &[&str]| {
        let args = ["emulate", "config.yaml", "--input", input, "--output", "y.npy", "--engine", engine];
        assert_eq!(bench.does(&[&args[..], more].concat()).stdout, "300 events: y.npy\n");
        bench.read("y.npy")
    };
    let (first, integers) = (emulate("x.npy", "graph", &[]), emulate("raw.npy", "graph", &["--raw"]));
    let values: Array2<f64> =
        read_npy(bench.path("y.npy")).map(|y: Array2<i64>| y.mapv(|v| v as f64)).unwrap();
    assert!(values.column(0).iter().any(|v| *v != values[[0, 0]]), "results that do not depend on the event");
    for engine in ["graph", "net", "staged", "fast"] {
        for input in ["x.npy", "x.npz", "x.csv"] {
            assert!(emulate(input, engine, &[]) == first, "{engine} {input}");
        }
        assert!(emulate("raw.npy", engine, &["--raw"]) == integers, "{engine} raw");
    }
    emulate("x.npy", "net", &[]);
    let real: Array2<f64> = read_npy(bench.path("y.npy")).unwrap();
    let steps: Vec<f64> = real.iter().zip(&values).filter(|(_, v)| **v != 0.0).map(|(y, v)| y / v).collect();
    assert!(steps.iter().all(|s| s.log2().fract() == 0.0), "a value is its integer times a power of two");
}

#[test]
fn values_beyond_the_grid_saturate() {
    let bench = bench();
    write_npy(bench.path("far.npy"), &array![[1e300, -1e300, 9.0, -9.0]]).unwrap();
    write_npy(bench.path("ends.npy"), &array![[1.75, -2.0, 1.75, -2.0]]).unwrap();
    let results = ["far.npy", "ends.npy"].map(|input| {
        bench.does(&["emulate", "config.yaml", "--input", input, "--output", "y.npy"]);
        bench.read("y.npy")
    });
    assert_eq!(results[0], results[1]);
}

/// Four events whose labels are what the net says of them, then two that are not.
#[test]
fn evaluate_counts_what_the_net_decides() {
    let bench = bench();
    let x = "1,0.5,-1,0\n-2,1.75,0,1\n0,0,0,0\n1,1,1,1\n-1,-1,1.5,0.25\n0.5,-2,0,1\n";
    bench.write("x.csv", x);
    bench.does(&["emulate", "config.yaml", "--input", "x.csv", "--output", "y.npy"]);
    let y: Array2<f64> = read_npy(bench.path("y.npy")).unwrap();
    let winners: Vec<usize> = y.outer_iter().map(|row| usize::from(row[1] > row[0])).collect();
    let line =
        |(i, (x, winner)): (usize, (&str, &usize))| format!("{x},{}\n", (winner + usize::from(i > 3)) % 2);
    bench.write("jets.csv", x.lines().zip(&winners).enumerate().map(line).collect::<String>());
    let found = bench.tells(&["evaluate", "config.yaml", "--data", "jets.csv"]);
    assert_eq!(found["accuracy"], 4.0 / 6.0);
    let text = bench.does(&["evaluate", "config.yaml", "--data", "jets.csv"]).stdout;
    assert!(text.contains("66.67 %"), "{text}");
    let profiled = bench.tells(&["evaluate", "config.yaml", "--data", "jets.csv", "--profile"]);
    assert_eq!((&profiled["accuracy"], &profiled["profile"]["events"]), (&found["accuracy"], &6.into()));
    // Two features are -2, and one is 1.75.
    assert_eq!(profiled["profile"]["nodes"][0]["at_ends"], serde_json::json!([2, 1]));
    let text = bench.does(&["evaluate", "config.yaml", "--data", "jets.csv", "--profile"]).stdout;
    assert!(text.contains("66.67 %") && text.contains("values over 6 events"), "{text}");
}

/// Signal efficiencies stand at the rates of background that were asked for, in text and JSON.
#[test]
fn evaluate_gives_efficiencies_at_the_rates_asked_for() {
    let bench = bench();
    let event = |i: usize| format!("{},0.5,{},1,{}\n", i % 4, i % 7, i % 2);
    bench.write("jets.csv", (0..200).map(event).collect::<String>());
    let args = ["evaluate", "config.yaml", "--data", "jets.csv"];
    let usual = bench.tells(&args);
    assert_eq!(usual["background_rates"], serde_json::json!([0.1, 0.01]));
    let with = |rates: &'static str| [&args[..], &["--background-rates", rates]].concat();
    let one = bench.tells(&with("0.1"));
    assert_eq!(one["background_rates"], serde_json::json!([0.1]));
    let first = |found: &serde_json::Value, class: usize| found["efficiency"][class][0].clone();
    assert_eq!((first(&one, 0), first(&one, 1)), (first(&usual, 0), first(&usual, 1)));
    let all = bench.tells(&with("0,1"));
    assert_eq!((&all["efficiency"][0][1], &all["efficiency"][1][1]), (&1.0.into(), &1.0.into()));
    let text = bench.does(&with("0.25")).stdout;
    assert!(text.contains("signal at 25 % background"), "{text}");
    let text = bench.does(&with("0.1, 0.01,0.001,0.0007")).stdout;
    assert!(text.contains("signal at 10 % background  at 1 %  at 0.1 %  at 0.07 %"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 96), "{text}");
    for wrong in ["2", "-0.1", "nan", "0.1;0.2", "", "0.1,"] {
        let rates = format!("--background-rates={wrong}");
        bench.refuses(
            &[&args[..], &[rates.as_str()]].concat(),
            2,
            &["--background-rates", "a fraction from 0 to 1"],
        );
    }
}

#[test]
fn quantize_writes_what_the_quantizer_gives() {
    let bench = bench();
    bench.write("x.csv", "0.3,0.125,-7,0.0625\n");
    let args = ["quantize", "quantized_bits(4, 0, alpha=1)", "--input", "x.csv", "--output", "y.npy"];
    let told = bench.tells(&args);
    assert_eq!(told["grid"], "integers -8..7, each times 2^-3");
    assert_eq!(told["values"], "-1, 0, 0.125, 0.25");
    let y: Array2<f32> = read_npy(bench.path("y.npy")).unwrap();
    assert_eq!(y, array![[0.25, 0.125, -1.0, 0.0]]);
    std::fs::remove_file(bench.path("y.npy")).unwrap();
    let bad = ["quantize", "quantized_bit(4)", "--input", "x.csv", "--output", "y.npy"];
    bench.refuses(&bad, 2, &["quantized_bit", "quantized_bits"]);
}
