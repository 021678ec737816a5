//! `ternary`: the sign of the input, and 0 near zero.
//!
//! ```text
//! k = sign(x) where |x| ≥ threshold, else 0
//! y = alpha · k
//! ```
//!
//! The threshold is an f32, 0.33 where none is given. A threshold of 0 still gives 0 for 0.

use super::arguments::Arguments;
use super::formula::{self, Formula};
use super::number::Number;
use super::parameter::{NONE, Takes, common};
use super::registry::Kind;
use super::syntax::Value;
use super::{Alpha, Hardware, Quantizer, QuantizerError};
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "ternary",
    meaning: "the sign, and 0 near zero: -alpha, 0 or alpha",
    parameters: &[
        common::ALPHA,
        common::parameter(
            "threshold",
            Takes::NumberOrNone,
            NONE,
            "the least magnitude that is not 0; None is 0.33",
        ),
        common::STOCHASTIC,
        common::parameter(
            "number_of_unrolls",
            Takes::Whole(0, 1000),
            &Value::Int(5),
            "matters with an automatic alpha only",
        ),
    ],
    build,
};

const DEFAULT_THRESHOLD: f32 = 0.33;

#[derive(Debug)]
struct Ternary {
    threshold: f32,
    alpha: Alpha,
}

fn build(arguments: &Arguments) -> Result<Arc<dyn Quantizer>, QuantizerError> {
    let threshold = arguments.number("threshold")?.unwrap_or(DEFAULT_THRESHOLD);
    let formula = Ternary { threshold, alpha: arguments.alpha()? };
    Ok(formula::quantizer(&arguments.text, formula))
}

impl Formula for Ternary {
    fn value<N: Number>(&self, x: N) -> N {
        let magnitude = x.magnitude();
        // `negative` of the mirror image: above zero, and not so small as to count as zero.
        let zero = magnitude < N::float(self.threshold) || !magnitude.negated().negative();
        let scale = self.alpha.scale();
        match (zero, x.negative()) {
            (true, _) => N::float(0.0),
            (false, false) => N::float(scale),
            (false, true) => N::float(-scale),
        }
    }

    fn hardware(&self) -> Hardware {
        Hardware::Levels { monotone: true }
    }

    fn alpha(&self) -> Alpha {
        self.alpha
    }

    fn max(&self) -> f32 {
        self.alpha.scale().max(1.0)
    }

    fn min(&self) -> f32 {
        -self.max()
    }
}
