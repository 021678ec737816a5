//! How weights are written: a safetensors file, the same bytes for the same weights.

use super::weights::{Tensor, Weights};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A weights file that could not be written; one that was there is as it was.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot write {}: {cause}", path.display())]
#[diagnostic(code(weights::unwritable), help("what was there before is still there"))]
pub struct Unsaved {
    /// The file.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub cause: io::Error,
}

impl Weights {
    /// Writes them to `path`: under another name in its folder first, so that a file there is replaced at once or
    /// not at all.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Unsaved> {
        let temporary = path.with_file_name(format!("{}{}{SUFFIX}", prefix(path), std::process::id()));
        replaced(path, &temporary, &self.to_bytes()).map_err(|cause| {
            drop(std::fs::remove_file(&temporary));
            Unsaved { path: path.to_owned(), cause }
        })
    }

    /// Removes what writers that were killed have left beside `path`. Only while nobody else writes there.
    pub fn sweep(path: &Path) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let prefix = prefix(path);
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let middle = name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(SUFFIX));
            if middle
                .is_some_and(|process| !process.is_empty() && process.bytes().all(|b| b.is_ascii_digit()))
            {
                // One that stays does no harm.
                drop(std::fs::remove_file(entry.path()));
            }
        }
    }

    /// The safetensors file of these weights: tensors and scales by name, and in the metadata the quantizer of each
    /// scale. A tensor is f32 where every number of it is one, else f64.
    pub fn to_bytes(&self) -> Vec<u8> {
        let scale = |name: &String| format!("{name}_scale");
        let scales = self.scales.iter().map(|(name, frozen)| (scale(name), &frozen.scale));
        let tensors: BTreeMap<String, &Tensor> =
            self.tensors.iter().map(|(name, tensor)| (name.clone(), tensor)).chain(scales).collect();
        let mut header = Map::new();
        if !self.scales.is_empty() {
            let said = self.scales.iter().map(|(name, frozen)| (scale(name), json!(frozen.quantizer)));
            header.insert("__metadata__".to_owned(), Value::Object(said.collect()));
        }
        let mut data = Vec::new();
        // The wider numbers first, so that each stands at a multiple of its size.
        for wide in [true, false] {
            for (name, tensor) in tensors.iter().filter(|(_, tensor)| is_wide(tensor) == wide) {
                let begin = data.len();
                put(&mut data, tensor, wide);
                let kind = if wide { "F64" } else { "F32" };
                let place =
                    json!({"dtype": kind, "shape": tensor.shape, "data_offsets": [begin, data.len()]});
                header.insert(name.clone(), place);
            }
        }
        [head(&header), data].concat()
    }
}

/// Of the name under which a file is written before it is there: `.weights.safetensors.1234.tmp`.
const SUFFIX: &str = ".tmp";

fn prefix(path: &Path) -> String {
    format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy())
}

fn replaced(path: &Path, temporary: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(temporary, path)
}

/// The length of the header and the header, filled up to a multiple of eight bytes.
fn head(header: &Map<String, Value>) -> Vec<u8> {
    let mut text = Value::Object(header.clone()).to_string().into_bytes();
    text.resize(text.len().next_multiple_of(8), b' ');
    [(text.len() as u64).to_le_bytes().to_vec(), text].concat()
}

/// Whether some number is no f32.
#[expect(clippy::float_cmp, clippy::cast_possible_truncation, reason = "that is what is asked")]
fn is_wide(tensor: &Tensor) -> bool {
    tensor.values.iter().any(|v| f64::from(*v as f32) != *v)
}

#[expect(clippy::cast_possible_truncation, reason = "every number of a narrow tensor is an f32")]
fn put(data: &mut Vec<u8>, tensor: &Tensor, wide: bool) {
    for value in &tensor.values {
        match wide {
            true => data.extend(value.to_le_bytes()),
            false => data.extend((*value as f32).to_le_bytes()),
        }
    }
}
