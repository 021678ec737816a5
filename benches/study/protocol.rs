//! What the study compares on equal terms: data, budgets, seeds, folders.

use heteroq::config::{self, Config, ConfigError};
use std::path::{Path, PathBuf};

/// The network that is varied.
pub(crate) const EXAMPLE: &str = "examples/jet_tagger/config.yaml";

/// The terms of a study.
#[derive(Debug, Clone)]
pub(crate) struct Protocol {
    /// Whether it is the short one, which shows that the program runs and nothing else.
    pub(crate) quick: bool,
    /// Trials of each search.
    pub(crate) trials: usize,
    /// Epochs of each trial.
    pub(crate) epochs: usize,
    /// Training jets of each trial.
    pub(crate) events: usize,
    /// Epochs of each homogeneous network before the choice among them, on all training jets.
    pub(crate) first_epochs: usize,
    /// Bits of the homogeneous networks.
    pub(crate) bits: Vec<u32>,
    /// Their neurons, as multiples of the example's.
    pub(crate) factors: Vec<f64>,
    /// Epochs of a full training.
    pub(crate) full_epochs: usize,
    /// Full trainings of a row.
    pub(crate) seeds: u64,
    /// Full trainings of a member of a front.
    pub(crate) front_seeds: u64,
    /// Where trainings and searches are kept.
    pub(crate) folder: PathBuf,
    /// Where the results go.
    pub(crate) results: PathBuf,
    /// Where AutoQKeras's own results are, by goal.
    pub(crate) autoqkeras: [(&'static str, PathBuf); 2],
}

impl Protocol {
    /// That of the repository's study.
    pub(crate) fn full() -> Protocol {
        let peer = |goal| {
            let folder = std::env::var_os(format!("STUDY_AUTOQKERAS_{}", str::to_uppercase(goal)));
            (
                goal,
                folder.map_or_else(|| Path::new("rtl_out").join(format!("autoqkeras_{goal}")), PathBuf::from),
            )
        };
        Protocol {
            quick: false,
            trials: 100,
            epochs: 10,
            events: 100_000,
            first_epochs: 14,
            bits: (2..=8).collect(),
            factors: vec![0.5, 0.75, 1.0, 1.5, 2.0],
            full_epochs: 40,
            seeds: 5,
            front_seeds: 3,
            folder: PathBuf::from("search/study"),
            results: PathBuf::from("examples/jet_tagger/study"),
            autoqkeras: [peer("bits"), peer("energy")],
        }
    }

    /// The short one, in this folder.
    pub(crate) fn short(folder: &Path) -> Protocol {
        Protocol {
            quick: true,
            trials: 2,
            epochs: 1,
            events: 1000,
            first_epochs: 1,
            bits: vec![3, 6],
            factors: vec![0.5, 1.0],
            full_epochs: 1,
            seeds: 2,
            front_seeds: 1,
            folder: folder.to_owned(),
            results: folder.join("results"),
            autoqkeras: ["bits", "energy"].map(|goal| (goal, folder.join(goal))),
        }
    }

    /// The text of the example's config with this name; of the short study with few neurons, on the few jets in its folder.
    ///
    /// # Panics
    /// The example is not there.
    pub(crate) fn text(&self, name: &str) -> String {
        let text = std::fs::read_to_string(EXAMPLE).unwrap_or_else(|error| panic!("{EXAMPLE}: {error}"));
        let text = text.replace("name: jet_tagger\n", &format!("name: {name}\n"));
        let text = text.replace("epochs: 40\n", &format!("epochs: {}\n", self.full_epochs));
        if !self.quick {
            return text;
        }
        let folder = Path::new("../..").join(&self.folder);
        let jets =
            ["jets_train.npz", "jets_test.npz"].map(|file| (file, folder.join(file).display().to_string()));
        let neurons = ["units: 64", "units: 32"].map(|units| (units, "units: 8".to_owned()));
        jets.iter().chain(&neurons).fold(text, |text, (old, new)| text.replace(old, new))
    }

    /// The example, on the terms of the study.
    pub(crate) fn example(&self) -> Result<Config, ConfigError> {
        config::parse(&self.text("jet_tagger"), Path::new(EXAMPLE))
    }

    /// The seeds of a row, the first ones those of a front's members.
    pub(crate) fn all_seeds(&self) -> std::ops::RangeInclusive<u64> {
        1..=self.seeds
    }

    /// Those that are left for a row whose first trainings are a front's.
    pub(crate) fn more_seeds(&self) -> std::ops::RangeInclusive<u64> {
        self.front_seeds + 1..=self.seeds
    }
}
