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

use super::arguments::Arguments;
use super::draw::{self, Chance};
use super::fit;
use super::formula::{self, Formula, Rule, Uniform};
use super::number::Number;
use super::parameter::common;
use super::registry::Kind;
use super::scale::{Scale, Scales, Tensor};
use super::syntax::Value;
use super::ternary::{self, Ternary};
use super::{Hardware, QuantizerError};
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

#[derive(Debug)]
struct StochasticTernary {
    ternary: Ternary,
    chance: Chance,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    if arguments.number("threshold")? == Some(1.0) {
        let one = arguments.fault("threshold", "is refused by QKeras");
        return Err(one.help("write a number below 1, or ternary(threshold=1)"));
    }
    let (ternary, chance) = (Ternary::of(arguments)?, Chance::of(arguments)?);
    Ok(Arc::new(StochasticTernary { ternary, chance }))
}

impl StochasticTernary {
    /// The scale of each element while training.
    fn scales(&self, tensor: &Tensor) -> Result<Vec<f32>, QuantizerError> {
        let level = |x: f32, scale: f32| if x.abs() >= scale / 2.0 { sign(x) } else { 0.0 };
        self.ternary.fit.iterate(tensor, self.ternary.start(tensor)?, self.ternary.unrolls, level)
    }

    fn level(&self, x: f32, threshold: f32, spread: f32, random: &mut Uniform) -> f32 {
        let (less, more) = (x / spread - threshold, x / spread + threshold);
        f32::midpoint(self.chance.sign(less, 1.0, random), self.chance.sign(more, 1.0, random))
    }
}

fn sign(x: f32) -> f32 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

impl Formula for StochasticTernary {
    fn value<N: Number>(&self, x: N, scale: Scale) -> N {
        self.ternary.value(x, scale)
    }

    fn hardware(&self, scale: Scale) -> Hardware {
        Formula::hardware(&self.ternary, scale)
    }

    fn max(&self) -> f32 {
        Formula::max(&self.ternary)
    }

    fn min(&self) -> f32 {
        Formula::min(&self.ternary)
    }

    fn fit(&self, tensor: &Tensor) -> Result<Scales, QuantizerError> {
        Formula::fit(&self.ternary, tensor)
    }

    fn slope(&self, x: f32, scale: Scale) -> f32 {
        self.ternary.slope(x, scale)
    }

    fn sample(
        &self,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError> {
        if !self.ternary.alpha.is_automatic() {
            return Ok(formula::each(tensor, |i, x| self.value(x, scales.at(i))));
        }
        let scales = self.scales(tensor)?;
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
