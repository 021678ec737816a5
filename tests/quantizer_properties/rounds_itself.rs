//! The formulas that round before they quantize, beside the same formulas without that.
//!
//! Most formulas only scale by powers of two before they round to the grid, and f32 does that exactly. These do more,
//! and f32 rounds on the way; heteroq follows it, in hardware too, so that the grid value may be that of the other
//! side where the unrounded formula lies next to a tie, and nowhere else:
//!
//! | formula | rounds |
//! |---|---|
//! | the hard and the smooth sigmoid: `quantized_tanh`, `quantized_sigmoid`, `quantized_relu(use_sigmoid=1)`, `quantized_ulaw` | `0.5·x + 0.5` |
//! | `quantized_hswish` | `x + shift`, `x · …`, `… / bound` |
//! | `quantized_linear` whose `alpha` is no power of two | `x / step` |
//! | an automatic scale that is no power of two | `x / scale` |

use crate::number;
use heteroq::fixed::Dyadic;
use heteroq::quantizer::{self, Quantizer, Scale, Sigmoid};
use proptest::prelude::*;
use std::fmt;
use std::sync::Arc;

/// How far from a tie the roundings of f32 may reach, relative to the value and to the whole grid.
const REACH: f64 = 1.0 / (1 << 22) as f64;

/// A quantizer, and what it rounds: a number of steps for each input, and a value for each whole number of steps.
#[derive(Clone)]
struct Case {
    quantizer: Arc<dyn Quantizer>,
    bits: i32,
    steps: Arc<dyn Fn(f64) -> f64>,
    value: Arc<dyn Fn(f64, f64) -> f64>,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.quantizer)
    }
}

impl Case {
    fn of(
        text: &str,
        sigmoid: Sigmoid,
        bits: i32,
        steps: impl Fn(f64) -> f64 + 'static,
        value: impl Fn(f64, f64) -> f64 + 'static,
    ) -> Case {
        let spec = quantizer::parse_with(text, sigmoid).unwrap_or_else(|e| panic!("{text}: {e}"));
        let quantizer = spec.fixed().expect("one scale");
        Case { quantizer, bits, steps: Arc::new(steps), value: Arc::new(value) }
    }

    /// The values that may be: one, or both beside a tie.
    fn values(&self, x: f64) -> Vec<f64> {
        let steps = (self.steps)(x);
        let reach = REACH * (steps.abs() + f64::from(self.bits).exp2());
        [steps - reach, steps + reach].map(|steps| (self.value)(x, steps.round_ties_even())).into()
    }
}

/// `hard` or `smooth`, and its slope at 0.
fn sigmoid() -> impl Strategy<Value = (Sigmoid, f64)> {
    prop_oneof![Just((Sigmoid::Hard, 0.5)), Just((Sigmoid::Smooth, 0.1875))]
}

fn tanh() -> impl Strategy<Value = Case> {
    (1..12i32, 0..2i32, sigmoid()).prop_map(|(bits, symmetric, (sigmoid, slope))| {
        let (m, least) = (f64::from(bits - 1).exp2(), f64::from(symmetric));
        let text = format!("quantized_tanh({bits}, symmetric={symmetric})");
        let steps = move |x: f64| m * (2.0 * (slope * x + 0.5).clamp(0.0, 1.0) - 1.0);
        Case::of(&text, sigmoid, bits, steps, move |_, k| k.clamp(least - m, m - 1.0) / m)
    })
}

fn logistic() -> impl Strategy<Value = Case> {
    (1..12i32, 0..2i32, sigmoid()).prop_map(|(bits, symmetric, (sigmoid, slope))| {
        let (m, least) = (f64::from(bits).exp2(), f64::from(symmetric));
        let steps = move |x: f64| m * (slope * x + 0.5).clamp(0.0, 1.0);
        let text = format!("quantized_sigmoid({bits}, {symmetric})");
        Case::of(&text, sigmoid, bits, steps, move |_, k| k.clamp(least, m - 1.0) / m)
    })
}

fn relu() -> impl Strategy<Value = Case> {
    (1..12i32, -4..8i32, sigmoid()).prop_map(|(bits, integer, (sigmoid, slope))| {
        let (m, unit) = (f64::from(bits).exp2(), f64::from(integer).exp2());
        let steps = move |x: f64| m * (slope * x / unit + 0.5).clamp(0.0, 1.0);
        let value = move |_, k: f64| unit * (2.0 * k / m - 1.0).clamp(0.0, 1.0 - 1.0 / m);
        Case::of(&format!("quantized_relu({bits}, {integer}, use_sigmoid=1)"), sigmoid, bits, steps, value)
    })
}

fn swish() -> impl Strategy<Value = Case> {
    (2..12i32, -3..8i32, 1..8i32, 1..12i32).prop_map(|(bits, integer, shift, bound)| {
        let (m, unit) = (f64::from(bits - 1).exp2(), f64::from(integer).exp2());
        let (shift, bound) = (f64::from(shift), f64::from(bound));
        let steps = move |x: f64| x * (x + shift).clamp(0.0, bound) / bound * m / unit;
        let text = format!(
            "quantized_hswish({bits}, {integer}, alpha=1, relu_shift={shift}, relu_upper_bound={bound})"
        );
        Case::of(&text, Sigmoid::Hard, bits, steps, move |_, k| k.clamp(-m, m - 1.0) / m * unit)
    })
}

fn linear() -> impl Strategy<Value = Case> {
    (2..12i32, -3..8i32, 1..400u16).prop_map(|(bits, integer, hundredths)| {
        let alpha = f32::from(hundredths) / 100.0;
        let m = f64::from(bits - 1).exp2();
        let step = f64::from(alpha) * f64::from(integer - bits + 1).exp2();
        let text = format!("quantized_linear({bits}, {integer}, alpha={alpha})");
        let value = move |_, k: f64| k.clamp(1.0 - m, m - 1.0) * step;
        Case::of(&text, Sigmoid::Hard, bits, move |x| x / step, value)
    })
}

/// Ties go away from zero.
fn automatic() -> impl Strategy<Value = Case> {
    (2..12i32, -3..8i32, 1..60_000u16).prop_map(|(bits, integer, mantissa)| {
        let scale = f32::from(mantissa) / 8192.0;
        let (m, unit) = (f64::from(bits - 1).exp2(), f64::from(integer - bits + 1).exp2());
        let step = f64::from(scale) * unit;
        let text = format!("quantized_bits({bits}, {integer}, alpha='auto')");
        let spec = quantizer::parse(&text).unwrap_or_else(|e| panic!("{text}: {e}"));
        let value = move |x: f64, k: f64| x.signum() * k.clamp(0.0, m - 1.0) * step;
        Case {
            quantizer: spec.at(Scale::both(scale)),
            bits,
            steps: Arc::new(move |x: f64| x.abs() / step),
            value: Arc::new(value),
        }
    })
}

fn any_case() -> impl Strategy<Value = Case> {
    prop_oneof![tanh(), logistic(), relu(), swish(), linear(), automatic()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60_000))]

    #[test]
    fn only_next_to_ties(case in any_case(), x in number(24)) {
        let got = case.quantizer.exact(x).map(Dyadic::to_f64);
        let may = case.values(x.to_f64());
        prop_assert!(may.iter().any(|value| got == Ok(*value)), "{} of {}: {:?}, got {:?}", case.quantizer.text(), x, may, got);
    }
}
