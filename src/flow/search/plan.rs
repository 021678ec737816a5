//! What all trials of a stage share: what is searched, with which data, how they are judged.

use super::figures::asic;
use super::trial;
use crate::config::convert::change::{Changes, changed};
use crate::config::convert::requantize::Place;
use crate::config::search::{Judge, Search};
use crate::config::{Config, Layer, Weights};
use crate::flow::Failure;
use crate::flow::convert::between;
use crate::flow::lessons::Lessons;
use crate::search::domain::{Choice, Dimension, Point};
use crate::search::sampler::{Sampler, Study, draw};
use crate::search::score::{self, Costs, Judged, Objective};
use crate::search::space::Space;
use crate::search::trial::{Direction, Trial};
use miette::miette;
use std::collections::BTreeMap;
use std::path::Path;

/// The weights file of a network, beside its config.
pub const WEIGHTS: &str = "weights.safetensors";

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
        let (dimensions, seed) = (&self.space.dimensions, self.search.seed);
        ask(&Study { dimensions, directions: &self.directions(), seed, trials })
    }

    /// The network of `point`, to be trained as trial `number`.
    ///
    /// # Errors
    /// A text that cannot be changed in place.
    pub fn network(&self, point: &[usize], number: u64) -> Result<Config, Failure> {
        let changes = Changes {
            epochs: Some(self.search.epochs),
            seed: Some(trial::seed(self.search.seed, number)),
            ..self.space.changes(point)
        };
        let output = Path::new(self.config.source.name());
        let place = Place { output, old_folder: Path::new(""), weights: WEIGHTS };
        Ok(changed(self.config, &changes, &place)?.1)
    }

    /// The network of trial `number`, to be trained in full: the text of its config in `folder`, and what it means. With a
    /// seed, if one is given.
    ///
    /// # Errors
    /// A text that cannot be changed in place; a folder that does not exist.
    pub fn written(
        &self,
        point: &[usize],
        number: u64,
        folder: &Path,
        seed: Option<u64>,
    ) -> Result<(String, Config), Failure> {
        let changes = Changes {
            name: Some(format!("{}_{number:04}", self.config.name)),
            epochs: Some(self.search.last.epochs),
            seed,
            ..self.space.changes(point)
        };
        let output = folder.join("config.yaml");
        let old_folder = between(&output, Path::new(self.config.source.name()))?;
        let place = Place { output: &output, old_folder: &old_folder, weights: WEIGHTS };
        Ok(changed(self.config, &changes, &place)?)
    }

    /// What the metric of the network of `config` is multiplied by in its score, as far as that is known before its training;
    /// 1 where it is not.
    pub fn factor(&self, config: &Config) -> f64 {
        let Judge::Score(forgiving) = &self.search.judge else { return 1.0 };
        let (bits, energy) = asic(self.search, config);
        let (goal, costs) = (self.search.goals[0], Costs { bits, energy, ..Costs::default() });
        let known = costs.of(goal).zip(self.reference);
        known
            .and_then(|(cost, reference)| score::factor(forgiving, goal, cost, reference).ok())
            .unwrap_or(1.0)
    }

    /// What `point` chooses, by dimension; with what has one choice only.
    pub fn chosen(&self, point: &[usize]) -> BTreeMap<String, Choice> {
        let one = |(dimension, place): (&Dimension, usize)| {
            (dimension.name.clone(), dimension.choices[place].clone())
        };
        let sampled = self.space.dimensions.iter().zip(point.iter().copied());
        sampled.chain(self.space.fixed.iter().map(|dimension| (dimension, 0))).map(one).collect()
    }

    /// How good a network is.
    ///
    /// # Errors
    /// A figure that is no number, or not above zero where it must be.
    pub fn judge(&self, figures: &super::figures::Figures) -> Result<Judged, score::ScoreError> {
        score::judge(self.search, figures.metric, &figures.costs(), self.reference)
    }
}

/// How many trials `search` makes of these dimensions: no more than there are points, for none is tried twice.
pub fn trials(search: &Search, dimensions: &[Dimension]) -> u64 {
    let wanted = search.trials as u64;
    u64::try_from(draw::size(dimensions)).map_or(wanted, |points| points.min(wanted))
}

/// That every layer of every network has quantizers: the best ones are to be hardware. All points have those of the same
/// layers.
///
/// # Errors
/// Each layer that stays float, by name.
pub fn require_no_float(config: &Config, space: &Space) -> Result<(), Failure> {
    let place =
        Place { output: Path::new(config.source.name()), old_folder: Path::new(""), weights: WEIGHTS };
    let first = changed(config, &space.changes(&vec![0; space.dimensions.len()]), &place)?.1;
    let of = |config: &Config, layers| Config { layers, ..config.clone() }.require_quantized();
    let stays = |(_, then): &(&Layer, &Layer)| of(&first, vec![(*then).clone()]).is_err();
    let layers = config.layers.iter().zip(&first.layers).filter(stays).map(|(now, _)| now.clone());
    of(config, layers.collect()).map_err(|float| {
        Failure::Input(miette::Report::new(float).wrap_err(
            "a layer that is not searched stays float, and float layers have no hardware: let `limit` name it too",
        ))
    })
}

/// A search that has nothing to vary.
pub fn nothing_to_search() -> Failure {
    Failure::Input(miette!(
        code = "search::nothing",
        help = "give `limit` a layer with more than one choice, or `tune_filters: layer`",
        "there is nothing to search: every choice has one quantizer"
    ))
}
