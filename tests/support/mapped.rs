//! The netlist after synthesis as a design with a clock.

use super::many::{Many, NAME, is_verilog};
use heteroq::device::Device;
use heteroq::net::execute::ExecuteError;
use heteroq::sim::bits::Shape;
use heteroq::sim::clocked::{Clocked, Seen};
use heteroq::sim::stimulus::Cycle;
use heteroq::synth::netlist::Netlist;
use heteroq::synth::simulation::Simulation;
use heteroq::synth::{Job, yosys};
use heteroq::tool::ToolError;
use std::path::{Path, PathBuf};

/// Many designs, mapped by Yosys.
#[derive(Debug)]
pub struct Mapped {
    netlist: Netlist,
    inputs: Vec<usize>,
    outputs: Vec<(usize, Shape)>,
}

/// The job of synthesizing `many`, written below `folder`, for `device`.
pub fn job(many: &Many, folder: &Path, device: Device) -> Job {
    let xilinx = device.family.name.starts_with("xc");
    let adders = if xilinx { "rtl/xilinx/" } else { "rtl/heteroq_" };
    let files = many.files();
    let is_adder = |path: &str| path.contains("heteroq_add");
    let wanted = files.iter().map(|f| &f.path).filter(|p| is_verilog(p));
    let sources = wanted.filter(|p| !is_adder(p) || p.starts_with(adders)).map(|p| folder.join(p)).collect();
    let work_dir: PathBuf = folder.with_file_name("synth");
    Job { top: format!("{NAME}_ports"), sources, device, hard_blocks: false, clock_mhz: 200.0, work_dir }
}

impl Mapped {
    /// Synthesizes and reads what comes out.
    ///
    /// # Errors
    /// Yosys is missing or fails.
    pub fn new(many: &Many, job: &Job) -> Result<Mapped, ToolError> {
        let synthesis = yosys::synthesize(job)?;
        let netlist = Netlist::read(&synthesis.netlist, &job.top).unwrap();
        let port = |name: String| netlist.port(&name).unwrap();
        let (ins, outs) = many.shapes();
        let inputs = (0..ins.len()).map(|n| port(format!("i{n}"))).collect();
        let outputs = outs.iter().enumerate().map(|(n, shape)| (port(format!("o{n}")), *shape)).collect();
        Ok(Mapped { netlist, inputs, outputs })
    }
}

impl Mapped {
    fn apply(&self, cycle: &Cycle, simulation: &mut Simulation) {
        for (port, value) in self.inputs.iter().zip(&cycle.data) {
            simulation.set(*port, 0, value.cast_unsigned());
        }
    }
}

impl Clocked for Mapped {
    fn name(&self) -> &'static str {
        "netlist"
    }

    fn run(&mut self, cycles: &[Cycle]) -> Result<Vec<Seen>, ExecuteError> {
        let mut simulation = Simulation::new(&self.netlist);
        let mut seen = Vec::with_capacity(cycles.len());
        // Registers hold anything at power-up: a clock of the reset comes first.
        self.apply(&cycles[0], &mut simulation);
        simulation.clock();
        for cycle in cycles {
            self.apply(cycle, &mut simulation);
            let outputs = self.outputs.iter().map(|(port, shape)| integer(simulation.get(*port, 0), *shape));
            seen.push(Some(outputs.collect()));
            simulation.clock();
        }
        Ok(seen)
    }
}

/// The integer that `bits` are on a port.
fn integer(bits: u128, shape: Shape) -> i128 {
    let spare = 128 - shape.width;
    let high = (bits << spare).cast_signed();
    if shape.signed { high >> spare } else { (high.cast_unsigned() >> spare).cast_signed() }
}
