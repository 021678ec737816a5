//! Which sums of two pieces several rows share.
//!
//! Every pair of pieces of a row is `±(a ± b << shift) << s`. The pair that saves most LUTs over all rows becomes
//! a value of its own, stands in the rows in place of its two pieces, and may be half of another pair.

use super::Effort;
use super::digits::{Piece, Program};
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

/// `a ± (b << shift)` without common shift and sign. Ordered, so that each pair has one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Pair(u64);

const VALUE_BITS: u32 = 24;
const SHIFT_BIAS: i64 = 1 << 9;

impl Pair {
    /// The pair that two pieces of a row are.
    fn of(x: Piece, y: Piece) -> Pair {
        let (x, y) = if (x.value, x.shift) <= (y.value, y.shift) { (x, y) } else { (y, x) };
        let shift = (i64::from(y.shift) - i64::from(x.shift) + SHIFT_BIAS).cast_unsigned();
        let low = shift << 1 | u64::from(x.negative != y.negative);
        Pair((x.value as u64) << (VALUE_BITS + 16) | (y.value as u64) << 16 | low)
    }

    /// Its two pieces, the first one positive, the lower one unshifted.
    fn pieces(self) -> [Piece; 2] {
        let value = |bits: u64| usize::try_from(bits & ((1 << VALUE_BITS) - 1)).expect("24 bits");
        let shift = (self.0 >> 1 & 0x7fff).cast_signed() - SHIFT_BIAS;
        let by = |s: i64| u32::try_from(s.max(0)).expect("a small shift");
        [
            Piece { value: value(self.0 >> (VALUE_BITS + 16)), shift: by(-shift), negative: false },
            Piece { value: value(self.0 >> 16), shift: by(shift), negative: self.0 & 1 == 1 },
        ]
    }
}

/// A hash for [`Pair`]s: one multiplication, the same on every platform.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 29;
    }
}

/// What is known of a pair.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    /// How often it occurs.
    count: i64,
    /// The saving under which it stands in the heap, not below what it saves now; 0: it does not stand there.
    queued: i64,
}

/// The search: how often each pair occurs, and which saves most.
struct Search<'a> {
    program: &'a mut Program,
    /// The greatest value that each value takes when its least one is moved to zero.
    ranges: Vec<i128>,
    /// How many additions deep each value is.
    levels: Vec<u32>,
    effort: Effort,
    /// Only pieces of the same block are paired.
    blocks: Vec<usize>,
    tallies: HashMap<Pair, Tally, BuildHasherDefault<Mix>>,
    best: BinaryHeap<(i64, Pair)>,
}

/// Finds the shared pairs of `program` and puts them into its rows.
///
/// `rows` are the matrix's, `ranges` how far each input reaches above its least value.
pub fn share(program: &mut Program, rows: &[Vec<i128>], ranges: &[i128], effort: Effort) {
    let row_range =
        |row: &Vec<i128>| row.iter().zip(ranges).map(|(w, r)| w.abs().saturating_mul(*r)).sum::<i128>();
    // A row that another is made of comes late: it is paired with nothing.
    let levels = ranges.iter().map(|_| 0).chain(rows.iter().map(|_| effort.deepest)).collect();
    let ranges = ranges.iter().copied().chain(rows.iter().map(row_range)).collect();
    let blocks = blocks(program);
    let (tallies, best) = (HashMap::default(), BinaryHeap::new());
    let mut search = Search { program, ranges, levels, effort, blocks, tallies, best };
    search.count_all();
    while let Some(pair) = search.most_saving() {
        search.compute_once(pair);
    }
}

/// The most pairs that are counted at a time, which bounds time and memory.
const MOST_PAIRS: usize = 3_000_000;

/// The block of each value: one for all in a matrix of usual size, in a huge one so many that there are
/// not too many pairs. A row that another is made of stands apart.
fn blocks(program: &Program) -> Vec<usize> {
    let pairs: usize = program.rows.iter().map(|row| row.len() * row.len() / 2).sum();
    let count = pairs.div_ceil(MOST_PAIRS).max(1);
    let inputs = (0..program.inputs).map(|input| input * count / program.inputs);
    inputs.chain(std::iter::repeat_n(count, program.rows.len())).collect()
}

impl Search<'_> {
    fn count_all(&mut self) {
        for row in &self.program.rows {
            for (i, x) in row.iter().enumerate() {
                // Pieces stand in the order of the inputs, and so of the blocks.
                for y in row[i + 1..].iter().take_while(|y| self.blocks[y.value] == self.blocks[x.value]) {
                    self.tallies.entry(Pair::of(*x, *y)).or_default().count += 1;
                }
            }
        }
        let several = self.tallies.iter().filter(|(_, tally)| tally.count > 1);
        let mut pairs: Vec<Pair> = several.map(|(pair, _)| *pair).collect();
        pairs.sort_unstable();
        for pair in pairs {
            self.queue(pair);
        }
    }

    /// What computing `pair` once saves, in eighths of a LUT.
    fn saving(&self, pair: Pair) -> i64 {
        let count = self.tallies.get(&pair).map_or(0, |tally| tally.count);
        if count < 2 || self.level_of(pair) > self.effort.deepest {
            return i64::MIN;
        }
        let ([low, high], span) =
            (pair.pieces(), |p: Piece| (i64::from(p.shift), i64::from(p.shift + self.width(p.value))));
        let ((a, a_end), (b, b_end)) = (span(low), span(high));
        let overlap = (a_end.min(b_end) - a.max(b)).max(0);
        let width = i64::from(bits(self.range_of(pair)));
        let removed = (a_end - a) + (b_end - b) - width;
        count * removed * self.effort.eighths_a_bit - 8 * overlap
    }

    fn width(&self, value: usize) -> u32 {
        bits(self.ranges[value])
    }

    fn level_of(&self, pair: Pair) -> u32 {
        pair.pieces().into_iter().map(|p| self.levels[p.value]).max().unwrap_or(0) + 1
    }

    fn range_of(&self, pair: Pair) -> i128 {
        let power = |shift: u32| if shift < 127 { 1i128 << shift } else { i128::MAX };
        let range = |p: Piece| self.ranges[p.value].saturating_mul(power(p.shift));
        pair.pieces().into_iter().map(range).fold(0, i128::saturating_add)
    }

    /// Puts `pair` into the heap, unless it saves nothing or stands there already with as much.
    fn queue(&mut self, pair: Pair) {
        let saving = self.saving(pair);
        let tally = self.tallies.entry(pair).or_default();
        if saving > tally.queued {
            tally.queued = saving;
            self.best.push((saving, pair));
        }
    }

    /// The pair that saves most, if one saves anything. The heap may hold savings of the past.
    fn most_saving(&mut self) -> Option<Pair> {
        while let Some((saving, pair)) = self.best.pop() {
            let tally = self.tallies.entry(pair).or_default();
            if tally.queued != saving {
                continue;
            }
            tally.queued = 0;
            if self.saving(pair) == saving {
                return Some(pair);
            }
            self.queue(pair);
        }
        None
    }

    /// Makes `pair` a value and puts it into every row that holds it.
    fn compute_once(&mut self, pair: Pair) {
        let value = self.program.inputs + self.program.rows.len() + self.program.pairs.len();
        assert!(value < 1 << VALUE_BITS, "a matrix has fewer than 2^24 values");
        self.ranges.push(self.range_of(pair));
        self.levels.push(self.level_of(pair));
        self.blocks.push(self.blocks[pair.pieces()[0].value]);
        self.program.pairs.push(pair.pieces());
        for row in 0..self.program.rows.len() {
            while let Some((x, y)) = find(&self.program.rows[row], pair) {
                self.replace(row, x, y, value);
            }
        }
        self.tallies.remove(&pair);
    }

    /// Pieces `x` and `y` of a row become one piece of `value`.
    fn replace(&mut self, row: usize, x: usize, y: usize, value: usize) {
        let mut pieces = std::mem::take(&mut self.program.rows[row]);
        let (first, second) = (pieces[x], pieces[y]);
        pieces.remove(x.max(y));
        pieces.remove(x.min(y));
        let shift = first.shift.min(second.shift);
        let piece = Piece { value, shift, negative: first.negative };
        let same_block = |other: &&Piece| self.blocks[other.value] == self.blocks[value];
        let others: Vec<Piece> = pieces.iter().filter(same_block).copied().collect();
        for other in &others {
            self.change(Pair::of(first, *other), -1);
            self.change(Pair::of(second, *other), -1);
            self.change(Pair::of(piece, *other), 1);
        }
        self.change(Pair::of(first, second), -1);
        pieces.push(piece);
        self.program.rows[row] = pieces;
    }

    fn change(&mut self, pair: Pair, by: i64) {
        let tally = self.tallies.entry(pair).or_default();
        tally.count += by;
        if by > 0 && tally.count > 1 {
            self.queue(pair);
        }
    }
}

/// The places of the two pieces of `pair` in a row, the pair's first piece first.
fn find(row: &[Piece], pair: Pair) -> Option<(usize, usize)> {
    let [first, second] = pair.pieces();
    row.iter().enumerate().filter(|(_, p)| p.value == first.value && p.shift >= first.shift).find_map(
        |(x, p)| {
            let wanted = Piece {
                value: second.value,
                shift: p.shift - first.shift + second.shift,
                negative: p.negative != second.negative,
            };
            row.iter().position(|other| *other == wanted).map(|y| (x, y))
        },
    )
}

/// The digits of a number that is not negative.
fn bits(range: i128) -> u32 {
    128 - range.leading_zeros()
}
