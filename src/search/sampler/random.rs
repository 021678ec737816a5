//! Any point, all as likely: what every other sampler must beat.

use super::{Sampler, Study, draw};
use crate::search::domain::Point;
use std::collections::BTreeSet;

/// Draws points evenly, none twice. The point of a trial depends on nothing that came of the others, nor on which of them
/// there are.
#[derive(Debug, Clone, Copy)]
pub struct Random;

impl Sampler for Random {
    fn ask(&self, study: &Study, number: u64) -> Option<Point> {
        if u128::from(number) >= draw::size(study.dimensions) {
            return None;
        }
        let mut said: BTreeSet<Point> = BTreeSet::new();
        for earlier in 0..number {
            said.insert(fresh(study, earlier, &said));
        }
        Some(fresh(study, number, &said))
    }
}

/// The first point of a trial's sequence that was not said before; there is one.
fn fresh(study: &Study, number: u64, said: &BTreeSet<Point>) -> Point {
    let mut random = draw::stream(study, number);
    loop {
        let point = draw::any(study.dimensions, &mut random);
        if !said.contains(&point) {
            return point;
        }
    }
}
