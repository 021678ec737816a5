//! Some rows of a batch on their way through the network and back.

use super::engine::{Batch, Lose, Pass, SHARD};
use super::network::{Network, Source};
use super::operation::{How, Scratch};
use super::plan::Turn;
use crate::data::random::Random;

/// The rows of one shard: what every node makes of them, and the gradients of that. Buffers are used again.
#[derive(Debug, Default)]
pub(super) struct Shard {
    /// Its place among the shards of a batch.
    place: usize,
    /// How many rows there are.
    pub(super) rows: usize,
    /// The network's input, rows × features.
    pub(super) input: Vec<f32>,
    /// The class of each row.
    pub(super) labels: Vec<u32>,
    /// The result of each node.
    pub(super) outputs: Vec<Vec<f32>>,
    /// The gradient of each node's result.
    slopes: Vec<Vec<f32>>,
    /// Whether anything has been put into it.
    reached: Vec<bool>,
    /// What each node keeps.
    pub(super) scratch: Vec<Scratch>,
    /// The sum of the rows' losses.
    pub(super) loss: f64,
}

impl Shard {
    /// Takes all turns of `run`; gives its rows, and the sums of the last turn, if that gathers.
    pub(super) fn run(&mut self, network: &Network, pass: &Pass, run: &[Turn]) -> (usize, Vec<f64>) {
        let mut sums = Vec::new();
        for turn in run {
            match *turn {
                Turn::Begin => self.begin(network, pass.batch, pass.key),
                Turn::Gather(place) => sums = self.gather(network, place),
                Turn::Forward(place) => self.forward(network, place, pass.how),
                Turn::Lose => self.lose(pass.lose.expect("a way that leads back has a loss")),
                Turn::GatherBack(place) => sums = self.gather_back(network, place),
                Turn::Backward(place) => self.backward(network, place),
            }
        }
        (self.rows, sums)
    }

    /// Takes its rows of `batch`, and gives every node random numbers of its own, drawn from `key`.
    fn begin(&mut self, network: &Network, batch: &Batch, key: u64) {
        let rows = batch.rows.chunks(SHARD).nth(self.place).expect("a shard for each piece of the batch");
        self.load(batch, rows, network.features());
        let nodes = network.nodes();
        self.outputs.resize(nodes.len(), Vec::new());
        self.slopes.resize(nodes.len(), Vec::new());
        self.scratch.resize(nodes.len(), Scratch::default());
        self.reached.clear();
        self.reached.resize(nodes.len(), false);
        for (place, node) in nodes.iter().enumerate() {
            self.outputs[place].resize(rows.len() * node.operation.width(), 0.0);
            let scratch = &mut self.scratch[place];
            scratch.rows = rows.len();
            scratch.toward.resize(node.inputs.len(), Vec::new());
            scratch.random = Some(Random::of(&[key, self.place as u64, node.stream]));
        }
    }

    fn load(&mut self, batch: &Batch, rows: &[u32], features: usize) {
        self.rows = rows.len();
        self.input.clear();
        self.labels.clear();
        for row in rows {
            let row = *row as usize;
            self.input.extend_from_slice(&batch.x[row * features..(row + 1) * features]);
            self.labels.push(batch.labels[row]);
        }
    }

    /// The shard at `place`, empty.
    pub(super) fn new(place: usize) -> Shard {
        Shard { place, ..Shard::default() }
    }

    /// Sums of the rows that node `place` needs before its own turn.
    fn gather(&mut self, network: &Network, place: usize) -> Vec<f64> {
        let (before, _) = self.outputs.split_at(place);
        let inputs = inputs(network, place, &self.input, before);
        network.nodes()[place].operation.gather(&inputs, &mut self.scratch[place])
    }

    /// The result of node `place`.
    fn forward(&mut self, network: &Network, place: usize, how: How) {
        let (before, rest) = self.outputs.split_at_mut(place);
        let inputs = inputs(network, place, &self.input, before);
        let operation = &network.nodes()[place].operation;
        operation.forward(&inputs, &mut rest[0], &mut self.scratch[place], how);
    }

    /// The loss of the last node's result: `of` makes it of the result and the labels, and leaves its gradient.
    fn lose(&mut self, of: &Lose) {
        let Some(last) = self.outputs.len().checked_sub(1) else {
            // A network that computes nothing puts out its input.
            self.loss = of(&self.input, &self.labels, &mut vec![0.0; self.input.len()]);
            return;
        };
        self.slopes[last].resize(self.outputs[last].len(), 0.0);
        self.loss = of(&self.outputs[last], &self.labels, &mut self.slopes[last]);
        self.reached[last] = true;
    }

    /// Sums of the rows that node `place` needs before its own turn backwards.
    fn gather_back(&mut self, network: &Network, place: usize) -> Vec<f64> {
        let inputs = inputs(network, place, &self.input, &self.outputs[..place]);
        let operation = &network.nodes()[place].operation;
        let slope = &mut self.slopes[place];
        operation.gather_back(&inputs, slope, &mut self.scratch[place])
    }

    /// From the gradient of node `place` to those of what it reads, if any has reached it.
    fn backward(&mut self, network: &Network, place: usize) {
        if !self.reached[place] {
            return;
        }
        let node = &network.nodes()[place];
        let inputs = inputs(network, place, &self.input, &self.outputs[..place]);
        let (before, rest) = self.slopes.split_at_mut(place);
        let scratch = &mut self.scratch[place];
        node.operation.backward(&inputs, &mut rest[0], &node.wanted, scratch);
        for ((source, toward), wanted) in node.inputs.iter().zip(&mut scratch.toward).zip(&node.wanted) {
            let (Source::Node(from), true) = (source, wanted) else { continue };
            match std::mem::replace(&mut self.reached[*from], true) {
                false => std::mem::swap(&mut before[*from], toward),
                true => before[*from].iter_mut().zip(toward).for_each(|(sum, more)| *sum += *more),
            }
        }
    }
}

/// What node `place` reads.
fn inputs<'a>(network: &Network, place: usize, input: &'a [f32], before: &'a [Vec<f32>]) -> Vec<&'a [f32]> {
    let read = |source: &Source| match source {
        Source::Input => input,
        Source::Node(place) => before[*place].as_slice(),
    };
    network.nodes()[place].inputs.iter().map(read).collect()
}
