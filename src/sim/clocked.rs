//! How a design that runs clock by clock becomes an executor.

use super::bits::Shape;
use super::stimulus::{self, Cycle, Spacing, Stimulus};
use crate::net::Net;
use crate::net::execute::{ExecuteError, Executes};
use crate::schedule::Staged;

/// What is seen on the outputs just before a clock edge: the data, if `out_valid` is 1.
pub type Seen = Option<Vec<i128>>;

/// A design with a clock.
pub trait Clocked {
    /// Its name in the report.
    fn name(&self) -> &'static str;

    /// What is seen before each clock edge while `cycles` are applied.
    fn run(&mut self, cycles: &[Cycle]) -> Result<Vec<Seen>, ExecuteError>;
}

/// A bench that drives a design with events and reads their results at the one clock where they must be.
#[derive(Debug)]
pub struct Bench<D> {
    design: D,
    shapes: Vec<Shape>,
    spacing: Spacing,
    latency: u32,
    seed: u64,
}

impl<D: Clocked> Bench<D> {
    /// A bench for the design that `staged` describes, for an experiment with `required` clocks an event.
    pub fn new(design: D, staged: &Staged, required: u32, seed: u64) -> Bench<D> {
        let spacing = Spacing { achieved: staged.initiation_interval, required };
        Bench { design, shapes: input_shapes(&staged.net), spacing, latency: staged.latency, seed }
    }

    /// What is applied for `events`.
    pub fn stimulus(&self, events: &[Vec<i128>]) -> Stimulus {
        stimulus::of(events, &self.shapes, self.spacing, self.latency, self.seed)
    }
}

/// The shapes of a net's input ports.
pub fn input_shapes(net: &Net) -> Vec<Shape> {
    net.inputs.iter().map(|i| Shape::of(i.interval)).collect()
}

/// The shapes of a net's output ports.
pub fn output_shapes(net: &Net) -> Vec<Shape> {
    net.outputs.iter().map(|o| Shape::of(net.interval(o.id))).collect()
}

impl<D: Clocked> Executes for Bench<D> {
    fn name(&self) -> &str {
        self.design.name()
    }

    /// # Errors
    /// `out_valid` is 1 at another clock than `latency` after an event, or 0 there.
    fn run(&mut self, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, ExecuteError> {
        let run = self.stimulus(events);
        let seen = self.design.run(&run.cycles)?;
        let mut results = Vec::with_capacity(events.len());
        for (clock, outputs) in seen.into_iter().enumerate() {
            let due = run.sampled.get(results.len()).map(|at| at + self.latency as usize);
            match outputs {
                Some(row) if due == Some(clock) => results.push(row),
                Some(_) => {
                    return Err(format!("out_valid is 1 at clock {clock}, where no event is due").into());
                }
                None if due == Some(clock) => {
                    return Err(format!(
                        "out_valid is 0 at clock {clock}, where event {} is due",
                        results.len()
                    )
                    .into());
                }
                None => {}
            }
        }
        Ok(results)
    }
}
