//! All figures of a network for labelled events.

use super::accuracy::{accuracy, argmax, confusion};
use super::{Score, auc, efficiency};
use serde::{Deserialize, Serialize};

/// Rates of background at which the signal's efficiency is given where nobody asks for others.
pub const BACKGROUND_RATES: [f64; 2] = [0.1, 0.01];

/// How well a network does. Classes stand in the order of its outputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Events that were evaluated.
    pub events: usize,
    /// The fraction of events whose highest score is their label's.
    pub accuracy: f64,
    /// The area under the curve of each class against the rest; null where there is no event on one side.
    /// Empty where the network gives a class and no scores.
    pub auc: Vec<Option<f64>>,
    /// Events of each label (row) taken for each class (column).
    pub confusion: Vec<Vec<u64>>,
    /// The rates of background of [`Evaluation::efficiency`], as fractions of all background.
    #[serde(default = "usual_rates")]
    pub background_rates: Vec<f64>,
    /// The signal's efficiency of each class (row) at each rate of background (column), which is the rest.
    pub efficiency: Vec<Vec<f64>>,
}

fn usual_rates() -> Vec<f64> {
    BACKGROUND_RATES.to_vec()
}

/// The figures of `scores`: one row an event, one score a class; efficiencies at these `rates` of background.
///
/// # Panics
/// If rows, labels and classes do not fit one another: `Dataset::check_labels` comes first.
pub fn evaluate<S: Score, R: AsRef<[S]>>(
    scores: &[R],
    labels: &[u32],
    classes: usize,
    rates: &[f64],
) -> Evaluation {
    let winners: Vec<usize> = scores.iter().map(|row| argmax(row.as_ref())).collect();
    let auc = auc::one_versus_rest(scores, labels, classes);
    let efficiency = (0..classes).map(|class| efficiencies(scores, labels, class, rates)).collect();
    let background_rates = rates.to_vec();
    Evaluation { auc, background_rates, efficiency, ..evaluate_classes(&winners, labels, classes) }
}

/// The figures of a network that gives the class itself (`argmax: true`).
///
/// # Panics
/// As [`evaluate`].
pub fn evaluate_classes(winners: &[usize], labels: &[u32], classes: usize) -> Evaluation {
    Evaluation {
        events: labels.len(),
        accuracy: accuracy(winners, labels),
        auc: Vec::new(),
        confusion: confusion(winners, labels, classes),
        background_rates: Vec::new(),
        efficiency: Vec::new(),
    }
}

fn efficiencies<S: Score, R: AsRef<[S]>>(
    scores: &[R],
    labels: &[u32],
    class: usize,
    rates: &[f64],
) -> Vec<f64> {
    let own: Vec<S> = scores.iter().map(|row| row.as_ref()[class]).collect();
    let signal: Vec<bool> = labels.iter().map(|label| *label as usize == class).collect();
    rates.iter().map(|rate| efficiency::cut(&own, &signal, *rate).signal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_four_events() {
        let scores = [vec![5_i128, 1], vec![4, 6], vec![3, 0], vec![2, 9]];
        let evaluation = evaluate(&scores, &[0, 0, 1, 1], 2, &BACKGROUND_RATES);
        assert_eq!((evaluation.events, evaluation.accuracy), (4, 0.5));
        assert_eq!(evaluation.auc, [Some(1.0), Some(0.5)]);
        assert_eq!(evaluation.confusion, [[1, 1], [1, 1]]);
        assert_eq!(evaluation.efficiency, [[1.0, 1.0], [0.5, 0.5]]);
        assert_eq!(evaluation.background_rates, [0.1, 0.01]);
        let flat: Vec<&[i128]> = scores.iter().map(Vec::as_slice).collect();
        let others = evaluate(&flat, &[0, 0, 1, 1], 2, &[0.5, 1.0, 0.0]);
        assert_eq!(others.efficiency, [[1.0, 1.0, 1.0], [0.5, 1.0, 0.5]]);
        assert_eq!(others.background_rates, [0.5, 1.0, 0.0]);
        let classes = evaluate_classes(&[0, 1, 0, 1], &[0, 0, 1, 1], 2);
        assert_eq!((classes.accuracy, classes.confusion), (evaluation.accuracy, evaluation.confusion));
    }
}
