//! Many numbers at a time, as training has them, beside one at a time: bit for bit, but for the sign of a zero, which no
//! sum and no comparison sees.

use crate::draw::{Drawn, any_quantizer};
use heteroq::quantizer::{Quantizer, parse};
use proptest::prelude::*;
use std::sync::Arc;

/// Numbers at which something changes: zeros, the ends of f32 and of its normal numbers, what is none.
const EDGES: [f32; 20] = [
    0.0,
    -0.0,
    f32::MIN_POSITIVE,
    -f32::MIN_POSITIVE,
    1e-45,
    -1e-45,
    1.1e-38,
    -1.1e-38,
    f32::MAX,
    f32::MIN,
    1e30,
    -1e30,
    16_777_216.0,
    -16_777_217.0,
    8_388_607.5,
    -8_388_608.5,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::NAN,
    -f32::NAN,
];

/// About as large as the grids, many of them ties.
fn number() -> impl Strategy<Value = f32> {
    let exact = (-4_000..4_000i16, -14..6i32).prop_map(|(k, e)| f32::from(k) * f32::exp2(e as f32));
    let next = (-4_000..4_000i16, -14..6i32, -1..2i32).prop_map(|(k, e, by)| {
        f32::from_bits((f32::from(k) * f32::exp2(e as f32)).to_bits().wrapping_add_signed(by))
    });
    prop_oneof![3 => exact, 3 => next, 2 => any::<f32>(), 1 => proptest::sample::select(&EDGES[..])]
}

fn same(a: f32, b: f32) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

/// Fails where a slice of `x`, or a gradient of `slope` at it, is not what each number gives alone.
fn agrees(quantizer: &dyn Quantizer, x: &[f32], slope: f32) -> Result<(), TestCaseError> {
    let mut y = vec![f32::MAX; x.len()];
    let check = |what: &str, all: &mut [f32], one: &dyn Fn(f32) -> f32| {
        for (x, y) in x.iter().zip(all.iter()) {
            prop_assert!(
                same(*y, one(*x)),
                "{what} of {}: {x:e} gives {y:e}, alone {:e}",
                quantizer.text(),
                one(*x)
            );
        }
        Ok(())
    };
    quantizer.forward_each(x, &mut y);
    check("forward", &mut y, &|x| quantizer.forward(x))?;
    quantizer.train_each(x, &mut y);
    check("training", &mut y, &|x| quantizer.training(x))?;
    y.fill(slope);
    quantizer.slope_each(x, &mut y);
    check("slope", &mut y, &|x| slope * quantizer.gradient(x))
}

/// The quantizer itself, and with a part of its quantization only.
fn with_noise(drawn: &Drawn, factor: f32) -> [Arc<dyn Quantizer>; 2] {
    [drawn.quantizer(), drawn.of_spec(drawn.spec.with_noise(factor)).quantizer()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    #[test]
    fn slices_are_one_number_at_a_time(
        drawn in any_quantizer(40),
        x in proptest::collection::vec(number(), 1..70),
        factor in 0..5u8,
        slope in number(),
    ) {
        for quantizer in with_noise(&drawn, f32::from(factor) / 4.0) {
            agrees(quantizer.as_ref(), &x, slope)?;
        }
    }
}

/// Every kind that there is, at every edge, wherever it stands in the slice.
#[test]
fn of_every_kind_at_every_edge() {
    for kind in heteroq::quantizer::registry::KINDS {
        let spec = parse(&format!("{}()", kind.name)).unwrap_or_else(|e| panic!("{}: {e}", kind.name));
        let fixed = spec.fixed().or_else(|| parse(&format!("{}(alpha=1)", kind.name)).ok()?.fixed());
        let quantizer = fixed.unwrap_or_else(|| panic!("{} at a scale of 1", kind.name));
        for turn in 0..EDGES.len() {
            let mut x = EDGES.to_vec();
            x.rotate_left(turn);
            agrees(quantizer.as_ref(), &x, 0.75).unwrap_or_else(|e| panic!("{e}"));
        }
    }
}
