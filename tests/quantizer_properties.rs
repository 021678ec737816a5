//! What every quantizer promises, on random quantizers and random exact numbers.

use heteroq::fixed::{Dyadic, Rounding};
use heteroq::quantizer::{self, Hardware, Quantizer};
use proptest::prelude::*;
use std::sync::Arc;

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
    ]
}

fn uniform(name: &'static str, most: i32) -> impl Strategy<Value = String> {
    (1..=most, -9..20i32, flag(), flag(), alpha(), round()).prop_map(
        move |(bits, integer, symmetric, keep, alpha, round)| {
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
    (1..=most, -9..20i32, slope, bound, flag(), round()).prop_map(|(bits, integer, slope, bound, clip, round)| {
        format!("quantized_relu({bits}, {integer}, negative_slope={slope}, relu_upper_bound={bound}, is_quantized_clip={clip}, round='{round}')")
    })
}

fn po2() -> impl Strategy<Value = String> {
    let most = prop_oneof![Just("None"), Just("0.25"), Just("1"), Just("3"), Just("2048")];
    let rounding = prop_oneof![Just("rnd"), Just("floor")];
    (2..9i32, most, flag(), rounding).prop_map(|(bits, most, quadratic, rounding)| {
        let quadratic = format!("quadratic_approximation={quadratic}, log2_rounding='{rounding}'");
        format!("quantized_po2({bits}, {most}, {quadratic})")
    })
}

fn few_levels() -> impl Strategy<Value = String> {
    prop_oneof![
        (flag(), alpha()).prop_map(|(use_01, alpha)| format!("binary({use_01}, alpha={alpha})")),
        (alpha(), 0..300u32)
            .prop_map(|(alpha, t)| format!("ternary(alpha={alpha}, threshold={})", f64::from(t) / 100.0)),
        alpha().prop_map(|alpha| format!("ternary({alpha})")),
    ]
}

/// A random quantizer whose grid has at most `most` bits.
fn any_quantizer(most: i32) -> impl Strategy<Value = Arc<dyn Quantizer>> {
    let text = prop_oneof![
        uniform("quantized_bits", most),
        uniform("quantized_linear", most),
        relu(most),
        po2(),
        few_levels()
    ];
    text.prop_map(|text| quantizer::parse(&text).unwrap_or_else(|e| panic!("{text}: {e}")))
}

/// Exact numbers about as large as the grids, small ones, ties among them, of up to `bits` bits.
fn number(bits: u32) -> impl Strategy<Value = Dyadic> {
    (any::<i128>(), 0..bits, -40..24i32).prop_map(move |(random, drop, exponent)| {
        let mantissa = random >> (128 - bits) >> drop;
        Dyadic::new(mantissa, exponent - (bits - drop).cast_signed() / 2)
    })
}

/// The grid's formula, on the integers of a format with `frac_in` fraction digits.
fn on_integers(hardware: Hardware, v: i128, frac_in: i32) -> Option<Dyadic> {
    let Hardware::Grid { frac, rounding, lo, hi, out_frac } = hardware else { return None };
    let drop = frac_in - frac;
    let rounded = match u32::try_from(drop) {
        Ok(drop) => rounding.shift_right(v, drop),
        Err(_) if v == 0 => 0,
        Err(_) if drop < -126 || v.unsigned_abs().leading_zeros() <= drop.unsigned_abs() => {
            v.signum() * i128::MAX
        }
        Err(_) => v << drop.unsigned_abs(),
    };
    Some(Dyadic::new(rounded.clamp(lo, hi), -out_frac))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40_000))]

    #[test]
    fn exact_is_the_grid_it_says(quantizer in any_quantizer(60), v in any::<i128>(), drop in 8..128u32, frac in -80..80i32) {
        let v = v >> drop;
        if let Some(expected) = on_integers(quantizer.hardware(), v, frac) {
            prop_assert_eq!(quantizer.exact(Dyadic::new(v, -frac)), Ok(expected), "{} of {} / 2^{}", quantizer.text(), v, frac);
        }
    }

    #[test]
    fn exact_and_float_agree(quantizer in any_quantizer(24), x in number(24)) {
        let float = quantizer.forward(float(x));
        let exact = quantizer.exact(x);
        prop_assert_eq!(exact.ok(), Dyadic::from_f32(float), "{} of {}", quantizer.text(), x);
    }

    #[test]
    fn monotone_means_monotone(quantizer in any_quantizer(30), a in number(100), b in number(100), near in -3..4i64) {
        let monotone = quantizer.hardware() != Hardware::Levels { monotone: false };
        for b in [b, Dyadic::new(a.mantissa() + i128::from(near), a.exponent())] {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            let (y_low, y_high) = (quantizer.exact(low).unwrap(), quantizer.exact(high).unwrap());
            prop_assert!(!monotone || y_low <= y_high, "{}: {} gives {}, {} gives {}", quantizer.text(), low, y_low, high, y_high);
        }
    }

    #[test]
    fn the_canonical_text_is_the_same_quantizer(quantizer in any_quantizer(40), x in number(40)) {
        let again = quantizer::parse(&quantizer.text()).unwrap();
        prop_assert_eq!(again.text(), quantizer.text());
        prop_assert_eq!(again.hardware(), quantizer.hardware());
        prop_assert_eq!(again.exact(x), quantizer.exact(x));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in r"[a-z_]{0,12}\(?[ -~é]{0,40}", cut in 0..60usize, put in any::<char>()) {
        let real = format!("quantized_bits(6, 0, alpha=[1.0, 'x'], round='half_up', bits={put})");
        let real: String = real.chars().take(cut).chain([put]).collect();
        for text in [text, real] {
            if let Err(e) = quantizer::parse(&text) {
                prop_assert!(text.get(e.span.clone()).is_some(), "{:?} of {:?}", e, text);
            }
        }
    }
}

/// The f32 that `x`, of at most 24 bits, is.
#[expect(clippy::cast_possible_truncation, reason = "at most 24 bits")]
fn float(x: Dyadic) -> f32 {
    x.to_f64() as f32
}

/// Around each threshold of the exponent, 2,000 neighbouring floats: the logarithm must not step back.
#[test]
fn powers_of_two_do_not_step_back() {
    for text in [
        "quantized_po2(8)",
        "quantized_po2(8, log2_rounding='floor')",
        "quantized_po2(8, quadratic_approximation=True)",
    ] {
        let po2 = quantizer::parse(text).unwrap();
        for exponent in -24..60 {
            for middle in [2f32.powi(exponent), 2f32.powi(exponent) * std::f32::consts::SQRT_2] {
                let around =
                    (-1000..1000i32).map(|step| f32::from_bits(middle.to_bits().wrapping_add_signed(step)));
                let values: Vec<f32> = around.map(|x| po2.forward(x)).collect();
                assert!(values.is_sorted(), "{text} near {middle:e}");
            }
        }
    }
}
