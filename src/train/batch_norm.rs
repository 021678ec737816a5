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
use super::operation::{How, Operation, Scratch};
use super::parameters::{ParameterId, Parameters};
use super::through::Through;
use crate::config::model;
use crate::data::random::Random;
use crate::quantizer::Spec;

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
        let product = products(&self.root, self.gamma.values());
        self.inverse.set(product, self.how, &mut self.random);
        let shift = products(self.mean.values(), self.inverse.values());
        self.offset = self.beta.values().iter().zip(shift).map(|(beta, shift)| beta - shift).collect();
    }

    /// From `Σ slope` and `Σ slope · (x − mean)` of each channel.
    fn pull(&self, batch: &Moments, sums: &[f32], distances: &[f32]) -> Back {
        let inverse = self.inverse.back(distances.to_vec());
        let mean = products(sums, self.inverse.values()).into_iter().map(|product| -product).collect();
        let of_root = products(&inverse, self.gamma.values());
        let variance = self.variance.back(toward_variance(&of_root, &self.root));
        let n = single(real(batch.count));
        Back {
            centre: batch.means(),
            shift: self.mean.back(mean).into_iter().map(|mean| mean / n).collect(),
            curve: variance.into_iter().map(|variance| variance * 2.0 / n).collect(),
            gamma: self.gamma.back(products(&inverse, &self.root)),
            beta: self.beta.back(sums.to_vec()),
        }
    }
}

/// `1/sqrt(variance + epsilon)`
pub(super) fn inverse_roots(variance: &[f32], epsilon: f32) -> Vec<f32> {
    variance.iter().map(|variance| 1.0 / (variance + epsilon).sqrt()).collect()
}

/// From the gradient of `1/sqrt(variance + epsilon)` to that of the variance.
pub(super) fn toward_variance(slopes: &[f32], roots: &[f32]) -> Vec<f32> {
    slopes.iter().zip(roots).map(|(slope, root)| slope * -0.5 * (root * root * root)).collect()
}

/// Element by element.
pub(super) fn products(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a * b).collect()
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
        let (inverse, offset) = (self.inverse.values(), &self.offset);
        let channels = self.layer.channels;
        for (y, x) in output.chunks_exact_mut(channels).zip(inputs[0].chunks_exact(channels)) {
            for (((y, x), inverse), offset) in y.iter_mut().zip(x).zip(inverse).zip(offset) {
                *y = x * inverse + offset;
            }
        }
    }

    /// `Σ slope` of each channel, then `Σ slope · (x − mean)`.
    fn gather_back(&self, inputs: &[&[f32]], slope: &mut [f32], _scratch: &mut Scratch) -> Vec<f64> {
        let (channels, means) = (self.layer.channels, self.mean.values());
        let (mut sums, mut products) = (vec![0.0; channels], vec![0.0; channels]);
        for (slope, x) in slope.chunks_exact(channels).zip(inputs[0].chunks_exact(channels)) {
            let totals = sums.iter_mut().zip(&mut products);
            for (((slope, x), mean), (sum, product)) in slope.iter().zip(x).zip(means).zip(totals) {
                let (slope, distance) = (f64::from(*slope), f64::from(*x) - f64::from(*mean));
                *sum += slope;
                *product += slope * distance;
            }
        }
        sums.append(&mut products);
        sums
    }

    fn settle_back(&mut self, sums: &[(usize, Vec<f64>)]) {
        let batch = self.batch.as_ref().expect("settled before");
        let total = summed(sums);
        let (sums, distances) = total.split_at(self.layer.channels);
        self.back = self.pull(batch, sums, distances);
    }

    fn backward(&self, inputs: &[&[f32]], slope: &mut [f32], wanted: &[bool], scratch: &mut Scratch) {
        let toward = &mut scratch.toward[0];
        toward.clear();
        if !wanted[0] {
            return;
        }
        toward.resize(slope.len(), 0.0);
        let (back, inverse, channels) = (&self.back, self.inverse.values(), self.layer.channels);
        let rows = slope.chunks_exact(channels).zip(inputs[0].chunks_exact(channels));
        for (toward, (slope, x)) in toward.chunks_exact_mut(channels).zip(rows) {
            let statistics = back.centre.iter().zip(&back.curve).zip(&back.shift);
            let row = toward.iter_mut().zip(slope).zip(x).zip(inverse).zip(statistics);
            for ((((toward, slope), x), inverse), ((centre, curve), shift)) in row {
                *toward = slope * inverse + ((x - centre) * curve + shift);
            }
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

/// The sum of the shards' sums, in their order.
pub(super) fn summed(sums: &[(usize, Vec<f64>)]) -> Vec<f32> {
    let mut total = vec![0.0; sums.first().map_or(0, |(_, first)| first.len())];
    for (_, sums) in sums {
        total.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
    }
    total.into_iter().map(single).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::harness::{FIRST, agrees_with_differences, forward, numbers, push, step};

    const ROWS: usize = 9;
    const CHANNELS: usize = 3;

    /// A plain one on rows of `positions` times its channels.
    fn plain(positions: usize) -> (Parameters, BatchNorm) {
        let mut parameters = Parameters::default();
        let places = NormParameters {
            gamma: Some(push(&mut parameters, "gamma", vec![0.5, -1.5, 2.0])),
            beta: Some(push(&mut parameters, "beta", vec![0.25, 0.0, -1.0])),
            mean: push(&mut parameters, "mean", vec![1.0, 2.0, 3.0]),
            variance: push(&mut parameters, "variance", vec![0.25, 1.0, 4.0]),
        };
        let layer = model::BatchNorm {
            channels: CHANNELS,
            momentum: 0.5,
            epsilon: 1e-3,
            center: true,
            scale: true,
            quantizers: model::NormQuantizers::default(),
        };
        (parameters, BatchNorm::new(layer, places, positions * CHANNELS))
    }

    #[test]
    fn gradients_are_those_of_differences() {
        for positions in [1, 2] {
            let (mut parameters, mut norm) = plain(positions);
            let count = ROWS * positions * CHANNELS;
            let (x, slope) = (numbers(1, count, 0.5, 2.0), numbers(2, count, 0.1, 1.0));
            agrees_with_differences(&mut norm, &mut parameters, &x, &slope, FIRST);
        }
    }

    #[test]
    fn positions_of_a_row_are_rows_of_their_own() {
        let (x, slope) =
            (numbers(3, ROWS * 2 * CHANNELS, 0.0, 3.0), numbers(4, ROWS * 2 * CHANNELS, 0.0, 1.0));
        let [one, two] = [(1, 2 * ROWS), (2, ROWS)].map(|(positions, rows)| {
            let (mut parameters, mut norm) = plain(positions);
            let found = step(&mut norm, &parameters, &x, &slope, &[rows], FIRST);
            norm.follow(&mut parameters);
            (found, parameters)
        });
        assert_eq!(one, two);
    }

    #[test]
    fn a_constant_channel_is_its_beta() {
        let (mut parameters, mut norm) = plain(1);
        let x = [0.1_f32, 1.0e6, -7.3].repeat(ROWS);
        let slope = numbers(5, ROWS * CHANNELS, 0.0, 1.0);
        let found = step(&mut norm, &parameters, &x, &slope, &[4, 5], FIRST);
        for row in found.output.chunks(CHANNELS) {
            row.iter()
                .zip([0.25, 0.0, -1.0])
                .for_each(|(y, beta): (&f32, f32)| assert!((y - beta).abs() < 1e-4));
        }
        assert!(found.toward.iter().chain(found.gradients.iter().flatten()).all(|x| x.is_finite()));
        norm.follow(&mut parameters);
        assert_eq!(parameters.named("variance").unwrap().values, [0.125, 0.5, 2.0]);
    }

    #[test]
    fn use_takes_the_moving_statistics() {
        let (parameters, mut norm) = plain(1);
        let output = forward(&mut norm, &parameters, &[1.5, 2.0, 7.0], &[1], How::Inference);
        let expected = [0.25 + 0.5 * 0.5 / 0.251_f32.sqrt(), 0.0, -1.0 + 2.0 * 4.0 / 4.001_f32.sqrt()];
        output.iter().zip(expected).for_each(|(y, expected)| assert!((y - expected).abs() < 1e-6));
    }
}
