//! `quantized_bits`: a uniform grid, rounded and saturated; with one bit and a sign, the sign.
//!
//! ```text
//! k = clip(round(x · 2^(ub − integer)), −2^ub + symmetric, 2^ub − 1)     ub = bits − keep_negative
//! y = alpha · k · 2^(integer − ub)
//! ```
//!
//! `x` is not divided by `alpha`. Without `keep_negative` the lower end is 0.
//! Where `ub` is 0, `y` is `±alpha`, and `+alpha` for 0.
//!
//! An automatic scale `s` is found from the tensor, and divides `x` too; the grid is then symmetric, and ties go away
//! from zero:
//!
//! ```text
//! k = sign(x) · min(floor(|x| · 2^(ub − integer) / s + ½), 2^(bits − 1) − 1)
//! y = s · k · 2^(integer − ub)
//! 'auto':      s = the greatest |x| over the greatest k
//! 'auto_po2':  that, rounded to a power of two; then, five times, the power of two next to Σ x·k / Σ k·k
//! ```
//!
//! QKeras 0.9.0 keeps the `k` of the fourth round with the scale of the fifth; later versions, and this one, take
//! both from the same scale, so that a stored scale gives the same values again.

use super::arguments::Arguments;
use super::fit::Fit;
use super::formula::{Formula, Noise, Rule, Uniform};
use super::grid::Grid;
use super::number::Number;
use super::parameter::{FALSE, Takes, common};
use super::registry::Kind;
use super::scale::{Alpha, Scale, Scales, Tensor};
use super::{Hardware, QuantizerError};
use crate::fixed::Rounding;
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "quantized_bits",
    meaning: "a uniform grid: round, saturate, then scale",
    parameters: PARAMETERS,
    build,
};

const PARAMETERS: &[super::parameter::Parameter] = &[
    common::BITS,
    common::INTEGER,
    common::parameter("symmetric", Takes::Truth, FALSE, common::SYMMETRIC_MEANING),
    common::KEEP_NEGATIVE,
    common::ALPHA,
    common::STOCHASTIC,
    common::SCALE_AXIS,
    common::QNOISE_FACTOR,
    common::VAR_NAME,
    common::USE_STE,
    common::USE_VARIABLES,
    common::ELEMENTS_PER_SCALE,
    common::MIN_PO2_EXPONENT,
    common::MAX_PO2_EXPONENT,
    common::POST_TRAINING_SCALE,
    common::ROUND,
];

#[derive(Debug)]
pub(super) struct QuantizedBits {
    grid: Grid,
    fit: Fit,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    Ok(Arc::new(QuantizedBits::of(arguments)?))
}

impl QuantizedBits {
    /// The quantizer with these arguments; an automatic scale makes its grid symmetric, as in QKeras.
    pub(super) fn of(arguments: &mut Arguments) -> Result<QuantizedBits, QuantizerError> {
        if arguments.alpha()?.is_automatic() {
            arguments.set_truth("symmetric", true);
            if arguments.alpha()? == Alpha::Auto && arguments.whole("bits") == 1 {
                let none = arguments.fault("bits", "leaves no level for an automatic scale");
                return Err(none.help("write binary(alpha='auto_po2'), or bits=2 or more"));
            }
        }
        Ok(QuantizedBits { grid: Grid::of(arguments)?, fit: Fit::of(arguments)? })
    }

    /// The greatest integer where the scale is automatic: half of all levels, whether or not negative ones are kept.
    fn most(&self) -> i128 {
        let bits = self.grid.unsigned_bits + i32::from(self.grid.keep_negative);
        (1 << (bits - 1)) - 1
    }

    /// The step at which the greatest integer stands for the greatest magnitude: of all elements in a tensor of one
    /// axis, else of the cell.
    fn start(&self, x: &Tensor) -> Result<Vec<f32>, QuantizerError> {
        let levels = f32::integer(2 * self.most());
        Ok(self.fit.widest(x)?.into_iter().map(|most| self.fit.near(most * 2.0 / levels)).collect())
    }

    /// `x` in steps of the automatic scale. A scale of 0 is that of a tensor of zeros; one bit leaves no other level.
    fn automatic<N: Number>(&self, x: N, scale: f32) -> N {
        let magnitude = x.scaled(self.grid.frac()).magnitude();
        if scale == 0.0 || self.most() == 0 {
            return N::integer(0);
        }
        let steps = magnitude.over(scale).plus(0.5).rounded(Rounding::Floor);
        let steps = steps.clamped(N::integer(0), N::integer(self.most()));
        if x.negative() { steps.negated() } else { steps }
    }
}

impl QuantizedBits {
    /// The grid value of `x`, rounded by `round` where nothing else is said of it.
    fn rounded<N: Number>(&self, x: N, scale: Scale, round: impl FnOnce(N) -> N) -> N {
        let frac = self.grid.frac();
        if self.grid.alpha.is_automatic() {
            return self.automatic(x, scale.input).scaled(-frac).stretched(scale.output);
        }
        if self.grid.unsigned_bits == 0 {
            return N::float(if x.negative() { -scale.output } else { scale.output });
        }
        let k = self.grid.clamped(round(x.scaled(frac)));
        k.scaled(-frac).stretched(scale.output)
    }
}

impl Formula for QuantizedBits {
    fn value<N: Number>(&self, x: N, scale: Scale) -> N {
        self.rounded(x, scale, |k: N| k.rounded(self.grid.rounding))
    }

    fn drawn(&self, x: f32, scale: Scale, random: &mut Uniform) -> f32 {
        self.rounded(x, scale, |k| self.grid.drawn(k, random))
    }

    fn hardware(&self, scale: Scale) -> Hardware {
        if self.grid.unsigned_bits == 0 || self.grid.alpha.is_automatic() {
            return Hardware::Levels { monotone: true };
        }
        self.grid.hardware(self.grid.frac(), scale.output)
    }

    fn max(&self) -> f32 {
        if self.grid.unsigned_bits > 0 { f32::power_of_two(self.grid.integer).max(1.0) } else { 1.0 }
    }

    fn min(&self) -> f32 {
        if self.grid.keep_negative { -Formula::max(self) } else { 0.0 }
    }

    /// In units of `2^integer`, as QKeras does, whose epsilon depends on it.
    fn fit(&self, tensor: &Tensor) -> Result<Scales, QuantizerError> {
        if let Some(frozen) = self.fit.frozen(tensor) {
            return frozen;
        }
        let x: Vec<f32> = tensor.values.iter().map(|x| x.scaled(-self.grid.integer)).collect();
        let x = Tensor { values: &x, ..*tensor };
        let unit = f32::power_of_two(self.grid.unsigned_bits);
        let level = |x: f32, step: f32| self.automatic(x.scaled(self.grid.integer), step * unit);
        let rounds = if self.fit.power_of_two { 5 } else { 0 };
        let steps = self.fit.iterate(&x, self.start(&x)?, rounds, level)?;
        let scales: Vec<Scale> = steps.into_iter().map(|step| Scale::both(step * unit)).collect();
        self.fit.scales(tensor, &scales)
    }

    fn noise(&self) -> Noise {
        self.grid.noise
    }
}
