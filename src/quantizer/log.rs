//! The natural logarithm in f32, with the same last bit as TensorFlow's on a CPU.
//!
//! A power-of-two quantizer rounds a logarithm, and its thresholds fall where the last bit decides. TensorFlow's
//! logarithm is Eigen's (`plog_impl_float`), which is not correctly rounded; so this is that one's formula, in
//! plain f32 operations, which give the same bits on every platform:
//!
//! ```text
//! x = m · 2^e with √½ ≤ m < √2,   ln x = e · ln 2 + r(m − 1),   r(z) = z (1 + p₂z + p₃z²) / (1 + q₁z + q₂z² + q₃z³)
//! ```

/// Numerator from `z³` down to `z`, and denominator from `z³` down to 1.
const P: [f32; 3] = [0.182_562_96, 1.0, 1.0];
const Q: [f32; 4] = [0.049_616_247, 0.599_232_5, 1.5, 1.0];

/// `ln x`, for a positive x that is not denormal.
pub(super) fn ln(x: f32) -> f32 {
    let (mantissa, exponent) = libm::frexpf(x);
    let low = mantissa < std::f32::consts::FRAC_1_SQRT_2;
    let z = if low { (mantissa - 1.0) + mantissa } else { mantissa - 1.0 };
    #[expect(clippy::cast_precision_loss, reason = "an exponent has 9 bits")]
    let whole = (exponent - i32::from(low)) as f32;
    let ratio = horner(&P, z) * z / horner(&Q, z);
    whole * std::f32::consts::LN_2 + ratio
}

fn horner(coefficients: &[f32], z: f32) -> f32 {
    coefficients.iter().fold(0.0, |sum, c| sum * z + c)
}

#[cfg(test)]
mod tests {
    use super::ln;

    #[test]
    fn is_within_two_units_in_the_last_place() {
        for bits in (f32::MIN_POSITIVE.to_bits()..f32::MAX.to_bits()).step_by(9_973) {
            let x = f32::from_bits(bits);
            let exact = libm::log(f64::from(x));
            let unit = exact.abs().max(f64::from(f32::MIN_POSITIVE)) * 2f64.powi(-23);
            assert!((f64::from(ln(x)) - exact).abs() <= 2.0 * unit, "ln {x:e} = {} but {exact}", ln(x));
        }
    }

    /// TensorFlow's values where a correctly rounded logarithm differs.
    #[test]
    fn has_tensorflows_last_bit() {
        let log2 = |x: f32| ln(x) / std::f32::consts::LN_2;
        assert!(log2(0.249_999_99) < -2.0);
        assert!((log2(0.707_106_77) + 0.5).abs() == 0.0);
    }
}
