//! `stochastic_ternary`: the sign or 0, drawn at random while training.
//!
//! ```text
//! inference: ternary(alpha, threshold)
//! training:  s_0 = 2/3 · the greatest |x|,  k_i = sign(x) where |x| ≥ s_i / 2, else 0,
//!            s_(i+1) = mean(x·k_i) / (mean(k_i·k_i) + ε)                 i from 0 to number_of_unrolls − 1
//!            a, b = 1 with the probabilities sigmoid(temperature · (x ∓ s/2) / spread), else −1
//!            y = s · (a + b) / 2
//! ```
//!
//! `spread` is the standard deviation of the elements with the same index along the last axis (in a tensor of one
//! axis, of all), plus 1e-7. Only with an automatic scale, which a kernel's always is, is anything random (QKeras fails
//! without). The gradient is that of the inference form.

use super::QuantizerError;
use super::arguments::Arguments;
use super::at_random::{AtRandom, Draws};
use super::draw::{self, Chance};
use super::fit;
use super::formula::{self, Formula, Rule, Uniform};
use super::parameter::common;
use super::registry::Kind;
use super::scale::{Scales, Tensor};
use super::syntax::Value;
use super::ternary::{self, Ternary};
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "stochastic_ternary",
    meaning: "ternary, but its value is drawn at random while training",
    parameters: &[
        common::ALPHA,
        ternary::THRESHOLD,
        draw::temperature(&Value::Int(8)),
        draw::REAL_SIGMOID,
        ternary::UNROLLS,
    ],
    build,
};

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    if arguments.number("threshold")? == Some(1.0) {
        let one = arguments.fault("threshold", "is refused by QKeras");
        return Err(one.help("write a number below 1, or ternary(threshold=1)"));
    }
    let (inference, draws) = (Ternary::of(arguments)?, Level(Chance::of(arguments)?));
    Ok(Arc::new(AtRandom { inference, draws }))
}

/// The scale of each element while training.
fn scales_of(ternary: &Ternary, tensor: &Tensor) -> Result<Vec<f32>, QuantizerError> {
    let level = |x: f32, scale: f32| if x.abs() >= scale / 2.0 { sign(x) } else { 0.0 };
    ternary.fit.iterate(tensor, ternary.start(tensor)?, ternary.unrolls, level)
}

/// The sign or 0, by two chances.
#[derive(Debug)]
struct Level(Chance);

impl Level {
    fn level(&self, x: f32, threshold: f32, spread: f32, random: &mut Uniform) -> f32 {
        let (less, more) = (x / spread - threshold, x / spread + threshold);
        f32::midpoint(self.0.sign(less, 1.0, random), self.0.sign(more, 1.0, random))
    }
}

fn sign(x: f32) -> f32 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

impl Draws<Ternary> for Level {
    fn draw(
        &self,
        ternary: &Ternary,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError> {
        if !ternary.alpha.is_automatic() {
            return Ok(formula::each(tensor, |i, x| ternary.value(x, scales.at(i))));
        }
        let scales = scales_of(ternary, tensor)?;
        let spreads = fit::of_channels(tensor, tensor.values, |all| fit::deviation(all) + fit::EPSILON);
        Ok(formula::each(tensor, |i, x| {
            let threshold = scales[i] / (2.0 * spreads[i]);
            scales[i] * self.level(x, threshold, spreads[i], random)
        }))
    }
}

#[cfg(test)]
mod tests {
    use crate::quantizer::parse;

    #[test]
    fn what_does_not_go_together_is_refused() {
        let message = |text| parse(text).unwrap_err().message;
        assert_eq!(message("stochastic_ternary(threshold=1.0)"), "`threshold=1` is refused by QKeras");
        assert_eq!(
            message("stochastic_ternary(alpha='auto', threshold=0.5)"),
            "`threshold=0.5` does not go with an automatic alpha, which finds its own"
        );
        assert_eq!(
            message("ternary(alpha=1, use_stochastic_rounding=True)"),
            "`use_stochastic_rounding=True` goes with an automatic alpha only"
        );
    }

    #[test]
    fn a_kernels_scale_is_automatic() {
        for name in ["stochastic_ternary", "stochastic_binary", "bernoulli", "ternary", "binary"] {
            let kernel = parse(name).unwrap().for_kernel().unwrap();
            assert_eq!(kernel.text(), format!("{name}(alpha='auto_po2')"));
        }
        let swish = parse("quantized_hswish(4)").unwrap().for_kernel().unwrap();
        assert_eq!(swish.text(), "quantized_hswish(4, symmetric=True, alpha='auto_po2')");
        let tanh = parse("quantized_tanh(4)").unwrap();
        assert_eq!(tanh.for_kernel().unwrap(), tanh);
    }
}
