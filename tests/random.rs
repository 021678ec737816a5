//! Random networks through everything that computes one: the graph, its net, the net after every pass, the pipeline,
//! rust-hdl's simulator, the Verilog, the netlist, the fast emulator and the C++ one.
//!
//! `N=200 cargo test --release --test random -- --nocapture` tries more of them, `SEED=17` one of them again, and
//! `SEED=17 LAYERS=1` only its first layer.

mod support;

use heteroq::device;
use heteroq::net::Op;
use heteroq::sim::verilator::Verilated;
use heteroq::synth::yosys;
use heteroq::tool::{CXX, IVERILOG, Run, Tool, VERILATOR, YOSYS};
use rayon::prelude::*;
use std::path::Path;
use std::time::Instant;
use support::case::Case;
use support::failure::{self, Failure};
use support::graphs::MOST_LAYERS;
use support::many::{Many, NAME, is_verilog};
use support::{joined, mapped};

/// Networks, unless `N` says otherwise.
const NETWORKS: u64 = 24;

/// Networks under one top.
const A_BATCH: usize = 25;

/// Of a batch, those that are synthesized.
const SYNTHESIZED: usize = 3;

/// For each network through every executor, so many more through those of this process.
const MORE_IN_SOFTWARE: u64 = 10;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no whole number")))
}

fn layers() -> usize {
    number("LAYERS").map_or(MOST_LAYERS, |n| usize::try_from(n).unwrap())
}

/// The seeds that are tried; `times` as many as the rest says.
fn seeds(times: u64) -> std::ops::Range<u64> {
    let first = number("SEED");
    let count = number("N").unwrap_or(if first.is_some() { 1 } else { NETWORKS });
    let first = first.unwrap_or(1);
    first..first + count * if number("SEED").is_some() { 1 } else { times }
}

fn is_missing(tools: &[&Tool], what: &str) -> bool {
    let missing = tools.iter().find_map(|tool| tool.find().err());
    missing.iter().for_each(|missing| eprintln!("skipped: {what}: {missing}"));
    missing.is_some()
}

#[test]
fn networks_agree_in_software() {
    let failures: Vec<Failure> =
        seeds(MORE_IN_SOFTWARE).into_par_iter().filter_map(|seed| in_software(seed).err()).collect();
    failure::none(&failures);
}

fn in_software(seed: u64) -> Result<(), Failure> {
    let check = |layers: usize| {
        let case = Case::random(seed, layers);
        case.check_software().and_then(|()| case.check_blocks())
    };
    let failure = check(layers()).err();
    let shorter = failure.as_ref().and_then(|_| (0..layers()).find_map(|n| Some((n, check(n).err()?))));
    match (shorter, failure) {
        (_, None) => Ok(()),
        (Some((layers, failure)), _) => {
            Err(Failure { replay: format!("{} LAYERS={layers}", failure.replay), ..failure })
        }
        (None, Some(failure)) => Err(failure),
    }
}

#[test]
fn integer_networks_agree_in_software() {
    let check = |seed| {
        let case = Case::random_net(seed);
        case.check_software().and_then(|()| case.check_blocks()).err()
    };
    let failures: Vec<Failure> = seeds(MORE_IN_SOFTWARE).into_par_iter().filter_map(check).collect();
    failure::none(&failures);
}

#[test]
fn networks_agree_in_hardware() {
    in_batches(|seed| Case::random(seed, layers()));
}

#[test]
fn integer_networks_agree_in_hardware() {
    in_batches(Case::random_net);
}

fn in_batches(case: impl Fn(u64) -> Case + Sync) {
    let seeds: Vec<u64> = seeds(1).collect();
    for seeds in seeds.chunks(A_BATCH) {
        let cases: Vec<Case> = seeds.par_iter().map(|seed| case(*seed)).collect();
        let start = Instant::now();
        let (varying, outputs) = cases.iter().map(Case::varying).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        let folder = tempfile::tempdir().unwrap();
        let failures = [verilated(&cases, folder.path()), compiled(&cases, folder.path())].concat();
        failure::none(&failures);
        failure::none(&synthesized(&smallest(cases), folder.path()));
        let seconds = start.elapsed().as_secs_f64();
        eprintln!("seeds {seeds:?}: {varying} of {outputs} outputs vary, {seconds:.1} s");
    }
}

/// A few designs that Yosys maps in seconds, without tables that become memories.
fn smallest(mut cases: Vec<Case>) -> Vec<Case> {
    let large = |op: &Op| matches!(op, Op::Table { entries, .. } if entries.len() > 64);
    cases.retain(|case| !case.mapped().ops.iter().any(large));
    cases.sort_by_key(|case| case.mapped().len());
    // The very smallest compute nothing.
    let skipped = cases.len() / 3;
    cases.into_iter().skip(skipped).take(SYNTHESIZED).collect()
}

/// Lint and simulation by Verilator.
fn verilated(cases: &[Case], folder: &Path) -> Vec<Failure> {
    if is_missing(&[&VERILATOR, &CXX], "verilator") {
        return vec![];
    }
    let start = Instant::now();
    let many = Many(cases);
    let sources = many.write(&folder.join("design"));
    if let Err(error) = sources.lint(&folder.join("lint.log")) {
        let log = std::fs::read_to_string(folder.join("lint.log")).unwrap_or_default();
        return vec![cases[0].failure("verilator's lint of all", format!("{error}\n{log}"))];
    }
    let lint = start.elapsed().as_secs_f64();
    let model = Verilated::compile(&sources, &many.ports(), &folder.join("verilator"), None);
    let built = start.elapsed().as_secs_f64();
    let failures = match model {
        Ok(mut model) => many.check(&mut model),
        Err(error) => vec![cases[0].failure("verilator", error.to_string())],
    };
    eprintln!("verilator: lint {lint:.1} s, built {built:.1} s, run {:.1} s", start.elapsed().as_secs_f64());
    failures
}

/// The C++ emulator.
fn compiled(cases: &[Case], folder: &Path) -> Vec<Failure> {
    if is_missing(&[&CXX], "c++") {
        return vec![];
    }
    let start = Instant::now();
    let failures = joined::check_cpp(cases, &folder.join("cpp"));
    eprintln!("c++: {:.1} s", start.elapsed().as_secs_f64());
    failures
}

/// The netlist that Yosys makes, with the adders of the device, after its checks: no loop, no latch.
fn synthesized(cases: &[Case], folder: &Path) -> Vec<Failure> {
    if cases.is_empty() || is_missing(&[&YOSYS], "netlist") {
        return vec![];
    }
    let start = Instant::now();
    let many = Many(cases);
    let sources = many.write(&folder.join("few"));
    let job = mapped::job(&many, &sources.folder, device::find("xc7").unwrap());
    let failure = |error: String| vec![cases[0].failure("yosys", error)];
    if let Err(error) = yosys::check(&job) {
        return failure(error.to_string());
    }
    let failures = match mapped::Mapped::new(&many, &job) {
        Ok(mut netlist) => many.check(&mut netlist),
        Err(error) => failure(error.to_string()),
    };
    eprintln!("yosys: {:.1} s", start.elapsed().as_secs_f64());
    failures
}

/// Icarus accepts what is written, as Verilog-2001 and without a word.
#[test]
fn icarus_accepts_the_verilog() {
    if is_missing(&[&IVERILOG], "icarus") {
        return;
    }
    let cases: Vec<Case> = seeds(1).take(A_BATCH).map(|seed| Case::random(seed, layers())).collect();
    let folder = tempfile::tempdir().unwrap();
    let many = Many(&cases);
    let sources = many.write(&folder.path().join("design"));
    let files = many.files().into_iter().map(|f| f.path).filter(|p| !p.contains("xilinx") && is_verilog(p));
    let run =
        Run::of(&IVERILOG).unwrap().args(["-g2001", "-Wall", "-tnull", "-s"]).arg(format!("{NAME}_ports"));
    let run = run.args(files.map(|path| sources.folder.join(path)));
    let log = folder.path().join("icarus.log");
    let done = run.log(&log).run();
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    assert!(done.is_ok() && !said.contains("warning"), "{said}");
}
