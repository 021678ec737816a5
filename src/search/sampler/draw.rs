//! Where a trial's random choices come from, and how a point is drawn that was not tried.

use super::Study;
use crate::data::random::Random;
use crate::search::domain::{Dimension, Point};
use crate::search::trial::Trial;
use std::collections::BTreeSet;

/// The random sequence of trial `number`: a function of the study's seed and the number.
pub fn stream(study: &Study, number: u64) -> Random {
    Random::of(&[study.seed, number])
}

/// How many points there are, or `u128::MAX` if there are more.
pub fn size(dimensions: &[Dimension]) -> u128 {
    dimensions.iter().fold(1, |size: u128, dimension| size.saturating_mul(dimension.choices.len() as u128))
}

/// One of all points, each as likely. Every dimension has a choice.
pub fn any(dimensions: &[Dimension], random: &mut Random) -> Point {
    dimensions.iter().map(|dimension| random.below(dimension.choices.len())).collect()
}

/// One of those points that are not among `tried`, each as likely; none if there is none. Takes about as many draws as there
/// are points tried, at the most: only where nearly all were tried does it take more than a few.
pub fn untried(dimensions: &[Dimension], tried: &BTreeSet<&Point>, random: &mut Random) -> Option<Point> {
    if tried.len() as u128 >= size(dimensions) {
        return None;
    }
    loop {
        let point = any(dimensions, random);
        if !tried.contains(&point) {
            return Some(point);
        }
    }
}

/// The points of all trials but `number`, whatever their state.
pub fn tried<'a>(study: &Study<'a>, number: u64) -> BTreeSet<&'a Point> {
    let others = study.trials.iter().filter(|trial| trial.number != number);
    others.filter_map(|trial| point(study, trial)).collect()
}

/// The point of a trial, if it has one that this study can have.
pub fn point<'a>(study: &Study, trial: &'a Trial) -> Option<&'a Point> {
    let point = trial.point.as_ref()?;
    let fits = |(place, dimension): (&usize, &Dimension)| *place < dimension.choices.len();
    let all = point.len() == study.dimensions.len() && point.iter().zip(study.dimensions).all(fits);
    all.then_some(point)
}
