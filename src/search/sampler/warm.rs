//! Some points first, and what another sampler makes of them then: a warm start.

use super::{Sampler, Study, draw};
use crate::search::domain::Point;

/// Says its own points first, one for each of the first trials, and leaves the others to another sampler, which learns from
/// them as from any. That one must look at what was tried, so that no point is said twice.
#[derive(Debug)]
pub struct Warm {
    /// Its points, in order.
    pub first: Vec<Point>,
    /// The sampler of all trials after them.
    pub then: Box<dyn Sampler>,
}

impl Sampler for Warm {
    fn ask(&self, study: &Study, number: u64) -> Option<Point> {
        let first = usize::try_from(number).ok().and_then(|number| self.first.get(number));
        let untried = first.filter(|point| !draw::tried(study, number).contains(point));
        untried.cloned().or_else(|| self.then.ask(study, number))
    }

    fn is_hopeless(&self, study: &Study, number: u64) -> bool {
        self.then.is_hopeless(study, number)
    }
}
