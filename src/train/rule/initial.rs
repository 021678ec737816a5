//! Where parameters start.
//!
//! A kernel is drawn evenly from `±sqrt(6 / (fan-in + fan-out))` (Glorot and Bengio, AISTATS 2010; Keras's default). With
//! a quantizer whose scale is not automatic, it is then widened as QKeras's `QInitializer` does (qlayers.py:89). That
//! class was read and followed but for one point:
//!
//! ```text
//! delta = max · 2^-bits               about the grid's step
//! scale = 1                           if delta <= the kernel's standard deviation: the grid is fine enough
//!       = Σq² / Σq·w                  else, q being the quantized kernel: what brings w near q
//!       = max / sqrt(mean w²)         if all of q is 0
//! kernel = sqrt(max(scale, 1)) · w    into ±max
//! ```
//!
//! The root is there because QKeras multiplies the *variance* of Keras's initializer, and draws again. Here the first draw
//! is stretched: it has the same distribution, and each kernel is drawn once. With `alpha='auto'` or `'auto_po2'` the
//! scale follows the kernel, and nothing is widened.

use super::stream::stream;
use crate::config::model::{Config, Dense, Kind};
use crate::quantizer::{QuantizerError, Spec, Tensor};
use crate::train::parameters::Parameter;

/// What the parameters of `config` start with: kernels as above, the gamma and the variance of a batch normalization with
/// ones, everything else with zeros.
pub fn of(config: &Config) -> impl FnMut(&mut Parameter) {
    |parameter| {
        let (layer, what) = parameter.name.rsplit_once('/').unwrap_or(("", &parameter.name));
        match what {
            "kernel" => {
                let values =
                    kernel(config.train.seed, &parameter.name, &parameter.shape, quantizer(config, layer));
                parameter.values = values.expect("a config's quantizers suit their kernels");
            }
            "gamma" | "moving_variance" => parameter.values.fill(1.0),
            _ => parameter.values.fill(0.0),
        }
    }
}

/// The quantizer of the kernel of the layer called `name`.
fn quantizer<'a>(config: &'a Config, name: &str) -> Option<&'a Spec> {
    let layer = config.layers.iter().find(|layer| layer.name == name)?;
    let Kind::Dense(Dense { kernel, .. }) = &layer.kind else { return None };
    kernel.as_ref()
}

/// The kernel called `name`, a function of this name, its shape and the seed; the last two dimensions are inputs and
/// outputs.
///
/// # Errors
/// Scales that do not suit its shape.
pub fn kernel(
    seed: u64,
    name: &str,
    shape: &[usize],
    quantizer: Option<&Spec>,
) -> Result<Vec<f32>, QuantizerError> {
    let values = glorot(seed, name, shape);
    match quantizer {
        Some(quantizer) if !quantizer.alpha().is_automatic() => widened(shape, values, quantizer),
        _ => Ok(values),
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a kernel's numbers are f32"
)]
fn glorot(seed: u64, name: &str, shape: &[usize]) -> Vec<f32> {
    let (field, fans) = shape.split_at(shape.len().saturating_sub(2));
    let fans = field.iter().product::<usize>() * fans.iter().sum::<usize>();
    let limit = (6.0 / fans as f64).sqrt() as f32;
    let mut random = stream(seed, name, 0);
    let count: usize = shape.iter().product();
    (0..count).map(|_| limit * (2.0 * random.unit() - 1.0)).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "a kernel's numbers are f32")]
fn widened(shape: &[usize], mut values: Vec<f32>, quantizer: &Spec) -> Result<Vec<f32>, QuantizerError> {
    let stretch = scale(shape, &values, quantizer)?.sqrt() as f32;
    let max = quantizer.max();
    values.iter_mut().for_each(|w| *w = (*w * stretch).clamp(-max, max));
    Ok(values)
}

/// What the variance is multiplied by, at least 1.
fn scale(shape: &[usize], values: &[f32], quantizer: &Spec) -> Result<f64, QuantizerError> {
    let max = f64::from(quantizer.max());
    let delta = max * f64::from(-quantizer.bits()).exp2();
    if delta <= deviation(values) {
        return Ok(1.0);
    }
    let quantized = quantizer.forward(&Tensor { shape, values })?;
    let product =
        |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let scale = match quantized.iter().all(|q| *q == 0.0) {
        true => max / mean(values, |w| w * w).sqrt(),
        false => product(&quantized, &quantized) / product(&quantized, values),
    };
    Ok(scale.max(1.0))
}

fn deviation(values: &[f32]) -> f64 {
    let middle = mean(values, |w| w);
    mean(values, |w| (w - middle) * (w - middle)).sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53")]
fn mean(values: &[f32], of: impl Fn(f64) -> f64) -> f64 {
    values.iter().map(|w| of(f64::from(*w))).sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::parameters::Role;
    use crate::train::rule::golden;
    use crate::{config, quantizer};
    use serde::Deserialize;
    use std::path::Path;

    #[derive(Deserialize)]
    struct Row {
        quantizer: String,
        shape: Vec<usize>,
        first: Vec<f64>,
        scale: f64,
    }

    #[test]
    fn a_kernel_is_widened_as_by_qkeras() {
        let rows: Vec<Row> = golden::read("initials");
        assert!(rows.iter().filter(|row| row.scale > 1.0).count() >= 3);
        for row in rows {
            let (spec, first) = (quantizer::parse(&row.quantizer).unwrap(), golden::narrow(&row.first));
            golden::close(&[scale(&row.shape, &first, &spec).unwrap()], &[row.scale], 2e-6);
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "exactly these")]
    fn every_parameter_of_a_config_has_its_start() {
        let text = "name: little\ninput: {shape: [4], quantizer: \"quantized_bits(4, 1)\"}\nlayers:\n  \
                    - {name: out, kind: dense, units: 8, kernel: \"binary(alpha=1)\"}\n\
                    train: {seed: 7}\nhardware: {clock_mhz: 320, initiation_ns: 25, target: xcvu9p}\n";
        let config = config::parse(text, Path::new("config.yaml")).unwrap();
        let started = |name: &str, shape: Vec<usize>| {
            let values = vec![0.5; shape.iter().product()];
            let mut parameter = Parameter { name: name.into(), shape, role: Role::Bias, values, bound: None };
            of(&config)(&mut parameter);
            parameter.values
        };
        let binary = quantizer::parse("binary(alpha=1)").unwrap();
        assert_eq!(
            started("out/kernel", vec![4, 8]),
            kernel(7, "out/kernel", &[4, 8], Some(&binary)).unwrap()
        );
        let others = ["out/bias", "bn/gamma", "bn/beta", "bn/moving_mean", "bn/moving_variance"];
        assert_eq!(others.map(|name| started(name, vec![1])[0]), [0.0, 1.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn a_kernel_is_even_between_its_limits() {
        let drawn = kernel(1, "fc1/kernel", &[30, 120], None).unwrap();
        assert!(drawn.iter().all(|w| (-0.2..=0.2).contains(w)));
        assert!(drawn.iter().any(|w| *w > 0.199) && drawn.iter().any(|w| *w < -0.199));
        let mut counts = [0; 4];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "one of 0..4")]
        drawn.iter().for_each(|w| counts[((w + 0.2) * 10.0) as usize] += 1);
        assert!(counts.iter().all(|c| (800..1_000).contains(c)), "{counts:?}");
    }

    #[test]
    fn a_convolution_counts_its_field_in_both_fans() {
        let drawn = kernel(1, "conv/kernel", &[3, 3, 10, 20], None).unwrap();
        let greatest = drawn.iter().copied().fold(0.0, f32::max);
        assert!((0.1485..=0.1491).contains(&greatest), "{greatest}");
    }

    #[test]
    fn each_kernel_has_its_own_numbers() {
        let of = |seed, name| kernel(seed, name, &[4, 4], None).unwrap();
        assert_eq!(of(1, "a/kernel"), of(1, "a/kernel"));
        assert_ne!(of(1, "a/kernel"), of(2, "a/kernel"));
        assert_ne!(of(1, "a/kernel"), of(1, "b/kernel"));
    }

    #[test]
    fn only_a_scale_that_is_given_widens() {
        let of = |text: &str| kernel(1, "a/kernel", &[4, 8], Some(&quantizer::parse(text).unwrap())).unwrap();
        let plain = kernel(1, "a/kernel", &[4, 8], None).unwrap();
        assert_eq!(of("binary(alpha='auto')"), plain);
        assert_eq!(of("quantized_bits(8, 0, alpha=1)"), plain);
        let binary = of("binary(alpha=1)");
        let ratio = binary[0] / plain[0];
        assert!(ratio > 1.3, "{ratio}");
        let same = plain.iter().zip(&binary).all(|(w, b)| (b - (w * ratio).clamp(-1.0, 1.0)).abs() < 1e-6);
        assert!(same && binary.iter().all(|w| w.abs() <= 1.0));
    }
}
