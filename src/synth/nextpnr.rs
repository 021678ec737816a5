//! nextpnr: place and route for iCE40 and ECP5, and the clock frequency reached.
//!
//! The design sits in the [`harness`]. Its own cells are those of harness and design together, as Yosys maps
//! them, less those of a harness around a black box; the frequency is that of both together.

use super::execute::Interface;
use super::{Job, Usage, harness, write, yosys};
use crate::tool::{Finished, NEXTPNR_ECP5, NEXTPNR_ICE40, Run, Tool, ToolError};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The tool for the device's family, whether it is installed or not.
pub fn tool(job: &Job) -> Option<Tool> {
    match job.device.family.name.as_str() {
        "ice40" => Some(NEXTPNR_ICE40),
        "ecp5" => Some(NEXTPNR_ECP5),
        _ => None,
    }
}

/// Places and routes the design. One that is too large gives its usage, `fits: false` and no frequency.
///
/// # Errors
/// [`ToolError`] if there is no such tool for the family, or if Yosys or nextpnr fail for another reason.
pub fn place(job: &Job, interface: &Interface) -> Result<Usage, ToolError> {
    let unexpected = |what: String| ToolError::Unexpected { tool: "nextpnr".to_owned(), what };
    let tool = tool(job).ok_or_else(|| unexpected(format!("it has no `{}`", job.device.family.name)))?;
    let version = tool.version()?;
    let whole = wrapped(job, interface, "harness", false)?;
    let own = wrapped(job, interface, "harness_alone", true)?;
    let scratch = job.scratch()?;
    let report = scratch.path().join("report.json");
    let fmax_mhz = match run(job, &tool, &whole.netlist, &report) {
        Ok(_) => Some(slowest(&report).map_err(unexpected)?),
        Err(ToolError::Failed { log: Some(log), .. }) if overfull(&log) => None,
        Err(error) => return Err(error),
    };
    Ok(Usage {
        tool: "nextpnr".to_owned(),
        version,
        note: "placed and routed in a harness, whose own cells are subtracted".to_owned(),
        depth: whole.usage.depth,
        fits: Some(fmax_mhz.is_some()),
        fmax_mhz,
        ..whole.usage.less(&own.usage)
    })
}

/// The design in the harness, or a black box in it, mapped by Yosys.
fn wrapped(job: &Job, interface: &Interface, name: &str, hollow: bool) -> Result<super::Synthesis, ToolError> {
    let work_dir = job.work_dir.join(name);
    fs::create_dir_all(&work_dir).map_err(ToolError::file("make the folder", &work_dir))?;
    let source = |file: &str, text: String| -> Result<PathBuf, ToolError> {
        let path = work_dir.join(file);
        write(&path, &text).map(|()| path)
    };
    let wrapper = source("harness.v", harness::verilog(&job.top, interface))?;
    let mut sources = if hollow {
        vec![source("black_box.v", harness::black_box(&job.top, interface))?]
    } else {
        job.sources.clone()
    };
    sources.push(wrapper);
    yosys::synthesize(&Job { top: harness::TOP.to_owned(), sources, work_dir, ..job.clone() })
}

fn run(job: &Job, tool: &Tool, netlist: &Path, report: &Path) -> Result<Finished, ToolError> {
    let run = Run::of(tool)?.args(part_arguments(&job.device.part.part)).arg("--json").arg(netlist);
    let run = run.arg("--report").arg(report).args(["--top", harness::TOP, "--seed", "1"]);
    let run = run.args(["--timing-allow-fail", "--freq"]).arg(job.clock_mhz.to_string());
    run.log(job.file("nextpnr", "log")).run()
}

/// How nextpnr calls a part: `hx8k-ct256`, or `LFE5U-85F-6BG381C` (device, speed grade, package).
fn part_arguments(part: &str) -> Vec<String> {
    let words: Vec<&str> = part.split('-').collect();
    match words[..] {
        ["LFE5U", size, speed_and_package] => {
            let (speed, package) = speed_and_package.split_at(1);
            let package = package.trim_end_matches(['C', 'I']).replace("BG", "CABGA").replace("MG", "CSFBGA");
            let size = format!("--{}k", size.trim_end_matches('F'));
            [&size, "--package", &package, "--speed", speed, "--lpf-allow-unconstrained"].map(str::to_owned).into()
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
