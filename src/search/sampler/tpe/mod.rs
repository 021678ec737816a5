//! A point that looks more like the good ones than like the others: the tree-structured Parzen estimator.
//!
//! The trials that have ended are split into a few good ones and the others. For both, a density is estimated
//! ([`parzen`]); some candidates are drawn from that of the good ones, and the one with the greatest ratio of densities is
//! tried (Bergstra et al., NeurIPS 2011; the constants are those of Watanabe, arXiv 2304.11127). All dimensions at once:
//! what is good with what is learned too.
//!
//! With several objectives, or a budget, the good ones are the first of [`ranking::standings`]. Trials that others work on
//! count among the others, so that two workers do not try the same thing (Ginsbourger et al.'s constant liar).

mod parzen;

use super::random::Random;
use super::{Sampler, Study, draw};
use crate::search::domain::Point;
use crate::search::ranking::{self, Kind};
use parzen::Parzen;

/// How often candidates are drawn if all of them were tried already.
const ROUNDS: usize = 10;

/// How it learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tpe {
    /// Trials that must have ended before it learns anything: random ones.
    pub startup: usize,
    /// How many candidates are compared.
    pub candidates: usize,
    /// At most so many trials are good: a tenth of all, rounded up, if that is fewer.
    pub good: usize,
}

impl Default for Tpe {
    fn default() -> Tpe {
        Tpe { startup: 10, candidates: 24, good: 25 }
    }
}

impl Sampler for Tpe {
    fn ask(&self, study: &Study, number: u64) -> Option<Point> {
        let tried = draw::tried(study, number);
        let mut random = draw::stream(study, number);
        let Some((good, others)) = self.densities(study, number) else {
            let point = Random.ask(study, number).filter(|point| !tried.contains(point));
            return point.or_else(|| draw::untried(study.dimensions, &tried, &mut random));
        };
        let best = (0..ROUNDS).find_map(|_| {
            let drawn: Vec<Point> = (0..self.candidates).map(|_| good.draw(&mut random)).collect();
            let untried = drawn.into_iter().filter(|point| !tried.contains(point));
            let rated = untried.map(|point| (good.log_density(&point) - others.log_density(&point), point));
            rated.reduce(|best, next| if next.0 > best.0 { next } else { best })
        });
        best.map(|(_, point)| point).or_else(|| draw::untried(study.dimensions, &tried, &mut random))
    }
}

impl Tpe {
    /// Where the good points are, and where the others; none before anything can be learned.
    fn densities<'a>(&self, study: &Study<'a>, number: u64) -> Option<(Parzen<'a>, Parzen<'a>)> {
        let standings = ranking::standings(study.trials, study.directions);
        let ended: Vec<_> = standings.iter().filter(|s| draw::point(study, s.trial).is_some()).collect();
        let sound = ended.iter().filter(|standing| standing.kind != Kind::Failed).count();
        if ended.len() < self.startup || sound == 0 {
            return None;
        }
        let good = ended.len().div_ceil(10).min(self.good).min(sound);
        let mut numbers: Vec<u64> = ended[..good].iter().map(|standing| standing.trial.number).collect();
        numbers.sort_unstable();
        let mut trials: Vec<_> = study.trials.iter().filter(|trial| trial.number != number).collect();
        trials.sort_by_key(|trial| trial.number);
        let (good, others): (Vec<_>, Vec<_>) =
            trials.into_iter().partition(|trial| numbers.binary_search(&trial.number).is_ok());
        let points =
            |trials: Vec<_>| trials.into_iter().filter_map(|trial| draw::point(study, trial)).collect();
        Some((Parzen::of(study.dimensions, points(good)), Parzen::of(study.dimensions, points(others))))
    }
}
