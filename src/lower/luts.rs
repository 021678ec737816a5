//! How many LUTs of six inputs a function of an integer takes, roughly: what the forms of a staircase are chosen by.
//!
//! Measured on what Yosys makes of the emitted Verilog for AMD 7 series (`benches/README.md`, staircases): functions
//! of six digits are LUTs, each once; what selects among them by the higher digits is 0.4 LUTs for each choice
//! between two, because free multiplexers and wider choices join them.

use crate::fixed::Interval;
use std::collections::{BTreeMap, BTreeSet};

/// Digits that one LUT reads.
const INPUTS: u32 = 6;

/// LUTs of a choice between two functions by one higher digit.
const OF_A_CHOICE: f64 = 0.4;

/// A function of the six lowest digits: bit `i` is its value for the integer `i`.
type Leaf = u64;

/// The six digits themselves, as functions.
const DIGITS: [Leaf; 6] = [
    0xaaaa_aaaa_aaaa_aaaa,
    0xcccc_cccc_cccc_cccc,
    0xf0f0_f0f0_f0f0_f0f0,
    0xff00_ff00_ff00_ff00,
    0xffff_0000_ffff_0000,
    0xffff_ffff_0000_0000,
];

/// LUTs of a table: `value` for each integer of the width of `window`, in results of `width` digits.
pub(super) fn of_table(window: Interval, width: u32, value: impl Fn(i128) -> i128) -> f64 {
    let all = Interval::of_width(window.signed(), window.width().max(INPUTS));
    // In the order of the digits' patterns: from 0 up, then the negative ones.
    let values: Vec<i128> = (0..=all.hi).chain(all.lo..0).map(value).collect();
    let mut functions = Functions::default();
    for digit in 0..width {
        let leaves = values.chunks(1 << INPUTS).map(|chunk| leaf(chunk, digit)).collect();
        functions.choose(leaves);
    }
    functions.luts()
}

fn leaf(values: &[i128], digit: u32) -> Leaf {
    values.iter().rev().fold(0, |leaf, v| leaf << 1 | u64::from(v >> digit & 1 == 1))
}

/// Functions that are there already: what two digits of a result share is counted once.
#[derive(Default)]
struct Functions {
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
        let same = if leaf & 1 == 1 { !leaf } else { leaf };
        if same != 0 && !DIGITS.contains(&same) {
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
    fn luts(&self) -> f64 {
        self.leaves.len() as f64 + OF_A_CHOICE * self.choices.len() as f64
    }
}

/// LUTs of comparing a number of `digits` digits with a constant.
pub(super) fn of_comparison(digits: u32) -> f64 {
    match digits {
        0 | 1 => 0.0,
        d if d <= INPUTS => 1.0,
        d => f64::from(d) * 0.28,
    }
}

/// LUTs of multiplying a number of `digits` digits by `factor`: additions are shared, and three are added at a time.
pub fn of_product(factor: i128, digits: u32) -> f64 {
    f64::from(signed_digits(factor).saturating_sub(1)) * f64::from(digits) * 0.4
}

/// The signed digits that an integer takes: those in which it and three times it differ.
pub fn signed_digits(v: i128) -> u32 {
    let v = v.unsigned_abs();
    (v ^ v.wrapping_mul(3)).count_ones()
}

/// LUTs of selecting one of constants, neighbours among which differ in `turns` digits in all.
pub(super) fn of_selection(turns: u32) -> f64 {
    f64::from(turns) / 4.0
}
