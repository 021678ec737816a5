//! Folded layers by differences, and both kinds of statistics beside each other.

use super::*;
use crate::config::affine;
use crate::config::model::{Arithmetic, NormQuantizers, Statistics};
use crate::quantizer::{self, Tensor};
use crate::train::operation::harness::{FIRST, agrees_with_differences, forward, numbers, push, step};

const ROWS: usize = 9;
const FAN_IN: usize = 5;
const UNITS: usize = 3;

/// Without quantizers. The moving statistics do not follow at once: gradients take them for constants.
fn float(statistics: Statistics) -> (Parameters, Folded) {
    let mut parameters = Parameters::default();
    let places = FoldedParameters {
        kernel: push(&mut parameters, "kernel", numbers(1, FAN_IN * UNITS, 0.1, 1.0)),
        bias: Some(push(&mut parameters, "bias", vec![0.5, -0.25, 0.0])),
        norm: NormParameters {
            gamma: Some(push(&mut parameters, "gamma", vec![0.5, -1.5, 2.0])),
            beta: Some(push(&mut parameters, "beta", vec![0.25, 0.0, -1.0])),
            mean: push(&mut parameters, "mean", vec![0.1, 0.2, 0.3]),
            variance: push(&mut parameters, "variance", vec![0.25, 1.0, 4.0]),
        },
    };
    let norm = model::BatchNorm {
        channels: UNITS,
        momentum: 1.0,
        epsilon: 1e-3,
        center: true,
        scale: true,
        quantizers: NormQuantizers::default(),
    };
    let layer = Dense {
        fan_in: FAN_IN,
        units: UNITS,
        kernel: None,
        bias: None,
        use_bias: true,
        fold: None,
        arithmetic: Arithmetic::ShiftAdd,
    };
    (parameters, Folded::new(layer, Fold { norm, statistics, freeze_delay: Some(3) }, places))
}

fn training(step: u64) -> How {
    How::Training { step, noise: None }
}

#[test]
fn gradients_are_those_of_differences() {
    let (x, slope) = (numbers(2, ROWS * FAN_IN, 0.3, 1.5), numbers(3, ROWS * UNITS, 0.1, 1.0));
    for statistics in [Statistics::Moving, Statistics::Batch] {
        for how in [FIRST, training(5)] {
            let (mut parameters, mut folded) = float(statistics);
            agrees_with_differences(&mut folded, &mut parameters, &x, &slope, how);
        }
    }
}

#[test]
fn both_statistics_are_one_function_without_quantizers() {
    let (x, slope) = (numbers(4, ROWS * FAN_IN, 0.3, 1.5), numbers(5, ROWS * UNITS, 0.1, 1.0));
    let [moving, batch] = [Statistics::Moving, Statistics::Batch].map(|statistics| {
        let (parameters, mut folded) = float(statistics);
        step(&mut folded, &parameters, &x, &slope, &[4, 5], FIRST)
    });
    for (a, b) in moving.output.iter().chain(&moving.toward).zip(batch.output.iter().chain(&batch.toward)) {
        assert!((a - b).abs() < 1e-5, "{a} {b}");
    }
}

#[test]
fn frozen_statistics_are_those_of_use() {
    let x = numbers(6, ROWS * FAN_IN, 0.3, 1.5);
    let (mut parameters, mut folded) = float(Statistics::Moving);
    let mut output = |how| forward(&mut folded, &parameters, &x, &[ROWS], how);
    let (last, frozen, used) = (output(training(4)), output(training(5)), output(How::Inference));
    assert_ne!(last, frozen);
    assert_eq!(frozen, used);
    let before = parameters.clone();
    forward(&mut folded, &parameters, &x, &[ROWS], training(5));
    folded.follow(&mut parameters);
    assert_eq!(parameters, before);
}

#[test]
fn use_is_the_constants_that_are_stored() {
    let (parameters, mut folded) = float(Statistics::Moving);
    let quantizer = quantizer::parse("quantized_bits(4, 1, alpha=1)").unwrap();
    folded.layer.kernel = Some(quantizer.clone());
    let mut folded = Folded::new(folded.layer, folded.fold, folded.places);
    let values = |name| parameters.named(name).unwrap().values.as_slice();
    let (gamma, beta) = (Some(values("gamma")), Some(values("beta")));
    let latent = affine::Statistics { gamma, beta, mean: values("mean"), variance: values("variance") };
    let stored = affine::folded(&folded.fold, &latent, values("kernel"), Some(values("bias")));
    let kernel = quantizer.forward(&Tensor { shape: &[FAN_IN, UNITS], values: &stored.kernel }).unwrap();
    let one_hot: Vec<f32> = (0..FAN_IN * FAN_IN).map(|i| f32::from(i % (FAN_IN + 1) == 0)).collect();
    let output = forward(&mut folded, &parameters, &one_hot, &[FAN_IN], How::Inference);
    let by_hand = kernel.iter().enumerate().map(|(i, weight)| weight + stored.bias[i % UNITS]);
    assert_eq!(output, by_hand.collect::<Vec<f32>>());
}
