//! Exact numbers, intervals and rounding at the edge of 127 bits, against integers of any size.

use heteroq::fixed::{Dyadic, Format, Interval, MAX_WIDTH, Rounding};
use num_bigint::BigInt;
use proptest::prelude::*;

/// The integers of all sizes.
fn integer() -> impl Strategy<Value = i128> {
    (any::<i128>(), 1..127u32).prop_map(|(random, drop)| random >> drop)
}

/// Equal to the last bit; zeros of either sign are equal.
fn same(a: f64, b: f64) -> bool {
    a.partial_cmp(&b) == Some(std::cmp::Ordering::Equal)
}

fn dyadic() -> impl Strategy<Value = Dyadic> {
    (integer(), -100..100i32).prop_map(|(mantissa, exponent)| Dyadic::new(mantissa, exponent))
}

fn interval() -> impl Strategy<Value = Interval> {
    (-40..40i128, -40..40i128).prop_map(|(a, b)| Interval::new(a, b))
}

/// The grid on which numbers are compared: finer than any of them.
const FINEST: i32 = -400;

/// `x · 2^400`.
fn big(x: Dyadic) -> BigInt {
    BigInt::from(x.mantissa()) << (x.exponent() - FINEST)
}

/// `v / 2^shift`, rounded, from the definition of each rounding.
fn rounded(rounding: Rounding, v: &BigInt, shift: u32) -> BigInt {
    let floor: BigInt = v >> shift; // rounds down, for negative numbers too
    let twice_rest: BigInt = (v - (&floor << shift)) * 2u32;
    let unit = BigInt::from(1) << shift;
    let odd = &floor % 2u32 != BigInt::ZERO;
    let up = match rounding {
        Rounding::Floor => false,
        Rounding::HalfUp => twice_rest >= unit,
        Rounding::HalfEven => twice_rest > unit || (twice_rest == unit && odd),
    };
    floor + i32::from(up)
}

/// Whether `v` takes more than 127 bits, sign included.
fn too_wide(v: &BigInt) -> bool {
    let limit: BigInt = BigInt::from(1) << 126;
    *v >= limit || *v < -limit
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn a_float_is_itself(bits in any::<u64>(), small in any::<f32>()) {
        for x in [f64::from_bits(bits), f64::from(small)] {
            let back = Dyadic::from_f64(x).map(Dyadic::to_f64);
            prop_assert_eq!(back, x.is_finite().then_some(x), "{:e}", x);
        }
    }

    #[test]
    fn to_f64_rounds_once(mantissa in integer(), exponent in -300..300i32) {
        #[expect(clippy::cast_precision_loss, reason = "Rust rounds to the nearest, ties to even")]
        let expected = mantissa as f64 * 2f64.powi(exponent);
        let got = Dyadic::new(mantissa, exponent).to_f64();
        prop_assert!(same(got, expected), "{got:e} {expected:e}");
    }

    #[test]
    fn to_f64_rounds_once_to_denormals_too(mantissa in -(1i64 << 53)..1 << 53, unit in 2..60i32) {
        // `unit` places below the last place of a denormal.
        let whole = rounded(Rounding::HalfEven, &BigInt::from(mantissa), unit.unsigned_abs());
        #[expect(clippy::cast_precision_loss, reason = "at most 53 bits")]
        let expected = i64::try_from(whole).unwrap() as f64 * f64::from_bits(1);
        let got = Dyadic::new(mantissa.into(), -1074 - unit).to_f64();
        prop_assert!(same(got, expected), "{got:e} {expected:e}");
    }

    #[test]
    fn sums_are_exact(a in dyadic(), b in dyadic()) {
        let expected = big(a) + big(b);
        if let Ok(sum) = a.plus(b) {
            prop_assert_eq!(big(sum), expected);
        } else {
            // Not even the summands fit on their common grid.
            let grid = a.exponent().min(b.exponent()) - FINEST;
            prop_assert!([big(a), big(b), expected].iter().any(|v| too_wide(&(v >> grid))));
        }
    }

    #[test]
    fn products_are_exact(a in dyadic(), b in dyadic()) {
        let expected = BigInt::from(a.mantissa()) * BigInt::from(b.mantissa());
        match a.times(b) {
            Ok(product) => prop_assert_eq!(big(product), expected << (a.exponent() + b.exponent() - FINEST)),
            Err(_) => prop_assert!(too_wide(&expected)),
        }
    }

    #[test]
    fn order_is_that_of_the_values(a in dyadic(), b in dyadic(), step in -1..2i128) {
        prop_assert_eq!(a.cmp(&b), big(a).cmp(&big(b)));
        let near = Dyadic::new(a.mantissa() + step, a.exponent());
        prop_assert_eq!(a.cmp(&near), big(a).cmp(&big(near)));
        prop_assert_eq!(a.negated().cmp(&near.negated()), big(near).cmp(&big(a)));
        prop_assert_eq!(a == near, big(a) == big(near));
    }

    #[test]
    fn rounding_is_by_definition(x in dyadic(), v in integer(), shift in 0..140u32) {
        for rounding in Rounding::ALL {
            let whole = rounded(rounding, &big(x), FINEST.unsigned_abs());
            prop_assert_eq!(big(x.round(rounding)) >> FINEST.unsigned_abs(), whole);
            let expected = rounded(rounding, &BigInt::from(v), shift);
            prop_assert_eq!(BigInt::from(rounding.shift_right(v, shift)), expected);
        }
    }

    #[test]
    fn integers_of_a_grid(x in dyadic(), frac in -150..150i32) {
        let grid = -frac - FINEST;
        let on_grid = big(x) % (BigInt::from(1) << grid) == BigInt::ZERO;
        let v: BigInt = big(x) >> grid;
        match x.to_integer(frac) {
            Some(integer) => prop_assert!(on_grid && v == BigInt::from(integer)),
            None => prop_assert!(!on_grid || too_wide(&v)),
        }
        let format = Format { signed: true, width: 127, frac };
        prop_assert_eq!(format.value(3), Dyadic::new(3, -frac));
        prop_assert_eq!(x.scaled(frac), Dyadic::new(x.mantissa(), x.exponent() + frac));
    }

    #[test]
    fn an_interval_holds_what_its_values_give(a in interval(), b in interval(), c in -9..9i128, shift in 0..5u32) {
        let values = |i: Interval| i.lo..=i.hi;
        let hull = |all: Vec<i128>| Interval::new(*all.iter().min().unwrap(), *all.iter().max().unwrap());
        let pairs = |f: fn(i128, i128) -> i128| hull(values(a).flat_map(|x| values(b).map(move |y| f(x, y))).collect());
        prop_assert_eq!(a.plus(b), Ok(pairs(|x, y| x + y)));
        prop_assert_eq!(a.minus(b), Ok(pairs(|x, y| x - y)));
        prop_assert_eq!(a.times(c), Ok(hull(values(a).map(|x| x * c).collect())));
        prop_assert_eq!(a.shifted_left(shift), Ok(hull(values(a).map(|x| x << shift).collect())));
        prop_assert_eq!(a.shifted_right(shift), hull(values(a).map(|x| x >> shift).collect()));
        prop_assert_eq!(a.clamp(b.lo, b.hi), hull(values(a).map(|x| x.clamp(b.lo, b.hi)).collect()));
        prop_assert_eq!(a.union(b), hull(values(a).chain(values(b)).collect()));
        let both: Vec<i128> = values(a).filter(|x| b.contains(*x)).collect();
        prop_assert_eq!(a.intersection(b), (!both.is_empty()).then(|| hull(both.clone())));
        prop_assert_eq!(a.covers(b), values(b).all(|x| a.contains(x)));
        prop_assert_eq!(a.count(), values(a).count() as u128);
        prop_assert_eq!(a.constant().is_some(), a.count() == 1);
    }

    #[test]
    fn a_width_is_the_least_that_holds(a in integer(), b in integer()) {
        let interval = Interval::new(a, b);
        let holds = |width| Interval::of_width(interval.signed(), width).covers(interval);
        let width = interval.width();
        prop_assert!(holds(width) && (width == 1 || !holds(width - 1)));
        prop_assert_eq!(Format::of(interval, 3), Format { signed: interval.lo < 0, width, frac: 3 });
    }

    #[test]
    fn an_interval_beyond_127_bits_is_refused(a in integer(), b in integer(), c in integer(), shift in 0..130u32) {
        let (x, y) = (Interval::new(a, b), Interval::new(b, c));
        let fits = |lo: BigInt, hi: BigInt| {
            let limit = BigInt::from(1) << 126;
            if lo < BigInt::ZERO { hi < limit && lo >= BigInt::ZERO - limit } else { hi < limit * 2 }
        };
        let sum = fits(BigInt::from(x.lo) + y.lo, BigInt::from(x.hi) + y.hi);
        prop_assert_eq!(x.plus(y).is_ok(), sum);
        let difference = fits(BigInt::from(x.lo) - y.hi, BigInt::from(x.hi) - y.lo);
        prop_assert_eq!(x.minus(y).is_ok(), difference);
        let ends = [BigInt::from(x.lo) * c, BigInt::from(x.hi) * c];
        let [lo, hi] = if c < 0 { [ends[1].clone(), ends[0].clone()] } else { ends };
        prop_assert_eq!(x.times(c).is_ok(), fits(lo, hi));
        let shifted = fits(BigInt::from(x.lo) << shift, BigInt::from(x.hi) << shift);
        prop_assert_eq!(x.shifted_left(shift).is_ok(), shifted);
    }
}

#[test]
fn the_ends_of_127_bits() {
    let most = Interval::of_width(true, MAX_WIDTH);
    assert_eq!((most.lo, most.hi), (-(1 << 126), (1 << 126) - 1));
    assert_eq!(Interval::of_width(false, MAX_WIDTH), Interval { lo: 0, hi: i128::MAX });
    assert!(most.plus(Interval::point(1)).is_err());
    assert_eq!(Rounding::HalfEven.shift_right(i128::MAX, 127), 1);
    assert_eq!(Rounding::HalfEven.shift_right(1 << 126, 127), 0);
    assert_eq!(Rounding::HalfUp.shift_right(1 << 126, 127), 1);
    assert_eq!(Rounding::HalfUp.shift_right(-(1 << 126), 127), 0);
    assert_eq!(Rounding::Floor.shift_right(-1, 127), -1);
    assert_eq!(Rounding::HalfUp.shift_right(i128::MAX, 128), 0);
    assert_eq!(Dyadic::new(i128::MIN, 0), Dyadic::power_of_two(127).negated());
    assert_eq!(Dyadic::new(i128::MIN, -127), Dyadic::ONE.negated());
}
