//! Which values a tensor takes over many events: its range, its zeros, and what its quantizer cuts off.

use serde::{Deserialize, Serialize};

/// The values of every node and parameter of a network over some events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Events that were looked at.
    pub events: usize,
    /// A tensor for each node, in the order of the data.
    pub nodes: Vec<Tensor>,
    /// A tensor for each kernel, bias and other constant.
    pub parameters: Vec<Tensor>,
}

/// The values of one tensor. Pairs are the lower end and the upper one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tensor {
    /// The layer it belongs to.
    pub layer: String,
    /// What it is: `input`, `dense`, `quantize`, …; `kernel`, `bias`, ….
    pub what: String,
    /// Its quantizer, if one serves all elements.
    pub quantizer: Option<String>,
    /// Its elements.
    pub elements: usize,
    /// Elements that are the same in all events; of a parameter nobody asks.
    pub constant: Option<usize>,
    /// Its values: elements × events, or the elements of a parameter.
    pub values: u64,
    /// The ends of the quantizer's range; without a quantizer, of what can be reached at all.
    pub allowed: Option<[f64; 2]>,
    /// The least value and the greatest one.
    pub reached: [f64; 2],
    /// By how many bits an integer for what is reached is narrower than one for what is allowed.
    pub spare_bits: Option<u32>,
    /// The least and the greatest number before the quantizer.
    pub before: Option<[f64; 2]>,
    /// Values that are 0.
    pub zeros: u64,
    /// Values equal to an end of the quantizer's range, cut off or not.
    pub at_ends: Option<[u64; 2]>,
    /// Values that come to an end from beyond, further than rounding explains. Below a relu, that is what it is for.
    pub clipped: Option<[u64; 2]>,
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub deviation: f64,
}

/// The integers of one element that are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// The one that stands for 0.
    pub zero: Option<i128>,
    /// Those that stand for the ends.
    pub ends: [Option<i128>; 2],
}

/// Counts over the integers of one element, of less than 127 bits.
///
/// ```
/// use heteroq::metrics::profile::{Marks, Tally};
/// let mut tally = Tally::new(Marks { zero: Some(0), ends: [Some(-4), Some(3)] });
/// [3, 0, 3, -2].map(|v| tally.count(v));
/// assert_eq!((tally.range, tally.zeros, tally.at_ends), (Some([-2, 3]), 1, [0, 2]));
/// assert_eq!(tally.moments(), Moments { count: 4, mean: 1.0, squares: 18.0 });
/// # use heteroq::metrics::profile::Moments;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    marks: Marks,
    /// The least and the greatest; none before the first.
    pub range: Option<[i128; 2]>,
    /// How many stood for 0.
    pub zeros: u64,
    /// How many stood for each end.
    pub at_ends: [u64; 2],
    count: u64,
    /// The first one. Sums are of differences to it, so that they stay small, and exact below 2^53.
    origin: i128,
    sum: f64,
    squares: f64,
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(marks: Marks) -> Tally {
        Tally { marks, range: None, zeros: 0, at_ends: [0; 2], count: 0, origin: 0, sum: 0.0, squares: 0.0 }
    }

    /// Counts `v`.
    #[expect(clippy::cast_precision_loss, reason = "moments are rounded")]
    pub fn count(&mut self, v: i128) {
        let [least, greatest] = *self.range.get_or_insert_with(|| {
            self.origin = v;
            [v, v]
        });
        self.range = Some([least.min(v), greatest.max(v)]);
        self.zeros += u64::from(self.marks.zero == Some(v));
        for (at, end) in self.at_ends.iter_mut().zip(self.marks.ends) {
            *at += u64::from(end == Some(v));
        }
        let difference = (v - self.origin) as f64;
        self.count += 1;
        self.sum += difference;
        self.squares += difference * difference;
    }

    /// What is known of the mean and the spread.
    #[expect(clippy::cast_precision_loss, reason = "moments are rounded")]
    pub fn moments(&self) -> Moments {
        let count = self.count.max(1) as f64;
        let squares = (self.squares - self.sum / count * self.sum).max(0.0);
        Moments { count: self.count, mean: self.origin as f64 + self.sum / count, squares }
    }
}

/// The first moments of some numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// How many.
    pub count: u64,
    /// Their mean; 0 of none.
    pub mean: f64,
    /// The sum of the squares of their distances from the mean.
    pub squares: f64,
}

impl Moments {
    /// Those of the numbers times `scale`, plus `offset`.
    #[must_use]
    pub fn moved(self, scale: f64, offset: f64) -> Moments {
        let squares = self.squares * scale * scale;
        Moments { mean: self.mean * scale + offset, squares, ..self }
    }

    /// Those of all numbers together.
    #[expect(clippy::cast_precision_loss, reason = "moments are rounded")]
    pub fn together(all: &[Moments]) -> Moments {
        let count: u64 = all.iter().map(|m| m.count).sum();
        let mean = all.iter().map(|m| m.mean * m.count as f64).sum::<f64>() / count.max(1) as f64;
        let from_mean = |m: &Moments| m.squares + (m.mean - mean).powi(2) * m.count as f64;
        Moments { count, mean, squares: all.iter().map(from_mean).sum() }
    }

    /// The standard deviation, of the numbers as they are.
    #[expect(clippy::cast_precision_loss, reason = "moments are rounded")]
    pub fn deviation(&self) -> f64 {
        (self.squares / self.count.max(1) as f64).sqrt()
    }
}

/// Counts the integers up to `low` and those from `high` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cut {
    /// The greatest integer below the range.
    pub low: Option<i128>,
    /// The least integer above it.
    pub high: Option<i128>,
    /// How many there were on either side.
    pub counts: [u64; 2],
}

impl Cut {
    /// Counts `v`.
    pub fn count(&mut self, v: i128) {
        self.counts[0] += u64::from(self.low.is_some_and(|low| v <= low));
        self.counts[1] += u64::from(self.high.is_some_and(|high| v >= high));
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact figures are meant")]
mod tests {
    use super::*;

    fn tally(all: &[i128]) -> Tally {
        let mut tally = Tally::new(Marks { zero: Some(0), ends: [Some(-2), Some(1)] });
        all.iter().for_each(|v| tally.count(*v));
        tally
    }

    #[test]
    fn each_mark_is_counted_by_itself() {
        let tally = tally(&[-2, 0, 1, 1, 2, -3]);
        assert_eq!((tally.range, tally.zeros, tally.at_ends), (Some([-3, 2]), 1, [1, 2]));
        let mut cut = Cut { low: Some(-2), high: Some(2), counts: [0; 2] };
        [-3, -2, -1, 1, 2, 2, 9].into_iter().for_each(|v| cut.count(v));
        assert_eq!(cut.counts, [2, 3]);
    }

    #[test]
    fn moments_far_from_zero_keep_their_digits() {
        let far = 1_i128 << 100;
        let found = tally(&[far, far + 2, far + 4, far + 6]).moments();
        assert_eq!((found.count, found.squares), (4, 20.0));
        assert_eq!(found.deviation(), 5.0_f64.sqrt());
        assert_eq!(tally(&[1, 2]).moments().moved(-2.0, 1.0), Moments { count: 2, mean: -2.0, squares: 2.0 });
    }

    #[test]
    fn together_is_as_if_counted_together() {
        let parts = [tally(&[1, 2, 3]).moments(), tally(&[7]).moments(), tally(&[-1, -6]).moments()];
        assert_eq!(Moments::together(&parts), tally(&[1, 2, 3, 7, -1, -6]).moments());
    }
}
