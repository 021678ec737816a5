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
}
