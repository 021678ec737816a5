//! How anything that computes a network is compared with its definition.

use super::{Net, interp};
use std::fmt;

/// What went wrong while an executor ran (an outside tool is missing, a file cannot be written, …).
pub type ExecuteError = Box<dyn std::error::Error + Send + Sync>;

/// Something that computes the integers of a network: an interpreter, a simulator, a netlist, an emulator.
pub trait Executes {
    /// Its name in the report: `net`, `staged`, `verilator`, `netlist`, …
    fn name(&self) -> &str;

    /// The outputs for each event, in order. Inputs and outputs stand in the order of the net's ports.
    fn run(&mut self, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, ExecuteError>;
}

/// A net with a name, executed by definition: each pass of the plan becomes one of these.
#[derive(Debug, Clone)]
pub struct Interpreted {
    /// Its name in the report.
    pub name: String,
    /// The net that runs.
    pub net: Net,
}

impl Executes for Interpreted {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&mut self, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, ExecuteError> {
        Ok(events.iter().map(|event| interp::run(&self.net, event)).collect())
    }
}

/// The first place where an executor differs from the definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Which event, from 0.
    pub event: usize,
    /// Which output, from 0.
    pub output: usize,
    /// What the definition says; `None` if there is no such output.
    pub expected: Option<i128>,
    /// What the executor says; `None` if it gave no such output.
    pub got: Option<i128>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |v: Option<i128>| v.map_or("nothing".to_owned(), |v| v.to_string());
        let Mismatch { event, output, expected, got } = self;
        write!(f, "event {event}, output {output}: expected {}, got {}", show(*expected), show(*got))
    }
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The executor's name.
    pub executor: String,
    /// How many events were compared.
    pub vectors: usize,
    /// How many of them differ in at least one output.
    pub mismatches: usize,
    /// The first difference.
    pub first: Option<Mismatch>,
}

/// Runs `executor` on `events` and compares with `expected`, output by output.
pub fn compare(
    executor: &mut dyn Executes,
    events: &[Vec<i128>],
    expected: &[Vec<i128>],
) -> Result<Agreement, ExecuteError> {
    let got = executor.run(events)?;
    let differing: Vec<usize> =
        (0..expected.len().max(got.len())).filter(|i| expected.get(*i) != got.get(*i)).collect();
    let first =
        differing.first().map(|event| first_difference(*event, expected.get(*event), got.get(*event)));
    Ok(Agreement {
        executor: executor.name().to_owned(),
        vectors: events.len(),
        mismatches: differing.len(),
        first,
    })
}

fn first_difference(event: usize, expected: Option<&Vec<i128>>, got: Option<&Vec<i128>>) -> Mismatch {
    let at = |row: Option<&Vec<i128>>, i: usize| row.and_then(|r| r.get(i)).copied();
    let width = expected.map_or(0, Vec::len).max(got.map_or(0, Vec::len));
    let output = (0..width).find(|i| at(expected, *i) != at(got, *i)).unwrap_or(0);
    Mismatch { event, output, expected: at(expected, output), got: at(got, output) }
}
