//! How much signal is kept at a given rate of background.

use super::{Score, accuracy::fraction, groups};

/// A cut `score >= threshold` and what it keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut<S> {
    /// The lowest score that is kept; `None` keeps nothing.
    pub threshold: Option<S>,
    /// The fraction of the signal that is kept.
    pub signal: f64,
    /// The fraction of the background that is kept: at most the rate asked for.
    pub background: f64,
}

/// The loosest cut that keeps at most the fraction `rate` of the background.
///
/// Scores are discrete and so are cuts: nothing is interpolated, and events of equal score are kept or
/// dropped together, as a trigger's comparator does.
///
/// ```
/// use heteroq::metrics::efficiency::cut;
/// let scores = [9_i64, 7, 7, 5, 3];
/// let signal = [true, true, false, true, false];
/// assert_eq!(cut(&scores, &signal, 0.0).signal, 1.0 / 3.0); // the two sevens go together
/// assert_eq!(cut(&scores, &signal, 0.5).threshold, Some(5));
/// ```
///
/// # Panics
/// If there is not one score for each event.
pub fn cut<S: Score>(scores: &[S], signal: &[bool], rate: f64) -> Cut<S> {
    let groups = groups(scores, signal);
    let total_signal = groups.iter().map(|g| g.signal).sum();
    let total_background = groups.iter().map(|g| g.background).sum();
    let mut best = Cut { threshold: None, signal: 0.0, background: 0.0 };
    let (mut kept_signal, mut kept_background) = (0, 0);
    for group in groups.iter().rev() {
        kept_signal += group.signal;
        kept_background += group.background;
        let background = fraction(kept_background, total_background);
        if background > rate {
            break;
        }
        best = Cut { threshold: Some(group.score), signal: fraction(kept_signal, total_signal), background };
    }
    best
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact figures are meant")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Tries every threshold.
    fn by_trial(scores: &[i64], signal: &[bool], rate: f64) -> f64 {
        let kept = |wanted: bool, threshold: i64| {
            let side = scores.iter().zip(signal).filter(|(_, s)| **s == wanted);
            let (all, above) = (side.clone().count(), side.filter(|(v, _)| **v >= threshold).count());
            fraction(above as u64, all as u64)
        };
        let allowed = (-6..7).filter(|threshold| kept(false, *threshold) <= rate);
        allowed.map(|threshold| kept(true, threshold)).fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn no_threshold_keeps_more_signal(events in prop::collection::vec((-4..5_i64, any::<bool>()), 1..40), rate in 0.0..1.0) {
            let (scores, signal): (Vec<i64>, Vec<bool>) = events.into_iter().unzip();
            let cut = cut(&scores, &signal, rate);
            prop_assert_eq!(cut.signal, by_trial(&scores, &signal, rate));
            prop_assert!(cut.background <= rate);
        }
    }

    #[test]
    fn a_full_rate_keeps_everything_and_an_unreachable_one_nothing() {
        let (scores, signal) = ([1_i64, 1, 1], [true, false, true]);
        assert_eq!(cut(&scores, &signal, 1.0), Cut { threshold: Some(1), signal: 1.0, background: 1.0 });
        assert_eq!(cut(&scores, &signal, 0.5), Cut { threshold: None, signal: 0.0, background: 0.0 });
    }
}
