//! Which class wins, how often rightly, and what is taken for what.

use super::Score;
use std::cmp::Ordering;

/// The place of the highest score; the lowest place if there are several, as the hardware's argmax does.
///
/// ```
/// assert_eq!(heteroq::metrics::accuracy::argmax(&[3_i64, 7, 7, -1]), 1);
/// ```
///
/// # Panics
/// If there are no scores.
pub fn argmax<S: Score>(scores: &[S]) -> usize {
    assert!(!scores.is_empty(), "a network has outputs");
    let higher = |best: usize, place: usize| {
        if scores[place].compare(&scores[best]) == Ordering::Greater { place } else { best }
    };
    (1..scores.len()).fold(0, higher)
}

/// The fraction of `classes` that equal the labels; 0 if there are none.
pub fn accuracy(classes: &[usize], labels: &[u32]) -> f64 {
    assert_eq!(classes.len(), labels.len(), "one class for each label");
    let right = classes.iter().zip(labels).filter(|(class, label)| **class == **label as usize).count();
    fraction(right as u64, classes.len() as u64)
}

/// How many events of each label (row) were taken for each class (column).
///
/// # Panics
/// If a class or label is not below `count`: `Dataset::check_labels` comes first.
pub fn confusion(classes: &[usize], labels: &[u32], count: usize) -> Vec<Vec<u64>> {
    let mut table = vec![vec![0; count]; count];
    classes.iter().zip(labels).for_each(|(class, label)| table[*label as usize][*class] += 1);
    table
}

/// `part / whole`, 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "a fraction of counted events")]
pub(super) fn fraction(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact figures are meant")]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_lowest_class() {
        assert_eq!(argmax(&[0_i128]), 0);
        assert_eq!(argmax(&[-5_i64, -2, -2]), 1);
        assert_eq!(argmax(&[0.0, -0.0]), 0);
        assert_eq!(argmax(&[-0.0, 0.0]), 0);
        assert_eq!(argmax(&[i128::MIN, i128::MAX]), 1);
    }

    #[test]
    fn labels_are_rows_and_classes_columns() {
        let (classes, labels) = ([0, 1, 1, 2], [0, 1, 2, 2]);
        assert_eq!(confusion(&classes, &labels, 3), [[1, 0, 0], [0, 1, 0], [0, 1, 1]]);
        assert_eq!(accuracy(&classes, &labels), 0.75);
        assert_eq!(accuracy(&[], &[]), 0.0);
    }
}
