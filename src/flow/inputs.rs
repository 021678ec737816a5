//! How physical units become what the network takes: standardized, then onto the grid of the input ports.

use super::Failure;
use crate::config::{Config, Weights};
use crate::data::standardize::Standardize;
use crate::emulate::fast::Integer;
use crate::emulate::io::{self, Feature, IoError};
use crate::fixed::{Dyadic, Interval};
use crate::quantizer::Hardware;
use miette::miette;
use ndarray::{Array2, ArrayView2, Axis};

/// Rows that are converted together: what they take in between is some megabytes.
const BLOCK: usize = 1 << 14;

/// The way of every feature into the network.
#[derive(Debug, Clone)]
pub struct Inputs {
    features: Vec<Feature>,
    /// What the port integer 1 stands for.
    scale: Dyadic,
    standardize: Option<Standardize>,
}

/// The rows of `x` in blocks, in order.
pub fn blocks<X>(x: &Array2<X>) -> impl Iterator<Item = ArrayView2<'_, X>> {
    x.axis_chunks_iter(Axis(0), BLOCK)
}

/// The `rows` of `x` in blocks, in that order.
pub fn chosen<X: Copy>(x: &Array2<X>, rows: &[usize]) -> impl Iterator<Item = Array2<X>> {
    rows.chunks(BLOCK).map(|rows| x.select(Axis(0), rows))
}

/// The standardization in the weights file, if the config wants one.
///
/// # Errors
/// Constants that cannot be used.
pub fn stored(config: &Config, weights: &Weights) -> Result<Option<Standardize>, Failure> {
    let constants = weights.standardization().filter(|_| config.data.standardize);
    let standardize = constants.map(|(mean, scale)| Standardize::new(mean.to_vec(), scale.to_vec()));
    standardize.transpose().map_err(Failure::input)
}

impl Inputs {
    /// The inputs of `config`, each feature standardized first if there is a `standardize`.
    ///
    /// # Errors
    /// An input quantizer that is no evenly spaced grid.
    pub fn new(config: &Config, standardize: Option<Standardize>) -> Result<Inputs, Failure> {
        let quantizer = &config.input.quantizer;
        let Hardware::Grid { frac, rounding, lo, hi, scale, offset: Dyadic::ZERO } = quantizer.hardware()
        else {
            return Err(Failure::Input(miette!(
                help = "use quantized_bits(bits, integer) for the input",
                "`{}` is no evenly spaced grid through 0, whose integers a port could carry",
                quantizer.text()
            )));
        };
        let interval = Interval { lo, hi };
        let feature = |name: &String| Feature { name: name.clone(), frac, interval, rounding };
        let features = config.input.names.iter().map(feature).collect();
        Ok(Inputs { features, scale, standardize })
    }

    /// The input ports.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// There are as many `columns` as features.
    ///
    /// # Errors
    /// [`IoError::Columns`].
    pub fn check(&self, columns: usize) -> Result<(), IoError> {
        let wanted = self.features.len();
        (columns == wanted).then_some(()).ok_or(IoError::Columns { found: columns, wanted })
    }

    /// Whether a `T` holds every integer of the ports.
    pub fn fit<T: Integer>(&self) -> bool {
        self.features.iter().all(|feature| T::all().covers(feature.interval))
    }

    /// The port integers of some rows in physical units.
    ///
    /// # Errors
    /// Another number of columns than the network has features.
    pub fn integers<X: Copy + Into<f64>, T: Integer>(
        &self,
        rows: ArrayView2<X>,
    ) -> Result<Array2<T>, IoError> {
        io::quantize(self.standard(rows).view(), &self.features)
    }

    /// Some rows in physical units as the ports' quantizers see them.
    pub fn standard<X: Copy + Into<f64>>(&self, rows: ArrayView2<X>) -> Array2<f64> {
        let standardize = self.standardize.as_ref().map(|standardize| standardize.rows(rows));
        match standardize {
            Some(Ok(standard)) => standard,
            // A wrong number of columns is told by who reads them, in the words of the ports.
            Some(Err(_)) | None => rows.mapv(Into::into),
        }
    }

    /// What a port's integer stands for: exactly, where 24 bits hold it; else the nearest f32.
    #[expect(clippy::cast_possible_truncation, reason = "the nearest f32 is meant")]
    pub fn value(&self, integer: i128) -> f32 {
        let exact = Dyadic::new(integer, 0).times(self.scale);
        exact.expect("a value of a grid has at most 127 bits").to_f64() as f32
    }
}
