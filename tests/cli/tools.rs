//! Outside tools that are missing, fail, or are interrupted; and the whole way with all of them.

use crate::bench::{Bench, bench, bench_with, ended};
use crate::weights;
use heteroq::data::random::Random;
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Where there is not a single tool.
fn without_tools(bench: &Bench, args: &[&str]) -> Command {
    let mut command = bench.command(args);
    command.env("PATH", "");
    command
}

#[test]
fn a_missing_tool_is_named_with_its_package() {
    for (command, tool, package) in [
        ("sim", "Verilator", "apt-get install verilator"),
        ("synth", "Yosys", "apt-get install yosys"),
        ("run", "Verilator", "apt-get install verilator"),
    ] {
        let bench = bench();
        let words = [&format!("{tool} is missing"), package];
        ended(without_tools(&bench, &[command, "config.yaml"]).output()).refused(3, &words);
        assert!(bench.path("rtl_out/tiny/report.json").exists(), "what is done is done");
        assert!(!bench.path("rtl_out/tiny.work").exists());
    }
    let bench = bench();
    let nowhere = ended(bench.command(&["sim", "config.yaml"]).env("HETEROQ_CXX", "/none/g++").output());
    nowhere.refused(3, &["HETEROQ_CXX names `/none/g++`", "apt-get install g++"]);
}

#[test]
fn an_optional_tool_is_a_skipped_line() {
    let bench = bench();
    let args = ["synth", "config.yaml", "--target", "xc7", "--tool", "vivado"];
    let ended = ended(without_tools(&bench, &args).output());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.reason().contains("skipped: Vivado is missing"), "{}", ended.stderr);
    let told = bench.tells(&args);
    assert_eq!(told, bench.json("rtl_out/tiny/report.json"));
    let skipped = told["skipped"].to_string();
    assert!(skipped.contains("synth: Vivado is missing"), "{skipped}");
}

#[test]
fn a_tool_that_fails_is_shown_with_its_command_its_last_lines_and_its_log() {
    let bench = bench();
    let yosys =
        bench.script("yosys", "[ \"$1\" = -V ] && exit; seq 1 99; echo 'ERROR: out of paper'; exit 4");
    let ended = ended(bench.command(&["synth", "config.yaml"]).env("HETEROQ_YOSYS", &yosys).output());
    ended.refused(
        3,
        &[
            "Yosys failed (exit status: 4)",
            "-s",
            "99 ERROR: out of paper",
            "rtl_out/tiny.work/synth/yosys_hx8k.log",
        ],
    );
    let log = String::from_utf8(bench.read("rtl_out/tiny.work/synth/yosys_hx8k.log")).unwrap();
    assert_eq!(log.lines().count(), 100);
    nothing_half_written(&bench);
}

/// A tool that notes its number and that of a child, and then takes for ever.
const SLOW: &str = "echo $$ >> pids; sleep 600 & echo $! >> pids; touch ready; wait";

pub(crate) fn nothing_half_written(bench: &Bench) {
    for (name, _) in bench.listing() {
        let text = name.display().to_string();
        let half = ["part", "tmp", "new", "old"].iter().any(|end| text.ends_with(&format!(".{end}")));
        assert!(!half && !text.contains(".scratch"), "{text} is left behind");
    }
}

fn runs(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
}

pub(crate) fn wait_for(file: &Path) {
    let until = Instant::now() + Duration::from_mins(1);
    while !file.exists() {
        assert!(Instant::now() < until, "{} never appears", file.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Interrupts `command` while `variable`'s tool runs.
fn interrupted(bench: &Bench, command: &str, variable: &str, signal: Signal) {
    bench.does(&["gen", "config.yaml"]);
    let mut report = bench.json("rtl_out/tiny/report.json");
    report["accuracy"] = 0.75.into();
    bench.write("rtl_out/tiny/report.json", report.to_string());
    let folder = bench.path("ready").parent().unwrap().display().to_string();
    let tool = bench.script("slow", &format!("cd '{folder}'; {SLOW}"));
    let mut command = bench.command(&[command, "config.yaml"]);
    let child = command.env(variable, tool).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_for(&bench.path("ready"));
    kill_process(Pid::from_child(&child), signal).unwrap();
    ended(child.wait_with_output()).refused(130, &["interrupted"]);
    std::thread::sleep(Duration::from_millis(100));
    let pids = String::from_utf8(bench.read("pids")).unwrap();
    assert_eq!(pids.lines().count(), 2);
    assert!(!pids.lines().any(runs), "an orphan is left");
    assert_eq!(bench.json("rtl_out/tiny/report.json")["accuracy"], 0.75, "earlier steps stay in the report");
    nothing_half_written(bench);
    bench.does(&["gen", "config.yaml"]);
}

#[test]
fn ctrl_c_in_synth_leaves_no_orphan_and_no_half_of_a_file() {
    for signal in [Signal::INT, Signal::TERM] {
        interrupted(&bench(), "synth", "HETEROQ_YOSYS", signal);
    }
}

#[test]
fn ctrl_c_in_sim_leaves_no_orphan_and_no_half_of_a_file() {
    interrupted(&bench(), "sim", "HETEROQ_VERILATOR", Signal::INT);
    interrupted(&bench(), "run", "HETEROQ_VERILATOR", Signal::INT);
}

/// While heteroq itself computes, no tool at work.
#[test]
fn ctrl_c_between_tools_ends_the_program_at_once() {
    let bench = bench_with("vectors: 1000", "vectors: 300000");
    let mut command = bench.command(&["sim", "config.yaml"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_for(&bench.path("rtl_out/tiny/report.html"));
    std::thread::sleep(Duration::from_millis(200));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(ended(child.wait_with_output()).code, Some(130));
    nothing_half_written(&bench);
}

#[test]
fn a_design_too_large_for_its_device_is_a_design_failure() {
    let bench = bench_with("units: 4", "units: 200");
    let mut random = Random::new(1);
    let mut values = |n| (0..n).map(|_| random.below(16) as f32 / 8.0 - 1.0).collect();
    let tensors = [
        ("hidden/kernel", vec![4, 200], values(800)),
        ("hidden/bias", vec![200], values(200)),
        ("out/kernel", vec![200, 2], values(400)),
        ("out/bias", vec![2], values(2)),
    ];
    let tensors = tensors.map(|(name, shape, values)| (name.to_owned(), (shape, values)));
    weights::write(&bench, &tensors.into());
    let args = ["synth", "config.yaml", "--target", "hx1k", "--tool", "yosys"];
    bench.run(&args).refused(1, &["`hx1k` has no room for the design: yosys counts", "larger device"]);
    let row = &bench.json("rtl_out/tiny/report.json")["synth"][0];
    assert_eq!((&row["target"], &row["fits"]), (&"hx1k".into(), &false.into()));
}

/// The whole way, with every tool.
#[test]
fn run_ends_in_the_report() {
    let bench =
        bench_with("\nverify:\n  vectors: 1000", "\ndata: {test: jets.csv}\n\nverify:\n  vectors: 100");
    let event = |i: usize| {
        format!(
            "{},{},{},{},{}\n",
            (i % 7) as f64 / 2.0 - 1.5,
            (i % 5) as f64 / 4.0,
            (i % 3) as f64,
            0.25,
            i % 2
        )
    };
    bench.write("jets.csv", (0..250).map(event).collect::<String>());
    let ended = bench.does(&["run", "config.yaml", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report, bench.json("rtl_out/tiny/report.json"));
    let agreement = report["agreement"].as_array().unwrap();
    assert!(agreement.iter().all(|row| row["mismatches"] == 0));
    for (executor, vectors) in [
        ("graph", 300),
        ("staged", 300),
        ("fast", 300),
        ("verilator", 300),
        ("c++", 300),
        ("rust-hdl", 150),
        ("netlist", 200),
    ] {
        let row = agreement.iter().find(|row| row["executor"] == executor).unwrap();
        assert_eq!(row["vectors"], vectors, "{executor}");
    }
    assert!(report["accuracy"].is_number() && report["synth"][0]["tool"] == "yosys");
    let steps: Vec<&String> = report["seconds"].as_object().unwrap().keys().collect();
    assert_eq!(steps.len(), 5, "{steps:?}");
    for file in report["details"]["files"].as_array().unwrap() {
        assert!(bench.path(file["path"].as_str().unwrap()).exists(), "{file}");
    }
    for line in [
        "sim: verilator: 300 events, 0 mismatches\n",
        "synth: netlist: 200 events, 0 mismatches\n",
        "evaluate: accuracy ",
    ] {
        assert!(ended.stderr.contains(line), "no `{line}` in\n{}", ended.stderr);
    }
    assert!(!ended.stderr.contains('\u{1b}'), "{}", ended.stderr);
    nothing_half_written(&bench);
    bench.does(&["gen", "config.yaml"]);
    let again = bench.json("rtl_out/tiny/report.json");
    for part in ["accuracy", "agreement", "synth", "seconds"] {
        assert_eq!(again[part], report[part], "{part}");
    }
    assert_eq!(again["details"]["files"], report["details"]["files"]);
}

/// Yosys 0.23 makes wrong LUTs of narrow signed comparisons with negative constants, so none may be written.
#[test]
fn narrow_saturation_survives_synthesis() {
    for target in ["hx8k", "lfe5u-25f", "xc7"] {
        for quantizer in ["quantized_bits(2, 0)", "quantized_bits(3, 0)", "quantized_bits(4, 0)"] {
            let bench = bench_with("quantized_relu(3, 1, round='half_up')", quantizer);
            let told = bench.tells(&["synth", "config.yaml", "--tool", "yosys", "--target", target]);
            assert!(told.to_string().contains("netlist"), "{target} {quantizer}: {told}");
        }
    }
}
