//! Adam's step (Kingma and Ba, arXiv 1412.6980), in Keras 2.15's order of operations:
//!
//! ```text
//! alpha = rate · sqrt(1 − beta2^t) / (1 − beta1^t)         t: steps, this one included
//! mean += (gradient − mean) · (1 − beta1)
//! square += (gradient² − square) · (1 − beta2)
//! weight −= mean · alpha / (sqrt(square) + epsilon)
//! ```

use crate::config::training::Adam;
use multiversion::multiversion;

/// The numbers of one step, as f32.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    mean: f32,
    square: f32,
    epsilon: f32,
    alpha: f32,
}

#[expect(clippy::cast_possible_truncation, reason = "Keras computes in f32")]
impl Step {
    /// Step `number`, counted from 1, at this rate.
    pub fn new(adam: &Adam, number: u64, rate: f64) -> Step {
        let left = |beta: f64| 1.0 - power(beta as f32, number);
        let alpha = rate as f32 * left(adam.beta2).sqrt() / left(adam.beta1);
        let (mean, square) = ((1.0 - adam.beta1) as f32, (1.0 - adam.beta2) as f32);
        Step { mean, square, epsilon: adam.epsilon as f32, alpha }
    }

    /// Moves `weights`, and the moving means of gradients and of their squares.
    pub fn apply(self, weights: &mut [f32], gradients: &[f32], means: &mut [f32], squares: &mut [f32]) {
        apply(self, weights, gradients, means, squares);
    }
}

/// `beta^number`, as an f32 holds it.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "Keras computes in f32")]
fn power(beta: f32, number: u64) -> f32 {
    libm::pow(f64::from(beta), number as f64) as f32
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "x86_64+sse4.2", "aarch64+neon"))]
fn apply(step: Step, weights: &mut [f32], gradients: &[f32], means: &mut [f32], squares: &mut [f32]) {
    for (((weight, gradient), mean), square) in weights.iter_mut().zip(gradients).zip(means).zip(squares) {
        *mean += (gradient - *mean) * step.mean;
        *square += (gradient * gradient - *square) * step.square;
        *weight -= (*mean * step.alpha) / (square.sqrt() + step.epsilon);
    }
}
