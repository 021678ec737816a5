//! `quantized_relu`: a uniform grid from zero up, rounded and saturated; below zero nothing, or a slope.
//!
//! ```text
//! p = x · 2^(n − integer)                                        n = bits, less one with a slope
//! k = clip(round(p), 0, 2^n − 1)  +  clip(round(p · slope), −slope · 2^n, 0)
//! y = k · 2^(integer − n), at most relu_upper_bound unless is_quantized_clip
//! ```
//!
//! The slope is zero or a power of two.

use super::arguments::Arguments;
use super::formula::{Formula, Noise, Rule};
use super::number::{Number, exponent_of};
use super::parameter::{FALSE, NONE, TRUE, Takes, ZERO, common};
use super::registry::Kind;
use super::scale::Scale;
use super::{Hardware, QuantizerError};
use crate::fixed::{Dyadic, Rounding};
use std::sync::Arc;

pub(super) const KIND: Kind = Kind {
    name: "quantized_relu",
    meaning: "a uniform grid from zero up: round, saturate",
    parameters: &[
        common::BITS,
        common::INTEGER,
        common::parameter("use_sigmoid", Takes::Truth, FALSE, "the input goes through a sigmoid first"),
        common::parameter(
            "negative_slope",
            Takes::Number,
            ZERO,
            "slope below zero: 0 or a power of two; takes a bit",
        ),
        common::STOCHASTIC,
        common::parameter("relu_upper_bound", Takes::NumberOrNone, NONE, "the most that comes out"),
        common::parameter("is_quantized_clip", Takes::Truth, TRUE, "ignore `relu_upper_bound`"),
        common::QNOISE_FACTOR,
        common::VAR_NAME,
        common::USE_STE,
        common::USE_VARIABLES,
        common::parameter(
            "enable_fast_inference",
            Takes::Anything,
            FALSE,
            "a speed-up of QKeras; no effect here",
        ),
        common::ROUND,
    ],
    build,
};

#[derive(Debug)]
struct QuantizedRelu {
    unsigned_bits: i32,
    integer: i32,
    /// The exponent of the slope below zero, if there is one.
    slope: Option<i32>,
    upper_bound: Option<f32>,
    rounding: Rounding,
    /// Whether training cuts off the relu where the grid ends.
    clips: bool,
    /// Where it does else. (A bound of 0, which the grid values ignore, counts here.)
    cut: Option<f32>,
    noise: Noise,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let slope = slope(arguments)?;
    let formula = QuantizedRelu {
        unsigned_bits: arguments.whole("bits") - i32::from(slope.is_some()),
        integer: arguments.whole("integer"),
        slope,
        upper_bound: upper_bound(arguments)?,
        rounding: arguments.rounding(),
        clips: arguments.truth("is_quantized_clip"),
        cut: arguments.number("relu_upper_bound")?,
        noise: arguments.noise()?,
    };
    Ok(Arc::new(formula))
}

fn slope(arguments: &Arguments) -> Result<Option<i32>, QuantizerError> {
    let slope = arguments.number("negative_slope")?.filter(|slope| *slope != 0.0);
    let Some(slope) = slope else { return Ok(None) };
    let exponent = exponent_of(slope).map(Some);
    exponent.ok_or_else(|| {
        arguments
            .fault("negative_slope", "is not a power of two")
            .help("write 0, or a power of two such as 0.25")
    })
}

/// The bound, where it has any effect: QKeras ignores a bound of 0, and any with `is_quantized_clip`.
fn upper_bound(arguments: &Arguments) -> Result<Option<f32>, QuantizerError> {
    let bound = arguments.number("relu_upper_bound")?;
    let bound = bound.filter(|bound| *bound != 0.0 && !arguments.truth("is_quantized_clip"));
    match bound {
        Some(bound) if bound < 0.0 => Err(arguments
            .fault("relu_upper_bound", "is below zero")
            .help("write None, or a bound above zero")),
        bound => Ok(bound),
    }
}

impl QuantizedRelu {
    fn frac(&self) -> i32 {
        self.unsigned_bits - self.integer
    }

    /// Where training cuts off the relu.
    fn cut(&self) -> Option<f32> {
        let end = f32::power_of_two(self.integer) - f32::power_of_two(-self.frac());
        if self.clips { Some(end) } else { self.cut }
    }

    /// The part below zero, in units of the grid's step.
    fn below_zero<N: Number>(&self, p: N, slope: i32) -> N {
        let lowest = N::power_of_two(slope + self.unsigned_bits).negated();
        p.scaled(slope).rounded(self.rounding).clamped(lowest, N::integer(0))
    }

    /// The greatest integer of the grid, if the bound is on the grid.
    fn highest(&self) -> Option<i128> {
        let top = (1i128 << self.unsigned_bits) - 1;
        let Some(bound) = self.upper_bound.and_then(Dyadic::from_f32) else { return Some(top) };
        if bound >= Dyadic::new(top, -self.frac()) { Some(top) } else { bound.to_integer(self.frac()) }
    }
}

impl Formula for QuantizedRelu {
    fn value<N: Number>(&self, x: N, _scale: Scale) -> N {
        let p = x.scaled(self.frac());
        let top = N::integer((1i128 << self.unsigned_bits) - 1);
        let k = match self.slope {
            // One of both parts is zero: the upper for p below zero, the lower for p above it.
            Some(slope) if p < N::integer(0) => self.below_zero(p, slope),
            _ => p.rounded(self.rounding).clamped(N::integer(0), top),
        };
        let y = k.scaled(-self.frac());
        match self.upper_bound {
            Some(bound) if y > N::float(bound) => N::float(bound),
            _ => y,
        }
    }

    fn hardware(&self, _scale: Scale) -> Hardware {
        let (Some(hi), None) = (self.highest(), self.slope) else {
            return Hardware::Levels { monotone: true };
        };
        let (frac, rounding) = (self.frac(), self.rounding);
        Hardware::Grid { frac, rounding, lo: 0, hi, scale: Dyadic::power_of_two(-frac) }
    }

    /// The relu, cut off where the grid ends, or at the bound.
    fn surrogate(&self, x: f32, _scale: Scale) -> f32 {
        let slope = self.slope.map_or(0.0, f32::power_of_two);
        match self.cut() {
            Some(cut) if x > cut => cut,
            _ if x < 0.0 => slope * x,
            _ => x,
        }
    }

    /// TensorFlow's: at 0 that of the lower side.
    fn slope(&self, x: f32, _scale: Scale) -> f32 {
        match self.cut() {
            Some(cut) if x > cut => 0.0,
            _ if x > 0.0 => 1.0,
            _ => self.slope.map_or(0.0, f32::power_of_two),
        }
    }

    fn noise(&self) -> Noise {
        self.noise
    }

    fn max(&self) -> f32 {
        if self.unsigned_bits > 0 { f32::power_of_two(self.integer).max(1.0) } else { 1.0 }
    }

    fn min(&self) -> f32 {
        match self.slope {
            None => 0.0,
            Some(slope) if self.unsigned_bits > 0 => -f32::power_of_two(self.integer + slope),
            Some(_) => -1.0,
        }
    }
}
