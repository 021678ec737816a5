//! The child of two good points: NSGA-II (Deb et al., IEEE Trans. Evol. Comput. 6(2), 2002), for several objectives.
//!
//! Its population are the best of all trials that have ended, by constrained domination, front and crowding: what the
//! algorithm's own selection keeps, without waiting for whole generations. So it is a function of the study.

use super::random::Random as Evenly;
use super::{Sampler, Study, draw};
use crate::data::random::Random;
use crate::search::domain::{Dimension, Point};
use crate::search::ranking::{self, Kind};

/// How often a child is made again if its point was tried already.
const ATTEMPTS: usize = 20;

/// A genetic algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nsga2 {
    /// How many points may be parents; as many random ones come first.
    pub population: usize,
}

impl Nsga2 {
    /// For so many trials in all: a population of one in twenty, at least 8, at most 50. Few trials find more with few parents.
    pub fn new(trials: usize) -> Nsga2 {
        Nsga2 { population: (trials / 20).clamp(8, 50) }
    }

    /// The points that may be parents, the best first; none if too few trials have ended.
    fn parents<'a>(&self, study: &Study<'a>) -> Option<Vec<&'a Point>> {
        let standings = ranking::standings(study.trials, study.directions);
        let enough = standings.len() >= self.population;
        let sound = standings.into_iter().filter(|standing| standing.kind != Kind::Failed);
        let points = sound.filter_map(|standing| draw::point(study, standing.trial));
        let parents: Vec<&Point> = points.take(self.population).collect();
        (enough && !parents.is_empty()).then_some(parents)
    }
}

impl Sampler for Nsga2 {
    fn ask(&self, study: &Study, number: u64) -> Option<Point> {
        let tried = draw::tried(study, number);
        let mut random = draw::stream(study, number);
        let untried = |point: &Point| !tried.contains(point);
        let found = match self.parents(study) {
            Some(parents) => {
                let children = (0..ATTEMPTS).map(|_| child(study.dimensions, &parents, &mut random));
                children.into_iter().find(untried)
            }
            None => Evenly.ask(study, number).filter(untried),
        };
        found.or_else(|| draw::untried(study.dimensions, &tried, &mut random))
    }
}

/// Uniform crossover of two parents, and a mutation of one choice in the mean.
fn child(dimensions: &[Dimension], parents: &[&Point], random: &mut Random) -> Point {
    let (mother, father) = (tournament(parents, random), tournament(parents, random));
    let gene = |(at, dimension): (usize, &Dimension)| match random.below(dimensions.len()) {
        0 => random.below(dimension.choices.len()),
        _ if random.below(2) == 0 => mother[at],
        _ => father[at],
    };
    dimensions.iter().enumerate().map(gene).collect()
}

/// The better of two parents, each of which is any.
fn tournament<'a>(parents: &[&'a Point], random: &mut Random) -> &'a Point {
    parents[random.below(parents.len()).min(random.below(parents.len()))]
}
