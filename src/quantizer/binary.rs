//! `binary`: the sign of the input, where 0 counts as positive.
//!
//! ```text
//! k = −1 below zero, else 1                    with use_01: 0 below zero, else 1
//! y = alpha · k                                'auto': alpha = mean(x·k) / (mean(k·k) + ε)
//! ```

use super::arguments::Arguments;
use super::fit::Fit;
use super::formula::{Formula, Rule};
use super::number::Number;
use super::parameter::{FALSE, Takes, common};
use super::registry::Kind;
use super::scale::{Alpha, Scale, Scales, Tensor};
use super::{Hardware, QuantizerError, smooth};
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
    fit: Fit,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let use_01 = arguments.truth("use_01");
    Ok(Arc::new(Binary { use_01, alpha: arguments.alpha()?, fit: Fit::of(arguments)? }))
}

impl Formula for Binary {
    fn value<N: Number>(&self, x: N, scale: Scale) -> N {
        match (x.negative(), self.use_01) {
            (false, _) => N::float(scale.output),
            (true, false) => N::float(-scale.output),
            (true, true) => N::float(0.0),
        }
    }

    fn hardware(&self, _scale: Scale) -> Hardware {
        Hardware::Levels { monotone: true }
    }

    fn max(&self) -> f32 {
        self.alpha.bound()
    }

    fn min(&self) -> f32 {
        if self.use_01 { 0.0 } else { -self.alpha.bound() }
    }

    fn fit(&self, tensor: &Tensor) -> Result<Scales, QuantizerError> {
        let levels: Vec<f32> = tensor.values.iter().map(|x| self.value(*x, Scale::ONE)).collect();
        let scales = self.fit.least_squares(tensor, &levels)?;
        let scales: Vec<Scale> = scales.into_iter().map(Scale::both).collect();
        self.fit.scales(tensor, &scales)
    }

    fn surrogate(&self, x: f32, _scale: Scale) -> f32 {
        if self.alpha == Alpha::None { smooth::tanh(x) } else { x }
    }

    fn slope(&self, x: f32, _scale: Scale) -> f32 {
        if self.alpha == Alpha::None { smooth::tanh_slope(x) } else { 1.0 }
    }
}
