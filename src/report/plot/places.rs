//! An axis of words: each at a whole number, counted from 0.

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use std::ops::Range;

/// The words of an axis.
pub(super) struct Places<'a> {
    words: &'a [String],
}

impl Places<'_> {
    /// An axis with a place for each of `words`, and half a place at either end.
    pub(super) fn new(words: &[String]) -> Places<'_> {
        Places { words }
    }

    fn all(&self) -> impl Iterator<Item = (f64, &String)> {
        let count = |place: &mut f64, word| {
            *place += 1.0;
            Some((*place, word))
        };
        self.words.iter().scan(-1.0, count)
    }
}

impl Ranged for Places<'_> {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    #[expect(clippy::cast_possible_truncation, reason = "a pixel of the picture")]
    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let Range { start, end } = self.range();
        let (from, to) = (f64::from(limit.0), f64::from(limit.1));
        (from + (to - from) * (value - start) / (end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.all().map(|(place, _)| place).collect()
    }

    fn range(&self) -> Range<f64> {
        let last = self.all().last().map_or(0.0, |(place, _)| place);
        -0.5..last + 0.5
    }
}

impl ValueFormatter<f64> for Places<'_> {
    fn format(value: &f64) -> String {
        value.to_string()
    }

    fn format_ext(&self, value: &f64) -> String {
        self.all().filter(|(place, _)| (place - value).abs() < 0.5).map(|(_, word)| word.clone()).collect()
    }
}
