//! Files of events, checked against the network, in its port integers where asked for.

use super::Failure;
use super::design::Design;
use super::inputs::{self, Inputs};
use crate::config::Config;
use crate::data::{Dataset, array, dataset};
use crate::emulate::io::{self, IoError};
use ndarray::{Array2, s};
use std::path::Path;

/// Something is wrong with the events of this file.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{file}: {error}")]
#[diagnostic(forward(error))]
struct InFile {
    file: String,
    error: IoError,
}

/// Labelled events of a file, in physical units: as many features as the network has, in its order, and labels that
/// are its classes.
///
/// # Errors
/// A file that does not fit the network.
pub fn labelled(config: &Config, path: &Path) -> Result<Dataset, Failure> {
    let data = dataset::load(path)?;
    data.check_features(config.features())?;
    data.check_order(&config.input.names)?;
    data.check_labels(config.label_classes().len())?;
    Ok(data)
}

/// The first labelled events of a file, at most `most`, as port integers.
///
/// # Errors
/// A file that does not fit the network.
pub fn first(design: &Design, path: &Path, most: usize) -> Result<Vec<Vec<i128>>, Failure> {
    let data = labelled(&design.config, path)?;
    let some = data.x.slice(s![..most.min(data.len()), ..]);
    Ok(rows(&of_design(design)?.integers(some).map_err(in_file(&data.file))?))
}

/// Events of a file, as executors take them.
#[derive(Debug)]
pub enum Source {
    /// In physical units, and how they become port integers.
    Physical(Array2<f64>, Inputs),
    /// Port integers.
    Raw(Array2<i64>),
}

impl Source {
    /// The events of the file at `path`: port integers if it is `raw`, else physical units.
    ///
    /// # Errors
    /// A file that cannot be read or does not fit the ports.
    pub fn open(design: &Design, path: &Path, raw: bool) -> Result<Source, Failure> {
        let inputs = of_design(design)?;
        let file = path.display().to_string();
        if raw {
            let rows = array::read_integers(path)?;
            io::check_raw(rows.view(), inputs.features()).map_err(in_file(&file))?;
            return Ok(Source::Raw(rows));
        }
        let rows = array::read(path)?;
        inputs.check(rows.ncols()).map_err(in_file(&file))?;
        Ok(Source::Physical(rows, inputs))
    }

    /// Port integers, rows × features, block by block.
    pub fn blocks(&self) -> Box<dyn Iterator<Item = Array2<i128>> + '_> {
        match self {
            Source::Raw(rows) => Box::new(inputs::blocks(rows).map(|block| block.mapv(i128::from))),
            Source::Physical(rows, inputs) => {
                let integers = |block| inputs.integers(block).expect("finite numbers, one for each port");
                Box::new(inputs::blocks(rows).map(integers))
            }
        }
    }
}

/// Rows as the executors take them.
pub fn rows(events: &Array2<i128>) -> Vec<Vec<i128>> {
    events.outer_iter().map(|row| row.to_vec()).collect()
}

/// The inputs of a design, standardized by its weights file.
///
/// # Errors
/// An input quantizer that is no grid.
pub fn of_design(design: &Design) -> Result<Inputs, Failure> {
    Inputs::new(&design.config, inputs::stored(&design.config, &design.weights)?)
}

/// What is wrong is wrong with the events of `file`.
pub fn in_file(file: &str) -> impl FnOnce(IoError) -> Failure + use<> {
    let file = file.to_owned();
    move |error| Failure::input(InFile { file, error })
}
