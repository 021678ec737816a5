//! Which point is tried next.

use super::domain::{Dimension, Point};
use super::trial::{Direction, Trial};

/// What a sampler knows.
#[derive(Debug, Clone, Copy)]
pub struct Study<'a> {
    /// What can be tried.
    pub dimensions: &'a [Dimension],
    /// Which values of each objective are better.
    pub directions: &'a [Direction],
    /// Where every random choice starts from.
    pub seed: u64,
    /// All trials, whatever their state, by number.
    pub trials: &'a [Trial],
}

/// A way to choose trials: ask it for a point, tell it by the study what came of those before. It has no memory of its own,
/// so what it says of a trial depends on the study and the trial's number alone.
pub trait Sampler: std::fmt::Debug + Send + Sync {
    /// The point of trial `number`, which has none yet; none if there is nothing left to try.
    fn ask(&self, study: &Study, number: u64) -> Option<Point>;

    /// Whether trial `number`, which has reported its last step, is to be ended early.
    fn is_hopeless(&self, _study: &Study, _number: u64) -> bool {
        false
    }
}
