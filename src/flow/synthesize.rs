//! `heteroq synth`: what the tools make of the design.

use super::Failure;
use super::design::Design;
use super::generate::{Generated, SEED};
use super::simulate::work_folder;
use crate::device::{self, Device};
use crate::net::execute::{Agreement, compare};
use crate::net::interp;
use crate::report::number::{self, grouped};
use crate::sim::vectors;
use crate::synth::execute::{DataPort, Interface, NetlistRun};
use crate::synth::netlist::Netlist;
use crate::synth::{Job, Synthesis, Usage, nextpnr, vivado, yosys};
use crate::tool::{Tool, ToolError, VIVADO, YOSYS};
use miette::miette;
use std::path::{Path, PathBuf};
use tracing::info;

/// Events through the netlist.
const FEW: usize = 200;

/// Which outside tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Choice {
    /// Yosys: usage and depth, an estimate.
    Yosys,
    /// nextpnr: placed and routed, for iCE40 and ECP5.
    Nextpnr,
    /// Vivado, where it is installed.
    Vivado,
}

/// What the tools found.
#[derive(Debug, Clone, Default)]
pub struct Synthesized {
    /// A row a tool.
    pub usage: Vec<Usage>,
    /// The netlist compared with the net.
    pub agreement: Vec<Agreement>,
    /// What did not run, and why.
    pub skipped: Vec<String>,
}

/// Synthesizes for `target` (the config's if `None`) with `tool` (every one that suits if `None`), and
/// compares the netlist with the net.
///
/// # Errors
/// An unknown target, a tool that is missing or fails.
pub fn synthesize(
    design: &Design,
    generated: &Generated,
    target: Option<&str>,
    tool: Option<Choice>,
) -> Result<Synthesized, Failure> {
    let device = match target {
        Some(name) => device::find(name).map_err(|e| Failure::Input(miette!("{e}")))?,
        None => design.config.hardware.target.clone(),
    };
    let job = job(design, generated, &device);
    let mut found = Synthesized::default();
    let wanted = |choice| tool.is_none_or(|t| t == choice);
    let placer = nextpnr::tool(&job).filter(|_| wanted(Choice::Nextpnr));
    if placer.is_none() && tool == Some(Choice::Nextpnr) {
        return Err(Failure::Input(miette!("nextpnr has no `{}`: use yosys or vivado", device.family.name)));
    }
    if wanted(Choice::Yosys) || placer.is_some() {
        let mapped = with_yosys(design, generated, &job, &mut found)?;
        if let Some(program) = placer {
            let run = || nextpnr::place(&job, &interface(design, generated), &mapped).map(|s| Some(s.usage));
            place(&program, tool.is_some(), &mut found, run)?;
        }
    }
    if wanted(Choice::Vivado) && device.part.part.starts_with("xc") {
        place(&VIVADO, false, &mut found, || vivado::place(&job))?;
    }
    Ok(found)
}

/// The outside tool that synthesis cannot do without, unless `tool` is another.
///
/// # Errors
/// It is missing, with how to install it.
pub fn require_tools(tool: Option<Choice>) -> Result<(), ToolError> {
    match tool {
        Some(Choice::Vivado) => Ok(()),
        _ => YOSYS.find().map(drop),
    }
}

/// Fails if the target has no room for the design.
///
/// # Errors
/// A design failure with what it takes.
pub fn require_room(usage: &[Usage]) -> Result<(), Failure> {
    let Some(large) = usage.iter().find(|usage| usage.fits == Some(false)) else { return Ok(()) };
    let Usage { tool, target, lut, ff, dsp, .. } = large;
    Err(Failure::Design(miette!(
        code = "design::does_not_fit",
        help = "take a larger device, fewer bits, or fewer units",
        "`{target}` has no room for the design: {tool} counts {lut} LUT, {ff} FF, {dsp} DSP"
    )))
}

/// Runs a tool that may be missing, unless it was asked for by name.
fn place(
    tool: &Tool,
    required: bool,
    found: &mut Synthesized,
    run: impl FnOnce() -> Result<Option<Usage>, ToolError>,
) -> Result<(), Failure> {
    match tool.find() {
        Err(missing) if required => Err(missing.into()),
        Err(missing) => {
            found.skipped.push(missing.to_string());
            Ok(())
        }
        Ok(_) => {
            found.usage.extend(run()?);
            Ok(())
        }
    }
}

fn with_yosys(
    design: &Design,
    generated: &Generated,
    job: &Job,
    found: &mut Synthesized,
) -> Result<Synthesis, Failure> {
    let done = yosys::synthesize(job)?;
    let seconds = number::seconds(done.seconds);
    info!("yosys: {} LUT, {} FF, {seconds}", grouped(done.usage.lut), grouped(done.usage.ff));
    found.usage.push(done.usage.clone());
    let agreement = netlist_agreement(design, generated, &of_luts(job, &done)?, job)?;
    let (vectors, mismatches) = (agreement.vectors as u64, agreement.mismatches as u64);
    info!("netlist: {} events, {} mismatches", grouped(vectors), grouped(mismatches));
    found.agreement.push(agreement);
    Ok(done)
}

/// The netlist that can be evaluated: all of LUTs and registers, where `done` has DSP blocks or memories.
fn of_luts(job: &Job, done: &Synthesis) -> Result<PathBuf, ToolError> {
    if done.usage.dsp + done.usage.bram == 0 {
        return Ok(done.netlist.clone());
    }
    info!("yosys: once more without DSP blocks and memories, for a netlist that can be compared");
    let job = Job { hard_blocks: false, work_dir: job.work_dir.join("of_luts"), ..job.clone() };
    Ok(yosys::synthesize(&job)?.netlist)
}

fn netlist_agreement(
    design: &Design,
    generated: &Generated,
    netlist: &Path,
    job: &Job,
) -> Result<Agreement, Failure> {
    let netlist = Netlist::read(netlist, &job.top).map_err(|e| Failure::Design(miette!("{e}")))?;
    let events = vectors::corners_and_random(design.mapped(), FEW, SEED);
    let expected: Vec<Vec<i128>> = events.iter().map(|event| interp::run(&design.lowered, event)).collect();
    let mut run = NetlistRun::new(netlist, interface(design, generated));
    compare(&mut run, &events, &expected).map_err(|e| Failure::Design(miette!("netlist: {e}")))
}

fn job(design: &Design, generated: &Generated, device: &Device) -> Job {
    let primitives = device.family.ternary_adder && design.adder_modules();
    let list = if primitives { "files_xilinx.f" } else { "files.f" };
    let rtl = generated.folder.join("rtl");
    let names = std::fs::read_to_string(rtl.join(list)).unwrap_or_default();
    let packed = format!("{}_packed.v", generated.top.layout().name);
    let sources: Vec<PathBuf> =
        names.lines().filter(|name| **name != packed).map(|name| rtl.join(name)).collect();
    Job {
        top: generated.top.layout().name.clone(),
        sources,
        device: device.clone(),
        hard_blocks: true,
        clock_mhz: design.config.hardware.clock_mhz,
        work_dir: work_folder(&generated.folder).join("synth"),
    }
}

fn interface(design: &Design, generated: &Generated) -> Interface {
    let net = design.mapped();
    let names = &generated.top.layout().ports;
    let port = |name: &String, interval: crate::fixed::Interval| DataPort {
        name: name.clone(),
        width: interval.width(),
        signed: interval.signed(),
    };
    Interface {
        inputs: names.inputs.iter().zip(&net.inputs).map(|(n, i)| port(n, i.interval)).collect(),
        outputs: names.outputs.iter().zip(&net.outputs).map(|(n, o)| port(n, net.interval(o.id))).collect(),
        latency: design.staged.latency,
        interval: design.staged.initiation_interval,
        event_interval: design.config.hardware.event_interval,
    }
}
