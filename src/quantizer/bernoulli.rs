//! `bernoulli`: 0 or alpha, drawn at random, in QKeras at inference too.
//!
//! ```text
//! k = 1 with the probability sigmoid(temperature · x / spread), else 0
//! y = alpha · k
//! ```
//!
//! The scale is that of `binary(use_01=True)`; `spread` is as in `stochastic_binary`. Only training draws here: where
//! a value is wanted without chance, it is that of `binary(use_01=True)`, the likelier one. There is no hardware.

use super::arguments::Arguments;
use super::binary::Binary;
use super::draw::{self, Chance};
use super::formula::{self, Formula, Rule, Uniform};
use super::number::Number;
use super::parameter::common;
use super::registry::Kind;
use super::scale::{Scale, Scales, Tensor};
use super::stochastic_binary::spreads;
use super::syntax::Value;
use super::{Hardware, QuantizerError};
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "bernoulli",
    meaning: "0 or alpha, drawn at random; no hardware",
    parameters: &[common::ALPHA, draw::temperature(&Value::Int(6)), draw::REAL_SIGMOID],
    build,
};

#[derive(Debug)]
struct Bernoulli {
    binary: Binary,
    chance: Chance,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let (binary, chance) = (Binary::of(arguments, true)?, Chance::of(arguments)?);
    Ok(Arc::new(Bernoulli { binary, chance }))
}

impl Formula for Bernoulli {
    fn value<N: Number>(&self, x: N, scale: Scale) -> N {
        self.binary.value(x, scale)
    }

    fn hardware(&self, _scale: Scale) -> Hardware {
        Hardware::Never {
            why: "bernoulli is random at inference too",
            instead: "write binary(use_01=True), its likelier value, with the same alpha",
        }
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

    fn sample(
        &self,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError> {
        let spreads = spreads(&self.binary, tensor);
        Ok(formula::each(tensor, |i, x| {
            let one = self.chance.sign(x, spreads[i], random) > 0.0;
            if one { scales.at(i).output } else { 0.0 }
        }))
    }
}
