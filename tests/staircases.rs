//! Table against thresholds, in LUTs after Yosys: what `lower` chooses is never much larger than the other form.
//!
//! `make staircases` tries inputs of 8 and 12 bits and prints the table of `benches/README.md`; without it, 8 bits only.

mod support;

use heteroq::arith::Arithmetic;
use heteroq::device;
use heteroq::graph::{Broadcast, Graph, Kind, Node, NodeId};
use heteroq::lower::lower;
use heteroq::net::{Id, Net, Op};
use heteroq::quantizer::levels::{self, Level};
use heteroq::quantizer::parse;
use heteroq::tool::{Run, YOSYS};
use heteroq::verilog::folder;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use support::case::Case;
use support::many::{Many, NAME, is_verilog};
use support::wish::Wish;

/// The quantizers of one width.
fn quantizers(bits: u32) -> [String; 6] {
    [
        format!("quantized_tanh({bits})"),
        format!("quantized_tanh({bits}, use_real_tanh=True)"),
        format!("quantized_sigmoid({bits})"),
        format!("quantized_sigmoid({bits}, use_real_sigmoid=True)"),
        format!("quantized_ulaw({bits}, 0)"),
        format!("quantized_hswish({bits}, 3)"),
    ]
}

/// One quantizer on one input, and the LUTs of its forms.
#[derive(Debug)]
struct Row {
    input: &'static str,
    quantizer: String,
    levels: usize,
    thresholds: Option<u64>,
    table: u64,
    chosen: u64,
}

/// The net of features on the grid of `input`, one of them, through `quantizer`.
fn graph(input: &str, quantizer: Option<&str>) -> Graph {
    let made = |text: &str| Broadcast::All(parse(text).unwrap().fixed().unwrap());
    let kind = Kind::Input { features: vec!["x".to_owned()], quantizer: made(input) };
    let mut nodes = vec![Node { layer: "input".to_owned(), inputs: vec![], kind, shape: vec![1] }];
    if let Some(text) = quantizer {
        let kind = Kind::Quantize(made(text));
        nodes.push(Node { layer: "act".to_owned(), inputs: vec![NodeId::new(0)], kind, shape: vec![1] });
    }
    Graph { name: "staircase".to_owned(), nodes, classes: vec!["y".to_owned()] }
}

/// The levels of `quantizer` over all integers of `input`, and their values on one grid.
fn staircase(input: &str, quantizer: &str) -> (Vec<Level>, Vec<i128>) {
    let net = lower(&graph(input, None)).unwrap();
    let quantizer = parse(quantizer).unwrap().fixed().unwrap();
    let levels = levels::of(quantizer.as_ref(), net.inputs[0].interval, net.inputs[0].frac).unwrap();
    let (values, _) = levels::on_one_grid(&levels).unwrap();
    (levels, values)
}

/// A tree of comparisons.
fn thresholds(input: &str, levels: &[Level], values: &[i128]) -> Net {
    fn among(net: &mut Net, levels: &[Level], values: &[i128]) -> Id {
        let layer = net.layer_of(Id::new(0));
        let [_, _, ..] = levels else { return net.push(Op::Const(values[0]), layer).unwrap() };
        let middle = levels.len() / 2;
        let on_false = among(net, &levels[..middle], &values[..middle]);
        let on_true = among(net, &levels[middle..], &values[middle..]);
        let condition = Op::AtLeast { a: Id::new(0), threshold: levels[middle].from };
        let condition = net.push(condition, layer).unwrap();
        net.push(Op::Select { condition, on_true, on_false }, layer).unwrap()
    }
    let mut net = lower(&graph(input, None)).unwrap();
    net.outputs.clear();
    let id = among(&mut net, levels, values);
    net.push_output("y", 0, id);
    net
}

/// An entry for each integer.
fn table(input: &str, levels: &[Level], values: &[i128]) -> Net {
    let mut net = lower(&graph(input, None)).unwrap();
    net.outputs.clear();
    let interval = net.inputs[0].interval;
    let at = |v: i128| values[levels.partition_point(|level| level.from <= v) - 1];
    let entries = (interval.lo..=interval.hi).map(at).collect();
    let layer = net.layer_of(Id::new(0));
    let id = net.push(Op::Table { a: Id::new(0), first: interval.lo, entries }, layer).unwrap();
    net.push_output("y", 0, id);
    net
}

#[derive(Deserialize)]
struct Statistics {
    modules: BTreeMap<String, Cells>,
}

#[derive(Deserialize)]
struct Cells {
    num_cells_by_type: BTreeMap<String, u64>,
}

/// The LUTs of each net, in one run of Yosys: a module each, kept apart.
fn luts(nets: Vec<Net>) -> Vec<u64> {
    let wish = Wish {
        family: device::find("xc7").unwrap().family,
        clock_mhz: 1,
        register_inputs: false,
        register_outputs: false,
        least_latency: 0,
        arithmetic: vec![Arithmetic::ShiftAdd],
    };
    let named = |(n, net): (usize, Net)| Case::of_net(&format!("form{n}"), net, wish.clone(), 1);
    let cases: Vec<Case> = nets.into_iter().enumerate().map(named).collect();
    let work = tempfile::tempdir().unwrap();
    let files = Many(&cases).files();
    folder::write(&work.path().join("v"), &files).unwrap();
    let adders = |path: &str| path.contains("heteroq_add") && !path.starts_with("rtl/xilinx/");
    let sources = files.iter().map(|f| &f.path).filter(|path| is_verilog(path) && !adders(path));
    let mut script: String = sources.map(|path| format!("read_verilog v/{path}\n")).collect();
    script += &format!("read_verilog -lib +/xilinx/cells_sim.v\nhierarchy -check -top {NAME}_ports\n");
    (0..cases.len()).for_each(|n| script += &format!("setattr -mod -set keep_hierarchy 1 form{n}\n"));
    script += "synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -nosrl -nodsp -nobram\n";
    script += "tee -q -o stat.json stat -json\n";
    fs::write(work.path().join("run.ys"), script).unwrap();
    let log = work.path().join("yosys.log");
    Run::of(&YOSYS).unwrap().args(["-q", "-T", "-s", "run.ys"]).folder(work.path()).log(log).run().unwrap();
    counted(&work.path().join("stat.json"), cases.len())
}

fn counted(path: &Path, count: usize) -> Vec<u64> {
    let all: Statistics = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let is_lut = |cell: &str| cell.starts_with("LUT") || cell == "INV";
    let of = |cells: &Cells| cells.num_cells_by_type.iter().filter(|(c, _)| is_lut(c)).map(|(_, n)| n).sum();
    (0..count).map(|n| all.modules.get(&format!("\\form{n}")).map_or(0, of)).collect()
}

fn row(input: &'static str, quantizer: String) -> Row {
    let (levels, values) = staircase(input, &quantizer);
    let mut nets = vec![lower(&graph(input, Some(&quantizer))).unwrap(), table(input, &levels, &values)];
    // A tree of hundreds of comparisons takes a tool minutes.
    if levels.len() <= 130 {
        nets.push(thresholds(input, &levels, &values));
    }
    let luts = luts(nets);
    let thresholds = luts.get(2).copied();
    Row { input, quantizer, levels: levels.len(), thresholds, table: luts[1], chosen: luts[0] }
}

/// What is chosen is at most a tenth and three LUTs larger than the smaller form, and in all at most a percent.
#[test]
fn the_smaller_of_table_and_thresholds_is_chosen() {
    if YOSYS.find().is_err() {
        eprintln!("skipped: Yosys is not installed");
        return;
    }
    let study = std::env::var_os("STUDY").is_some();
    let inputs: &[&str] =
        if study { &["quantized_bits(8, 3)", "quantized_bits(12, 4)"] } else { &["quantized_bits(8, 3)"] };
    let widths: &[u32] = if study { &[3, 6, 8] } else { &[3, 6] };
    let mut rows = Vec::new();
    eprintln!("| input | quantizer | levels | thresholds | table | chosen |\n|---|---|---|---|---|---|");
    for input in inputs {
        for quantizer in widths.iter().flat_map(|bits| quantizers(*bits)) {
            let row = row(input, quantizer);
            let thresholds = row.thresholds.map_or("–".to_owned(), |n| n.to_string());
            let Row { input, quantizer, levels, table, chosen, .. } = &row;
            eprintln!("| `{input}` | `{quantizer}` | {levels} | {thresholds} | {table} | {chosen} |");
            rows.push(row);
        }
    }
    let smaller = |row: &Row| row.thresholds.map_or(row.table, |n| n.min(row.table));
    let (chosen, best): (u64, u64) = (rows.iter().map(|r| r.chosen).sum(), rows.iter().map(smaller).sum());
    eprintln!("in all: chosen {chosen}, the smaller of both {best}");
    for row in &rows {
        assert!(row.chosen * 10 <= smaller(row) * 11 + 30, "{row:?}");
    }
    assert!(chosen * 100 <= best * 101 + 100, "{chosen} LUTs, {best} with the smaller form each time");
}
