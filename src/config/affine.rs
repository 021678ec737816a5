//! The constants that a batch normalization comes to, in f32 and in TensorFlow's order of operations. The graph,
//! what is stored with the weights, and training all compute them here.
//!
//! ```text
//! inverse       = 1 / sqrt(variance + epsilon) · gamma
//! a             = inverse                                a · x + b      (tf.nn.batch_normalization)
//! b             = beta − mean · a
//! folded kernel = inverse · kernel                                      (QKeras's QConv2DBatchnorm)
//! folded bias   = inverse · (bias − mean) + beta
//! ```

use super::model::{BatchNorm, Fold};
use crate::quantizer::{QuantizerError, Spec, Tensor};

/// What a batch normalization has for each channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics<'a> {
    /// None without a scale.
    pub gamma: Option<&'a [f32]>,
    /// None without a center.
    pub beta: Option<&'a [f32]>,
    /// The moving mean, or that of a batch.
    pub mean: &'a [f32],
    /// The moving variance, or that of a batch.
    pub variance: &'a [f32],
}

/// `a · x + b`, for each channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Constants {
    /// The factors.
    pub a: Vec<f32>,
    /// What is added.
    pub b: Vec<f32>,
}

/// What a dense layer multiplies and adds with a batch normalization in it, before the quantizers.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// Inputs × units.
    pub kernel: Vec<f32>,
    /// Units.
    pub bias: Vec<f32>,
}

/// `1 / sqrt(variance + epsilon) · gamma`.
pub fn inverse(gamma: Option<f32>, variance: f32, epsilon: f32) -> f32 {
    let inverse = 1.0 / (variance + epsilon).sqrt();
    gamma.map_or(inverse, |gamma| inverse * gamma)
}

/// `beta − mean · a`.
pub fn offset(beta: Option<f32>, mean: f32, a: f32) -> f32 {
    beta.map_or(-mean * a, |beta| beta - mean * a)
}

/// The constants of `norm`, each of its parameters through its quantizer.
///
/// # Errors
/// A quantizer with scales that do not fit the channels.
pub fn constants(norm: &BatchNorm, latent: &Statistics) -> Result<Constants, QuantizerError> {
    let quantizers = &norm.quantizers;
    let gamma = latent.gamma.map(|gamma| quantized(quantizers.gamma.as_ref(), gamma)).transpose()?;
    let beta = latent.beta.map(|beta| quantized(quantizers.beta.as_ref(), beta)).transpose()?;
    let mean = quantized(quantizers.mean.as_ref(), latent.mean)?;
    let variance = quantized(quantizers.variance.as_ref(), latent.variance)?;
    let a = inverses(norm.epsilon, gamma.as_deref(), &variance);
    let a = quantized(quantizers.inverse.as_ref(), &a)?;
    let of = |beta: &Option<Vec<f32>>, channel: usize| beta.as_ref().map(|beta| beta[channel]);
    let b = mean.iter().zip(&a).enumerate().map(|(c, (mean, a))| offset(of(&beta, c), *mean, *a)).collect();
    Ok(Constants { a, b })
}

/// The kernel (inputs × units) and the bias of a dense layer with `fold` in it; none stands for a bias of zeros.
pub fn folded(fold: &Fold, latent: &Statistics, kernel: &[f32], bias: Option<&[f32]>) -> Folded {
    let inverse = inverses(fold.norm.epsilon, latent.gamma, latent.variance);
    let bias_of = |(unit, inverse): (usize, &f32)| {
        let centered = inverse * (bias.map_or(0.0, |bias| bias[unit]) - latent.mean[unit]);
        latent.beta.map_or(centered, |beta| centered + beta[unit])
    };
    Folded {
        bias: inverse.iter().enumerate().map(bias_of).collect(),
        kernel: kernel.iter().zip(inverse.iter().cycle()).map(|(weight, inverse)| inverse * weight).collect(),
    }
}

fn inverses(epsilon: f32, gamma: Option<&[f32]>, variance: &[f32]) -> Vec<f32> {
    let one = |(c, variance): (usize, &f32)| inverse(gamma.map(|gamma| gamma[c]), *variance, epsilon);
    variance.iter().enumerate().map(one).collect()
}

fn quantized(quantizer: Option<&Spec>, values: &[f32]) -> Result<Vec<f32>, QuantizerError> {
    let shape = [values.len()];
    quantizer.map_or_else(|| Ok(values.to_vec()), |spec| spec.forward(&Tensor { shape: &shape, values }))
}
