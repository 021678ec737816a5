//! A table of numbers as text: one event a line, fields separated by commas.

use super::{DataError, Element, error};
use ::csv::{ByteRecord, ReaderBuilder, Trim};
use ndarray::Array2;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// A table, with its columns' names if its first line has them.
pub(super) struct Table<T> {
    /// The names in the first line.
    pub(super) names: Option<Vec<String>>,
    /// Rows × columns.
    pub(super) values: Array2<T>,
}

/// Reads `path`. A first line without any number holds the columns' names.
pub(super) fn read<T: Element>(path: &Path) -> Result<Table<T>, DataError> {
    let file = error::name(path);
    let open = File::open(path).map_err(|e| DataError::unreadable(&file, e))?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(open);
    let mut record = ByteRecord::new();
    let mut next = |record: &mut ByteRecord| {
        reader.read_byte_record(record).map_err(|e| DataError::malformed(&file, ".csv", e))
    };
    let mut more = next(&mut record)?;
    let wanted = record.len();
    let names = if more { names(&record) } else { None };
    if names.is_some() {
        more = next(&mut record)?;
    }
    let mut values = Vec::new();
    while more {
        push_row(path, &record, wanted, &mut values)?;
        more = next(&mut record)?;
    }
    if values.is_empty() {
        return Err(DataError::Empty { file });
    }
    let shape = (values.len() / wanted, wanted);
    Ok(Table { names, values: Array2::from_shape_vec(shape, values).expect("rows of equal length") })
}

/// The fields as names, if none of them is a number. `numpy.savetxt` begins such a line with `#`.
fn names(record: &ByteRecord) -> Option<Vec<String>> {
    let text =
        |field: &[u8]| String::from_utf8_lossy(field).trim_start_matches(['\u{feff}', '#', ' ']).to_owned();
    let is_number = |field: &[u8]| std::str::from_utf8(field).is_ok_and(|f| f.parse::<f64>().is_ok());
    record.iter().all(|f| !is_number(f)).then(|| record.iter().map(text).collect())
}

fn push_row<T: Element>(
    path: &Path,
    record: &ByteRecord,
    wanted: usize,
    values: &mut Vec<T>,
) -> Result<(), DataError> {
    if record.len() != wanted {
        return Err(DataError::Ragged {
            file: error::name(path),
            line: line(path, record),
            found: record.len(),
            wanted,
        });
    }
    for (column, field) in record.iter().enumerate() {
        let value = std::str::from_utf8(field).ok().and_then(T::from_text);
        let bad = || DataError::Field {
            file: error::name(path),
            line: line(path, record),
            column: column + 1,
            field: String::from_utf8_lossy(field).into_owned(),
            wanted: T::WANTED,
        };
        values.push(value.ok_or_else(bad)?);
    }
    Ok(())
}

/// The line that `record` stands on, from 1. The record's own position is that of the empty lines before it,
/// so this counts in the file; only errors ask.
fn line(path: &Path, record: &ByteRecord) -> u64 {
    let start = record.position().map_or(0, ::csv::Position::byte);
    let Ok(open) = File::open(path) else { return 0 };
    let bytes = BufReader::new(open).bytes().map_while(Result::ok).zip(0..);
    let before = bytes.take_while(|(byte, place)| *place < start || matches!(byte, b'\n' | b'\r'));
    1 + before.filter(|(byte, _)| *byte == b'\n').count() as u64
}
