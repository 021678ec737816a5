//! Random quantizers of all kinds, with all their arguments.

use heteroq::fixed::Rounding;
use heteroq::quantizer::{self, Quantizer, Scale, Sigmoid, Spec};
use proptest::prelude::*;
use proptest::strategy::Union;
use std::sync::Arc;

/// The most bits of a tanh or a sigmoid, which f32 computes.
const CURVE_BITS: i32 = 24;

/// The most bits of a u-law.
const ULAW_BITS: i32 = 16;

/// A quantizer, at a scale where its own string gives none.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    /// As written.
    pub(crate) spec: Spec,
    /// What `set_internal_sigmoid` was called with.
    pub(crate) sigmoid: Sigmoid,
    found: Scale,
}

impl Drawn {
    /// The function of one number.
    pub(crate) fn quantizer(&self) -> Arc<dyn Quantizer> {
        self.spec.fixed().unwrap_or_else(|| self.spec.at(self.found))
    }

    /// The same with another string.
    pub(crate) fn of(&self, text: &str) -> Drawn {
        let spec = quantizer::parse_with(text, self.sigmoid).unwrap_or_else(|e| panic!("{text}: {e}"));
        self.of_spec(spec)
    }

    /// The same with another quantizer.
    pub(crate) fn of_spec(&self, spec: Spec) -> Drawn {
        Drawn { spec, ..self.clone() }
    }
}

/// A random quantizer whose grid has at most `most` bits.
pub(crate) fn any_quantizer(most: i32) -> impl Strategy<Value = Drawn> {
    let texts: Vec<BoxedStrategy<String>> = vec![
        uniform("quantized_bits", most).boxed(),
        uniform("quantized_linear", most).boxed(),
        relu(most).boxed(),
        po2().boxed(),
        relu_po2().boxed(),
        binary().boxed(),
        ternary().boxed(),
        tanh(most).boxed(),
        sigmoid(most).boxed(),
        ulaw(most).boxed(),
        hswish(most).boxed(),
    ];
    let modes = proptest::sample::select(&[Sigmoid::Hard, Sigmoid::Smooth, Sigmoid::Real][..]);
    let found = proptest::option::of(1..60_000u32);
    (Union::new(texts), modes, found, -9..9i32).prop_map(|(text, sigmoid, mantissa, exponent)| {
        let spec = quantizer::parse_with(&text, sigmoid).unwrap_or_else(|e| panic!("{text}: {e}"));
        Drawn { spec, sigmoid, found: found_scale(&text, mantissa, exponent) }
    })
}

/// A scale as it may be found from a tensor: a power of two for `auto_po2`.
fn found_scale(text: &str, mantissa: Option<u32>, exponent: i32) -> Scale {
    let mantissa = mantissa.filter(|_| !text.contains("auto_po2")).unwrap_or(1 << 15);
    #[expect(clippy::cast_precision_loss, reason = "16 bits")]
    let scale = mantissa as f32 / 32768.0 * 2f32.powi(exponent);
    Scale::both(scale)
}

fn flag() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("True"), Just("False")]
}

fn round() -> impl Strategy<Value = Rounding> {
    proptest::sample::select(&Rounding::ALL[..])
}

fn alpha() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just("None".to_owned()),
        3 => (-9..9i32).prop_map(|e| format!("{}", 2f64.powi(e))),
        2 => (1..400u32).prop_map(|hundredths| format!("{}", f64::from(hundredths) / 100.0)),
        1 => Just("'auto'".to_owned()),
        1 => Just("'auto_po2'".to_owned()),
    ]
}

fn uniform(name: &'static str, most: i32) -> impl Strategy<Value = String> {
    (1..=most, -9..20i32, flag(), flag(), alpha(), round()).prop_map(
        move |(bits, integer, symmetric, keep, alpha, round)| {
            // One bit leaves quantized_bits no level at an automatic scale.
            let bits = if alpha.contains("auto") { bits.max(2) } else { bits };
            // An automatic scale of quantized_bits has its own rounding.
            let round = if alpha.contains("auto") { Rounding::HalfEven } else { round };
            format!(
                "{name}({bits}, {integer}, {symmetric}, keep_negative={keep}, alpha={alpha}, round='{round}')"
            )
        },
    )
}

fn relu(most: i32) -> impl Strategy<Value = String> {
    let slope =
        prop_oneof![2 => Just("0".to_owned()), 1 => (-5..2i32).prop_map(|e| format!("{}", 2f64.powi(e)))];
    let bound = prop_oneof![2 => Just("None".to_owned()), 1 => (1..80u32).prop_map(|n| format!("{}", f64::from(n) / 10.0)),
        1 => (1..80u32).prop_map(|n| format!("{}", f64::from(n) / 16.0))];
    (1..=most, -9..20i32, flag(), slope, bound, flag(), round()).prop_map(
        |(bits, integer, sigmoid, slope, bound, clip, round)| {
            let (bits, slope) = match sigmoid {
                "True" => (bits.min(CURVE_BITS), if slope == "2" { "1".to_owned() } else { slope }),
                _ => (bits, slope),
            };
            format!("quantized_relu({bits}, {integer}, use_sigmoid={sigmoid}, negative_slope={slope}, relu_upper_bound={bound}, is_quantized_clip={clip}, round='{round}')")
        },
    )
}

fn po2() -> impl Strategy<Value = String> {
    (2..9i32, most_of_po2(), flag(), log_rounding()).prop_map(|(bits, most, quadratic, rounding)| {
        format!(
            "quantized_po2({bits}, {most}, quadratic_approximation={quadratic}, log2_rounding='{rounding}')"
        )
    })
}

fn relu_po2() -> impl Strategy<Value = String> {
    let slope = prop_oneof![Just("0"), Just("0.25"), Just("1")];
    (2..8i32, most_of_po2(), slope, flag(), log_rounding()).prop_map(|(bits, most, slope, quadratic, rounding)| {
        format!("quantized_relu_po2({bits}, {most}, {slope}, quadratic_approximation={quadratic}, log2_rounding='{rounding}')")
    })
}

fn most_of_po2() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("None"), Just("0.25"), Just("1"), Just("3"), Just("2048")]
}

fn log_rounding() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("rnd"), Just("floor")]
}

fn binary() -> impl Strategy<Value = String> {
    prop_oneof![
        (flag(), alpha()).prop_map(|(use_01, alpha)| format!("binary({use_01}, alpha={alpha})")),
        alpha().prop_map(|alpha| format!("stochastic_binary(alpha={alpha})")),
    ]
}

fn ternary() -> impl Strategy<Value = String> {
    let name = prop_oneof![Just("ternary"), Just("stochastic_ternary")];
    (name, alpha(), proptest::option::of(0..300u32)).prop_map(|(name, alpha, threshold)| {
        // An automatic scale finds its own; QKeras refuses a stochastic one of 1.
        let threshold = threshold.filter(|t| !alpha.contains("auto") && (name == "ternary" || *t != 100));
        let threshold = threshold.map_or("None".to_owned(), |t| format!("{}", f64::from(t) / 100.0));
        format!("{name}(alpha={alpha}, threshold={threshold})")
    })
}

fn tanh(most: i32) -> impl Strategy<Value = String> {
    (1..=most.min(CURVE_BITS), flag(), flag()).prop_map(|(bits, symmetric, real)| {
        format!("quantized_tanh({bits}, symmetric={symmetric}, use_real_tanh={real})")
    })
}

fn sigmoid(most: i32) -> impl Strategy<Value = String> {
    (1..=most.min(CURVE_BITS), flag(), flag()).prop_map(|(bits, symmetric, real)| {
        format!("quantized_sigmoid({bits}, symmetric={symmetric}, use_real_sigmoid={real})")
    })
}

fn ulaw(most: i32) -> impl Strategy<Value = String> {
    (1..=most.min(ULAW_BITS), -4..6i32, flag(), 1..1000u32).prop_map(|(bits, integer, symmetric, u)| {
        format!("quantized_ulaw({bits}, {integer}, {symmetric}, {u})")
    })
}

fn hswish(most: i32) -> impl Strategy<Value = String> {
    (2..=most, -3..8i32, flag(), alpha(), 1..8i32, 1..12i32).prop_map(
        |(bits, integer, symmetric, alpha, shift, bound)| {
            format!("quantized_hswish({bits}, {integer}, {symmetric}, alpha={alpha}, relu_shift={shift}, relu_upper_bound={bound})")
        },
    )
}
