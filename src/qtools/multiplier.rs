//! Which multiplier a weight and an input take: QTools' `multiplier_factory`.
//!
//! ```text
//! weight \ input   fixed     ±2^e      ternary   ±1       0, 1   float
//! fixed            mul       shifter   mux       mux      and    mul
//! ±2^e             shifter   add       mux       mux      and    mul
//! ternary          mux       mux       mux       mux      and    mul
//! ±1               mux       mux       mux       xor      and    mul
//! 0, 1             and       and       and       and      and    mul
//! float            mul       mul       mul       mul      mul    mul
//! ```

use super::number::{Mode, Number, truncated};
use super::operator::{Gate, Operator, float_bits};

/// The multiplier of `weight` and `input`.
pub(super) fn multiplier(role: &'static str, weight: &Number, input: &Number) -> Operator {
    use Mode::{Bit, Fixed, PowerOfTwo, Sign};
    if let Some(bits) = float_bits([weight, input]) {
        return Operator::whole(role, Gate::Mul, Number::float(bits));
    }
    match (weight.mode, input.mode) {
        (Bit, _) | (_, Bit) => and(role, weight, input),
        (Fixed, Fixed) => product(role, weight, input),
        (PowerOfTwo, PowerOfTwo) => sum_of_exponents(role, weight, input),
        (Fixed, PowerOfTwo) => shifter(role, weight, input, weight, input),
        (PowerOfTwo, Fixed) => shifter(role, input, weight, weight, input),
        (Sign, Sign) => {
            let output = Number { signed: weight.signed | input.signed, ..Number::binary(false) };
            Operator::new(role, Gate::Xor, 0.3, 1.0, output)
        }
        _ => mux(role, weight, input),
    }
}

fn product(role: &'static str, weight: &Number, input: &Number) -> Operator {
    let (bits, int_bits) = (weight.bits + input.bits, weight.int_bits + input.int_bits);
    let output = Number::fixed(bits, int_bits, weight.signed | input.signed);
    #[expect(clippy::cast_precision_loss, reason = "numbers of bits")]
    let gate_bits = ((weight.bits * input.bits) as f64).sqrt();
    Operator::new(role, Gate::Mul, 1.0, gate_bits, output)
}

fn sum_of_exponents(role: &'static str, weight: &Number, input: &Number) -> Operator {
    let max_value = weight.max_value.zip(input.max_value).map(|(w, x)| w * x);
    let bits = weight.bits.max(input.bits) + 1;
    let output = Number::power_of_two(bits, weight.signed | input.signed, max_value);
    let int_bits = weight.int_bits.max(input.int_bits) + 1;
    Operator::whole(role, Gate::Add, Number { int_bits, ..output })
}

fn shifter(role: &'static str, fixed: &Number, power: &Number, weight: &Number, input: &Number) -> Operator {
    let (least, most) = power.exponents();
    let sign = i64::from(!fixed.signed && power.signed);
    let bits = fixed.bits + truncated(least + most) + sign;
    let output = Number::fixed(bits, fixed.int_bits + truncated(most), weight.signed | input.signed);
    Operator::shifter(role, fixed, power, output)
}

/// The input, its negative, or nothing; the same with the two exchanged.
fn mux(role: &'static str, weight: &Number, input: &Number) -> Operator {
    let (choice, chosen) = match weight.mode {
        Mode::Ternary | Mode::Sign => (weight, input),
        _ => (input, weight),
    };
    let bits = chosen.bits + i64::from(!chosen.signed && choice.signed);
    let signed = weight.signed | input.signed;
    let output = match chosen.mode {
        Mode::PowerOfTwo => Number::power_of_two(bits, signed, chosen.max_value),
        Mode::Fixed => Number::fixed(bits, chosen.int_bits, signed),
        _ => Number { bits, int_bits: chosen.int_bits, signed, ..Number::ternary() },
    };
    let factor = if choice.mode == Mode::Sign { 0.3 } else { 0.6 };
    #[expect(clippy::cast_precision_loss, reason = "a number of bits")]
    Operator::new(role, Gate::Mux, factor, chosen.bits as f64, output)
}

/// One of the two, or 0.
fn and(role: &'static str, weight: &Number, input: &Number) -> Operator {
    let other = if weight.mode == Mode::Bit { input } else { weight };
    let bits = weight.bits.max(input.bits);
    let signed = weight.signed | input.signed;
    // QTools looks at a `binary` weight alone.
    let int_bits = if weight.name == "binary" && !weight.signed { input.int_bits } else { weight.int_bits };
    let output = match other.mode {
        Mode::Ternary | Mode::Sign => Number::ternary(),
        Mode::Bit => Number { bits, int_bits, signed, ..Number::binary(true) },
        Mode::PowerOfTwo => Number { int_bits, ..Number::power_of_two(bits, signed, other.max_value) },
        _ => Number::fixed(bits, int_bits, signed),
    };
    Operator { factor: 0.1, ..Operator::whole(role, Gate::And, output) }
}
