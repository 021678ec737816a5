//! An axis of a plot: words at whole numbers, or numbers, evenly or by their logarithms.

use super::super::number::{rounded, short};
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;
use std::ops::Range;

/// What an axis says, and how it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// What stands beside it.
    pub label: String,
    /// How it counts.
    pub scale: Scale,
}

/// How an axis counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scale {
    /// These words at 0, 1, 2, …
    Words(Vec<String>),
    /// Numbers, evenly.
    Even,
    /// Numbers by their logarithms; evenly, if one of them is not above 0.
    Logarithmic,
}

impl Axis {
    /// An axis of numbers, evenly.
    pub fn even(label: &str) -> Axis {
        Axis { label: label.to_owned(), scale: Scale::Even }
    }

    /// An axis of numbers by their logarithms.
    pub fn logarithmic(label: &str) -> Axis {
        Axis { label: label.to_owned(), scale: Scale::Logarithmic }
    }

    /// An axis of words.
    pub fn words(label: &str, words: Vec<String>) -> Axis {
        Axis { label: label.to_owned(), scale: Scale::Words(words) }
    }
}

/// Numbers on an axis, each with the part of its error bar that is on either side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bar {
    /// The number.
    pub(super) mean: f64,
    /// Half the length of the error bar.
    pub(super) deviation: f64,
}

/// An axis with the numbers that it reaches.
pub(super) enum Along<'a> {
    /// Words.
    Words(&'a [String]),
    /// Numbers, evenly.
    Even(Range<f64>),
    /// Numbers above 0, by their logarithms.
    Logarithmic(Range<f64>),
}

impl Along<'_> {
    /// The axis of this scale that has room for `bars`.
    pub(super) fn of<'a>(scale: &'a Scale, bars: &[Bar]) -> Along<'a> {
        let above_zero = !bars.is_empty() && bars.iter().all(|bar| bar.mean > 0.0);
        match scale {
            Scale::Words(words) => Along::Words(words),
            Scale::Logarithmic if above_zero => Along::Logarithmic(by_logarithms(bars)),
            Scale::Even | Scale::Logarithmic => Along::Even(evenly(bars)),
        }
    }

    /// How many places it marks.
    pub(super) fn marks(&self) -> usize {
        match self {
            Along::Words(words) => words.len(),
            Along::Even(_) | Along::Logarithmic(_) => 10,
        }
    }
}

fn least(of: impl Iterator<Item = f64>) -> f64 {
    of.fold(f64::INFINITY, f64::min)
}

fn greatest(of: impl Iterator<Item = f64>) -> f64 {
    of.fold(f64::NEG_INFINITY, f64::max)
}

fn low(bars: &[Bar]) -> f64 {
    least(bars.iter().map(|bar| bar.mean - bar.deviation))
}

fn high(bars: &[Bar]) -> f64 {
    greatest(bars.iter().map(|bar| bar.mean + bar.deviation))
}

/// An error bar that reaches 0 is cut at half the least number.
fn by_logarithms(bars: &[Bar]) -> Range<f64> {
    let half = least(bars.iter().map(|bar| bar.mean)) / 2.0;
    let low = if low(bars) > 0.0 { low(bars) } else { half };
    low / 1.25..high(bars) * 1.25
}

fn evenly(bars: &[Bar]) -> Range<f64> {
    let (low, high) = if bars.is_empty() { (0.0, 1.0) } else { (low(bars), high(bars)) };
    let room = if high > low { (high - low) * 0.06 } else { 1.0 };
    // A scale that nearly begins at 0 begins there.
    let begin = if low >= 0.0 && low < high / 3.0 { 0.0 } else { low - room };
    begin..high + room
}

#[expect(clippy::cast_possible_truncation, reason = "a pixel of the picture")]
fn pixel(part: f64, limit: (i32, i32)) -> i32 {
    let (from, to) = (f64::from(limit.0), f64::from(limit.1));
    (from + (to - from) * part).round() as i32
}

/// The whole numbers at which `words` stand.
fn places(words: &[String]) -> impl Iterator<Item = (f64, &String)> {
    let count = |place: &mut f64, word| {
        *place += 1.0;
        Some((*place, word))
    };
    words.iter().scan(-1.0, count)
}

/// Round numbers within `range`, near one another enough that there are three at least.
fn round_numbers(range: &Range<f64>, hint: usize) -> Vec<f64> {
    const STEPS: [&[f64]; 3] = [&[1.0], &[1.0, 2.0, 5.0], &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]];
    let within = |steps: &&[f64]| -> Vec<f64> {
        let decades = (-300..=300).map(|decade| 10f64.powi(decade));
        let decades = decades.filter(|decade| *decade <= range.end && decade * 10.0 > range.start);
        let all = decades.flat_map(|decade| steps.iter().map(move |step| step * decade));
        all.filter(|number| range.contains(number)).collect()
    };
    let enough = STEPS.iter().map(within).find(|all| all.len() > 2);
    enough.unwrap_or_else(|| RangedCoordf64::from(range.clone()).key_points(hint))
}

impl Ranged for Along<'_> {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        match self {
            Along::Words(_) => {
                let Range { start, end } = self.range();
                pixel((value - start) / (end - start), limit)
            }
            Along::Even(range) => RangedCoordf64::from(range.clone()).map(value, limit),
            Along::Logarithmic(Range { start, end }) => {
                pixel((value / start).ln() / (end / start).ln(), limit)
            }
        }
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        match self {
            Along::Words(words) => places(words).map(|(place, _)| place).collect(),
            Along::Even(range) => RangedCoordf64::from(range.clone()).key_points(hint),
            Along::Logarithmic(range) => round_numbers(range, hint.max_num_points()),
        }
    }

    fn range(&self) -> Range<f64> {
        match self {
            Along::Words(words) => -0.5..places(words).last().map_or(0.0, |(place, _)| place) + 0.5,
            Along::Even(range) | Along::Logarithmic(range) => range.clone(),
        }
    }
}

impl ValueFormatter<f64> for Along<'_> {
    fn format(value: &f64) -> String {
        if value.abs() >= 1000.0 { rounded(*value) } else { short(*value) }
    }

    fn format_ext(&self, value: &f64) -> String {
        match self {
            Along::Words(words) => {
                let here = places(words).filter(|(place, _)| (place - value).abs() < 0.5);
                here.map(|(_, word)| word.clone()).collect()
            }
            Along::Even(_) | Along::Logarithmic(_) => Along::format(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(means: &[f64]) -> Vec<Bar> {
        means.iter().map(|mean| Bar { mean: *mean, deviation: 0.0 }).collect()
    }

    #[test]
    fn a_logarithm_goes_as_far_for_each_factor() {
        let axis = Along::of(&Scale::Logarithmic, &bars(&[10.0, 1000.0]));
        let at = |value: f64| axis.map(&value, (0, 10_000));
        assert_eq!((at(8.0), at(1250.0)), (0, 10_000));
        assert!((at(100.0) - 5000).abs() <= 1, "{}", at(100.0));
        assert_eq!(axis.key_points(10usize), [10.0, 100.0, 1000.0]);
    }

    #[test]
    fn marks_are_round_and_never_too_few() {
        let marks = |from: f64, to: f64| round_numbers(&(from..to), 10);
        assert_eq!(marks(3000.0, 12_500.0), [3000.0, 4000.0, 5000.0, 6000.0, 8000.0, 10_000.0]);
        assert_eq!(marks(900.0, 25_000.0), [1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0]);
        assert!(marks(1010.0, 1090.0).len() > 2);
    }

    #[test]
    fn what_has_no_logarithm_is_counted_evenly() {
        assert!(matches!(Along::of(&Scale::Logarithmic, &bars(&[0.0, 5.0])), Along::Even(_)));
        assert!(matches!(Along::of(&Scale::Logarithmic, &[]), Along::Even(_)));
        let cut = Along::of(&Scale::Logarithmic, &[Bar { mean: 4.0, deviation: 5.0 }]);
        assert_eq!(cut.range().start.to_bits(), 1.6f64.to_bits());
    }
}
