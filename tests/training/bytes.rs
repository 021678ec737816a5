//! Whether the same seed gives the same file: on any number of threads, and stopped and resumed.

use crate::networks::Draw;
use crate::school::{School, bits, lessons, shown, trainer};
use crate::stop::stopped;
use heteroq::config::{Config, Weights};
use heteroq::data::random::Random;
use heteroq::flow::train::{self, Options, Trained};
use heteroq::train::checkpoint::Epoch;
use heteroq::train::network::Fusion;

const SMALL: &str = "name: fc, kind: dense, units: 8, kernel: \"quantized_bits(5, 0, alpha='auto_po2', use_stochastic_rounding=True)\", \
                     bias: \"quantized_bits(5, 1, alpha=1)\", activation: \"quantized_relu(4, 1)\"\n\
                     name: noise, kind: dropout, rate: 0.1\n\
                     name: norm, kind: batch_norm, activation: \"quantized_bits(6, 2, alpha=1)\"\n\
                     name: out, kind: dense, units: 3, kernel: \"quantized_bits(5, 0, alpha=1)\"\n";

/// What a training may remember besides its weights.
const RULES: [&str; 6] = [
    "optimizer: adam",
    "learning_rate: {schedule: plateau, peak: 0.02, patience: 1, factor: 0.5}",
    "early_stopping: {patience: 2, min_delta: 0.01}, optimizer: adamw",
    "pruning: {sparsity: 0.5, finish: 4, every: 2}",
    "qnoise: {start: 1, finish: 5}, optimizer: {name: sgd, momentum: 0.9}, learning_rate: 0.05",
    "class_weights: balanced, learning_rate: {schedule: cosine, peak: 0.01, warmup: 1.5}, l2: 1e-3",
];

fn config(school: &School, rule: &str, seed: u64) -> Config {
    school.config(SMALL, &format!("epochs: 6, batch_size: 300, seed: {seed}, {rule}"))
}

#[test]
fn the_weights_do_not_depend_on_the_threads() {
    let school = School::new();
    for rule in RULES {
        let config = config(&school, rule, 1);
        for threads in 1..4 {
            school.train(&config, &format!("{threads}.safetensors"), threads);
        }
        let one = school.bytes("1.safetensors");
        assert!(one == school.bytes("2.safetensors") && one == school.bytes("3.safetensors"), "{rule}");
    }
}

/// With more shards than threads, and every kind of layer.
#[test]
fn nor_do_those_of_any_other_network() {
    let school = School::new();
    let mut draw = Draw(Random::new(7));
    for case in 0..12 {
        let (layers, rule) = draw.network();
        let config = school.config(&layers, &format!("epochs: 2, batch_size: 900, {rule}"));
        let lessons = lessons(&config);
        let trained = [1, 2, 3].map(|threads| {
            let mut trainer = trainer(&config, &lessons, Fusion::Fused, threads);
            trainer.run_epoch(&mut |_| ()).unwrap();
            bits(&trainer.engine.network.parameters)
        });
        assert!(trained[0] == trained[1] && trained[0] == trained[2], "case {case}: {rule}\n{layers}");
    }
}

#[test]
fn another_seed_gives_other_weights() {
    let school = School::new();
    for seed in [1, 2, 1] {
        school.train(&config(&school, "optimizer: adam", seed), &format!("{seed}.safetensors"), 1);
    }
    assert_ne!(school.bytes("1.safetensors"), school.bytes("2.safetensors"));
}

/// With steps too small to move a weight, what comes out is what it started from; an interrupted training that started
/// from other weights is another one.
#[test]
fn a_training_starts_from_given_weights() {
    let school = School::new();
    school.train(&config(&school, "optimizer: adam", 1), "first.safetensors", 1);
    let still = school.config(SMALL, "epochs: 1, seed: 2, optimizer: sgd, learning_rate: 1e-12");
    let from = |from: &str, output: &str| {
        let (from, output) = (Some(school.path(from)), Some(school.path(output)));
        train::train(&still, &Options { output, from, threads: 1, fresh: false })
    };
    from("first.safetensors", "second.safetensors").unwrap_or_else(shown);
    let kernel = |name: &str| {
        let config = Config { weights: school.path(name), ..still.clone() };
        Weights::require(&config).unwrap().kernel("fc").unwrap().values.clone()
    };
    let (first, second) = (kernel("first.safetensors"), kernel("second.safetensors"));
    assert!(first.iter().zip(&second).all(|(a, b)| (a - b).abs() < 1e-9), "{first:?} {second:?}");
    school.train(&still, "drawn.safetensors", 1);
    assert_ne!(kernel("drawn.safetensors"), kernel("second.safetensors"));
    assert!(from("none.safetensors", "third.safetensors").is_err());
    assert!(!school.path("third.safetensors").exists());
}

#[test]
fn an_interrupted_training_goes_on_only_from_the_same_start() {
    let school = School::new();
    let config = config(&school, "optimizer: adam", 3);
    for (name, seed) in [("a", 1), ("b", 2)] {
        let config = school.config(SMALL, &format!("epochs: 1, seed: {seed}"));
        school.train(&config, &format!("{name}.safetensors"), 1);
    }
    let options = |from: &str| Options {
        output: Some(school.path("w.safetensors")),
        from: Some(school.path(&format!("{from}.safetensors"))),
        threads: 1,
        fresh: false,
    };
    let stop = |from: &str| stopped(3, || train::train(&config, &options(from)));
    assert!(stop("a").is_none() && stop("b").is_none());
    let goes_on = |from: &str| train::train(&config, &options(from)).unwrap_or_else(shown).resumed_after;
    assert_eq!(goes_on("b"), 2);
    assert!(stop("b").is_none());
    assert_eq!(goes_on("a"), 0);
}

/// A training that is stopped in the middle of every epoch, and goes on from the checkpoint of the one before.
#[test]
fn a_training_in_pieces_gives_the_same_file() {
    for rule in RULES {
        let school = School::new();
        let config = config(&school, rule, 3);
        let whole = school.train(&config, "whole.safetensors", 1);
        let mut stops = 0;
        let last = loop {
            match stopped(stops + 2, || school.train(&config, "pieces.safetensors", 1)) {
                Some(trained) => break trained,
                None => stops += 1,
            }
            assert!(school.path("pieces.safetensors.checkpoint").exists());
            assert!(!school.path("pieces.safetensors").exists(), "it is not done");
        };
        assert_eq!(stops + 1, whole.epochs.len(), "{rule}");
        assert_eq!(last.resumed_after, stops, "{rule}");
        assert!(school.bytes("whole.safetensors") == school.bytes("pieces.safetensors"), "{rule}");
        assert_eq!((figures(&whole), whole.best_epoch), (figures(&last), last.best_epoch), "{rule}");
        assert!(!school.path("pieces.safetensors.checkpoint").exists(), "{rule}: it is done");
    }
}

/// A checkpoint is of its training alone, also where the hardware would be the same.
#[test]
fn what_layers_do_in_training_alone_makes_another_training() {
    let school = School::new();
    let folded = SMALL.replace("name: fc, ", "name: fc, batch_norm: {fold: moving, momentum: 0.9}, ");
    let config = |layers: &str| school.config(layers, "epochs: 3, batch_size: 300");
    for (from, to) in [
        ("rate: 0.1", "rate: 0.4"),
        ("kind: batch_norm", "kind: batch_norm, momentum: 0.5"),
        ("momentum: 0.9", "momentum: 0.5"),
        ("fold: moving", "fold: batch"),
        ("fold: moving", "fold: moving, freeze_delay: 1"),
    ] {
        let other = config(&folded.replacen(from, to, 1));
        assert!(stopped(3, || school.train(&config(&folded), "pieces.safetensors", 1)).is_none());
        let trained = school.train(&other, "pieces.safetensors", 1);
        assert_eq!(trained.resumed_after, 0, "{to}");
        school.train(&other, "whole.safetensors", 1);
        assert!(school.bytes("whole.safetensors") == school.bytes("pieces.safetensors"), "{to}");
    }
}

/// All that does not depend on the clock.
fn figures(trained: &Trained) -> Vec<[f64; 4]> {
    let of = |e: &Epoch| [e.loss, e.validation_loss, e.validation_accuracy, e.learning_rate];
    trained.epochs.iter().map(of).collect()
}
