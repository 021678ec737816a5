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
const P: [f32; 5] = [4.370_31e-11, 1.156_273_2e-7, 6.085_749e-5, 0.008_513_771, 0.248_287_95];
const Q: [f32; 6] =
    [6.102_473_7e-13, 5.761_021_4e-9, 6.291_068e-6, 0.001_701_988_2, 0.116_817_65, 0.993_151_9];

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

#[cfg(test)]
mod tests {
    use super::{sigmoid, tanh};

    #[test]
    fn sigmoid_is_close_to_the_logistic_function() {
        for x in (-3000..3000).map(|i| i as f32 / 100.0) {
            let exact = 1.0 / (1.0 + libm::exp(-f64::from(x)));
            assert!((f64::from(sigmoid(x)) - exact).abs() < 3e-7, "{x}: {} but {exact}", sigmoid(x));
        }
        assert_eq!((sigmoid(f32::MAX), sigmoid(f32::MIN), sigmoid(0.0)), (1.0, 0.0, 0.5));
        assert!(sigmoid(15.64) < 1.0);
    }

    /// Where a correctly rounded sigmoid is rounded to another multiple of 2^-16 than TensorFlow's.
    #[test]
    fn sigmoid_has_tensorflows_last_bit() {
        let steps = |x: f32| (sigmoid(x) * 65536.0).round_ties_even();
        assert_eq!((steps(-0.166_613_55), steps(-0.277_182_3)), (30045.0, 28256.0));
    }

    #[test]
    fn tanh_never_falls() {
        let all = (0..2_000_000).map(|i| f32::from_bits(0x3e80_0000 + 11 * i));
        let mut last = 0.0;
        for x in all {
            assert!(tanh(x) >= last, "tanh({x})");
            last = tanh(x);
        }
    }
}
