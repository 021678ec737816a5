//! `heteroq emulate`: events from a file through the network, results into a file.

use super::Failure;
use super::design::Design;
use super::events::Encoder;
use crate::data::array;
use crate::emulate::fast::Emulator;
use crate::fixed::{Dyadic, Interval};
use crate::graph::interp as graph_interp;
use crate::net::execute::{Executes, Interpreted};
use crate::net::{Net, Output};
use crate::schedule::interp::Pipeline;
use miette::miette;
use ndarray::Array2;
use ndarray_npy::{WritableElement, WriteNpyExt};
use std::fs;
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

/// Runs the events in `input` through `engine` and writes a row an event to `output`.
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
    let events = read(design, input, raw)?;
    let results = run(design, engine, &events)?;
    let outputs = &design.mapped().outputs;
    if raw {
        write_npy(output, &table(&results, outputs, |v, _| i64::try_from(v).ok())?)?;
    } else {
        write_npy(output, &table(&results, outputs, exact)?)?;
    }
    Ok(events.len())
}

fn read(design: &Design, input: &Path, raw: bool) -> Result<Vec<Vec<i128>>, Failure> {
    let x = array::read(input)?;
    let features = design.config.features();
    if x.ncols() != features {
        return Err(Failure::Input(miette!(
            "{}: has {} columns, the network {features} features",
            input.display(),
            x.ncols()
        )));
    }
    let encoder = Encoder::new(&design.config, &design.weights)?;
    let ports: Vec<Interval> = design.mapped().inputs.iter().map(|i| i.interval).collect();
    let event = |(row, x): (usize, ndarray::ArrayView1<f64>)| {
        let event = if raw { port_integers(x.to_vec(), &ports) } else { encoder.event(&x.to_vec()) };
        event.map_err(|e| Failure::Input(miette!("{}, row {row}: {e}", input.display())))
    };
    x.outer_iter().enumerate().map(event).collect()
}

fn port_integers(row: Vec<f64>, ports: &[Interval]) -> Result<Vec<i128>, String> {
    let integer = |(i, (x, port)): (usize, (f64, &Interval))| {
        let v = Dyadic::from_f64(x).and_then(|x| x.to_integer(0));
        v.filter(|v| port.contains(*v)).ok_or_else(|| format!("{x} is no integer of port {i}, {port}"))
    };
    row.into_iter().zip(ports).enumerate().map(integer).collect()
}

fn run(design: &Design, engine: Engine, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, Failure> {
    let net = design.mapped();
    let results = match engine {
        Engine::Graph => return events.iter().map(|event| by_graph(design, net, event)).collect(),
        Engine::Net => Interpreted { name: "net".to_owned(), net: net.clone() }.run(events),
        Engine::Staged => Pipeline::new(&design.staged).run(events),
        Engine::Fast => Executes::run(&mut Emulator::new(net), events),
    };
    results.map_err(|e| Failure::Input(miette!("{e}")))
}

fn by_graph(design: &Design, net: &Net, event: &[i128]) -> Result<Vec<i128>, Failure> {
    let feature = |(v, i): (&i128, &crate::net::Input)| Dyadic::new(*v, -i.frac);
    let features: Vec<Dyadic> = event.iter().zip(&net.inputs).map(feature).collect();
    let results = graph_interp::run(&design.graph, &features)?;
    let integer =
        |(v, o): (&Dyadic, &Output)| v.to_integer(o.frac).expect("results lie on the outputs' grids");
    Ok(results.iter().zip(&net.outputs).map(integer).collect())
}

/// The value of a port integer; `None` if it takes more than the 53 bits of an f64.
fn exact(v: i128, output: &Output) -> Option<f64> {
    let value = Dyadic::new(v, -output.frac);
    Some(value.to_f64()).filter(|x| Dyadic::from_f64(*x) == Some(value))
}

fn table<T: Clone + Default>(
    rows: &[Vec<i128>],
    outputs: &[Output],
    element: impl Fn(i128, &Output) -> Option<T>,
) -> Result<Array2<T>, Failure> {
    let mut table = Array2::default((rows.len(), outputs.len()));
    for (mut to, from) in table.outer_iter_mut().zip(rows) {
        for ((to, v), output) in to.iter_mut().zip(from).zip(outputs) {
            *to = element(*v, output).ok_or_else(|| {
                Failure::Input(miette!(
                    "output `{}`: {v} takes more bits than the file's numbers have",
                    output.name
                ))
            })?;
        }
    }
    Ok(table)
}

/// Writes an array under a temporary name and renames it.
///
/// # Errors
/// A file that cannot be written.
pub fn write_npy<T: WritableElement>(path: &Path, array: &Array2<T>) -> Result<(), Failure> {
    let fail = |e: &dyn std::fmt::Display| Failure::Input(miette!("cannot write {}: {e}", path.display()));
    let temporary = path.with_added_extension("part");
    let file = fs::File::create(&temporary).map_err(|e| fail(&e))?;
    array.write_npy(std::io::BufWriter::new(file)).map_err(|e| fail(&e))?;
    fs::rename(&temporary, path).map_err(|e| fail(&e))
}
