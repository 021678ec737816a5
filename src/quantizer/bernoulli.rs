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

#[cfg(test)]
mod tests {
    use crate::quantizer::{Hardware, Tensor, parse};

    #[test]
    fn without_chance_it_is_a_binary() {
        let values = Tensor { shape: &[4, 1], values: &[-0.5, 0.0, 0.25, 1.0] };
        for alpha in ["1", "0.7", "'auto'", "'auto_po2'"] {
            let [bernoulli, binary] = ["bernoulli(", "binary(use_01=True, "]
                .map(|head| parse(&format!("{head}alpha={alpha})")).unwrap().forward(&values));
            assert_eq!(bernoulli, binary, "{alpha}");
        }
    }

    #[test]
    fn it_has_no_hardware_and_says_what_has() {
        let bernoulli = parse("bernoulli(temperature=2)").unwrap().fixed().unwrap();
        let Hardware::Never { why, instead } = bernoulli.hardware() else { panic!("{bernoulli:?}") };
        assert_eq!(why, "bernoulli is random at inference too");
        assert!(instead.starts_with("write binary(use_01=True)"));
    }

    /// Its gradient passes, though that of a binary without alpha is the hyperbolic tangent's.
    #[test]
    fn its_gradient_is_one() {
        assert_eq!(parse("bernoulli()").unwrap().fixed().unwrap().gradient(2.0), 1.0);
        assert!(parse("stochastic_binary()").unwrap().fixed().unwrap().gradient(2.0) < 0.1);
    }
}
