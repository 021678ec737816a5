//! Batch normalization by hand and by differences.

use super::*;
use crate::config::affine::{self, Constants, Statistics};
use crate::quantizer;
use crate::train::operation::harness::{FIRST, agrees_with_differences, forward, numbers, push, step};

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
    let (x, slope) = (numbers(3, ROWS * 2 * CHANNELS, 0.0, 3.0), numbers(4, ROWS * 2 * CHANNELS, 0.0, 1.0));
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
        row.iter().zip([0.25, 0.0, -1.0]).for_each(|(y, beta): (&f32, f32)| assert!((y - beta).abs() < 1e-4));
    }
    assert!(found.toward.iter().chain(found.gradients.iter().flatten()).all(|x| x.is_finite()));
    norm.follow(&mut parameters);
    assert_eq!(parameters.named("variance").unwrap().values, [0.125, 0.5, 2.0]);
}

#[test]
fn use_is_the_constants_that_are_stored() {
    let (parameters, mut norm) = plain(1);
    let quantizer = |text| Some(quantizer::parse(text).unwrap());
    norm.layer.quantizers.beta = quantizer("quantized_bits(3, 1, alpha=1)");
    norm.layer.quantizers.mean = quantizer("quantized_po2(4)");
    norm.layer.quantizers.inverse = quantizer("quantized_bits(5, 1, alpha=1)");
    let mut norm = BatchNorm::new(norm.layer, norm.places, CHANNELS);
    let values = |name| parameters.named(name).unwrap().values.as_slice();
    let (gamma, beta) = (Some(values("gamma")), Some(values("beta")));
    let latent = Statistics { gamma, beta, mean: values("mean"), variance: values("variance") };
    let Constants { a, b } = affine::constants(&norm.layer, &latent).unwrap();
    let x = numbers(6, ROWS * CHANNELS, 0.0, 3.0);
    let output = forward(&mut norm, &parameters, &x, &[ROWS], How::Inference);
    let by_hand = x.iter().enumerate().map(|(i, x)| x * a[i % CHANNELS] + b[i % CHANNELS]);
    assert_eq!(output, by_hand.collect::<Vec<f32>>());
}

#[test]
fn use_takes_the_moving_statistics() {
    let (parameters, mut norm) = plain(1);
    let output = forward(&mut norm, &parameters, &[1.5, 2.0, 7.0], &[1], How::Inference);
    let expected = [0.25 + 0.5 * 0.5 / 0.251_f32.sqrt(), 0.0, -1.0 + 2.0 * 4.0 / 4.001_f32.sqrt()];
    output.iter().zip(expected).for_each(|(y, expected)| assert!((y - expected).abs() < 1e-6));
}
