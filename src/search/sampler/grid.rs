//! Every point, one after the other.

use super::{Sampler, Study};
use crate::search::domain::Point;

/// Trial `number` has the point of this number, as a car's odometer counts: the last dimension turns fastest. What is tried
/// is the same whoever tries it, and in whatever order.
#[derive(Debug, Clone, Copy)]
pub struct Grid;

impl Sampler for Grid {
    fn ask(&self, study: &Study, number: u64) -> Option<Point> {
        let mut rest = number;
        let mut point = Point::new();
        for dimension in study.dimensions.iter().rev() {
            let choices = dimension.choices.len() as u64;
            point.push(usize::try_from(rest % choices).expect("below the number of choices"));
            rest /= choices;
        }
        point.reverse();
        (rest == 0).then_some(point)
    }
}
