//! The Verilog, compiled by Verilator with the bench in `sim/bench.cpp`.

use super::bits::{self, Shape};
use super::clocked::{Clocked, Seen, input_shapes, output_shapes};
use super::stimulus::Cycle;
use crate::net::Net;
use crate::net::execute::ExecuteError;
use crate::tool::{CXX, Run, ToolError, VERILATOR};
use std::fs;
use std::path::{Path, PathBuf};

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
    fn list(&self) -> PathBuf {
        self.folder.join("rtl/files.f")
    }

    /// Lints the Verilog with every warning on.
    ///
    /// # Errors
    /// A warning, or that Verilator is missing.
    pub fn lint(&self, log: &Path) -> Result<(), ToolError> {
        let packed = format!("{}_packed", self.top);
        let run = Run::of(&VERILATOR)?.args(["--lint-only", "-Wall", "--top-module", &packed]);
        run.arg("-F").arg(absolute(&self.list())?).log(log).run().map(drop)
    }
}

/// A simulation that has been compiled.
#[derive(Debug, Clone)]
pub struct Verilated {
    program: PathBuf,
    work: PathBuf,
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
        let (work, top) = (absolute(work)?, format!("{}_packed", sources.top));
        let bench = work.join("bench.cpp");
        fs::write(&bench, BENCH).map_err(ToolError::file("write", &bench))?;
        let flags = if waves.is_some() { "-O1 -DWAVES" } else { "-O1" };
        let objects = work.join("obj");
        let mut run =
            Run::of(&VERILATOR)?.args(["--cc", "--exe", "--build", "-j", "2", "--top-module", &top]);
        run =
            run.args(["--prefix", "Vbench", "-CFLAGS", flags, "--Mdir"]).arg(&objects).args(["-o", "bench"]);
        if waves.is_some() {
            run = run.arg("--trace");
        }
        run.arg("-F").arg(absolute(&sources.list())?).arg(&bench).log(work.join("verilator.log")).run()?;
        Ok(Verilated {
            program: objects.join("bench"),
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

fn absolute(path: &Path) -> Result<PathBuf, ToolError> {
    std::path::absolute(path).map_err(ToolError::file("find", path))
}
