//! What the full trainings of a search are judged by.

use crate::support::{Bench, bench};
use heteroq::config::search::Metric;
use heteroq::config::{self, Config, Weights};
use heteroq::flow::lessons;
use heteroq::flow::search::member::Member;
use heteroq::flow::search::metric;
use std::fs;
use std::path::PathBuf;

/// Each seed keeps back validation events of its own, and standardizes by the others.
#[test]
fn each_is_judged_by_the_events_that_it_kept_back() {
    let bench = bench(&[
        "goal: bits",
        "metric: auc",
        "sampler: random",
        "trials: 4",
        "epochs: 1",
        "final: {epochs: 2, seeds: 3}",
    ]);
    bench.run("study", &["--threads", "1"]);
    let members = bench.members("study");
    let reports: Vec<_> = members.iter().filter(|(path, _)| path.ends_with("report.json")).collect();
    assert!(!reports.is_empty());
    for (path, report) in reports {
        let member: Member = serde_json::from_slice(report).unwrap();
        let folder = bench.path("study").join(path.parent().unwrap());
        let config = config::load(&folder.join("config.yaml")).unwrap();
        for trained in &member.trained {
            let weights = folder.join(format!("seed_{}/weights.safetensors", trained.seed));
            let mut config = Config { weights, ..config.clone() };
            config.train.seed = trained.seed;
            let (lessons, weights) = (lessons::read(&config).unwrap(), Weights::require(&config).unwrap());
            let found = metric::of_exact(Metric::Auc, &config, &weights, &lessons).unwrap();
            assert!(
                found.to_bits() == trained.validation_metric.to_bits(),
                "{}: {found} {trained:?}",
                path.display()
            );
        }
    }
}

/// A network whose training overshoots where its learning rate is too great.
const WILD: &str = r#"name: wild
input: {shape: [4], quantizer: "quantized_bits(6, 2)", names: [a, b, c, d]}
layers:
  - {name: fc1, kind: dense, units: 64, kernel: "quantized_bits(4, 0, alpha=1)"}
  - {name: out, kind: dense, units: 2, kernel: "quantized_bits(4, 0, alpha=1)", bias: "quantized_bits(4, 0, alpha=1)"}
output: {classes: [no, yes]}
weights: weights.safetensors
data: {train: train.csv, test: test.csv, validation: 0.3}
train: {batch_size: 4, optimizer: sgd, loss: mse, epochs: 20, learning_rate: RATE}
search: {goal: bits, limit: {out: [8, 8]}, trials: 8, epochs: 1, final: {epochs: 20, seeds: 2}}
hardware: {clock_mhz: 320, target: xcvu9p}
"#;

fn wild(rate: &str) -> Bench {
    let bench = bench(&["goal: bits"]);
    fs::write(bench.path("config.yaml"), WILD.replace("RATE", rate)).unwrap();
    bench
}

/// What is left of the search, once it was run twice: that the second time nothing new is said or written.
fn left(rate: &str) -> (String, Vec<(PathBuf, Vec<u8>)>) {
    let bench = wild(rate);
    bench.run("study", &["--threads", "1"]);
    let (said, members) = (bench.all_said("study"), bench.members("study"));
    bench.run("study", &["--threads", "1"]);
    assert_eq!(bench.all_said("study"), said);
    assert!(bench.members("study") == members);
    (said, members)
}

fn reports(members: &[(PathBuf, Vec<u8>)]) -> usize {
    members.iter().filter(|(path, _)| path.ends_with("report.json")).count()
}

#[test]
fn one_that_cannot_go_on_is_as_good_as_it_was() {
    let (said, members) = left("{peak: 0.8, warmup: 19}");
    assert!(said.contains("are those of epoch") && said.contains("diverged in epoch 1"), "{said}");
    assert!(!said.contains("left out") && reports(&members) > 1, "{said}");
}

#[test]
fn one_that_comes_to_nothing_leaves_the_others() {
    let (said, members) = left("0.26");
    let lost = said.lines().filter(|line| line.ends_with("this network is left out"));
    assert_eq!((lost.count(), reports(&members)), (1, 1), "{said}");
}

#[test]
fn if_all_come_to_nothing_that_is_said() {
    let bench = wild("0.36");
    for _ in 0..2 {
        let status = bench.start("study", &["--threads", "1"]).wait().unwrap();
        let said = bench.all_said("study");
        assert_eq!(status.code(), Some(1), "{said}");
        assert!(
            said.contains("search::lost") && said.contains("none of 1 network can be trained in full"),
            "{said}"
        );
    }
}
