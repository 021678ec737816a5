//! What large weights cost: `l1 · Σ|w| + l2 · Σw²` over the kernels, as `keras.regularizers.L1L2`.

use crate::train::parameters::{Parameters, Role};

/// Adds the gradient of the penalty to that of each kernel, and gives the penalty. `gradients` has one entry for each of
/// `parameters`.
pub fn add(l1: f64, l2: f64, parameters: &Parameters, gradients: &mut [Vec<f32>]) -> f64 {
    if l1 == 0.0 && l2 == 0.0 {
        return 0.0;
    }
    let kernels = parameters.0.iter().zip(gradients).filter(|(parameter, _)| parameter.role == Role::Kernel);
    kernels.map(|(parameter, gradient)| of_kernel(l1, l2, &parameter.values, gradient)).sum()
}

fn of_kernel(l1: f64, l2: f64, weights: &[f32], gradient: &mut [f32]) -> f64 {
    #[expect(clippy::cast_possible_truncation, reason = "gradients are f32")]
    let (first, second) = (l1 as f32, 2.0 * l2 as f32);
    let (mut sum, mut squares) = (0.0, 0.0);
    for (weight, gradient) in weights.iter().zip(gradient) {
        let sign = if *weight == 0.0 { 0.0 } else { weight.signum() };
        *gradient += first * sign + second * weight;
        let weight = f64::from(*weight);
        sum += weight.abs();
        squares += weight * weight;
    }
    l1 * sum + l2 * squares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::parameters::Parameter;
    use crate::train::rule::golden;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Row {
        l1: f64,
        l2: f64,
        weights: Vec<f64>,
        value: f64,
        gradient: Vec<f64>,
    }

    fn parameter(role: Role, values: Vec<f32>) -> Parameter {
        Parameter { name: format!("{role:?}"), shape: vec![values.len()], role, values, bound: None }
    }

    #[test]
    fn a_penalty_is_that_of_keras_and_on_kernels_only() {
        for row in golden::read::<Vec<Row>>("penalties") {
            let weights = golden::narrow(&row.weights);
            let both = vec![parameter(Role::Bias, weights.clone()), parameter(Role::Kernel, weights)];
            let mut gradients = vec![vec![0.0; row.weights.len()], vec![1.0; row.weights.len()]];
            let value = add(row.l1, row.l2, &Parameters(both), &mut gradients);
            golden::close(&[value], &[row.value], 1e-12);
            assert_eq!(gradients[0], vec![0.0; row.weights.len()]);
            let added: Vec<f64> = row.gradient.iter().map(|g| g + 1.0).collect();
            golden::near(&golden::wide(&gradients[1]), &added, 1e-6);
        }
    }
}
