//! Operators: what computes a value, and of which data type it is.

use super::number::Number;

/// An operator of a layer, and what it gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Operator {
    /// What it is in the layer, as QTools' JSON calls it: `multiplier`, `accumulator`, `internal_divide_quantizer`, ….
    pub role: &'static str,
    /// What it is made of.
    pub gate: Gate,
    /// Its energy, relative to one of that gate.
    pub factor: f64,
    /// How many bits the gate works on: not whole where QTools averages.
    pub gate_bits: f64,
    /// The type of its results.
    pub output: Number,
}

/// What an operator is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// A multiplier.
    Mul,
    /// A choice between two.
    Mux,
    /// One bit's sign times another's.
    Xor,
    /// A shift.
    Shifter,
    /// All or nothing.
    And,
    /// An adder.
    Add,
}

impl Gate {
    /// QTools' word.
    pub fn word(self) -> &'static str {
        match self {
            Gate::Mul => "mul",
            Gate::Mux => "mux",
            Gate::Xor => "xor",
            Gate::Shifter => "shifter",
            Gate::And => "and",
            Gate::Add => "add",
        }
    }
}

impl Operator {
    /// An operator of `gate_bits` that costs `factor` of them.
    pub(super) fn new(
        role: &'static str,
        gate: Gate,
        factor: f64,
        gate_bits: f64,
        output: Number,
    ) -> Operator {
        Operator { role, gate, factor, gate_bits, output }
    }

    /// One gate as wide as its result.
    pub(super) fn whole(role: &'static str, gate: Gate, output: Number) -> Operator {
        #[expect(clippy::cast_precision_loss, reason = "a number of bits")]
        let gate_bits = output.bits as f64;
        Operator::new(role, gate, 1.0, gate_bits, output)
    }

    /// The same gates, with results of this type.
    #[must_use]
    pub(super) fn giving(self, output: &Number) -> Operator {
        Operator { output: output.clone(), ..self }
    }

    /// A shift of `fixed` by an exponent of `power`: constant shifts where it is known how many there are.
    pub(super) fn shifter(role: &'static str, fixed: &Number, power: &Number, output: Number) -> Operator {
        #[expect(clippy::cast_precision_loss, reason = "numbers of bits")]
        let (bits, power_bits) = (fixed.bits as f64, power.bits as f64);
        if let Some(values) = power.values {
            #[expect(clippy::cast_precision_loss, reason = "a number of exponents")]
            return Operator::new(role, Gate::Shifter, values as f64 * 0.3, bits, output);
        }
        let side = (power_bits.exp2() * bits).sqrt();
        Operator::new(role, Gate::Shifter, 1.0, side * side.log10(), output)
    }
}

/// The bits of the widest float among `numbers`, if there is a float.
pub(super) fn float_bits<'a>(numbers: impl IntoIterator<Item = &'a Number>) -> Option<i64> {
    numbers.into_iter().filter(|number| number.is_float()).map(|number| number.bits).max()
}
