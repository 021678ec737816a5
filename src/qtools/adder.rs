//! What sums take: QTools' accumulators, adders and mergers.

use super::number::{Mode, Number};
use super::operator::{Gate, Operator, float_bits};

/// The sum of `fan_in` products and a bias.
pub(super) fn accumulator(fan_in: usize, multiplier: &Number, bias: bool) -> Operator {
    let role = "accumulator";
    if multiplier.is_float() {
        return Operator::whole(role, Gate::Add, Number::float(multiplier.bits));
    }
    let carries = i64::from((fan_in + usize::from(bias)).next_power_of_two().trailing_zeros());
    let product = multiplier.as_fixed();
    let output = Number::fixed(product.bits + carries, product.int_bits + carries, multiplier.signed);
    Operator::whole(role, Gate::Add, output)
}

/// `a + b`.
pub(super) fn adder(role: &'static str, a: &Number, b: &Number) -> Operator {
    Operator::whole(role, Gate::Add, sum(&[a, b]))
}

/// The sum of all, element by element.
pub(super) fn add(all: &[&Number]) -> Operator {
    Operator::whole("Add_quantizer", Gate::Add, sum(all))
}

/// All of them side by side, in one type: nothing is computed.
pub(super) fn concatenate(all: &[&Number]) -> Operator {
    let key = |number: &Number| (number.name, number.bits, number.int_bits, number.signed);
    let same = all.iter().all(|number| key(number) == key(all[0]));
    let output = if same { all[0].clone() } else { common(all) };
    Operator { factor: 0.0, ..Operator::whole("Concatenate_quantizer", Gate::Add, output) }
}

/// One bit more than the widest.
fn sum(all: &[&Number]) -> Number {
    let widest = common(all);
    let carry = i64::from(widest.mode == Mode::Fixed);
    Number { bits: widest.bits + carry, int_bits: widest.int_bits + carry, ..widest }
}

/// The type that holds each of them: the widest in all, and the widest before the point.
fn common(all: &[&Number]) -> Number {
    if let Some(bits) = float_bits(all.iter().copied()) {
        return Number::float(bits);
    }
    let fixed: Vec<Number> = all.iter().map(|number| number.as_fixed()).collect();
    let bits = fixed.iter().map(|number| number.bits).max().unwrap_or(0);
    let int_bits = fixed.iter().map(|number| number.int_bits).max().unwrap_or(0);
    Number::fixed(bits, int_bits, fixed.iter().any(|number| number.signed))
}
