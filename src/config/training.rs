//! `train` as it is meant: how weights are found.

/// How to train.
#[derive(Debug, Clone, PartialEq)]
pub struct Train {
    /// Passes over the training events.
    pub epochs: usize,
    /// Events in one step.
    pub batch_size: usize,
    /// Where every random choice starts from.
    pub seed: u64,
    /// The rule that moves the weights.
    pub optimizer: Optimizer,
    /// How far it moves them.
    pub learning_rate: LearningRate,
    /// What is made small.
    pub loss: Loss,
    /// What large weights cost: `l1 · Σ|w| + l2 · Σw²` over the latent kernels, as Keras's regularizers.
    pub l1: f64,
    /// As [`Train::l1`].
    pub l2: f64,
    /// When to stop before the last epoch.
    pub early_stopping: Option<EarlyStopping>,
    /// How a loss counts by the class of its event.
    pub class_weights: ClassWeights,
    /// How quantization sets in; none means fully from the first step.
    pub qnoise: Option<Ramp>,
    /// How small weights become zeros.
    pub pruning: Option<Pruning>,
}

/// The rule that moves the weights, with Keras's defaults.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Optimizer {
    /// Adam (Kingma and Ba, arXiv 1412.6980), as Keras: epsilon outside the root, 1e-7.
    Adam(Adam),
    /// Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), on kernels only.
    AdamW {
        /// Its Adam.
        adam: Adam,
        /// The fraction of a kernel that each step of rate 1 takes away.
        weight_decay: f64,
    },
    /// Stochastic gradient descent.
    Sgd {
        /// How much of the last move the next one keeps: `0 <= m < 1`.
        momentum: f64,
        /// Whether the gradient is that ahead of the move (Nesterov).
        nesterov: bool,
    },
}

/// The constants of Adam.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// Decay of the mean of gradients, `0 <= b < 1`; 0.9.
    pub beta1: f64,
    /// Decay of the mean of their squares, `0 <= b < 1`; 0.999.
    pub beta2: f64,
    /// Added to the root; 1e-7.
    pub epsilon: f64,
}

impl Default for Adam {
    fn default() -> Adam {
        Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }
    }
}

impl Default for Optimizer {
    fn default() -> Optimizer {
        Optimizer::Adam(Adam::default())
    }
}

/// The learning rate over a training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearningRate {
    /// Its greatest value.
    pub peak: f64,
    /// Epochs (also fractions) over which it rises linearly from 0 to its greatest value.
    pub warmup: f64,
    /// What it does then.
    pub shape: Shape,
}

/// What a learning rate does after its rise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// It stays.
    Constant,
    /// It falls to `floor · peak` along half a cosine, at every step, to the last epoch.
    Cosine {
        /// What is left at the end, as a fraction of the greatest value.
        floor: f64,
    },
    /// It is multiplied by `factor` over each epoch, smoothly, at every step.
    Exponential {
        /// `0 < factor <= 1`.
        factor: f64,
    },
    /// It is multiplied by `factor` when the validation loss has not fallen for `patience` epochs.
    Plateau {
        /// `0 < factor < 1`.
        factor: f64,
        /// Epochs without a better loss, at least 1.
        patience: usize,
        /// It never falls below `floor · peak`.
        floor: f64,
    },
}

impl Default for LearningRate {
    fn default() -> LearningRate {
        LearningRate { peak: 1e-3, warmup: 0.0, shape: Shape::Constant }
    }
}

/// What is made small. Outputs are the values of the last layer before any softmax or sigmoid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Loss {
    /// `-ln softmax(y)[label]`.
    #[default]
    CrossEntropy,
    /// The mean over the outputs of `-ln sigmoid(y)` at the label's output and `-ln sigmoid(-y)` at the others. A
    /// network of one output has the classes 0 and 1.
    BinaryCrossEntropy,
    /// The mean over the outputs of `(y - t)²`, where t is 1 at the label's output and 0 at the others.
    MeanSquaredError,
}

impl Loss {
    /// How many classes the labels of a network of `outputs` outputs have.
    pub fn classes(self, outputs: usize) -> usize {
        match (self, outputs) {
            (Loss::BinaryCrossEntropy, 1) => 2,
            _ => outputs,
        }
    }
}

/// When to stop before the last epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarlyStopping {
    /// Epochs without a better figure, at least 1.
    pub patience: usize,
    /// By how much a figure must be better to count.
    pub min_delta: f64,
}

/// How a loss counts by the class of its event.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ClassWeights {
    /// All the same.
    #[default]
    Equal,
    /// Each class as much as any other in all: `events / (classes · events of the class)`.
    Balanced,
    /// These, one for each class.
    Given(Vec<f64>),
}

/// A part that rises from 0 to 1: `1 − (1 − (epoch − start) / (finish − start))^exponent` in between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    /// The epoch (also a fraction) where it leaves 0.
    pub start: f64,
    /// The epoch where it reaches 1, after `start`.
    pub finish: f64,
    /// How it bends: 3 as in QKeras.
    pub exponent: f64,
}

/// How small weights become zeros: magnitude pruning with a polynomial schedule (Zhu and Gupta, arXiv 1710.01878).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pruning {
    /// The fraction of each kernel that is zero in the end: `0 < s < 1`.
    pub sparsity: f64,
    /// How that fraction grows.
    pub ramp: Ramp,
    /// Steps between two choices of what is zero.
    pub every: usize,
}
