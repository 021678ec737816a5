//! Which divider a batch normalization takes: QTools' `divider_factory`.

use super::number::{Mode, Number, truncated};
use super::operator::{Gate, Operator, float_bits};

/// The divider of `numerator` by `denominator`: a shift by a power of two, floating point by anything else.
pub(super) fn divider(role: &'static str, numerator: &Number, denominator: &Number) -> Operator {
    if let Some(bits) = float_bits([numerator, denominator]) {
        return Operator::whole(role, Gate::Mul, Number::float(bits));
    }
    match (numerator.mode, denominator.mode) {
        (Mode::PowerOfTwo, Mode::PowerOfTwo) => difference_of_exponents(role, numerator, denominator),
        (_, Mode::PowerOfTwo) => shifter(role, numerator, denominator),
        _ => Operator::whole(role, Gate::Mul, Number::float(32)),
    }
}

fn difference_of_exponents(role: &'static str, numerator: &Number, denominator: &Number) -> Operator {
    let max_value = numerator.max_value.zip(denominator.max_value).map(|(n, d)| n / d);
    let output = Number::power_of_two(numerator.bits.max(denominator.bits) + 1, true, max_value);
    let int_bits = numerator.int_bits.max(denominator.int_bits) + 1;
    let values = numerator.values.zip(denominator.values).map(|(n, d)| n * d);
    Operator::whole(role, Gate::Add, Number { int_bits, values, ..output })
}

/// As a multiplier's shifter, with left and right exchanged.
fn shifter(role: &'static str, numerator: &Number, denominator: &Number) -> Operator {
    let (most, least) = denominator.exponents();
    let sign = i64::from(!numerator.signed && denominator.signed);
    let bits = numerator.bits + truncated(least + most) + sign;
    let int_bits = numerator.int_bits + truncated(most);
    let signed = numerator.signed | denominator.signed;
    let output = match numerator.mode {
        Mode::Sign | Mode::Bit => Number { int_bits, ..Number::power_of_two(bits, signed, None) },
        _ => Number::fixed(bits, int_bits, signed),
    };
    Operator::shifter(role, numerator, denominator, output)
}
