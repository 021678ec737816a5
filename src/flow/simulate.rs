//! `heteroq sim`: every executor on the same events.

use super::Failure;
use super::design::Design;
use super::generate::{Generated, bench_for, verification_events};
use crate::emulate::{cpp, fast};
use crate::fixed::Dyadic;
use crate::graph::{Graph, interp as graph_interp};
use crate::net::execute::{Agreement, ExecuteError, Executes, Interpreted, compare};
use crate::net::{Net, interp};
use crate::report::number::grouped;
use crate::schedule::interp::Pipeline;
use crate::sim::rust_hdl::Blocks;
use crate::sim::verilator::{Sources, Verilated};
use crate::tool::{CXX, MAKE, ToolError, VERILATOR};
use miette::miette;
use std::path::{Path, PathBuf};
use tracing::{Span, info};
use tracing_indicatif::span_ext::IndicatifSpanExt;
use tracing_indicatif::style::ProgressStyle;

/// Events through the slow simulator of rust-hdl.
const FEW: usize = 200;

/// What was compared.
#[derive(Debug, Clone, Default)]
pub struct Verification {
    /// One entry an executor.
    pub agreement: Vec<Agreement>,
    /// Where waves were written.
    pub waves: Option<PathBuf>,
}

/// Fails if some executor disagrees.
///
/// # Errors
/// A design failure that names the executor and the first difference.
pub fn require_agreement(agreement: &[Agreement], net: &Net) -> Result<(), Failure> {
    let Some(bad) = agreement.iter().find(|a| a.mismatches > 0) else { return Ok(()) };
    let first = bad.first.as_ref();
    let name = first.and_then(|m| net.outputs.get(m.output)).map_or("", |o| o.name.as_str());
    let place = first.map_or(String::new(), |m| format!(" ({name}): {m}"));
    let Agreement { executor, vectors, mismatches, .. } = bad;
    Err(Failure::Design(miette!(
        code = "design::disagreement",
        help = "this is an error of heteroq, not of the config: please report it with the config and weights",
        "`{executor}` differs from the net in {mismatches} of {vectors} events{place}"
    )))
}

/// The outside tools that a verification needs are there.
///
/// # Errors
/// The first that is missing, with how to install it.
pub fn require_tools() -> Result<(), ToolError> {
    [VERILATOR, CXX, MAKE].iter().try_for_each(|tool| tool.find().map(drop))
}

/// The events, and what the definition says of them.
struct Case {
    events: Vec<Vec<i128>>,
    expected: Vec<Vec<i128>>,
}

impl Case {
    /// Every `n`-th event, so that at most `most` are left and both kinds are among them.
    fn some(&self, most: usize) -> Case {
        let step = self.events.len().div_ceil(most.max(1)).max(1);
        let pick = |rows: &[Vec<i128>]| rows.iter().step_by(step).cloned().collect();
        Case { events: pick(&self.events), expected: pick(&self.expected) }
    }
}

/// Compares every executor with the net's definition on `vectors` random events and twice as many of the
/// test file.
///
/// # Errors
/// A tool that is missing or fails, a disagreement of `out_valid`.
pub fn verify(
    design: &Design,
    generated: &Generated,
    vectors: usize,
    waves: bool,
) -> Result<Verification, Failure> {
    let events = verification_events(design, vectors)?;
    let expected = events.iter().map(|event| interp::run(&design.lowered, event)).collect();
    let case = Case { events, expected };
    let mut found = Verification::default();
    let step = Span::current();
    step.pb_set_style(&counted());
    step.pb_set_length(executors(design));
    software(design, &case, &mut found)?;
    let few = case.some(FEW);
    check(&mut bench_for(design, Blocks(generated.top.clone())), &few, &mut found)?;
    verilated(design, generated, &case, waves, &mut found)?;
    compiled_emulator(design, generated, &case, &mut found)?;
    Ok(found)
}

/// A bar of the executors that are done, and the one that runs.
fn counted() -> ProgressStyle {
    let template = "{spinner} {span_name}  {elapsed}  {bar:30} {pos}/{len}  {msg}";
    ProgressStyle::with_template(template).expect("a template without a fault").progress_chars("━╸ ")
}

/// How many executors there are: the passes, and six others.
fn executors(design: &Design) -> u64 {
    design.passes.len() as u64 + 6
}

/// What needs no outside tool: the graph, each pass, the pipeline, the fast emulator.
fn software(design: &Design, case: &Case, found: &mut Verification) -> Result<(), Failure> {
    check(&mut GraphExecutor::new(&design.graph, &design.lowered)?, case, found)?;
    for (n, (name, net)) in design.passes.iter().enumerate() {
        let name = format!("{:02} {name}", n + 1);
        check(&mut Interpreted { name, net: net.clone() }, case, found)?;
    }
    check(&mut Pipeline::new(&design.staged), case, found)?;
    check(&mut fast::Emulator::new(design.mapped()), case, found)
}

fn verilated(
    design: &Design,
    generated: &Generated,
    case: &Case,
    waves: bool,
    found: &mut Verification,
) -> Result<(), Failure> {
    say("compiling with Verilator");
    let work = work_folder(&generated.folder);
    let sources = Sources { top: generated.top.layout().name.clone(), folder: generated.folder.clone() };
    sources.lint(&work.join("lint.log"))?;
    let file = waves.then(|| work.join("waves.vcd"));
    let model = Verilated::compile(&sources, design.mapped(), &work.join("verilator"), file.as_deref())?;
    found.waves = file;
    check(&mut bench_for(design, model), case, found)
}

fn compiled_emulator(
    design: &Design,
    generated: &Generated,
    case: &Case,
    found: &mut Verification,
) -> Result<(), Failure> {
    say("compiling the C++ emulator");
    let folder = work_folder(&generated.folder).join("emulator");
    let header = crate::verilog::header(&design.config.name, &design.hash);
    let mut program = cpp::Compiled::new(design.mapped(), &design.config.name, &header, &folder)?;
    check(&mut program, case, found)
}

/// Where tools leave their logs, netlists and compiled simulations: `NAME.work` beside the design's folder, which
/// `gen` replaces as a whole.
pub fn work_folder(folder: &Path) -> PathBuf {
    folder.with_added_extension("work")
}

fn check(executor: &mut dyn Executes, case: &Case, found: &mut Verification) -> Result<(), Failure> {
    let name = executor.name().to_owned();
    say(&name);
    let agreement = compare(executor, &case.events, &case.expected);
    let agreement = agreement.map_err(|error| executor_failed(&name, error))?;
    let (vectors, mismatches) = (agreement.vectors as u64, agreement.mismatches as u64);
    info!("{name}: {} events, {} mismatches", grouped(vectors), grouped(mismatches));
    Span::current().pb_inc(1);
    found.agreement.push(agreement);
    Ok(())
}

/// What goes on now, beside the progress bar.
fn say(what: &str) {
    Span::current().pb_set_message(what);
}

fn executor_failed(name: &str, error: ExecuteError) -> Failure {
    match error.downcast::<ToolError>() {
        Ok(tool) => Failure::Tool(*tool),
        Err(error) => Failure::Design(miette!("`{name}` failed: {error}")),
    }
}

/// The graph's own definition behind the net's ports.
struct GraphExecutor<'a> {
    graph: &'a Graph,
    in_doubles: Option<graph_interp::InDoubles<'a>>,
    input_frac: Vec<i32>,
    output_frac: Vec<i32>,
}

impl<'a> GraphExecutor<'a> {
    fn new(graph: &'a Graph, net: &Net) -> Result<GraphExecutor<'a>, Failure> {
        Ok(GraphExecutor {
            graph,
            in_doubles: graph_interp::InDoubles::new(graph)?,
            input_frac: net.inputs.iter().map(|i| i.frac).collect(),
            output_frac: net.outputs.iter().map(|o| o.frac).collect(),
        })
    }

    fn event(&self, event: &[i128]) -> Result<Vec<i128>, ExecuteError> {
        let features: Vec<Dyadic> =
            event.iter().zip(&self.input_frac).map(|(v, frac)| Dyadic::new(*v, -frac)).collect();
        let exact = graph_interp::run(self.graph, &features)?;
        if let Some(in_doubles) = &self.in_doubles {
            let features: Vec<f64> = features.iter().map(|x| x.to_f64()).collect();
            let quick = in_doubles.run(&features)?;
            if quick.iter().zip(&exact).any(|(q, e)| Dyadic::from_f64(*q) != Some(*e)) {
                return Err("its two interpreters differ".into());
            }
        }
        let integer =
            |(v, frac): (&Dyadic, &i32)| v.to_integer(*frac).ok_or("a value is off the port's grid");
        Ok(exact.iter().zip(&self.output_frac).map(integer).collect::<Result<_, _>>()?)
    }
}

impl Executes for GraphExecutor<'_> {
    fn name(&self) -> &'static str {
        "graph"
    }

    fn run(&mut self, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, ExecuteError> {
        use rayon::prelude::*;
        events.par_iter().map(|event| self.event(event)).collect()
    }
}
