//! The canonical signed digits of an integer: the fewest digits of −1, 0, 1 that make it.

/// One digit that is not zero: `±2^shift`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digit {
    /// Its power of two.
    pub shift: u32,
    /// Whether it is −1.
    pub negative: bool,
}

/// The digits of `x`, lowest first, no two of them neighbours.
///
/// ```
/// use heteroq::arith::csd::{Digit, digits};
/// // 7 = 8 − 1
/// assert_eq!(digits(7), [Digit { shift: 0, negative: true }, Digit { shift: 3, negative: false }]);
/// ```
pub fn digits(x: i128) -> Vec<Digit> {
    let mut rest = x;
    let mut shift = 0;
    let mut digits = Vec::new();
    while rest != 0 {
        let zeros = rest.trailing_zeros();
        (rest, shift) = (rest >> zeros, shift + zeros);
        let negative = rest & 3 == 3;
        digits.push(Digit { shift, negative });
        // `rest` is odd; what is left after the digit is a multiple of four. Halved first, it cannot overflow.
        rest = (rest >> 1) + i128::from(negative);
        shift += 1;
    }
    digits
}

/// How many digits of `x` are not zero: those of `3x` and `x` that differ.
pub fn count(x: i128) -> u32 {
    x.checked_mul(3).map_or_else(
        || u32::try_from(digits(x).len()).expect("an integer has at most 128 digits"),
        |triple| (triple ^ x).count_ones(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(digits: &[Digit]) -> i128 {
        digits.iter().map(|d| if d.negative { -(1i128 << d.shift) } else { 1i128 << d.shift }).sum()
    }

    proptest! {
        #[test]
        fn digits_evaluate_to_the_number_and_no_two_are_neighbours(x in -(1i128 << 125)..1i128 << 125) {
            let digits = digits(x);
            prop_assert_eq!(value(&digits), x);
            prop_assert!(digits.windows(2).all(|pair| pair[1].shift >= pair[0].shift + 2));
            prop_assert_eq!(count(x) as usize, digits.len());
        }
    }

    #[test]
    fn small_numbers_have_the_fewest_digits() {
        let counts: Vec<u32> = (0..16).map(count).collect();
        assert_eq!(counts, [0, 1, 1, 2, 1, 2, 2, 2, 1, 2, 2, 3, 2, 3, 2, 2]);
        assert_eq!(digits(-3).len(), 2);
    }
}
