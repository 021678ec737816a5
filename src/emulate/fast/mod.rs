//! The fast bit-exact emulator: a net becomes a program over columns of events.
//!
//! A column holds one value for [`BLOCK`] events, in the narrowest of four integer types that fits. The
//! program runs once a block, each step a loop that the compiler vectorizes; blocks are spread over the cores.
//!
//! | file | answers |
//! |---|---|
//! | `lane` | which integer type holds a value |
//! | `code` | what one step computes |
//! | `select` | which steps compute a net |
//! | `sum` | which sums are computed together |
//! | `allocate` | which memory each column has |
//! | `frame` | where the columns of a block lie |
//! | `kernel` | the loops |
//! | `port` | how events enter and results leave |
//!
//! *Exactness.* A sum, difference, product or left shift is computed modulo 2^n in the n-bit type that holds its
//! result, which is the result itself, whatever its operands or partial sums take. Everything else is computed
//! in a type that holds its operands.

mod allocate;
mod code;
mod frame;
mod kernel;
mod lane;
mod port;
mod select;
mod sum;
#[cfg(test)]
mod tests;

use crate::net::Net;
use crate::net::execute::{ExecuteError, Executes};
use allocate::Program;
use frame::Frame;
pub use port::{Integer, PortError};
use rayon::prelude::*;

/// Events that are computed together.
pub const BLOCK: usize = 256;

/// Blocks that a core takes at once.
const BLOCKS_A_TASK: usize = 16;

/// Events that [`Executes::run`] holds as flat arrays at once.
const EVENTS_A_BATCH: usize = 64 * BLOCK;

/// A net, compiled once, run on any number of events.
#[derive(Debug, Clone)]
pub struct Emulator {
    program: Program,
}

impl Emulator {
    /// Compiles `net`, which must be valid ([`crate::net::validate()`]).
    pub fn new(net: &Net) -> Emulator {
        Emulator { program: allocate::allocate(select::select(net), net) }
    }

    /// The results of `events` events on all cores.
    ///
    /// `inputs` is events × input ports, the result events × output ports, both row by row. `T` is `i64` or, for
    /// nets with wider ports, `i128`.
    ///
    /// # Errors
    /// [`PortError`] if there are not `events` rows, an input lies outside its interval, or an output port is
    /// wider than `T`.
    pub fn run<T: Integer>(&self, inputs: &[T], events: usize) -> Result<Vec<T>, PortError> {
        let mut results = self.results(inputs, events)?;
        let (row_in, row_out) = self.rows();
        let task = BLOCK * BLOCKS_A_TASK;
        (0..events.div_ceil(task))
            .into_par_iter()
            .zip(results.par_chunks_mut((task * row_out).max(1)))
            .try_for_each(|(n, results)| {
                let here = (events - n * task).min(task);
                let inputs = &inputs[n * task * row_in..][..here * row_in];
                self.run_task(inputs, results, here, n * task)
            })?;
        Ok(results)
    }

    /// The same on the calling thread alone.
    ///
    /// # Errors
    /// As [`Emulator::run`].
    pub fn run_on_one_core<T: Integer>(&self, inputs: &[T], events: usize) -> Result<Vec<T>, PortError> {
        let mut results = self.results(inputs, events)?;
        self.run_task(inputs, &mut results, events, 0)?;
        Ok(results)
    }

    /// The integers of a row of inputs and of a row of results.
    fn rows(&self) -> (usize, usize) {
        (self.program.inputs.len(), self.program.outputs.len())
    }

    /// Room for the results, after a look at the shapes.
    fn results<T: Integer>(&self, inputs: &[T], events: usize) -> Result<Vec<T>, PortError> {
        let (row_in, row_out) = self.rows();
        if Some(inputs.len()) != events.checked_mul(row_in) {
            return Err(PortError::Shape { given: inputs.len(), events, ports: row_in });
        }
        port::outputs_fit::<T>(&self.program.outputs)?;
        Ok(vec![T::wrap(0); events * row_out])
    }

    /// Some blocks after one another, in one frame. `first` is the number of their first event, for errors.
    fn run_task<T: Integer>(
        &self,
        inputs: &[T],
        results: &mut [T],
        events: usize,
        first: usize,
    ) -> Result<(), PortError> {
        let (row_in, row_out) = self.rows();
        let mut frame = Frame::new(&self.program);
        for start in (0..events).step_by(BLOCK) {
            let here = (events - start).min(BLOCK);
            let inputs = &inputs[start * row_in..][..here * row_in];
            port::load(&self.program.inputs, &mut frame, inputs, first + start)?;
            kernel::run(&self.program.steps, &mut frame);
            port::store(&self.program.outputs, &frame, &mut results[start * row_out..][..here * row_out]);
        }
        Ok(())
    }

    /// [`Emulator::run`] on rows of `i128`, carried as `T`.
    fn run_rows<T: Integer>(&self, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, PortError> {
        let (row_in, row_out) = self.rows();
        let mut flat = Vec::with_capacity(events.len() * row_in);
        for event in events {
            if event.len() != row_in {
                return Err(PortError::Shape { given: event.len(), events: 1, ports: row_in });
            }
            flat.extend(event.iter().map(|v| T::wrap(*v)));
        }
        let results = self.run(&flat, events.len())?;
        let row = |e: usize| results[e * row_out..][..row_out].iter().map(|v| v.wide()).collect();
        Ok((0..events.len()).map(row).collect())
    }
}

impl Executes for Emulator {
    fn name(&self) -> &'static str {
        "fast"
    }

    fn run(&mut self, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, ExecuteError> {
        let mut rows = Vec::with_capacity(events.len());
        for batch in events.chunks(EVENTS_A_BATCH) {
            // Integers beyond 64 bits, refused or not, are told as they are.
            let narrow = port::outputs_fit::<i64>(&self.program.outputs).is_ok()
                && batch.iter().flatten().all(|v| i64::try_from(*v).is_ok());
            rows.extend(if narrow { self.run_rows::<i64>(batch)? } else { self.run_rows::<i128>(batch)? });
        }
        Ok(rows)
    }
}
