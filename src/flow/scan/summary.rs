//! What the seeds of a scan have in common: mean and standard deviation of every figure.

use super::point::Point;
use super::setting::{Setting, Way};
use crate::flow::hardware::Hardware;
use crate::metrics::spread::Spread;
use std::collections::BTreeMap;

/// The networks of one setting and way.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// How coarse they are.
    pub setting: Setting,
    /// How they came to that.
    pub way: Way,
    /// How many there are.
    pub seeds: usize,
    /// The fraction of events that is classified rightly.
    pub accuracy: Spread,
    /// With products of shifts and additions; none of float networks.
    pub shift_add: Option<Cost>,
    /// With multipliers.
    pub multiply: Option<Cost>,
}

/// What networks take, as [`Hardware`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// LUTs.
    pub lut: Spread,
    /// Register bits.
    pub ff: Spread,
    /// DSP blocks.
    pub dsp: Spread,
    /// Latency in nanoseconds.
    pub latency_ns: Spread,
}

/// A summary of each setting and way, in their order.
pub fn summaries(points: &[Point]) -> Vec<Summary> {
    let mut groups: BTreeMap<(Setting, Way), Vec<&Point>> = BTreeMap::new();
    for point in points {
        groups.entry((point.id.setting, point.id.way)).or_default().push(point);
    }
    let summary = |((setting, way), points): ((Setting, Way), Vec<&Point>)| Summary {
        setting,
        way,
        seeds: points.len(),
        accuracy: spread(&points, |point| point.accuracy),
        shift_add: cost(points.iter().filter_map(|point| point.shift_add).collect()),
        multiply: cost(points.iter().filter_map(|point| point.multiply).collect()),
    };
    groups.into_iter().map(summary).collect()
}

#[expect(clippy::cast_precision_loss, reason = "registers and blocks are fewer than 2^53")]
fn cost(all: Vec<Hardware>) -> Option<Cost> {
    (!all.is_empty()).then(|| Cost {
        lut: spread(&all, |one| one.lut),
        ff: spread(&all, |one| one.ff as f64),
        dsp: spread(&all, |one| one.dsp as f64),
        latency_ns: spread(&all, |one| one.latency_ns),
    })
}

fn spread<T>(all: &[T], figure: impl Fn(&T) -> f64) -> Spread {
    Spread::of(&all.iter().map(figure).collect::<Vec<f64>>())
}
