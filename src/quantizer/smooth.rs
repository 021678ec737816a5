//! The smooth functions that quantizers are made of or differentiated as, in f32.
//!
//! What is rounded next ought to have TensorFlow's last bit, whose own functions are not correctly rounded. These are:
//! computed in f64, then rounded once. So they never fall, give the same bits on every platform, and agree with
//! TensorFlow wherever the reference values tell the difference.

use super::scale::Alpha;

/// The hyperbolic tangent. It never falls.
#[expect(clippy::cast_possible_truncation, reason = "a rounding")]
pub(super) fn tanh(x: f32) -> f32 {
    libm::tanh(f64::from(x)) as f32
}

/// The derivative of [`tanh`], `4t / (1 + t)²` with `t = e^(−2|x|)`, to a few of the last bits: nothing is rounded to a grid
/// behind it, and training computes it of every element.
#[expect(clippy::inline_always, reason = "loops of training are compiled around it")]
#[inline(always)]
pub(super) fn tanh_slope(x: f32) -> f32 {
    let t = decay(2.0 * x.abs());
    4.0 * t / ((1.0 + t) * (1.0 + t))
}

/// `e^−x` for an x that is not negative, within 2 units of the last place: `2^n · e^r` with `−x = n · ln 2 + r`, and for `e^r`
/// the first terms of its series.
#[expect(clippy::inline_always, reason = "loops of training are compiled around it")]
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a whole number from -126 to 0")]
fn decay(x: f32) -> f32 {
    /// ln 2 in two parts, whose first has so few digits that its products are exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    const TERMS: [f32; 7] = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    let x = -x.min(87.0);
    let n = (x * std::f32::consts::LOG2_E).round_ties_even();
    let r = x - n * LN_2[0] - n * LN_2[1];
    let series = TERMS.iter().fold(0.0, |sum, term| sum * r + term);
    series * f32::from_bits(((n as i32 + 127) as u32) << 23)
}

/// What QKeras differentiates in place of a sign: the hyperbolic tangent where the string gives no scale, else `x`.
pub(super) fn sign(alpha: &Alpha, x: f32) -> f32 {
    if *alpha == Alpha::None { tanh(x) } else { x }
}

/// The derivative of [`sign`].
pub(super) fn sign_slope(alpha: &Alpha, x: f32) -> f32 {
    if *alpha == Alpha::None { tanh_slope(x) } else { 1.0 }
}

/// The logistic function, `1 / (1 + e^−x)`. It never falls.
#[expect(clippy::cast_possible_truncation, reason = "a rounding")]
pub(super) fn sigmoid(x: f32) -> f32 {
    (1.0 / (1.0 + libm::exp(-f64::from(x)))) as f32
}

/// The derivative of [`sigmoid`].
pub(super) fn sigmoid_slope(x: f32) -> f32 {
    let y = sigmoid(x);
    y * (1.0 - y)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::{sigmoid, tanh, tanh_slope};

    #[test]
    fn the_slope_of_tanh_is_within_the_last_digits() {
        for i in -20_000..20_000_i16 {
            let x = f32::from(i) / 1000.0;
            let cosh = libm::cosh(f64::from(x));
            let exact = 1.0 / (cosh * cosh);
            assert!((f64::from(tanh_slope(x)) / exact - 1.0).abs() < 6e-7, "{x}");
        }
        assert_eq!([0.0, -0.0].map(tanh_slope), [1.0; 2]);
        assert!(
            [f32::MAX, f32::NEG_INFINITY].map(tanh_slope).iter().all(|slope| (0.0..1e-37).contains(slope))
        );
    }

    /// TensorFlow's, where the tie of a multiple of 2^-16 is near and another formula in f32 lies on the other side.
    #[test]
    fn sigmoid_has_tensorflows_last_bit() {
        let steps = [-3.875, -0.166_613_55, -0.277_182_3].map(|x| (sigmoid(x) * 65536.0).round_ties_even());
        assert_eq!(steps, [1333.0, 30045.0, 28256.0]);
    }

    #[test]
    fn they_never_fall() {
        // From 1/4 up to 25, and on the other side.
        let mut last = [0.0, 0.0, 1.0];
        for i in 0..5_000_000 {
            let x = f32::from_bits(0x3e80_0000 + 11 * i);
            let next = [tanh(x), sigmoid(x), sigmoid(-x)];
            assert!(next[0] >= last[0] && next[1] >= last[1] && next[2] <= last[2], "{x}");
            last = next;
        }
    }

    #[test]
    fn they_reach_their_ends() {
        assert_eq!([f32::MIN, 0.0, f32::MAX].map(sigmoid), [0.0, 0.5, 1.0]);
        assert_eq!([f32::MIN, 0.0, f32::MAX].map(tanh), [-1.0, 0.0, 1.0]);
    }
}
