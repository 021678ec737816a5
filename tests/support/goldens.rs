//! Tensors that QKeras computed, as `tests/goldens/pack.py` packs them.

use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Read};
use std::path::PathBuf;

/// A tensor, last index fastest.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Its elements.
    pub values: Vec<f32>,
}

/// The tensors of a file.
#[derive(Debug, Default)]
pub struct Tensors {
    stored: BTreeMap<String, Tensor>,
    same: HashMap<String, String>,
}

impl Tensors {
    /// Those of a file below `tests/goldens`: a safetensors file, or a zip that holds one.
    pub fn read(path: &str) -> Tensors {
        let bytes = bytes(path);
        let bytes = if bytes.starts_with(b"PK") { unzipped(bytes) } else { bytes };
        let file = SafeTensors::deserialize(&bytes).unwrap_or_else(|e| panic!("{path}: {e}"));
        let (_, header) = SafeTensors::read_metadata(&bytes).expect("it was read a line above");
        let stored = file.iter().map(|(name, view)| {
            let words = view.data().as_chunks::<4>().0;
            let values = words.iter().map(|word| f32::from_le_bytes(*word)).collect();
            (name.to_owned(), Tensor { shape: view.shape().to_vec(), values })
        });
        Tensors { stored: stored.collect(), same: header.metadata().clone().unwrap_or_default() }
    }

    /// The tensor called `name`.
    pub fn get(&self, name: &str) -> Option<&Tensor> {
        self.stored.get(self.same.get(name).map_or(name, String::as_str))
    }

    /// The names of all tensors.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.stored.keys().chain(self.same.keys()).map(String::as_str)
    }

    /// These and those of `inputs`, which these may have for equals.
    pub fn with(mut self, inputs: &Tensors) -> Tensors {
        self.stored.extend(inputs.stored.clone());
        self
    }
}

/// A safetensors file of these tensors.
pub fn written(tensors: &[(String, &Tensor)]) -> Vec<u8> {
    let bytes = |tensor: &Tensor| tensor.values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let data: Vec<Vec<u8>> = tensors.iter().map(|(_, tensor)| bytes(tensor)).collect();
    let views = tensors.iter().zip(&data).map(|((name, tensor), data)| {
        (name, TensorView::new(Dtype::F32, tensor.shape.clone(), data).expect("whole f32 values"))
    });
    safetensors::serialize(views, None).expect("a safetensors file")
}

/// The file below `tests/goldens`.
pub fn bytes(path: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/goldens", path].iter().collect();
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn unzipped(bytes: Vec<u8>) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut whole = Vec::new();
    archive.by_index(0).expect("a member").read_to_end(&mut whole).expect("a whole member");
    whole
}
