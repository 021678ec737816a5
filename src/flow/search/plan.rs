//! What all trials of a stage share: what is searched, with which data, how they are judged.

use super::trial;
use crate::config::search::{SamplerKind, Search};
use crate::config::{Config, Weights};
use crate::flow::Failure;
use crate::flow::lessons::Lessons;
use crate::search::domain::{Dimension, Point};
use crate::search::sampler::{Sampler, Study, draw};
use crate::search::score::{self, Judged, Objective};
use crate::search::space::Space;
use crate::search::trial::{Direction, Trial};
use miette::miette;

/// What all trials of a stage share.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The network that is varied.
    pub config: &'a Config,
    /// How it is searched.
    pub search: &'a Search,
    /// What is varied.
    pub space: Space,
    /// What trials learn from and are judged by.
    pub lessons: &'a Lessons,
    /// Which point comes next.
    pub sampler: Box<dyn Sampler>,
    /// The values of a trial.
    pub objectives: Vec<Objective>,
    /// The cost of the reference, of the first goal.
    pub reference: Option<f64>,
    /// What trials start from, if not from nothing.
    pub start: Option<Weights>,
    /// Trials in all; fewer where a grid has no more points.
    pub trials: u64,
    /// Threads of a training.
    pub threads: usize,
}

impl Plan<'_> {
    /// Which values of each objective are better.
    pub fn directions(&self) -> Vec<Direction> {
        self.objectives.iter().map(|objective| objective.direction).collect()
    }

    /// The point of trial `number`, given the others; none if there is nothing left to try.
    pub fn ask(&self, trials: &[Trial], number: u64) -> Option<Point> {
        self.with_study(trials, |study| self.sampler.ask(study, number))
    }

    /// Whether trial `number` is to be ended early.
    pub fn is_hopeless(&self, trials: &[Trial], number: u64) -> bool {
        self.with_study(trials, |study| self.sampler.is_hopeless(study, number))
    }

    fn with_study<T>(&self, trials: &[Trial], ask: impl FnOnce(&Study) -> T) -> T {
        let (dimensions, seed) = (self.space.dimensions(), self.search.seed);
        ask(&Study { dimensions, directions: &self.directions(), seed, trials })
    }

    /// The network of `point`, to be trained as trial `number`.
    ///
    /// # Errors
    /// A text that cannot be changed in place.
    pub fn network(&self, point: &[usize], number: u64) -> Result<Config, Failure> {
        let mut config = self.space.network(self.config, point)?;
        config.train.epochs = self.search.epochs;
        config.train.seed = trial::seed(self.search.seed, number);
        Ok(config)
    }

    /// How good a network is.
    ///
    /// # Errors
    /// A figure that is no number, or not above zero where it must be.
    pub fn judge(&self, figures: &super::figures::Figures) -> Result<Judged, score::ScoreError> {
        score::judge(self.search, figures.metric, &figures.costs(), self.reference)
    }
}

/// How many trials `search` makes of these dimensions: a grid has no more than its points.
pub fn trials(search: &Search, dimensions: &[Dimension]) -> u64 {
    let wanted = search.trials as u64;
    match search.sampler {
        SamplerKind::Grid => {
            u64::try_from(draw::size(dimensions)).map_or(wanted, |points| points.min(wanted))
        }
        _ => wanted,
    }
}

/// A search that has nothing to vary.
pub fn nothing_to_search() -> Failure {
    Failure::Input(miette!(
        code = "search::nothing",
        help = "give `limit` a layer with more than one choice, or `tune_filters: layer`",
        "there is nothing to search: every choice has one quantizer"
    ))
}
