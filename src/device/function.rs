//! How many LUTs a function of an integer takes, roughly, by what its values have in common.
//!
//! Measured on what Yosys makes of the emitted Verilog for AMD 7 series (`benches/README.md`, staircases): functions
//! of as many digits as a LUT has inputs are LUTs, each once; what selects among them by the higher digits is 0.4 LUTs
//! for each choice between two, because free multiplexers and wider choices join them.

use std::collections::{BTreeMap, BTreeSet};

/// LUTs of a choice between two functions by one higher digit, where LUTs are joined by free multiplexers.
pub const OF_A_CHOICE: f64 = 0.4;

/// A function of the lowest digits: bit `i` is its value for the pattern `i`.
type Leaf = u64;

/// The lowest digits themselves, as functions.
const DIGITS: [Leaf; 6] = [
    0xaaaa_aaaa_aaaa_aaaa,
    0xcccc_cccc_cccc_cccc,
    0xf0f0_f0f0_f0f0_f0f0,
    0xff00_ff00_ff00_ff00,
    0xffff_0000_ffff_0000,
    0xffff_ffff_0000_0000,
];

/// LUTs of a function with results of `width` digits: `values[i]` for the pattern `i` of its operand's digits, of which
/// there are at least as many as a LUT has `inputs`, at most 6; `of_a_choice` LUTs choose between two by one more digit.
///
/// ```
/// use heteroq::device::function::luts;
/// let greater: Vec<i128> = (0..4096).map(|v| i128::from(v >= 2048)).collect();
/// assert_eq!(luts(&greater, 1, 6, 0.4), 0.4); // one choice, by the highest digit
/// ```
pub fn luts(values: &[i128], width: u32, inputs: u32, of_a_choice: f64) -> f64 {
    let mut functions = Functions { all: Leaf::MAX >> (64 - (1 << inputs)), ..Functions::default() };
    for digit in 0..width {
        functions.choose(values.chunks(1 << inputs).map(|chunk| leaf(chunk, digit)).collect());
    }
    functions.luts(of_a_choice)
}

fn leaf(values: &[i128], digit: u32) -> Leaf {
    values.iter().rev().fold(0, |leaf, v| leaf << 1 | u64::from(v >> digit & 1 == 1))
}

/// Functions that are there already: what two digits of a result share is counted once.
#[derive(Default)]
struct Functions {
    /// The function that is always 1.
    all: Leaf,
    /// Functions of the lowest digits, either they or their complements.
    leaves: BTreeSet<Leaf>,
    names: BTreeMap<Leaf, usize>,
    /// Choices by a higher digit.
    choices: BTreeMap<(usize, usize), usize>,
}

impl Functions {
    /// One digit of the result: `leaves` by the higher digits.
    fn choose(&mut self, leaves: Vec<Leaf>) {
        let mut level: Vec<usize> = leaves.into_iter().map(|leaf| self.name(leaf)).collect();
        while level.len() > 1 {
            level = level.chunks(2).map(|pair| self.choice(pair[0], pair[1])).collect();
        }
    }

    fn name(&mut self, leaf: Leaf) -> usize {
        let same = if leaf & 1 == 1 { !leaf & self.all } else { leaf };
        if same != 0 && !DIGITS.iter().any(|digit| digit & self.all == same) {
            self.leaves.insert(same);
        }
        let next = self.names.len();
        *self.names.entry(leaf).or_insert(next)
    }

    fn choice(&mut self, low: usize, high: usize) -> usize {
        if low == high {
            return low;
        }
        // Names of choices lie above those of all leaves there can be.
        let next = usize::MAX - self.choices.len();
        *self.choices.entry((low, high)).or_insert(next)
    }

    #[expect(clippy::cast_precision_loss, reason = "tables have few entries")]
    fn luts(&self, of_a_choice: f64) -> f64 {
        self.leaves.len() as f64 + of_a_choice * self.choices.len() as f64
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::*;

    fn of(digits: u32, inputs: u32, value: impl Fn(i128) -> i128) -> f64 {
        let values: Vec<i128> = (0..1 << digits).map(value).collect();
        luts(&values, 2, inputs, 1.0)
    }

    #[test]
    fn digits_and_constants_take_nothing() {
        assert_eq!((of(6, 6, |_| 3), of(6, 6, |v| v & 3), of(4, 4, |v| 3 ^ (v & 3))), (0.0, 0.0, 0.0));
    }

    #[test]
    fn what_is_there_is_counted_once() {
        // Both digits are the same function of six digits; then its complement; then another one.
        assert_eq!(of(6, 6, |v| if v > 4 { 3 } else { 0 }), 1.0);
        assert_eq!(of(6, 6, |v| if v > 4 { 2 } else { 1 }), 1.0);
        assert_eq!(of(6, 6, |v| 2 * i128::from(v > 4) + i128::from(v > 5)), 2.0);
        // One step among 256 values: a leaf where it is, and a choice for each digit above.
        assert_eq!(of(8, 6, |v| i128::from(v > 100)), 3.0);
        assert_eq!(of(8, 4, |v| i128::from(v > 100)), 5.0);
    }
}
