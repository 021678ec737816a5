//! How many jets a second training learns from: `cargo bench --bench train`.
//!
//! One epoch of 64 steps of 1,024 jets drawn at random, through the 6-bit jet tagger of `examples/`, through the same with
//! its activations as operations of their own, and with a batch normalization before each activation.

use divan::Bencher;
use divan::counter::ItemsCount;
use heteroq::config::{self, Config};
use heteroq::data::random::Random;
use heteroq::train::engine::Engine;
use heteroq::train::initial;
use heteroq::train::network::{Fusion, Network};
use heteroq::train::trainer::{Examples, Trainer};
use std::path::Path;

const JETS: usize = 65_536;

fn main() {
    divan::main();
}

#[divan::bench]
fn tagger_on_one_thread(bencher: Bencher) {
    epoch(bencher, &tagger(false), Fusion::Fused, 1);
}

#[divan::bench]
fn tagger_on_two_threads(bencher: Bencher) {
    epoch(bencher, &tagger(false), Fusion::Fused, 2);
}

#[divan::bench]
fn tagger_composed_on_one_thread(bencher: Bencher) {
    epoch(bencher, &tagger(false), Fusion::Composed, 1);
}

#[divan::bench]
fn tagger_with_batch_norm_on_one_thread(bencher: Bencher) {
    epoch(bencher, &tagger(true), Fusion::Fused, 1);
}

#[divan::bench]
fn tagger_with_batch_norm_on_two_threads(bencher: Bencher) {
    epoch(bencher, &tagger(true), Fusion::Fused, 2);
}

fn epoch(bencher: Bencher, config: &Config, fusion: Fusion, threads: usize) {
    let mut random = Random::new(1);
    let x: Vec<f32> =
        (0..JETS * config.features()).map(|_| (random.unit() * 4096.0).floor() / 1024.0 - 2.0).collect();
    let labels: Vec<u32> = (0..JETS).map(|_| u32::try_from(random.below(5)).unwrap()).collect();
    let network = Network::new(config, fusion, &mut initial::of(config));
    let engine = Engine::new(network, threads).unwrap();
    let mut trainer = Trainer::new(&config.train, Examples { x: &x, labels: &labels, classes: 5 }, engine);
    bencher.counter(ItemsCount::new(JETS)).bench_local(|| trainer.run_epoch(&mut |_| ()).unwrap());
}

/// The network of `examples/jet_tagger`, with batch normalizations if wanted.
fn tagger(normalized: bool) -> Config {
    let mut layers = String::new();
    for (name, units) in [("fc1", 64), ("fc2", 32), ("fc3", 32)] {
        let dense = format!("{{name: {name}, kind: dense, units: {units}, kernel: '{SIX}', bias: '{SIX}'");
        layers += &match normalized {
            false => format!("  - {dense}, activation: \"{RELU}\"}}\n"),
            true => format!(
                "  - {dense}}}\n  - {{name: {name}_norm, kind: batch_norm, activation: \"{RELU}\"}}\n"
            ),
        };
    }
    let text = format!(
        "name: tagger\ninput: {{shape: [16], quantizer: 'quantized_bits(16, 5)'}}\nlayers:\n{layers}  - {{name: out, \
         kind: dense, units: 5, kernel: '{SIX}', bias: '{SIX}'}}\ntrain: {{batch_size: 1024, epochs: 1000}}\n"
    );
    config::parse(&text, Path::new("config.yaml")).unwrap()
}

const SIX: &str = "quantized_bits(6, 0, alpha=1)";
const RELU: &str = "quantized_relu(6, 0, round='half_up')";
