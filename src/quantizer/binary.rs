//! `binary`: the sign of the input, where 0 counts as positive.
//!
//! ```text
//! k = −1 below zero, else 1                    with use_01: 0 below zero, else 1
//! y = alpha · k
//! ```

use super::arguments::Arguments;
use super::formula::{self, Formula};
use super::number::Number;
use super::parameter::{FALSE, Takes, common};
use super::registry::Kind;
use super::{Alpha, Hardware, Quantizer, QuantizerError};
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "binary",
    meaning: "the sign: -alpha or alpha",
    parameters: &[
        common::parameter("use_01", Takes::Truth, FALSE, "0 and alpha instead"),
        common::ALPHA,
        common::STOCHASTIC,
        common::SCALE_AXIS,
        common::ELEMENTS_PER_SCALE,
        common::MIN_PO2_EXPONENT,
        common::MAX_PO2_EXPONENT,
    ],
    build,
};

#[derive(Debug)]
struct Binary {
    use_01: bool,
    alpha: Alpha,
}

fn build(arguments: &Arguments) -> Result<Arc<dyn Quantizer>, QuantizerError> {
    let formula = Binary { use_01: arguments.truth("use_01"), alpha: arguments.alpha()? };
    Ok(formula::quantizer(&arguments.text, formula))
}

impl Formula for Binary {
    fn value<N: Number>(&self, x: N) -> N {
        let scale = self.alpha.scale();
        match (x.negative(), self.use_01) {
            (false, _) => N::float(scale),
            (true, false) => N::float(-scale),
            (true, true) => N::float(0.0),
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
        if self.use_01 { 0.0 } else { -self.max() }
    }
}
