//! Batch normalization, plain or with quantized parameters: each channel by its own `a · x + b`.
//!
//! ```text
//! mean, variance    of the batch while training, else the moving ones
//! inverse           gamma · 1/sqrt(variance + epsilon)
//! y                 x · inverse + (beta − mean · inverse)       as tf.nn.batch_normalization, in f32
//! ```
//!
//! Each of gamma, beta, mean, variance and inverse passes its quantizer first, if it has one: QKeras's
//! `QBatchNormalization`, which quantizes the statistics of the batch too. Gradients pass straight through, also to the
//! batch's mean and variance and from there to every row:
//!
//! ```text
//! ∂inverse    Σ slope · (x − mean)        ∂mean       −inverse · Σ slope
//! ∂variance   ∂inverse · gamma · −½ · (variance + epsilon)^(−3/2)
//! ∂x          slope · inverse + ∂mean/n + ∂variance · 2(x − batch mean)/n
//! ```

use super::moments::{Moments, follow, real, single};
use super::rows;
use super::through::Through;
use super::{How, Operation, Scratch};
use crate::config::{affine, model};
use crate::data::random::Random;
use crate::quantizer::Spec;
use crate::train::parameters::{ParameterId, Parameters};

/// Where a batch normalization's parameters are.
#[derive(Debug, Clone, Copy)]
pub struct NormParameters {
    /// If it has a gamma.
    pub gamma: Option<ParameterId>,
    /// If it has a beta.
    pub beta: Option<ParameterId>,
    /// The moving mean.
    pub mean: ParameterId,
    /// The moving variance.
    pub variance: ParameterId,
}

/// A batch normalization of the last dimension's channels.
#[derive(Debug, Clone)]
pub struct BatchNorm {
    layer: model::BatchNorm,
    places: NormParameters,
    width: usize,
    how: How,
    random: Random,
    gamma: Through,
    beta: Through,
    mean: Through,
    variance: Through,
    inverse: Through,
    /// `1/sqrt(variance + epsilon)`
    root: Vec<f32>,
    /// `beta − mean · inverse`
    offset: Vec<f32>,
    /// Of the batch, while training.
    batch: Option<Moments>,
    back: Back,
}

/// What the gradients are computed with.
#[derive(Debug, Clone, Default)]
struct Back {
    /// The batch's own mean.
    centre: Vec<f32>,
    /// `∂mean / n`
    shift: Vec<f32>,
    /// `∂variance · 2/n`
    curve: Vec<f32>,
    gamma: Vec<f32>,
    beta: Vec<f32>,
}

impl BatchNorm {
    /// Of rows of `width` elements, a multiple of its channels.
    pub fn new(layer: model::BatchNorm, places: NormParameters, width: usize) -> BatchNorm {
        let quantizers = &layer.quantizers;
        let through = |quantizer: &Option<Spec>| Through::new(&[layer.channels], quantizer.as_ref());
        BatchNorm {
            gamma: through(&quantizers.gamma),
            beta: through(&quantizers.beta),
            mean: through(&quantizers.mean),
            variance: through(&quantizers.variance),
            inverse: through(&quantizers.inverse),
            layer,
            places,
            width,
            how: How::Inference,
            random: Random::new(0),
            root: Vec::new(),
            offset: Vec::new(),
            batch: None,
            back: Back::default(),
        }
    }

    /// Takes these statistics.
    fn apply(&mut self, mean: Vec<f32>, variance: Vec<f32>) {
        self.mean.set(mean, self.how, &mut self.random);
        self.variance.set(variance, self.how, &mut self.random);
        self.root = inverse_roots(self.variance.values(), self.layer.epsilon);
        let product = rows::products(&self.root, self.gamma.values());
        self.inverse.set(product, self.how, &mut self.random);
        let shift = rows::products(self.mean.values(), self.inverse.values());
        self.offset = self.beta.values().iter().zip(shift).map(|(beta, shift)| beta - shift).collect();
    }

    /// From `Σ slope` and `Σ slope · (x − mean)` of each channel.
    fn pull(&self, batch: &Moments, sums: &[f32], distances: &[f32]) -> Back {
        let inverse = self.inverse.back(distances.to_vec());
        let mean = rows::products(sums, self.inverse.values()).into_iter().map(|product| -product).collect();
        let of_root = rows::products(&inverse, self.gamma.values());
        let variance = self.variance.back(toward_variance(&of_root, &self.root));
        let n = single(real(batch.count));
        Back {
            centre: batch.means(),
            shift: self.mean.back(mean).into_iter().map(|mean| mean / n).collect(),
            curve: variance.into_iter().map(|variance| variance * 2.0 / n).collect(),
            gamma: self.gamma.back(rows::products(&inverse, &self.root)),
            beta: self.beta.back(sums.to_vec()),
        }
    }
}

/// `1/sqrt(variance + epsilon)`
pub(super) fn inverse_roots(variance: &[f32], epsilon: f32) -> Vec<f32> {
    variance.iter().map(|variance| affine::inverse(None, *variance, epsilon)).collect()
}

/// From the gradient of `1/sqrt(variance + epsilon)` to that of the variance.
pub(super) fn toward_variance(slopes: &[f32], roots: &[f32]) -> Vec<f32> {
    slopes.iter().zip(roots).map(|(slope, root)| slope * -0.5 * (root * root * root)).collect()
}

/// The numbers of a parameter; without one, `otherwise` for each channel.
pub(super) fn values_or(
    parameters: &Parameters,
    id: Option<ParameterId>,
    otherwise: f32,
    channels: usize,
) -> Vec<f32> {
    id.map_or_else(|| vec![otherwise; channels], |id| parameters.values(id).to_vec())
}

impl Operation for BatchNorm {
    fn width(&self) -> usize {
        self.width
    }

    /// Gamma, then beta, as far as there are.
    fn parameters(&self) -> Vec<ParameterId> {
        [self.places.gamma, self.places.beta].into_iter().flatten().collect()
    }

    fn prepare(&mut self, parameters: &Parameters, how: How, random: &mut Random) {
        (self.how, self.random, self.batch) = (how, Random::new(random.bits()), None);
        let NormParameters { gamma, beta, mean, variance } = self.places;
        self.gamma.set(values_or(parameters, gamma, 1.0, self.layer.channels), how, &mut self.random);
        self.beta.set(values_or(parameters, beta, 0.0, self.layer.channels), how, &mut self.random);
        if !how.trains() {
            self.apply(parameters.values(mean).to_vec(), parameters.values(variance).to_vec());
        }
    }

    fn gathers(&self) -> bool {
        self.how.trains()
    }

    /// The [`Moments`] of the shard.
    fn gather(&self, inputs: &[&[f32]], _scratch: &mut Scratch) -> Vec<f64> {
        Moments::of(inputs[0], self.layer.channels).to_sums()
    }

    fn settle(&mut self, sums: &[(usize, Vec<f64>)]) {
        let positions = self.width / self.layer.channels;
        let moments = Moments::of_shards(sums.iter().map(|(rows, sums)| (rows * positions, sums.as_slice())));
        self.apply(moments.means(), moments.variances());
        self.batch = Some(moments);
    }

    fn forward(&self, inputs: &[&[f32]], output: &mut [f32], _scratch: &mut Scratch, _how: How) {
        rows::affine(inputs[0], self.inverse.values(), &self.offset, output);
    }

    /// `Σ slope` of each channel, then `Σ slope · (x − mean)`.
    fn gather_back(&self, inputs: &[&[f32]], slope: &mut [f32], _scratch: &mut Scratch) -> Vec<f64> {
        let channels = self.layer.channels;
        let (mut sums, mut products) = (vec![0.0; channels], vec![0.0; channels]);
        rows::add_products(inputs[0], self.mean.values(), slope, &mut sums, &mut products);
        sums.append(&mut products);
        sums
    }

    fn settle_back(&mut self, sums: &[(usize, Vec<f64>)]) {
        let batch = self.batch.as_ref().expect("settled before");
        let total = rows::summed(sums);
        let (sums, distances) = total.split_at(self.layer.channels);
        self.back = self.pull(batch, sums, distances);
    }

    fn backward(&self, inputs: &[&[f32]], slope: &mut [f32], wanted: &[bool], scratch: &mut Scratch) {
        let toward = &mut scratch.toward[0];
        toward.clear();
        if wanted[0] {
            toward.extend_from_slice(inputs[0]);
            rows::affine_around(toward, &self.back.centre, &self.back.curve, &self.back.shift);
            rows::add_multiple(toward, slope, self.inverse.values());
        }
    }

    fn finish(&self, _summed: Vec<Vec<f32>>, _parameters: &Parameters) -> Vec<Vec<f32>> {
        let NormParameters { gamma, beta, .. } = self.places;
        let both = [(gamma, &self.back.gamma), (beta, &self.back.beta)];
        both.into_iter().filter(|(place, _)| place.is_some()).map(|(_, gradient)| gradient.clone()).collect()
    }

    /// The moving statistics follow the unquantized ones of the batch; the variance is not corrected for its size.
    fn follow(&self, parameters: &mut Parameters) {
        let Some(batch) = &self.batch else { return };
        let NormParameters { mean, variance, .. } = self.places;
        follow(parameters.values_mut(mean), &batch.means(), self.layer.momentum);
        follow(parameters.values_mut(variance), &batch.variances(), self.layer.momentum);
    }
}

#[cfg(test)]
mod tests;
