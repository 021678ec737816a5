//! Which of several forms of a staircase takes the fewest LUTs.
//!
//! | form | net |
//! |---|---|
//! | thresholds | comparisons with constants, which select among the levels in a tree |
//! | table | an entry for each integer, without the lowest digits that no step depends on |
//! | table of a window | the same, where the input has too many integers: those beyond the outermost steps are clamped |
//!
//! LUTs are counted for LUTs of six inputs, whatever the device: see `luts`.

use super::{Lowering, luts};
use crate::fixed::{Interval, TooWide};
use crate::net::{Id, Op};

/// A function of the integers of an interval that has few steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Staircase {
    /// Where it is defined.
    pub(super) interval: Interval,
    /// The first integer of each level, in order; the first is the interval's lower end.
    pub(super) from: Vec<i128>,
    /// The value of each level. Neighbours differ.
    pub(super) values: Vec<i128>,
}

/// One way of computing a staircase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A tree of comparisons.
    Thresholds,
    /// One table of what is left when the lowest `drop` digits are dropped and the rest is clamped to `window`.
    Table {
        /// Digits that no step depends on.
        drop: u32,
        /// The integers that the table has entries for, on the grid without those digits.
        window: Interval,
    },
}

/// The most digits by which a table is indexed.
pub(super) const MOST_DIGITS: u32 = 12;

impl Staircase {
    /// The value for `v`.
    pub(super) fn at(&self, v: i128) -> i128 {
        self.values[self.from.partition_point(|from| *from <= v).max(1) - 1]
    }

    /// The forms that can be had.
    fn forms(&self) -> Vec<Form> {
        let drop = self.from[1..].iter().map(|from| from.trailing_zeros()).min().unwrap_or(0);
        let drop = drop.min(self.interval.width() - 1);
        let all = self.interval.shifted_right(drop);
        // A clamp takes more than it saves, but where the table would be too large.
        let window = if all.width() <= MOST_DIGITS { all } else { self.window(drop, all) };
        let table = (window.width() <= MOST_DIGITS).then_some(Form::Table { drop, window });
        std::iter::once(Form::Thresholds).chain(table).collect()
    }

    /// The smallest range of whole digits that holds every step: clamping to it looks at high digits only.
    fn window(&self, drop: u32, all: Interval) -> Interval {
        let [_, steps @ ..] = self.from.as_slice() else { return all };
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return all };
        let inner = Interval { lo: (first >> drop) - 1, hi: last >> drop };
        let near_zero = Interval { lo: inner.lo.min(0), hi: inner.hi.max(0) };
        let whole = Interval::of_width(near_zero.signed(), near_zero.width());
        whole.intersection(all).unwrap_or(all)
    }

    /// The table of `form`'s window, in order.
    fn entries(&self, drop: u32, window: Interval) -> Vec<i128> {
        (window.lo..=window.hi).map(|v| self.at(v << drop)).collect()
    }

    /// The form that takes the fewest LUTs, and how many.
    pub(super) fn cheapest(&self) -> (Form, f64) {
        let forms = self.forms().into_iter().map(|form| (form, self.luts(form)));
        forms.min_by(|(_, a), (_, b)| a.total_cmp(b)).expect("thresholds can always be had")
    }

    /// The LUTs of `form`.
    fn luts(&self, form: Form) -> f64 {
        match form {
            Form::Thresholds => self.thresholds_luts(),
            Form::Table { drop, window } => {
                let all = self.interval.shifted_right(drop);
                let clamped = if window.covers(all) { 0.0 } else { f64::from(window.width()) };
                let entry = |v: i128| self.at(v.clamp(window.lo, window.hi) << drop);
                luts::of_table(window, self.width(), entry) + clamped
            }
        }
    }

    /// A comparison for each step, and for each digit of the result a tree that selects among them.
    fn thresholds_luts(&self) -> f64 {
        let width = self.interval.width();
        let compared = |from: &i128| luts::of_comparison(width.saturating_sub(from.trailing_zeros()));
        let comparisons: f64 = self.from[1..].iter().map(compared).sum();
        let turns = self.values.windows(2).map(|pair| (pair[0] ^ pair[1]).count_ones()).sum();
        // A digit of two levels is the comparison itself.
        if self.values.len() == 2 { comparisons } else { comparisons + luts::of_selection(turns) }
    }

    /// The digits of a result.
    fn width(&self) -> u32 {
        let all = self.values.iter().map(|v| Interval::point(*v));
        all.reduce(Interval::union).map_or(1, Interval::width)
    }
}

impl Lowering<'_> {
    /// `a` through `stairs`, in the form that takes the fewest LUTs.
    pub(super) fn staircase(&mut self, a: Id, stairs: &Staircase) -> Result<Id, TooWide> {
        match stairs.cheapest().0 {
            Form::Thresholds => self.thresholds(a, stairs, 0, stairs.from.len()),
            Form::Table { drop, window } => self.table(a, stairs, drop, window),
        }
    }

    /// The levels from `first` up to but without `end`.
    fn thresholds(&mut self, a: Id, stairs: &Staircase, first: usize, end: usize) -> Result<Id, TooWide> {
        if end - first == 1 {
            return self.push(Op::Const(stairs.values[first]));
        }
        let middle = first + (end - first) / 2;
        let condition = self.push(Op::AtLeast { a, threshold: stairs.from[middle] })?;
        if stairs.values[first..end] == [0, 1] {
            return Ok(condition);
        }
        let on_false = self.thresholds(a, stairs, first, middle)?;
        let on_true = self.thresholds(a, stairs, middle, end)?;
        self.push(Op::Select { condition, on_true, on_false })
    }

    fn table(&mut self, a: Id, stairs: &Staircase, drop: u32, window: Interval) -> Result<Id, TooWide> {
        let a = if drop == 0 { a } else { self.push(Op::Shr { a, shift: drop })? };
        let a = self.clamped(a, window.lo, window.hi)?;
        self.push(Op::Table { a, first: window.lo, entries: stairs.entries(drop, window).into() })
    }
}
