//! What the report says of a design: figures, layers, settings, files.

use super::design::{Design, ids_of};
use super::simulate::work_folder;
use crate::config;
use crate::net::{Layer, Op};
use crate::report::{Details, FileRow, LayerRow, RankRow, Report, Setting, SynthRow};
use crate::synth::Usage;
use std::path::Path;

/// What is known of a design before any tool has seen it.
pub fn report_of(design: &Design) -> Report {
    let hardware = &design.config.hardware;
    let net = design.mapped();
    let count = |kind: &dyn Fn(&Op) -> bool| net.ops.iter().filter(|op| kind(op)).count();
    let registered = u32::from(hardware.register_inputs) + u32::from(hardware.register_outputs);
    Report {
        name: design.config.name.clone(),
        design_hash: design.hash.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        latency_cycles: design.staged.latency,
        latency_ns: design.latency_ns(),
        event_interval_cycles: hardware.event_interval,
        initiation_interval: design.staged.initiation_interval,
        clock_mhz: hardware.clock_mhz,
        stages: design.staged.latency + 1 - registered,
        adders: count(&is_adder),
        multipliers: count(&|op| matches!(op, Op::Mul { .. })),
        tables: count(&|op| matches!(op, Op::Table { .. })),
        cost_luts: design.luts().iter().sum(),
        details: details(design),
        ..Report::default()
    }
}

fn is_adder(op: &Op) -> bool {
    matches!(op, Op::Add { .. } | Op::Sub { .. } | Op::Add3(_))
}

fn details(design: &Design) -> Details {
    let hardware = &design.config.hardware;
    let bits = design.staged.register_bits();
    Details {
        target: hardware.target.name.clone(),
        initiation_ns: hardware.initiation_ns,
        max_latency_ns: hardware.max_latency_ns,
        layers: layers(design),
        ranks: bits.iter().zip(1..).map(|(bits, rank)| RankRow { rank, bits: *bits }).collect(),
        classes: design.config.output.classes.clone(),
        settings: settings(design),
        ..Details::default()
    }
}

fn settings(design: &Design) -> Vec<Setting> {
    let hardware = &design.config.hardware;
    let setting = |key: &str, value: String| Setting { key: key.to_owned(), value };
    vec![
        setting("input", design.config.input.quantizer.text()),
        setting("clock", format!("{} MHz", hardware.clock_mhz)),
        setting("device", format!("{} ({})", hardware.target.name, hardware.target.family.title)),
        setting("output", if design.config.output.argmax { "class index" } else { "values" }.to_owned()),
    ]
}

/// What was written, and where: what `gen` writes, and what tools have left so far, `synth` among them.
pub fn files(design: &Design, folder: &Path, synth: &[SynthRow]) -> Vec<FileRow> {
    let top = crate::rtl::names::legal(&design.config.name);
    let row = |what: &str, path: &Path| FileRow { what: what.to_owned(), path: path.display().to_string() };
    let file = |what: &str, path: &str| row(what, &folder.join(path));
    let mut rows = vec![
        file("top module", &format!("rtl/{top}.v")),
        file("list of Verilog files", "rtl/files.f"),
        file("ports and hashes", "manifest.json"),
        file("test bench", "tb"),
        file("C++ emulator", &format!("emulator/{top}.h")),
        file("constraints", &format!("constraints/{top}.xdc")),
        file("report", "report.html"),
    ];
    let work = work_folder(folder);
    let netlist = |found: &SynthRow| work.join(format!("synth/yosys_{}.json", found.target));
    let by_yosys = synth.iter().filter(|found| found.tool == "yosys").map(netlist);
    let mut left = vec![("logs of tools", work.clone()), ("waves", work.join("waves.vcd"))];
    left.extend(by_yosys.map(|path| ("netlist", path)));
    rows.extend(left.iter().filter(|(_, path)| path.exists()).map(|(what, path)| row(what, path)));
    rows
}

/// A row for each layer of the config, the input not among them.
fn layers(design: &Design) -> Vec<LayerRow> {
    let (luts, bits) = (design.luts(), result_bits(design));
    design.config.layers.iter().map(|layer| layer_row(design, layer, &luts, &bits)).collect()
}

/// Bits of each node's whole result.
fn result_bits(design: &Design) -> Vec<u64> {
    let elements = crate::graph::format::elements(&design.graph).unwrap_or_default();
    elements.iter().map(|all| all.iter().map(|x| u64::from(x.interval.width())).sum()).collect()
}

/// `luts` by value, `bits` by node.
fn layer_row(design: &Design, layer: &config::Layer, luts: &[f64], bits: &[u64]) -> LayerRow {
    let net = design.mapped();
    let place = net.layers.iter().position(|name| *name == layer.name).map(Layer::new);
    let ids: Vec<_> = place.map_or(vec![], |place| ids_of(net, place).collect());
    let cycles =
        || ids.iter().filter(|id| !design.staged.is_constant(**id)).map(|id| design.staged.cycle(*id));
    let nodes = || design.graph.nodes.iter().zip(0..).filter(|(node, _)| node.layer == layer.name);
    let bits = |n: usize| bits.get(n).copied().unwrap_or(0);
    let first = nodes().next();
    let reads = |n: Option<(&crate::graph::Node, usize)>| n.map_or(vec![], |(node, _)| node.inputs.clone());
    let inputs = reads(first);
    LayerRow {
        name: layer.name.clone(),
        kind: first.map_or(String::new(), |(node, _)| node.kind.word().to_owned()),
        inputs: inputs.iter().map(|id| design.graph.node(*id).len()).sum(),
        input_bits: inputs.iter().map(|id| bits(id.index())).sum(),
        outputs: layer.shape.iter().product(),
        output_bits: nodes().last().map_or(0, |(_, n)| bits(n)),
        quantizers: quantizers(layer),
        parameters: parameters(layer),
        adders: ids.iter().filter(|id| is_adder(net.op(**id))).count(),
        luts: ids.iter().map(|id| luts[id.index()]).sum(),
        first_stage: cycles().min().unwrap_or(0),
        last_stage: cycles().max().unwrap_or(0),
    }
}

fn quantizers(layer: &config::Layer) -> Vec<String> {
    let own = match &layer.kind {
        config::Kind::Dense(dense) => dense.kernel.iter().chain(&dense.bias).collect(),
        _ => vec![],
    };
    own.into_iter().chain(&layer.activation).map(|q| q.text().to_owned()).collect()
}

fn parameters(layer: &config::Layer) -> usize {
    match &layer.kind {
        config::Kind::Dense(d) => d.fan_in * d.units + if d.has_bias() { d.units } else { 0 },
        config::Kind::BatchNorm(norm) => 2 * norm.channels,
        _ => 0,
    }
}

/// What a tool found, as a row of the report.
pub fn row(usage: &Usage) -> SynthRow {
    SynthRow {
        tool: usage.tool.clone(),
        version: usage.version.clone(),
        target: usage.target.clone(),
        lut: usage.lut,
        inv: usage.inv,
        ff: usage.ff,
        dsp: usage.dsp,
        carry: usage.carry,
        muxf: usage.muxf,
        bram: usage.bram,
        depth: usage.depth,
        fits: usage.fits.unwrap_or(true),
        fmax_mhz: usage.fmax_mhz,
    }
}
