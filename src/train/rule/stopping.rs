//! Which epoch is best, and when to stop before the last one.

use crate::config::training::EarlyStopping;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// How good the network was after an epoch, on the validation events.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The epoch, counted from 0.
    pub epoch: usize,
    /// The part of events that it classified rightly.
    pub accuracy: f64,
    /// The loss.
    pub loss: f64,
}

impl Figures {
    /// Whether these are better: a higher accuracy, or the same and a lower loss. What is equal is no better, so that
    /// the earlier epoch stays; nor is what is no number.
    pub fn better_than(&self, other: &Figures) -> bool {
        match self.accuracy.partial_cmp(&other.accuracy) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => self.loss < other.loss,
            _ => false,
        }
    }
}

/// What has been reached so far. All that must be kept to go on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// The best epoch.
    pub best: Option<Figures>,
    /// The accuracy that the next must exceed by `min_delta`.
    reached: Option<f64>,
    /// Epochs since it was reached.
    waited: usize,
}

impl Progress {
    /// Takes the figures of an epoch, once for each in order, and says whether it is the best one so far. Where the
    /// accuracy or the loss is not finite it is not.
    pub fn observe(&mut self, figures: Figures, rule: Option<EarlyStopping>) -> bool {
        let finite = figures.accuracy.is_finite() && figures.loss.is_finite();
        let least = rule.map_or(0.0, |rule| rule.min_delta);
        if finite && self.reached.is_none_or(|reached| figures.accuracy - least > reached) {
            (self.reached, self.waited) = (Some(figures.accuracy), 0);
        } else {
            self.waited += 1;
        }
        let best = finite && self.best.is_none_or(|best| figures.better_than(&best));
        if best {
            self.best = Some(figures);
        }
        best
    }

    /// Whether the accuracy has not risen for as many epochs as `rule` waits, as Keras's `EarlyStopping` on
    /// `val_accuracy`.
    pub fn is_over(&self, rule: Option<EarlyStopping>) -> bool {
        rule.is_some_and(|rule| self.waited >= rule.patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(epoch: usize, (accuracy, loss): (f64, f64)) -> Figures {
        Figures { epoch, accuracy, loss }
    }

    /// The best epoch, and the one after which training stops.
    fn run(rule: Option<EarlyStopping>, all: &[(f64, f64)]) -> (Option<usize>, Option<usize>) {
        let mut progress = Progress::default();
        let mut over = None;
        for (epoch, pair) in all.iter().enumerate() {
            progress.observe(figures(epoch, *pair), rule);
            let text = serde_json::to_string(&progress).unwrap();
            let again: Progress = serde_json::from_str(&text).unwrap();
            assert_eq!(again, progress);
            progress = again;
            over = over.or(progress.is_over(rule).then_some(epoch));
        }
        (progress.best.map(|best| best.epoch), over)
    }

    #[test]
    fn the_best_epoch_is_the_most_accurate_then_of_least_loss_then_the_earliest() {
        assert_eq!(run(None, &[(0.5, 1.0), (0.7, 1.0), (0.6, 0.1)]).0, Some(1));
        assert_eq!(run(None, &[(0.7, 1.0), (0.7, 0.9), (0.7, 0.95)]).0, Some(1));
        assert_eq!(run(None, &[(0.7, 0.9), (0.7, 0.9), (0.7, 0.9)]).0, Some(0));
    }

    #[test]
    fn an_epoch_without_numbers_is_never_the_best() {
        assert_eq!(run(None, &[(0.9, f64::INFINITY), (0.5, 1.0)]).0, Some(1));
        let mut progress = Progress::default();
        assert!(!progress.observe(figures(0, (f64::NAN, 1.0)), None));
        assert!(!progress.observe(figures(1, (0.5, f64::NAN)), None));
        assert_eq!(progress.best, None);
    }

    #[test]
    fn training_stops_after_as_many_epochs_without_a_rise() {
        let rule = |patience, min_delta| Some(EarlyStopping { patience, min_delta });
        let all = [(0.5, 1.0), (0.6, 1.0), (0.6, 0.9), (0.59, 1.0), (0.605, 1.0), (0.604, 1.0), (0.7, 1.0)];
        assert_eq!(run(rule(2, 0.0), &all), (Some(6), Some(3)));
        assert_eq!(run(rule(3, 0.0), &all), (Some(6), None));
        assert_eq!(run(rule(3, 0.01), &all), (Some(6), Some(4)));
        assert_eq!(run(None, &all), (Some(6), None));
    }
}
