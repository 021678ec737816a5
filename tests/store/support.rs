//! A small study to test with.

use heteroq::search::domain::{Choice, Dimension};
use heteroq::search::store::{Claim, Identity, Next, Outcome, SqliteStore, StoreError};
use heteroq::search::trial::Direction;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder that vanishes, and a study's place in it.
pub(crate) fn scratch() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.db");
    (folder, path)
}

/// Two dimensions of four and three choices, two objectives.
pub(crate) fn identity() -> Identity {
    let quantizers = ["binary(alpha='auto_po2')", "ternary()", "quantized_bits(4, 0, alpha=1)", "\"ä\""];
    let factors = [0.5, 1.0, 1.5];
    Identity {
        name: "jets".to_owned(),
        dimensions: vec![
            Dimension {
                name: "fc1_kernel_quantizer".to_owned(),
                choices: quantizers.map(|text| Choice::Text(text.to_owned())).to_vec(),
            },
            Dimension { name: "fc1_units".to_owned(), choices: factors.map(Choice::Number).to_vec() },
        ],
        directions: vec![Direction::Maximize, Direction::Minimize],
        objectives: vec!["accuracy".to_owned(), "bits".to_owned()],
        keys: BTreeMap::from([
            ("network".to_owned(), "3fa2".to_owned()),
            ("seed".to_owned(), "0".to_owned()),
        ]),
    }
}

pub(crate) fn open(path: &Path, identity: &Identity) -> SqliteStore {
    SqliteStore::open(path, identity).unwrap()
}

pub(crate) fn claimed(next: Result<Next, StoreError>) -> Claim {
    match next.unwrap() {
        Next::Trial(claim) => claim,
        other => panic!("no trial but {other:?}"),
    }
}

/// It is done: the same value for both objectives.
pub(crate) fn complete(value: f64) -> Outcome {
    Outcome::Complete { values: vec![value; 2], violation: 0.0 }
}
