//! A network with its events, the program that searches it, and what it leaves.

use heteroq::config;
use heteroq::data::random::Random;
use heteroq::flow::search::{self, Options, study};
use heteroq::search::store::Store;
use heteroq::search::trial::Trial;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Two layers; `SEARCH` stands for what a test wants of the search.
const NETWORK: &str = r#"name: jets
input: {shape: [4], quantizer: "quantized_bits(6, 2)", names: [a, b, c, d]}
layers:
  - name: fc1
    kind: dense
    units: 6
    kernel: "quantized_bits(4, 0, alpha=1)"
    bias: "quantized_bits(4, 0, alpha=1)"
    activation: "quantized_relu(3, 1)"
  - {name: out, kind: dense, units: 2, kernel: "quantized_bits(4, 0, alpha=1)", bias: "quantized_bits(4, 0, alpha=1)"}
output: {classes: [no, yes]}
weights: weights.safetensors
data: {train: train.csv, test: test.csv, validation: 0.3}
train: {batch_size: 16, learning_rate: 0.02, seed: 5}
search:
  limit:
    fc1: [["ternary(alpha=1)", "quantized_bits(3, 0, alpha=1)", "quantized_bits(6, 0, alpha=1)"], ["quantized_bits(4, 0, alpha=1)"], [quantized_relu(2), "quantized_relu(4, 1)"]]
    out: [["binary(alpha=1)", "quantized_bits(5, 0, alpha=1)"], ["quantized_bits(4, 0, alpha=1)", "quantized_bits(6, 1, alpha=1)"]]
  tune_filters: layer
  SEARCH
hardware: {clock_mhz: 320, target: xcvu9p}
"#;

/// A folder in which searches run.
pub(crate) struct Bench(TempDir);

/// The network with these lines in its `search`, and a few hundred events.
pub(crate) fn bench(search: &[&str]) -> Bench {
    let bench = Bench(tempfile::tempdir().unwrap());
    fs::write(bench.path("config.yaml"), NETWORK.replace("SEARCH", &search.join("\n  "))).unwrap();
    for (file, rows) in [("train.csv", 500), ("test.csv", 200)] {
        fs::write(bench.path(file), events(rows)).unwrap();
    }
    bench
}

/// Two classes that overlap.
fn events(rows: u64) -> String {
    let mut random = Random::new(rows);
    let mut csv = "a,b,c,d,y\n".to_owned();
    for _ in 0..rows {
        let [a, b, c, d] = [(); 4].map(|()| random.unit() * 4.0 - 2.0);
        let label = u8::from(a + b * c + random.unit() > 0.5);
        writeln!(csv, "{a},{b},{c},{d},{label}").unwrap();
    }
    csv
}

impl Bench {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The search with its study in the folder `study`, and these options.
    fn command(&self, study: &str, options: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heteroq"));
        command.args(["search", "config.yaml", "--study"]).arg(self.path(study)).args(options);
        command.current_dir(self.0.path()).stdout(Stdio::null());
        command
    }

    /// Starts it; what it says is added to a file beside the study's folder.
    pub(crate) fn start(&self, study: &str, options: &[&str]) -> Child {
        let said = fs::File::options().create(true).append(true).open(self.said(study)).unwrap();
        self.command(study, options).stderr(said).spawn().unwrap()
    }

    fn said(&self, study: &str) -> PathBuf {
        self.path(&format!("{study}.said"))
    }

    /// What the commands on this study said so far.
    pub(crate) fn all_said(&self, study: &str) -> String {
        fs::read_to_string(self.said(study)).unwrap_or_default()
    }

    /// Runs it to its end, which must be a good one.
    pub(crate) fn run(&self, study: &str, options: &[&str]) {
        let status = self.start(study, options).wait().unwrap();
        assert!(status.success(), "{status}: {}", self.all_said(study));
    }

    /// Every trial of the study, as the library reads it.
    pub(crate) fn trials(&self, study: &str) -> Vec<Trial> {
        let folder = self.path(study);
        let config = config::load(&self.path("config.yaml")).unwrap();
        let options = Options { trials: None, jobs: 1, worker: false, threads: 1, folder: folder.clone() };
        let search = search::wanted(&config, &options).unwrap();
        let lessons = search::lessons(&config, &search).unwrap();
        let plan = search::plan(&config, &search, &lessons, 1).unwrap();
        study::open(&plan, &config.name, &folder).unwrap().trials().unwrap()
    }

    /// The files of the networks that were trained in full, by name, with their bytes.
    pub(crate) fn members(&self, study: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all = Vec::new();
        files(&self.path(study), &mut all);
        all.retain(|path| {
            path.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"trial_"))
        });
        all.sort();
        let named = |path: PathBuf| {
            (path.strip_prefix(self.path(study)).unwrap().to_owned(), fs::read(path).unwrap())
        };
        all.into_iter().map(named).collect()
    }
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}
