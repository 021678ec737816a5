//! Which point is tried next.
//!
//! | file | answers |
//! |---|---|
//! | [`draw`] | where a trial's random choices come from, and how a point is drawn that was not tried |
//! | [`random`] | any point, all as likely |
//! | [`grid`] | every point, one after the other |
//! | [`tpe`] | a point that looks more like the good ones than like the others |
//! | [`asha`] | any point; hopeless trials are ended early |
//! | [`nsga2`] | the child of two good points |
//! | [`warm`] | some points first, and then what another sampler says |
//!
//! No sampler says a point twice while there are others: a search ends when every point was tried.

pub mod asha;
pub mod draw;
pub mod grid;
pub mod nsga2;
pub mod random;
pub mod tpe;
pub mod warm;

use crate::config::search::SamplerKind;
use crate::search::domain::{Dimension, Point};
use crate::search::trial::{Direction, Trial};

/// What a sampler knows.
#[derive(Debug, Clone, Copy)]
pub struct Study<'a> {
    /// What can be tried.
    pub dimensions: &'a [Dimension],
    /// Which values of each objective are better.
    pub directions: &'a [Direction],
    /// Where every random choice starts from.
    pub seed: u64,
    /// All trials, whatever their state.
    pub trials: &'a [Trial],
}

/// A way to choose trials: ask it for a point, tell it by the study what came of those before. It has no memory of its own,
/// so what it says of a trial depends on the study and the trial's number alone: not on the order in which `trials` are
/// given or were finished.
pub trait Sampler: std::fmt::Debug + Send + Sync {
    /// The point of trial `number`, which has none yet; none if there is nothing left to try.
    fn ask(&self, study: &Study, number: u64) -> Option<Point>;

    /// Whether trial `number`, which has reported its last step, is to be ended early.
    fn is_hopeless(&self, _study: &Study, _number: u64) -> bool {
        false
    }
}

/// The sampler of this kind for so many `trials` in all, of so many `epochs` each.
pub fn of(kind: SamplerKind, trials: usize, epochs: usize) -> Box<dyn Sampler> {
    match kind {
        SamplerKind::Random => Box::new(random::Random),
        SamplerKind::Grid => Box::new(grid::Grid),
        SamplerKind::Tpe => Box::new(tpe::Tpe::default()),
        SamplerKind::Asha => Box::new(asha::Asha::new(epochs as u64)),
        SamplerKind::Nsga2 => Box::new(nsga2::Nsga2::new(trials)),
    }
}
