//! What a staged net computes, clock by clock: registers hold what crosses a rank, and nothing else.

use super::Staged;
use crate::net::execute::{ExecuteError, Executes};
use crate::net::{Id, interp};

/// A pipeline that runs: at every clock a new event comes in and an older one goes out.
#[derive(Debug, Clone)]
pub struct Pipeline {
    staged: Staged,
    /// The values computed in each cycle, in order; constants among those of every cycle.
    computed: Vec<Vec<Id>>,
    /// The values that cross each rank.
    crossing: Vec<Vec<Id>>,
    /// What stands in each cycle: what crossed the rank before it, and what is computed in it, by [`Id::index`].
    present: Vec<Vec<Option<i128>>>,
}

impl Pipeline {
    /// A pipeline whose registers hold nothing yet.
    pub fn new(staged: &Staged) -> Pipeline {
        let last_read = staged.last_read();
        let in_cycle = |id: &Id, cycle: u32| staged.cycle(*id) == cycle || staged.is_constant(*id);
        let crosses = |id: &Id, rank: u32| staged.cycle(*id) <= rank && rank < last_read[id.index()];
        let computed = |cycle| staged.net.ids().filter(|id| in_cycle(id, cycle)).collect();
        let crossing = |rank| staged.net.ids().filter(|id| crosses(id, rank)).collect();
        Pipeline {
            staged: staged.clone(),
            computed: (0..=staged.latency).map(computed).collect(),
            crossing: (0..staged.latency).map(crossing).collect(),
            present: vec![vec![None; staged.net.len()]; staged.latency as usize + 1],
        }
    }

    /// The outputs seen before a clock edge while `inputs` are applied; then the edge.
    ///
    /// An output is `None` while what it is computed from has not yet come in.
    pub fn clock(&mut self, inputs: &[i128]) -> Vec<Option<i128>> {
        for cycle in 0..self.present.len() {
            self.compute(cycle, inputs);
        }
        let last = &self.present[self.present.len() - 1];
        let outputs = self.staged.net.outputs.iter().map(|o| last[o.id.index()]).collect();
        for rank in (0..self.crossing.len()).rev() {
            self.cross(rank);
        }
        outputs
    }

    /// Everything computed in `cycle`, from what is present in it.
    fn compute(&mut self, cycle: usize, inputs: &[i128]) {
        let values = &mut self.present[cycle];
        for id in &self.computed[cycle] {
            let op = self.staged.net.op(*id);
            let mut all = true;
            op.for_each_operand(|operand| all &= values[operand.index()].is_some());
            let get = |id: Id| values[id.index()].unwrap_or(0);
            values[id.index()] = all.then(|| interp::value_with(op, inputs, get));
        }
    }

    /// The clock edge at `rank`: the cycle after it holds what crosses, and nothing else.
    fn cross(&mut self, rank: usize) {
        let (before, after) = self.present.split_at_mut(rank + 1);
        let (from, to) = (&before[rank], &mut after[0]);
        to.fill(None);
        self.crossing[rank].iter().for_each(|id| to[id.index()] = from[id.index()]);
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
