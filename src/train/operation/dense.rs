//! A dense layer with its bias and its activation in one operation.

use super::activation::Activation;
use super::matmul::{Matrix, multiply};
use super::quantized::Quantized;
use super::{How, Operation, Scratch};
use crate::data::random::Random;
use crate::train::parameters::{ParameterId, Parameters};
use multiversion::multiversion;

/// `activation(x · kernel + bias)`.
#[derive(Debug, Clone)]
pub struct Dense {
    /// Inputs.
    pub fan_in: usize,
    /// Outputs.
    pub units: usize,
    /// inputs × outputs.
    pub kernel: (ParameterId, Quantized),
    /// One number for each output.
    pub bias: Option<(ParameterId, Quantized)>,
    /// What comes after the sums.
    pub activation: Option<Activation>,
}

impl Operation for Dense {
    fn width(&self) -> usize {
        self.units
    }

    fn parameters(&self) -> Vec<ParameterId> {
        std::iter::once(self.kernel.0).chain(self.bias.as_ref().map(|(id, _)| *id)).collect()
    }

    fn prepare(&mut self, parameters: &Parameters, how: How, random: &mut Random) {
        for (id, quantized) in std::iter::once(&mut self.kernel).chain(&mut self.bias) {
            let parameter = parameters.get(*id);
            quantized.prepare(&parameter.shape, &parameter.values, how, random);
        }
        if let Some(activation) = &mut self.activation {
            activation.prepare(how);
        }
    }

    fn forward(&self, inputs: &[&[f32]], output: &mut [f32], scratch: &mut Scratch, how: How) {
        let (x, kernel) =
            (Matrix::new(inputs[0], self.fan_in), Matrix::new(&self.kernel.1.values, self.units));
        let Some(activation) = &self.activation else {
            multiply(x, kernel, output);
            return self.bias.iter().for_each(|(_, bias)| add_to_rows(output, &bias.values));
        };
        let Scratch { saved: sums, random, .. } = scratch;
        sums.resize(output.len(), 0.0);
        multiply(x, kernel, sums);
        self.bias.iter().for_each(|(_, bias)| add_to_rows(sums, &bias.values));
        activation.forward(sums, output, random.as_mut(), how);
    }

    fn backward(&self, inputs: &[&[f32]], slope: &mut [f32], wanted: &[bool], scratch: &mut Scratch) {
        if let Some(activation) = &self.activation {
            activation.backward(&scratch.saved, slope);
        }
        let (x, dy) = (Matrix::new(inputs[0], self.fan_in), Matrix::new(slope, self.units));
        let Scratch { toward, partial, .. } = scratch;
        partial.resize(1 + usize::from(self.bias.is_some()), Vec::new());
        partial[0].resize(self.fan_in * self.units, 0.0);
        multiply(x.transposed(), dy, &mut partial[0]);
        if self.bias.is_some() {
            partial[1].resize(self.units, 0.0);
            sum_of_rows(slope, &mut partial[1]);
        }
        if wanted[0] {
            toward[0].resize(inputs[0].len(), 0.0);
            multiply(dy, Matrix::new(&self.kernel.1.values, self.units).transposed(), &mut toward[0]);
        }
    }

    fn finish(&self, mut summed: Vec<Vec<f32>>, parameters: &Parameters) -> Vec<Vec<f32>> {
        let quantized = std::iter::once(&self.kernel).chain(&self.bias);
        for ((id, quantized), slope) in quantized.zip(&mut summed) {
            let parameter = parameters.get(*id);
            quantized.backward(&parameter.shape, &parameter.values, slope);
        }
        summed
    }
}

/// Adds `row` to each row of `rows`.
#[multiversion(targets("x86_64+avx2+fma"))]
fn add_to_rows(rows: &mut [f32], row: &[f32]) {
    for y in rows.chunks_exact_mut(row.len()) {
        y.iter_mut().zip(row).for_each(|(y, b)| *y += b);
    }
}

/// The sum of all `rows`, the first one first.
#[multiversion(targets("x86_64+avx2+fma"))]
fn sum_of_rows(rows: &[f32], sum: &mut [f32]) {
    sum.fill(0.0);
    for row in rows.chunks_exact(sum.len()) {
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
}
