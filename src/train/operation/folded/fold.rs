//! What is folded into a kernel and a bias, and how the gradients come back out.

use crate::config::model::{Dense, Statistics};
use crate::data::random::Random;
use crate::train::operation::How;
use crate::train::operation::batch_norm::{inverse_roots, toward_variance};
use crate::train::operation::moments::Moments;
use crate::train::operation::rows::{self, each_row, products, sums};
use crate::train::operation::through::Through;

/// The parameters before they are folded. Where there is no gamma it is 1, other absent ones are 0.
#[derive(Debug, Clone, Default)]
pub(super) struct Latent {
    pub(super) kernel: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) gamma: Vec<f32>,
    pub(super) beta: Vec<f32>,
    /// The moving statistics.
    pub(super) mean: Vec<f32>,
    pub(super) variance: Vec<f32>,
}

/// The statistics that are folded, one number for each unit; a root is `1/sqrt(variance + epsilon)`.
#[derive(Debug, Clone, Default)]
pub(super) struct Folds {
    /// In the kernel.
    kernel_root: Vec<f32>,
    /// In the bias.
    bias_root: Vec<f32>,
    /// In the bias.
    mean: Vec<f32>,
    /// Where the batch's variance has its effect, besides the bias.
    variance: Variance,
}

/// Where the batch's variance has its effect, besides the bias.
#[derive(Debug, Clone, Default)]
enum Variance {
    /// Nowhere: all statistics are the moving ones.
    #[default]
    Nowhere,
    /// In the kernel.
    Kernel,
    /// In the correction: its root times these, `sqrt(moving variance + epsilon)`.
    Correction(Vec<f32>),
}

impl Folds {
    /// The moving statistics alone.
    pub(super) fn moving(latent: &Latent, epsilon: f32) -> Folds {
        let root = inverse_roots(&latent.variance, epsilon);
        let mean = latent.mean.clone();
        Folds { kernel_root: root.clone(), bias_root: root, mean, variance: Variance::Nowhere }
    }

    /// Those of a batch, and the moving ones that have followed it.
    pub(super) fn batch(latent: &Latent, batch: &Moments, which: Statistics, epsilon: f32) -> Folds {
        let (mean, bias_root) = (batch.means(), inverse_roots(&batch.variances(), epsilon));
        let moving = &latent.variance;
        let (kernel_root, variance) = match which {
            Statistics::Batch => (bias_root.clone(), Variance::Kernel),
            Statistics::Moving => {
                (inverse_roots(moving, epsilon), Variance::Correction(roots(moving, epsilon)))
            }
        };
        Folds { kernel_root, bias_root, mean, variance }
    }

    fn correction(&self) -> Vec<f32> {
        match &self.variance {
            Variance::Correction(deviation) => products(deviation, &self.bias_root),
            Variance::Nowhere | Variance::Kernel => vec![1.0; self.bias_root.len()],
        }
    }
}

/// `sqrt(variance + epsilon)`
fn roots(variance: &[f32], epsilon: f32) -> Vec<f32> {
    variance.iter().map(|variance| (variance + epsilon).sqrt()).collect()
}

/// What the rows are computed with.
#[derive(Debug, Clone)]
pub(super) struct Applied {
    pub(super) kernel: Through,
    pub(super) bias: Through,
    pub(super) correction: Vec<f32>,
    folds: Folds,
}

/// The gradients of what is folded; of the statistics of the batch, what each row takes of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Pulled {
    pub(super) kernel: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) gamma: Vec<f32>,
    pub(super) beta: Vec<f32>,
    /// The gradient of the batch's mean.
    pub(super) mean: Vec<f32>,
    /// The gradient of the batch's variance.
    pub(super) variance: Vec<f32>,
}

impl Applied {
    /// Nothing yet.
    pub(super) fn new(layer: &Dense) -> Applied {
        Applied {
            kernel: Through::new(&[layer.fan_in, layer.units], layer.kernel.as_ref()),
            bias: Through::new(&[layer.units], layer.bias.as_ref()),
            correction: Vec::new(),
            folds: Folds::default(),
        }
    }

    /// Folds these statistics into these parameters, and quantizes them.
    pub(super) fn fold(&mut self, latent: &Latent, folds: Folds, how: How, random: &mut Random) {
        let kernel = each_row(&latent.kernel, &products(&folds.kernel_root, &latent.gamma));
        self.kernel.set(kernel, how, random);
        let shifted = products(&products(&folds.bias_root, &latent.gamma), &distances(latent, &folds));
        let bias = shifted.iter().zip(&latent.beta).map(|(shifted, beta)| shifted + beta).collect();
        self.bias.set(bias, how, random);
        self.correction = folds.correction();
        self.folds = folds;
    }

    /// From `xᵀ · slope` and `Σ slope` of the batch.
    pub(super) fn pull(&self, latent: &Latent, product: &[f32], sum: &[f32]) -> Pulled {
        let Folds { kernel_root, bias_root, .. } = &self.folds;
        let kernel = self.kernel.back(each_row(product, &self.correction));
        let in_kernel = rows::sum(&products(&kernel, &latent.kernel), sum.len());
        let beta = self.bias.back(sum.to_vec());
        let in_bias = products(&beta, &distances(latent, &self.folds));
        let bias = products(&beta, &products(bias_root, &latent.gamma));
        Pulled {
            kernel: each_row(&kernel, &products(kernel_root, &latent.gamma)),
            gamma: sums(&products(&in_kernel, kernel_root), &products(&in_bias, bias_root)),
            mean: bias.iter().map(|bias| -bias).collect(),
            variance: self.toward_variance(latent, product, &in_kernel, &in_bias),
            bias,
            beta,
        }
    }

    /// From the gradients of `gamma · root` in the kernel and in the bias.
    fn toward_variance(
        &self,
        latent: &Latent,
        product: &[f32],
        in_kernel: &[f32],
        in_bias: &[f32],
    ) -> Vec<f32> {
        let of_root = match &self.folds.variance {
            Variance::Nowhere => return Vec::new(),
            Variance::Kernel => products(&sums(in_kernel, in_bias), &latent.gamma),
            Variance::Correction(deviation) => {
                let correction = rows::sum(&products(product, self.kernel.values()), in_bias.len());
                sums(&products(&correction, deviation), &products(in_bias, &latent.gamma))
            }
        };
        toward_variance(&of_root, &self.folds.bias_root)
    }
}

/// `bias − mean`
fn distances(latent: &Latent, folds: &Folds) -> Vec<f32> {
    latent.bias.iter().zip(&folds.mean).map(|(bias, mean)| bias - mean).collect()
}
