//! Labelled events: features, labels, and the names of both.

use super::{DataError, Element, array, array::Kind, csv, error, npz::Npz};
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
    let bad = |row: usize, value: String, wanted| DataError::Value {
        file: at.to_owned(),
        index: vec![row],
        value,
        wanted,
    };
    let whole = |(row, value): (usize, &i64)| {
        u32::try_from(*value).map_err(|_| bad(row, value.to_string(), "a class, counted from 0"))
    };
    match shape.as_slice() {
        [_] | [_, 1] => y.iter().enumerate().map(whole).collect(),
        [_, _] => {
            let one = |(row, values): (usize, ArrayView1<i64>)| {
                hot(values).ok_or_else(|| bad(row, format!("{values}"), "one-hot: one 1 among zeros"))
            };
            let rows = y.view().into_dimensionality::<Ix2>().expect("two dimensions");
            rows.outer_iter().enumerate().map(one).collect()
        }
        _ => Err(DataError::Shape {
            file: at.to_owned(),
            shape,
            wanted: "(rows,) or (rows, classes)".to_owned(),
        }),
    }
}

/// The place of the only 1 among zeros.
fn hot(row: ArrayView1<i64>) -> Option<u32> {
    let place = row.iter().position(|v| *v == 1)?;
    let zeros = row.iter().filter(|v| **v == 0).count();
    (zeros + 1 == row.len()).then(|| u32::try_from(place).ok())?
}

fn from_csv(path: &Path) -> Result<Dataset, DataError> {
    let file = error::name(path);
    let table = csv::read::<f64>(path)?;
    let (rows, columns) = table.values.dim();
    if columns < 2 {
        let wanted = "(rows, features and a column of labels)".to_owned();
        return Err(DataError::Shape { file, shape: vec![rows, columns], wanted });
    }
    let named = |names: &Vec<String>| names.iter().position(|n| n == "y" || n == "label");
    let label = table.names.as_ref().and_then(named).unwrap_or(columns - 1);
    let whole = |(row, value): (usize, &f64)| {
        i64::from_float(*value).and_then(|v| u32::try_from(v).ok()).ok_or_else(|| {
            let wanted = "a class, counted from 0";
            DataError::Value { file: file.clone(), index: vec![row, label], value: value.to_string(), wanted }
        })
    };
    let y = table.values.column(label).iter().enumerate().map(whole).collect::<Result<_, _>>()?;
    let kept: Vec<usize> = (0..columns).filter(|c| *c != label).collect();
    let feature_names = table.names.map(|names| kept.iter().map(|c| names[*c].clone()).collect());
    let x = narrow(&table.values.select(Axis(1), &kept), &file)?;
    Ok(Dataset { file, x, y, feature_names, class_names: None })
}

/// The nearest 32-bit numbers.
fn narrow(x: &Array2<f64>, file: &str) -> Result<Array2<f32>, DataError> {
    let beyond = x.indexed_iter().find(|(_, v)| f32::from_float(**v).is_none());
    if let Some(((row, column), value)) = beyond {
        let (index, wanted) = (vec![row, column], f32::WANTED);
        return Err(DataError::Value { file: file.to_owned(), index, value: value.to_string(), wanted });
    }
    Ok(x.mapv(|v| f32::from_float(v).expect("just checked")))
}
