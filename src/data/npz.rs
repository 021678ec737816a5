//! The arrays of an `.npz` file, which is a zip archive of `.npy` files.

use super::{DataError, Element, error, npy};
use ndarray::ArrayD;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use zip::{ZipArchive, result::ZipError};

/// An open `.npz` file.
pub(super) struct Npz {
    file: String,
    archive: ZipArchive<BufReader<File>>,
}

impl Npz {
    /// Opens `path` and reads its directory.
    pub(super) fn open(path: &Path) -> Result<Npz, DataError> {
        let file = error::name(path);
        let open = File::open(path).map_err(|e| DataError::unreadable(&file, e))?;
        let archive = ZipArchive::new(BufReader::new(open)).map_err(|e| malformed(&file, e))?;
        Ok(Npz { file, archive })
    }

    /// The arrays' names, in the order of the file.
    pub(super) fn names(&self) -> Vec<String> {
        let short = |name: &str| name.strip_suffix(".npy").unwrap_or(name).to_owned();
        (0..self.archive.len()).filter_map(|i| self.archive.name_for_index(i)).map(short).collect()
    }

    /// Whether there is an array `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names().iter().any(|n| n == name)
    }

    /// The numbers of the array `name`.
    pub(super) fn array<T: Element>(&mut self, name: &str) -> Result<ArrayD<T>, DataError> {
        let at = format!("{}: array `{name}`", self.file);
        self.member(name, |source| npy::read(source, &at))
    }

    /// The names held by the array `name`, if there is one and it holds names.
    pub(super) fn strings(&mut self, name: &str) -> Result<Option<Vec<String>>, DataError> {
        if !self.has(name) {
            return Ok(None);
        }
        let at = format!("{}: array `{name}`", self.file);
        self.member(name, |source| npy::read_names(source, &at))
    }

    /// The dimensions of the array `name`, without its elements.
    pub(super) fn dimensions(&mut self, name: &str) -> Result<usize, DataError> {
        let at = format!("{}: array `{name}`", self.file);
        self.member(name, |source| npy::dimensions(source, &at))
    }

    /// There is no `wanted`.
    pub(super) fn without(&self, wanted: &str) -> DataError {
        let present = self.names().iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        let present = if present.is_empty() { "none".to_owned() } else { present };
        DataError::NoSuchArray { file: self.file.clone(), wanted: wanted.to_owned(), present }
    }

    fn member<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut dyn std::io::Read) -> Result<T, DataError>,
    ) -> Result<T, DataError> {
        let place = self.names().iter().position(|n| n == name);
        let place = place.ok_or_else(|| self.without(&format!("`{name}`")))?;
        let member = self.archive.by_index(place).map_err(|e| malformed(&self.file, e))?;
        read(&mut BufReader::with_capacity(1 << 16, member))
    }
}

fn malformed(file: &str, e: ZipError) -> DataError {
    match e {
        ZipError::Io(source) => DataError::unreadable(file, source),
        other => DataError::malformed(file, ".npz", other),
    }
}
