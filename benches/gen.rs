//! How long a design takes, and how much memory: `make bench` runs one network a process, so that the peak is its own.

use divan::Bencher;
use heteroq::config::{self, Config, Weights};
use heteroq::data::random::Random;
use heteroq::flow::Design;
use heteroq::flow::generate::generate;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::fmt::Write;
use std::path::Path;

fn main() {
    divan::main();
    if let Some(peak) = peak_memory() {
        eprintln!("peak memory of this process: {peak}");
    }
}

/// What Linux keeps of this process.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(format!("{:.0} MB", kib * 1024.0 / 1e6))
}

/// config and weights → everything below `rtl_out/jet_tagger`.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn jet_tagger(bencher: Bencher) {
    let config = config::load(Path::new("examples/jet_tagger/config.yaml")).unwrap();
    let weights = Weights::require(&config).unwrap();
    measure(bencher, &config, &weights);
}

/// The same for a random 64-64-64-64-10 network of 8 bits.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn deep(bencher: Bencher) {
    let sizes = [64, 64, 64, 64, 10];
    let config = config::parse(&text(&sizes), Path::new("deep/config.yaml")).unwrap();
    let weights = Weights::from_bytes(&config, &random_weights(&sizes)).unwrap();
    measure(bencher, &config, &weights);
}

fn measure(bencher: Bencher, config: &Config, weights: &Weights) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join(&config.name);
    bencher.bench_local(|| {
        let design = Design::new(config, weights).unwrap_or_else(|e| panic!("{:?}", e.into_report()));
        generate(&design, &folder).unwrap_or_else(|e| panic!("{:?}", e.into_report()))
    });
}

fn text(sizes: &[usize]) -> String {
    let mut text = format!(
        "name: deep\ninput: {{shape: [{}], quantizer: \"quantized_bits(8, 2)\"}}\n\
         hardware: {{clock_mhz: 320, initiation_ns: 25, target: xcvu9p}}\nlayers:\n",
        sizes[0]
    );
    for (n, units) in sizes.iter().enumerate().skip(1) {
        let relu = if n + 1 < sizes.len() { ", activation: \"quantized_relu(8, 2)\"" } else { "" };
        writeln!(
            text,
            "  - {{name: fc{n}, kind: dense, units: {units}, kernel: \"quantized_bits(8, 0, alpha=1)\", \
             bias: \"quantized_bits(8, 0, alpha=1)\"{relu}}}"
        )
        .unwrap();
    }
    text
}

/// Nearly normal, sigma 0.3.
fn random_weights(sizes: &[usize]) -> Vec<u8> {
    let mut random = Random::new(1);
    let mut weight = || {
        let sum: usize = (0..12).map(|_| random.below(1 << 20)).sum();
        (f64::from(u32::try_from(sum).unwrap()) / f64::from(1 << 20) - 6.0) * 0.3
    };
    let mut numbers = |count| (0..count).flat_map(|_| weight().to_le_bytes()).collect::<Vec<u8>>();
    let mut tensors = Vec::new();
    for (n, pair) in sizes.windows(2).enumerate() {
        let layer = n + 1;
        tensors.push((format!("fc{layer}/kernel"), vec![pair[0], pair[1]], numbers(pair[0] * pair[1])));
        tensors.push((format!("fc{layer}/bias"), vec![pair[1]], numbers(pair[1])));
    }
    let views = tensors.iter().map(|(name, shape, bytes)| {
        (name.as_str(), TensorView::new(Dtype::F64, shape.clone(), bytes).unwrap())
    });
    safetensors::serialize(views, None).unwrap()
}
