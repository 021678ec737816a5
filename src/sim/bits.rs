//! Port integers as one wide word, as the packed wrapper has them: the first port in the low bits.

/// A port's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Bits.
    pub width: u32,
    /// Whether it is two's complement.
    pub signed: bool,
}

impl Shape {
    /// The shape of a port that holds the integers of `interval`.
    pub fn of(interval: crate::fixed::Interval) -> Shape {
        Shape { width: interval.width(), signed: interval.signed() }
    }
}

/// The word as hexadecimal digits, the highest first.
pub fn to_hex(values: &[i128], shapes: &[Shape]) -> String {
    let bits: Vec<bool> =
        values.iter().zip(shapes).flat_map(|(v, s)| (0..s.width).map(move |i| v >> i & 1 == 1)).collect();
    let digit = |nibble: &[bool]| {
        let value = nibble.iter().rev().fold(0, |n, bit| 2 * n + u32::from(*bit));
        char::from_digit(value, 16).unwrap_or('0')
    };
    bits.chunks(4).rev().map(digit).collect()
}

/// The integers of a word; `None` if it is no hexadecimal number.
pub fn from_hex(word: &str, shapes: &[Shape]) -> Option<Vec<i128>> {
    let mut bits = Vec::with_capacity(4 * word.len());
    for digit in word.chars().rev() {
        let value = digit.to_digit(16)?;
        bits.extend((0..4).map(|i| value >> i & 1 == 1));
    }
    let mut rest = bits.into_iter().chain(std::iter::repeat(false));
    Some(shapes.iter().map(|shape| integer(&mut rest, *shape)).collect())
}

fn integer(bits: &mut impl Iterator<Item = bool>, shape: Shape) -> i128 {
    let value =
        bits.take(shape.width as usize).enumerate().fold(0u128, |v, (i, bit)| v | u128::from(bit) << i);
    let spare = 128 - shape.width;
    let high = (value << spare).cast_signed();
    if shape.signed { high >> spare } else { value.cast_signed() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        let shapes = [
            Shape { width: 3, signed: true },
            Shape { width: 1, signed: false },
            Shape { width: 70, signed: true },
        ];
        for values in [[-4, 1, -(1 << 69)], [3, 0, (1 << 69) - 1], [-1, 1, -1]] {
            assert_eq!(from_hex(&to_hex(&values, &shapes), &shapes), Some(values.to_vec()));
        }
        assert_eq!(to_hex(&[-1, 0], &shapes), "7");
    }
}
