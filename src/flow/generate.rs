//! `heteroq gen`: all files of a design under one folder, written at once or not at all.

use super::design::{self, Design};
use super::lock::{self, Lock};
use super::{Failure, events, figures};
use crate::net::interp;
use crate::report::{collect, html, json};
use crate::sim::clocked::{Bench, input_shapes, output_shapes};
use crate::sim::{bits, stimulus, vectors, verilator};
use crate::verilog::manifest::{Clocking, Manifest};
use crate::verilog::{self, File, folder};
use crate::{emulate, net, rtl, schedule, synth, tool};
use miette::miette;
use std::collections::BTreeSet;
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
    /// Nobody else touches the folder meanwhile.
    pub lock: Lock,
}

/// The folder that `config`'s design goes to.
pub fn folder_of(name: &str, output: Option<&Path>) -> PathBuf {
    output.map_or_else(|| Path::new("rtl_out").join(name), Path::to_owned)
}

/// Writes `design` under `folder`.
///
/// # Errors
/// A latency over the budget, a folder that cannot be written or holds other files.
pub fn generate(design: &Design, folder: &Path) -> Result<Generated, Failure> {
    design.require_budget()?;
    require_own(folder)?;
    let lock = lock::take(folder)?;
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
    files.extend(report(design, folder));
    tool::uninterrupted(|| folder::write(folder, &files))??;
    Ok(Generated { folder: folder.to_owned(), top, lock })
}

/// The whole folder is replaced, so it must be ours.
fn require_own(folder: &Path) -> Result<(), Failure> {
    let refused = |what: &str| {
        Err(Failure::Input(miette!(
            code = "gen::occupied",
            help = "the design takes the place of the whole folder: name a new one with `-o DIR`",
            "{} {what}",
            folder.display()
        )))
    };
    if folder.file_name().is_none() {
        return refused("has no name of its own");
    }
    if folder.exists() && !folder.is_dir() {
        return refused("is no folder");
    }
    let occupied = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if occupied && !folder.join("manifest.json").exists() {
        return refused("holds other files");
    }
    Ok(())
}

/// What is known of the design now, with what later steps left if the folder held the same one.
fn report(design: &Design, folder: &Path) -> [File; 2] {
    let old = collect::load(&folder.join("report.json")).ok();
    let mut report = collect::renewed(old, figures::report_of(design));
    report.details.files = figures::files(design, folder, &report.synth);
    [File::new("report.json", json::write(&report)), File::new("report.html", html::write(&report))]
}

/// The script's paths begin at its own folder, wherever it is started.
const BESIDE_SCRIPT: &str = "cd [file dirname [file normalize [info script]]]\n";

/// Clock constraints, and a script for the vendor's tool, which takes the adders made for it.
fn constraints(design: &Design, rtl: &[File]) -> Vec<File> {
    let hardware = &design.config.hardware;
    let name = rtl::names::legal(&design.config.name);
    let mut files =
        vec![File::new(format!("constraints/{name}.xdc"), synth::vivado::xdc(hardware.clock_mhz))];
    if hardware.target.part.part.starts_with("xc") {
        let primitives: BTreeSet<&str> =
            rtl.iter().filter_map(|f| f.path.strip_prefix("rtl/xilinx/")).collect();
        let is_twin = |f: &File| f.path.strip_prefix("rtl/").is_some_and(|file| primitives.contains(file));
        let sources = rtl.iter().filter(|f| is_verilog(f) && !is_twin(f)).map(|f| format!("../{}", f.path));
        let sources: Vec<String> = sources.collect();
        let tcl = synth::vivado::tcl(&name, &hardware.target.part.part, &sources, &format!("{name}.xdc"));
        files.push(File::new("constraints/vivado.tcl", format!("{BESIDE_SCRIPT}{tcl}")));
    }
    files
}

fn is_verilog(file: &File) -> bool {
    Path::new(&file.path).extension().is_some_and(|extension| extension == "v")
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
        all = events::first(design, path, 2 * random)?;
    }
    all.extend(vectors::corners_and_random(design.mapped(), random, SEED));
    Ok(all)
}

/// A bench for the design in some simulator.
pub fn bench_for<D: crate::sim::Clocked>(design: &Design, simulated: D) -> Bench<D> {
    Bench::new(simulated, &design.staged, design.config.hardware.event_interval, SEED)
}
