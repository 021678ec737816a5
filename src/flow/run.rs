//! `heteroq run`: everything the config asks for, to the report.

use super::Failure;
use super::design::{Design, ids_of};
use super::generate::{Generated, folder_of, generate};
use super::simulate::{Verification, verify};
use super::synthesize::{Synthesized, synthesize};
use super::{evaluate, simulate};
use crate::config::{Config, Weights};
use crate::net::{Layer, Net, Op};
use crate::report::{Details, FileRow, LayerRow, RankRow, Report, Setting, SynthRow, collect, html};
use crate::synth::Usage;
use std::path::Path;
use std::time::Instant;
use tracing::info_span;

/// The whole way, from the config to the report. Each step leaves its part of the report behind, so that what
/// is done stays done when a later one fails.
///
/// # Errors
/// Those of every step.
pub fn run(config: &Config, output: Option<&Path>) -> Result<Report, Failure> {
    let folder = folder_of(&config.name, output);
    let weights = Weights::require(config)?;
    let (design, made) = timed("design", || Design::new(config, &weights));
    let design = design?;
    let (generated, written) = timed("gen", || generate(&design, &folder));
    let generated = generated?;
    save(&folder, |report| {
        report.seconds.set("design", made);
        report.seconds.set("gen", written);
    })?;
    evaluated(&design, &folder)?;
    simulated(&design, &generated, config.verify.vectors, false)?;
    synthesized(&design, &generated)?;
    let report = collect::load(&folder.join("report.json"))?;
    collect::write(&folder.join("report.html"), &html::write(&report))?;
    Ok(report)
}

/// Evaluates on the test file, if there is one, into the report.
fn evaluated(design: &Design, folder: &Path) -> Result<(), Failure> {
    let Some(test) = design.config.data.test.as_deref() else { return Ok(()) };
    let (evaluation, seconds) = timed("evaluate", || evaluate::evaluate(design, test));
    let evaluation = evaluation?;
    save(folder, |report| {
        report.set_evaluation(evaluation);
        report.seconds.set("evaluate", seconds);
    })
}

/// Verifies into the report, and fails if executors disagree.
///
/// # Errors
/// Those of [`verify`], and a disagreement.
pub fn simulated(
    design: &Design,
    generated: &Generated,
    vectors: usize,
    waves: bool,
) -> Result<Verification, Failure> {
    let (found, seconds) = timed("sim", || verify(design, generated, vectors, waves));
    let found = found?;
    save(&generated.folder, |report| {
        report.set_agreement(&found.agreement);
        report.set_skipped("sim", &found.skipped);
        report.seconds.set("sim", seconds);
    })?;
    found.require_agreement(&design.lowered)?;
    Ok(found)
}

fn synthesized(design: &Design, generated: &Generated) -> Result<Synthesized, Failure> {
    let (found, seconds) = timed("synth", || synthesize(design, generated, None, None));
    keep_synthesis(design, generated, found?, seconds)
}

/// Puts what synthesis found into the report, and fails if the netlist disagrees.
///
/// # Errors
/// A disagreement, a report that cannot be written.
pub fn keep_synthesis(
    design: &Design,
    generated: &Generated,
    found: Synthesized,
    seconds: f64,
) -> Result<Synthesized, Failure> {
    save(&generated.folder, |report| {
        found.usage.iter().for_each(|usage| report.set_synth(row(usage)));
        report.set_agreement(&found.agreement);
        report.set_skipped("synth", &found.skipped);
        report.seconds.set("synth", seconds);
    })?;
    let verification =
        simulate::Verification { agreement: found.agreement.clone(), ..Verification::default() };
    verification.require_agreement(&design.lowered)?;
    Ok(found)
}

fn save(folder: &Path, change: impl FnOnce(&mut Report)) -> Result<(), Failure> {
    collect::update(&folder.join("report.json"), change)?;
    Ok(())
}

/// What `step` gives, and how many seconds it takes, under a span of its name.
pub fn timed<T>(name: &str, step: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = info_span!("step", name).in_scope(step);
    (result, start.elapsed().as_secs_f64())
}

fn row(usage: &Usage) -> SynthRow {
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

/// What is known of a design before any tool has seen it.
pub fn report_of(design: &Design, folder: &Path) -> Report {
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
        details: details(design, folder),
        ..Report::default()
    }
}

fn is_adder(op: &Op) -> bool {
    matches!(op, Op::Add { .. } | Op::Sub { .. } | Op::Add3(_))
}

fn details(design: &Design, folder: &Path) -> Details {
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
        files: files(design, folder),
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

fn files(design: &Design, folder: &Path) -> Vec<FileRow> {
    let top = crate::rtl::names::legal(&design.config.name);
    let file = |what: &str, path: String| FileRow {
        what: what.to_owned(),
        path: folder.join(path).display().to_string(),
    };
    vec![
        file("top module", format!("rtl/{top}.v")),
        file("list of Verilog files", "rtl/files.f".to_owned()),
        file("ports and hashes", "manifest.json".to_owned()),
        file("test bench", "tb".to_owned()),
        file("C++ emulator", format!("emulator/{top}.h")),
        file("constraints", format!("constraints/{top}.xdc")),
        file("report", "report.html".to_owned()),
    ]
}

/// A row for each layer of the config, the input not among them.
fn layers(design: &Design) -> Vec<LayerRow> {
    let luts = design.luts();
    design.config.layers.iter().map(|layer| layer_row(design, layer, &luts)).collect()
}

fn layer_row(design: &Design, layer: &crate::config::Layer, luts: &[f64]) -> LayerRow {
    let net = design.mapped();
    let place = net.layers.iter().position(|name| *name == layer.name).map(Layer::new);
    let ids: Vec<_> = place.map_or(vec![], |place| ids_of(net, place).collect());
    let cycles =
        || ids.iter().filter(|id| !design.staged.is_constant(**id)).map(|id| design.staged.cycle(*id));
    let nodes = || design.graph.nodes.iter().zip(0..).filter(|(node, _)| node.layer == layer.name);
    let elements = crate::graph::format::elements(&design.graph).unwrap_or_default();
    let bits =
        |n: usize| elements.get(n).map_or(0, |all| all.iter().map(|x| u64::from(x.interval.width())).sum());
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

fn quantizers(layer: &crate::config::Layer) -> Vec<String> {
    let own = match &layer.kind {
        crate::config::Kind::Dense(dense) => dense.kernel.iter().chain(&dense.bias).collect(),
        _ => vec![],
    };
    own.into_iter().chain(&layer.activation).map(|q| q.text()).collect()
}

fn parameters(layer: &crate::config::Layer) -> usize {
    match &layer.kind {
        crate::config::Kind::Dense(d) => d.fan_in * d.units + if d.use_bias { d.units } else { 0 },
        _ => 0,
    }
}

/// The net after `pass`, or a form of it called by a name of its own, as text.
///
/// # Errors
/// A name that no pass has.
pub fn dump(design: &Design, pass: &str) -> Result<String, Failure> {
    let found = design.passes.iter().rfind(|(name, _)| name == pass).map(|(_, net)| net);
    let net: &Net = match pass {
        "graph" => return Ok(crate::graph::text::write(&design.graph)),
        "schedule" => return Ok(crate::schedule::text::write(&design.staged)),
        "lower" => &design.lowered,
        _ => found.ok_or_else(|| {
            let known = super::design::pass_names(Some(&design.config)).join(", ");
            Failure::Input(miette::miette!(
                "there is no pass `{pass}`; there are graph, lower, {known}, schedule"
            ))
        })?,
    };
    Ok(crate::net::text::write(net))
}
