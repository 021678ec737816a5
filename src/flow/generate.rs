//! `heteroq gen`: all files of a design under one folder, written at once or not at all.

use super::design::{self, Design};
use super::{Failure, events};
use crate::net::interp;
use crate::report::{self, Report};
use crate::sim::clocked::{Bench, input_shapes, output_shapes};
use crate::sim::{bits, stimulus, vectors, verilator};
use crate::verilog::manifest::{Clocking, Manifest};
use crate::verilog::{self, File, folder};
use crate::{emulate, net, rtl, schedule, synth};
use std::path::{Path, PathBuf};

/// Jets of the test file, or random events, written as vectors beside the Verilog.
const VECTORS: usize = 200;

/// The seed of every random event.
pub const SEED: u64 = 1;

/// A design on disk.
#[derive(Debug, Clone)]
pub struct Generated {
    /// Its folder: `rtl_out/NAME` unless asked otherwise.
    pub folder: PathBuf,
    /// The rust-hdl blocks it was written from.
    pub top: rtl::Top,
}

/// The folder that `config`'s design goes to.
pub fn folder_of(name: &str, output: Option<&Path>) -> PathBuf {
    output.map_or_else(|| Path::new("rtl_out").join(name), Path::to_owned)
}

/// Writes `design` under `folder`.
///
/// # Errors
/// A folder that cannot be written.
pub fn generate(design: &Design, folder: &Path) -> Result<Generated, Failure> {
    let top = design.blocks();
    if let Err(broken) = rust_hdl::core::check_error::check_all(&top) {
        panic!("internal error: the blocks of `{}` break a rule of rust-hdl: {broken:?}", design.config.name);
    }
    let mut files = design::verilog_files(design, &top);
    files.extend(constraints(design, &files));
    files.extend(bench(design));
    files.extend(emulator(design));
    let clocking = Clocking {
        clock_mhz: design.config.hardware.clock_mhz,
        event_interval_cycles: design.config.hardware.event_interval,
    };
    files.push(Manifest::new(top.layout(), &design.hash, clocking, &files).file());
    let old = report::collect::load(&folder.join("report.json")).ok();
    folder::write(folder, &files)?;
    keep_report(design, folder, old)?;
    Ok(Generated { folder: folder.to_owned(), top })
}

/// The report of this design: what is known now, with what later steps left if it is still of this design.
fn keep_report(design: &Design, folder: &Path, old: Option<Report>) -> Result<(), Failure> {
    let path = folder.join("report.json");
    if let Some(old) = old {
        report::collect::save(&path, &old)?;
    }
    report::collect::renew(&path, super::run::report_of(design, folder))?;
    Ok(())
}

/// Clock constraints, and a script for the vendor's tool.
fn constraints(design: &Design, rtl: &[File]) -> Vec<File> {
    let hardware = &design.config.hardware;
    let name = rtl::names::legal(&design.config.name);
    let mut files =
        vec![File::new(format!("constraints/{name}.xdc"), synth::vivado::xdc(hardware.clock_mhz))];
    if hardware.target.part.part.starts_with("xc") {
        let plain = rtl.iter().filter(|f| f.path.ends_with(".v") && !f.path.starts_with("rtl/xilinx/"));
        let sources: Vec<String> = plain.map(|f| format!("../{}", f.path)).collect();
        let tcl = synth::vivado::tcl(&name, &hardware.target.part.part, &sources, &format!("{name}.xdc"));
        files.push(File::new("constraints/vivado.tcl", tcl));
    }
    files
}

/// Events, what is applied to the ports clock by clock, what must be seen, and the bench that does it.
fn bench(design: &Design) -> Vec<File> {
    let net = design.mapped();
    let events = vectors::corners_and_random(net, VECTORS, SEED);
    let results: Vec<Vec<i128>> = events.iter().map(|event| interp::run(net, event)).collect();
    let spacing = stimulus::Spacing {
        achieved: design.staged.initiation_interval,
        required: design.config.hardware.event_interval,
    };
    let run = stimulus::of(&events, &input_shapes(net), spacing, design.staged.latency, SEED);
    let name = rtl::names::legal(&design.config.name);
    vec![
        File::new("vectors/inputs.txt", rows(&events)),
        File::new("vectors/outputs.txt", rows(&results)),
        File::new("tb/stimulus.txt", verilator::stimulus_text(&run.cycles, &input_shapes(net))),
        File::new("tb/expected.txt", expected(design, &run, &results)),
        File::new("tb/bench.cpp", verilator::BENCH),
        File::new("tb/Makefile", include_str!("../../sim/bench.mk").replace("NAME", &name)),
        File::new("net.txt", net::text::write(net)),
        File::new("schedule.txt", schedule::text::write(&design.staged)),
    ]
}

/// The bench's response, line by line.
fn expected(design: &Design, run: &stimulus::Stimulus, results: &[Vec<i128>]) -> String {
    let shapes = output_shapes(design.mapped());
    let mut lines = vec!["-".to_owned(); run.cycles.len()];
    for (at, row) in run.sampled.iter().zip(results) {
        lines[at + design.staged.latency as usize] = bits::to_hex(row, &shapes);
    }
    lines.join("\n") + "\n"
}

fn rows(rows: &[Vec<i128>]) -> String {
    let line = |row: &Vec<i128>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ") + "\n";
    rows.iter().map(line).collect()
}

fn emulator(design: &Design) -> Vec<File> {
    let header = verilog::header(&design.config.name, &design.hash);
    let files = emulate::cpp::files(design.mapped(), &design.config.name, &header);
    files.into_iter().map(|(path, text)| File::new(format!("emulator/{path}"), text)).collect()
}

/// Events to verify with: those of the test file, if there is one, then corners and random ones.
///
/// # Errors
/// A test file that does not fit the network.
pub fn verification_events(design: &Design, random: usize) -> Result<Vec<Vec<i128>>, Failure> {
    let mut all = Vec::new();
    if let Some(path) = design.config.data.test.as_deref() {
        all = events::load(&design.config, &design.weights, path)?.0;
        all.truncate(2 * random);
    }
    all.extend(vectors::corners_and_random(design.mapped(), random, SEED));
    Ok(all)
}

/// A bench for the design in some simulator.
pub fn bench_for<D: crate::sim::Clocked>(design: &Design, simulated: D) -> Bench<D> {
    Bench::new(simulated, &design.staged, design.config.hardware.event_interval, SEED)
}
