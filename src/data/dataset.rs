//! Labelled events: features, labels, and the names of both.

use super::{DataError, array, array::Kind, csv, error, npz::Npz};
use ndarray::{Array2, ArrayD, ArrayView1, Axis, Ix2};
use std::path::Path;

/// Events with the class of each.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// The file, for messages.
    pub file: String,
    /// Rows × features, in physical units.
    pub x: Array2<f32>,
    /// The class of each row, from 0.
    pub y: Vec<u32>,
    /// One name a feature, if the file has them.
    pub feature_names: Option<Vec<String>>,
    /// One name a class, if the file has them.
    pub class_names: Option<Vec<String>>,
}

/// The labelled events of a file:
/// - `.npz`: `x` (rows × features), `y` (a label a row, or a one-hot row), and where present
///   `feature_names` and `class_names`;
/// - `.csv`: the column called `y` or `label`, else the last one, holds the labels.
///
/// # Errors
/// A file that is neither, is cut short or empty, has ragged rows, an element that is not finite, or a label that
/// is no whole number.
pub fn load(path: impl AsRef<Path>) -> Result<Dataset, DataError> {
    let path = path.as_ref();
    match Kind::of(path)? {
        Kind::Npz => from_npz(path),
        Kind::Csv => from_csv(path),
        Kind::Npy => {
            let wanted = "labels: an .npz with `x` and `y`, or a .csv, does".to_owned();
            Err(DataError::NoSuchArray { file: error::name(path), wanted, present: "just one".to_owned() })
        }
    }
}

impl Dataset {
    /// How many events there are.
    pub fn len(&self) -> usize {
        self.y.len()
    }

    /// Whether there is none. Never so for a loaded one.
    pub fn is_empty(&self) -> bool {
        self.y.is_empty()
    }

    /// The events at `rows`, in that order.
    #[must_use]
    pub fn rows(&self, rows: &[usize]) -> Dataset {
        Dataset {
            file: self.file.clone(),
            x: self.x.select(Axis(0), rows),
            y: rows.iter().map(|r| self.y[*r]).collect(),
            feature_names: self.feature_names.clone(),
            class_names: self.class_names.clone(),
        }
    }

    /// Every label is one of `classes`.
    ///
    /// # Errors
    /// The first row whose label is not.
    pub fn check_labels(&self, classes: usize) -> Result<(), DataError> {
        match self.y.iter().position(|y| *y as usize >= classes) {
            None => Ok(()),
            Some(row) => Err(DataError::Label {
                file: self.file.clone(),
                row,
                label: self.y[row].to_string(),
                classes,
            }),
        }
    }

    /// Not all events at `rows` are of one class: there is something to learn.
    ///
    /// # Errors
    /// [`DataError::OneClass`].
    pub fn check_differs(&self, rows: &[usize]) -> Result<(), DataError> {
        let first = rows.first().map(|row| self.y[*row]);
        match first.filter(|label| rows.iter().all(|row| self.y[*row] == *label)) {
            None => Ok(()),
            Some(label) => Err(DataError::OneClass { file: self.file.clone(), rows: rows.len(), label }),
        }
    }

    /// The events' features stand in the order of `wanted`, if the file has the same names. Other names say nothing.
    ///
    /// # Errors
    /// [`DataError::FeatureOrder`], at the first column in the wrong place.
    pub fn check_order(&self, wanted: &[String]) -> Result<(), DataError> {
        let Some(names) = &self.feature_names else { return Ok(()) };
        let same = names.len() == wanted.len() && wanted.iter().all(|name| names.contains(name));
        let wrong = names.iter().zip(wanted).position(|(found, wanted)| found != wanted);
        let Some(place) = wrong.filter(|_| same) else { return Ok(()) };
        let (found, wanted) = (names[place].clone(), wanted[place].clone());
        Err(DataError::FeatureOrder { file: self.file.clone(), column: place + 1, found, wanted })
    }

    /// The events have the `wanted` number of features.
    ///
    /// # Errors
    /// [`DataError::Features`], with both numbers.
    pub fn check_features(&self, wanted: usize) -> Result<(), DataError> {
        let found = self.x.ncols();
        (found == wanted).then_some(()).ok_or(DataError::Features { file: self.file.clone(), found, wanted })
    }
}

fn from_npz(path: &Path) -> Result<Dataset, DataError> {
    let file = error::name(path);
    let mut npz = Npz::open(path)?;
    let x = array::rows(npz.array::<f32>("x")?, &format!("{file}: array `x`"))?;
    if let Some(label) = npz.strings("y")?.and_then(|labels| labels.into_iter().next()) {
        return Err(DataError::NotAClass {
            file: format!("{file}: array `y`"),
            place: "row 0".to_owned(),
            label,
        });
    }
    let y = labels(&npz.array::<i64>("y")?, &format!("{file}: array `y`"))?;
    if x.nrows() != y.len() {
        return Err(DataError::Rows { file, rows: x.nrows(), labels: y.len() });
    }
    let feature_names = npz.strings("feature_names")?.filter(|names| names.len() == x.ncols());
    let class_names = npz.strings("class_names")?;
    Ok(Dataset { file, x, y, feature_names, class_names })
}

/// A label a row, or the place of the 1 in a row of zeros.
fn labels(y: &ArrayD<i64>, at: &str) -> Result<Vec<u32>, DataError> {
    let shape = y.shape().to_vec();
    match shape.as_slice() {
        [_] | [_, 1] => y.iter().enumerate().map(|(row, label)| whole(row, *label, at)).collect(),
        [_, _] => {
            let rows = y.view().into_dimensionality::<Ix2>().expect("two dimensions");
            rows.outer_iter().enumerate().map(|(row, values)| one_hot(row, values, at)).collect()
        }
        _ => Err(DataError::Shape {
            file: at.to_owned(),
            shape,
            wanted: "(rows,) or (rows, classes)".to_owned(),
        }),
    }
}

fn whole(row: usize, label: i64, at: &str) -> Result<u32, DataError> {
    u32::try_from(label).map_err(|_| DataError::NotAClass {
        file: at.to_owned(),
        place: format!("row {row}"),
        label: label.to_string(),
    })
}

fn one_hot(row: usize, values: ArrayView1<i64>, at: &str) -> Result<u32, DataError> {
    hot(values).ok_or_else(|| DataError::Value {
        file: at.to_owned(),
        index: vec![row],
        value: format!("{values}"),
        wanted: "one-hot: one 1 among zeros",
    })
}

/// The place of the only 1 among zeros.
fn hot(row: ArrayView1<i64>) -> Option<u32> {
    let place = row.iter().position(|v| *v == 1)?;
    let zeros = row.iter().filter(|v| **v == 0).count();
    (zeros + 1 == row.len()).then(|| u32::try_from(place).ok())?
}

fn from_csv(path: &Path) -> Result<Dataset, DataError> {
    let csv::Labelled { names, x, y } = csv::read_labelled(path)?;
    Ok(Dataset { file: error::name(path), x, y, feature_names: names, class_names: None })
}
