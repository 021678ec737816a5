//! Where points lie: a density over all points, from some of them.

use crate::data::random::Random;
use crate::search::domain::{Dimension, Point};

/// How many points' worth the belief counts that every choice is as good as any other.
const PRIOR: f64 = 1.0;

/// So many of the latest points count fully; earlier ones less, the earlier the less.
const RECENT: usize = 25;

/// A mixture of kernels: one around each point, and one that is even. A kernel is a product over the dimensions: the choice of
/// its point is likely there, every other one is a little (Aitchison and Aitken, Biometrika 63(3), 1976).
#[derive(Debug)]
pub(super) struct Parzen<'a> {
    dimensions: &'a [Dimension],
    points: Vec<&'a Point>,
    /// Of each point's kernel; the even one's is `PRIOR`.
    weights: Vec<f64>,
    /// How likely the choice of a kernel's point is, for each dimension.
    same: Vec<f64>,
    /// How likely each other choice is.
    other: Vec<f64>,
}

impl<'a> Parzen<'a> {
    /// The density of these points, the oldest first.
    pub(super) fn of(dimensions: &'a [Dimension], points: Vec<&'a Point>) -> Parzen<'a> {
        let spread = PRIOR / count(points.len() + 1);
        let total = |dimension: &Dimension| 1.0 + spread * count(dimension.choices.len());
        let same = dimensions.iter().map(|dimension| (1.0 + spread) / total(dimension)).collect();
        let other = dimensions.iter().map(|dimension| spread / total(dimension)).collect();
        Parzen { dimensions, weights: weights(points.len()), points, same, other }
    }

    /// A point drawn from it.
    pub(super) fn draw(&self, random: &mut Random) -> Point {
        let kernel = self.kernel(unit(random) * (self.weights.iter().sum::<f64>() + PRIOR));
        let choice = |(at, dimension): (usize, &Dimension)| match kernel {
            Some(point) if unit(random) < self.same[at] - self.other[at] => point[at],
            _ => random.below(dimension.choices.len()),
        };
        self.dimensions.iter().enumerate().map(choice).collect()
    }

    /// The point whose kernel lies at `place` along the weights; none for the even kernel.
    fn kernel(&self, mut place: f64) -> Option<&'a Point> {
        for (point, weight) in self.points.iter().zip(&self.weights) {
            if place < *weight {
                return Some(point);
            }
            place -= weight;
        }
        None
    }

    /// The natural logarithm of its density at `point`, but for the same constant everywhere…
    pub(super) fn log_density(&self, point: &Point) -> f64 {
        let even: f64 =
            self.dimensions.iter().map(|dimension| -libm::log(count(dimension.choices.len()))).sum();
        let logs: Vec<(f64, f64)> =
            self.same.iter().zip(&self.other).map(|(s, o)| (libm::log(*s), libm::log(*o))).collect();
        let kernel = |centre: &&Point| -> f64 {
            let each = logs.iter().zip(centre.iter().zip(point));
            each.map(|((same, other), (a, b))| if a == b { same } else { other }).sum()
        };
        let exponents: Vec<f64> = self.points.iter().map(kernel).chain([even]).collect();
        let weights = self.weights.iter().chain([&PRIOR]);
        let most = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = exponents.iter().zip(weights).map(|(e, w)| w * libm::exp(e - most)).sum();
        most + libm::log(sum / (self.weights.iter().sum::<f64>() + PRIOR))
    }
}

/// Weights of so many points, the oldest first: a ramp, then ones.
fn weights(points: usize) -> Vec<f64> {
    let old = points.saturating_sub(RECENT);
    let first = 1.0 / count(points.max(1));
    let ramp = (0..old).map(|at| first + (1.0 - first) * count(at) / count(old.max(2) - 1));
    ramp.chain(std::iter::repeat_n(1.0, points - old)).collect()
}

fn unit(random: &mut Random) -> f64 {
    f64::from(random.unit())
}

#[expect(clippy::cast_precision_loss, reason = "numbers of trials and of choices")]
fn count(n: usize) -> f64 {
    n as f64
}
