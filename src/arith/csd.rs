//! The signed digits of an integer: the fewest digits of −1, 0, 1 that make it.

/// One digit that is not zero: `±2^shift`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digit {
    /// Its power of two.
    pub shift: u32,
    /// Whether it is −1.
    pub negative: bool,
}

/// The digits of `x`, lowest first: as few as can be, and of those choices the one with the lowest shifts.
///
/// ```
/// use heteroq::arith::csd::{Digit, digits};
/// let digit = |shift, negative| Digit { shift, negative };
/// assert_eq!(digits(7), [digit(0, true), digit(3, false)]); // 7 = 8 − 1
/// assert_eq!(digits(3), [digit(0, false), digit(1, false)]); // 3 = 2 + 1, not 4 − 1: a narrower sum
/// ```
pub fn digits(x: i128) -> Vec<Digit> {
    let mut rest = x;
    let mut shift = 0;
    let mut digits = Vec::new();
    while rest != 0 {
        let zeros = rest.trailing_zeros();
        (rest, shift) = (rest >> zeros, shift + zeros);
        // `rest` is odd. After a digit of 1 there is `(rest − 1) / 2` left, after one of −1 `(rest + 1) / 2`.
        let negative = count(rest >> 1) >= count(rest);
        digits.push(Digit { shift, negative });
        rest = (rest >> 1) + i128::from(negative);
        shift += 1;
    }
    digits
}

/// The fewest digits that make `x`: the digits in which `3x` and `x` differ.
pub fn count(x: i128) -> u32 {
    // Two numbers of 64 and more digits, because three times an i128 may not be one.
    let (low, high) = (x & i128::from(u64::MAX), x >> 64);
    let triple_low = low * 3;
    let triple_high = high * 3 + (triple_low >> 64);
    let differing = (triple_low ^ low) & i128::from(u64::MAX);
    differing.count_ones() + (triple_high ^ high).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(digits: &[Digit]) -> i128 {
        digits.iter().map(|d| if d.negative { -(1i128 << d.shift) } else { 1i128 << d.shift }).sum()
    }

    /// By the textbook: no two neighbours of the non-adjacent form are non-zero, and no form has fewer.
    fn fewest(x: i128) -> usize {
        let (mut rest, mut digits) = (x, 0);
        while rest != 0 {
            if rest & 1 == 1 {
                digits += 1;
                rest -= if rest & 3 == 3 { -1 } else { 1 };
            }
            rest >>= 1;
        }
        digits
    }

    proptest! {
        #[test]
        fn digits_evaluate_to_the_number_and_are_the_fewest(x in any::<i128>().prop_map(|x| x / 2), narrow in -5000i128..5000) {
            for x in [x, narrow] {
                prop_assert_eq!(value(&digits(x)), x);
                prop_assert_eq!(digits(x).len(), fewest(x));
                prop_assert_eq!(count(x) as usize, fewest(x));
            }
        }
    }

    #[test]
    fn small_numbers_have_the_fewest_digits() {
        let counts: Vec<u32> = (0..16).map(count).collect();
        assert_eq!(counts, [0, 1, 1, 2, 1, 2, 2, 2, 1, 2, 2, 3, 2, 3, 2, 2]);
        assert_eq!(digits(-3).len(), 2);
        assert_eq!(digits(-1), [Digit { shift: 0, negative: true }]);
    }
}
