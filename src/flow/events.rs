//! Features → port integers: standardized, then onto the grid of the input quantizer.

use super::Failure;
use crate::config::{Config, Weights};
use crate::data::standardize::Standardize;
use crate::fixed::{Dyadic, Rounding};
use crate::quantizer::Hardware;
use miette::miette;

/// The grid of an input port.
#[derive(Debug, Clone, Copy)]
pub struct Grid {
    /// Fraction digits.
    pub frac: i32,
    /// How others are dropped.
    pub rounding: Rounding,
    /// The least integer.
    pub lo: i128,
    /// The greatest integer.
    pub hi: i128,
}

impl Grid {
    /// The integer of a feature; beyond the grid it saturates. `None` for NaN.
    pub fn integer(&self, x: f64) -> Option<i128> {
        if x.is_infinite() {
            return Some(if x > 0.0 { self.hi } else { self.lo });
        }
        let scaled = Dyadic::from_f64(x)?.scaled(self.frac).round(self.rounding);
        let end = if scaled < Dyadic::ZERO { self.lo } else { self.hi };
        Some(scaled.to_integer(0).map_or(end, |v| v.clamp(self.lo, self.hi)))
    }
}

/// How the features of one network become port integers.
#[derive(Debug, Clone)]
pub struct Encoder {
    grid: Grid,
    standardize: Option<Standardize>,
}

impl Encoder {
    /// The encoder of `config` with the standardization of `weights`.
    ///
    /// # Errors
    /// A standardization that is none.
    pub fn new(config: &Config, weights: &Weights) -> Result<Encoder, Failure> {
        let Hardware::Grid { frac, rounding, lo, hi, .. } = config.input.quantizer.hardware() else {
            return Err(Failure::Input(miette!(
                "`{}` is no evenly spaced grid",
                config.input.quantizer.text()
            )));
        };
        let constants = weights.standardization().filter(|_| config.data.standardize);
        let standardize = constants.map(|(mean, scale)| Standardize::new(mean.to_vec(), scale.to_vec()));
        let standardize = standardize.transpose().map_err(|e| Failure::Input(miette!("{e}")))?;
        Ok(Encoder { grid: Grid { frac, rounding, lo, hi }, standardize })
    }

    /// The port integers of one event in physical units.
    ///
    /// # Errors
    /// Features that are too few, too many, or not numbers.
    pub fn event<T: Copy + Into<f64>>(&self, features: &[T]) -> Result<Vec<i128>, String> {
        let real = match &self.standardize {
            Some(standardize) => standardize.row(features).map_err(|e| e.to_string())?,
            None => features.iter().map(|x| (*x).into()).collect(),
        };
        let integer = |(i, x): (usize, &f64)| {
            self.grid.integer(*x).ok_or_else(|| format!("feature {i} is not a number"))
        };
        real.iter().enumerate().map(integer).collect()
    }
}

/// Labelled events of a file as port integers, and their labels.
///
/// # Errors
/// A file that does not fit the network.
pub fn load(
    config: &Config,
    weights: &Weights,
    path: &std::path::Path,
) -> Result<(Vec<Vec<i128>>, Vec<u32>), Failure> {
    let data = crate::data::dataset::load(path)?;
    data.check_features(config.features())?;
    data.check_labels(config.output.classes.len())?;
    let encoder = Encoder::new(config, weights)?;
    let event = |(row, x): (usize, ndarray::ArrayView1<f32>)| {
        encoder
            .event(x.to_vec().as_slice())
            .map_err(|e| Failure::Input(miette!("{}, row {row}: {e}", data.file)))
    };
    let events: Result<Vec<_>, Failure> = data.x.outer_iter().enumerate().map(event).collect();
    Ok((events?, data.y.clone()))
}
