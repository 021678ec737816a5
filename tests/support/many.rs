//! Many small designs under one top, so that one build of a simulator serves them all.
//!
//! The top has one wide input and one wide output. Each design has its slice of both: its reset, its `in_valid`
//! and its features there, its `out_valid` and its classes here. So each keeps its own latency and event interval.

use super::case::Case;
use super::failure::Failure;
use heteroq::fixed::Interval;
use heteroq::net::execute::ExecuteError;
use heteroq::net::{Input, Layer, Net, Op};
use heteroq::sim::clocked::{Clocked, Seen, input_shapes, output_shapes};
use heteroq::sim::stimulus::Cycle;
use heteroq::sim::verilator::Sources;
use heteroq::verilog::{File, folder};
use std::collections::BTreeMap;
use std::path::Path;

/// The name of the top, but for `_packed`.
pub const NAME: &str = "many";

const BIT: Interval = Interval { lo: 0, hi: 1 };

/// The designs of some cases, whose names are distinct.
#[derive(Debug, Clone, Copy)]
pub struct Many<'a>(pub &'a [Case]);

impl Many<'_> {
    /// A net that has the ports of all designs and computes nothing.
    pub fn ports(&self) -> Net {
        let mut net = Net::default();
        let layer = net.layer_named(NAME);
        for case in self.0 {
            inputs(case).into_iter().for_each(|interval| {
                let name = format!("i{}", net.inputs.len());
                net.push_input(Input { name, frac: 0, interval }, layer);
            });
        }
        self.0.iter().for_each(|case| push_outputs(&mut net, case, layer));
        net
    }

    /// All files, each once: what two designs share is the same in both.
    pub fn files(&self) -> Vec<File> {
        let mut all: BTreeMap<String, String> = BTreeMap::new();
        for file in self.0.iter().flat_map(Case::files).filter(|file| is_verilog(&file.path)) {
            let body = |text: &str| text.split_once('\n').map(|(_, body)| body.to_owned());
            if let Some(other) = all.insert(file.path.clone(), file.text.clone()) {
                assert_eq!(body(&other), body(&file.text), "two designs write {}", file.path);
            }
        }
        all.insert(format!("rtl/{NAME}_packed.v"), self.packed());
        all.insert(format!("rtl/{NAME}_ports.v"), self.one_by_one());
        let mut files: Vec<File> = all.into_iter().map(|(path, text)| File::new(path, text)).collect();
        let listed = |file: &&File| !file.path.starts_with("rtl/xilinx/") && !file.path.ends_with("_ports.v");
        let list = files.iter().filter(listed).map(|f| format!("{}\n", f.path.trim_start_matches("rtl/")));
        let list = list.collect::<String>();
        files.push(File::new("rtl/files.f", list));
        files
    }

    /// Writes all files under `folder`.
    pub fn write(&self, folder: &Path) -> Sources {
        folder::write(folder, &self.files()).unwrap();
        Sources { top: NAME.to_owned(), folder: folder.to_owned() }
    }

    /// The top with packed ports.
    fn packed(&self) -> String {
        let (mut body, mut low_in, mut low_out) = (String::new(), 0, 0);
        for case in self.0 {
            let name = &case.top.layout().name;
            let (ins, outs) = (bits(&inputs(case)), bits(&outputs(case)));
            body += &format!(
                "{name}_packed {name}_i(\n    .clk(clk),\n    .rst(in_data[{low_in}]),\n    \
                 .in_valid(in_data[{}]),\n    .in_data(in_data[{}:{}]),\n    .out_valid(out_data[{low_out}]),\n    \
                 .out_data(out_data[{}:{}])\n);\n",
                low_in + 1,
                low_in + ins - 1,
                low_in + 2,
                low_out + outs - 1,
                low_out + 1
            );
            (low_in, low_out) = (low_in + ins, low_out + outs);
        }
        format!(
            "module {NAME}_packed(\n    input wire clk,\n    input wire rst,\n    input wire in_valid,\n    \
             input wire [{}:0] in_data,\n    output wire out_valid,\n    output wire [{}:0] out_data\n);\n\
             assign out_valid = 1'b1;\n{body}wire unused = &{{1'b0, rst, in_valid}};\nendmodule\n",
            low_in - 1,
            low_out - 1
        )
    }

    /// The top with a port for each slice, for whom wide words are no help.
    fn one_by_one(&self) -> String {
        let net = self.ports();
        let ins: Vec<u32> = net.inputs.iter().map(|i| i.interval.width()).collect();
        let outs: Vec<u32> = output_shapes(&net).iter().map(|o| o.width).collect();
        let mut ports = vec!["input wire clk".to_owned()];
        ports.extend(ins.iter().enumerate().map(|(n, width)| format!("input wire [{}:0] i{n}", width - 1)));
        ports.extend(outs.iter().enumerate().map(|(n, width)| format!("output wire [{}:0] o{n}", width - 1)));
        let join = |letter: char, count: usize| {
            (0..count).rev().map(|n| format!("{letter}{n}")).collect::<Vec<_>>().join(", ")
        };
        format!(
            "module {NAME}_ports(\n    {}\n);\n{NAME}_packed packed_ports(.clk(clk), .rst(1'b0), .in_valid(1'b0), \
             .in_data({{{}}}), .out_data({{{}}}), .out_valid());\nendmodule\n",
            ports.join(",\n    "),
            join('i', ins.len()),
            join('o', outs.len())
        )
    }

    /// Drives `design`, which holds all designs, with the stimuli of all cases, and compares each.
    pub fn check(&self, design: &mut impl Clocked) -> Vec<Failure> {
        let stimuli: Vec<Vec<Cycle>> = self.0.iter().map(|case| case.stimulus().cycles).collect();
        let name = design.name();
        let seen = match design.run(&together(&stimuli)) {
            Ok(seen) => seen,
            Err(error) => return vec![self.0[0].failure(name, error.to_string())],
        };
        let mut place = 0;
        let mut failures = Vec::new();
        for (case, stimulus) in self.0.iter().zip(stimuli) {
            let width = outputs(case).len();
            let own = |row: &Seen| row.as_ref().and_then(|row| slice(&row[place..place + width]));
            let seen = seen.iter().map(own).take(stimulus.len()).collect();
            failures.extend(case.check(&mut case.bench(Replay { name, stimulus, seen })).err());
            place += width;
        }
        failures
    }

    /// The shapes of all inputs, and of all outputs.
    pub fn shapes(&self) -> (Vec<heteroq::sim::bits::Shape>, Vec<heteroq::sim::bits::Shape>) {
        let net = self.ports();
        (input_shapes(&net), output_shapes(&net))
    }
}

/// Whether it is a file for a Verilog tool, and no list.
pub fn is_verilog(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "v")
}

/// Reset, `in_valid`, the features.
fn inputs(case: &Case) -> Vec<Interval> {
    [BIT, BIT].into_iter().chain(case.mapped().inputs.iter().map(|i| i.interval)).collect()
}

/// `out_valid`, the classes.
fn outputs(case: &Case) -> Vec<Interval> {
    let net = case.mapped();
    [BIT].into_iter().chain(net.outputs.iter().map(|o| net.interval(o.id))).collect()
}

fn push_outputs(net: &mut Net, case: &Case, layer: Layer) {
    for interval in outputs(case) {
        let id = net.push_with(Op::Const(interval.lo), interval, layer);
        net.push_output(format!("o{}", net.outputs.len()), 0, id);
    }
}

fn bits(intervals: &[Interval]) -> u32 {
    intervals.iter().map(|i| i.width()).sum()
}

/// All stimuli side by side; one that is over stays as it was at its end.
fn together(stimuli: &[Vec<Cycle>]) -> Vec<Cycle> {
    let longest = stimuli.iter().map(Vec::len).max().unwrap_or(0);
    let cycle = |clock: usize| {
        let now = stimuli.iter().map(|cycles| &cycles[clock.min(cycles.len() - 1)]);
        let data =
            now.flat_map(|c| [i128::from(c.rst), i128::from(c.valid)].into_iter().chain(c.data.clone()));
        Cycle { rst: false, valid: false, data: data.collect() }
    };
    (0..longest).map(cycle).collect()
}

/// What one design shows, `out_valid` first.
fn slice(row: &[i128]) -> Seen {
    (row[0] == 1).then(|| row[1..].to_vec())
}

/// One design's share of a run that has been.
struct Replay {
    name: &'static str,
    stimulus: Vec<Cycle>,
    seen: Vec<Seen>,
}

impl Clocked for Replay {
    fn name(&self) -> &'static str {
        self.name
    }

    fn run(&mut self, cycles: &[Cycle]) -> Result<Vec<Seen>, ExecuteError> {
        assert!(cycles == self.stimulus, "a run is read with the stimulus that it had");
        Ok(self.seen.clone())
    }
}
