//! Networks as a search meets them: the jet tagger's, with drawn quantizers and numbers of neurons, trained for two
//! epochs.

use heteroq::config;
use heteroq::data::random::Random;
use heteroq::flow::{Failure, train};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The default choices of AutoQKeras for `limit: {Dense: [8, 8, 4], Activation: [4]}`.
const KERNELS: [&str; 8] = [
    "binary",
    "stochastic_binary",
    "ternary",
    "stochastic_ternary",
    "quantized_bits(2,1,1,alpha=1.0)",
    "quantized_bits(4,0,1)",
    "quantized_bits(8,0,1)",
    "quantized_po2(4,1)",
];
const BIASES: [&str; 3] = ["quantized_bits(4,0,1)", "quantized_bits(8,3,1)", "quantized_po2(4,8)"];
/// Without `binary(alpha='auto_po2')`, which has no hardware as an activation.
const ACTIVATIONS: [&str; 5] =
    ["binary", "ternary", "quantized_relu(3,1)", "quantized_relu(4,2)", "quantized_relu_po2(4,4)"];
const FACTORS: [f64; 5] = [0.5, 0.75, 1.0, 1.5, 2.0];

const LAYERS: [(&str, f64); 4] = [("fc1", 64.0), ("fc2", 32.0), ("fc3", 32.0), ("out", 5.0)];

/// The configs of `count` networks in `folder`, each trained. Those that are there are not trained again; what cannot be
/// trained is left out.
pub(crate) fn networks(folder: &Path, count: u64) -> Vec<PathBuf> {
    let one = |seed| {
        let path = folder.join(format!("net_{seed:02}")).join("config.yaml");
        super::or_say(&path, trained(&path, seed)).map(|()| path.clone())
    };
    (1..=count).filter_map(one).collect()
}

fn trained(path: &Path, seed: u64) -> Result<(), Failure> {
    let place = path.parent().expect("it was joined to a folder");
    fs::create_dir_all(place).unwrap_or_else(|e| panic!("{}: {e}", place.display()));
    let text = text(seed);
    if fs::read_to_string(path).is_ok_and(|old| old == text) && place.join("weights.safetensors").is_file() {
        return Ok(());
    }
    fs::write(path, &text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let config = config::load(path)?;
    let trained =
        train::train(&config, &train::Options { output: None, from: None, threads: 0, fresh: true })?;
    eprintln!("{}: {:.2} %", path.display(), 100.0 * trained.validation_accuracy);
    Ok(())
}

/// The config of network `seed`.
fn text(seed: u64) -> String {
    let jets = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/jet_tagger");
    let mut text = format!(
        "name: ranking\ninput: {{shape: [16], quantizer: \"quantized_bits(16, 5)\"}}\n\
         output: {{classes: [g, q, t, w, z]}}\nweights: weights.safetensors\n\
         data: {{train: \"{0}/jets_train.npz\", test: \"{0}/jets_test.npz\", validation: 0.2, standardize: true}}\n\
         train: {{epochs: 2, batch_size: 1024, optimizer: adam, learning_rate: 1e-3, seed: {seed}}}\n\
         hardware: {{clock_mhz: 320, initiation_ns: 25, target: xcvu9p}}\nlayers:\n",
        jets.display()
    );
    let mut random = Random::new(seed);
    let last = LAYERS.len() - 1;
    for (place, (name, units)) in LAYERS.into_iter().enumerate() {
        let units = if place < last { units * draw(&mut random, &FACTORS) } else { units };
        let (kernel, bias) = (draw(&mut random, &KERNELS), draw(&mut random, &BIASES));
        write!(
            text,
            "  - {{name: {name}, kind: dense, units: {units}, kernel: \"{kernel}\", bias: \"{bias}\""
        )
        .expect("a string takes all");
        if place < last {
            write!(text, ", activation: \"{}\"", draw(&mut random, &ACTIVATIONS))
                .expect("a string takes all");
        }
        text += "}\n";
    }
    text
}

fn draw<T: Copy>(random: &mut Random, choices: &[T]) -> T {
    choices[random.below(choices.len())]
}
