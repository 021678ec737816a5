//! `quantized_hswish`: the hard swish on the grid of `quantized_bits`.
//!
//! ```text
//! h = x · min(max(x + relu_shift, 0), relu_upper_bound) / relu_upper_bound
//! y = quantized_bits(h)
//! ```
//!
//! `h` is 0 up to `-relu_shift`, falls to its least value at `-relu_shift/2`, then rises.

use super::arguments::Arguments;
use super::formula::{Formula, Noise, Rule, Uniform};
use super::number::Number;
use super::parameter::{FALSE, Takes, common};
use super::quantized_bits::QuantizedBits;
use super::registry::Kind;
use super::scale::{Scale, Scales, Tensor};
use super::syntax::Value;
use super::{Hardware, QuantizerError};
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "quantized_hswish",
    meaning: "the hard swish, then quantized_bits",
    parameters: &[
        common::BITS,
        common::INTEGER,
        common::parameter("symmetric", Takes::Truth, FALSE, common::SYMMETRIC_MEANING),
        common::ALPHA,
        common::STOCHASTIC,
        common::SCALE_AXIS,
        common::QNOISE_FACTOR,
        common::VAR_NAME,
        common::USE_STE,
        common::USE_VARIABLES,
        common::parameter("relu_shift", Takes::Number, &Value::Int(3), "how far left the swish begins"),
        common::parameter("relu_upper_bound", Takes::Number, &Value::Int(6), "where its relu is cut off"),
        common::ROUND,
    ],
    build,
};

#[derive(Debug)]
struct QuantizedHswish {
    bits: QuantizedBits,
    shift: f32,
    bound: f32,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let (shift, bound) = (above_zero(arguments, "relu_shift")?, above_zero(arguments, "relu_upper_bound")?);
    Ok(Arc::new(QuantizedHswish { bits: QuantizedBits::of(arguments)?, shift, bound }))
}

fn above_zero(arguments: &Arguments, name: &str) -> Result<f32, QuantizerError> {
    let number = arguments.number(name)?.filter(|number| *number >= f32::MIN_POSITIVE);
    number.ok_or_else(|| arguments.fault(name, "is not above zero").help("write a number such as 3"))
}

impl QuantizedHswish {
    /// `h` above.
    fn swish<N: Number>(&self, x: N) -> N {
        let relu = x.plus(self.shift).clamped(N::float(0.0), N::float(self.bound));
        x.times(relu.to_float()).over(self.bound)
    }
}

impl Formula for QuantizedHswish {
    fn value<N: Number>(&self, x: N, scale: Scale) -> N {
        self.bits.value(self.swish(x), scale)
    }

    fn drawn(&self, x: f32, scale: Scale, random: &mut Uniform) -> f32 {
        self.bits.drawn(self.swish(x), scale, random)
    }

    fn hardware(&self, _scale: Scale) -> Hardware {
        Hardware::Levels { monotone: false }
    }

    fn max(&self) -> f32 {
        Formula::max(&self.bits)
    }

    /// The grid value of the swish's least value, `−relu_shift² / 4 relu_upper_bound`, which QKeras means to compute.
    fn min(&self) -> f32 {
        let least: f32 = self.swish(-self.shift / 2.0);
        Formula::min(&self.bits).max(self.bits.value(least, Scale::ONE))
    }

    fn fit(&self, tensor: &Tensor) -> Result<Scales, QuantizerError> {
        let swish: Vec<f32> = tensor.values.iter().map(|x| self.swish(*x)).collect();
        Formula::fit(&self.bits, &Tensor { values: &swish, ..*tensor })
    }

    fn surrogate(&self, x: f32, _scale: Scale) -> f32 {
        self.swish(x)
    }

    /// Above the bound, only the other factor counts.
    fn slope(&self, x: f32, _scale: Scale) -> f32 {
        let shifted = x + self.shift;
        let rising = shifted > 0.0 && shifted <= self.bound;
        (shifted.clamp(0.0, self.bound) + if rising { x } else { 0.0 }) / self.bound
    }

    fn noise(&self) -> Noise {
        Formula::noise(&self.bits)
    }
}

#[cfg(test)]
mod tests {
    use crate::quantizer::{Hardware, parse};

    #[test]
    fn it_falls_then_rises() {
        let swish = parse("quantized_hswish(8, 2)").unwrap().fixed().unwrap();
        let values = [-4.0, -3.0, -1.5, 0.0, 1.5, 3.0, 9.0].map(|x| swish.forward(x));
        assert_eq!(values, [0.0, 0.0, -0.375, 0.0, 1.125, 3.0, 3.96875]);
        assert_eq!(swish.hardware(), Hardware::Levels { monotone: false });
        assert_eq!([-4.0, -1.5, 0.0, 2.0, 9.0].map(|x| swish.gradient(x)), [0.0, 0.0, 0.5, 7.0 / 6.0, 1.0]);
    }

    #[test]
    fn its_least_value_is_on_the_grid() {
        let least = |text| parse(text).unwrap().min();
        assert_eq!(least("quantized_hswish(8, 2)"), -0.375);
        assert_eq!(least("quantized_hswish(4, 0)"), -0.375);
        assert_eq!(least("quantized_hswish(4, 0, relu_shift=8, relu_upper_bound=2)"), -1.0);
    }

    #[test]
    fn its_relu_lies_above_zero() {
        for argument in ["relu_shift=0", "relu_upper_bound=-6"] {
            let error = parse(&format!("quantized_hswish(4, {argument})")).unwrap_err();
            assert_eq!(error.message, format!("`{argument}` is not above zero"));
        }
    }
}
