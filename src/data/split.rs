//! Which rows are kept back for validation.

use super::random::Random;

/// Rows for training and rows for validation: disjoint, each in rising order, together all rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Rows for training.
    pub train: Vec<usize>,
    /// Rows for validation.
    pub validation: Vec<usize>,
}

/// A fraction that leaves nothing on one side.
#[derive(Debug, Clone, PartialEq, thiserror::Error, miette::Diagnostic)]
#[diagnostic(
    code(data::split),
    help("give more events, another fraction, or a file of its own: `data: {{validation: events.npz}}`")
)]
#[error(
    "a validation fraction of {fraction} leaves {validation} of {rows} rows for validation; both sides need some"
)]
pub struct SplitError {
    /// The fraction.
    pub fraction: f64,
    /// Rows in all.
    pub rows: usize,
    /// Rows that it would take.
    pub validation: usize,
}

/// `fraction` of the `rows`, rounded, drawn by `seed` without order: the same rows on every platform.
///
/// The first draws of a Fisher-Yates shuffle by [`Random`].
///
/// # Errors
/// [`SplitError`] if one side would be empty.
pub fn split(rows: usize, fraction: f64, seed: u64) -> Result<Split, SplitError> {
    let count = share(rows, fraction);
    if count == 0 || count >= rows {
        return Err(SplitError { fraction, rows, validation: count });
    }
    let mut random = Random::new(seed);
    let mut all: Vec<usize> = (0..rows).collect();
    for place in 0..count {
        let drawn = place + random.below(rows - place);
        all.swap(place, drawn);
    }
    let mut train = all.split_off(count);
    train.sort_unstable();
    all.sort_unstable();
    Ok(Split { train, validation: all })
}

/// `fraction` of `rows`, rounded; a fraction that is none counts as 0 or as everything.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "within 0..=rows"
)]
fn share(rows: usize, fraction: f64) -> usize {
    (rows as f64 * fraction.clamp(0.0, 1.0)).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_seed_draws_the_same_rows_everywhere() {
        let ten = split(10, 0.3, 1).unwrap();
        assert_eq!((ten.validation, ten.train.len()), (vec![1, 5, 8], 7));
        assert_ne!(split(1000, 0.3, 1).unwrap(), split(1000, 0.3, 2).unwrap());
    }

    #[test]
    fn both_sides_need_rows() {
        for fraction in [0.0, 0.01, 1.0, 0.99, -1.0, 7.0, f64::NAN] {
            assert!(split(10, fraction, 1).is_err(), "{fraction}");
        }
        assert!(split(0, 0.5, 1).is_err());
    }

    #[test]
    fn every_row_is_drawn_as_often_as_any_other() {
        let mut drawn = [0; 5];
        (0..5_000)
            .for_each(|seed| split(5, 0.4, seed).unwrap().validation.iter().for_each(|r| drawn[*r] += 1));
        assert!(drawn.iter().all(|d| (1_850..2_150).contains(d)), "{drawn:?}");
    }

    proptest! {
        #[test]
        fn the_sides_are_disjoint_rising_and_complete(rows in 2_usize..300, fraction in 0.1..0.9_f64, seed: u64) {
            let Ok(split) = split(rows, fraction, seed) else { return Ok(()) };
            prop_assert!(split.train.is_sorted() && split.validation.is_sorted());
            let mut all = [split.train, split.validation].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..rows).collect::<Vec<_>>());
        }
    }
}
