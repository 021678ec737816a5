//! nextpnr: place and route for iCE40 and ECP5, and the clock frequency reached.
//!
//! The mapped design sits in a mapped [`harness`]; nothing is optimized across the border between them, so its
//! own cells are those that Yosys counts for it alone. The frequency is that of both together.

use super::execute::Interface;
use super::{Job, Synthesis, Usage, harness, write, yosys};
use crate::tool::{Finished, NEXTPNR_ECP5, NEXTPNR_ICE40, Run, Tool, ToolError};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// The tool for the device's family, whether it is installed or not.
pub fn tool(job: &Job) -> Option<Tool> {
    match job.device.family.name.as_str() {
        "ice40" => Some(NEXTPNR_ICE40),
        "ecp5" => Some(NEXTPNR_ECP5),
        _ => None,
    }
}

/// Places and routes the design, which Yosys has mapped for the same job. One that is too large gives its usage,
/// `fits: false` and no frequency.
///
/// # Errors
/// [`ToolError`] if there is no such tool for the family, or if Yosys or nextpnr fail for another reason.
pub fn place(job: &Job, interface: &Interface, mapped: &Synthesis) -> Result<Synthesis, ToolError> {
    let unexpected = |what: String| ToolError::Unexpected { tool: "nextpnr".to_owned(), what };
    let tool = tool(job).ok_or_else(|| unexpected(format!("it has no `{}`", job.device.family.name)))?;
    let version = tool.version()?;
    let started = Instant::now();
    let netlist = yosys::join(&in_harness(job, interface)?, &mapped.netlist)?;
    let scratch = job.scratch()?;
    let report = scratch.path().join("report.json");
    let fmax_mhz = match run(job, &tool, &netlist, &report) {
        Ok(_) => Some(slowest(&report).map_err(unexpected)?),
        Err(ToolError::Failed { log: Some(log), .. }) if overfull(&log) => None,
        Err(error) => return Err(error),
    };
    let usage = Usage {
        tool: "nextpnr".to_owned(),
        version,
        note: "placed and routed in a harness, whose own cells are not counted".to_owned(),
        fits: Some(fmax_mhz.is_some()),
        fmax_mhz,
        ..mapped.usage.clone()
    };
    Ok(Synthesis { usage, netlist, seconds: started.elapsed().as_secs_f64() })
}

/// The harness around a black box as a job of its own.
fn in_harness(job: &Job, interface: &Interface) -> Result<Job, ToolError> {
    let work_dir = job.work_dir.join("harness");
    fs::create_dir_all(&work_dir).map_err(ToolError::file("make the folder", &work_dir))?;
    let (wrapper, design) = (work_dir.join("harness.v"), work_dir.join("black_box.v"));
    write(&wrapper, &harness::verilog(&job.top, interface))?;
    write(&design, &harness::black_box(&job.top, interface))?;
    Ok(Job { top: harness::TOP.to_owned(), sources: vec![design, wrapper], work_dir, ..job.clone() })
}

/// Runs it in the work folder with names relative to that: the wheels see no other folder as it is.
fn run(job: &Job, tool: &Tool, netlist: &Path, report: &Path) -> Result<Finished, ToolError> {
    let folder =
        job.work_dir.canonicalize().map_err(ToolError::file("find the work folder", &job.work_dir))?;
    let inside = |path: &Path| path.strip_prefix(&folder).map_or_else(|_| path.to_owned(), Path::to_owned);
    let netlist = netlist.canonicalize().map_err(ToolError::file("find the netlist", netlist))?;
    let run = Run::of(tool)?.args(part_arguments(&job.device.part.part)).arg("--json").arg(inside(&netlist));
    let run = run.arg("--report").arg(inside(report)).args(["--top", harness::TOP, "--seed", "1"]);
    let run = run.args(["--timing-allow-fail", "--freq"]).arg(job.clock_mhz.to_string());
    run.folder(&folder).log(job.file("nextpnr", "log")).run()
}

/// How nextpnr calls a part: `hx8k-ct256`, or `LFE5U-85F-6BG381C` (device, speed grade, package).
fn part_arguments(part: &str) -> Vec<String> {
    let words: Vec<&str> = part.split('-').collect();
    match words[..] {
        ["LFE5U", size, speed_and_package] => {
            let (speed, package) = speed_and_package.split_at(1);
            let package = package.trim_end_matches(['C', 'I']).replace("BG", "CABGA").replace("MG", "CSFBGA");
            let size = format!("--{}k", size.trim_end_matches('F'));
            [&size, "--package", &package, "--speed", speed, "--lpf-allow-unconstrained"]
                .map(str::to_owned)
                .into()
        }
        [size, package] => [&format!("--{size}"), "--package", package].map(str::to_owned).into(),
        _ => vec![format!("--{part}")],
    }
}

#[derive(Deserialize)]
struct Report {
    fmax: BTreeMap<String, Frequency>,
}

#[derive(Deserialize)]
struct Frequency {
    achieved: f64,
}

/// The frequency of the slowest clock in a report, to a hundredth of a MHz.
fn slowest(report: &Path) -> Result<f64, String> {
    let text = fs::read_to_string(report).map_err(|error| format!("its report: {error}"))?;
    let report: Report = serde_json::from_str(&text).map_err(|error| format!("its report: {error}"))?;
    let slowest = report.fmax.values().map(|clock| clock.achieved).reduce(f64::min);
    slowest.map(|mhz| (mhz * 100.0).round() / 100.0).ok_or_else(|| "its report has no clock".to_owned())
}

/// Whether the log says that more of something is needed than there is, as in `ICESTORM_LC: 9000/ 7680 117%`.
fn overfull(log: &Path) -> bool {
    let percent = |line: &str| line.trim().strip_suffix('%')?.rsplit([' ', '\t']).next()?.parse::<u32>().ok();
    let text = fs::read_to_string(log).unwrap_or_default();
    text.lines().filter(|line| line.contains('/')).filter_map(percent).any(|percent| percent > 100)
        || text.contains("no Bels remaining")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_as_nextpnr_does() {
        assert_eq!(part_arguments("hx8k-ct256"), ["--hx8k", "--package", "ct256"]);
        let ecp5 = part_arguments("LFE5U-85F-6BG381C");
        let expected = ["--85k", "--package", "CABGA381", "--speed", "6", "--lpf-allow-unconstrained"];
        assert_eq!(ecp5, expected);
    }
}
