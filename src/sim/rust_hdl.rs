//! The blocks in rust-hdl's own simulator.

use super::clocked::{Clocked, Seen};
use super::stimulus::Cycle;
use crate::net::execute::ExecuteError;
use crate::rtl::Top;
use crate::rtl::wire::Wire;
use rust_hdl::core::simulate::simulate;

/// The most sweeps over all blocks until every signal rests.
const MOST_SWEEPS: usize = 100;

/// A top that is simulated block by block.
#[derive(Debug)]
pub struct Blocks(pub Top);

impl Blocks {
    fn settle(&mut self) -> Result<(), ExecuteError> {
        let rests = simulate(&mut self.0, MOST_SWEEPS);
        rests.then_some(()).ok_or_else(|| format!("signals do not rest after {MOST_SWEEPS} sweeps").into())
    }
}

impl Clocked for Blocks {
    fn name(&self) -> &'static str {
        "rust-hdl"
    }

    fn run(&mut self, cycles: &[Cycle]) -> Result<Vec<Seen>, ExecuteError> {
        let mut seen = Vec::with_capacity(cycles.len());
        for cycle in cycles {
            self.0.rst.next = cycle.rst;
            self.0.in_valid.next = cycle.valid;
            self.0.inputs.iter_mut().zip(&cycle.data).for_each(|(wire, value)| wire.next = *value);
            self.0.clk.next = false.into();
            self.settle()?;
            let valid = self.0.out_valid.val();
            seen.push(valid.then(|| self.0.outputs.iter().map(Wire::get).collect()));
            self.0.clk.next = true.into();
            self.settle()?;
        }
        Ok(seen)
    }
}
