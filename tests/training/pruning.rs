//! Whether the weights file has the zeros that are asked for, although epochs before the last pruning were better.

use crate::school::School;
use heteroq::config::Weights;

const LAYERS: &str = "
    name: hidden, kind: dense, units: 12, kernel: \"quantized_bits(4, 0, alpha=1)\", activation: \"quantized_relu(4, 1)\"
    name: out, kind: dense, units: 3, kernel: \"quantized_bits(4, 0, alpha=1)\"
";

#[test]
fn the_best_epoch_is_a_pruned_one() {
    let school = School::new();
    let rule = "epochs: 8, batch_size: 50, learning_rate: 0.01, early_stopping: 1, \
                pruning: {sparsity: 0.9, start: 2, finish: 5.5, every: 5}";
    let mut config = school.config(LAYERS, rule);
    let trained = school.train(&config, "weights.safetensors", 1);
    assert!(trained.exact);
    assert!(trained.best_epoch >= 6, "{} is before pruning is complete", trained.best_epoch);
    let before = trained.epochs[..5].iter().map(|epoch| epoch.validation_accuracy);
    assert!(before.fold(0.0, f64::max) > trained.validation_accuracy, "it would have been the best anyway");

    config.weights = school.path("weights.safetensors");
    let weights = Weights::require(&config).unwrap_or_else(|error| panic!("{error:?}"));
    let zeros = |name| weights.kernel(name).unwrap().values.iter().filter(|w| **w == 0.0).count();
    // 0.9 of 6 · 12 and of 12 · 3, rounded.
    assert_eq!(["hidden", "out"].map(zeros), [65, 32]);
}
