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
    sides: Vec<Side>,
    points: Vec<&'a Point>,
    /// Of each point's kernel; the even one's is `PRIOR`.
    weights: Vec<f64>,
    /// The sum of all weights.
    weight: f64,
}

/// What the kernels are along one dimension.
#[derive(Debug)]
struct Side {
    choices: usize,
    /// How often a draw is the choice of the kernel's point for sure; otherwise it is any.
    kept: f64,
    /// The logarithm of how likely the choice of the kernel's point is.
    same: f64,
    /// The logarithm of how likely each other choice is.
    other: f64,
}

impl Side {
    /// With `spread` for each choice beside the 1 of the point's own.
    fn of(dimension: &Dimension, spread: f64) -> Side {
        let choices = dimension.choices.len();
        let total = 1.0 + spread * count(choices);
        let (same, other) = (libm::log((1.0 + spread) / total), libm::log(spread / total));
        Side { choices, kept: 1.0 / total, same, other }
    }
}

impl<'a> Parzen<'a> {
    /// The density of these points, the oldest first.
    pub(super) fn of(dimensions: &[Dimension], points: Vec<&'a Point>) -> Parzen<'a> {
        let spread = PRIOR / count(points.len() + 1);
        let sides = dimensions.iter().map(|dimension| Side::of(dimension, spread)).collect();
        let weights = weights(points.len());
        let weight = weights.iter().sum::<f64>() + PRIOR;
        Parzen { sides, points, weights, weight }
    }

    /// A point drawn from it.
    pub(super) fn draw(&self, random: &mut Random) -> Point {
        let kernel = self.kernel(unit(random) * self.weight);
        let choice = |(at, side): (usize, &Side)| match kernel {
            Some(point) if unit(random) < side.kept => point[at],
            _ => random.below(side.choices),
        };
        self.sides.iter().enumerate().map(choice).collect()
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

    /// The natural logarithm of how likely `point` is.
    pub(super) fn log_density(&self, point: &Point) -> f64 {
        let even: f64 = self.sides.iter().map(|side| -libm::log(count(side.choices))).sum();
        let logs: Vec<f64> =
            self.points.iter().map(|centre| self.log_kernel(centre, point)).chain([even]).collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights = self.weights.iter().chain([&PRIOR]);
        let sum: f64 = logs.iter().zip(weights).map(|(log, weight)| weight * libm::exp(log - most)).sum();
        most + libm::log(sum / self.weight)
    }

    fn log_kernel(&self, centre: &Point, point: &Point) -> f64 {
        let sides = self.sides.iter().zip(centre.iter().zip(point));
        sides.map(|(side, (a, b))| if a == b { side.same } else { side.other }).sum()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::domain::Choice;

    fn dimensions(choices: &[usize]) -> Vec<Dimension> {
        let list = |&n: &usize| (0..n).map(|at| Choice::Text(at.to_string())).collect();
        choices.iter().map(|n| Dimension { name: n.to_string(), choices: list(n) }).collect()
    }

    fn all(choices: &[usize]) -> Vec<Point> {
        choices.iter().fold(vec![vec![]], |points, &n| {
            points.iter().flat_map(|point| (0..n).map(move |at| [point.clone(), vec![at]].concat())).collect()
        })
    }

    #[test]
    fn the_density_sums_to_one_and_draws_follow_it() {
        let sizes = [3, 1, 4];
        let (a, b) = (vec![0, 0, 3], vec![2, 0, 3]);
        let parzen = Parzen::of(&dimensions(&sizes), vec![&a, &b]);
        let density: Vec<f64> =
            all(&sizes).iter().map(|point| libm::exp(parzen.log_density(point))).collect();
        assert!((density.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let mut random = Random::new(3);
        let drawn: Vec<Point> = (0..100_000).map(|_| parzen.draw(&mut random)).collect();
        for (point, expected) in all(&sizes).iter().zip(density) {
            let found = count(drawn.iter().filter(|&d| d == point).count()) / 100_000.0;
            assert!((found - expected).abs() < 0.005, "{point:?}: {found} for {expected}");
        }
    }

    #[test]
    fn one_point_counts_as_much_as_the_prior() {
        let point = vec![1];
        let parzen = Parzen::of(&dimensions(&[4]), vec![&point]);
        // half of it even; the kernel: 1 + 1/2 there, 1/2 elsewhere, of 3 in all
        assert!((libm::exp(parzen.log_density(&vec![1])) - (0.5 * 0.25 + 0.5 * 0.5)).abs() < 1e-12);
        assert!((libm::exp(parzen.log_density(&vec![0])) - (0.5 * 0.25 + 0.5 / 6.0)).abs() < 1e-12);
    }

    #[test]
    fn old_points_count_less() {
        assert_eq!(weights(25), vec![1.0; 25]);
        assert_eq!(weights(28)[..4], [1.0 / 28.0, (1.0 + 1.0 / 28.0) / 2.0, 1.0, 1.0]);
        assert_eq!((weights(0).len(), weights(26).len()), (0, 26));
    }
}
