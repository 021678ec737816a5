//! A design's Verilog under Verilator.

use heteroq::flow::Design;
use heteroq::flow::design::verilog_files;
use heteroq::flow::generate::bench_for;
use heteroq::net::execute::{Agreement, compare};
use heteroq::sim::verilator::{Sources, Verilated};
use heteroq::tool::{CXX, VERILATOR};
use heteroq::verilog::folder;

/// What Verilator says of `design` for `events`, beside what is `expected`; nothing if it is not installed.
pub fn agreement(design: &Design, events: &[Vec<i128>], expected: &[Vec<i128>]) -> Option<Agreement> {
    if let Some(missing) = [&VERILATOR, &CXX].iter().find_map(|tool| tool.find().err()) {
        eprintln!("skipped: {missing}");
        return None;
    }
    let home = tempfile::tempdir().expect("a folder");
    let (top, whole) = (design.blocks(), home.path().join("design"));
    folder::write(&whole, &verilog_files(design, &top)).expect("files");
    let sources = Sources { top: top.layout().name.clone(), folder: whole };
    sources.lint(&home.path().join("lint.log")).unwrap_or_else(|e| panic!("{e}"));
    let model = Verilated::compile(&sources, design.mapped(), &home.path().join("work"), None);
    let model = model.unwrap_or_else(|e| panic!("{e}"));
    Some(compare(&mut bench_for(design, model), events, expected).expect("a run"))
}
