//! What every quantizer promises, on random quantizers and random exact numbers.

mod draw;
mod rounds_itself;
mod slices;

use draw::any_quantizer;
use heteroq::fixed::Dyadic;
use heteroq::quantizer::{self, Hardware};
use proptest::prelude::*;

/// Exact numbers about as large as the grids, small ones, ties among them, of up to `bits` bits.
fn number(bits: u32) -> impl Strategy<Value = Dyadic> {
    (any::<i128>(), 0..bits, -40..24i32).prop_map(move |(random, drop, exponent)| {
        let mantissa = random >> (128 - bits) >> drop;
        Dyadic::new(mantissa, exponent - (bits - drop).cast_signed() / 2)
    })
}

/// The grid's formula, on the integers of a format with `frac_in` fraction digits.
fn on_integers(hardware: Hardware, v: i128, frac_in: i32) -> Option<Dyadic> {
    let Hardware::Grid { frac, rounding, lo, hi, scale, offset } = hardware else { return None };
    let drop = frac_in - frac;
    let rounded = match u32::try_from(drop) {
        Ok(drop) => rounding.shift_right(v, drop),
        Err(_) if v == 0 => 0,
        Err(_) if drop < -126 || v.unsigned_abs().leading_zeros() <= drop.unsigned_abs() => {
            v.signum() * i128::MAX
        }
        Err(_) => v << drop.unsigned_abs(),
    };
    let k = Dyadic::new(rounded.clamp(lo, hi), 0);
    Some(k.times(scale).and_then(|y| y.plus(offset)).expect("60 bits times 24"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40_000))]

    #[test]
    fn exact_is_the_grid_it_says(drawn in any_quantizer(60), v in any::<i128>(), drop in 8..128u32, frac in -80..80i32) {
        let (v, quantizer) = (v >> drop, drawn.quantizer());
        for hardware in [quantizer.hardware(), quantizer.hardware_for(frac)] {
            if let Some(expected) = on_integers(hardware, v, frac) {
                prop_assert_eq!(quantizer.exact(Dyadic::new(v, -frac)), Ok(expected), "{} of {} / 2^{}", quantizer.text(), v, frac);
            }
        }
    }

    #[test]
    fn forward_is_exact_rounded_to_a_float(drawn in any_quantizer(24), x in number(24)) {
        let quantizer = drawn.quantizer();
        let (float, exact) = (quantizer.forward(float(x)), quantizer.exact(x));
        prop_assert_eq!(exact.map(nearest), Ok(float), "{} of {}", quantizer.text(), x);
    }

    #[test]
    fn monotone_means_monotone(drawn in any_quantizer(30), a in number(100), b in number(100), near in -3..4i64) {
        let quantizer = drawn.quantizer();
        let monotone = quantizer.hardware() != Hardware::Levels { monotone: false };
        for b in [b, Dyadic::new(a.mantissa() + i128::from(near), a.exponent())] {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            let (y_low, y_high) = (quantizer.exact(low).unwrap(), quantizer.exact(high).unwrap());
            prop_assert!(!monotone || y_low <= y_high, "{}: {} gives {}, {} gives {}", quantizer.text(), low, y_low, high, y_high);
        }
    }

    /// Numbers far below the sigmoid's 1/2, of so many digits that their sum with it has more than 127.
    #[test]
    fn a_sigmoid_of_a_long_small_number_does_not_fall(a in any::<i128>(), b in any::<i128>(), exponent in -150..-120i32) {
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        for text in ["quantized_tanh(20)", "quantized_sigmoid(20)", "quantized_linear(1, -8, alpha=1)"] {
            let quantizer = quantizer::parse(text).unwrap().fixed().unwrap();
            let exact = |v: i128| quantizer.exact(Dyadic::new(v >> 2, exponent)).unwrap();
            prop_assert!(exact(low) <= exact(high), "{}: {} gives {}, {} gives {}", text, low, exact(low), high, exact(high));
        }
    }

    #[test]
    fn the_canonical_text_is_the_same_quantizer(drawn in any_quantizer(40), x in number(40)) {
        let again = drawn.of(drawn.spec.text());
        prop_assert_eq!(again.spec.text(), drawn.spec.text());
        prop_assert_eq!(again.quantizer().hardware(), drawn.quantizer().hardware());
        prop_assert_eq!(again.quantizer().exact(x), drawn.quantizer().exact(x));
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
fn float(x: Dyadic) -> f32 {
    nearest(x)
}

/// The f32 next to `x`, of at most 53 bits.
#[expect(clippy::cast_possible_truncation, reason = "rounded once, to the nearest")]
fn nearest(x: Dyadic) -> f32 {
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
        let po2 = quantizer::parse(text).unwrap().fixed().unwrap();
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
