//! `ternary`: the sign of the input, and 0 near zero.
//!
//! ```text
//! k = sign(x) where |x| ≥ threshold, else 0
//! y = alpha · k
//! ```
//!
//! The threshold is an f32, 0.33 where none is given. A threshold of 0 still gives 0 for 0.
//!
//! An automatic scale has its own threshold, half of the scale before it:
//!
//! ```text
//! s_0 = 2/3 · the greatest |x|,  k_i = sign(x) where |s_i · round(x / s_i)| ≥ s_i / 2, else 0,
//! s_(i+1) = mean(x·k_i) / (mean(k_i·k_i) + ε)                           i from 0 to number_of_unrolls − 1
//! y = s_n · k_(n−1)
//! ```
//!
//! With stochastic rounding, training draws `x / s_i` from its neighbours among the multiples of 1/3, in each round
//! anew, so the scale is random too. Without an automatic scale nothing is random: QKeras refuses it.

use super::arguments::Arguments;
use super::fit::Fit;
use super::formula::{self, Formula, Rule, Uniform};
use super::number::Number;
use super::parameter::{NONE, Takes, common};
use super::registry::Kind;
use super::scale::{Alpha, Scale, Scales, Tensor};
use super::syntax::Value;
use super::{Hardware, QuantizerError, draw, smooth};
use crate::fixed::Rounding;
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "ternary",
    meaning: "the sign, and 0 near zero: -alpha, 0 or alpha",
    parameters: &[common::ALPHA, THRESHOLD, common::STOCHASTIC, UNROLLS],
    build,
};

/// `threshold`
pub(super) const THRESHOLD: super::parameter::Parameter = common::parameter(
    "threshold",
    Takes::NumberOrNone,
    NONE,
    "the least magnitude that is not 0; None is 0.33, or what an automatic alpha finds",
);

/// `number_of_unrolls`
pub(super) const UNROLLS: super::parameter::Parameter = common::parameter(
    "number_of_unrolls",
    Takes::Whole(0, 1000),
    &Value::Int(5),
    "how often an automatic alpha is found again",
);

const DEFAULT_THRESHOLD: f32 = 0.33;

#[derive(Debug)]
pub(super) struct Ternary {
    threshold: f32,
    pub(super) alpha: Alpha,
    /// How often an automatic scale is found again.
    pub(super) unrolls: usize,
    /// Whether training rounds at random.
    stochastic: bool,
    pub(super) fit: Fit,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    Ok(Arc::new(Ternary::of(arguments)?))
}

impl Ternary {
    pub(super) fn of(arguments: &Arguments) -> Result<Ternary, QuantizerError> {
        let threshold = arguments.number("threshold")?;
        let alpha = arguments.alpha()?;
        if alpha.is_automatic() && threshold.is_some() {
            let two =
                arguments.fault("threshold", "does not go with an automatic alpha, which finds its own");
            return Err(two.help("leave it out, or write a number for alpha"));
        }
        let stochastic = arguments.truth_or("use_stochastic_rounding", false);
        if stochastic && matches!(alpha, Alpha::Number(_) | Alpha::List(_)) {
            let alone = arguments.fault("use_stochastic_rounding", "goes with an automatic alpha only");
            return Err(alone.help("write alpha='auto_po2', or leave it out"));
        }
        Ok(Ternary {
            stochastic,
            threshold: threshold.unwrap_or(DEFAULT_THRESHOLD),
            alpha,
            unrolls: usize::try_from(arguments.whole("number_of_unrolls")).expect("it is not negative"),
            fit: Fit::of(arguments)?,
        })
    }

    /// Whether the threshold lies above `magnitude`.
    fn is_zero<N: Number>(&self, magnitude: N, scale: Scale) -> bool {
        if !self.alpha.is_automatic() {
            return magnitude < N::float(self.threshold);
        }
        scale.input == 0.0 || magnitude.over(scale.input).rounded(Rounding::HalfEven) < N::float(0.5)
    }

    /// The scale that the iteration begins with, for each element.
    pub(super) fn start(&self, tensor: &Tensor) -> Result<Vec<f32>, QuantizerError> {
        Ok(self.fit.widest(tensor)?.into_iter().map(|most| self.fit.near(2.0 * most / 3.0)).collect())
    }
}

/// Of `x` in scales: drawn from its neighbours among the multiples of 1/3, the sign of one that is at least 1/2.
fn level_at_random(x: f32, random: &mut Uniform) -> f32 {
    let third = if x.is_finite() { draw::round(x, 3.0, random) } else { 0.0 };
    if third.abs() >= 0.5 { third.signum() } else { 0.0 }
}

impl Formula for Ternary {
    fn value<N: Number>(&self, x: N, scale: Scale) -> N {
        let magnitude = x.magnitude();
        // `negative` of the mirror image: above zero, and not so small as to count as zero.
        let zero = self.is_zero(magnitude, scale) || !magnitude.negated().negative();
        match (zero, x.negative()) {
            (true, _) => N::float(0.0),
            (false, false) => N::float(scale.output),
            (false, true) => N::float(-scale.output),
        }
    }

    fn hardware(&self, _scale: Scale) -> Hardware {
        Hardware::Levels { monotone: true }
    }

    fn max(&self) -> f32 {
        self.alpha.bound()
    }

    fn min(&self) -> f32 {
        -self.alpha.bound()
    }

    fn fit(&self, tensor: &Tensor) -> Result<Scales, QuantizerError> {
        let level = |x: f32, scale: f32| self.value(x, Scale { input: scale, output: 1.0 });
        let start = self.start(tensor)?;
        let Some(before) = self.unrolls.checked_sub(1) else {
            let scales: Vec<Scale> = start.into_iter().map(Scale::both).collect();
            return self.fit.scales(tensor, &scales);
        };
        let inputs = self.fit.iterate(tensor, start, before, level)?;
        let outputs = self.fit.iterate(tensor, inputs.clone(), 1, level)?;
        let pairs = inputs.into_iter().zip(outputs);
        let scales: Vec<Scale> = pairs.map(|(input, output)| Scale { input, output }).collect();
        self.fit.scales(tensor, &scales)
    }

    fn sample(
        &self,
        tensor: &Tensor,
        scales: &Scales,
        random: &mut Uniform,
    ) -> Result<Vec<f32>, QuantizerError> {
        if !(self.stochastic && self.alpha.is_automatic()) {
            return Ok(formula::each(tensor, |i, x| self.value(x, scales.at(i))));
        }
        let (mut scales, mut levels) = (self.start(tensor)?, Vec::new());
        for _ in 0..self.unrolls.max(1) {
            levels = formula::each(tensor, |i, x| level_at_random(x / scales[i], random));
            scales = self.fit.least_squares(tensor, &levels)?;
        }
        Ok(levels.iter().zip(scales).map(|(level, scale)| level * scale).collect())
    }

    fn surrogate(&self, x: f32, _scale: Scale) -> f32 {
        smooth::sign(&self.alpha, x)
    }

    fn slope(&self, x: f32, _scale: Scale) -> f32 {
        smooth::sign_slope(&self.alpha, x)
    }
}
