//! `binary`: the sign of the input, where 0 counts as positive.
//!
//! ```text
//! k = −1 below zero, else 1                    with use_01: 0 below zero, else 1
//! y = alpha · k                                'auto': alpha = mean(x·k) / (mean(k·k) + ε)
//! ```
//!
//! With stochastic rounding, training draws `x` from its neighbours among the multiples of a quarter of the greatest
//! magnitude in its channel (of 1/4, if that is above 1), and the sign of 0; an automatic `alpha` is that of the
//! numbers drawn.

use super::arguments::Arguments;
use super::fit::{self, Fit};
use super::formula::{self, Formula, Rule, Uniform};
use super::number::Number;
use super::parameter::{FALSE, Takes, common};
use super::registry::Kind;
use super::scale::{Alpha, Scale, Scales, Tensor};
use super::{Hardware, QuantizerError, draw, smooth};
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
pub(super) struct Binary {
    use_01: bool,
    pub(super) alpha: Alpha,
    /// Whether training rounds at random.
    stochastic: bool,
    fit: Fit,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    Ok(Arc::new(Binary::of(arguments, arguments.truth("use_01"))?))
}

impl Binary {
    pub(super) fn of(arguments: &Arguments, use_01: bool) -> Result<Binary, QuantizerError> {
        let stochastic = arguments.truth_or("use_stochastic_rounding", false);
        Ok(Binary { use_01, alpha: arguments.alpha()?, stochastic, fit: Fit::of(arguments)? })
    }

    /// The scale of each element, where the tensor and its levels are drawn.
    fn scales_of(&self, drawn: &Tensor, levels: &[f32], scales: &Scales) -> Result<Vec<f32>, QuantizerError> {
        if self.alpha.is_automatic() {
            return self.fit.least_squares(drawn, levels);
        }
        Ok(formula::each(drawn, |i, _| scales.at(i).output))
    }

    /// `k` of an element that was drawn: at zero, its sign is too.
    fn level_at_random(&self, x: f32, random: &mut Uniform) -> f32 {
        let positive = if x == 0.0 { random() > 0.5 } else { x > 0.0 };
        match (positive, self.use_01) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => -1.0,
        }
    }
}

/// The tensor, each element drawn from its neighbours among the multiples of a quarter of the greatest magnitude in
/// its channel, or of 1/4 if that is above 1.
fn rounded_at_random(tensor: &Tensor, random: &mut Uniform) -> Vec<f32> {
    let magnitudes = formula::each(tensor, |_, x| x.abs());
    let greatest = fit::of_channels(tensor, &magnitudes, |all| all.iter().copied().fold(0.0, f32::max));
    formula::each(tensor, |i, x| {
        let unit = 2.0 * greatest[i].min(1.0);
        if unit == 0.0 { 0.0 } else { unit * draw::round(x / unit, 8.0, random) }
    })
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

    fn sample(
        &self,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError> {
        if !self.stochastic {
            return Ok(formula::each(tensor, |i, x| self.value(x, scales.at(i))));
        }
        let drawn = rounded_at_random(tensor, random);
        let drawn = Tensor { values: &drawn, ..*tensor };
        let levels = formula::each(&drawn, |_, x| self.level_at_random(x, random));
        let scales = self.scales_of(&drawn, &levels, scales)?;
        Ok(levels.iter().zip(scales).map(|(level, scale)| level * scale).collect())
    }

    fn surrogate(&self, x: f32, _scale: Scale) -> f32 {
        smooth::sign(&self.alpha, x)
    }

    fn slope(&self, x: f32, _scale: Scale) -> f32 {
        smooth::sign_slope(&self.alpha, x)
    }
}
