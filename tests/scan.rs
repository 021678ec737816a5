//! `heteroq scan` with a trainer that only draws weights: what is quantized how, what is kept, what is shown.
#![cfg(feature = "train")]

use heteroq::config::{self, Config, Kind, Weights};
use heteroq::data::{Dataset, random::Random};
use heteroq::flow::post_training::{fitted, float::float, forward::Float, plain, ranges};
use heteroq::flow::scan::point::Point;
use heteroq::flow::scan::setting::{Setting, Way};
use heteroq::flow::scan::{Options, Scanned, scan};
use heteroq::flow::{Design, Failure, evaluate};
use miette::miette;
use ndarray::{Array1, Array2, array};
use ndarray_npy::NpzWriter;
use safetensors::{Dtype, tensor::TensorView};
use std::cell::RefCell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Two hidden layers, one of them with an own rounding, the other's kernel of another kind.
const NETWORK: &str = r#"name: net # two layers
input: {shape: [3], quantizer: "quantized_bits(12, 3)", names: [a, b, c]}
layers:
  - name: fc1
    kind: dense
    units: 5
    kernel: "quantized_bits(6, 0, alpha=1)"
    bias: "quantized_bits(6, 0, alpha=1)"
    activation: "quantized_relu(6, 1, round='half_up')" # kept
  - {name: fc2, kind: dense, units: 4, kernel: "ternary(alpha=1)", use_bias: false, activation: "quantized_tanh(4)"}
  - {name: out, kind: dense, units: 3, kernel: "quantized_bits(6, 0, alpha=1)", bias: "quantized_bits(5, 1)"}
output: {classes: [x, y, z]}
data: {train: train.npz, test: test.npz, validation: 0.2}
train: {epochs: 3, seed: 4}
hardware: {clock_mhz: 320, target: xcvu9p}
"#;

/// A folder with the network and its events.
fn folder() -> TempDir {
    folder_of(NETWORK)
}

fn folder_of(network: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.yaml"), network).unwrap();
    for (name, rows) in [("train.npz", 400), ("test.npz", 300)] {
        let mut random = Random::new(rows as u64);
        let x = Array2::from_shape_simple_fn((rows, 3), || number(&mut random, 4.0));
        let y: Array1<u8> = (0..rows).map(|_| u8::try_from(random.below(3)).unwrap()).collect();
        let mut file = NpzWriter::new(File::create(folder.path().join(name)).unwrap());
        file.add_array("x", &x).unwrap();
        file.add_array("y", &y).unwrap();
        file.finish().unwrap();
    }
    folder
}

/// From `-most` to `most`.
fn number(random: &mut Random, most: f32) -> f32 {
    let unit = u16::try_from(random.below(65_536)).unwrap();
    (f32::from(unit) / 32_768.0 - 1.0) * most
}

fn load(folder: &Path) -> Config {
    config::load(&folder.join("config.yaml")).unwrap()
}

fn options(folder: &Path, settings: &[Setting], seeds: u32) -> Options {
    Options { settings: settings.to_vec(), seeds, epochs: Some(1), folder: folder.join("results") }
}

/// A trainer: leaves weights that depend on the seed alone, the kernels up to 0.8 and the biases up to 1.5.
#[expect(clippy::unnecessary_wraps, reason = "a trainer may fail")]
fn draw(config: &Config) -> Result<(), Failure> {
    let mut random = Random::new(config.train.seed);
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    for layer in &config.layers {
        let Kind::Dense(dense) = &layer.kind else { continue };
        let mut add = |what: &str, shape: Vec<usize>, most| {
            let count = shape.iter().product();
            let bytes = (0..count).flat_map(|_| number(&mut random, most).to_le_bytes()).collect();
            tensors.push((format!("{}/{what}", layer.name), shape, bytes));
        };
        add("kernel", vec![dense.fan_in, dense.units], 0.8);
        if dense.use_bias {
            add("bias", vec![dense.units], 1.5);
        }
    }
    let view = |(name, shape, bytes): &'static (String, Vec<usize>, Vec<u8>)| {
        (name.clone(), TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
    };
    let tensors: &'static Vec<_> = Box::leak(Box::new(tensors));
    let bytes = safetensors::serialize(tensors.iter().map(view), None).unwrap();
    fs::write(&config.weights, bytes).unwrap();
    Ok(())
}

/// What was trained, and what came of it.
fn scanned(folder: &Path, options: &Options) -> (Vec<PathBuf>, Result<Scanned, Failure>) {
    let trained = RefCell::new(Vec::new());
    let train = |config: &Config| {
        trained.borrow_mut().push(config.weights.strip_prefix(&options.folder).unwrap().to_owned());
        draw(config)
    };
    let found = scan(&load(folder), options, &train);
    (trained.into_inner(), found)
}

const THREE: [Setting; 3] = [Setting::Binary, Setting::Bits(3), Setting::Bits(8)];

#[test]
fn every_network_is_trained_once_and_kept() {
    let folder = folder();
    let options = options(folder.path(), &THREE, 2);
    let (trained, first) = scanned(folder.path(), &options);
    let first = first.unwrap();
    let names = ["float", "binary_aware", "3_aware", "8_aware"];
    let of = |seed| names.map(|name| PathBuf::from(format!("{name}_seed{seed}/weights.safetensors")));
    assert_eq!(trained, [of(4), of(5)].concat());
    assert_eq!(first.points.len(), 2 * (1 + 1 + 3 + 3));
    let (again, second) = scanned(folder.path(), &options);
    assert_eq!((again, second.unwrap()), (vec![], first.clone()));

    // One that was stopped before its figures were there, and one more setting: nothing else is done.
    fs::remove_file(options.folder.join("3_aware_seed5/figures.json")).unwrap();
    let more = Options { settings: [&THREE[..], &[Setting::Ternary]].concat(), ..options.clone() };
    let (trained, third) = scanned(folder.path(), &more);
    let names = ["ternary_aware_seed4", "ternary_aware_seed5", "3_aware_seed5"];
    assert_eq!(trained, names.map(|name| Path::new(name).join("weights.safetensors")));
    let mut points = third.unwrap().points;
    points.retain(|point| point.id.setting != Setting::Ternary);
    assert_eq!(points, first.points);

    // Other epochs: other networks.
    let (trained, _) = scanned(folder.path(), &Options { epochs: Some(2), ..options });
    assert_eq!(trained.len(), 8);
}

#[test]
fn a_scan_that_was_stopped_goes_on() {
    let folder = folder();
    let options = options(folder.path(), &THREE, 1);
    let count = RefCell::new(0);
    let stops = |config: &Config| {
        *count.borrow_mut() += 1;
        if *count.borrow() == 3 { Err(Failure::Input(miette!("stopped"))) } else { draw(config) }
    };
    let failure = scan(&load(folder.path()), &options, &stops).unwrap_err();
    assert_eq!(failure.into_report().to_string(), "stopped");
    assert!(!options.folder.join("scan.md").exists());
    let (trained, found) = scanned(folder.path(), &options);
    assert_eq!(trained.len(), 2, "the float and the binary network were done: {trained:?}");
    assert_eq!(found.unwrap().points.len(), 8);
}

/// The points hold what any other command says of the config in their folder.
#[test]
fn figures_are_those_of_the_exact_network() {
    let folder = folder();
    let options = options(folder.path(), &THREE, 1);
    let found = scanned(folder.path(), &options).1.unwrap();
    for point in found.points.iter().filter(|point| point.id.setting != Setting::Float) {
        let config = config::load(&options.folder.join(point.id.to_string()).join("config.yaml")).unwrap();
        let design = Design::new(&config, &Weights::require(&config).unwrap()).unwrap();
        let accuracy = evaluate::evaluate(&design, &folder.path().join("test.npz"), &[]).unwrap().accuracy;
        let (shift_add, multiply) = (point.shift_add.unwrap(), point.multiply.unwrap());
        assert_eq!(
            (point.accuracy, shift_add.latency_cycles),
            (accuracy, design.staged.latency),
            "{}",
            point.id
        );
        assert!((shift_add.lut - design.luts().iter().sum::<f64>()).abs() < 1e-9);
        assert_eq!(shift_add.dsp, 0);
        if point.id.setting == Setting::Bits(8) && point.id.way == Way::Aware {
            assert!(multiply.dsp > 0 && multiply.lut < shift_add.lut, "{multiply:?} {shift_add:?}");
        }
    }
}

fn layers_of(folder: &Path, name: &str) -> String {
    let text = fs::read_to_string(folder.join("results").join(name).join("config.yaml")).unwrap();
    text[text.find("layers:").unwrap()..text.find("output:").unwrap()].to_owned()
}

#[test]
fn quantizers_change_and_nothing_else() {
    let folder = folder();
    scanned(folder.path(), &options(folder.path(), &THREE, 1)).1.unwrap();
    let three = r#"layers:
  - name: fc1
    kind: dense
    units: 5
    kernel: "quantized_bits(3, alpha=1)"
    bias: "quantized_bits(3, alpha=1)"
    activation: "quantized_relu(3, 1, round='half_up')" # kept
  - {name: fc2, kind: dense, units: 4, kernel: "quantized_bits(3, alpha=1)", use_bias: false, activation: "quantized_tanh(3)"}
  - {name: out, kind: dense, units: 3, kernel: "quantized_bits(3, alpha=1)", bias: "quantized_bits(3, 1)"}
"#;
    assert_eq!(layers_of(folder.path(), "3_aware_seed4"), three);
    let plain = layers_of(folder.path(), "8_plain_seed4");
    assert!(plain.contains(r#"kernel: "quantized_bits(8, 5, alpha=1, round='floor')""#), "{plain}");
    assert!(plain.contains(r#"activation: "quantized_relu(7, 5, round='floor')" # kept"#), "{plain}");
    let binary = layers_of(folder.path(), "binary_aware_seed4");
    assert!(binary.contains(r#"kernel: "binary(alpha='auto_po2')""#), "{binary}");
    assert!(binary.contains(r#"bias: "quantized_bits(4, 1)""#), "{binary}");
    let text = fs::read_to_string(folder.path().join("results/8_fitted_seed4/config.yaml")).unwrap();
    assert!(
        text.contains("weights: \"../float_seed4/weights.safetensors\"\n")
            || text.contains("weights: ../float_seed4/weights.safetensors\n"),
        "{text}"
    );
    assert!(text.contains("train: ../../train.npz, test: ../../test.npz"), "{text}");
}

#[test]
fn what_is_shown_has_every_network() {
    let folder = folder();
    let options = options(folder.path(), &THREE, 2);
    let found = scanned(folder.path(), &options).1.unwrap();
    let read = |name: &str| fs::read_to_string(options.folder.join(name)).unwrap();
    assert_eq!(read("scan.md"), found.table);
    assert_eq!(found.table.lines().count(), 2 + 1 + 1 + 3 + 3);
    // A line for each arithmetic, and one for the float network.
    assert_eq!(read("scan.csv").lines().count(), 1 + 2 * (1 + 2 * 7));
    for name in ["accuracy", "lut", "ff", "dsp", "latency"] {
        let svg = read(&format!("{name}.svg"));
        assert!(svg.starts_with("<svg width=\"720\" height=\"480\""), "{svg}");
        assert!(
            ["binary", "while training", "after, fitted", "after, &lt;b,6&gt;"]
                .iter()
                .all(|word| svg.contains(word)),
            "{name}"
        );
    }
}

/// Mean and standard deviation of the CSV's accuracies stand in the table.
#[test]
fn the_table_has_mean_and_deviation() {
    let folder = folder();
    let options = options(folder.path(), &[Setting::Bits(8)], 3);
    let found = scanned(folder.path(), &options).1.unwrap();
    let aware = |point: &&Point| point.id.setting == Setting::Bits(8) && point.id.way == Way::Aware;
    let all: Vec<f64> = found.points.iter().filter(aware).map(|point| 100.0 * point.accuracy).collect();
    let mean = (all[0] + all[1] + all[2]) / 3.0;
    let deviation = (all.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 2.0).sqrt();
    let row = format!("| 8 | while training | {mean:.2} ± {deviation:.2} |");
    assert!(found.table.contains(&row), "{row}\n{}", found.table);
}

/// Weights of a network of one layer with a relu, and events whose results are known.
fn one_layer() -> (Config, Weights) {
    let text = r#"
name: one
input: {shape: [2], quantizer: "quantized_bits(16, 5)"}
layers:
  - {name: fc, kind: dense, units: 2, activation: relu}
"#;
    let config = config::parse(text, Path::new("config.yaml")).unwrap();
    let bytes = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let (kernel, bias) = (bytes(&[0.25, -0.1, 0.125, 0.0]), bytes(&[2.5, -0.5]));
    let kernel = TensorView::new(Dtype::F32, vec![2, 2], &kernel).unwrap();
    let bias = TensorView::new(Dtype::F32, vec![2], &bias).unwrap();
    let file = safetensors::serialize([("fc/kernel", kernel), ("fc/bias", bias)], None).unwrap();
    let weights = Weights::from_bytes(&config, &file).unwrap();
    (config, weights)
}

fn dataset(x: Array2<f32>) -> Dataset {
    let y = vec![0; x.nrows()];
    Dataset { file: "events".to_owned(), x, y, feature_names: None, class_names: None }
}

#[test]
fn ranges_choose_the_bits_before_the_point() {
    let (config, weights) = one_layer();
    // 4 · 0.25 + 8 · 0.125 + 2.5 = 4.5 and -4 · 0.1 - 0.5 < 0.
    let data = dataset(array![[4.0_f32, 8.0], [0.0, 0.0], [16.0, 16.0]]);
    let events = Float::new(&config, &weights).unwrap().events(&data, &[0, 1]).unwrap();
    let found = ranges::ranges(&config, &weights, &events).unwrap();
    assert_eq!((found.layers[0].kernel, found.layers[0].bias, found.layers[0].output), (0.25, 2.5, 4.5));
    let texts = |quantizers: &[(&str, heteroq::quantizer::Spec)]| {
        quantizers.iter().map(|(key, q)| format!("{key} {}", q.text())).collect::<Vec<_>>()
    };
    let quantizers = fitted(&config, &found, 6).unwrap();
    let wanted = [
        "kernel quantized_bits(6, -2, alpha=1)",
        "bias quantized_bits(6, 2, alpha=1)",
        "activation quantized_relu(6, 3)",
    ];
    assert_eq!(texts(&quantizers[0]), wanted);
    let wanted = [
        "kernel quantized_bits(6, 5, alpha=1, round='floor')",
        "bias quantized_bits(6, 5, alpha=1, round='floor')",
        "activation quantized_relu(5, 5, round='floor')",
    ];
    assert_eq!(texts(&plain(&config, 6).unwrap()[0]), wanted);
}

#[test]
fn a_float_network_computes_what_its_layers_say() {
    let text = r#"
name: all
input: {shape: [2], quantizer: "quantized_bits(16, 5)"}
layers:
  - {name: d, kind: dense, units: 2, inputs: [input]}
  - {name: t, kind: activation, inputs: [d], quantizer: tanh}
  - {name: s, kind: activation, inputs: [d], quantizer: sigmoid}
  - {name: sum, kind: add, inputs: [t, s]}
  - {name: all, kind: concatenate, inputs: [sum, d], activation: softmax}
"#;
    let config = config::parse(text, Path::new("config.yaml")).unwrap();
    let bytes: Vec<u8> = [1.0_f32, 0.5, -2.0, 0.25].iter().flat_map(|v| v.to_le_bytes()).collect();
    let (kernel, zeros) = (TensorView::new(Dtype::F32, vec![2, 2], &bytes).unwrap(), [0; 8]);
    let bias = TensorView::new(Dtype::F32, vec![2], &zeros).unwrap();
    let file = safetensors::serialize([("d/kernel", kernel), ("d/bias", bias)], None).unwrap();
    let weights = Weights::from_bytes(&config, &file).unwrap();
    let data = dataset(array![[1.0_f32, 0.5], [-0.5, 2.0]]);
    let network = Float::new(&config, &weights).unwrap();
    let found = network.results(4, &network.events(&data, &[0, 1]).unwrap()).unwrap();
    for (row, [a, b]) in [(0, [1.0, 0.5]), (1, [-0.5, 2.0])] {
        let d: [f64; 2] = [a - 2.0 * b, 0.5 * a + 0.25 * b];
        let sum = d.map(|x| x.tanh() + 1.0 / (1.0 + (-x).exp()));
        for (place, wanted) in [sum[0], sum[1], d[0], d[1]].into_iter().enumerate() {
            let got = f64::from(found[4 * row + place]);
            assert!((got - wanted).abs() < 1e-6, "{row} {place}: {got}, not {wanted}");
        }
    }
    // The greatest of sum[0], sum[1], d[0], d[1] of both events.
    assert_eq!(network.classes(&data).unwrap(), [1, 1]);
    assert_eq!(network.results(0, &network.events(&data, &[1]).unwrap()).unwrap(), [-4.5, 0.25]);
}

/// With many bits a fitted network is its float network: nothing is cut off, little is rounded.
#[test]
fn many_fitted_bits_are_float() {
    let folder = folder_of(&NETWORK.replace("quantized_tanh(4)", "quantized_relu(4)"));
    let options = options(folder.path(), &[Setting::Bits(3), Setting::Bits(16)], 1);
    let found = scanned(folder.path(), &options).1.unwrap();
    let accuracy = |setting, way| {
        let is = |point: &&Point| (point.id.setting, point.id.way) == (setting, way);
        found.points.iter().find(is).unwrap().accuracy
    };
    let float = accuracy(Setting::Float, Way::Aware);
    assert!((accuracy(Setting::Bits(16), Way::Fitted) - float).abs() < 0.005);
    assert!((accuracy(Setting::Bits(16), Way::Plain) - float).abs() < 0.01);
}

#[test]
fn a_float_network_keeps_its_functions() {
    let folder = folder();
    let config = float(&load(folder.path())).unwrap();
    let words: Vec<_> =
        config.layers.iter().map(|layer| layer.float.map(|float| float.function.word())).collect();
    assert_eq!(words, [Some("relu"), Some("tanh"), None]);
    let quantized = |layer: &config::Layer| match &layer.kind {
        Kind::Dense(dense) => dense.kernel.is_some() || dense.bias.is_some() || layer.activation.is_some(),
        _ => false,
    };
    assert!(!config.layers.iter().any(quantized));
}

#[test]
fn what_cannot_be_scanned_is_refused_before_anything_is_trained() {
    let refused = |from: &str, to: &str, settings: &[Setting]| {
        let folder = folder_of(&NETWORK.replace(from, to));
        let (trained, found) = scanned(folder.path(), &options(folder.path(), settings, 1));
        assert_eq!(trained, Vec::<PathBuf>::new());
        let failure = found.unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        failure.into_report().to_string()
    };
    let text = refused("quantized_tanh(4)", "quantized_ulaw(4)", &THREE);
    assert_eq!(text, "layer `fc2`: there is no float function for `quantized_ulaw(4)`");
    let text = refused("test: test.npz, ", "", &THREE);
    assert_eq!(text, "the config names no `test` file");
    let text = refused("train.npz", "other.npz", &THREE);
    assert!(text.contains("other.npz"), "{text}");
    assert_eq!(refused("", "", &[]), "there is nothing to scan");
}
