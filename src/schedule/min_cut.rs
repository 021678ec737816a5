//! The cheapest cut of a network of pipes, by Dinic's algorithm (Dinic 1970).

use std::collections::VecDeque;

/// A capacity that no cut may pay.
pub const UNCUTTABLE: u64 = 1 << 50;

/// Nodes joined by pipes of a capacity in one direction. Node 0 is the source, node 1 the sink.
#[derive(Debug, Clone)]
pub struct Pipes {
    /// For each pipe and its reverse: where it leads, and what it can still carry.
    ends: Vec<(usize, u64)>,
    /// For each node, the pipes that leave it. Pipe `p`'s reverse is `p ^ 1`.
    leaving: Vec<Vec<usize>>,
}

/// Where the flow comes from.
pub const SOURCE: usize = 0;
/// Where it goes.
pub const SINK: usize = 1;

impl Pipes {
    /// `nodes` nodes, source and sink among them, and no pipe.
    pub fn new(nodes: usize) -> Pipes {
        Pipes { ends: Vec::new(), leaving: vec![Vec::new(); nodes] }
    }

    /// Adds a pipe.
    pub fn join(&mut self, from: usize, to: usize, capacity: u64) {
        self.leaving[from].push(self.ends.len());
        self.ends.push((to, capacity));
        self.leaving[to].push(self.ends.len());
        self.ends.push((from, 0));
    }

    /// For each node, whether it lies on the source's side of the cheapest cut (of several, the one nearest
    /// to the source).
    pub fn source_side(mut self) -> Vec<bool> {
        loop {
            let distances = self.distances();
            if distances[SINK].is_none() {
                return distances.into_iter().map(|d| d.is_some()).collect();
            }
            let mut next = vec![0; self.leaving.len()];
            while self.push_along_one_path(&distances, &mut next) {}
        }
    }

    /// Pipes from the source to each node that can still be reached.
    fn distances(&self) -> Vec<Option<u32>> {
        let mut distances = vec![None; self.leaving.len()];
        distances[SOURCE] = Some(0);
        let mut queue = VecDeque::from([SOURCE]);
        while let Some(node) = queue.pop_front() {
            for &pipe in &self.leaving[node] {
                let (to, capacity) = self.ends[pipe];
                if capacity > 0 && distances[to].is_none() {
                    distances[to] = distances[node].map(|d| d + 1);
                    queue.push_back(to);
                }
            }
        }
        distances
    }

    /// Fills one shortest path; false if there is none left. `next` is the first pipe of each node that may
    /// still lead to the sink.
    fn push_along_one_path(&mut self, distances: &[Option<u32>], next: &mut [usize]) -> bool {
        let mut path: Vec<usize> = Vec::new();
        let mut node = SOURCE;
        while node != SINK {
            let forward = |pipe: usize| {
                let (to, capacity) = self.ends[pipe];
                capacity > 0 && distances[to] == distances[node].map(|d| d + 1)
            };
            if let Some(&pipe) = self.leaving[node].get(next[node]) {
                if forward(pipe) {
                    path.push(pipe);
                    node = self.ends[pipe].0;
                } else {
                    next[node] += 1;
                }
            } else if let Some(pipe) = path.pop() {
                node = self.ends[pipe ^ 1].0;
                next[node] += 1;
            } else {
                return false;
            }
        }
        let flow = path.iter().map(|pipe| self.ends[*pipe].1).min().unwrap_or(0);
        for pipe in path {
            self.ends[pipe].1 -= flow;
            self.ends[pipe ^ 1].1 += flow;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrow_pipe_is_cut() {
        let mut pipes = Pipes::new(4);
        pipes.join(SOURCE, 2, 5);
        pipes.join(2, 3, 2);
        pipes.join(3, SINK, 5);
        assert_eq!(pipes.source_side(), [true, false, true, false]);
    }

    #[test]
    fn two_ways_are_cut_where_they_are_cheaper_together() {
        let mut pipes = Pipes::new(5);
        pipes.join(SOURCE, 2, 4);
        pipes.join(SOURCE, 3, 4);
        pipes.join(2, 4, 3);
        pipes.join(3, 4, 3);
        pipes.join(4, SINK, 5);
        assert_eq!(pipes.source_side(), [true, false, true, true, true]);
    }
}
