//! A table of numbers as text: one event a line, fields separated by commas.

use super::{DataError, Element, error};
use ::csv::{ByteRecord, Reader, ReaderBuilder, Trim};
use ndarray::Array2;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// A table of which one column holds labels.
pub(super) struct Labelled {
    /// The names of the other columns.
    pub(super) names: Option<Vec<String>>,
    /// Rows × the other columns.
    pub(super) x: Array2<f32>,
    /// The labels.
    pub(super) y: Vec<u32>,
}

/// Rows × columns of `path`. A first line without any number holds the columns' names.
pub(super) fn read<T: Element>(path: &Path) -> Result<Array2<T>, DataError> {
    let mut lines = Lines::open(path)?;
    let mut values = Vec::new();
    while lines.next()? {
        for column in 0..lines.columns {
            values.push(lines.number(column)?);
        }
    }
    lines.rows(values, lines.columns)
}

/// Reads `path`, whose column `y` or `label`, else its last one, holds labels.
pub(super) fn read_labelled(path: &Path) -> Result<Labelled, DataError> {
    let mut lines = Lines::open(path)?;
    let named = |names: &Vec<String>| names.iter().position(|n| n == "y" || n == "label");
    let label = lines.names.as_ref().and_then(named).unwrap_or(lines.columns.saturating_sub(1));
    let (mut x, mut y) = (Vec::new(), Vec::new());
    while lines.next()? {
        y.push(lines.label(label)?);
        for column in (0..lines.columns).filter(|column| *column != label) {
            x.push(lines.number(column)?);
        }
    }
    if lines.columns == 1 && !y.is_empty() {
        let wanted = "(rows, features and a column of labels)".to_owned();
        return Err(DataError::Shape { file: error::name(path), shape: vec![y.len(), 1], wanted });
    }
    let x = lines.rows(x, lines.columns.saturating_sub(1))?;
    let names = lines.names.map(|mut names| {
        names.remove(label);
        names
    });
    Ok(Labelled { names, x, y })
}

/// The lines of a table behind the one with names, each as long as the first.
struct Lines<'a> {
    path: &'a Path,
    reader: Reader<File>,
    record: ByteRecord,
    /// Whether `record` is the first line, which nobody has seen yet.
    unseen: bool,
    names: Option<Vec<String>>,
    columns: usize,
}

impl Lines<'_> {
    fn open(path: &Path) -> Result<Lines<'_>, DataError> {
        let open = File::open(path).map_err(|e| DataError::unreadable(&error::name(path), e))?;
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).trim(Trim::All).buffer_capacity(1 << 16);
        let reader = builder.from_reader(open);
        let (record, names) = (ByteRecord::new(), None);
        let mut lines = Lines { path, reader, record, unseen: false, names, columns: 0 };
        let some = lines.advance()?;
        lines.columns = lines.record.len();
        lines.names = if some { names_of(&lines.record) } else { None };
        lines.unseen = some && lines.names.is_none();
        Ok(lines)
    }

    fn advance(&mut self) -> Result<bool, DataError> {
        let malformed = |e| DataError::malformed(&error::name(self.path), ".csv", e);
        self.reader.read_byte_record(&mut self.record).map_err(malformed)
    }

    /// Goes to the next line; whether there is one.
    fn next(&mut self) -> Result<bool, DataError> {
        if !std::mem::take(&mut self.unseen) && !self.advance()? {
            return Ok(false);
        }
        if self.record.len() == self.columns {
            return Ok(true);
        }
        let (line, found) = (line(self.path, &self.record), self.record.len());
        Err(DataError::Ragged { file: error::name(self.path), line, found, wanted: self.columns })
    }

    fn number<T: Element>(&self, column: usize) -> Result<T, DataError> {
        let value = std::str::from_utf8(&self.record[column]).ok().and_then(T::from_text);
        value.ok_or_else(|| DataError::Field {
            file: error::name(self.path),
            line: line(self.path, &self.record),
            column: column + 1,
            field: self.text(column),
            wanted: T::WANTED,
        })
    }

    fn label(&self, column: usize) -> Result<u32, DataError> {
        let whole = std::str::from_utf8(&self.record[column]).ok().and_then(i64::from_text);
        whole.and_then(|label| u32::try_from(label).ok()).ok_or_else(|| {
            let place = format!("line {}, column {}", line(self.path, &self.record), column + 1);
            DataError::NotAClass { file: error::name(self.path), place, label: self.text(column) }
        })
    }

    fn text(&self, column: usize) -> String {
        String::from_utf8_lossy(&self.record[column]).into_owned()
    }

    /// `values` as rows of `columns`.
    fn rows<T>(&self, mut values: Vec<T>, columns: usize) -> Result<Array2<T>, DataError> {
        values.shrink_to_fit();
        if values.is_empty() {
            return Err(DataError::Empty { file: error::name(self.path) });
        }
        let shape = (values.len() / columns, columns);
        Ok(Array2::from_shape_vec(shape, values).expect("rows of equal length"))
    }
}

/// The fields as names, if none of them is a number. `numpy.savetxt` begins such a line with `#`.
fn names_of(record: &ByteRecord) -> Option<Vec<String>> {
    let text =
        |field: &[u8]| String::from_utf8_lossy(field).trim_start_matches(['\u{feff}', '#', ' ']).to_owned();
    let is_number = |field: &[u8]| std::str::from_utf8(field).is_ok_and(|f| f.parse::<f64>().is_ok());
    record.iter().all(|f| !is_number(f)).then(|| record.iter().map(text).collect())
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
