//! How wrong outputs are, and which way is better: the batch's mean loss, shard by shard.
//!
//! ```text
//! cross-entropy    ln Σ e^(y[j] − y[label])              slope  softmax(y)[j] − t[j]
//! binary           mean over j of ln(1 + e^y[j]) − t[j] · y[j]    (sigmoid(y[j]) − t[j]) / width
//! mse              mean over j of (y[j] − t[j])²                  2 · (y[j] − t[j]) / width
//! ```
//!
//! t is 1 at the label's output and 0 at the others; with one output, t is the label. An event's loss is multiplied by
//! the weight of its class, and the mean divides by the number of events, as with Keras's `class_weight`.

use super::exponential;
use crate::config::training::{ClassWeights, Loss};
use multiversion::multiversion;

/// The events of a shard.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a> {
    /// Outputs of an event.
    pub width: usize,
    /// The class of each event: below `width`, or 0 and 1 if that is 1.
    pub labels: &'a [u32],
    /// The weight of each class.
    pub weights: &'a [f32],
    /// Events of the whole batch.
    pub total: usize,
}

/// The sum of the events' losses, and in `slopes` the gradient of the batch's mean loss with respect to each of
/// `outputs` (events × width). If an output is no number, neither is the sum.
pub fn loss(rule: Loss, outputs: &[f32], events: &Events, slopes: &mut [f32]) -> f64 {
    match rule {
        Loss::CrossEntropy => cross_entropy(outputs, events, slopes),
        Loss::BinaryCrossEntropy => binary_cross_entropy(outputs, events, slopes),
        Loss::MeanSquaredError => squares(outputs, events, slopes),
    }
}

/// The weight of each class, given how many events each has.
///
/// A class without events has the weight 0 where classes are balanced.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "counts are below 2^53")]
pub fn class_weights(rule: &ClassWeights, counts: &[usize]) -> Vec<f32> {
    let events: usize = counts.iter().sum();
    let balanced = |count: usize| events as f64 / (counts.len() as f64 * count as f64);
    match rule {
        ClassWeights::Equal => vec![1.0; counts.len()],
        ClassWeights::Balanced => {
            counts.iter().map(|n| if *n == 0 { 0.0 } else { balanced(*n) as f32 }).collect()
        }
        ClassWeights::Given(weights) => weights.iter().map(|weight| *weight as f32).collect(),
    }
}

impl Events<'_> {
    fn weight(&self, label: u32) -> f32 {
        self.weights[label as usize]
    }

    /// What an event's gradient is multiplied by.
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^24")]
    fn share(&self, label: u32) -> f32 {
        self.weight(label) / self.total as f32
    }

    /// t at output `place` of an event.
    fn target(&self, label: u32, place: usize) -> f32 {
        let hot = if self.width == 1 { label == 1 } else { label as usize == place };
        f32::from(u8::from(hot))
    }
}

fn cross_entropy(outputs: &[f32], events: &Events, slopes: &mut [f32]) -> f64 {
    let rows = outputs.chunks_exact(events.width).zip(slopes.chunks_exact_mut(events.width));
    rows.for_each(|(row, slope)| below_greatest(row, slope));
    exponentials(slopes);
    let rows = outputs.chunks_exact(events.width).zip(slopes.chunks_exact_mut(events.width));
    rows.zip(events.labels)
        .map(|((row, slope), label)| event_of_cross_entropy(row, *label, events, slope))
        .sum()
}

/// `y − max y`: what the exponentials are taken of, so that none is too great and one is 1.
fn below_greatest(row: &[f32], slope: &mut [f32]) {
    let greatest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    slope.iter_mut().zip(row).for_each(|(slope, y)| *slope = y - greatest);
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2", "x86_64+sse4.2", "aarch64+neon"))]
fn exponentials(values: &mut [f32]) {
    values.iter_mut().for_each(|x| *x = exponential::exp(*x));
}

/// From the exponentials of an event to its slopes.
#[expect(clippy::cast_possible_truncation, reason = "slopes are f32")]
fn event_of_cross_entropy(row: &[f32], label: u32, events: &Events, slope: &mut [f32]) -> f64 {
    let greatest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = slope.iter().map(|e| f64::from(*e)).sum();
    let (share, part) = (events.share(label), (1.0 / sum) as f32);
    slope.iter_mut().for_each(|e| *e *= part);
    slope[label as usize] -= 1.0;
    slope.iter_mut().for_each(|e| *e *= share);
    f64::from(events.weight(label)) * (libm::log(sum) + f64::from(greatest - row[label as usize]))
}

/// `ln(1 + e^y) = max(y, 0) + ln(1 + e^-|y|)` and `sigmoid(y)`, of one exponential.
#[expect(clippy::cast_possible_truncation, reason = "slopes are f32")]
fn binary_cross_entropy(outputs: &[f32], events: &Events, slopes: &mut [f32]) -> f64 {
    slopes.iter_mut().zip(outputs).for_each(|(slope, y)| *slope = -y.abs());
    exponentials(slopes);
    each(outputs, events, slopes, |y, target, small| {
        let (y, small) = (f64::from(y), f64::from(small));
        let sigmoid = if y < 0.0 { small } else { 1.0 } / (1.0 + small);
        let loss = y.max(0.0) - f64::from(target) * y + libm::log1p(small);
        (loss, (sigmoid - f64::from(target)) as f32)
    })
}

fn squares(outputs: &[f32], events: &Events, slopes: &mut [f32]) -> f64 {
    each(outputs, events, slopes, |y, target, _| {
        let off = y - target;
        (f64::from(off) * f64::from(off), 2.0 * off)
    })
}

/// The mean over the outputs of an event, for each event: `of` makes of an output, its target and what stands in
/// `slopes` its loss and its slope.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^24")]
fn each(
    outputs: &[f32],
    events: &Events,
    slopes: &mut [f32],
    of: impl Fn(f32, f32, f32) -> (f64, f32),
) -> f64 {
    let width = events.width as f32;
    let rows = outputs.chunks_exact(events.width).zip(slopes.chunks_exact_mut(events.width));
    let event = |((row, slope), label): ((&[f32], &mut [f32]), &u32)| {
        let share = events.share(*label) / width;
        let mut sum = 0.0;
        for (place, (y, slope)) in row.iter().zip(slope).enumerate() {
            let (loss, toward) = of(*y, events.target(*label, place), *slope);
            *slope = toward * share;
            sum += loss;
        }
        f64::from(events.weight(*label)) * sum / f64::from(width)
    };
    rows.zip(events.labels).map(event).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::rule::golden;
    use serde::Deserialize;

    const RULES: [Loss; 3] = [Loss::CrossEntropy, Loss::BinaryCrossEntropy, Loss::MeanSquaredError];

    #[derive(Deserialize)]
    struct Case {
        loss: String,
        width: usize,
        outputs: Vec<f64>,
        labels: Vec<u32>,
        class_weights: Option<Vec<f64>>,
        value: f64,
        gradient: Vec<f64>,
    }

    fn rule(word: &str) -> Loss {
        match word {
            "cross_entropy" => Loss::CrossEntropy,
            "binary_cross_entropy" => Loss::BinaryCrossEntropy,
            _ => Loss::MeanSquaredError,
        }
    }

    /// In two shards, of 3 events and of the others.
    fn by_shards(rule: Loss, outputs: &[f32], events: &Events) -> (f64, Vec<f32>) {
        let mut slopes = vec![f32::NAN; outputs.len()];
        let (cut, at) = (3 * events.width, 3);
        let (first, second) = slopes.split_at_mut(cut);
        let shard = |labels| Events { labels, ..*events };
        let sum = loss(rule, &outputs[..cut], &shard(&events.labels[..at]), first)
            + loss(rule, &outputs[cut..], &shard(&events.labels[at..]), second);
        (sum, slopes)
    }

    #[test]
    fn a_loss_is_that_of_keras() {
        for case in golden::read::<Vec<Case>>("losses") {
            let weights = golden::narrow(case.class_weights.as_deref().unwrap_or(&[1.0; 5]));
            let (width, labels, total) = (case.width, case.labels.as_slice(), case.labels.len());
            let events = Events { width, labels, weights: &weights, total };
            let (sum, slopes) = by_shards(rule(&case.loss), &golden::narrow(&case.outputs), &events);
            #[expect(clippy::cast_precision_loss, reason = "8")]
            golden::close(&[sum / total as f64], &[case.value], 1e-6);
            golden::near(&golden::wide(&slopes), &case.gradient, 1e-7);
            let away = |place: &usize| events.target(labels[place / width], place % width) == 0.0;
            for place in (0..slopes.len()).filter(away).filter(|place| case.gradient[*place].abs() > 1e-9) {
                golden::close(&[f64::from(slopes[place])], &[case.gradient[place]], 1e-6);
            }
        }
    }

    #[test]
    fn slopes_are_finite_differences() {
        let outputs: Vec<f32> = (0..20i16).map(|i| f32::from(i * 37 % 23 - 11) / 8.0).collect();
        let weights = [1.0, 0.5, 2.0, 0.25];
        let events = Events { width: 4, labels: &[0, 3, 1, 2, 2], weights: &weights, total: 7 };
        for rule in RULES {
            let (_, slopes) = by_shards(rule, &outputs, &events);
            for place in 0..outputs.len() {
                let at = |step: f32| {
                    let mut moved = outputs.clone();
                    moved[place] += step;
                    by_shards(rule, &moved, &events).0 / 7.0
                };
                let difference = (at(0.0625) - at(-0.0625)) / 0.125;
                assert!((difference - f64::from(slopes[place])).abs() < 1e-4, "{rule:?} at {place}");
            }
        }
    }

    #[test]
    fn no_number_among_the_outputs_shows() {
        for (rule, bad) in RULES.into_iter().flat_map(|rule| [(rule, f32::NAN), (rule, f32::INFINITY)]) {
            let events = Events { width: 2, labels: &[0], weights: &[1.0; 2], total: 1 };
            let sum = loss(rule, &[0.5, bad], &events, &mut [0.0; 2]);
            assert!(!sum.is_finite(), "{rule:?} of {bad}: {sum}");
        }
    }

    #[test]
    fn balanced_classes_weigh_the_same_in_all() {
        assert_eq!(class_weights(&ClassWeights::Equal, &[3, 1]), [1.0, 1.0]);
        assert_eq!(class_weights(&ClassWeights::Given(vec![0.5, 3.0]), &[3, 1]), [0.5, 3.0]);
        assert_eq!(class_weights(&ClassWeights::Balanced, &[8, 2, 0, 2]), [0.375, 1.5, 0.0, 1.5]);
    }
}
