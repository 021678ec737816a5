//! AutoQKeras's own networks, as `make peers-autoqkeras` leaves them, trained on our terms.

use crate::networks::{Network, School};
use heteroq::config::{self, Config};
use heteroq::flow::Failure;
use miette::miette;
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// What `autoqkeras.json` says, as far as it counts here.
#[derive(Debug, Clone, Deserialize)]
struct Results {
    seconds: f64,
    epochs: usize,
    train_jets: usize,
    tune_filters: String,
    hardware: Chosen,
    trials: Vec<Trial>,
}

#[derive(Debug, Clone, Deserialize)]
struct Chosen {
    best: Option<String>,
    front: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Trial {
    #[serde(rename = "trial")]
    number: String,
    seconds: f64,
    test_accuracy: Option<f64>,
    verified: Option<Verified>,
    exported: Option<String>,
}

/// What heteroq said of an exported network.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Verified {
    /// The accuracy of its exact net on the test jets.
    pub(crate) test_accuracy: f64,
    /// The fraction of test jets of which both name the same class.
    pub(crate) same_class: f64,
}

/// What AutoQKeras found for a goal.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    /// The goal.
    pub(crate) goal: &'static str,
    /// The best network, and then the others of the front.
    pub(crate) members: Vec<Network>,
    /// What the search was, in words.
    pub(crate) said: String,
    /// Wall time of its trials.
    pub(crate) seconds: f64,
    /// The best network with AutoQKeras's own weights: accuracy on the test jets by Keras, and what heteroq says.
    pub(crate) own: (Option<f64>, Option<Verified>),
}

/// The results in `folder`, if there are any with a network that has hardware.
pub(crate) fn read(
    school: &School,
    example: &Config,
    goal: &'static str,
    folder: &Path,
) -> Result<Option<Peer>, Failure> {
    let path = folder.join("autoqkeras.json");
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    let results: Results = serde_json::from_str(&text)
        .map_err(|error| Failure::Input(miette!("{} is not as expected: {error}", path.display())))?;
    let Some(best) = exported(&results, results.hardware.best.as_deref()) else { return Ok(None) };
    let front = results.hardware.front.iter().filter(|number| **number != best.number);
    let front: Vec<&Trial> = front.filter_map(|number| exported(&results, Some(number))).collect();
    let config = |trial: &&Trial| {
        Ok((format!("AutoQKeras_{goal} trial {}", trial.number), network(example, folder, trial)?))
    };
    let front = front.iter().map(config).collect::<Result<Vec<_>, Failure>>()?;
    let mut members = school.all(&[config(&best)?], school.protocol.all_seeds())?;
    members.extend(school.all(&front, 1..=school.protocol.front_seeds)?);
    Ok(Some(Peer {
        goal,
        members,
        said: said(&results),
        seconds: results.seconds,
        own: (best.test_accuracy, best.verified),
    }))
}

fn exported<'a>(results: &'a Results, number: Option<&str>) -> Option<&'a Trial> {
    let trial = results.trials.iter().find(|trial| Some(trial.number.as_str()) == number)?;
    trial.exported.is_some().then_some(trial)
}

/// The trial's network, to be trained and built as the example is.
fn network(example: &Config, folder: &Path, trial: &Trial) -> Result<Config, Failure> {
    let path = folder.join(trial.exported.as_deref().expect("it is exported"));
    let config = config::load(&path)?;
    let (data, train) = (example.data.clone(), example.train.clone());
    Ok(Config { data, train, hardware: example.hardware.clone(), ..config })
}

fn said(results: &Results) -> String {
    let Results { epochs, train_jets, tune_filters, trials, .. } = results;
    let trained: f64 = trials.iter().map(|trial| trial.seconds).sum();
    format!(
        "{} trials of {epochs} epochs on {train_jets} jets, `tune_filters: {tune_filters}`, {trained:.0} s",
        trials.len()
    )
}
