//! Yosys: whether it accepts a design, what it maps it to, and how deep the logic is.

use super::usage::Usage;
use super::{Job, Synthesis, write};
use crate::tool::{Finished, Run, ToolError, YOSYS};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The words of Yosys for one family.
struct Flow {
    /// Reads the family's cells, so that the design may use them.
    library: &'static str,
    /// The command that maps a design, without its top.
    synthesize: &'static str,
    /// What keeps it from using DSP blocks.
    without_hard_blocks: &'static str,
    /// The label at which a design is read and not yet flattened.
    flatten: &'static str,
    /// The cells that hold a value from clock to clock, for a `select`.
    registers: &'static str,
    /// What its numbers are worth.
    note: &'static str,
}

const XC7: Flow = Flow {
    library: "read_verilog -lib +/xilinx/cells_sim.v",
    synthesize: "synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -nosrl",
    without_hard_blocks: " -nodsp -nobram",
    flatten: "prepare",
    registers: "t:FD*",
    note: "estimate, out of context",
};

const XCUP: Flow = Flow {
    synthesize: "synth_xilinx -family xcup -flatten -noiopad -noclkbuf -nosrl",
    note: "CARRY4-mapped estimate, out of context",
    ..XC7
};

const ICE40: Flow = Flow {
    library: "read_verilog -lib +/ice40/cells_sim.v",
    synthesize: "synth_ice40",
    without_hard_blocks: " -nobram",
    flatten: "flatten",
    registers: "t:SB_DFF*",
    note: "estimate, out of context",
};

const ECP5: Flow = Flow {
    library: "read_verilog -lib +/ecp5/cells_sim.v +/ecp5/cells_bb.v",
    synthesize: "synth_ecp5",
    without_hard_blocks: " -nodsp -nobram",
    flatten: "coarse",
    registers: "t:TRELLIS_FF",
    note: "estimate, out of context",
};

/// Rule: no latches, and no loops, which only a flat design shows. Of what comes after, only the cells differ.
const CHECKS: &str = "proc
select -assert-none t:$dlatch t:$_DLATCH_*
flatten
check -assert
";

/// Whether Yosys reads the design and finds neither a loop, a latch nor a net without one driver.
///
/// # Errors
/// [`ToolError`], with what Yosys says.
pub fn check(job: &Job) -> Result<(), ToolError> {
    let flow = flow(job)?;
    let script = format!("{}\n{}hierarchy -check -top {}\n{CHECKS}", flow.library, read(job)?, job.top);
    let scratch = job.scratch()?;
    run(job, "yosys_check", &script, scratch.path()).map(|_| ())
}

/// Maps the design to the cells of its device, with the checks of [`check`].
///
/// # Errors
/// [`ToolError`], with what Yosys says.
pub fn synthesize(job: &Job) -> Result<Synthesis, ToolError> {
    let flow = flow(job)?;
    let scratch = job.scratch()?;
    let mapped = mapping(job, &flow)?;
    let finished = run(job, "yosys", &format!("{mapped}{}", reports(job, &flow)), scratch.path())?;
    let cells = cells(&scratch.path().join("stat.json"), &job.top)?;
    let depth = depth(&scratch.path().join("depth.txt"))?;
    let netlist = job.file("yosys", "json");
    fs::rename(scratch.path().join("netlist.json"), &netlist).map_err(ToolError::file("write", &netlist))?;
    let usage = Usage {
        tool: "yosys".to_owned(),
        version: YOSYS.version()?,
        note: flow.note.to_owned(),
        depth: Some(depth),
        ..Usage::of_cells(&job.device, &cells)
    };
    Ok(Synthesis { usage, netlist, seconds: finished.seconds })
}

/// The mapped design `netlist` inside a mapped harness, flat, with nothing optimized across the border between
/// them: a netlist with the harness, which is what `job` describes, as its top.
pub(super) fn join(job: &Job, netlist: &Path) -> Result<PathBuf, ToolError> {
    let scratch = job.scratch()?;
    let flow = flow(job)?;
    let (mapped, library, top) = (mapping(job, &flow)?, flow.library, &job.top);
    let design = netlist.canonicalize().map_err(ToolError::file("find the netlist", netlist))?;
    let script = format!(
        "{mapped}json -o harness.json {top}
design -reset
{library}
read_json \"{}\"
read_json harness.json
hierarchy -top {top}
flatten
clean
json -o whole.json {top}
",
        design.display()
    );
    run(job, "yosys", &script, scratch.path())?;
    let whole = job.file("yosys", "json");
    fs::rename(scratch.path().join("whole.json"), &whole).map_err(ToolError::file("write", &whole))?;
    Ok(whole)
}

fn flow(job: &Job) -> Result<Flow, ToolError> {
    match job.device.family.name.as_str() {
        "xc7" => Ok(XC7),
        "xcup" => Ok(XCUP),
        "ice40" => Ok(ICE40),
        "ecp5" => Ok(ECP5),
        family => Err(ToolError::Unexpected {
            tool: YOSYS.name.to_owned(),
            what: format!("it is not known here how to synthesize for `{family}`"),
        }),
    }
}

fn read(job: &Job) -> Result<String, ToolError> {
    let line = |path: &PathBuf| format!("read_verilog \"{}\"\n", path.display());
    Ok(job.absolute_sources()?.iter().map(line).collect())
}

/// The script up to the mapped design.
fn mapping(job: &Job, flow: &Flow) -> Result<String, ToolError> {
    let Flow { synthesize, flatten, without_hard_blocks, .. } = flow;
    let without_hard_blocks = if job.hard_blocks { "" } else { without_hard_blocks };
    let synthesize = format!("{synthesize}{without_hard_blocks} -top {}", job.top);
    let read = read(job)?;
    Ok(format!("{read}{synthesize} -run begin:{flatten}\n{CHECKS}{synthesize} -run {flatten}:\n"))
}

/// The script from there on: what it takes, how deep it is, and the netlist.
fn reports(job: &Job, flow: &Flow) -> String {
    let Flow { registers, .. } = flow;
    let top = &job.top;
    format!(
        "check -assert
tee -q -o stat.json stat -json
tee -q -o depth.txt ltp -noff {registers} %n
json -o netlist.json {top}
"
    )
}

/// Runs a script in `scratch`, where it may leave what it likes.
fn run(job: &Job, name: &str, script: &str, scratch: &Path) -> Result<Finished, ToolError> {
    let path = job.file(name, "ys");
    write(&path, script)?;
    let script = path.canonicalize().map_err(ToolError::file("find", &path))?;
    let run = Run::of(&YOSYS)?.args(["-q", "-T", "-s"]).arg(script);
    // Its ABC takes a space for the end of a path.
    let spaced = scratch.to_string_lossy().contains(char::is_whitespace);
    let temporary = if spaced { std::env::temp_dir() } else { scratch.to_owned() };
    run.variable("TMPDIR", temporary).folder(scratch).log(job.file(name, "log")).run()
}

#[derive(Deserialize)]
struct Statistics {
    modules: BTreeMap<String, ModuleStatistics>,
}

#[derive(Deserialize)]
struct ModuleStatistics {
    num_cells_by_type: BTreeMap<String, u64>,
}

/// How many cells of each kind module `top` has, from what `stat -json` printed.
fn cells(path: &Path, top: &str) -> Result<BTreeMap<String, u64>, ToolError> {
    let text = fs::read_to_string(path).map_err(ToolError::file("read", path))?;
    let unexpected = |what: String| ToolError::Unexpected { tool: YOSYS.name.to_owned(), what };
    let mut statistics: Statistics =
        serde_json::from_str(&text).map_err(|error| unexpected(format!("`stat -json` printed {error}")))?;
    let module = statistics.modules.remove(&format!("\\{top}")).or_else(|| statistics.modules.remove(top));
    module
        .map(|module| module.num_cells_by_type)
        .ok_or_else(|| unexpected(format!("no statistics of `{top}`")))
}

/// The length of the longest path, from what `ltp` printed: nothing if there is no path at all.
fn depth(path: &Path) -> Result<u32, ToolError> {
    let text = fs::read_to_string(path).map_err(ToolError::file("read", path))?;
    let length = text.split_once("(length=").and_then(|(_, rest)| rest.split(')').next());
    Ok(length.and_then(|length| length.parse().ok()).unwrap_or(0))
}
