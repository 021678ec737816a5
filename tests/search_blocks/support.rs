//! A small network, its events, and searches of it.

use heteroq::config::{self, Config};
use heteroq::data::random::Random;
use heteroq::flow::Failure;
use heteroq::flow::lessons::Lessons;
use heteroq::flow::search::plan::{Plan, Terms};
use heteroq::flow::search::results::Found;
use heteroq::flow::search::stages::{self, Stage};
use heteroq::flow::search::{self, Options, reference, study};
use heteroq::search::store::Store;
use heteroq::search::trial::Trial;
use ndarray::{Array1, Array2};
use ndarray_npy::NpzWriter;
use rusqlite::Connection;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Three layers; `SEARCH` stands for what is searched.
const NETWORK: &str = r#"name: net # three layers
input: {shape: [4], quantizer: "quantized_bits(8, 2, alpha=1)"}
layers:
  - {name: fc1, kind: dense, units: 8, kernel: "quantized_bits(6, 0, alpha=1)", bias: "quantized_bits(6, 0, alpha=1)", activation: "quantized_relu(6, 1)"}
  - {name: fc2, kind: dense, units: 4, kernel: "quantized_bits(6, 0, alpha=1)", bias: "quantized_bits(6, 0, alpha=1)", activation: "quantized_relu(6, 1)"}
  - {name: out, kind: dense, units: 3, kernel: "quantized_bits(6, 0, alpha=1)", bias: "quantized_bits(6, 0, alpha=1)"} # last
data: {train: train.npz, test: test.npz, validation: validation.npz}
train: {epochs: 3, batch_size: 50, learning_rate: 0.02, seed: 4}
search: {SEARCH, epochs: 2, final: {epochs: 2, seeds: 2}}
"#;

/// A folder with a config and its events: three classes of four features.
pub(crate) struct Bench(TempDir);

impl Bench {
    /// With this in the section `search`.
    pub(crate) fn new(search: &str) -> Bench {
        Bench::of(&NETWORK.replace("SEARCH", search))
    }

    /// The same, with one text in place of another in the config.
    pub(crate) fn with(search: &str, from: &str, to: &str) -> Bench {
        assert!(NETWORK.contains(from));
        Bench::of(&NETWORK.replace("SEARCH", search).replace(from, to))
    }

    fn of(text: &str) -> Bench {
        let bench = Bench(tempfile::tempdir().unwrap());
        fs::write(bench.path("config.yaml"), text).unwrap();
        for (name, rows, seed) in [("train", 400, 1), ("validation", 200, 2), ("test", 200, 3)] {
            write(&bench.path(&format!("{name}.npz")), rows, seed);
        }
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn config(&self) -> Config {
        config::load(&self.path("config.yaml")).unwrap_or_else(|error| panic!("{error:?}"))
    }

    pub(crate) fn options(&self, folder: &str, trials: Option<usize>) -> Options {
        Options { trials, jobs: 1, worker: false, threads: 1, folder: self.path(folder) }
    }

    /// What a search in this folder finds.
    pub(crate) fn search(&self, folder: &str, trials: Option<usize>) -> Found {
        self.try_to_search(folder, trials).unwrap_or_else(shown)
    }

    pub(crate) fn try_to_search(&self, folder: &str, trials: Option<usize>) -> Result<Found, Failure> {
        search::search(&self.config(), &self.options(folder, trials)).map(|found| found.expect("no worker"))
    }

    /// What is said of a search that cannot be: its code, and all of the diagnostic.
    pub(crate) fn refusal(&self) -> (String, String) {
        let report = self.try_to_search("refused", None).unwrap_err().into_report();
        let code = report.code().map(|code| code.to_string()).unwrap_or_default();
        (code, format!("{report:?}"))
    }

    /// The names of all studies, and how many trials of each are complete, or not.
    pub(crate) fn studies(&self, folder: &str) -> Vec<(String, i64, i64)> {
        let database = Connection::open(self.path(folder).join(study::FILE)).unwrap();
        let sql = "SELECT study_name, COALESCE(SUM(state = 'COMPLETE'), 0), COALESCE(SUM(state <> 'COMPLETE'), 0) \
                   FROM studies LEFT JOIN trials USING (study_id) GROUP BY study_id ORDER BY study_id";
        let mut query = database.prepare(sql).unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// The figures in the weights file of a trial's folder.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// Events of three classes, each around a centre of its own.
fn write(path: &Path, rows: usize, seed: u64) {
    let mut random = Random::new(seed);
    let y: Array1<u8> = (0..rows).map(|_| u8::try_from(random.below(3)).unwrap()).collect();
    let x = Array2::from_shape_fn((rows, 4), |(row, feature)| {
        let centre = f32::from(u8::from(feature == usize::from(y[row]))) * 1.2 - 0.4;
        let spread: f32 = (0..4).map(|_| random.unit() - 0.5).sum();
        centre + 1.4 * spread
    });
    let mut npz = NpzWriter::new(File::create(path).unwrap());
    npz.add_array("x", &x).unwrap();
    npz.add_array("y", &y).unwrap();
    npz.finish().unwrap();
}

pub(crate) fn shown<T>(failure: Failure) -> T {
    panic!("{:?}", failure.into_report())
}

/// A search taken apart: what its stages share.
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) search: config::search::Search,
    pub(crate) lessons: Lessons,
    pub(crate) folder: PathBuf,
}

impl Parts {
    pub(crate) fn of(bench: &Bench, folder: &str, trials: Option<usize>) -> Parts {
        let config = bench.config();
        let search = search::wanted(&config, &bench.options(folder, trials)).unwrap_or_else(shown);
        let lessons = search::lessons(&config, &search).unwrap_or_else(shown);
        Parts { config, search, lessons, folder: bench.path(folder) }
    }

    pub(crate) fn terms(&self) -> Terms<'_> {
        let reference = reference::costs(&self.search, &self.config).unwrap_or_else(shown);
        Terms { search: &self.search, lessons: &self.lessons, threads: 1, reference }
    }

    /// The stages; `keeper` is the study that keeps the reference.
    pub(crate) fn stages(&self) -> Vec<Stage> {
        let terms = self.terms();
        let whole = Plan::new(&terms, stages::first(&self.config), None, self.search.trials).unwrap();
        let mut store = study::open(&whole, "net", &self.folder).unwrap_or_else(shown);
        let compared = reference::find(&terms, &self.config, &mut store).unwrap_or_else(shown);
        stages::of(&self.config, &self.search, compared.as_ref())
    }

    /// The trials of the study `name`, which is that of `plan`.
    pub(crate) fn trials(&self, plan: &Plan, name: &str) -> Vec<Trial> {
        study::open(plan, name, &self.folder).unwrap_or_else(shown).trials().unwrap()
    }
}

/// The first trial of the greatest value.
pub(crate) fn best(trials: &[Trial]) -> &Trial {
    trials.iter().rev().max_by(|a, b| a.values[0].total_cmp(&b.values[0])).unwrap()
}
