//! How many LUTs of six inputs things take, roughly: what the forms of a staircase are chosen by. Measured as
//! [`function`] says.

use crate::device::function;
use crate::fixed::Interval;

/// Digits that one LUT reads.
const INPUTS: u32 = 6;

/// LUTs of a table: `value` for each integer of the width of `window`, in results of `width` digits.
pub(super) fn of_table(window: Interval, width: u32, value: impl Fn(i128) -> i128) -> f64 {
    let all = Interval::of_width(window.signed(), window.width().max(INPUTS));
    // In the order of the digits' patterns: from 0 up, then the negative ones.
    let values: Vec<i128> = (0..=all.hi).chain(all.lo..0).map(value).collect();
    function::luts(&values, width, INPUTS, function::OF_A_CHOICE)
}

/// LUTs of comparing a number of `digits` digits with a constant.
pub(super) fn of_comparison(digits: u32) -> f64 {
    match digits {
        0 | 1 => 0.0,
        d if d <= INPUTS => 1.0,
        d => f64::from(d) * 0.28,
    }
}

/// LUTs of multiplying a number of `digits` digits by `factor`: additions are shared, and three are added at a time.
pub fn of_product(factor: i128, digits: u32) -> f64 {
    f64::from(signed_digits(factor).saturating_sub(1)) * f64::from(digits) * 0.4
}

/// The signed digits that an integer takes: those in which it and three times it differ.
pub fn signed_digits(v: i128) -> u32 {
    let v = v.unsigned_abs();
    (v ^ v.wrapping_mul(3)).count_ones()
}

/// LUTs of selecting one of constants, neighbours among which differ in `turns` digits in all.
pub(super) fn of_selection(turns: u32) -> f64 {
    f64::from(turns) / 4.0
}
