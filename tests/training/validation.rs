//! Whether the accuracy that is logged is what `evaluate` says of the same weights on the same rows, epoch by epoch.

use crate::plain;
use crate::school::{School, lessons, shown, trainer};
use crate::stop::stopped;
use heteroq::config::Config;
use heteroq::fixed::Dyadic;
use heteroq::flow::evaluate::evaluate;
use heteroq::graph::interp;
use heteroq::train::checkpoint::Checkpoint;
use heteroq::train::network::Fusion;

const EPOCHS: usize = 4;

/// Stops the training after each of its epochs, and evaluates the weights in its checkpoint.
fn agrees(school: &School, layers: &str, rule: &str) {
    let config = school.config(layers, &format!("epochs: {EPOCHS}, batch_size: 200, {rule}"));
    let mut seen = Vec::new();
    for epoch in 1..EPOCHS {
        let file = format!("{epoch}.safetensors");
        assert!(stopped(epoch + 1, || school.train(&config, &file, 1)).is_none(), "it was to be stopped");
        let bytes = school.bytes(&format!("{file}.checkpoint"));
        let checkpoint = Checkpoint::from_bytes(&bytes).unwrap();
        let logged = checkpoint.kept.history.last().unwrap().clone();
        assert_eq!(logged.epoch, epoch);
        evaluated(school, &config, &checkpoint, (logged.validation_accuracy, logged.validation_loss));
        seen.push(logged.validation_accuracy);
    }
    let last = school.train(&config, "weights.safetensors", 1);
    let design = school.design(&config, "weights.safetensors");
    let found = evaluate(&design, &school.path("validation.npz"), &[0.1]).unwrap_or_else(shown);
    assert_eq!(found.accuracy, last.validation_accuracy);
    assert_eq!(found.accuracy, last.epochs[last.best_epoch - 1].validation_accuracy);
    let before: Vec<f64> = last.epochs[..EPOCHS - 1].iter().map(|epoch| epoch.validation_accuracy).collect();
    assert_eq!(before, seen);
    assert!(found.accuracy > 0.4, "{} is no more than luck", found.accuracy);
}

/// The latent weights of a checkpoint, as a weights file, on the validation file.
fn evaluated(school: &School, config: &Config, checkpoint: &Checkpoint, (accuracy, loss): (f64, f64)) {
    let lessons = lessons(config);
    let mut trainer = trainer(config, &lessons, Fusion::Fused, 1);
    checkpoint.restore(&mut trainer).unwrap();
    let standardize = lessons.standardize.as_ref().map(|s| (s.mean(), s.scale()));
    let weights = trainer.engine.network.parameters.to_weights(standardize).freeze(config).unwrap();
    weights.write(&school.path("latent.safetensors")).unwrap();
    let design = school.design(config, "latent.safetensors");
    let found = evaluate(&design, &school.path("validation.npz"), &[0.1]).unwrap_or_else(shown);
    assert_eq!(found.accuracy, accuracy);

    // The loss, of the graph's exact outputs.
    let outputs = |event: &[f32]| {
        let event: Vec<Dyadic> = event.iter().map(|x| Dyadic::from_f32(*x).unwrap()).collect();
        let values = interp::run(&design.graph, &event).unwrap_or_else(|e| panic!("{e}"));
        values.iter().map(|v| v.to_f64()).collect::<Vec<f64>>()
    };
    let events = lessons.validation.x.chunks(config.features()).zip(&lessons.validation.y);
    let losses =
        events.map(|(event, label)| plain::loss(config.train.loss, &outputs(event), *label as usize));
    let mean = losses.sum::<f64>() / lessons.validation.len() as f64;
    assert!((mean - loss).abs() < 1e-5 * mean.max(1.0), "a validation loss of {loss}, not {mean}");
}

const DEEP: &str = "name: fc, kind: dense, units: 12, kernel: \"KERNEL\", bias: \"quantized_bits(6, 1, alpha=1)\", activation: \"quantized_relu(5, 2)\"\n\
                    name: norm, kind: batch_norm, activation: \"quantized_tanh(5)\"\n\
                    name: drop, kind: dropout, rate: 0.1\n\
                    name: out, kind: dense, units: 3, kernel: \"quantized_bits(6, 0, alpha='auto_po2')\"";

#[test]
fn with_every_kind_of_scale() {
    let school = School::new();
    for kernel in
        ["quantized_bits(6, 0, alpha=1)", "ternary(alpha='auto')", "quantized_bits(4, 0, alpha='auto')"]
    {
        agrees(&school, &DEEP.replace("KERNEL", kernel), "learning_rate: 0.01");
    }
}

#[test]
fn with_noise_that_is_gone_in_use() {
    let school = School::new();
    let kernel = "quantized_bits(5, 0, alpha=1, use_stochastic_rounding=True)";
    agrees(&school, &DEEP.replace("KERNEL", kernel), "learning_rate: 0.01, qnoise: {finish: 4}");
}

#[test]
fn with_one_output() {
    let school = School::of(2);
    let layers = DEEP.replace("KERNEL", "binary(alpha=1)").replace("units: 3", "units: 1");
    agrees(&school, &layers, "learning_rate: 0.01, loss: binary_cross_entropy");
}

#[test]
fn with_a_folded_batch_normalization() {
    let school = School::new();
    let layers = "name: fc, kind: dense, units: 12, kernel: \"quantized_bits(6, 1, alpha=1)\", bias: \"quantized_bits(8, 2, alpha=1)\", \
                  batch_norm: {fold: batch, momentum: 0.8}, activation: \"quantized_relu(6, 2)\"\n\
                  name: out, kind: dense, units: 3, kernel: \"quantized_bits(6, 0, alpha=1)\"";
    agrees(&school, layers, "learning_rate: 0.02");
}

/// The rows of a fraction, drawn by the seed, as a file of their own.
#[test]
fn on_rows_that_were_split_off() {
    let school = School::new();
    let mut config = school.config(&DEEP.replace("KERNEL", "quantized_bits(6, 0, alpha=1)"), "epochs: 3");
    config.data.validation = heteroq::config::Validation::Fraction(0.3);
    let trained = school.train(&config, "weights.safetensors", 1);
    let data = heteroq::data::dataset::load(school.path("train.npz")).unwrap();
    let split = heteroq::data::split::split(data.len(), 0.3, config.train.seed).unwrap();
    let rows = data.rows(&split.validation);
    let labels = rows.y.iter().map(|y| u8::try_from(*y).unwrap()).collect();
    crate::school::write(&school.path("split.npz"), &(rows.x, labels));
    let design = school.design(&config, "weights.safetensors");
    let found = evaluate(&design, &school.path("split.npz"), &[0.1]).unwrap_or_else(shown);
    assert_eq!((found.events, found.accuracy), (270, trained.validation_accuracy));
}

#[test]
fn with_a_class_as_the_output() {
    let school = School::new();
    let mut config = school.config(&DEEP.replace("KERNEL", "ternary(alpha=1)"), "epochs: 2");
    let values = school.train(&config, "values.safetensors", 1);
    config.output.argmax = true;
    let class = school.train(&config, "class.safetensors", 1);
    assert_eq!(school.bytes("values.safetensors"), school.bytes("class.safetensors"));
    assert_eq!(values.validation_accuracy, class.validation_accuracy);
    let found =
        evaluate(&school.design(&config, "class.safetensors"), &school.path("validation.npz"), &[0.1]);
    assert_eq!(found.unwrap_or_else(shown).accuracy, class.validation_accuracy);
}
