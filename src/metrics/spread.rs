//! What several trainings of one network have in common.

use serde::{Deserialize, Serialize};

/// A mean and its spread.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The standard deviation of one value, from n − 1; none of a single one.
    pub deviation: Option<f64>,
}

impl Spread {
    /// That of `values`, at least one.
    ///
    /// ```
    /// use heteroq::metrics::spread::Spread;
    /// assert_eq!(Spread::of(&[1.0, 2.0, 6.0]), Spread { mean: 3.0, deviation: Some(7.0_f64.sqrt()) });
    /// assert_eq!(Spread::of(&[0.5]), Spread { mean: 0.5, deviation: None });
    /// ```
    pub fn of(values: &[f64]) -> Spread {
        let count = values.iter().fold(0.0, |count, _| count + 1.0);
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Spread { mean, deviation: (values.len() > 1).then(|| (squares / (count - 1.0)).sqrt()) }
    }

    /// All of it times `factor`.
    #[must_use]
    pub fn times(self, factor: f64) -> Spread {
        Spread {
            mean: factor * self.mean,
            deviation: self.deviation.map(|deviation| factor.abs() * deviation),
        }
    }
}
