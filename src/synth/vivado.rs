//! Vivado: the scripts, which are written in any case, and their run where it is installed.

use super::{Job, Usage, write};
use crate::tool::{Run, ToolError, VIVADO};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

/// The constraints: the clock, and how much of its period the world outside needs at the ports.
pub fn xdc(clock_mhz: f64) -> String {
    let period_ns = 1000.0 / clock_mhz;
    format!(
        "# One clock, at {clock_mhz} MHz.
create_clock -name clk -period {period_ns:.3} [get_ports clk]
# Out of context, inputs come from registers and outputs go to registers on the same chip.
set_input_delay -clock clk 0.000 [get_ports -filter {{DIRECTION == IN && NAME != clk}}]
set_output_delay -clock clk 0.000 [all_outputs]
"
    )
}

/// The script: synthesis, placement and routing of `sources` (paths relative to the folder that it runs in) for
/// `part`, out of context, and the reports of usage and timing.
pub fn tcl(top: &str, part: &str, sources: &[String], constraints: &str) -> String {
    let mut text = "# vivado -mode batch -source THIS_FILE\n".to_owned();
    for source in sources {
        let _ = writeln!(text, "read_verilog {{{source}}}");
    }
    let _ = write!(
        text,
        "read_xdc -mode out_of_context {{{constraints}}}
synth_design -mode out_of_context -top {top} -part {part} -flatten_hierarchy rebuilt
opt_design
place_design
phys_opt_design
route_design
report_utilization -file utilization.rpt
report_timing_summary -file timing.rpt
set path [get_timing_paths -max_paths 1 -setup]
puts \"HETEROQ slack_ns [get_property SLACK $path]\"
puts \"HETEROQ levels [get_property LOGIC_LEVELS $path]\"
foreach cell [get_cells -hierarchical -filter {{IS_PRIMITIVE}}] {{
  puts \"HETEROQ cell [get_property REF_NAME $cell]\"
}}
"
    );
    text
}

/// Synthesizes, places and routes the design; `None` where there is no Vivado.
///
/// # Errors
/// [`ToolError`] if Vivado is there and fails.
pub fn place(job: &Job) -> Result<Option<Usage>, ToolError> {
    if !VIVADO.is_present() {
        return Ok(None);
    }
    let scratch = job.scratch()?;
    let (script, constraints) = (job.file("vivado", "tcl"), job.file("vivado", "xdc"));
    write(&constraints, &xdc(job.clock_mhz))?;
    let sources = job.absolute_sources()?;
    let sources: Vec<String> = sources.iter().map(|path| path.display().to_string()).collect();
    let constraints = constraints.canonicalize().map_err(ToolError::file("find", &constraints))?;
    write(&script, &tcl(&job.top, &job.device.part.part, &sources, &constraints.display().to_string()))?;
    let script = script.canonicalize().map_err(ToolError::file("find", &script))?;
    let run = Run::of(&VIVADO)?.args(["-mode", "batch", "-nojournal", "-nolog", "-source"]).arg(script);
    let finished = run.folder(scratch.path()).log(job.file("vivado", "log")).run()?;
    let kept = |report: &str| {
        let to = job.file(&format!("vivado_{report}"), "rpt");
        let moved = fs::rename(scratch.path().join(format!("{report}.rpt")), &to);
        moved.map_err(ToolError::file("write", &to)).map(|()| to)
    };
    kept("timing")?;
    let utilization = kept("utilization")?;
    let utilization = fs::read_to_string(&utilization).map_err(ToolError::file("read", &utilization))?;
    let version = VIVADO.version()?;
    usage(job, &finished.text(), &utilization, version).map(Some)
}

/// What the lines that begin with `HETEROQ` say; the number of LUTs is the report's, because the cells of the
/// netlist do not show which two share one.
fn usage(job: &Job, printed: &str, utilization: &str, version: String) -> Result<Usage, ToolError> {
    let unexpected =
        |what: &str| ToolError::Unexpected { tool: VIVADO.name.to_owned(), what: what.to_owned() };
    let mut cells = BTreeMap::new();
    let (mut slack, mut depth) = (None, None);
    for words in printed.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()) {
        match words[..] {
            ["HETEROQ", "cell", kind] => *cells.entry(kind.to_owned()).or_default() += 1,
            ["HETEROQ", "slack_ns", number] => slack = number.parse::<f64>().ok(),
            ["HETEROQ", "levels", number] => depth = number.parse().ok(),
            _ => {}
        }
    }
    let slack = slack.ok_or_else(|| unexpected("it printed no slack"))?;
    let fmax = 1000.0 / (1000.0 / job.clock_mhz - slack);
    Ok(Usage {
        tool: "vivado".to_owned(),
        version,
        note: "placed and routed, out of context".to_owned(),
        lut: luts(utilization).ok_or_else(|| unexpected("its utilization report has no line of LUTs"))?,
        depth,
        fits: Some(true),
        fmax_mhz: Some((fmax * 100.0).round() / 100.0),
        ..Usage::of_cells(&job.device, &cells)
    })
}

/// The number in the line `| CLB LUTs | 1234 | …` (7 series: `Slice LUTs`) of a utilization report.
fn luts(utilization: &str) -> Option<u64> {
    utilization.lines().find_map(|line| {
        let mut columns = line.split('|').skip(1).map(str::trim);
        let name = columns.next()?.trim_end_matches('*');
        ["CLB LUTs", "Slice LUTs"].contains(&name).then(|| columns.next()?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_has_the_period_of_its_frequency() {
        assert!(xdc(320.0).contains("create_clock -name clk -period 3.125 [get_ports clk]"));
    }

    #[test]
    fn the_script_names_the_part_the_top_and_every_source() {
        let text = tcl("net_top", "xcvu9p-flga2104-2L-e", &["a b.v".into(), "c.v".into()], "net.xdc");
        for line in [
            "read_verilog {a b.v}\n",
            "read_verilog {c.v}\n",
            "read_xdc -mode out_of_context {net.xdc}\n",
            "synth_design -mode out_of_context -top net_top -part xcvu9p-flga2104-2L-e",
        ] {
            assert!(text.contains(line), "no `{line}` in\n{text}");
        }
    }

    #[test]
    fn what_vivado_prints_becomes_a_usage() {
        let job = Job {
            top: "net_top".to_owned(),
            sources: Vec::new(),
            device: crate::device::find("xcvu9p").unwrap(),
            hard_blocks: true,
            clock_mhz: 250.0,
            work_dir: "work".into(),
        };
        let printed = "puts HETEROQ\nHETEROQ slack_ns 1.500\nHETEROQ levels 3\nHETEROQ cell LUT6\n\
                       HETEROQ cell LUT5\nHETEROQ cell FDRE\nHETEROQ cell CARRY8\nHETEROQ cell DSP48E2\n";
        let report = "| Site Type | Used |\n| CLB LUTs*   |   17 |  0 |\n|   LUT as Logic |  17 |\n";
        let usage = usage(&job, printed, report, "v1".to_owned()).unwrap();
        assert_eq!((usage.lut, usage.ff, usage.carry, usage.dsp), (17, 1, 1, 1));
        assert_eq!((usage.depth, usage.fmax_mhz), (Some(3), Some(400.0)));
    }
}
