//! What a staged net computes, clock by clock: registers hold what crosses a rank, and nothing else.

use super::Staged;
use crate::net::execute::{ExecuteError, Executes};
use crate::net::{Id, Op};

/// A pipeline that runs: at every clock a new event comes in and an older one goes out.
#[derive(Debug, Clone)]
pub struct Pipeline {
    staged: Staged,
    last_read: Vec<u32>,
    /// `registers[c]` holds what crossed rank `c` at the last clock, by [`Id::index`].
    registers: Vec<Vec<Option<i128>>>,
}

impl Pipeline {
    /// A pipeline whose registers hold nothing yet.
    pub fn new(staged: &Staged) -> Pipeline {
        let registers = vec![vec![None; staged.net.len()]; staged.latency as usize];
        Pipeline { staged: staged.clone(), last_read: staged.last_read(), registers }
    }

    /// The outputs seen before a clock edge while `inputs` are applied; then the edge.
    ///
    /// An output is `None` while what it is computed from has not yet come in.
    pub fn clock(&mut self, inputs: &[i128]) -> Vec<Option<i128>> {
        let cycles: Vec<Vec<Option<i128>>> =
            (0..=self.staged.latency).map(|cycle| self.cycle(cycle, inputs)).collect();
        let outputs =
            self.staged.net.outputs.iter().map(|o| cycles[self.staged.latency as usize][o.id.index()]);
        let outputs = outputs.collect();
        for (rank, values) in self.registers.iter_mut().zip(cycles) {
            *rank = values;
        }
        for (rank, values) in self.registers.iter_mut().enumerate() {
            let crosses = |id: usize| self.last_read[id] as usize > rank;
            values.iter_mut().enumerate().for_each(|(id, v)| *v = v.filter(|_| crosses(id)));
        }
        outputs
    }

    /// All values present in `cycle`: those that crossed the rank before it, and those computed in it.
    fn cycle(&self, cycle: u32, inputs: &[i128]) -> Vec<Option<i128>> {
        let net = &self.staged.net;
        let mut values = match cycle.checked_sub(1) {
            Some(rank) => self.registers[rank as usize].clone(),
            None => vec![None; net.len()],
        };
        for id in net.ids() {
            if self.staged.cycle(id) == cycle || matches!(net.op(id), Op::Const(_)) {
                values[id.index()] = self.compute(id, inputs, &values);
            }
        }
        values
    }

    fn compute(&self, id: Id, inputs: &[i128], values: &[Option<i128>]) -> Option<i128> {
        let op = self.staged.net.op(id);
        let operands: Option<Vec<i128>> = op.operands().iter().map(|o| values[o.index()]).collect();
        let mut place = 0;
        let renumbered = op.renamed(|_| {
            place += 1;
            Id::new(place - 1)
        });
        Some(crate::net::interp::value(&renumbered, inputs, &operands?))
    }
}

/// The staged net as an executor: events follow one another at every clock.
impl Executes for Pipeline {
    fn name(&self) -> &'static str {
        "staged"
    }

    fn run(&mut self, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, ExecuteError> {
        let latency = self.staged.latency as usize;
        let idle: Vec<i128> = self.staged.net.inputs.iter().map(|i| i.interval.lo).collect();
        let mut results = Vec::new();
        for clock in 0..events.len() + latency {
            let outputs = self.clock(events.get(clock).unwrap_or(&idle));
            if clock >= latency {
                let row: Option<Vec<i128>> = outputs.into_iter().collect();
                results.push(row.ok_or("an output is read before it is computed")?);
            }
        }
        Ok(results)
    }
}
