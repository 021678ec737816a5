//! Rows × features of any file.

use super::{DataError, Element, csv, error, npy, npz::Npz};
use ndarray::{Array2, ArrayD};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// The rows × features of a file:
/// - `.npy`: its array;
/// - `.npz`: its array `x`, or the only one with two dimensions;
/// - `.csv`: its table, with or without a line of names.
///
/// An array of more dimensions has its rows flattened, the last index running fastest.
/// Floats and integers of every width are read, in either byte order.
///
/// # Errors
/// A file that is none of these, is cut short, is empty, has ragged rows or an element that is not finite.
pub fn read(path: impl AsRef<Path>) -> Result<Array2<f64>, DataError> {
    read_as(path.as_ref())
}

/// The same in the array's own shape.
///
/// # Errors
/// Those of [`read`], but that an array may have any number of dimensions from 1 up.
pub fn read_tensor(path: impl AsRef<Path>) -> Result<ArrayD<f64>, DataError> {
    let path = path.as_ref();
    let Some((array, at)) = array_of(path)? else { return Ok(csv::read(path)?.into_dyn()) };
    match array.shape() {
        [] => Err(DataError::Shape { file: at, shape: Vec::new(), wanted: "(elements, …)".to_owned() }),
        _ if array.is_empty() => Err(DataError::Empty { file: at }),
        _ => Ok(array),
    }
}

/// The same for the integers of ports: every element is an integer, held exactly.
///
/// # Errors
/// Those of [`read`], and an element that is no 64-bit integer.
pub fn read_integers(path: impl AsRef<Path>) -> Result<Array2<i64>, DataError> {
    read_as(path.as_ref())
}

fn read_as<T: Element>(path: &Path) -> Result<Array2<T>, DataError> {
    match array_of(path)? {
        Some((array, at)) => rows(array, &at),
        None => csv::read(path),
    }
}

/// The array in a file and what to call it; none for a table.
fn array_of<T: Element>(path: &Path) -> Result<Option<(ArrayD<T>, String)>, DataError> {
    let file = error::name(path);
    match Kind::of(path)? {
        Kind::Npy => {
            let open = File::open(path).map_err(|e| DataError::unreadable(&file, e))?;
            let array = npy::read(BufReader::with_capacity(1 << 16, open), &file)?;
            Ok(Some((array, file)))
        }
        Kind::Npz => {
            let mut npz = Npz::open(path)?;
            let name = features(&mut npz)?;
            Ok(Some((npz.array(&name)?, format!("{file}: array `{name}`"))))
        }
        Kind::Csv => Ok(None),
    }
}

/// What a file's name says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Npy,
    Npz,
    Csv,
}

impl Kind {
    pub(super) fn of(path: &Path) -> Result<Kind, DataError> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("npy") => Ok(Kind::Npy),
            Some("npz") => Ok(Kind::Npz),
            Some("csv") => Ok(Kind::Csv),
            _ => Err(DataError::UnknownKind { file: error::name(path) }),
        }
    }
}

/// The name of the array of features: `x`, or the only one with two dimensions.
fn features(npz: &mut Npz) -> Result<String, DataError> {
    if npz.has("x") {
        return Ok("x".to_owned());
    }
    let mut tables = Vec::new();
    for name in npz.names() {
        if npz.dimensions(&name)? == 2 {
            tables.push(name);
        }
    }
    match tables.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(npz.without("`x`, nor just one with two dimensions")),
    }
}

/// Rows × everything else.
pub(super) fn rows<T>(array: ArrayD<T>, at: &str) -> Result<Array2<T>, DataError> {
    let shape = array.shape().to_vec();
    if shape.len() < 2 {
        let wanted = "(rows, features)".to_owned();
        return Err(DataError::Shape { file: at.to_owned(), shape, wanted });
    }
    if array.is_empty() {
        return Err(DataError::Empty { file: at.to_owned() });
    }
    let (values, _) = array.into_raw_vec_and_offset();
    let columns = values.len() / shape[0];
    Ok(Array2::from_shape_vec((shape[0], columns), values).expect("the rows are contiguous"))
}
