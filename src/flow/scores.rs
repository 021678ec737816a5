//! What a net says of events, as scores that can be compared: integers on one grid for all outputs.

use super::Failure;
use crate::emulate::fast::{Emulator, Integer};
use crate::fixed::{Dyadic, Interval};
use crate::metrics::Score;
use crate::metrics::accuracy::argmax;
use crate::net::Net;
use miette::miette;

/// A net, compiled, and the grid that all its outputs are brought to.
#[derive(Debug)]
pub struct Scorer<'a> {
    net: &'a Net,
    emulator: Emulator,
    /// The grid's fraction digits: those of the finest output.
    frac: i32,
}

/// What a net says of events.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The class of each: that of the greatest score, the lowest of equals; of one output, whether it is above 0.
    pub classes: Vec<usize>,
    /// Its outputs, events × outputs, the nearest f64.
    pub outputs: Vec<f64>,
}

impl<'a> Scorer<'a> {
    /// The scores of `net`, which must be valid.
    pub fn new(net: &'a Net) -> Scorer<'a> {
        let frac = net.outputs.iter().map(|output| output.frac).max().unwrap_or(0);
        Scorer { net, emulator: Emulator::new(net), frac }
    }

    /// Whether every input and every score, with either sign, is a 64-bit integer.
    pub fn fits_64_bits(&self) -> bool {
        let holds =
            |v: Option<i128>| v.is_some_and(|v| i64::try_from(v).is_ok() && v != i128::from(i64::MIN));
        let both = |interval: Interval, frac: i32| {
            holds(self.score(interval.lo, frac)) && holds(self.score(interval.hi, frac))
        };
        let inputs = self.net.inputs.iter().all(|i| holds(Some(i.interval.lo)) && holds(Some(i.interval.hi)));
        inputs && self.net.outputs.iter().all(|o| both(self.net.intervals[o.id.index()], o.frac))
    }

    /// The scores of `events` events, events × outputs, from their port integers, events × inputs.
    ///
    /// # Errors
    /// Integers that are none of the ports; scores that a `T` does not hold.
    pub fn scores<T: Integer>(&self, integers: &[T], events: usize) -> Result<Vec<T>, Failure> {
        let mut results = self.emulator.run(integers, events).map_err(|e| Failure::Input(miette!("{e}")))?;
        for (value, output) in results.iter_mut().zip(self.net.outputs.iter().cycle()) {
            if output.frac != self.frac {
                *value = T::wrap(self.score(value.wide(), output.frac).ok_or_else(too_far_apart)?);
            }
        }
        Ok(results)
    }

    /// What the scores of `events` events say.
    ///
    /// # Errors
    /// As [`Scorer::scores`].
    pub fn verdict(&self, integers: &[i64], events: usize) -> Result<Verdict, Failure> {
        if self.fits_64_bits() {
            return Ok(self.said(&self.scores(integers, events)?));
        }
        let wide: Vec<i128> = integers.iter().map(|v| i128::from(*v)).collect();
        Ok(self.said(&self.scores(&wide, events)?))
    }

    fn said<T: Integer + Score>(&self, scores: &[T]) -> Verdict {
        let real = |score: &T| Dyadic::new(score.wide(), -self.frac).to_f64();
        let classes = classes(scores, self.net.outputs.len(), |score| score.wide() > 0);
        Verdict { classes, outputs: scores.iter().map(real).collect() }
    }

    /// The score of an output; `None` beyond 127 bits.
    fn score(&self, value: i128, frac: i32) -> Option<i128> {
        Dyadic::new(value, -frac).to_integer(self.frac)
    }
}

impl Verdict {
    /// What real `outputs` say, events × `width`.
    pub fn of(outputs: Vec<f64>, width: usize) -> Verdict {
        Verdict { classes: classes(&outputs, width, |output| *output > 0.0), outputs }
    }
}

fn classes<S: Score>(scores: &[S], width: usize, is_positive: impl Fn(&S) -> bool) -> Vec<usize> {
    let class = |row: &[S]| match row {
        [one] => usize::from(is_positive(one)),
        row => argmax(row),
    };
    scores.chunks_exact(width).map(class).collect()
}

fn too_far_apart() -> Failure {
    Failure::Input(miette!(
        help = "quantize the last layer",
        "the outputs are too far apart to be compared: on one grid they take more than 127 bits"
    ))
}
