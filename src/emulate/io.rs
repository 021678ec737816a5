//! What stands around an engine: real numbers become the integers of input ports, the integers of outputs become
//! real numbers, in a file.
//!
//! ```
//! use heteroq::emulate::io::{Feature, quantize};
//! use heteroq::fixed::{Interval, Rounding};
//! let grid = Interval::of_width(true, 6); // quantized_bits(6, 0)
//! let pt = Feature { name: "pt".into(), frac: 5, interval: grid, rounding: Rounding::HalfEven };
//! let events = ndarray::array![[0.5], [-0.015625], [7.0]];
//! assert_eq!(quantize::<i64>(events.view(), &[pt]).unwrap(), ndarray::array![[16], [0], [31]]);
//! ```

use super::fast::Integer;
use crate::fixed::{Dyadic, Interval, Rounding};
use miette::Diagnostic;
use ndarray::{Array, Array2, ArrayView2, Dimension};
use ndarray_npy::{WritableElement, WriteNpyError, WriteNpyExt};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// How the real numbers of an input port become its integers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// The port's name.
    pub name: String,
    /// Fraction digits: the integer `v` stands for `v · 2^-frac`.
    pub frac: i32,
    /// The integers of the port. What lies beyond becomes the nearest of them.
    pub interval: Interval,
    /// How digits after the last one are dropped.
    pub rounding: Rounding,
}

impl Feature {
    /// The port's integer for `x`: `clamp(round(x · 2^frac), lo, hi)`, exactly. `None` if `x` is not a number.
    pub fn quantize(&self, x: f64) -> Option<i128> {
        let Interval { lo, hi } = self.interval;
        let Some(whole) = self.whole(x) else {
            return (!x.is_nan()).then_some(if x > 0.0 { hi } else { lo });
        };
        let nearest = whole.clamp(Dyadic::new(lo, 0), Dyadic::new(hi, 0));
        Some(nearest.to_integer(0).expect("an integer between two others"))
    }

    /// `Less` where the clamp brings `x` up, `Greater` where it brings `x` down. `x` is finite.
    pub fn beyond(&self, x: f64) -> Ordering {
        let Interval { lo, hi } = self.interval;
        match self.whole(x) {
            Some(whole) if whole < Dyadic::new(lo, 0) => Ordering::Less,
            Some(whole) if whole > Dyadic::new(hi, 0) => Ordering::Greater,
            _ => Ordering::Equal,
        }
    }

    /// `round(x · 2^frac)`; `None` if `x` is not finite.
    fn whole(&self, x: f64) -> Option<Dyadic> {
        Some(Dyadic::from_f64(x)?.scaled(self.frac).round(self.rounding))
    }
}

/// Numbers that do not fit a net's ports, or a file that cannot be written. Rows and columns count from 0.
#[derive(Debug, Error, Diagnostic)]
pub enum IoError {
    /// Another number of columns than the net has ports.
    #[error("{found} columns where the network takes {wanted}")]
    #[diagnostic(code(emulate::columns))]
    Columns {
        /// Columns given.
        found: usize,
        /// Ports.
        wanted: usize,
    },
    /// A real number that is none.
    #[error("row {row}, column {column} (`{name}`): not a number")]
    #[diagnostic(code(emulate::not_a_number), help("remove the event, or give the feature a value"))]
    NotANumber {
        /// The event.
        row: usize,
        /// The feature.
        column: usize,
        /// Its name.
        name: String,
    },
    /// A port's integer that it cannot carry.
    #[error("row {row}, column {column} (`{name}`): {value} is not in {interval}")]
    #[diagnostic(
        code(emulate::outside),
        help("with --raw, inputs are the integers of the ports; without it, real numbers")
    )]
    Outside {
        /// The event.
        row: usize,
        /// The feature.
        column: usize,
        /// Its name.
        name: String,
        /// The integer.
        value: i64,
        /// The integers of the port.
        interval: Interval,
    },
    /// An output that the file's type cannot hold exactly.
    #[error("row {row}, output `{name}`: {value} does not fit {kind} exactly")]
    #[diagnostic(code(emulate::inexact), help("{help}"))]
    Inexact {
        /// The event.
        row: usize,
        /// The output.
        name: String,
        /// Its integer, or what it stands for.
        value: String,
        /// The type of the file's elements.
        kind: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// The file cannot be written.
    #[error("{file}: cannot be written: {cause}")]
    #[diagnostic(code(emulate::unwritable))]
    Unwritable {
        /// The file.
        file: String,
        /// What the system says.
        cause: WriteNpyError,
    },
}

/// The port integers of real numbers, rows × features.
///
/// # Errors
/// [`IoError::Columns`], [`IoError::NotANumber`].
pub fn quantize<T: Integer>(rows: ArrayView2<f64>, features: &[Feature]) -> Result<Array2<T>, IoError> {
    columns(rows.ncols(), features)?;
    let mut integers = vec![T::wrap(0); rows.len()];
    integers.par_chunks_mut(features.len().max(1)).enumerate().try_for_each(|(row, integers)| {
        for (column, ((to, x), feature)) in integers.iter_mut().zip(rows.row(row)).zip(features).enumerate() {
            let wrong = || IoError::NotANumber { row, column, name: feature.name.clone() };
            *to = T::wrap(feature.quantize(*x).ok_or_else(wrong)?);
        }
        Ok(())
    })?;
    Ok(Array2::from_shape_vec(rows.raw_dim(), integers).expect("one integer for each number"))
}

/// Checks that each port can carry its integers, rows × features.
///
/// # Errors
/// [`IoError::Columns`], [`IoError::Outside`].
pub fn check_raw(rows: ArrayView2<i64>, features: &[Feature]) -> Result<(), IoError> {
    columns(rows.ncols(), features)?;
    for ((row, column), value) in rows.indexed_iter() {
        let Feature { name, interval, .. } = &features[column];
        if !interval.contains((*value).into()) {
            return Err(IoError::Outside {
                row,
                column,
                name: name.clone(),
                value: *value,
                interval: *interval,
            });
        }
    }
    Ok(())
}

fn columns(found: usize, features: &[Feature]) -> Result<(), IoError> {
    let wanted = features.len();
    if found == wanted { Ok(()) } else { Err(IoError::Columns { found, wanted }) }
}

/// Writes what the integers of outputs, rows × ports, stand for: rows × ports of f64, as `.npy`.
/// `ports` are names and fraction digits.
///
/// # Errors
/// [`IoError::Inexact`] if a number needs more than f64's 53 bits, [`IoError::Unwritable`].
pub fn write_values<T: Integer>(
    path: &Path,
    results: ArrayView2<T>,
    ports: &[(String, i32)],
) -> Result<(), IoError> {
    let help = "ask for the integers with --raw";
    write_each(path, results, ports, ("f64", help), |v, frac| {
        let exact = Dyadic::new(v, -frac);
        Some(exact.to_f64()).filter(|x| Dyadic::from_f64(*x) == Some(exact))
    })
}

/// Writes the integers of outputs, rows × ports, as `.npy` of i64.
///
/// # Errors
/// [`IoError::Inexact`] if an integer needs more than 64 bits, [`IoError::Unwritable`].
pub fn write_raw<T: Integer>(
    path: &Path,
    results: ArrayView2<T>,
    ports: &[(String, i32)],
) -> Result<(), IoError> {
    let help = "the output is wider than 64 bits: quantize it";
    write_each(path, results, ports, ("i64", help), |v, _| i64::try_from(v).ok())
}

/// Writes what `convert` makes of each integer and its port's fraction digits.
fn write_each<T: Integer, E: WritableElement + Default + Clone>(
    path: &Path,
    results: ArrayView2<T>,
    ports: &[(String, i32)],
    (kind, help): (&'static str, &'static str),
    convert: impl Fn(i128, i32) -> Option<E>,
) -> Result<(), IoError> {
    if results.ncols() != ports.len() {
        return Err(IoError::Columns { found: results.ncols(), wanted: ports.len() });
    }
    let mut elements = Array2::<E>::default(results.raw_dim());
    for (((row, port), v), to) in results.indexed_iter().zip(&mut elements) {
        let (v, (name, frac)) = (v.wide(), &ports[port]);
        let value = || if *frac == 0 { v.to_string() } else { format!("{v} · 2^{}", -i64::from(*frac)) };
        let inexact = || IoError::Inexact { row, name: name.clone(), value: value(), kind, help };
        *to = convert(v, *frac).ok_or_else(inexact)?;
    }
    write_npy(path, &elements)
}

/// Writes an array as `.npy`. The whole file or none: it is written under another name, then renamed.
///
/// # Errors
/// [`IoError::Unwritable`].
pub fn write_npy<E: WritableElement, D: Dimension>(
    path: &Path,
    elements: &Array<E, D>,
) -> Result<(), IoError> {
    let part = part(path);
    let written = File::create(&part).map_err(WriteNpyError::from).and_then(|file| {
        let mut file = BufWriter::new(file);
        elements.write_npy(&mut file)?;
        file.flush()?;
        Ok(fs::rename(&part, path)?)
    });
    written.map_err(|cause| {
        // It may not even exist: the first error is the one to tell.
        let _ = fs::remove_file(&part);
        IoError::Unwritable { file: path.display().to_string(), cause }
    })
}

/// `.NAME.PROCESS.part` beside the file.
fn part(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    fn feature(frac: i32, width: u32, rounding: Rounding) -> Feature {
        Feature { name: "pt".into(), frac, interval: Interval::of_width(true, width), rounding }
    }

    proptest! {
        /// Floats of 53 bits scaled by a power of two are exact in f64 while they stay normal: an oracle without
        /// [`Dyadic`].
        #[test]
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "53 bits; saturation is meant")]
        fn quantize_is_exact(m in -(1i64 << 53)..(1i64 << 53), e in -80..20i32, frac in -20..60i32, width in 1..60u32) {
            let x = libm::scalbn(m as f64, e);
            let scaled = libm::scalbn(x, frac);
            let wholes = [
                (Rounding::Floor, scaled.floor()),
                (Rounding::HalfEven, scaled.round_ties_even()),
                (Rounding::HalfUp, scaled.floor() + f64::from(scaled - scaled.floor() >= 0.5)),
            ];
            for (rounding, whole) in wholes {
                let feature = feature(frac, width, rounding);
                let Interval { lo, hi } = feature.interval;
                // (An f64 becomes the nearest i128 it can, exactly so below 2^127.)
                prop_assert_eq!(feature.quantize(x), Some((whole as i128).clamp(lo, hi)));
            }
        }
    }

    #[test]
    fn ties_ends_and_infinities() {
        let even = feature(0, 4, Rounding::HalfEven);
        let up = feature(0, 4, Rounding::HalfUp);
        for (x, at_even, at_up) in [(0.5, 0, 1), (1.5, 2, 2), (-0.5, 0, 0), (-1.5, -2, -1), (7.5, 7, 7)] {
            assert_eq!((even.quantize(x), up.quantize(x)), (Some(at_even), Some(at_up)), "{x}");
        }
        let sides = [-8.51, -8.5, 7.49, 7.5].map(|x| even.beyond(x));
        assert_eq!(sides, [Ordering::Less, Ordering::Equal, Ordering::Equal, Ordering::Greater]);
        assert_eq!(even.quantize(f64::INFINITY), Some(7));
        assert_eq!(even.quantize(f64::NEG_INFINITY), Some(-8));
        assert_eq!(even.quantize(f64::MAX), Some(7));
        assert_eq!(feature(0, 4, Rounding::Floor).quantize(-f64::from_bits(1)), Some(-1));
        assert_eq!(feature(200, 127, Rounding::Floor).quantize(1.0), Some((1 << 126) - 1));
    }

    #[test]
    fn what_is_no_number_is_named_by_row_and_column() {
        let features = [feature(0, 8, Rounding::HalfEven), feature(0, 8, Rounding::HalfEven)];
        let error = quantize::<i64>(array![[1.0, 2.0], [3.0, f64::NAN]].view(), &features).unwrap_err();
        assert_eq!(error.to_string(), "row 1, column 1 (`pt`): not a number");
        let error = quantize::<i64>(array![[1.0]].view(), &features).unwrap_err();
        assert_eq!(error.to_string(), "1 columns where the network takes 2");
        assert!(check_raw(array![[127, -128]].view(), &features).is_ok());
        let error = check_raw(array![[127, -129]].view(), &features).unwrap_err();
        assert_eq!(error.to_string(), "row 0, column 1 (`pt`): -129 is not in -128..127");
    }

    #[test]
    fn results_are_written_exactly_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("y.npy");
        let ports = [("a".to_owned(), 2), ("b".to_owned(), -3)];
        let results = array![[-5i128, 1 << 60], [(1 << 53) - 1, 0]];
        write_values(&path, results.view(), &ports).unwrap();
        let values: Array2<f64> = ndarray_npy::read_npy(&path).unwrap();
        assert_eq!(values, array![[-1.25, libm::exp2(63.0)], [libm::exp2(51.0) - 0.25, 0.0]]);
        write_raw(&path, results.view(), &ports).unwrap();
        let integers: Array2<i64> = ndarray_npy::read_npy(&path).unwrap();
        assert_eq!(integers.mapv(i128::from), results);

        let wide = array![[0i128, (1 << 53) + 1]];
        let error = write_values(&path, wide.view(), &ports).unwrap_err();
        assert_eq!(error.to_string(), "row 0, output `b`: 9007199254740993 · 2^3 does not fit f64 exactly");
        assert!(write_raw(&path, array![[1i128 << 63, 0]].view(), &ports).is_err());
        assert!(write_values(&path, array![[1i64]].view(), &ports).is_err());
        let error = write_raw(&folder.path().join("none/y.npy"), results.view(), &ports).unwrap_err();
        assert!(error.to_string().contains("none/y.npy: cannot be written"), "{error}");
        // What was there before is still whole, and nothing else is left.
        assert_eq!(ndarray_npy::read_npy::<_, Array2<i64>>(&path).unwrap(), integers);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
