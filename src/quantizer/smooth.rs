//! The smooth functions that quantizers are made of or differentiated as.

/// The hyperbolic tangent.
pub(super) fn tanh(x: f32) -> f32 {
    libm::tanhf(x)
}

/// The derivative of [`tanh`].
pub(super) fn tanh_slope(x: f32) -> f32 {
    let y = tanh(x);
    1.0 - y * y
}
