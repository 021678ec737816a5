//! Batch normalizations, of their own and folded into dense layers: their constants, and what of them is stored.

mod support;

use heteroq::config::affine::{self, Statistics};
use heteroq::config::weights::Tensor as Stored;
use heteroq::config::{self, BatchNorm, Config, Fold, Kind as LayerKind, NormQuantizers, Weights};
use heteroq::data::random::Random;
use heteroq::graph::{Graph, Kind, Parameter};
use std::fs;
use std::path::Path;
use support::golden_rule::Rule;
use support::goldens::Tensors;

fn parse(layers: &str) -> Config {
    let text = format!(
        "name: little\ninput: {{shape: [3], quantizer: \"quantized_bits(6, 2)\"}}\nlayers:\n{layers}"
    );
    config::parse(&text, Path::new("config.yaml")).unwrap_or_else(|e| panic!("{e:?}\n{text}"))
}

fn plain(channels: usize, epsilon: f32) -> BatchNorm {
    let quantizers = NormQuantizers::default();
    BatchNorm { channels, momentum: 0.99, epsilon, center: true, scale: true, quantizers }
}

/// The kernel and the bias that QKeras folds, of a convolution and of a depthwise one, from the stored weights: kernel,
/// bias, gamma, beta, (steps,) mean, variance.
#[test]
fn folded_kernels_and_biases_are_those_of_qkeras() {
    let tensors = Tensors::read("models/s_cnn_fold.zip");
    let fold =
        Fold { norm: plain(8, 1e-3), statistics: heteroq::config::Statistics::Moving, freeze_delay: None };
    for layer in ["convbn", "dwbn"] {
        let stored = |k| &tensors.get(&format!("w/{layer}/{k}")).expect("it is stored").values;
        let latent = Statistics {
            gamma: Some(stored(2)),
            beta: Some(stored(3)),
            mean: stored(5),
            variance: stored(6),
        };
        // Both kernels end in their channels: 3 × 3 × 1 × 8, and 3 × 3 × 8 × 1.
        let ours = affine::folded(&fold, &latent, stored(0), Some(stored(1)));
        for (k, ours) in [ours.kernel, ours.bias].into_iter().enumerate() {
            let theirs = &tensors.get(&format!("folded/{layer}/{k}")).expect("it is stored").values;
            assert_eq!(ours.len(), theirs.len());
            for (i, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                assert!(Rule::Near.holds(*theirs, *ours), "{layer}, {k}, {i}: {theirs:e}, got {ours:e}");
            }
        }
    }
}

fn tensor(shape: &[usize], values: &[f64]) -> Stored {
    Stored { shape: shape.to_vec(), values: values.to_vec() }
}

fn weights(tensors: &[(&str, Stored)]) -> Weights {
    let tensors = tensors.iter().map(|(name, tensor)| ((*name).to_owned(), tensor.clone()));
    Weights { tensors: tensors.collect(), ..Weights::default() }
}

fn floats(parameter: &Parameter) -> Vec<f64> {
    parameter.values.iter().map(|v| v.to_f64()).collect()
}

/// Of node `n`: kernel and bias, or the constants.
fn parameters(graph: &Graph, n: usize) -> [Vec<f64>; 2] {
    match &graph.nodes[n].kind {
        Kind::Dense { kernel, bias: Some(bias) } => [floats(kernel), floats(bias)],
        Kind::BatchNorm { a, b } => [floats(a), floats(b)],
        other => panic!("{} has no two parameters", other.word()),
    }
}

/// By hand: 1 / sqrt(3.75 + 0.25) · 3 = 3/2 and 1 / sqrt(0 + 0.25) · −1/2 = −1.
fn by_hand() -> Vec<(&'static str, Stored)> {
    vec![
        ("n/gamma", tensor(&[2], &[3.0, -0.5])),
        ("n/beta", tensor(&[2], &[1.0, 0.5])),
        ("n/moving_mean", tensor(&[2], &[0.25, -2.0])),
        ("n/moving_variance", tensor(&[2], &[3.75, 0.0])),
    ]
}

fn dense_by_hand() -> Vec<(&'static str, Stored)> {
    let kernel = tensor(&[3, 2], &[1.0, 1.0, -2.0, 0.3, 0.3, 0.0]);
    [by_hand(), vec![("n/kernel", kernel), ("n/bias", tensor(&[2], &[0.5, 0.125]))]].concat()
}

#[test]
fn a_folded_dense_layer_by_hand() {
    let dense = |rest: &str| {
        let kernel = "kernel: \"quantized_bits(4, 2, alpha=1)\", bias: \"quantized_bits(6, 2, alpha=1)\"";
        parse(&format!("  - {{name: n, kind: dense, units: 2, {kernel}, {rest}}}\n"))
    };
    let config = dense("batch_norm: {epsilon: 0.25}");
    let graph = config.graph(&weights(&dense_by_hand())).unwrap();
    // 3/2 · 0.3 = 0.45 and −1 · 0.3 lie between halves, −3/2 · 2 and −1 on them.
    assert_eq!(parameters(&graph, 1)[0], [1.5, -1.0, -3.0, -0.5, 0.5, 0.0]);
    // 3/2 · (1/2 − 1/4) + 1 = 1.375, and −(1/8 + 2) + 1/2 = −1.625.
    assert_eq!(parameters(&graph, 1)[1], [1.375, -1.625]);
    // Without a bias of its own −1/4 · 3/2 + 1 and −2 + 1/2 are left, the former 5/8.
    let without: Vec<_> = dense_by_hand().into_iter().filter(|(name, _)| *name != "n/bias").collect();
    let graph = dense("use_bias: false, batch_norm: {epsilon: 0.25}").graph(&weights(&without)).unwrap();
    assert_eq!(parameters(&graph, 1)[1], [0.625, -1.5]);
    // Without gamma and beta: 1/2 · (1/2 − 1/4) and 2 · (1/8 + 2), beyond the greatest of the grid.
    let bare: Vec<_> =
        dense_by_hand().into_iter().filter(|(n, _)| !["n/gamma", "n/beta"].contains(n)).collect();
    let config = dense("batch_norm: {epsilon: 0.25, center: false, scale: false}");
    assert_eq!(parameters(&config.graph(&weights(&bare)).unwrap(), 1)[1], [0.125, 3.875]);
}

fn norm_layers(keys: &str) -> Config {
    let dense = "kernel: \"quantized_bits(4, 2, alpha=1)\", use_bias: false";
    parse(&format!(
        "  - {{name: d, kind: dense, units: 2, {dense}}}\n  - {{name: n, kind: batch_norm, epsilon: 0.25{keys}}}\n"
    ))
}

#[test]
fn constants_by_hand() {
    let kernel = ("d/kernel", tensor(&[3, 2], &[1.0; 6]));
    let of = |keys: &str, without: &[&str]| {
        let tensors = [by_hand(), vec![kernel.clone()]].concat();
        let tensors: Vec<_> = tensors.into_iter().filter(|(name, _)| !without.contains(name)).collect();
        parameters(&norm_layers(keys).graph(&weights(&tensors)).unwrap(), 2)
    };
    // 1 − 1/4 · 3/2 and 1/2 − −2 · −1.
    assert_eq!(of("", &[]), [[1.5, -1.0], [0.625, -1.5]]);
    assert_eq!(of(", scale: false", &["n/gamma"]), [[0.5, 2.0], [0.875, 4.5]]);
    assert_eq!(of(", center: false", &["n/beta"]), [[1.5, -1.0], [-0.375, -2.0]]);
    // The product goes through the inverse's quantizer, and from there into b.
    let inverse = ", inverse: \"quantized_bits(2, 1, alpha=1)\"";
    assert_eq!(of(inverse, &[]), [[1.0, -1.0], [0.75, -1.5]]);
    // Gamma becomes 4 and, below 0, the least power there is; the variance 4 and, where it is 0, the least of its own.
    let [a, b] = of(", quantized: true", &[]);
    let first = 1.0 / 4.25f32.sqrt() * 4.0;
    let second = 1.0 / (0.25f32 + 2f32.powi(-32)).sqrt() * 2f32.powi(-32);
    assert_eq!(a, [first, second].map(f64::from));
    assert_eq!(b, [1.0 - 0.25 * first, 0.5].map(f64::from));
}

#[test]
fn defaults_are_those_of_qkeras() {
    let of = |keys: &str| {
        let config = parse(&format!("  - {{name: n, kind: batch_norm{keys}}}\n"));
        let LayerKind::BatchNorm(norm) = config.layers[0].kind.clone() else { panic!("a batch norm") };
        norm
    };
    assert_eq!(of(""), plain(3, 1e-3));
    let texts = |keys: &str| {
        let NormQuantizers { gamma, beta, mean, variance, inverse } = of(keys).quantizers;
        [gamma, beta, mean, variance, inverse].map(|q| q.map(|q| q.text().to_owned()).unwrap_or_default())
    };
    let (gamma, beta) = ("quantized_relu_po2(6, 2048)", "quantized_po2(5)");
    let variance = "quantized_relu_po2(6, quadratic_approximation=True)";
    let canonical = |text: &str| heteroq::quantizer::parse(text).unwrap().text().to_owned();
    let [gamma, beta, variance] = [gamma, beta, variance].map(canonical);
    let none = String::new;
    assert_eq!(
        texts(", quantized: true"),
        [gamma.clone(), beta.clone(), beta.clone(), variance.clone(), none()]
    );
    assert_eq!(
        texts(", quantized: true, center: false, scale: false"),
        [none(), none(), beta.clone(), variance.clone(), none()]
    );
    let po2 = canonical("quantized_po2(3)");
    assert_eq!(
        texts(", quantized: true, inverse: \"quantized_po2(3)\""),
        [none(), beta.clone(), beta.clone(), none(), po2.clone()]
    );
    assert_eq!(texts(", quantized: true, mean: \"quantized_po2(3)\"")[2], po2);
    // As QKeras's layers do to gamma and variance, not to beta and mean.
    let bits = "\"quantized_bits(4)\"";
    let all = texts(&format!(", gamma: {bits}, beta: {bits}, mean: {bits}, variance: {bits}"));
    assert!(all[0].contains("auto_po2") && all[3].contains("auto_po2"), "{all:?}");
    assert!(!all[1].contains("auto") && !all[2].contains("auto"), "{all:?}");
    let folded = |value: &str| {
        let config = parse(&format!("  - {{name: n, kind: dense, units: 2, batch_norm: {value}}}\n"));
        let LayerKind::Dense(dense) = config.layers[0].kind.clone() else { panic!("dense") };
        dense.fold.expect("it is folded")
    };
    let moving =
        Fold { norm: plain(2, 1e-3), statistics: heteroq::config::Statistics::Moving, freeze_delay: None };
    assert_eq!(folded("fold"), moving);
    assert_eq!(folded("{}"), moving);
    let said = folded("{fold: batch, freeze_delay: 300, momentum: 0.9, epsilon: 1e-5, center: false}");
    let norm = BatchNorm { momentum: 0.9, center: false, ..plain(2, 1e-5) };
    assert_eq!(said, Fold { norm, statistics: heteroq::config::Statistics::Batch, freeze_delay: Some(300) });
}

/// Layers with everything that is found from tensors.
const EVERYTHING: &str = r#"
  - {name: f, kind: dense, units: 4, kernel: "quantized_bits(5, 1)", bias: "quantized_bits(6, 1, alpha='auto')", batch_norm: fold, activation: "quantized_relu(4, 2)"}
  - {name: g, kind: dense, units: 3, kernel: "ternary(alpha='auto')", use_bias: false, batch_norm: {scale: false, fold: batch}}
  - {name: n, kind: batch_norm, quantized: true, activation: "quantized_bits(6, 2, alpha=1)"}
  - {name: d, kind: dropout, rate: 0.5}
  - {name: e, kind: dense, units: 5, kernel: "binary", bias: "quantized_bits(4, 1, alpha='auto_po2')"}
  - {name: m, kind: batch_norm, center: false, gamma: "quantized_bits(4)", inverse: null}
  - {name: o, kind: dense, units: 2, kernel: "quantized_linear(4, alpha='auto')", bias: "quantized_bits(4, alpha=1)"}
"#;

fn everything() -> (Config, Weights) {
    let config = parse(&EVERYTHING.replace(", inverse: null", ""));
    let mut random = Random::new(5);
    let mut drawn = |name: &'static str, shape: &[usize]| {
        let one =
            || f64::from(i32::try_from(random.below(1 << 20)).unwrap() - (1 << 19)) / f64::from(1 << 19);
        let mut values: Vec<f64> = std::iter::repeat_with(one).take(shape.iter().product()).collect();
        if name.ends_with("variance") {
            values.iter_mut().for_each(|v| *v = v.abs());
        }
        // A unit without weights.
        if name.ends_with("kernel") {
            values.iter_mut().skip(1).step_by(shape[1]).for_each(|v| *v = 0.0);
        }
        (name, tensor(shape, &values))
    };
    let tensors = [
        drawn("f/kernel", &[3, 4]),
        drawn("f/bias", &[4]),
        drawn("f/gamma", &[4]),
        drawn("f/beta", &[4]),
        drawn("f/moving_mean", &[4]),
        drawn("f/moving_variance", &[4]),
        drawn("g/kernel", &[4, 3]),
        drawn("g/beta", &[3]),
        drawn("g/moving_mean", &[3]),
        drawn("g/moving_variance", &[3]),
        drawn("n/gamma", &[3]),
        drawn("n/beta", &[3]),
        drawn("n/moving_mean", &[3]),
        drawn("n/moving_variance", &[3]),
        drawn("e/kernel", &[3, 5]),
        drawn("e/bias", &[5]),
        drawn("m/gamma", &[5]),
        drawn("m/moving_mean", &[5]),
        drawn("m/moving_variance", &[5]),
        drawn("o/kernel", &[5, 2]),
        drawn("o/bias", &[2]),
    ];
    (config, weights(&tensors))
}

/// What a graph computes with, in bits.
fn numbers(graph: &Graph) -> Vec<Parameter> {
    let of = |kind: &Kind| match kind {
        Kind::Dense { kernel, bias } => std::iter::once(kernel.clone()).chain(bias.clone()).collect(),
        Kind::BatchNorm { a, b } => vec![a.clone(), b.clone()],
        _ => vec![],
    };
    graph.nodes.iter().flat_map(|node| of(&node.kind)).collect()
}

fn same(a: &Graph, b: &Graph) {
    let (a, b) = (numbers(a), numbers(b));
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(&b) {
        assert_eq!((&a.shape, &a.values, &a.quantizer), (&b.shape, &b.values, &b.quantizer));
    }
}

#[test]
fn what_is_stored_is_what_would_be_found() {
    let (config, latent) = everything();
    let frozen = latent.freeze(&config).unwrap();
    let graph = config.graph(&latent).unwrap();
    same(&graph, &config.graph(&frozen).unwrap());
    // Once more gives the same.
    assert_eq!(frozen.freeze(&config).unwrap(), frozen);
    let found: Vec<&String> = frozen.tensors.keys().filter(|n| !latent.tensors.contains_key(*n)).collect();
    assert_eq!(
        found,
        ["f/folded_bias", "f/folded_kernel", "g/folded_bias", "g/folded_kernel", "m/a", "m/b", "n/a", "n/b"]
    );
    let scales: Vec<&String> = frozen.scales.keys().collect();
    assert_eq!(
        scales,
        ["e/bias", "e/kernel", "f/folded_bias", "f/folded_kernel", "g/folded_kernel", "o/kernel"]
    );
    // Read back, all of it is there; and so is the network without what training moves.
    let read = Weights::from_bytes(&config, &frozen.to_bytes()).unwrap();
    assert_eq!(read, frozen);
    assert!(read.stale(&config).is_empty());
    let moved = |name: &str| {
        let part = name.split('/').nth(1).unwrap();
        let folded = name.starts_with("f/") || name.starts_with("g/");
        ["gamma", "beta", "moving_mean", "moving_variance"].contains(&part)
            || folded && ["kernel", "bias"].contains(&part)
    };
    let mut constants = frozen.clone();
    constants.tensors.retain(|name, _| !moved(name));
    assert_eq!(constants.tensors.len(), 12);
    let read = Weights::from_bytes(&config, &constants.to_bytes()).unwrap();
    same(&graph, &config.graph(&read).unwrap());
    assert_eq!(read.freeze(&config).unwrap(), constants);
}

#[test]
fn stored_constants_count() {
    let (config, latent) = everything();
    let mut frozen = latent.freeze(&config).unwrap();
    frozen.tensors.insert("m/a".to_owned(), tensor(&[5], &[0.1, 2.0, 3.0, 4.0, 5.0]));
    frozen.tensors.insert("g/folded_bias".to_owned(), tensor(&[3], &[0.5, 0.25, 7.0]));
    let graph = config.graph(&frozen).unwrap();
    let of = |layer: &str| graph.nodes.iter().position(|node| node.layer == layer).unwrap();
    // An f64 keeps its bits.
    assert_eq!(parameters(&graph, of("m"))[0], [0.1, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(parameters(&graph, of("g"))[1], [0.5, 0.25, 7.0]);
}

#[test]
fn constants_that_are_no_numbers_are_refused() {
    let config = norm_layers("");
    let mut tensors = weights(&[by_hand(), vec![("d/kernel", tensor(&[3, 2], &[1.0; 6]))]].concat());
    tensors.tensors.insert("n/gamma".to_owned(), tensor(&[2], &[1.0, 3e38]));
    let error = config.graph(&tensors).unwrap_err();
    assert_eq!(error.to_string(), "layer `n`: its batch normalization comes to a constant that is inf");
    assert_eq!(tensors.freeze(&config).unwrap_err(), error);
}

#[test]
fn a_weights_file_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (config, latent) = everything();
    let (latent, frozen) = (latent.clone(), latent.freeze(&config).unwrap());
    let path = folder.path().join("weights.safetensors");
    latent.write(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), latent.to_bytes());
    // Something is in the way of the file that is written first.
    let way = folder.path().join(format!(".weights.safetensors.{}.tmp", std::process::id()));
    fs::create_dir(&way).unwrap();
    let error = frozen.write(&path).unwrap_err();
    assert!(error.to_string().starts_with("cannot write "), "{error}");
    assert_eq!(fs::read(&path).unwrap(), latent.to_bytes());
    fs::remove_dir(&way).unwrap();
    // Something that is no file stands in its place: nothing is left beside it.
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).unwrap();
    frozen.write(&taken).unwrap_err();
    frozen.write(&path).unwrap();
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["taken", "weights.safetensors"]);
    assert_eq!(fs::read(&path).unwrap(), frozen.to_bytes());
}

#[test]
fn numbers_are_stored_as_narrow_as_they_are() {
    let stored = weights(&[
        ("wide", tensor(&[2], &[0.1, 0.5])),
        ("narrow", tensor(&[3], &[-0.0, 0.5, 1e-40f32.into()])),
    ]);
    let bytes = stored.to_bytes();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(file.tensor("wide").unwrap().dtype(), safetensors::Dtype::F64);
    assert_eq!(file.tensor("narrow").unwrap().dtype(), safetensors::Dtype::F32);
    assert_eq!(file.tensor("wide").unwrap().data(), [0.1f64.to_le_bytes(), 0.5f64.to_le_bytes()].concat());
    let narrow = [-0.0f32, 0.5, 1e-40].map(f32::to_le_bytes).concat();
    assert_eq!(file.tensor("narrow").unwrap().data(), narrow);
}
