//! The Verilog, compiled by Verilator with the bench in `sim/bench.cpp`.

use super::bits::{self, Shape};
use super::clocked::{Clocked, Seen, input_shapes, output_shapes};
use super::stimulus::Cycle;
use crate::net::Net;
use crate::net::execute::ExecuteError;
use crate::tool::{CXX, Run, ToolError, VERILATOR};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// The bench's C++, as it is also written beside the Verilog.
pub const BENCH: &str = include_str!("../../sim/bench.cpp");

/// A design's Verilog on disk.
#[derive(Debug, Clone)]
pub struct Sources {
    /// The top module's name.
    pub top: String,
    /// The folder that holds `rtl/`.
    pub folder: PathBuf,
}

impl Sources {
    /// The folder of the Verilog, its list of files among it. Verilator runs there or sees it through a link: it
    /// takes a space for the end of a path.
    fn rtl(&self) -> PathBuf {
        self.folder.join("rtl")
    }

    /// Lints the Verilog with every warning on.
    ///
    /// # Errors
    /// A warning, or that Verilator is missing.
    pub fn lint(&self, log: &Path) -> Result<(), ToolError> {
        let packed = format!("{}_packed", self.top);
        let run = Run::of(&VERILATOR)?.args(["--lint-only", "-Wall", "--top-module", &packed]);
        run.args(["-F", "files.f"]).folder(self.rtl()).log(log).run().map(drop)
    }
}

/// A simulation that has been compiled.
#[derive(Debug, Clone)]
pub struct Verilated {
    program: PathBuf,
    work: PathBuf,
    /// The folder that `work` is, if that vanishes with the last run.
    _elsewhere: Option<Arc<TempDir>>,
    inputs: Vec<Shape>,
    outputs: Vec<Shape>,
    waves: Option<PathBuf>,
}

impl Verilated {
    /// Compiles `sources`, a design of `net`'s ports, in the folder `work`. With `waves` its runs write a VCD
    /// file there.
    ///
    /// # Errors
    /// Verilator or the C++ compiler is missing or fails.
    pub fn compile(
        sources: &Sources,
        net: &Net,
        work: &Path,
        waves: Option<&Path>,
    ) -> Result<Verilated, ToolError> {
        CXX.find()?;
        fs::create_dir_all(work).map_err(ToolError::file("make", work))?;
        let (log, top) = (absolute(work)?.join("verilator.log"), format!("{}_packed", sources.top));
        let elsewhere = elsewhere(work)?;
        let work = absolute(elsewhere.as_ref().map_or(work, |folder| folder.path()))?;
        let bench = work.join("bench.cpp");
        fs::write(&bench, BENCH).map_err(ToolError::file("write", &bench))?;
        link(&absolute(&sources.rtl())?, &work.join("rtl"))?;
        let flags = if waves.is_some() { "-O1 -DWAVES" } else { "-O1" };
        let mut run =
            Run::of(&VERILATOR)?.args(["--cc", "--exe", "--build", "-j", "2", "--top-module", &top]);
        run = run.args(["--prefix", "Vbench", "-CFLAGS", flags, "--Mdir", "obj", "-o", "bench"]);
        if waves.is_some() {
            run = run.arg("--trace");
        }
        let run = run.args(["-F", "rtl/files.f", "bench.cpp"]).folder(&work);
        run.log(log).run()?;
        Ok(Verilated {
            program: work.join("obj/bench"),
            _elsewhere: elsewhere,
            work,
            inputs: input_shapes(net),
            outputs: output_shapes(net),
            waves: waves.map(Path::to_owned),
        })
    }
}

/// The lines that the bench reads.
pub fn stimulus_text(cycles: &[Cycle], shapes: &[Shape]) -> String {
    let line =
        |c: &Cycle| format!("{} {} {}\n", u8::from(c.rst), u8::from(c.valid), bits::to_hex(&c.data, shapes));
    cycles.iter().map(line).collect()
}

impl Clocked for Verilated {
    fn name(&self) -> &'static str {
        "verilator"
    }

    fn run(&mut self, cycles: &[Cycle]) -> Result<Vec<Seen>, ExecuteError> {
        let (stimulus, response) = (self.work.join("stimulus.txt"), self.work.join("response.txt"));
        fs::write(&stimulus, stimulus_text(cycles, &self.inputs))?;
        let run = Run::program(&self.program).arg(&stimulus).arg(&response).args(self.waves.iter());
        run.log(self.work.join("bench.log")).run()?;
        let text = fs::read_to_string(&response)?;
        let parse = |line: &str| match line {
            "-" => Ok(None),
            word => bits::from_hex(word, &self.outputs).map(Some).ok_or("the bench wrote no number"),
        };
        Ok(text.lines().map(parse).collect::<Result<_, _>>()?)
    }
}

/// A folder to compile in where `work` will not do: make refuses a path with a space.
fn elsewhere(work: &Path) -> Result<Option<Arc<TempDir>>, ToolError> {
    if !absolute(work)?.to_string_lossy().contains(char::is_whitespace) {
        return Ok(None);
    }
    let folder = tempfile::Builder::new().prefix("heteroq-").tempdir();
    Ok(Some(Arc::new(folder.map_err(ToolError::file("make a folder in", &std::env::temp_dir()))?)))
}

/// Makes `link` lead to `target`.
fn link(target: &Path, link: &Path) -> Result<(), ToolError> {
    if link.symlink_metadata().is_ok() {
        fs::remove_file(link).map_err(ToolError::file("remove", link))?;
    }
    symlink(target, link).map_err(ToolError::file("make", link))
}

fn absolute(path: &Path) -> Result<PathBuf, ToolError> {
    std::path::absolute(path).map_err(ToolError::file("find", path))
}
