//! What a float network computes, in f32: plain loops, for ranges and for its accuracy.

use super::Failure;
use crate::config::weights::Tensor;
use crate::config::{Config, Dense, Function, Kind, Layer, Operand, Weights};
use crate::data::standardize::Standardize;
use miette::miette;
use ndarray::ArrayView2;

/// A float network with its numbers.
#[derive(Debug)]
pub struct Float<'a> {
    config: &'a Config,
    weights: &'a Weights,
    standardize: Option<Standardize>,
}

impl Float<'_> {
    /// The network of `config`, all of whose layers are float.
    ///
    /// # Errors
    /// A layer kind whose float form is not known; a standardization that is none.
    pub fn new<'a>(config: &'a Config, weights: &'a Weights) -> Result<Float<'a>, Failure> {
        config.layers.iter().try_for_each(known)?;
        let constants = weights.standardization().filter(|_| config.data.standardize);
        let standardize = constants.map(|(mean, scale)| Standardize::new(mean.to_vec(), scale.to_vec()));
        Ok(Float { config, weights, standardize: standardize.transpose().map_err(Failure::input)? })
    }

    /// What each layer gives for `events`, rows × features in physical units: rows × elements, row by row.
    ///
    /// # Errors
    /// Another number of features than the network has.
    pub fn layers(&self, events: ArrayView2<f32>) -> Result<Vec<Vec<f32>>, Failure> {
        let input = self.input(events)?;
        let rows = events.nrows();
        let mut results: Vec<Vec<f32>> = Vec::new();
        for layer in &self.config.layers {
            let operand = |operand: &Operand| match operand {
                Operand::Input => input.as_slice(),
                Operand::Layer(place) => results[*place].as_slice(),
            };
            let operands: Vec<&[f32]> = layer.inputs.iter().map(operand).collect();
            let mut result = self.sum(layer, &operands, rows);
            apply(layer, &mut result);
            results.push(result);
        }
        Ok(results)
    }

    /// Standardized in f64, then on the grid of the input quantizer.
    #[expect(clippy::cast_possible_truncation, reason = "the network's input is f32")]
    fn input(&self, events: ArrayView2<f32>) -> Result<Vec<f32>, Failure> {
        let rows = events.mapv(f64::from);
        let rows = match &self.standardize {
            Some(standardize) => standardize.rows(rows.view()).map_err(Failure::input)?,
            None => rows,
        };
        Ok(rows.iter().map(|x| self.config.input.quantizer.forward(*x as f32)).collect())
    }

    /// What the layer's kind makes of its operands.
    fn sum(&self, layer: &Layer, operands: &[&[f32]], rows: usize) -> Vec<f32> {
        match &layer.kind {
            Kind::Dense(dense) => {
                let kernel = self.weights.kernel(&layer.name).expect("checked against the config");
                self::dense(dense, kernel, self.weights.bias(&layer.name), operands[0])
            }
            Kind::Add => {
                let sum =
                    |sum: Vec<f32>, other: &&[f32]| sum.iter().zip(*other).map(|(a, b)| a + b).collect();
                operands[1..].iter().fold(operands[0].to_vec(), sum)
            }
            Kind::Concatenate => concatenate(self.config, layer, operands, rows),
            Kind::Activation | Kind::Flatten | Kind::Dropout(_) => operands[0].to_vec(),
            Kind::BatchNorm(_) => unreachable!("such a network is refused"),
        }
    }
}

/// A layer that [`Float::layers`] can compute.
fn known(layer: &Layer) -> Result<(), Failure> {
    let what = match &layer.kind {
        Kind::BatchNorm(_) => "batch normalizations",
        Kind::Dense(Dense { fold: Some(_), .. }) => "folded batch normalizations",
        _ => return Ok(()),
    };
    Err(Failure::Input(miette!(
        code = "scan::layer",
        help = "scan the network without it",
        "layer `{}`: post-training quantization does not know {what}",
        layer.name
    )))
}

/// `y[j] = bias[j] + Σ x[i] · kernel[i][j]`, in the order of i.
#[expect(clippy::cast_possible_truncation, reason = "weights are f32")]
fn dense(dense: &Dense, kernel: &Tensor, bias: Option<&Tensor>, x: &[f32]) -> Vec<f32> {
    let kernel: Vec<f32> = kernel.values.iter().map(|w| *w as f32).collect();
    let zeros = vec![0.0; dense.units];
    let bias: Vec<f32> = bias.map_or(zeros, |bias| bias.values.iter().map(|b| *b as f32).collect());
    let mut y = Vec::with_capacity(x.len() / dense.fan_in * dense.units);
    for row in x.chunks_exact(dense.fan_in) {
        let mut sums = bias.clone();
        for (x, weights) in row.iter().zip(kernel.chunks_exact(dense.units)) {
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += x * weight);
        }
        y.append(&mut sums);
    }
    y
}

/// The operands one after another along the last dimension.
fn concatenate(config: &Config, layer: &Layer, operands: &[&[f32]], rows: usize) -> Vec<f32> {
    let lasts: Vec<usize> =
        layer.inputs.iter().map(|operand| config.shape(*operand).last().copied().unwrap_or(1)).collect();
    let repeats = rows * layer.shape.iter().rev().skip(1).product::<usize>();
    let mut all = Vec::with_capacity(operands.iter().map(|operand| operand.len()).sum());
    for at in 0..repeats {
        for (operand, last) in operands.iter().zip(&lasts) {
            all.extend_from_slice(&operand[at * last..(at + 1) * last]);
        }
    }
    all
}

/// The layer's function, in place.
fn apply(layer: &Layer, values: &mut [f32]) {
    let Some(float) = layer.float else { return };
    let each = |values: &mut [f32], function: fn(f32) -> f32| {
        values.iter_mut().for_each(|value| *value = function(*value));
    };
    match float.function {
        Function::Linear => {}
        Function::Relu => each(values, |x| x.max(0.0)),
        Function::Tanh => each(values, libm::tanhf),
        Function::Sigmoid => each(values, |x| 1.0 / (1.0 + libm::expf(-x))),
        Function::Softmax => {
            values.chunks_mut(layer.shape.last().copied().unwrap_or(1)).for_each(softmax);
        }
    }
}

fn softmax(row: &mut [f32]) {
    let greatest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    row.iter_mut().for_each(|value| *value = libm::expf(*value - greatest));
    let sum: f32 = row.iter().sum();
    row.iter_mut().for_each(|value| *value /= sum);
}
