//! Data types: what a number of a network is in hardware.

use crate::quantizer::{Spec, syntax::Value};

/// A data type, under the name of the quantizer that it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// QTools' name: a quantizer's, or `floating_point`.
    pub name: &'static str,
    /// Which operators take it.
    pub mode: Mode,
    /// Bits in all.
    pub bits: i64,
    /// Bits before the binary point, without the sign. −1 where QTools says nothing.
    pub int_bits: i64,
    /// Whether it can be negative.
    pub signed: bool,
    /// The greatest value of a power of two, if it has one.
    pub max_value: Option<f64>,
    /// How many different powers of two a trained parameter holds, if that is known.
    pub values: Option<usize>,
}

/// Which operators take a number: the row and the column of QTools' tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Fixed point.
    Fixed,
    /// ±2^e.
    PowerOfTwo,
    /// −1, 0, 1.
    Ternary,
    /// −1, 1.
    Sign,
    /// 0, 1.
    Bit,
    /// Floating point.
    Float,
}

impl Number {
    /// `bits` of fixed point, `int_bits` of them before the point, and one the sign if it is `signed`.
    pub fn fixed(bits: i64, int_bits: i64, signed: bool) -> Number {
        Number::plain("quantized_bits", Mode::Fixed, bits, int_bits, signed)
    }

    /// Floating point of 16 or 32 bits.
    pub fn float(bits: i64) -> Number {
        Number::plain("floating_point", Mode::Float, bits, -1, true)
    }

    /// A power of two; its exponent's bits count as those before the point.
    pub fn power_of_two(bits: i64, signed: bool, max_value: Option<f64>) -> Number {
        let name = if signed { "quantized_po2" } else { "quantized_relu_po2" };
        Number { max_value, ..Number::plain(name, Mode::PowerOfTwo, bits, bits, signed) }
    }

    /// −1, 0 or 1.
    pub fn ternary() -> Number {
        Number::plain("ternary", Mode::Ternary, 2, 2, true)
    }

    /// −1 or 1; `or_zero`: 0 or 1.
    pub fn binary(or_zero: bool) -> Number {
        Number::plain("binary", if or_zero { Mode::Bit } else { Mode::Sign }, 1, 1, !or_zero)
    }

    fn plain(name: &'static str, mode: Mode, bits: i64, int_bits: i64, signed: bool) -> Number {
        Number { name, mode, bits, int_bits, signed, max_value: None, values: None }
    }

    /// What a quantizer's values are.
    ///
    /// ```
    /// use heteroq::{qtools::Number, quantizer};
    /// let of = |text: &str| Number::of(&quantizer::parse(text).unwrap());
    /// assert_eq!((of("quantized_bits(6, 2)").bits, of("quantized_bits(6, 2)").int_bits), (6, 2));
    /// assert!(!of("quantized_relu(4)").signed);
    /// ```
    pub fn of(quantizer: &Spec) -> Number {
        let name = quantizer.name();
        let bits = quantizer.bits().into();
        match name {
            "quantized_po2" | "quantized_relu_po2" => {
                let max_value = number(quantizer, "max_value").filter(|most| *most != 0.0);
                Number::power_of_two(bits, name == "quantized_po2", max_value)
            }
            "ternary" | "stochastic_ternary" => Number { name, ..Number::ternary() },
            "binary" => Number::binary(is_true(quantizer, "use_01", false)),
            "stochastic_binary" | "bernoulli" => Number { name, ..Number::binary(name == "bernoulli") },
            "quantized_relu" => relu(quantizer, bits),
            "quantized_sigmoid" => Number::plain(name, Mode::Fixed, bits, 0, false),
            "quantized_tanh" => Number::plain(name, Mode::Fixed, bits, -1, true),
            _ => {
                let signed = is_true(quantizer, "keep_negative", true);
                Number::plain(name, Mode::Fixed, bits, whole(quantizer, "integer"), signed)
            }
        }
    }

    /// Whether it is floating point.
    pub fn is_float(&self) -> bool {
        self.mode == Mode::Float
    }

    /// The greatest negative and the greatest positive exponent, both as magnitudes: QTools' `get_exp`.
    pub(super) fn exponents(&self) -> (f64, f64) {
        let exponent_bits = self.bits - i64::from(self.signed);
        #[expect(clippy::cast_precision_loss, reason = "a number of bits")]
        let half = (exponent_bits as f64 - 1.0).exp2();
        let most = match self.max_value {
            None => half - 1.0,
            Some(value) if value <= 0.0 => 0.0,
            Some(value) => value.log2().ceil().min(half - 1.0),
        };
        (half, most.max(0.0))
    }

    /// The fixed point that holds a power of two; anything else as it is.
    pub(super) fn as_fixed(&self) -> Number {
        if self.mode != Mode::PowerOfTwo {
            return self.clone();
        }
        let (least, most) = self.exponents();
        Number::fixed(i64::from(self.signed) + truncated(least + most), truncated(most), self.signed)
    }
}

/// Python's `int` of a sum of exponents.
#[expect(clippy::cast_possible_truncation, reason = "exponents of at most 32 bits")]
pub(super) fn truncated(exponents: f64) -> i64 {
    exponents as i64
}

/// One bit before the point is a gate's; a slope below zero lets negative numbers through.
fn relu(quantizer: &Spec, bits: i64) -> Number {
    let int_bits = whole(quantizer, "integer");
    let mode = if (bits, int_bits) == (1, 1) { Mode::Bit } else { Mode::Fixed };
    let signed = number(quantizer, "negative_slope").is_some_and(|slope| slope != 0.0);
    Number::plain("quantized_relu", mode, bits, int_bits, signed)
}

fn whole(quantizer: &Spec, name: &str) -> i64 {
    if let Some(Value::Int(i)) = quantizer.argument(name) { *i } else { 0 }
}

#[expect(clippy::cast_precision_loss, reason = "as TensorFlow does")]
fn number(quantizer: &Spec, name: &str) -> Option<f64> {
    match quantizer.argument(name)? {
        Value::Int(i) => Some(*i as f64),
        Value::Float(x) => Some(*x),
        _ => None,
    }
}

fn is_true(quantizer: &Spec, name: &str, otherwise: bool) -> bool {
    quantizer.argument(name).map_or(otherwise, |value| *value == Value::Bool(true))
}
