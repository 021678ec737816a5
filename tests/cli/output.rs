//! Standard output holds results, standard error what goes on and what is wrong.

use crate::bench::{bench, bench_with, ended};
use std::fs::File;
use std::process::Stdio;

#[test]
fn every_command_tells_one_object() {
    let bench = bench();
    let checked = bench.tells(&["check", "config.yaml"]);
    assert_eq!(checked["layers"][1]["kind"], "dense");
    let generated = bench.tells(&["gen", "config.yaml"]);
    assert_eq!((&generated["latency_cycles"], &generated["folder"]), (&3.into(), &"rtl_out/tiny".into()));
    assert_eq!(bench.tells(&["report", "config.yaml"]), bench.json("rtl_out/tiny/report.json"));
    bench.write("x.csv", "1,1,1,1\n");
    let emulated = bench.tells(&["emulate", "config.yaml", "--input", "x.csv", "--output", "y.npy"]);
    assert_eq!(emulated, serde_json::json!({"events": 1, "output": "y.npy"}));
    bench.write("jets.csv", "1,1,1,1,0\n");
    assert!(bench.tells(&["evaluate", "config.yaml", "--data", "jets.csv"])["accuracy"].is_number());
    let dumped = bench.tells(&["gen", "config.yaml", "--dump-after", "lower"]);
    assert_eq!(dumped["pass"], "lower");
    assert!(dumped["text"].as_str().unwrap().contains("output v"));
    for args in [&["--list-passes"][..], &["gen", "config.yaml", "--list-passes"]] {
        let passes = bench.tells(args)["passes"].as_array().unwrap().len();
        assert_eq!(bench.does(args).stdout.lines().count(), passes);
        assert!(passes > 5);
    }
}

/// Each name that `--list-passes` gives can be dumped, by place too; the net is one that can be read back.
#[test]
fn every_pass_can_be_dumped() {
    let bench = bench();
    let listed = bench.does(&["gen", "config.yaml", "--list-passes"]).stdout;
    let mut last = String::new();
    for (place, pass) in listed.lines().enumerate() {
        last = bench.does(&["run", "config.yaml", "--dump-after", pass]).stdout;
        heteroq::net::text::read(&last).unwrap();
        let placed = format!("{:02} {pass}", place + 1);
        let text = bench.does(&["check", "config.yaml", "--dump-after", &placed]).stdout;
        heteroq::net::text::read(&text).unwrap();
    }
    assert_ne!(last, bench.does(&["gen", "config.yaml", "--dump-after", "lower"]).stdout);
    for form in ["graph", "schedule"] {
        assert!(!bench.does(&["gen", "config.yaml", "--dump-after", form]).stdout.is_empty());
    }
    assert!(!bench.path("rtl_out").exists(), "a dump is all that is done");
}

#[test]
fn quiet_says_nothing_and_verbose_more() {
    let bench = bench();
    let plain = bench.does(&["gen", "config.yaml"]);
    let quiet = bench.does(&["gen", "config.yaml", "-q"]);
    let loud = bench.does(&["gen", "config.yaml", "-vv"]);
    assert_eq!(quiet.stderr, "");
    assert_eq!((&plain.stdout, &loud.stdout), (&quiet.stdout, &quiet.stdout));
    assert!(loud.stderr.len() > plain.stderr.len(), "{}", loud.stderr);
    assert!(!loud.stderr.contains('\u{1b}'), "{}", loud.stderr);
    assert!(plain.stdout.starts_with("tiny: 3 clocks (37.5 ns) at 80 MHz, about "), "{}", plain.stdout);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let bench = bench();
    let mut command = bench.command(&["check", "config.yaml"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = ended(child.wait_with_output());
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_full_disk_is_one() {
    let bench = bench();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let ended = ended(bench.command(&["check", "config.yaml"]).stdout(full).output());
    ended.refused(2, &["cannot write to standard output"]);
}

#[test]
fn nobody_to_hear_a_complaint_is_no_panic() {
    let bench = bench_with("units: 4", "units: 0");
    let full = File::options().write(true).open("/dev/full").unwrap();
    let status = bench.command(&["check", "config.yaml"]).stderr(full).status().unwrap();
    assert_eq!(status.code(), Some(2));
}
