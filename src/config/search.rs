//! `search` as it is meant: which quantizers and sizes may be tried, and what makes one network better than another.

use super::model::Layer;
pub use super::pattern::Pattern;
use super::problem::Place;
pub use super::roles::{Class, Layers, Role, roles};
use crate::quantizer::Spec;
use std::path::PathBuf;

/// How to search.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// The costs that count, at least one, all different.
    pub goals: Vec<Goal>,
    /// How accuracy and cost are weighed.
    pub judge: Judge,
    /// What cost is compared with.
    pub reference: Reference,
    /// How good a network is at its task.
    pub metric: Metric,
    /// Which layers are searched, and how far, in the order of the config.
    pub limit: Vec<Limit>,
    /// The quantizers that a number of bits in `limit` chooses from.
    pub choices: Choices,
    /// Whether numbers of units are searched.
    pub tune_filters: Filters,
    /// Layers whose number of units stays.
    pub tune_filters_exceptions: Option<Pattern>,
    /// Layers that are never changed.
    pub frozen: Vec<String>,
    /// Whether the learning rate is searched.
    pub tune_learning_rate: bool,
    /// How the next trial is chosen.
    pub sampler: SamplerKind,
    /// Whether the first trials have quantizers that are alike in all layers.
    pub warm_start: bool,
    /// Trials in all.
    pub trials: usize,
    /// Epochs of each trial.
    pub epochs: usize,
    /// Training events of each trial; all if nothing is said.
    pub events: Option<usize>,
    /// Where every random choice starts from; that of `train` if nothing is said.
    pub seed: u64,
    /// How those on the front are trained again.
    pub last: Last,
    /// The blocks of the block scheduler, in their order; none: all layers at once.
    pub blocks: Vec<Pattern>,
    /// The order in which blocks are searched.
    pub schedule_block: Order,
    /// What `bits` counts.
    pub bits: BitsRule,
    /// What `energy` assumes.
    pub energy: EnergyRule,
    /// Where the section's key stands.
    pub place: Place,
}

/// A cost: smaller is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Goal {
    /// Bits of parameters and activations, as QKeras's `ForgivingFactorBits`.
    Bits,
    /// Energy of one inference on a 45 nm ASIC in pJ, as `QTools` estimates it.
    Energy,
    /// LUTs of the optimized, mapped, staged net, with the trained weights.
    Luts,
    /// Its latency in nanoseconds, at the config's clock.
    Latency,
}

/// How accuracy and cost are weighed.
#[derive(Debug, Clone, PartialEq)]
pub enum Judge {
    /// The metric times the forgiving factor of AutoQKeras, of one goal.
    Score(Forgiving),
    /// The best metric of those whose every cost is within its budget.
    Budget(Vec<(Goal, f64)>),
    /// Neither: the front of the metric and all goals.
    Front,
}

/// `1 + delta / 100 · log_rate(stress · reference / cost)`, with `delta_p` for a cost below `stress · reference`, else
/// `delta_n` (Coelho et al., arXiv 2006.10159).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forgiving {
    /// Percent of the metric that a cost `rate` times smaller may lose.
    pub delta_p: f64,
    /// Percent of the metric that a cost `rate` times greater must win.
    pub delta_n: f64,
    /// Greater than 1.
    pub rate: f64,
    /// A factor on the reference, greater than 0.
    pub stress: f64,
}

impl Default for Forgiving {
    fn default() -> Forgiving {
        Forgiving { delta_p: 8.0, delta_n: 8.0, rate: 2.0, stress: 1.0 }
    }
}

/// What cost is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Reference {
    /// The float network, quantized to so many bits after training.
    Bits(u32),
    /// The network of this config, with its weights.
    Config(PathBuf),
}

/// How good a network is at its task: greater is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Metric {
    /// The fraction of events that is classified rightly.
    Accuracy,
    /// The mean area under the ROC curves of all classes.
    Auc,
    /// The mean efficiency of all classes where this fraction of background is kept.
    Efficiency(f64),
}

/// How far the quantizers of some layers are searched.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// Which layers.
    pub layers: Layers,
    /// The bounds of kernel, bias and activation, those that are not given filled in as QKeras does; of what has an
    /// activation alone, its bound.
    pub bounds: Vec<Bound>,
    /// Where its key stands.
    pub place: Place,
}

/// Which quantizers one parameter may have.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    /// Those of the usual choices that take at most so many bits.
    Bits(u32),
    /// These, in this order.
    Quantizers(Vec<Spec>),
}

/// The usual choices: quantizers and the bits that they count for, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// For kernels.
    pub kernel: Vec<(Spec, u32)>,
    /// For biases.
    pub bias: Vec<(Spec, u32)>,
    /// For what follows a function.
    pub activation: Vec<(Spec, u32)>,
    /// For what only rounds: an activation layer without a function, a quantizer in its place that has none.
    pub linear: Vec<(Spec, u32)>,
}

impl Choices {
    /// Those for `role`.
    pub fn of(&self, role: Role) -> &[(Spec, u32)] {
        match role {
            Role::Kernel => &self.kernel,
            Role::Bias => &self.bias,
            Role::Activation => &self.activation,
            Role::Linear => &self.linear,
        }
    }
}

impl Limit {
    /// The bound of `role`, for which the limit has one: that of an activation is the last.
    pub fn bound(&self, role: Role) -> Option<&Bound> {
        match role {
            Role::Kernel => self.bounds.first(),
            Role::Bias => self.bounds.get(1),
            Role::Activation | Role::Linear => self.bounds.last(),
        }
    }
}

impl Search {
    /// The limit of `layer`: the first whose pattern matches its name, else that of its class.
    pub fn limit_of(&self, layer: &Layer) -> Option<&Limit> {
        let keys: Vec<&Layers> = self.limit.iter().map(|limit| &limit.layers).collect();
        super::roles::find(&keys, layer).map(|place| &self.limit[place])
    }

    /// The quantizers that `role` may have within `limit`, in their order.
    pub fn quantizers(&self, limit: &Limit, role: Role) -> Vec<Spec> {
        match limit.bound(role) {
            None => Vec::new(),
            Some(Bound::Quantizers(listed)) => listed.clone(),
            Some(Bound::Bits(most)) => {
                let within = self.choices.of(role).iter().filter(|(_, bits)| bits <= most);
                within.map(|(spec, _)| spec.clone()).collect()
            }
        }
    }
}

/// Whether numbers of units are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filters {
    /// They stay.
    #[default]
    Fixed,
    /// One factor for each layer.
    Layer,
    /// One factor for the whole network.
    Block,
}

/// How the next trial is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SamplerKind {
    /// Each choice as likely as any other.
    Random,
    /// The tree-structured Parzen estimator.
    #[default]
    Tpe,
    /// Random, and hopeless trials are ended early (asynchronous successive halving).
    Asha,
    /// The genetic algorithm for several goals.
    Nsga2,
    /// Every point, one after the other.
    Grid,
}

/// How the networks on the front are trained again, from nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    /// Epochs of each training.
    pub epochs: usize,
    /// Trainings of each network.
    pub seeds: usize,
}

/// The order in which blocks are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As they are written.
    #[default]
    Sequential,
    /// The most costly first.
    Cost,
}

/// What `bits` counts, as QKeras's `ForgivingFactorBits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BitsRule {
    /// Bits of a feature of the input.
    pub input_bits: u32,
    /// Bits of an output behind a softmax or sigmoid.
    pub output_bits: u32,
    /// Whether parameters count.
    pub parameters: bool,
    /// Whether activations count.
    pub activations: bool,
}

impl Default for BitsRule {
    fn default() -> BitsRule {
        BitsRule { input_bits: 8, output_bits: 8, parameters: true, activations: true }
    }
}

/// Where an ASIC keeps its numbers, as in `QTools`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// Outside the chip.
    Dram,
    /// On the chip.
    Sram,
    /// Wired.
    Fixed,
}

/// What `energy` assumes, as `QTools`'s `pe` and AutoQKeras's energy goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnergyRule {
    /// Where parameters are.
    pub parameters_on_memory: Memory,
    /// Where activations are.
    pub activations_on_memory: Memory,
    /// The least number of bits of an SRAM.
    pub min_sram_size: u64,
    /// Whether reading the input and writing the output count.
    pub rd_wr_on_io: bool,
}

impl Default for EnergyRule {
    fn default() -> EnergyRule {
        EnergyRule {
            parameters_on_memory: Memory::Sram,
            activations_on_memory: Memory::Sram,
            min_sram_size: 0,
            rd_wr_on_io: false,
        }
    }
}
