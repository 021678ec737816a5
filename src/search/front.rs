//! Which of several values at once are good: domination, fronts, how crowded they are, and how much they cover.
//!
//! Everything here speaks of *losses*: one number for each objective, smaller is better ([`losses`] makes them).

use super::trial::Direction;
use std::cmp::Ordering;

/// One number for each objective, smaller is better.
pub type Losses = Vec<f64>;

/// `values` as losses. What is no number is worse than every number.
///
/// ```
/// use heteroq::search::front::losses;
/// use heteroq::search::trial::Direction::{Maximize, Minimize};
/// assert_eq!(losses(&[0.75, 3000.0], &[Maximize, Minimize]), [-0.75, 3000.0]);
/// assert_eq!(losses(&[f64::NAN], &[Maximize]), [f64::INFINITY]);
/// ```
pub fn losses(values: &[f64], directions: &[Direction]) -> Losses {
    let loss = |(value, direction): (&f64, &Direction)| match (value.is_nan(), direction) {
        (true, _) => f64::INFINITY,
        (false, Direction::Minimize) => *value,
        (false, Direction::Maximize) => -value,
    };
    values.iter().zip(directions).map(loss).collect()
}

/// Whether `a` is nowhere worse than `b`, and better somewhere.
pub fn dominates(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a <= b) && a.iter().zip(b).any(|(a, b)| a < b)
}

/// For each point the number of its front, from 0: the front of a point is the first that has no point which dominates
/// it. Equal points share one. (The efficient nondominated sort: Zhang et al., IEEE Trans. Evol. Comput. 19(2), 2015.)
///
/// ```
/// use heteroq::search::front::fronts;
/// assert_eq!(fronts(&[vec![2.0, 2.0], vec![1.0, 3.0], vec![1.0, 1.0]]), [1, 1, 0]);
/// ```
pub fn fronts(points: &[Losses]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| lexicographic(&points[a], &points[b]));
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut front = vec![0; points.len()];
    for point in order {
        let beaten =
            |members: &Vec<usize>| members.iter().rev().any(|&m| dominates(&points[m], &points[point]));
        front[point] = found.partition_point(beaten);
        match found.get_mut(front[point]) {
            Some(members) => members.push(point),
            None => found.push(vec![point]),
        }
    }
    front
}

/// By the first objective, then the next; both zeros are one, as where points are compared.
fn lexicographic(a: &[f64], b: &[f64]) -> Ordering {
    let each = a.iter().zip(b).map(|(a, b)| (a + 0.0).total_cmp(&(b + 0.0)));
    each.fold(Ordering::Equal, Ordering::then)
}

/// The points that none dominates, in the order in which they are given; equal ones are all kept, and those that are
/// infinitely bad in something are not.
pub fn pareto(points: &[Losses]) -> Vec<usize> {
    let real = |&at: &usize| points[at].iter().all(|&loss| loss < f64::INFINITY);
    let mut order: Vec<usize> = (0..points.len()).filter(real).collect();
    order.sort_by(|&a, &b| lexicographic(&points[a], &points[b]));
    let mut kept: Vec<usize> = Vec::new();
    for point in order {
        if !kept.iter().rev().any(|&other| dominates(&points[other], &points[point])) {
            kept.push(point);
        }
    }
    kept.sort_unstable();
    kept
}

/// How far apart the neighbours of each point of a front are, every objective in units of its range, summed; infinite for
/// those at an end (Deb et al., IEEE Trans. Evol. Comput. 6(2), 2002). Of equal points the first stands for all, and the
/// others have 0.
pub fn crowding(points: &[Losses]) -> Vec<f64> {
    let mut distances = vec![0.0; points.len()];
    let firsts = firsts(points);
    for objective in 0..points.first().map_or(0, Vec::len) {
        let mut order = firsts.clone();
        order.sort_by(|&a, &b| points[a][objective].total_cmp(&points[b][objective]));
        let loss = |at: usize| points[order[at]][objective];
        let last = order.len() - 1;
        let range = loss(last) - loss(0);
        for at in 0..=last {
            distances[order[at]] += match at == 0 || at == last {
                true => f64::INFINITY,
                false => share(loss(at + 1) - loss(at - 1), range),
            };
        }
    }
    distances
}

/// The first of every set of equal points.
fn firsts(points: &[Losses]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| lexicographic(&points[a], &points[b]));
    order.dedup_by(|next, first| points[*next] == points[*first]);
    order
}

fn share(part: f64, range: f64) -> f64 {
    match range > 0.0 && range.is_finite() {
        true => part / range,
        false => 0.0,
    }
}

/// The volume of what `points` dominate and `reference` does not: points that are not better than `reference` in everything
/// add none. Exact; slices along the last objective, each a hypervolume of the others: O(n^m) for m objectives.
///
/// ```
/// use heteroq::search::front::hypervolume;
/// assert_eq!(hypervolume(&[vec![1.0, 3.0], vec![2.0, 1.0]], &[4.0, 4.0]), 7.0);
/// ```
pub fn hypervolume(points: &[Losses], reference: &[f64]) -> f64 {
    let inside = |point: &&Losses| point.iter().zip(reference).all(|(loss, most)| loss < most);
    let mut inside: Vec<&[f64]> = points.iter().filter(inside).map(Vec::as_slice).collect();
    volume(&mut inside, reference)
}

fn volume(points: &mut [&[f64]], reference: &[f64]) -> f64 {
    let Some((&most, others)) = reference.split_last() else { return 0.0 };
    let last = others.len();
    points.sort_by(|a, b| a[last].total_cmp(&b[last]));
    if last == 0 {
        return points.first().map_or(0.0, |best| most - best[0]);
    }
    let ends: Vec<f64> = points.iter().skip(1).map(|point| point[last]).chain([most]).collect();
    let mut total = 0.0;
    for (at, end) in ends.into_iter().enumerate().take(points.len()) {
        let height = end - points[at][last];
        if height > 0.0 {
            total += height * volume(&mut points[..=at].to_vec(), others);
        }
    }
    total
}

/// The hypervolume of networks in (ln of a cost, a metric): how far the metrics are above that of `reference`, over the
/// logarithm of what they cost less. Both are (cost, metric); a cost below 1 counts as 1.
///
/// ```
/// use heteroq::search::front::hypervolume_of_log_cost;
/// let area = hypervolume_of_log_cost(&[(1000.0, 0.75)], (10_000.0, 0.25));
/// assert!((area - 10f64.ln() * 0.5).abs() < 1e-12);
/// ```
pub fn hypervolume_of_log_cost(networks: &[(f64, f64)], reference: (f64, f64)) -> f64 {
    let least = |cost: f64| if cost < 1.0 { 1.0 } else { cost };
    let point = |&(cost, metric): &(f64, f64)| vec![libm::log(least(cost)), -metric];
    hypervolume(&networks.iter().map(point).collect::<Vec<Losses>>(), &point(&reference))
}
