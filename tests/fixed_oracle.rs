//! Rounding and overflow against the `fixed` crate, which shares no code with `heteroq::fixed`.
//!
//! Every type of the crate takes part: signed and unsigned, 8 to 128 bits, every number of fraction bits.

use fixed::types::extra::{self, Unsigned};
use fixed::{
    FixedI8, FixedI16, FixedI32, FixedI64, FixedI128, FixedU8, FixedU16, FixedU32, FixedU64, FixedU128,
};
use heteroq::fixed::{Format, Interval, MAX_WIDTH, Overflow, Rounding};
use proptest::prelude::*;
use std::sync::LazyLock;

/// One type of the crate, seen as functions of the integers that its values are made of.
#[derive(Debug)]
struct Oracle {
    signed: bool,
    width: u32,
    frac: u32,
    /// The value of integer `v`, rounded to a whole number.
    round: fn(Rounding, i128) -> i128,
    /// Integer `v` brought into the integers of this type.
    fit: fn(Overflow, i128) -> i128,
    /// `v · 2^-64` made a value of this type: digits dropped and overflow in one step of the crate.
    convert: fn(Overflow, i128) -> i128,
}

/// A list of oracles: the type's name, its integer, sign and width, and all its numbers of fraction bits.
macro_rules! oracles {
    ($type:ident, $integer:ty, $signed:literal, $width:literal, $($frac:ident)*) => {
        vec![$(Oracle {
            signed: $signed,
            width: $width,
            frac: extra::$frac::U32,
            round: |rounding, v| {
                let x = $type::<extra::$frac>::from_bits(<$integer>::try_from(v).expect("v fits the type"));
                let (whole, overflowed) = match rounding {
                    Rounding::Floor => x.overflowing_floor(),
                    Rounding::HalfEven => x.overflowing_round_ties_even(),
                    Rounding::HalfUp => x.overflowing_round(), // ties away from zero
                };
                let whole = unwrapped(whole.wrapping_to_num::<i128>(), overflowed, v, $width - extra::$frac::U32);
                whole + i128::from(rounding == Rounding::HalfUp && v < 0 && tie(v, extra::$frac::U32))
            },
            fit: |overflow, v| {
                let wide = FixedI128::<extra::$frac>::from_bits(v);
                from_num!($type, $frac, overflow, wide)
            },
            convert: |overflow, v| {
                let wide = FixedI128::<extra::U64>::from_bits(v);
                from_num!($type, $frac, overflow, wide)
            },
        }),*]
    };
}

macro_rules! from_num {
    ($type:ident, $frac:ident, $overflow:ident, $wide:ident) => {{
        let value = match $overflow {
            Overflow::Saturate => $type::<extra::$frac>::saturating_from_num($wide),
            Overflow::Wrap => $type::<extra::$frac>::wrapping_from_num($wide),
        };
        i128::try_from(value.to_bits()).unwrap_or(i128::MAX)
    }};
}

/// The whole number that the crate wrapped around at `2^bits`; it lies on the side of `v`.
fn unwrapped(whole: i128, overflowed: bool, v: i128, bits: u32) -> i128 {
    match (overflowed, v < 0) {
        (false, _) => whole,
        (true, true) => whole.wrapping_sub(1 << bits),
        (true, false) => whole.wrapping_add(1 << bits),
    }
}

/// Whether `v · 2^-frac` lies in the middle between two whole numbers.
fn tie(v: i128, frac: u32) -> bool {
    frac > 0 && v.trailing_zeros() == frac - 1
}

static ORACLES: LazyLock<Vec<Oracle>> = LazyLock::new(|| {
    [i8s(), u8s(), i16s(), u16s(), i32s(), u32s(), i64s(), u64s(), i128s(), u128s()]
        .into_iter()
        .flatten()
        .collect()
});

#[rustfmt::skip]
fn i8s() -> Vec<Oracle> {
    oracles![FixedI8, i8, true, 8,
        U0 U1 U2 U3 U4 U5 U6 U7 U8
    ]
}

#[rustfmt::skip]
fn u8s() -> Vec<Oracle> {
    oracles![FixedU8, u8, false, 8,
        U0 U1 U2 U3 U4 U5 U6 U7 U8
    ]
}

#[rustfmt::skip]
fn i16s() -> Vec<Oracle> {
    oracles![FixedI16, i16, true, 16,
        U0 U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 U15 U16
    ]
}

#[rustfmt::skip]
fn u16s() -> Vec<Oracle> {
    oracles![FixedU16, u16, false, 16,
        U0 U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 U15 U16
    ]
}

#[rustfmt::skip]
fn i32s() -> Vec<Oracle> {
    oracles![FixedI32, i32, true, 32,
        U0 U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 U15 U16 U17 U18 U19 U20 U21 U22 U23 U24
        U25 U26 U27 U28 U29 U30 U31 U32
    ]
}

#[rustfmt::skip]
fn u32s() -> Vec<Oracle> {
    oracles![FixedU32, u32, false, 32,
        U0 U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 U15 U16 U17 U18 U19 U20 U21 U22 U23 U24
        U25 U26 U27 U28 U29 U30 U31 U32
    ]
}

#[rustfmt::skip]
fn i64s() -> Vec<Oracle> {
    oracles![FixedI64, i64, true, 64,
        U0 U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 U15 U16 U17 U18 U19 U20 U21 U22 U23 U24
        U25 U26 U27 U28 U29 U30 U31 U32 U33 U34 U35 U36 U37 U38 U39 U40 U41 U42 U43 U44 U45 U46 U47
        U48 U49 U50 U51 U52 U53 U54 U55 U56 U57 U58 U59 U60 U61 U62 U63 U64
    ]
}

#[rustfmt::skip]
fn u64s() -> Vec<Oracle> {
    oracles![FixedU64, u64, false, 64,
        U0 U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 U15 U16 U17 U18 U19 U20 U21 U22 U23 U24
        U25 U26 U27 U28 U29 U30 U31 U32 U33 U34 U35 U36 U37 U38 U39 U40 U41 U42 U43 U44 U45 U46 U47
        U48 U49 U50 U51 U52 U53 U54 U55 U56 U57 U58 U59 U60 U61 U62 U63 U64
    ]
}

#[rustfmt::skip]
fn i128s() -> Vec<Oracle> {
    oracles![FixedI128, i128, true, 128,
        U0 U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 U15 U16 U17 U18 U19 U20 U21 U22 U23 U24
        U25 U26 U27 U28 U29 U30 U31 U32 U33 U34 U35 U36 U37 U38 U39 U40 U41 U42 U43 U44 U45 U46 U47
        U48 U49 U50 U51 U52 U53 U54 U55 U56 U57 U58 U59 U60 U61 U62 U63 U64 U65 U66 U67 U68 U69 U70
        U71 U72 U73 U74 U75 U76 U77 U78 U79 U80 U81 U82 U83 U84 U85 U86 U87 U88 U89 U90 U91 U92 U93
        U94 U95 U96 U97 U98 U99 U100 U101 U102 U103 U104 U105 U106 U107 U108 U109 U110 U111 U112
        U113 U114 U115 U116 U117 U118 U119 U120 U121 U122 U123 U124 U125 U126 U127 U128
    ]
}

#[rustfmt::skip]
fn u128s() -> Vec<Oracle> {
    oracles![FixedU128, u128, false, 128,
        U0 U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 U15 U16 U17 U18 U19 U20 U21 U22 U23 U24
        U25 U26 U27 U28 U29 U30 U31 U32 U33 U34 U35 U36 U37 U38 U39 U40 U41 U42 U43 U44 U45 U46 U47
        U48 U49 U50 U51 U52 U53 U54 U55 U56 U57 U58 U59 U60 U61 U62 U63 U64 U65 U66 U67 U68 U69 U70
        U71 U72 U73 U74 U75 U76 U77 U78 U79 U80 U81 U82 U83 U84 U85 U86 U87 U88 U89 U90 U91 U92 U93
        U94 U95 U96 U97 U98 U99 U100 U101 U102 U103 U104 U105 U106 U107 U108 U109 U110 U111 U112
        U113 U114 U115 U116 U117 U118 U119 U120 U121 U122 U123 U124 U125 U126 U127 U128
    ]
}

impl Oracle {
    /// The integers of the type, as far as `heteroq` has them.
    fn interval(&self) -> Interval {
        Interval::of_width(self.signed, self.width.min(MAX_WIDTH))
    }

    /// One of the integers of the type, the ends and ties more often than by chance.
    fn pick(&self, random: i128, kind: u8) -> i128 {
        let all = self.interval();
        let inside = random >> (MAX_WIDTH - self.width.min(MAX_WIDTH)) & all.hi;
        let inside = if self.signed && random < 0 { -inside } else { inside };
        let unit = 1i128 << self.frac.min(126);
        match kind {
            0 => all.lo.saturating_add(random & 3),
            1 => all.hi - (random & 3),
            2 => (inside / unit * unit).saturating_add(unit / 2).clamp(all.lo, all.hi),
            3 => (inside / unit * unit).saturating_add(unit / 2 - 1).clamp(all.lo, all.hi),
            _ => inside,
        }
    }
}

/// The types of at most `width` bits.
fn oracle(width: u32) -> impl Strategy<Value = &'static Oracle> {
    let few = ORACLES.iter().filter(move |oracle| oracle.width <= width).collect::<Vec<_>>();
    proptest::sample::select(few)
}

/// Integers of all sizes.
fn integer() -> impl Strategy<Value = i128> {
    (any::<i128>(), 1..128u32).prop_map(|(random, drop)| random >> drop)
}

fn overflow() -> impl Strategy<Value = Overflow> {
    prop_oneof![Just(Overflow::Saturate), Just(Overflow::Wrap)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100_000))]

    #[test]
    fn rounding_is_that_of_the_crate(oracle in oracle(128), random in any::<i128>(), kind in 0..8u8) {
        let v = oracle.pick(random, kind);
        for rounding in Rounding::ALL {
            let expected = (oracle.round)(rounding, v);
            prop_assert_eq!(rounding.shift_right(v, oracle.frac), expected, "{} of {} / 2^{}", rounding, v, oracle.frac);
        }
    }

    #[test]
    fn overflow_is_that_of_the_crate(oracle in oracle(64), v in integer(), overflow in overflow()) {
        prop_assert_eq!(overflow.apply(v, oracle.signed, oracle.width), (oracle.fit)(overflow, v));
    }

    #[test]
    fn other_widths_are_the_crates_shifted(oracle in oracle(64), v in integer(), short in 0..64u32, overflow in overflow()) {
        let short = short.min(oracle.width - 1);
        let v = v >> short;
        let expected = (oracle.fit)(overflow, v << short) >> short;
        prop_assert_eq!(overflow.apply(v, oracle.signed, oracle.width - short), expected);
    }

    #[test]
    fn conversion_is_that_of_the_crate(oracle in oracle(64), v in integer(), overflow in overflow()) {
        let kept = Rounding::Floor.shift_right(v, 64 - oracle.frac);
        prop_assert_eq!(overflow.apply(kept, oracle.signed, oracle.width), (oracle.convert)(overflow, v));
    }
}

/// All integers of all 8-bit types, all roundings: nothing left to chance.
#[test]
fn eight_bits_exhaustively() {
    let mut cases = 0;
    for oracle in ORACLES.iter().filter(|oracle| oracle.width == 8) {
        let all = oracle.interval();
        for v in all.lo..=all.hi {
            for rounding in Rounding::ALL {
                assert_eq!(rounding.shift_right(v, oracle.frac), (oracle.round)(rounding, v));
                cases += 1;
            }
        }
        for v in -1000..1000 {
            for overflow in [Overflow::Saturate, Overflow::Wrap] {
                assert_eq!(overflow.apply(v, oracle.signed, 8), (oracle.fit)(overflow, v));
                cases += 1;
            }
        }
    }
    assert_eq!(cases, 18 * (256 * 3 + 2000 * 2));
}

#[test]
fn every_type_of_the_crate_takes_part() {
    assert_eq!(ORACLES.len(), 2 * (9 + 17 + 33 + 65 + 129));
    for oracle in ORACLES.iter().filter(|oracle| oracle.width <= 64) {
        let ends = [i128::MIN >> 2, i128::MAX >> 2].map(|v| (oracle.fit)(Overflow::Saturate, v));
        let format = Format { signed: oracle.signed, width: oracle.width, frac: oracle.frac.cast_signed() };
        assert_eq!(format.interval(), Interval::new(ends[0], ends[1]));
    }
}
