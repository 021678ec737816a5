//! `stochastic_binary`: the sign, drawn at random while training, the likelier the farther from zero.
//!
//! ```text
//! inference: binary(alpha)
//! training:  k = 1 with the probability sigmoid(temperature · x / spread), else −1
//!            y = alpha · k
//! ```
//!
//! The scale is that of `binary`. With an automatic one, `spread` is the standard deviation of the elements with the
//! same index along the last axis (in a tensor of one axis, of all), plus 1e-7; else it is 1. The gradient is that of
//! the inference form.

use super::arguments::Arguments;
use super::binary::Binary;
use super::draw::{self, Chance};
use super::fit;
use super::formula::{self, Formula, Rule, Uniform};
use super::number::Number;
use super::parameter::common;
use super::registry::Kind;
use super::scale::{Scale, Scales, Tensor};
use super::syntax::Value;
use super::{Hardware, QuantizerError};
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "stochastic_binary",
    meaning: "binary, but its sign is drawn at random while training",
    parameters: &[common::ALPHA, draw::temperature(&Value::Int(6)), draw::REAL_SIGMOID],
    build,
};

#[derive(Debug)]
struct StochasticBinary {
    binary: Binary,
    chance: Chance,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let (binary, chance) = (Binary::of(arguments, false)?, Chance::of(arguments)?);
    Ok(Arc::new(StochasticBinary { binary, chance }))
}

/// For each element, the spread that its probability is measured in.
pub(super) fn spreads(binary: &Binary, tensor: &Tensor) -> Vec<f32> {
    if !binary.alpha.is_automatic() {
        return vec![1.0; tensor.values.len()];
    }
    fit::of_channels(tensor, tensor.values, |all| fit::deviation(all) + fit::EPSILON)
}

impl Formula for StochasticBinary {
    fn value<N: Number>(&self, x: N, scale: Scale) -> N {
        self.binary.value(x, scale)
    }

    fn hardware(&self, scale: Scale) -> Hardware {
        Formula::hardware(&self.binary, scale)
    }

    fn max(&self) -> f32 {
        Formula::max(&self.binary)
    }

    fn min(&self) -> f32 {
        Formula::min(&self.binary)
    }

    fn fit(&self, tensor: &Tensor) -> Result<Scales, QuantizerError> {
        Formula::fit(&self.binary, tensor)
    }

    fn slope(&self, x: f32, scale: Scale) -> f32 {
        self.binary.slope(x, scale)
    }

    fn sample(
        &self,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError> {
        let spreads = spreads(&self.binary, tensor);
        let drawn = |i: usize, x: f32| scales.at(i).output * self.chance.sign(x, spreads[i], random);
        Ok(formula::each(tensor, drawn))
    }
}
