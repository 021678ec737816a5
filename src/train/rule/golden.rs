//! What Keras and QKeras computed (`tests/goldens/training.py`), for the tests of this folder.

use serde::de::DeserializeOwned;
use std::fs;

/// `tests/goldens/training/NAME.json`.
pub(super) fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = format!("tests/goldens/training/{name}.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Each of `ours` is within `tolerance` of its like in `theirs`, relative to 1 or to that if it is more.
pub(super) fn near(ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len());
    for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "[{place}]: {a}, not {b}");
    }
}

/// Each of `ours` is within `tolerance` of its like in `theirs`, relative to that.
pub(super) fn close(ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len());
    for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() <= tolerance * b.abs(), "[{place}]: {a}, not {b}");
    }
}

/// The same numbers, wider.
pub(super) fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|x| f64::from(*x)).collect()
}

/// The same numbers, which an f32 holds.
#[expect(clippy::cast_possible_truncation, reason = "they were written as f32")]
pub(super) fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|x| *x as f32).collect()
}
