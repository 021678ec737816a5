//! Stochastic gradient descent, in Keras 2.15's order of operations:
//!
//! ```text
//! move = −gradient · rate + move · momentum
//! weight += move                                        plain
//! weight += −gradient · rate + move · momentum          Nesterov
//! ```

use multiversion::multiversion;

/// The numbers of one step.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The learning rate.
    pub rate: f32,
    /// How much of the last move is kept.
    pub momentum: f32,
    /// Whether the gradient is that ahead of the move.
    pub nesterov: bool,
}

impl Step {
    /// Moves `weights` by `moves`, which follow the gradients.
    pub fn apply(self, weights: &mut [f32], gradients: &[f32], moves: &mut [f32]) {
        apply(self, weights, gradients, moves);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "x86_64+sse4.2", "aarch64+neon"))]
fn apply(step: Step, weights: &mut [f32], gradients: &[f32], moves: &mut [f32]) {
    for ((weight, gradient), kept) in weights.iter_mut().zip(gradients).zip(moves) {
        let downhill = -gradient * step.rate;
        *kept = downhill + *kept * step.momentum;
        *weight += if step.nesterov { downhill + *kept * step.momentum } else { *kept };
    }
}
