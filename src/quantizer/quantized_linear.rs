//! `quantized_linear`: a uniform grid whose step is scaled by `alpha`.
//!
//! ```text
//! step = alpha · 2^(integer − ub)                                        ub = bits − keep_negative
//! k = round(clip(x / step, −2^ub + symmetric, 2^ub − 1))
//! y = step · k
//! ```
//!
//! Without `keep_negative` the lower end is 0. One bit with a sign gives `±step/2`: `k` is then
//! `round(clip(x / step, −1/2, 1/2) − 1/2) + 1/2`, so that 0 goes to `+step/2`.
//!
//! An automatic scale is found from the tensor:
//!
//! ```text
//! 'auto':      step = the greatest |x| over half of the range of k, at least ε
//! 'auto_po2':  that, rounded to a power of two; then the power of two next to Σ x·k / Σ k·k, until it stays,
//!              five times at most (once, for one bit)
//! ```

use super::arguments::Arguments;
use super::fit::{EPSILON, Fit};
use super::formula::{Formula, Noise, Rule, Uniform};
use super::grid::Grid;
use super::number::{Number, exponent_of};
use super::parameter::{TRUE, Takes, common};
use super::registry::Kind;
use super::scale::{Scale, Scales, Tensor};
use super::{Hardware, QuantizerError};
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "quantized_linear",
    meaning: "a uniform grid: scale, saturate, round",
    parameters: &[
        common::BITS,
        common::INTEGER,
        common::parameter("symmetric", Takes::Truth, TRUE, common::SYMMETRIC_MEANING),
        common::KEEP_NEGATIVE,
        common::ALPHA,
        common::STOCHASTIC,
        common::SCALE_AXIS,
        common::QNOISE_FACTOR,
        common::VAR_NAME,
        common::USE_VARIABLES,
        common::ROUND,
    ],
    build,
};

#[derive(Debug)]
struct QuantizedLinear {
    grid: Grid,
    fit: Fit,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    Ok(Arc::new(QuantizedLinear { grid: Grid::of(arguments)?, fit: Fit::of(arguments)? }))
}

impl QuantizedLinear {
    /// Whether it has two levels, on both sides of zero.
    fn is_sign(&self) -> bool {
        self.grid.unsigned_bits == 0
    }

    /// `x` in steps, cut off at the ends.
    fn clamped<N: Number>(&self, steps: N) -> N {
        let half = N::float(0.5);
        if self.is_sign() { steps.clamped(half.negated(), half) } else { self.grid.clamped(steps) }
    }

    /// `x` in steps, on the grid: `k` above.
    fn level<N: Number>(&self, steps: N) -> N {
        self.rounded(steps, |k: N| k.rounded(self.grid.rounding))
    }

    /// The same, rounded by `round`.
    fn rounded<N: Number>(&self, steps: N, round: impl FnOnce(N) -> N) -> N {
        let clamped = self.clamped(steps);
        if self.is_sign() { round(clamped.plus(-0.5)).plus(0.5) } else { round(clamped) }
    }

    /// `x` in steps. A scale of 0, which may have been stored, leaves nothing else.
    fn steps<N: Number>(&self, x: N, scale: Scale) -> N {
        if scale.input == 0.0 {
            return N::integer(0);
        }
        x.over(scale.input).scaled(self.grid.frac())
    }

    /// The step at which the greatest integer stands for the greatest element.
    fn start(&self, tensor: &Tensor) -> Result<Vec<f32>, QuantizerError> {
        let (lo, hi) = self.grid.ends();
        let range = if self.is_sign() { 1.0 } else { f32::integer(hi - lo) };
        let signed = self.grid.keep_negative;
        let values: Vec<f32> =
            tensor.values.iter().map(|x| if signed { x.abs() * 2.0 } else { *x }).collect();
        let greatest = self.fit.greatest(tensor, &values)?;
        Ok(greatest.into_iter().map(|most| self.fit.near((most / range).max(EPSILON))).collect())
    }
}

impl Formula for QuantizedLinear {
    fn value<N: Number>(&self, x: N, scale: Scale) -> N {
        self.level(self.steps(x, scale)).scaled(-self.grid.frac()).stretched(scale.output)
    }

    /// An automatic scale is found without chance.
    fn drawn(&self, x: f32, scale: Scale, random: &mut Uniform) -> f32 {
        let level = self.rounded(self.steps(x, scale), |k| self.grid.drawn(k, random));
        level.scaled(-self.grid.frac()).stretched(scale.output)
    }

    fn hardware(&self, scale: Scale) -> Hardware {
        match exponent_of(scale.input) {
            Some(exponent) if !self.is_sign() => {
                self.grid.hardware(self.grid.frac() - exponent, scale.output)
            }
            _ => Hardware::Levels { monotone: true },
        }
    }

    /// The greatest value of the grid.
    fn max(&self) -> f32 {
        self.value(f32::MAX, Scale::both(self.grid.alpha.first()))
    }

    /// The least value of the grid.
    fn min(&self) -> f32 {
        self.value(f32::MIN, Scale::both(self.grid.alpha.first()))
    }

    fn scale_of(&self, alpha: f32) -> Scale {
        Scale::both(alpha)
    }

    fn fit(&self, tensor: &Tensor) -> Result<Scales, QuantizerError> {
        let unit = f32::power_of_two(self.grid.frac());
        let rounds = match (self.fit.power_of_two, self.is_sign()) {
            (false, _) => 0,
            (true, true) => 1,
            (true, false) => 5,
        };
        let level = |x: f32, step: f32| self.level(x / step);
        let steps = self.fit.iterate(tensor, self.start(tensor)?, rounds, level)?;
        let scales: Vec<Scale> = steps.into_iter().map(|step| Scale::both(step * unit)).collect();
        self.fit.scales(tensor, &scales)
    }

    /// Rounding passes the gradient, cutting off does not; what noise leaves unquantized passes it.
    fn slope(&self, x: f32, scale: Scale) -> f32 {
        let steps: f32 = self.steps(x, scale);
        let inside = self.clamped(steps).total_cmp(&steps).is_eq();
        if inside { 1.0 } else { 1.0 - self.grid.noise.factor }
    }

    fn noise(&self) -> Noise {
        self.grid.noise
    }
}
