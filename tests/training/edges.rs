//! Networks at the edge of what can be trained.

use crate::school::{School, shown};
use heteroq::config::{Config, Weights};
use heteroq::flow::float;
use heteroq::train::checkpoint::Checkpoint;
use heteroq::train::engine::{Batch, Engine};
use heteroq::train::network::{Fusion, Network};

const HIDDEN: &str = "name: fc, kind: dense, units: 5, activation: tanh\n";

/// `layers` that end in a `function`, and that end without.
fn with_and_without(school: &School, function: &str, units: usize, train: &str) -> [Config; 2] {
    [function, "linear"].map(|function| {
        let out = format!("name: out, kind: dense, units: {units}, activation: {function}");
        school.config(
            &format!("{HIDDEN}{out}"),
            &format!("epochs: 4, batch_size: 50, learning_rate: 0.02, {train}"),
        )
    })
}

/// Every loss has its sigmoid or softmax in it.
#[test]
fn a_function_at_the_end_is_in_the_loss() {
    for (function, classes, units, loss) in [
        ("sigmoid", 2, 1, "binary_cross_entropy"),
        ("sigmoid", 3, 3, "binary_cross_entropy"),
        ("softmax", 3, 3, "cross_entropy"),
    ] {
        let school = School::of(classes);
        let [with, without] = with_and_without(&school, function, units, &format!("loss: {loss}"));
        let trained = school.train(&with, "with.safetensors", 1);
        school.train(&without, "without.safetensors", 1);
        assert!(school.bytes("with.safetensors") == school.bytes("without.safetensors"), "{function}");
        assert!(trained.validation_accuracy > 0.6, "{function}: {}", trained.validation_accuracy);
        let weights = Weights::require(&Config { weights: school.path("with.safetensors"), ..with.clone() });
        let found = float::evaluate(&with, &weights.unwrap(), &school.path("validation.npz"), &[0.1]);
        assert_eq!(found.unwrap_or_else(shown).accuracy, trained.validation_accuracy, "{function}");
    }
}

#[test]
fn a_softmax_before_the_end_is_refused() {
    let school = School::new();
    let layers = "name: fc, kind: dense, units: 5, activation: softmax\nname: out, kind: dense, units: 3";
    let report =
        school.try_to_train(&school.config(layers, ""), "w.safetensors", 1).unwrap_err().into_report();
    let text = format!("{report:?}");
    assert!(text.contains("layer `fc` is a softmax, and not the last layer"), "{text}");
    assert!(!school.path("w.safetensors").exists());
}

/// The best accuracy is that of an epoch before it, and it is no reason to stop that there is none better.
#[test]
fn a_pruned_network_is_as_sparse_as_it_is_to_be() {
    let school = School::new();
    let layers = "name: fc, kind: dense, units: 20, kernel: \"quantized_bits(6, 0, alpha=1)\", activation: \"quantized_relu(5, 2)\"\n\
                  name: out, kind: dense, units: 3, kernel: \"quantized_bits(6, 0, alpha=1)\"";
    let rule = "epochs: 8, batch_size: 50, learning_rate: 0.02, early_stopping: 1, pruning: {sparsity: 0.9, finish: 6.5, exponent: 1}";
    let config = school.config(layers, rule);
    let trained = school.train(&config, "w.safetensors", 1);
    let best = trained.epochs.iter().map(|epoch| epoch.validation_accuracy).fold(0.0, f64::max);
    assert!(best > trained.validation_accuracy && trained.best_epoch >= 7, "{trained:?}");
    let weights = Weights::require(&Config { weights: school.path("w.safetensors"), ..config }).unwrap();
    for (name, zeros) in [("fc/kernel", 108), ("out/kernel", 54)] {
        let values = &weights.tensors[name].values;
        assert_eq!(values.iter().filter(|w| **w == 0.0).count(), zeros, "{name}");
    }
}

/// Sums grow with the weights, until a quantizer that falls and rises has too many of them to be told one by one.
#[test]
fn weights_without_an_exact_net_end_it_and_the_best_are_kept() {
    let school = School::new();
    let layers = "name: fc, kind: dense, units: 8, kernel: \"quantized_bits(8, 1, alpha=1)\", use_bias: false, activation: \"quantized_hswish(6, 2)\"\n\
                  name: out, kind: dense, units: 3, kernel: \"quantized_bits(6, 0, alpha=1)\"";
    let config = school.config(layers, "epochs: 60, batch_size: 100, learning_rate: 0.05");
    let failure = school.try_to_train(&config, "w.safetensors", 1).expect_err("sums grow");
    let text = format!("{:?}", failure.into_report());
    assert!(text.contains("layer `fc`: `quantized_hswish(6, 2)` has no exact form"), "{text}");
    school.design(&config, "w.safetensors");
    let bytes = school.bytes("w.safetensors.checkpoint");
    assert!(!Checkpoint::from_bytes(&bytes).unwrap().kept.history.is_empty());
}

/// No operation at all: the loss is that of the input.
#[test]
fn a_network_that_computes_nothing_is_judged_as_it_is() {
    let school = School::new();
    let config = school.config_of("[2, 3]", "name: flat, kind: flatten", "epochs: 2");
    let trained = school.train(&config, "w.safetensors", 2);
    assert_eq!(trained.best_epoch, 1);
    let network = Network::new(&config, Fusion::Fused, &mut |_| {});
    let x: Vec<f32> = (0..18_u8).map(f32::from).collect();
    let batch = Batch { x: &x, labels: &[0; 3], rows: &[2, 0] };
    assert_eq!(Engine::new(network, 1).unwrap().predict(&batch), [&x[12..], &x[..6]].concat());
}
