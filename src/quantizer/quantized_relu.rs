//! `quantized_relu`: a uniform grid from zero up, rounded and saturated; below zero nothing, or a slope.
//!
//! ```text
//! p = x · 2^(n − integer)                                        n = bits, less one with a slope
//! k = clip(round(p), 0, 2^n − 1)  +  clip(round(p · slope), −slope · 2^n, 0)
//! y = k · 2^(integer − n), at most relu_upper_bound unless is_quantized_clip
//! ```
//!
//! The slope is zero or a power of two. With `use_sigmoid` (of 24 bits at most) both parts come from a sigmoid:
//!
//! ```text
//! p = sigmoid(x · 2^-integer) · 2^n
//! k = clip(2 · round(p) − 2^n, 0, 2^n − 1)  +  clip(2 · round(p · slope) − slope · 2^n, −slope · 2^n, 0)
//! ```
//!
//! Stochastic rounding draws multiples of half a step, as QKeras does.

use super::arguments::Arguments;
use super::formula::{Formula, Noise, Rule, Uniform};
use super::number::Number;
use super::parameter::{FALSE, NONE, TRUE, Takes, ZERO, common};
use super::registry::Kind;
use super::scale::Scale;
use super::sigmoid::Sigmoid;
use super::{Hardware, QuantizerError, draw};
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

/// The bits that f32 tells apart.
const MOST_BITS_OF_SIGMOID: i32 = 24;

#[derive(Debug)]
struct QuantizedRelu {
    unsigned_bits: i32,
    integer: i32,
    /// What the input goes through first.
    sigmoid: Option<Sigmoid>,
    /// The exponent of the slope below zero, if there is one.
    slope: Option<i32>,
    upper_bound: Option<f32>,
    rounding: Rounding,
    /// Whether training rounds at random.
    stochastic: bool,
    /// Whether training cuts off the relu where the grid ends.
    clips: bool,
    /// Where it does else. (A bound of 0, which the grid values ignore, counts here.)
    cut: Option<f32>,
    noise: Noise,
}

fn build(arguments: &mut Arguments) -> Result<Arc<dyn Rule>, QuantizerError> {
    let slope = arguments.slope()?;
    let sigmoid = sigmoid(arguments, slope)?;
    let formula = QuantizedRelu {
        unsigned_bits: arguments.whole("bits") - i32::from(slope.is_some()),
        integer: arguments.whole("integer"),
        sigmoid,
        slope,
        upper_bound: upper_bound(arguments)?,
        rounding: arguments.rounding(),
        stochastic: arguments.truth("use_stochastic_rounding"),
        clips: arguments.truth("is_quantized_clip"),
        cut: arguments.number("relu_upper_bound")?,
        noise: arguments.noise()?,
    };
    Ok(Arc::new(formula))
}

/// The sigmoid, if there is one. Its grid must lie in f32's range, and its integers among those f32 holds.
fn sigmoid(arguments: &Arguments, slope: Option<i32>) -> Result<Option<Sigmoid>, QuantizerError> {
    let wide = arguments.whole("bits") > MOST_BITS_OF_SIGMOID;
    let steep = slope.is_some_and(|slope| slope > 0);
    match arguments.truth("use_sigmoid") {
        false => Ok(None),
        true if wide => Err(arguments
            .fault("bits", "is too many for a sigmoid")
            .help(format!("write bits={MOST_BITS_OF_SIGMOID} or less"))),
        true if steep => Err(arguments
            .fault("negative_slope", "is too steep for a sigmoid")
            .help("write 0, or a power of two up to 1")),
        true => Ok(Some(arguments.sigmoid())),
    }
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
    #[expect(clippy::inline_always, reason = "loops of training are compiled around it")]
    #[inline(always)]
    fn cut(&self) -> Option<f32> {
        let end = f32::power_of_two(self.integer) - f32::power_of_two(-self.frac());
        if self.clips { Some(end) } else { self.cut }
    }

    /// `k` above.
    fn level<N: Number>(&self, x: N, mut round: impl FnMut(N) -> N) -> N {
        if let Some(sigmoid) = self.sigmoid {
            let p = sigmoid.of(x.scaled(-self.integer)).scaled(self.unsigned_bits);
            let below = self.slope.map(|slope| self.below_zero(p, slope, &mut round));
            return self.above_zero(p, &mut round).plus(below.map_or(0.0, N::to_float));
        }
        let p = x.scaled(self.frac());
        match self.slope {
            // One of both parts is zero: the upper for p below zero, the lower for p above it.
            Some(slope) if p < N::integer(0) => self.below_zero(p, slope, round),
            _ => self.above_zero(p, round),
        }
    }

    /// The part above zero, in units of the grid's step.
    fn above_zero<N: Number>(&self, p: N, round: impl FnOnce(N) -> N) -> N {
        let top = (1i128 << self.unsigned_bits) - 1;
        self.centred(round(p), self.unsigned_bits).clamped(N::integer(0), N::integer(top))
    }

    /// The part below zero, in units of the grid's step.
    fn below_zero<N: Number>(&self, p: N, slope: i32, round: impl FnOnce(N) -> N) -> N {
        let full = slope + self.unsigned_bits;
        let lowest = N::power_of_two(full).negated();
        self.centred(round(p.scaled(slope)), full).clamped(lowest, N::integer(0))
    }

    /// A sigmoid's `k`, from 0 to `2^full`, spread to both sides of zero.
    fn centred<N: Number>(&self, k: N, full: i32) -> N {
        if self.sigmoid.is_some() { k.scaled(1).plus(-f32::power_of_two(full)) } else { k }
    }

    /// What comes out for `k`.
    fn bounded<N: Number>(&self, k: N) -> N {
        let y = k.scaled(-self.frac());
        match self.upper_bound {
            Some(bound) if y > N::float(bound) => N::float(bound),
            _ => y,
        }
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
        self.bounded(self.level(x, |p: N| p.rounded(self.rounding)))
    }

    fn drawn(&self, x: f32, scale: Scale, random: &mut Uniform) -> f32 {
        if !self.stochastic {
            return self.value(x, scale);
        }
        self.bounded(self.level(x, |p| draw::round(p, draw::HALVES, random)))
    }

    fn hardware(&self, _scale: Scale) -> Hardware {
        let (Some(hi), None, None) = (self.highest(), self.slope, self.sigmoid) else {
            return Hardware::Levels { monotone: true };
        };
        let (frac, rounding) = (self.frac(), self.rounding);
        let (scale, offset) = (Dyadic::power_of_two(-frac), Dyadic::ZERO);
        Hardware::Grid { frac, rounding, lo: 0, hi, scale, offset }
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
    #[expect(clippy::inline_always, reason = "loops of training are compiled around it")]
    #[inline(always)]
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
