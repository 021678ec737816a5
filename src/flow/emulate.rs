//! `heteroq emulate`: events from a file through the network, results into a file.

use super::Failure;
use super::design::Design;
use super::events::{self, Source};
use crate::emulate::fast::Emulator;
use crate::emulate::io;
use crate::fixed::Dyadic;
use crate::graph::interp as graph_interp;
use crate::net::execute::{ExecuteError, Executes};
use crate::net::{Input, Output, interp};
use crate::schedule::interp::Pipeline;
use crate::tool;
use miette::miette;
use ndarray::Array2;
use rayon::prelude::*;
use std::path::Path;

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Engine {
    /// The graph in exact real arithmetic: the meaning of the network.
    Graph,
    /// The integer net, operation by operation.
    Net,
    /// The pipeline, clock by clock.
    Staged,
    /// The batched emulator.
    #[default]
    Fast,
}

/// Runs the events in `input` through `engine`, writes a row an event to `output`, and says how many there are.
///
/// Features are physical units and results exact values; with `raw` both are port integers.
///
/// # Errors
/// A file that cannot be read or written, or does not fit the network.
pub fn emulate(
    design: &Design,
    engine: Engine,
    input: &Path,
    output: &Path,
    raw: bool,
) -> Result<usize, Failure> {
    require_npy(output)?;
    let results = run(design, engine, &Source::open(design, input, raw)?)?;
    let ports: Vec<(String, i32)> =
        design.mapped().outputs.iter().map(|o| (o.name.clone(), o.frac)).collect();
    let write = if raw { io::write_raw } else { io::write_values };
    tool::uninterrupted(|| write(output, results.view(), &ports))?.map_err(Failure::input)?;
    Ok(results.nrows())
}

/// What is written is a .npy file, and called so.
///
/// # Errors
/// Another name.
pub fn require_npy(output: &Path) -> Result<(), Failure> {
    if output.extension().is_some_and(|extension| extension == "npy") {
        return Ok(());
    }
    Err(Failure::Input(miette!(
        code = "emulate::output",
        help = "give `--output` a name that ends in .npy",
        "the results are a .npy file, which `{}` is not by its name",
        output.display()
    )))
}

/// The results of `events` as rows × outputs.
///
/// # Errors
/// Events that do not fit the ports.
fn run(design: &Design, engine: Engine, events: &Source) -> Result<Array2<i128>, Failure> {
    let outputs = design.mapped().outputs.len();
    let mut fast = Emulator::new(design.mapped());
    let mut results = Vec::new();
    for block in events.blocks() {
        results.extend(of_block(design, engine, &mut fast, &events::rows(&block))?.concat());
    }
    let shape = (results.len() / outputs, outputs);
    Ok(Array2::from_shape_vec(shape, results).expect("a row of outputs an event"))
}

fn of_block(
    design: &Design,
    engine: Engine,
    fast: &mut Emulator,
    events: &[Vec<i128>],
) -> Result<Vec<Vec<i128>>, Failure> {
    let failed = |error: ExecuteError| Failure::Input(miette!("{error}"));
    match engine {
        Engine::Graph => events.par_iter().map(|event| by_graph(design, event)).collect(),
        Engine::Net => Ok(events.par_iter().map(|event| interp::run(design.mapped(), event)).collect()),
        Engine::Staged => Pipeline::new(&design.staged).run(events).map_err(failed),
        Engine::Fast => Executes::run(fast, events).map_err(failed),
    }
}

fn by_graph(design: &Design, event: &[i128]) -> Result<Vec<i128>, Failure> {
    let net = design.mapped();
    let feature = |(v, i): (&i128, &Input)| Dyadic::new(*v, -i.frac);
    let features: Vec<Dyadic> = event.iter().zip(&net.inputs).map(feature).collect();
    let results = graph_interp::run(&design.graph, &features)?;
    let integer =
        |(v, o): (&Dyadic, &Output)| v.to_integer(o.frac).expect("results lie on the outputs' grids");
    Ok(results.iter().zip(&net.outputs).map(integer).collect())
}
