//! How well scores tell classes apart. Scores are what the exact net puts out: integers, compared exactly.
//!
//! | file | answers |
//! |---|---|
//! | [`accuracy`] | which class wins, how often rightly, and what is taken for what |
//! | [`auc`] | how likely signal scores above background |
//! | [`efficiency`] | how much signal is kept at a given rate of background |
//! | [`evaluation`] | all of them for a network and labelled events |
//! | [`profile`] | which values each layer takes, and what its quantizer cuts off |
//! | [`spread`] | what several trainings of one network have in common |
//!
//! ```
//! use heteroq::metrics::evaluation::evaluate;
//! let scores = [vec![5_i64, -3], vec![2, 2], vec![-1, 7]];
//! let evaluation = evaluate(&scores, &[0, 1, 1], 2, &[0.01]);
//! assert_eq!(evaluation.accuracy, 2.0 / 3.0); // the tie goes to class 0
//! assert_eq!(evaluation.confusion, [[1, 0], [1, 1]]);
//! ```

pub mod accuracy;
pub mod auc;
pub mod efficiency;
pub mod evaluation;
pub mod profile;
pub mod spread;

use std::cmp::Ordering;

/// A score: an integer of a port, or a float.
pub trait Score: Copy {
    /// Which of the two is higher. Zeros of both signs are equal; a NaN stands above everything.
    fn compare(&self, other: &Self) -> Ordering;
}

impl Score for i64 {
    fn compare(&self, other: &i64) -> Ordering {
        self.cmp(other)
    }
}

impl Score for i128 {
    fn compare(&self, other: &i128) -> Ordering {
        self.cmp(other)
    }
}

impl Score for f64 {
    fn compare(&self, other: &f64) -> Ordering {
        self.partial_cmp(other).unwrap_or_else(|| self.is_nan().cmp(&other.is_nan()))
    }
}

/// Counts of signal and background that share a score, from the lowest score to the highest.
fn groups<S: Score>(scores: &[S], signal: &[bool]) -> Vec<Group<S>> {
    assert_eq!(scores.len(), signal.len(), "one score for each event");
    let mut events: Vec<(S, bool)> = scores.iter().copied().zip(signal.iter().copied()).collect();
    events.sort_by(|a, b| a.0.compare(&b.0));
    let same = |a: &(S, bool), b: &(S, bool)| a.0.compare(&b.0) == Ordering::Equal;
    let group = |events: &[(S, bool)]| {
        let signal = events.iter().filter(|e| e.1).count() as u64;
        Group { score: events[0].0, signal, background: events.len() as u64 - signal }
    };
    events.chunk_by(same).map(group).collect()
}

/// The events of one score.
struct Group<S> {
    score: S,
    signal: u64,
    background: u64,
}
