//! How physical units become what the network was trained on: `x' = (x − mean) / scale`, in `f64`.

use ndarray::{Array2, ArrayView2};

/// The constants of a standardization: one mean and one scale a feature, as the weights file holds them.
///
/// ```
/// use heteroq::data::standardize::Standardize;
/// let standardize = Standardize::new(vec![1.0, -2.0], vec![2.0, 0.5]).unwrap();
/// assert_eq!(standardize.row(&[2.0, -2.0]).unwrap(), [0.5, 0.0]);
/// assert!(Standardize::new(vec![1.0], vec![0.0]).is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Standardize {
    mean: Vec<f64>,
    scale: Vec<f64>,
}

/// Constants, or features, that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error, miette::Diagnostic)]
pub enum StandardizeError {
    /// Means and scales of different length.
    #[error("`input/mean` has {mean} elements and `input/scale` {scale}")]
    #[diagnostic(code(standardize::lengths))]
    Lengths {
        /// Elements of the mean.
        mean: usize,
        /// Elements of the scale.
        scale: usize,
    },
    /// A mean that is not finite.
    #[error("`input/mean` of feature {feature} is {value}, not a finite number")]
    #[diagnostic(code(standardize::mean))]
    Mean {
        /// The feature, from 0.
        feature: usize,
        /// Its mean.
        value: f64,
    },
    /// A scale that nothing can be divided by.
    #[error(
        "`input/scale` of feature {feature} is {value}: it must be finite and not zero (a constant feature takes 1)"
    )]
    #[diagnostic(code(standardize::scale))]
    Scale {
        /// The feature, from 0.
        feature: usize,
        /// Its scale.
        value: f64,
    },
    /// Events of another number of features.
    #[error("events have {found} features, `input/mean` has {wanted}")]
    #[diagnostic(code(standardize::features))]
    Features {
        /// Features of the events.
        found: usize,
        /// Features of the constants.
        wanted: usize,
    },
}

impl Standardize {
    /// The standardization by `mean` and `scale`.
    ///
    /// # Errors
    /// Different lengths, a mean or scale that is not finite, a scale of zero.
    pub fn new(mean: Vec<f64>, scale: Vec<f64>) -> Result<Standardize, StandardizeError> {
        if mean.len() != scale.len() {
            return Err(StandardizeError::Lengths { mean: mean.len(), scale: scale.len() });
        }
        if let Some(feature) = mean.iter().position(|v| !v.is_finite()) {
            return Err(StandardizeError::Mean { feature, value: mean[feature] });
        }
        if let Some(feature) = scale.iter().position(|v| !v.is_finite() || *v == 0.0) {
            return Err(StandardizeError::Scale { feature, value: scale[feature] });
        }
        Ok(Standardize { mean, scale })
    }

    /// The mean and the standard deviation (of all events, not of a sample) of each feature of the events at
    /// `rows`; 1 for a feature that is the same in all of them. In `f64`, in the order of `rows`.
    ///
    /// What is summed are differences from the first event, so that a constant feature's are exactly 0.
    ///
    /// # Panics
    /// If there are no rows, or some row is not one of `x`.
    pub fn fit(x: ArrayView2<f32>, rows: &[usize]) -> Standardize {
        let first = x.row(*rows.first().expect("events to be standardized"));
        let sums = |of: &dyn Fn(f64, usize) -> f64| {
            let mut sums = vec![0.0; x.ncols()];
            for row in rows {
                for (feature, (sum, (x, first))) in
                    sums.iter_mut().zip(x.row(*row).iter().zip(first)).enumerate()
                {
                    *sum += of(f64::from(*x) - f64::from(*first), feature);
                }
            }
            sums
        };
        #[expect(clippy::cast_precision_loss, reason = "a count of events")]
        let events = rows.len() as f64;
        let shift: Vec<f64> = sums(&|x, _| x).into_iter().map(|sum| sum / events).collect();
        let squares = sums(&|x, feature| (x - shift[feature]) * (x - shift[feature]));
        let deviation = |square: f64| if square > 0.0 { (square / events).sqrt() } else { 1.0 };
        Standardize {
            mean: first.iter().zip(&shift).map(|(first, shift)| f64::from(*first) + shift).collect(),
            scale: squares.into_iter().map(deviation).collect(),
        }
    }

    /// What is subtracted from each feature.
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// What it is then divided by.
    pub fn scale(&self) -> &[f64] {
        &self.scale
    }

    /// One event.
    ///
    /// # Errors
    /// [`StandardizeError::Features`].
    pub fn row<T: Copy + Into<f64>>(&self, event: &[T]) -> Result<Vec<f64>, StandardizeError> {
        self.check(event.len())?;
        let constants = self.mean.iter().zip(&self.scale);
        Ok(event.iter().zip(constants).map(|(x, (mean, scale))| ((*x).into() - mean) / scale).collect())
    }

    /// Rows × features.
    ///
    /// # Errors
    /// [`StandardizeError::Features`].
    pub fn rows<T: Copy + Into<f64>>(&self, events: ArrayView2<T>) -> Result<Array2<f64>, StandardizeError> {
        self.check(events.ncols())?;
        let one = |((_, feature), x): ((usize, usize), &T)| {
            ((*x).into() - self.mean[feature]) / self.scale[feature]
        };
        let values = events.indexed_iter().map(one).collect();
        Ok(Array2::from_shape_vec(events.dim(), values).expect("one for each element"))
    }

    fn check(&self, found: usize) -> Result<(), StandardizeError> {
        let wanted = self.mean.len();
        (found == wanted).then_some(()).ok_or(StandardizeError::Features { found, wanted })
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "exact figures are meant")]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn rows_and_row_agree_and_work_in_64_bits() {
        let standardize = Standardize::new(vec![0.1, 3.0], vec![0.3, -7.0]).unwrap();
        let x = array![[0.2_f32, 1.0], [1e-8, -5.5]];
        let all = standardize.rows(x.view()).unwrap();
        assert_eq!(all[[0, 0]], (f64::from(0.2_f32) - 0.1) / 0.3);
        assert_eq!(all[[1, 1]], (-5.5 - 3.0) / -7.0);
        for row in 0..2 {
            assert_eq!(standardize.row(&x.row(row).to_vec()).unwrap(), all.row(row).to_vec());
        }
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_its_feature() {
        let message = |mean: &[f64], scale: &[f64]| {
            Standardize::new(mean.into(), scale.into()).unwrap_err().to_string()
        };
        assert_eq!(message(&[1.0], &[]), "`input/mean` has 1 elements and `input/scale` 0");
        assert!(message(&[0.0, 0.0], &[1.0, 0.0]).starts_with("`input/scale` of feature 1 is 0:"));
        assert!(message(&[0.0, 0.0], &[1.0, f64::NAN]).starts_with("`input/scale` of feature 1 is NaN:"));
        assert!(message(&[f64::INFINITY], &[1.0]).starts_with("`input/mean` of feature 0 is inf,"));
        let two = Standardize::new(vec![0.0; 2], vec![1.0; 2]).unwrap();
        assert_eq!(two.row(&[1.0; 3]), Err(StandardizeError::Features { found: 3, wanted: 2 }));
    }

    #[test]
    fn a_fit_gives_means_of_0_and_deviations_of_1_over_its_rows() {
        let x = array![[1.0_f32, 5.0], [9e9, 9e9], [3.0, 5.5], [8.0, -2.5]];
        let fitted = Standardize::fit(x.view(), &[0, 2, 3]);
        assert_eq!(fitted.mean(), [4.0, 8.0 / 3.0]);
        assert_eq!(fitted.scale()[0], (26.0_f64 / 3.0).sqrt());
        let kept = fitted.rows(x.select(ndarray::Axis(0), &[0, 2, 3]).view()).unwrap();
        for column in kept.columns() {
            assert!(column.sum().abs() < 1e-14, "{column}");
            assert!((column.mapv(|v| v * v).sum() - 3.0).abs() < 1e-14, "{column}");
        }
    }

    #[test]
    fn a_constant_feature_takes_scale_1_exactly() {
        for constant in [0.1_f32, -3.3e8, 0.0, 1e-40, f32::MAX] {
            let x = Array2::from_elem((1000, 1), constant);
            let rows: Vec<usize> = (0..1000).collect();
            let fitted = Standardize::fit(x.view(), &rows);
            assert_eq!((fitted.mean(), fitted.scale()), (&[f64::from(constant)][..], &[1.0][..]));
            assert_eq!(fitted.row(&[constant]).unwrap(), [0.0]);
        }
    }

    /// Numbers far from 0 whose squares would drown their differences.
    #[test]
    fn a_small_spread_around_a_large_mean_is_found() {
        let x = array![[16_777_216.0_f32], [16_777_218.0], [16_777_220.0]];
        let fitted = Standardize::fit(x.view(), &[0, 1, 2]);
        assert_eq!(fitted.mean(), [16_777_218.0]);
        assert_eq!(fitted.scale(), [(8.0_f64 / 3.0).sqrt()]);
    }
}
