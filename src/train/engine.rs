//! Batches through the network: losses and gradients, on several threads, always the same numbers.

use super::network::Network;
use super::operation::How;
use super::plan::{self, Turn};
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

/// A batch on its way through the network.
pub(super) struct Pass<'a> {
    pub(super) batch: &'a Batch<'a>,
    pub(super) how: How,
    /// Where random numbers are drawn from.
    pub(super) key: u64,
    /// The loss, if the way leads back.
    pub(super) lose: Option<&'a Lose<'a>>,
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
        self.run(&Pass { batch, how, key, lose: Some(lose) });
        Found { loss: self.shards.iter().map(|shard| shard.loss).sum(), gradients: self.gradients() }
    }

    /// The results of the last layer for each row of `batch`, as they will be in use.
    pub fn predict(&mut self, batch: &Batch) -> Vec<f32> {
        self.run(&Pass { batch, how: How::Inference, key: 0, lose: None });
        let outputs = |shard: &Shard| shard.outputs.last().unwrap_or(&shard.input).clone();
        self.shards.iter().flat_map(outputs).collect()
    }

    /// Its threads, if there are several. Work that runs many steps had better run on one of them: the others are then
    /// reached sooner.
    pub(super) fn threads(&self) -> Option<Arc<rayon::ThreadPool>> {
        self.threads.clone()
    }

    fn run(&mut self, pass: &Pass) {
        self.network.prepare(pass.how, pass.key);
        let shards = pass.batch.rows.len().div_ceil(SHARD);
        self.shards.truncate(shards);
        self.shards.extend((self.shards.len()..shards).map(Shard::new));
        for run in plan::runs(&self.network, pass.lose.is_some()) {
            let sums = self.each(|network, shard| shard.run(network, pass, &run));
            match run.last() {
                Some(Turn::Gather(place)) => self.network.operation(*place).settle(&sums),
                Some(Turn::GatherBack(place)) => self.network.operation(*place).settle_back(&sums),
                _ => {}
            }
        }
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
