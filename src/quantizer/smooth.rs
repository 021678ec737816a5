//! The smooth functions that quantizers are made of or differentiated as.
//!
//! What is rounded next must have TensorFlow's last bit. Its logistic function is Eigen's, a ratio of polynomials that
//! is not correctly rounded; so this is that one's formula (`scalar_logistic_op`), in plain f32 operations, which give
//! the same bits on every platform:
//!
//! ```text
//! 1 / (1 + e^−x) = 1/2 + x · P(x²) / Q(x²)          from −9 to 15.64, where it reaches 1;  below −9: e^x
//! ```

use super::log::horner;

/// From the highest power down.
const P: [f32; 5] = [4.370_31e-11, 1.156_273_2e-7, 6.085_748_6e-5, 8.513_771e-3, 2.482_879_5e-1];
const Q: [f32; 6] =
    [6.102_473_9e-13, 5.761_021_4e-9, 6.291_067_8e-6, 1.701_988_2e-3, 1.168_176_6e-1, 9.931_519e-1];

/// Where the ratio reaches 1/2.
const ONE_FROM: f32 = 15.643_771;
/// Where it is no longer close.
const SMALL_BELOW: f32 = -9.0;

/// The hyperbolic tangent, correctly rounded: it never falls.
#[expect(clippy::cast_possible_truncation, reason = "a rounding")]
pub(super) fn tanh(x: f32) -> f32 {
    libm::tanh(f64::from(x)) as f32
}

/// The derivative of [`tanh`].
pub(super) fn tanh_slope(x: f32) -> f32 {
    let y = tanh(x);
    1.0 - y * y
}

/// The logistic function, `1 / (1 + e^−x)`. It falls by some units in the last place at times.
pub(super) fn sigmoid(x: f32) -> f32 {
    if x < SMALL_BELOW {
        return libm::expf(x);
    }
    let x = x.min(ONE_FROM);
    let square = x * x;
    x * horner(&P, square) / horner(&Q, square) + 0.5
}

/// The derivative of [`sigmoid`].
pub(super) fn sigmoid_slope(x: f32) -> f32 {
    let y = sigmoid(x);
    y * (1.0 - y)
}
