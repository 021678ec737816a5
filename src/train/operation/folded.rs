//! A dense layer with a batch normalization folded into its kernel and bias before they are quantized: QKeras's
//! `QConv2DBatchnorm` (TensorFlow 2.15's fused statistics), for dense layers.
//!
//! ```text
//! sums       x · kernel + bias                       whose statistics the batch's are
//! moving     follow the batch's first, the variance with Bessel's correction; what follows uses the new ones
//! root       1/sqrt(variance + epsilon)              of the moving or the batch's variance
//! kernel     quantized(gamma · root · kernel)
//! bias       quantized(gamma · root · (bias − mean) + beta)
//! y          x · kernel · correction + bias
//!
//!                       statistics in the kernel   in the bias    correction
//! Statistics::Moving    moving                     the batch's    sqrt(moving + epsilon) · root of the batch's
//! Statistics::Batch     the batch's                the batch's    1
//! frozen, inference     moving                     moving         1
//! ```
//!
//! Frozen are the steps after the first `freeze_delay + 2`: QKeras counts from −1, and not yet when it is equal.
//! Gradients pass the quantizers straight through, and the statistics of the batch, but no moving ones.

mod fold;

use super::batch_norm::{NormParameters, values_or};
use super::matmul::{Matrix, multiply};
use super::moments::{Moments, follow, real, single};
use super::rows;
use super::{How, Operation, Scratch};
use crate::config::model::{self, Dense, Fold};
use crate::data::random::Random;
use crate::train::parameters::{ParameterId, Parameters};
use fold::{Applied, Folds, Latent, Pulled};

/// Where a folded layer's parameters are.
#[derive(Debug, Clone, Copy)]
pub struct FoldedParameters {
    /// The kernel, before it is folded.
    pub kernel: ParameterId,
    /// The bias, before it is folded; if it has one.
    pub bias: Option<ParameterId>,
    /// Those of the batch normalization.
    pub norm: NormParameters,
}

/// A dense layer with a folded batch normalization.
#[derive(Debug, Clone)]
pub struct Folded {
    layer: Dense,
    fold: Fold,
    places: FoldedParameters,
    how: How,
    random: Random,
    latent: Latent,
    /// Of the batch, while the moving ones follow it.
    batch: Option<Moments>,
    applied: Applied,
    pulled: Pulled,
}

impl Folded {
    /// The layer, with what is folded into it. Its own [`model::Dense::fold`] does not matter.
    pub fn new(layer: Dense, fold: Fold, places: FoldedParameters) -> Folded {
        Folded {
            applied: Applied::new(&layer),
            layer,
            fold,
            places,
            how: How::Inference,
            random: Random::new(0),
            latent: Latent::default(),
            batch: None,
            pulled: Pulled::default(),
        }
    }

    /// Whether the moving statistics follow the batch's in this pass.
    fn follows(&self) -> bool {
        let How::Training { step, .. } = self.how else { return false };
        self.fold.freeze_delay.is_none_or(|delay| step < delay.saturating_add(2))
    }

    fn apply(&mut self, folds: Folds) {
        self.applied.fold(&self.latent, folds, self.how, &mut self.random);
    }

    fn latent(&self, parameters: &Parameters) -> Latent {
        let FoldedParameters { kernel, bias, norm } = self.places;
        let (units, numbers) = (self.layer.units, |id| parameters.values(id).to_vec());
        Latent {
            kernel: numbers(kernel),
            bias: values_or(parameters, bias, 0.0, units),
            gamma: values_or(parameters, norm.gamma, 1.0, units),
            beta: values_or(parameters, norm.beta, 0.0, units),
            mean: numbers(norm.mean),
            variance: numbers(norm.variance),
        }
    }

    /// `x · kernel`
    fn product(&self, x: &[f32], kernel: &[f32], output: &mut [f32]) {
        multiply(Matrix::new(x, self.layer.fan_in), Matrix::new(kernel, self.layer.units), output);
    }

    /// `slope · kernelᵀ`
    fn product_back(&self, slope: &[f32], kernel: &[f32], toward: &mut Vec<f32>) {
        let Dense { fan_in, units, .. } = self.layer;
        toward.resize(slope.len() / units * fan_in, 0.0);
        multiply(Matrix::new(slope, units), Matrix::new(kernel, units).transposed(), toward);
    }

    /// `xᵀ · slope`
    fn product_of_rows(&self, x: &[f32], slope: &[f32]) -> Vec<f32> {
        let mut product = vec![0.0; self.layer.fan_in * self.layer.units];
        let x = Matrix::new(x, self.layer.fan_in).transposed();
        multiply(x, Matrix::new(slope, self.layer.units), &mut product);
        product
    }

    /// `xᵀ · slope`, then `Σ slope`.
    fn parts(&self, x: &[f32], slope: &[f32]) -> [Vec<f32>; 2] {
        [self.product_of_rows(x, slope), rows::sum(slope, self.layer.units)]
    }

    /// From the latent sums to their gradient, which is that of the batch's statistics.
    fn toward_sums(&self, batch: &Moments, sums: &mut [f32]) {
        let n = single(real(batch.count));
        let shift: Vec<f32> = self.pulled.mean.iter().map(|mean| mean / n).collect();
        let curve: Vec<f32> = self.pulled.variance.iter().map(|variance| variance * 2.0 / n).collect();
        rows::affine_around(sums, &batch.means(), &curve, &shift);
    }
}

impl Operation for Folded {
    fn width(&self) -> usize {
        self.layer.units
    }

    /// Kernel, bias, gamma, beta, as far as there are.
    fn parameters(&self) -> Vec<ParameterId> {
        let FoldedParameters { kernel, bias, norm } = self.places;
        [Some(kernel), bias, norm.gamma, norm.beta].into_iter().flatten().collect()
    }

    fn prepare(&mut self, parameters: &Parameters, how: How, random: &mut Random) {
        (self.how, self.random, self.batch) = (how, Random::new(random.bits()), None);
        self.latent = self.latent(parameters);
        if !self.follows() {
            self.apply(Folds::moving(&self.latent, self.fold.norm.epsilon));
        }
    }

    fn gathers(&self) -> bool {
        self.follows()
    }

    /// The [`Moments`] of the latent sums, which `scratch.saved` keeps.
    fn gather(&self, inputs: &[&[f32]], scratch: &mut Scratch) -> Vec<f64> {
        let sums = &mut scratch.saved;
        sums.resize(scratch.rows * self.layer.units, 0.0);
        self.product(inputs[0], &self.latent.kernel, sums);
        rows::add(sums, &self.latent.bias);
        Moments::of(sums, self.layer.units).to_sums()
    }

    fn settle(&mut self, sums: &[(usize, Vec<f64>)]) {
        let batch = Moments::of_shards(sums.iter().map(|(rows, sums)| (*rows, sums.as_slice())));
        let model::BatchNorm { momentum, epsilon, .. } = self.fold.norm;
        follow(&mut self.latent.mean, &batch.means(), momentum);
        follow(&mut self.latent.variance, &batch.corrected_variances(), momentum);
        self.apply(Folds::batch(&self.latent, &batch, self.fold.statistics, epsilon));
        self.batch = Some(batch);
    }

    fn forward(&self, inputs: &[&[f32]], output: &mut [f32], _scratch: &mut Scratch, _how: How) {
        let Applied { kernel, bias, correction, .. } = &self.applied;
        self.product(inputs[0], kernel.values(), output);
        rows::multiply(output, correction);
        rows::add(output, bias.values());
    }

    /// `xᵀ · slope` of the shard, then `Σ slope`.
    fn gather_back(&self, inputs: &[&[f32]], slope: &mut [f32], _scratch: &mut Scratch) -> Vec<f64> {
        self.parts(inputs[0], slope).iter().flatten().map(|x| f64::from(*x)).collect()
    }

    fn settle_back(&mut self, sums: &[(usize, Vec<f64>)]) {
        let total = rows::summed(sums);
        let (product, sum) = total.split_at(self.layer.fan_in * self.layer.units);
        self.pulled = self.applied.pull(&self.latent, product, sum);
    }

    /// The partial sums are `xᵀ` times the gradient of the latent sums; without statistics of the batch those of
    /// [`Operation::gather_back`].
    fn backward(&self, inputs: &[&[f32]], slope: &mut [f32], wanted: &[bool], scratch: &mut Scratch) {
        let Scratch { saved, toward, partial, .. } = scratch;
        *partial = match &self.batch {
            None => self.parts(inputs[0], slope).into(),
            Some(batch) => {
                self.toward_sums(batch, saved);
                vec![self.product_of_rows(inputs[0], saved)]
            }
        };
        if wanted[0] {
            rows::multiply(slope, &self.applied.correction);
            self.product_back(slope, self.applied.kernel.values(), &mut toward[0]);
        }
        if wanted[0] && self.batch.is_some() {
            let mut through_batch = Vec::new();
            self.product_back(saved, &self.latent.kernel, &mut through_batch);
            rows::add(&mut toward[0], &through_batch);
        }
    }

    /// A bias has no gradient through statistics of the batch: their mean takes it away.
    fn finish(&self, summed: Vec<Vec<f32>>, _parameters: &Parameters) -> Vec<Vec<f32>> {
        let mut pulled = match &self.batch {
            Some(_) => self.pulled.clone(),
            None => self.applied.pull(&self.latent, &summed[0], &summed[1]),
        };
        if self.batch.is_some() {
            rows::add(&mut pulled.kernel, &summed[0]);
            pulled.bias.fill(0.0);
        }
        let FoldedParameters { bias, norm, .. } = self.places;
        let optional = [(bias, pulled.bias), (norm.gamma, pulled.gamma), (norm.beta, pulled.beta)];
        let present = optional.into_iter().filter(|(place, _)| place.is_some()).map(|(_, gradient)| gradient);
        std::iter::once(pulled.kernel).chain(present).collect()
    }

    fn follow(&self, parameters: &mut Parameters) {
        if self.batch.is_some() {
            let NormParameters { mean, variance, .. } = self.places.norm;
            parameters.values_mut(mean).clone_from(&self.latent.mean);
            parameters.values_mut(variance).clone_from(&self.latent.variance);
        }
    }
}

#[cfg(test)]
mod tests;
