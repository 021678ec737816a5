//! Files of events → port integers: standardized, then onto the grid of the input ports.

use super::Failure;
use super::design::Design;
use crate::config::{Config, Weights};
use crate::data::standardize::Standardize;
use crate::data::{array, dataset};
use crate::emulate::io::{self, Feature, IoError};
use crate::fixed::Interval;
use crate::quantizer::Hardware;
use miette::miette;
use ndarray::Array2;
use std::path::Path;

/// Something is wrong with the events of this file.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{file}: {error}")]
#[diagnostic(forward(error))]
struct InFile {
    file: String,
    error: IoError,
}

/// Labelled events of a file as port integers, rows × features, and their labels.
///
/// # Errors
/// A file that does not fit the network.
pub fn labelled(design: &Design, path: &Path) -> Result<(Array2<i128>, Vec<u32>), Failure> {
    let data = dataset::load(path)?;
    data.check_features(design.config.features())?;
    data.check_order(&design.config.input.names)?;
    data.check_labels(design.config.output.classes.len())?;
    let events = quantized(design, data.x.mapv(f64::from), path)?;
    Ok((events, data.y))
}

/// Events of a file in physical units as port integers, rows × features.
///
/// # Errors
/// A file that does not fit the network.
pub fn physical(design: &Design, path: &Path) -> Result<Array2<i128>, Failure> {
    quantized(design, array::read(path)?, path)
}

/// Events of a file of port integers, rows × features.
///
/// # Errors
/// A file that does not fit the ports.
pub fn raw(design: &Design, path: &Path) -> Result<Array2<i128>, Failure> {
    let rows = array::read_integers(path)?;
    io::check_raw(rows.view(), &features(&design.config)?).map_err(in_file(path))?;
    Ok(rows.mapv(i128::from))
}

/// Rows as the executors take them.
pub fn rows(events: &Array2<i128>) -> Vec<Vec<i128>> {
    events.outer_iter().map(|row| row.to_vec()).collect()
}

fn quantized(design: &Design, rows: Array2<f64>, path: &Path) -> Result<Array2<i128>, Failure> {
    let features = features(&design.config)?;
    let rows = match standardization(&design.config, &design.weights)? {
        // A wrong number of columns is told below, with the file's name.
        Some(standardize) if rows.ncols() == features.len() => {
            standardize.rows(rows.view()).map_err(Failure::input)?
        }
        _ => rows,
    };
    io::quantize(rows.view(), &features).map_err(in_file(path))
}

fn in_file(path: &Path) -> impl FnOnce(IoError) -> Failure {
    let file = path.display().to_string();
    move |error| Failure::input(InFile { file, error })
}

/// The input ports, each with the grid of the input's quantizer.
fn features(config: &Config) -> Result<Vec<Feature>, Failure> {
    let quantizer = &config.input.quantizer;
    let Hardware::Grid { frac, rounding, lo, hi, .. } = quantizer.hardware() else {
        return Err(Failure::Input(miette!("`{}` is no evenly spaced grid", quantizer.text())));
    };
    let interval = Interval { lo, hi };
    let feature = |name: &String| Feature { name: name.clone(), frac, interval, rounding };
    Ok(config.input.names.iter().map(feature).collect())
}

fn standardization(config: &Config, weights: &Weights) -> Result<Option<Standardize>, Failure> {
    let constants = weights.standardization().filter(|_| config.data.standardize);
    let standardize = constants.map(|(mean, scale)| Standardize::new(mean.to_vec(), scale.to_vec()));
    standardize.transpose().map_err(Failure::input)
}
