//! What half a million jets take in memory: files are read into one table of f32, and all else goes block by block.

#![cfg(target_os = "linux")]

use heteroq::config::{self, Config, Weights};
use heteroq::data::random::Random;
use heteroq::flow::evaluate::evaluate;
use heteroq::flow::{Design, Failure, lessons};
use ndarray::{Array1, Array2};
use ndarray_npy::NpzWriter;
use std::fs::{self, File};
use std::path::Path;

const JETS: usize = 500_000;

/// Megabytes of this process: now (`VmRSS:`), or at most since the last reset (`VmHWM:`).
fn megabytes(what: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// The most megabytes of this process while `work` is done.
fn peak<T>(work: impl FnOnce() -> Result<T, Failure>) -> (u64, T) {
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let done = work().unwrap_or_else(|failure| panic!("{:?}", failure.into_report()));
    (megabytes("VmHWM:"), done)
}

fn write_jets(path: &Path) {
    let mut random = Random::new(1);
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let x = Array2::from_shape_fn((JETS, 16), |_| random.below(4001) as f32 / 500.0 - 4.0);
    let y = Array1::from_shape_fn(JETS, |row| u8::try_from(row % 5).unwrap());
    let mut npz = NpzWriter::new(File::create(path).unwrap());
    npz.add_array("x", &x).unwrap();
    npz.add_array("y", &y).unwrap();
    npz.finish().unwrap();
}

fn tagger(folder: &Path) -> (Config, Design) {
    let text = fs::read_to_string("examples/jet_tagger/config.yaml").unwrap();
    let config = config::parse(&text, &folder.join("config.yaml")).unwrap();
    let bytes = fs::read("examples/jet_tagger/weights.safetensors").unwrap();
    let weights = Weights::from_bytes(&config, &bytes).unwrap();
    let design = Design::new(&config, &weights).unwrap_or_else(|_| panic!("the example is a design"));
    (config, design)
}

/// One table of f32 is 32 MB; a second copy of it in f64 would be 64, one in i128 128.
#[test]
fn half_a_million_jets_are_small() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jets_train.npz");
    write_jets(&path);
    let (config, design) = tagger(folder.path());
    let before = megabytes("VmRSS:");
    let (learning, lessons) = peak(|| lessons::read(&config));
    let events = lessons.train.len() + lessons.validation.len();
    drop(lessons);
    let (evaluating, found) = peak(|| evaluate(&design, &path, &[0.01]));
    assert_eq!((found.events, events), (JETS, JETS));
    let (learning, evaluating) = (learning - before, evaluating - before);
    assert!(learning < 130 && evaluating < 130, "lessons take {learning} MB, evaluation {evaluating} MB");
}
