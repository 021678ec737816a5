//! Where a scan keeps its networks: a folder each, whose figures are written last, so that a scan that was stopped
//! goes on where it was.
//!
//! ```text
//! jet_tagger.scan/float_seed1/weights.safetensors  figures.json
//! jet_tagger.scan/6_aware_seed1/config.yaml  weights.safetensors  figures.json
//! jet_tagger.scan/6_plain_seed1/config.yaml  figures.json            its weights are the float ones
//! jet_tagger.scan/scan.md  scan.csv  accuracy.svg  lut.svg  …
//! ```

use super::point::Point;
use super::setting::Id;
use crate::flow::Failure;
use crate::flow::lock::{self, Lock};
use crate::tool;
use crate::verilog::folder::{Unwritable, write_file};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The folder of a scan.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    key: String,
    _lock: Lock,
}

/// What `figures.json` holds.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// What the network was found from.
    key: String,
    #[serde(flatten)]
    point: Point,
}

impl Store {
    /// The store in `folder`; `key` stands for everything that the networks depend on but their [`Id`].
    ///
    /// # Errors
    /// Another heteroq is at work on it, or it cannot be written.
    pub fn open(folder: &Path, key: String) -> Result<Store, Failure> {
        Ok(Store { folder: folder.to_owned(), key, _lock: lock::take(folder)? })
    }

    /// The folder of a network.
    pub fn folder(&self, id: Id) -> PathBuf {
        self.folder.join(id.to_string())
    }

    /// The figures of a network that is done, unless they were found from something else.
    pub fn find(&self, id: Id) -> Option<Point> {
        let text = fs::read_to_string(self.figures(id)).ok()?;
        let kept: Kept = serde_json::from_str(&text).ok()?;
        (kept.key == self.key && kept.point.id == id).then_some(kept.point)
    }

    /// An empty folder for a network.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn begin(&self, id: Id) -> Result<PathBuf, Failure> {
        let folder = self.folder(id);
        let fail = |cause| Unwritable { path: folder.clone(), cause };
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(fail(error).into()),
            _ => {}
        }
        fs::create_dir_all(&folder).map_err(fail)?;
        Ok(folder)
    }

    /// Keeps the figures of a network: it is done.
    ///
    /// # Errors
    /// They cannot be written; a signal came.
    pub fn keep(&self, point: &Point) -> Result<(), Failure> {
        let kept = Kept { key: self.key.clone(), point: point.clone() };
        let text = serde_json::to_string_pretty(&kept).expect("figures are plain data") + "\n";
        Ok(tool::uninterrupted(|| write_file(&self.figures(point.id), &text))??)
    }

    /// Writes a file of results.
    ///
    /// # Errors
    /// It cannot be written; a signal came.
    pub fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        Ok(tool::uninterrupted(|| write_file(&self.folder.join(name), text))??)
    }

    fn figures(&self, id: Id) -> PathBuf {
        self.folder(id).join("figures.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_until_it_depends_on_something_else() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("scan");
        let point = Point { id: Id::float(3), accuracy: 0.7, shift_add: None, multiply: None };
        let store = Store::open(&folder, "a".to_owned()).unwrap();
        store.begin(point.id).unwrap();
        assert_eq!(store.find(point.id), None);
        store.keep(&point).unwrap();
        assert_eq!((store.find(point.id), store.find(Id::float(4))), (Some(point.clone()), None));
        drop(store);
        let changed = Store::open(&folder, "b".to_owned()).unwrap();
        assert_eq!(changed.find(point.id), None);
        changed.begin(point.id).unwrap();
        assert!(!folder.join("float_seed3/figures.json").exists());
    }
}
