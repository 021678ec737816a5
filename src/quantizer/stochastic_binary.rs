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

use super::QuantizerError;
use super::arguments::Arguments;
use super::at_random::{AtRandom, Draws};
use super::binary::Binary;
use super::draw::{self, Chance};
use super::fit;
use super::formula::{self, Rule, Uniform};
use super::parameter::common;
use super::registry::Kind;
use super::scale::{Scales, Tensor};
use super::syntax::Value;
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "stochastic_binary",
    meaning: "binary, but its sign is drawn at random while training",
    parameters: &[common::ALPHA, draw::temperature(&Value::Int(6)), draw::REAL_SIGMOID],
    build,
};

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let (inference, draws) = (Binary::of(arguments, false)?, Sign(Chance::of(arguments)?));
    Ok(Arc::new(AtRandom { inference, draws }))
}

/// For each element, the spread that its probability is measured in.
pub(super) fn spreads(binary: &Binary, tensor: &Tensor) -> Vec<f32> {
    if !binary.alpha.is_automatic() {
        return vec![1.0; tensor.values.len()];
    }
    fit::of_channels(tensor, tensor.values, |all| fit::deviation(all) + fit::EPSILON)
}

/// The sign, by chance.
#[derive(Debug)]
struct Sign(Chance);

impl Draws<Binary> for Sign {
    fn draw(
        &self,
        binary: &Binary,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError> {
        let spreads = spreads(binary, tensor);
        let drawn = |i: usize, x: f32| scales.at(i).output * self.0.sign(x, spreads[i], random);
        Ok(formula::each(tensor, drawn))
    }
}
