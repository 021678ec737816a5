//! What all trials of a stage share: what is searched, with which data, how they are judged.

use super::figures::Figures;
use super::promise::Promise;
use super::{scope, trial};
use crate::config::convert::change::{Changes, changed};
use crate::config::convert::requantize::Place;
use crate::config::search::{Judge, Search};
use crate::config::{Config, ConfigError, Weights};
use crate::flow::Failure;
use crate::flow::convert::between;
use crate::flow::lessons::Lessons;
use crate::search::domain::{Choice, Dimension, Point};
use crate::search::sampler::warm::Warm;
use crate::search::sampler::{self, Sampler, Study};
use crate::search::score::{self, Costs, Judged, Objective};
use crate::search::space::Space;
use crate::search::trial::{Direction, Trial};
use std::collections::BTreeMap;
use std::path::Path;

/// The weights file of a network, beside its config.
pub const WEIGHTS: &str = "weights.safetensors";

/// What all stages of a search share.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// How it is searched.
    pub search: &'a Search,
    /// What trials learn from and are judged by.
    pub lessons: &'a Lessons,
    /// Threads of a training.
    pub threads: usize,
    /// What the reference costs: bits and energy, and its hardware where a score asks for it.
    pub reference: Costs,
}

/// What a stage begins with: of the first one, the network as it is written.
#[derive(Debug, Clone)]
pub struct Base {
    /// The network that is varied.
    pub config: Config,
    /// What trials start from, if not from nothing.
    pub start: Option<Weights>,
    /// What the stages before have chosen, by dimension.
    pub chosen: BTreeMap<String, Choice>,
}

/// What all trials of a stage share.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The network that is varied.
    pub config: Config,
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
    /// The cost of the reference, of the first goal, where a score asks for it.
    pub reference: Option<f64>,
    /// What is known of the reference's costs.
    pub reference_costs: Costs,
    /// What trials start from, if not from nothing.
    pub start: Option<Weights>,
    /// What the stages before have chosen, by dimension.
    pub chosen_before: BTreeMap<String, Choice>,
    /// Which block it is, for people; none where all layers are searched at once.
    pub block: Option<String>,
    /// Trials in all; fewer where a grid has no more points.
    pub trials: u64,
    /// Threads of a training.
    pub threads: usize,
}

impl<'a> Plan<'a> {
    /// A stage of so many `trials` that begins with `base` and searches these layers; if none are named, all.
    ///
    /// # Errors
    /// What cannot be searched.
    pub fn new(
        terms: &Terms<'a>,
        base: Base,
        layers: Option<&[String]>,
        trials: usize,
    ) -> Result<Plan<'a>, ConfigError> {
        let &Terms { search, lessons, threads, reference } = terms;
        let space = scope::space(search, &base.config, layers, &reference)?;
        let then = sampler::of(search.sampler, trials, search.epochs);
        let sampler: Box<dyn Sampler> = match search.warm_start {
            true => Box::new(Warm { first: space.ladder(), then }),
            false => then,
        };
        Ok(Plan {
            config: base.config,
            search,
            trials: scope::attainable(trials, &space.dimensions),
            space,
            lessons,
            sampler,
            objectives: score::objectives(search),
            reference: reference.of(search.goals[0]).filter(|_| matches!(search.judge, Judge::Score(_))),
            reference_costs: reference,
            start: base.start,
            chosen_before: base.chosen,
            block: None,
            threads,
        })
    }

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
        Ok(in_place(&self.config, &changes)?)
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
        Ok(changed(&self.config, &changes, &place)?)
    }

    /// The network as the next stage finds it, if `point` is chosen here: nothing else of its text is other than before.
    ///
    /// # Errors
    /// A text that cannot be changed in place.
    pub fn settled(&self, point: &[usize]) -> Result<Config, ConfigError> {
        in_place(&self.config, &Changes { without_search: false, ..self.space.changes(point) })
    }

    /// What is known of the score of the network of `config` before its training.
    pub fn promise(&self, config: &Config) -> Promise {
        Promise::of(self.search, config, &self.reference_costs)
    }

    /// What `point` chooses, by dimension; with what has one choice only, and what was chosen before.
    pub fn chosen(&self, point: &[usize]) -> BTreeMap<String, Choice> {
        let one = |(dimension, place): (&Dimension, usize)| {
            (dimension.name.clone(), dimension.choices[place].clone())
        };
        let sampled = self.space.dimensions.iter().zip(point.iter().copied());
        let here = sampled.chain(self.space.fixed.iter().map(|dimension| (dimension, 0))).map(one);
        self.chosen_before.clone().into_iter().chain(here).collect()
    }

    /// How good a network is.
    ///
    /// # Errors
    /// A figure that is no number, or not above zero where it must be.
    pub fn judge(&self, figures: &Figures) -> Result<Judged, score::ScoreError> {
        score::judge(self.search, figures.metric, &figures.costs(), self.reference)
    }
}

/// The network of `config` with these changes, as if its file had been written so.
pub(super) fn in_place(config: &Config, changes: &Changes) -> Result<Config, ConfigError> {
    let output = Path::new(config.source.name());
    let place = Place { output, old_folder: Path::new(""), weights: WEIGHTS };
    Ok(changed(config, changes, &place)?.1)
}
