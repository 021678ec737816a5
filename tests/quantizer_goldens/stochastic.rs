//! How often each value is drawn at random, in training.

#![expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "counts and five digits")]

use crate::goldens::bytes;
use heteroq::data::random::Random;
use heteroq::quantizer::{self, Tensor};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How often we draw each tensor.
const DRAWS: usize = 20_000;

/// How far two frequencies may lie apart, in standard deviations of their difference.
const SIGMAS: f64 = 4.0;

/// Frequencies are stored with four digits, values with five.
const STORED: f64 = 0.5e-4;

/// One entry of `stochastic.json`.
#[derive(Deserialize)]
struct Entry {
    quantizer: String,
    draws: usize,
    x: Vec<f32>,
    shape: Vec<usize>,
    /// For each element, the values drawn, and how often each of them.
    frequencies: Vec<BTreeMap<String, f64>>,
}

#[test]
fn frequencies_are_those_of_qkeras() {
    let entries: Vec<Entry> =
        serde_json::from_slice(&bytes("quantizers/stochastic.json")).expect("a list of entries");
    let (mut wrong, mut compared, mut most) = (Vec::new(), 0, 0.0f64);
    for entry in &entries {
        let ours = ours(entry);
        for (i, theirs) in entry.frequencies.iter().enumerate() {
            for (value, p, q) in pairs(theirs, &ours[i]) {
                let distance = distance(entry.draws, p, q);
                (compared, most) = (compared + 1, most.max(distance));
                if distance > SIGMAS {
                    let x = entry.x[i];
                    let place = format!("{} [{i}] of {x}: {value}", entry.quantizer);
                    wrong.push(format!("{place}: expected {p}, got {q}, {distance:.1} sigmas"));
                }
            }
        }
    }
    eprintln!("{} entries, {compared} frequencies compared, {most:.2} sigmas at the most", entries.len());
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((entries.len(), compared), (23, 2_064));
}

/// For each element, our frequency of each value, by its five digits.
fn ours(entry: &Entry) -> Vec<BTreeMap<i64, f64>> {
    let spec = quantizer::parse(&entry.quantizer).unwrap_or_else(|e| panic!("{}: {e}", entry.quantizer));
    let tensor = Tensor { shape: &entry.shape, values: &entry.x };
    let mut random = Random::new(1);
    let mut counts = vec![BTreeMap::new(); entry.x.len()];
    for _ in 0..DRAWS {
        let drawn = spec.training(&tensor, &mut || uniform(&mut random)).expect("a tensor");
        for (value, counts) in drawn.into_iter().zip(&mut counts) {
            *counts.entry(digits(f64::from(value))).or_insert(0.0) += 1.0 / DRAWS as f64;
        }
    }
    counts
}

fn uniform(random: &mut Random) -> f32 {
    random.below(1 << 24) as f32 / (1 << 24) as f32
}

/// Five digits after the point.
fn digits(value: f64) -> i64 {
    (value * 1e5).round() as i64
}

/// Each value that either has, with their frequency and ours. (A last digit may be rounded to either side.)
fn pairs(theirs: &BTreeMap<String, f64>, ours: &BTreeMap<i64, f64>) -> Vec<(f64, f64, f64)> {
    let mut ours = ours.clone();
    let mut pairs = Vec::new();
    for (text, p) in theirs {
        let value: f64 = text.parse().expect("a number");
        let near = (-1..=1).filter_map(|step| ours.remove(&(digits(value) + step))).sum();
        pairs.push((value, *p, near));
    }
    pairs.extend(ours.into_iter().map(|(value, q)| (value as f64 / 1e5, 0.0, q)));
    pairs
}

/// How many standard deviations two frequencies of the same event lie apart. Of the two estimates of the variance, from
/// all draws together or from each sample alone, the larger: either may be far too small where an event is rare.
fn distance(draws: usize, p: f64, q: f64) -> f64 {
    let (n, m) = (draws as f64, DRAWS as f64);
    let both = (p * n + q * m) / (n + m);
    let together = both * (1.0 - both) * (1.0 / n + 1.0 / m);
    let alone = p * (1.0 - p) / n + q * (1.0 - q) / m;
    let sigma = together.max(alone).sqrt();
    ((p - q).abs() - STORED).max(0.0) / sigma.max(f64::MIN_POSITIVE)
}
