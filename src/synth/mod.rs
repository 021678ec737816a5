//! What a design takes on a device: one outside tool a file, all of them to the same [`Usage`]; and the netlist.
//!
//! | file | answers |
//! |---|---|
//! | [`usage`] | how cells are counted |
//! | [`yosys`] | whether Yosys accepts a design, what it maps it to, how deep the logic is |
//! | [`harness`] | how a design with more ports than a chip has pins is placed all the same |
//! | [`nextpnr`] | which clock frequency a placed and routed design reaches |
//! | [`vivado`] | the same with the vendor's tool, and the scripts for it |
//! | [`netlist`], [`netlist_error`] | the mapped design, and why it can be refused |
//! | [`cells`], `circuit`, `ecp5` | what the cells of a netlist are, and what they compute |
//! | [`simulation`] | what a netlist does, 64 times at once |
//! | [`execute`], `stream` | a netlist as an executor, and when its events go in |
//!
//! To add a tool: a file here from a [`Job`] to a [`Usage`], its program in [`crate::tool`], and a word of
//! `flow::synthesize::Choice`.

pub mod cells;
mod circuit;
mod ecp5;
pub mod execute;
pub mod harness;
pub mod netlist;
pub mod netlist_error;
mod netlist_file;
pub mod nextpnr;
pub mod simulation;
mod stream;
pub mod usage;
pub mod vivado;
pub mod yosys;

pub use usage::Usage;

use crate::device::Device;
use crate::tool::ToolError;
use std::fs;
use std::path::{Path, PathBuf};

/// A design to be synthesized.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The name of its top module.
    pub top: String,
    /// Its Verilog files.
    pub sources: Vec<PathBuf>,
    /// What it is synthesized for.
    pub device: Device,
    /// Whether products may become DSP blocks, and tables block memories.
    pub hard_blocks: bool,
    /// The clock it should run at.
    pub clock_mhz: f64,
    /// The folder for scripts, logs and netlists; made if it is not there.
    pub work_dir: PathBuf,
}

/// A design after synthesis.
#[derive(Debug, Clone, PartialEq)]
pub struct Synthesis {
    /// What it takes.
    pub usage: Usage,
    /// The mapped design in JSON, to be read by [`netlist::Netlist::read`].
    pub netlist: PathBuf,
    /// How long it took.
    pub seconds: f64,
}

impl Job {
    /// A file in the work folder: the tool's name, the target's, and what it is.
    fn file(&self, tool: &str, extension: &str) -> PathBuf {
        self.work_dir.join(format!("{tool}_{}.{extension}", self.device.name))
    }

    /// The source files by paths that mean the same in any folder.
    fn absolute_sources(&self) -> Result<Vec<PathBuf>, ToolError> {
        let absolute =
            |path: &PathBuf| path.canonicalize().map_err(ToolError::file("find the Verilog file", path));
        self.sources.iter().map(absolute).collect()
    }

    /// A folder in the work folder that vanishes with what is returned, for a tool's half-done files.
    fn scratch(&self) -> Result<tempfile::TempDir, ToolError> {
        let work = &self.work_dir;
        fs::create_dir_all(work).map_err(ToolError::file("make the work folder", work))?;
        let absolute = work.canonicalize().map_err(ToolError::file("find the work folder", work))?;
        let named = tempfile::Builder::new().prefix(".scratch").tempdir_in(absolute);
        named.map_err(ToolError::file("make a folder in", work))
    }
}

/// Writes `text` under another name first, so that the file is whole or not there.
fn write(path: &Path, text: &str) -> Result<(), ToolError> {
    let part = path.with_added_extension("part");
    fs::write(&part, text).map_err(ToolError::file("write", &part))?;
    fs::rename(&part, path).map_err(ToolError::file("write", path))
}
