//! A number exactly as it was written: 40.079 is 40079 · 10^-3, not the float beside it.

use super::fields::Read;
use super::tree::{Node, Value};

/// Decimal digits that a number may have: enough for every clock, and products of two fit 127 bits.
const MAX_DIGITS: usize = 15;

/// `digits · 10^exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    /// The number that `text` writes: sign, digits with or without a point, exponent.
    /// `None` for anything else, for more than 15 digits and for an exponent beyond ±15.
    pub(super) fn parse(text: &str) -> Option<Decimal> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let count = digits.trim_start_matches(['+', '-']).len();
        let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() <= 15)?;
        if count == 0 || count > MAX_DIGITS {
            return None;
        }
        let behind_point = i32::try_from(fraction.len()).ok()?;
        Some(Decimal { digits: digits.parse().ok()?, exponent: exponent - behind_point })
    }

    /// The nearest float.
    pub(super) fn to_f64(self) -> f64 {
        let text = format!("{}e{}", self.digits, self.exponent);
        text.parse().expect("digits and an exponent are a float")
    }

    /// `self · other / 1000` as a fraction `(numerator, denominator)`; `None` beyond 127 bits.
    pub(super) fn thousandth_of_product(self, other: Decimal) -> Option<(i128, i128)> {
        let digits = self.digits.checked_mul(other.digits)?;
        let exponent = self.exponent + other.exponent - 3;
        let power = 10i128.checked_pow(exponent.unsigned_abs())?;
        if exponent < 0 { Some((digits, power)) } else { Some((digits.checked_mul(power)?, 1)) }
    }
}

impl Read for Decimal {
    const WANTED: &'static str = "a number, such as 25 or 40.079, of at most 15 digits";

    fn read(node: &Node) -> Option<Decimal> {
        match &node.value {
            Value::Number(text) => Decimal::parse(text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly_and_nothing_else_is() {
        let read = |text| Decimal::parse(text).map(|d| (d.digits, d.exponent));
        assert_eq!(read("40.079"), Some((40_079, -3)));
        assert_eq!(read("-1.50e-3"), Some((-150, -5)));
        assert_eq!(read("+.5"), Some((5, -1)));
        assert_eq!(read("2E2"), Some((2, 2)));
        for wrong in
            ["", ".", "-", "0x10", "1_000", "1.2.3", "1e", "1e99", "--1", ".inf", "1234567890.123456", "1.-5"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_product_is_exact() {
        let parse = |text| Decimal::parse(text).unwrap();
        assert_eq!(parse("320").thousandth_of_product(parse("25")), Some((8000, 1000)));
        assert_eq!(parse("2e5").thousandth_of_product(parse("25")), Some((5000, 1)));
        assert_eq!(parse("40.079").to_f64().to_bits(), 40.079f64.to_bits());
    }
}
