//! Networks of every kind against a second program, in Python, that knows QKeras's formulas and nothing of this one.

use std::path::PathBuf;
use std::process::Command;

#[test]
fn every_engine_computes_what_numpy_computes() {
    let libraries = Command::new("python3").args(["-c", "import numpy, yaml"]).output();
    if !libraries.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: needs Python with numpy and pyyaml (pip install numpy pyyaml)");
        return;
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oracle");
    let mut configs: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("config.yaml"))
        .filter(|path| path.is_file())
        .collect();
    configs.sort();
    assert!(configs.len() > 8, "{configs:?}");
    let mut python = Command::new("python3");
    python.arg(folder.join("oracle.py")).arg(env!("CARGO_BIN_EXE_heteroq")).args(&configs);
    let output = python.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
}
