//! How likely signal scores above background.

use super::{Score, groups};

/// The area under the receiver operating characteristic: the probability that an event of the signal scores higher
/// than one of the background, an equal score counting half. `None` if there is no signal or no background.
///
/// Computed from the rank sum (Mann and Whitney's U), in integers up to the last division, so ties are exact.
///
/// ```
/// use heteroq::metrics::auc::auc;
/// assert_eq!(auc(&[3_i64, 1, 2, 1], &[true, false, true, true]), Some(2.5 / 3.0));
/// assert_eq!(auc(&[3_i64, 1], &[true, true]), None);
/// ```
///
/// # Panics
/// If there is not one score for each event.
#[expect(clippy::cast_precision_loss, reason = "a ratio of counted pairs")]
pub fn auc<S: Score>(scores: &[S], signal: &[bool]) -> Option<f64> {
    let (mut below, mut all, mut half_pairs) = (0_u128, 0_u128, 0_u128);
    for group in groups(scores, signal) {
        let (s, b) = (u128::from(group.signal), u128::from(group.background));
        half_pairs += s * (2 * below + b);
        below += b;
        all += s;
    }
    let pairs = below * all;
    (pairs > 0).then(|| half_pairs as f64 / (2 * pairs) as f64)
}

/// The area for each class against all others, from the class's own score.
pub fn one_versus_rest<S: Score, R: AsRef<[S]>>(
    scores: &[R],
    labels: &[u32],
    classes: usize,
) -> Vec<Option<f64>> {
    let one = |class: usize| {
        let own: Vec<S> = scores.iter().map(|row| row.as_ref()[class]).collect();
        let signal: Vec<bool> = labels.iter().map(|label| *label as usize == class).collect();
        auc(&own, &signal)
    };
    (0..classes).map(one).collect()
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every pair, by definition.
    fn by_pairs(scores: &[i64], signal: &[bool]) -> Option<f64> {
        let side =
            |wanted: bool| scores.iter().zip(signal).filter(move |(_, s)| **s == wanted).map(|(v, _)| *v);
        let pairs: Vec<(i64, i64)> = side(true).flat_map(|s| side(false).map(move |b| (s, b))).collect();
        let points: u32 = pairs.iter().map(|(s, b)| if s > b { 2 } else { u32::from(s == b) }).sum();
        (!pairs.is_empty()).then(|| f64::from(points) / (2.0 * pairs.len() as f64))
    }

    proptest! {
        #[test]
        fn it_is_the_share_of_pairs_in_order(events in prop::collection::vec((-4..5_i64, any::<bool>()), 0..60)) {
            let (scores, signal): (Vec<i64>, Vec<bool>) = events.into_iter().unzip();
            let expected = by_pairs(&scores, &signal);
            prop_assert_eq!(auc(&scores, &signal), expected);
            let wide: Vec<i128> = scores.iter().map(|s| i128::from(*s) << 100).collect();
            prop_assert_eq!(auc(&wide, &signal), expected);
            let floats: Vec<f64> = scores.iter().map(|s| *s as f64).collect();
            prop_assert_eq!(auc(&floats, &signal), expected);
        }
    }

    #[test]
    fn hand_made_cases() {
        let signal = [false, false, true, true];
        assert_eq!(auc(&[1_i64, 2, 3, 4], &signal), Some(1.0));
        assert_eq!(auc(&[3_i64, 4, 1, 2], &signal), Some(0.0));
        assert_eq!(auc(&[0_i64; 4], &signal), Some(0.5));
        assert_eq!(auc(&[-0.0, 0.0, 0.0, -0.0], &signal), Some(0.5));
        let scores = [vec![2_i64, 0], vec![1, 1], vec![0, 3]];
        assert_eq!(one_versus_rest(&scores, &[0, 0, 1], 2), [Some(1.0), Some(1.0)]);
    }
}
