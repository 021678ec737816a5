//! What training draws at random, as QKeras does: roundings, powers of two, signs.
//!
//! ```text
//! round        down or up to a multiple of 1/parts, up with the probability of the part that is dropped
//! log2         the exponent of the power of two below or above, so that the mean is the number itself
//! Chance       +1 with the probability sigmoid(temperature · x), else −1
//! ```

use super::arguments::Arguments;
use super::fit::EPSILON;
use super::formula::Uniform;
use super::log;
use super::number::Number;
use super::parameter::{Parameter, TRUE, Takes, common};
use super::sigmoid::Sigmoid;
use super::{QuantizerError, syntax::Value};

/// Multiples of what is rounded to: 1.
pub(super) const WHOLE: f32 = 1.0;
/// Multiples of 1/2: QKeras's default. A quantizer that counts in steps of its grid thus draws from a grid of half
/// the step while it trains.
pub(super) const HALVES: f32 = 2.0;

/// `x` rounded down or up to a multiple of `1/parts`.
pub(super) fn round(x: f32, parts: f32, random: &mut Uniform) -> f32 {
    let scaled = x * parts;
    let (down, up) = (scaled.floor(), scaled.ceil());
    let dropped = scaled - down;
    if dropped < random() { down / parts } else { up / parts }
}

/// The exponent of the power of two below `x`, or of that above.
pub(super) fn log2(x: f32, random: &mut Uniform) -> f32 {
    let near = (log::ln(x + EPSILON) / std::f32::consts::LN_2).round_ties_even();
    let below = if near.exp2() > x { near - 1.0 } else { near };
    let (least, most) = (below.exp2(), (below + 1.0).exp2());
    if x < random() * (most - least) + least { below } else { below + 1.0 }
}

/// `use_real_sigmoid`
pub(super) const REAL_SIGMOID: Parameter = common::parameter(
    "use_real_sigmoid",
    Takes::Truth,
    TRUE,
    "probabilities are the logistic function's, not those of straight lines",
);

/// `temperature`
pub(super) const fn temperature(default: &'static Value) -> Parameter {
    common::parameter("temperature", Takes::Number, default, "the greater, the less is left to chance")
}

/// How a number becomes the probability of a sign.
#[derive(Debug)]
pub(super) struct Chance {
    temperature: f32,
    sigmoid: Sigmoid,
}

impl Chance {
    /// The arguments `temperature` and `use_real_sigmoid`.
    pub(super) fn of(arguments: &Arguments) -> Result<Chance, QuantizerError> {
        let real = arguments.truth("use_real_sigmoid");
        let sigmoid = if real { Sigmoid::Real } else { arguments.sigmoid() };
        Ok(Chance { temperature: arguments.number("temperature")?.unwrap_or(1.0), sigmoid })
    }

    /// The sign drawn for `x / spread`: 1 or −1.
    pub(super) fn sign(&self, x: f32, spread: f32, random: &mut Uniform) -> f32 {
        let probability: f32 = self.sigmoid.of(self.temperature * x / spread);
        if probability >= random() { f32::integer(1) } else { f32::integer(-1) }
    }
}

#[cfg(test)]
mod tests {
    use super::{HALVES, WHOLE, log2, round};
    use crate::data::random::Random;
    use crate::quantizer::{Tensor, parse};

    const DRAWS: usize = 20_000;

    fn uniform() -> impl FnMut() -> f32 {
        let mut random = Random::new(11);
        move || random.below(1 << 24) as f32 / 16_777_216.0
    }

    /// The different values drawn, and their mean.
    fn drawn(mut draw: impl FnMut() -> f32) -> (Vec<f32>, f32) {
        let all: Vec<f32> = (0..DRAWS).map(|_| draw()).collect();
        let mean = all.iter().sum::<f32>() / DRAWS as f32;
        let mut values = all;
        values.sort_by(f32::total_cmp);
        values.dedup();
        (values, mean)
    }

    #[test]
    fn a_rounding_is_one_of_both_neighbours_and_right_in_the_mean() {
        let mut random = uniform();
        for (x, parts, neighbours) in [(2.3, WHOLE, [2.0, 3.0]), (-0.6, HALVES, [-1.0, -0.5])] {
            let (values, mean) = drawn(|| round(x, parts, &mut random));
            assert_eq!(values, neighbours);
            assert!((mean - x).abs() < 0.02, "{x}: {mean}");
        }
        assert_eq!(drawn(|| round(-3.0, WHOLE, &mut random)).0, [-3.0]);
    }

    #[test]
    fn a_power_of_two_is_right_in_the_mean() {
        let mut random = uniform();
        let (values, mean) = drawn(|| log2(0.7, &mut random).exp2());
        assert_eq!(values, [0.5, 1.0]);
        assert!((mean - 0.7).abs() < 0.01, "{mean}");
    }

    /// What training draws for `x` alone.
    fn of(text: &str, x: f32) -> (Vec<f32>, f32) {
        let (spec, mut random) = (parse(text).unwrap(), uniform());
        let tensor = Tensor { shape: &[1], values: &[x] };
        drawn(|| spec.training(&tensor, &mut random).unwrap()[0])
    }

    #[test]
    fn some_quantizers_draw_from_a_grid_of_half_the_step() {
        let chance = "use_stochastic_rounding=True";
        assert_eq!(of(&format!("quantized_bits(4, 0, alpha=1, {chance})"), 0.3).0, [0.25, 0.375]);
        assert_eq!(of(&format!("quantized_linear(4, 0, alpha=1, {chance})"), 0.3).0, [0.25, 0.375]);
        assert_eq!(of(&format!("quantized_hswish(4, 2, {chance})"), 1.0).0, [0.5, 1.0]);
        assert_eq!(of(&format!("quantized_relu(3, 0, {chance})"), 0.3).0, [0.25, 0.3125]);
        assert_eq!(of(&format!("quantized_relu(3, 0, 1, {chance})"), 0.3).0, [0.25, 0.375]);
        assert_eq!(of(&format!("quantized_tanh(4, {chance})"), 0.3).0, [0.25, 0.3125]);
        assert_eq!(of(&format!("quantized_sigmoid(3, {chance})"), 0.3).0, [0.625, 0.6875]);
    }

    #[test]
    fn noise_is_mixed_with_what_is_drawn() {
        let text = "quantized_bits(4, 0, alpha=1, use_stochastic_rounding=True, qnoise_factor=0.5)";
        assert_eq!(of(text, 0.3125).0, [0.281_25, 0.343_75]);
    }

    #[test]
    fn only_training_draws() {
        for (text, x) in
            [("quantized_bits(4, alpha=1, use_stochastic_rounding=True)", 0.3), ("bernoulli()", 0.1)]
        {
            let tensor = Tensor { shape: &[1], values: &[x] };
            let spec = parse(text).unwrap();
            assert_eq!(spec.forward(&tensor), spec.forward(&tensor));
            assert_eq!(of(text, x).0.len(), 2, "{text}");
        }
        assert_eq!(of("quantized_po2(4, log2_rounding='floor', use_stochastic_rounding=True)", 0.7).0, [0.5]);
    }

    #[test]
    fn zeros_have_a_scale_of_zero_and_a_value_of_zero() {
        for text in ["ternary", "binary"] {
            let spec = parse(&format!("{text}(alpha='auto', use_stochastic_rounding=True)")).unwrap();
            let drawn = spec.training(&Tensor { shape: &[2, 1], values: &[0.0; 2] }, &mut uniform()).unwrap();
            assert!(drawn.iter().all(|y| *y == 0.0), "{text}: {drawn:?}");
        }
    }
}
