//! Batches through the network: losses and gradients, on several threads, always the same numbers.

use super::network::Network;
use super::operation::How;
use super::shard::Shard;
use rayon::prelude::*;
use std::sync::Arc;

/// Rows of a shard: small enough for the processor's caches, and for several threads to share a batch.
pub const SHARD: usize = 256;

/// What the loss of some rows is: from outputs and labels to the sum of their losses; it leaves the gradient of the
/// batch's loss in the last argument.
pub type Lose<'a> = dyn Fn(&[f32], &[u32], &mut [f32]) -> f64 + Sync + 'a;

/// A network at work.
#[derive(Debug)]
pub struct Engine {
    /// The network.
    pub network: Network,
    shards: Vec<Shard>,
    threads: Option<Arc<rayon::ThreadPool>>,
}

/// What a step found.
#[derive(Debug)]
pub struct Found {
    /// The sum of the rows' losses.
    pub loss: f64,
    /// The gradient of each parameter, empty for statistics.
    pub gradients: Vec<Vec<f32>>,
}

/// Rows that go through the network together, from a table on the input's grid.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// All rows × features.
    pub x: &'a [f32],
    /// The class of each of them.
    pub labels: &'a [u32],
    /// Which of them, in this order.
    pub rows: &'a [u32],
}

impl Engine {
    /// `network` on so many threads.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(network: Network, threads: usize) -> Result<Engine, rayon::ThreadPoolBuildError> {
        let pool = || rayon::ThreadPoolBuilder::new().num_threads(threads).build().map(Arc::new);
        let threads = (threads > 1).then(pool).transpose()?;
        Ok(Engine { network, shards: Vec::new(), threads })
    }

    /// The loss of a batch and its gradients. Random numbers are drawn from `key`.
    pub fn step(&mut self, batch: &Batch, how: How, key: u64, lose: &Lose) -> Found {
        self.forward(batch, how, key);
        self.each(|_, shard| shard.lose(lose));
        self.backward();
        Found { loss: self.shards.iter().map(|shard| shard.loss).sum(), gradients: self.gradients() }
    }

    /// The results of the last layer for each row of `batch`, as they will be in use.
    pub fn predict(&mut self, batch: &Batch) -> Vec<f32> {
        self.forward(batch, How::Inference, 0);
        self.shards.iter().filter_map(|shard| shard.outputs.last()).flatten().copied().collect()
    }

    fn forward(&mut self, batch: &Batch, how: How, key: u64) {
        self.network.prepare(how, key);
        self.load(batch, key);
        for segment in self.network.segments() {
            if self.network.nodes()[segment.start].operation.gathers() {
                let sums = self.each(|network, shard| shard.gather(network, segment.start));
                self.network.operation(segment.start).settle(&sums);
            }
            self.each(|network, shard| {
                segment.clone().for_each(|place| shard.forward(network, place, how));
            });
        }
    }

    /// Cuts the rows of `batch` into shards.
    fn load(&mut self, batch: &Batch, key: u64) {
        self.shards.truncate(batch.rows.len().div_ceil(SHARD));
        let missing = self.shards.len()..batch.rows.len().div_ceil(SHARD);
        self.shards.extend(missing.map(Shard::new));
        self.each(|network, shard| shard.begin(network, batch, key));
    }

    fn backward(&mut self) {
        let mut settled = None;
        for segment in self.network.segments().into_iter().rev() {
            let gathers = self.network.nodes()[segment.start].operation.gathers();
            let first = segment.start + usize::from(gathers);
            self.each(|network, shard| {
                settled
                    .into_iter()
                    .chain((first..segment.end).rev())
                    .for_each(|n| shard.backward(network, n));
            });
            settled = None;
            if gathers {
                let sums = self.each(|network, shard| shard.gather_back(network, segment.start));
                self.network.operation(segment.start).settle_back(&sums);
                settled = Some(segment.start);
            }
        }
        settled.into_iter().for_each(|n| drop(self.each(|network, shard| shard.backward(network, n))));
    }

    /// The gradient of each parameter: the parts of all shards summed, the first shard first.
    fn gradients(&mut self) -> Vec<Vec<f32>> {
        let Engine { network, shards, .. } = self;
        let mut gradients = vec![Vec::new(); network.parameters.0.len()];
        for (place, node) in network.nodes().iter().enumerate() {
            let (first, others) = shards.split_first_mut().expect("a batch has rows");
            let mut summed = std::mem::take(&mut first.scratch[place].partial);
            for other in others.iter() {
                let parts = summed.iter_mut().zip(&other.scratch[place].partial);
                parts.for_each(|(sum, part)| sum.iter_mut().zip(part).for_each(|(s, p)| *s += p));
            }
            let found = node.operation.finish(summed, &network.parameters);
            node.operation.parameters().into_iter().zip(found).for_each(|(id, g)| gradients[id.0] = g);
        }
        gradients
    }

    /// What `work` makes of each shard, in their order.
    fn each<T: Send>(&mut self, work: impl Fn(&Network, &mut Shard) -> T + Sync) -> Vec<T> {
        let Engine { network, shards, threads } = self;
        let network = &*network;
        match threads {
            Some(pool) => pool.install(|| shards.par_iter_mut().map(|shard| work(network, shard)).collect()),
            None => shards.iter_mut().map(|shard| work(network, shard)).collect(),
        }
    }
}
