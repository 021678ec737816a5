//! Whether a step's gradients are those of the loss: beside finite differences of plain loops in f64.

use crate::plain::{self, Numbers};
use crate::school::{School, lessons, trainer};
use heteroq::config::Config;
use heteroq::train::engine::Batch;
use heteroq::train::network::Fusion;
use heteroq::train::operation::How;
use heteroq::train::parameters::Parameters;
use heteroq::train::rule::loss::{self, Events};

/// Rows of the batch: three shards, the last of which is short.
const ROWS: usize = 600;

/// The mean loss over the batch, in plain loops.
fn mean_loss(config: &Config, names: &Parameters, numbers: &Numbers, x: &[f32], labels: &[u32]) -> f64 {
    let events = x.chunks(config.features()).zip(labels).take(ROWS);
    let of = |(event, label): (&[f32], &u32)| {
        let event: Vec<f64> = event.iter().map(|x| f64::from(*x)).collect();
        plain::loss(config.train.loss, &plain::outputs(config, names, numbers, &event), *label as usize)
    };
    events.map(of).sum::<f64>() / ROWS as f64
}

/// The loss and the gradients of one step by the engine, each of them beside the derivative of the plain loss.
fn agrees(config: &Config) {
    let lessons = lessons(config);
    for fusion in [Fusion::Fused, Fusion::Composed] {
        let mut engine = trainer(config, &lessons, fusion, 2).engine;
        // Biases begin with 0, where a wrong sign would not show.
        for (place, parameter) in engine.network.parameters.0.iter_mut().enumerate() {
            let start = parameter.values.iter_mut().enumerate();
            start.for_each(|(i, v)| *v += 0.01 * ((i * 7 + place * 3) % 11) as f32 - 0.04);
        }
        let names = engine.network.parameters.clone();
        let (x, labels) = (&lessons.train.x, &lessons.train.y);
        let rows: Vec<u32> = (0..ROWS as u32).collect();
        let (rule, width) = (config.train.loss, engine.network.width());
        let lose = |outputs: &[f32], labels: &[u32], slopes: &mut [f32]| {
            loss::loss(rule, outputs, &Events { width, labels, weights: &[1.0; 3], total: ROWS }, slopes)
        };
        let batch = Batch { x, labels, rows: &rows };
        let found = engine.step(&batch, How::Training { step: 0, noise: None }, 1, &lose);

        let mut numbers = plain::numbers(&names);
        let wanted = mean_loss(config, &names, &numbers, x, labels);
        let mean = found.loss / ROWS as f64;
        assert!((mean - wanted).abs() < 1e-5 * wanted, "{mean} is not {wanted}");
        for (place, gradient) in found.gradients.iter().enumerate() {
            assert_eq!(gradient.len(), numbers[place].len());
            let greatest = gradient.iter().fold(0.0_f32, |most, g| most.max(g.abs()));
            assert!(greatest > 1e-4, "`{}` has no gradient", names.0[place].name);
            for i in (0..gradient.len()).step_by(3) {
                let mut at = |by: f64| {
                    let before = numbers[place][i];
                    numbers[place][i] = before + by;
                    let loss = mean_loss(config, &names, &numbers, x, labels);
                    numbers[place][i] = before;
                    loss
                };
                let slope = (at(1e-4) - at(-1e-4)) / 2e-4;
                let (name, ours) = (&names.0[place].name, f64::from(gradient[i]));
                let most = 2e-4 * f64::from(greatest) + 1e-7;
                assert!((ours - slope).abs() < most, "{fusion:?}, `{name}`[{i}]: {ours}, not {slope}");
            }
        }
    }
}

#[test]
fn of_dense_layers_and_every_smooth_function() {
    let school = School::new();
    for function in ["linear", "tanh", "sigmoid", "softmax"] {
        for bias in ["true", "false"] {
            let layers = format!(
                "name: fc, kind: dense, units: 5, use_bias: {bias}, activation: {function}\n\
                 name: alone, kind: activation, quantizer: tanh\n\
                 name: out, kind: dense, units: 3, use_bias: {bias}, activation: {function}"
            );
            agrees(&school.config(&layers, ""));
        }
    }
}

/// Away from the corner at 0, which the differences step over.
#[test]
fn of_a_relu() {
    let school = School::new();
    agrees(
        &school.config(
            "name: fc, kind: dense, units: 7, activation: relu\nname: out, kind: dense, units: 3",
            "",
        ),
    );
}

/// One result is read three times, one operand is the input, one is added to itself, one is not used.
#[test]
fn of_sums_and_joins() {
    let school = School::new();
    let layers = "name: a, kind: dense, units: 6, inputs: [input], activation: tanh\n\
                  name: b, kind: dense, units: 6, inputs: [a], activation: sigmoid\n\
                  name: sum, kind: add, inputs: [a, b, input], activation: tanh\n\
                  name: twice, kind: add, inputs: [sum, sum]\n\
                  name: all, kind: concatenate, inputs: [twice, a, input, b]\n\
                  name: out, kind: dense, units: 3";
    agrees(&school.config(layers, ""));
}

#[test]
fn of_events_with_two_dimensions() {
    let school = School::new();
    let layers = "name: bent, kind: activation, quantizer: tanh, inputs: [input]\n\
                  name: both, kind: concatenate, inputs: [bent, input]\n\
                  name: flat, kind: flatten\n\
                  name: a, kind: dense, units: 4, activation: tanh\n\
                  name: none, kind: dropout, rate: 0\n\
                  name: out, kind: dense, units: 3";
    agrees(&school.config_of("[2, 3]", layers, ""));
}

#[test]
fn of_every_loss() {
    let layers = "name: a, kind: dense, units: 5, activation: tanh\nname: out, kind: dense, units: 3";
    let three = School::new();
    for loss in ["cross_entropy", "binary_cross_entropy", "mse"] {
        agrees(&three.config(layers, &format!("loss: {loss}")));
    }
    let two = School::of(2);
    agrees(&two.config(&layers.replace("units: 3", "units: 1"), "loss: binary_cross_entropy"));
}

/// The gradients of one step beside differences of the step's own loss, along each parameter's gradient and across it:
/// statistics of the batch and dropout are the same for the same key.
fn agrees_with_its_own_loss(config: &Config, step: u64) {
    let lessons = lessons(config);
    let mut engine = trainer(config, &lessons, Fusion::Fused, 2).engine;
    for (place, parameter) in engine.network.parameters.0.iter_mut().enumerate() {
        let start = parameter.values.iter_mut().enumerate();
        start.for_each(|(i, v)| *v += 0.02 * ((i * 7 + place * 3) % 11) as f32 - 0.08);
    }
    let rows: Vec<u32> = (0..ROWS as u32).rev().collect();
    let (rule, width) = (config.train.loss, engine.network.width());
    let lose = |outputs: &[f32], labels: &[u32], slopes: &mut [f32]| {
        loss::loss(rule, outputs, &Events { width, labels, weights: &[1.0; 3], total: ROWS }, slopes)
    };
    let batch = Batch { x: &lessons.train.x, labels: &lessons.train.y, rows: &rows };
    let how = How::Training { step, noise: None };
    let found = engine.step(&batch, how, 5, &lose);
    for (place, gradient) in found.gradients.iter().enumerate().filter(|(_, gradient)| !gradient.is_empty()) {
        let name = engine.network.parameters.0[place].name.clone();
        let size = gradient.iter().map(|g| g * g).sum::<f32>().sqrt();
        if size < 1e-5 {
            continue;
        }
        let along: Vec<f32> = gradient.iter().map(|g| g / size).collect();
        let across: Vec<f32> = (0..gradient.len()).map(|i| [0.5, -0.5, 0.25][(i * i + i / 3) % 3]).collect();
        for direction in [along, across] {
            let wanted: f32 = gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
            let before = engine.network.parameters.0[place].values.clone();
            let mut at = |by: f32| {
                let moved = before.iter().zip(&direction).map(|(v, d)| v + by * d).collect();
                engine.network.parameters.0[place].values = moved;
                engine.step(&batch, how, 5, &lose).loss / ROWS as f64
            };
            let slope = (at(4e-3) - at(-4e-3)) / 8e-3;
            engine.network.parameters.0[place].values = before;
            let off = (slope - f64::from(wanted)).abs();
            assert!(off < 0.01 * f64::from(size) + 2e-5, "`{name}`: {wanted}, not {slope}");
        }
    }
}

/// One result is read twice, and every kind of layer stands behind and before another.
#[test]
fn of_batch_normalizations_and_dropout_within_a_network() {
    let school = School::new();
    for norm in [
        "batch_norm: {fold: moving, momentum: 0.5}, ",
        "batch_norm: {fold: batch}, ",
        "batch_norm: {fold: batch, scale: false}, use_bias: false, ",
        "batch_norm: {fold: moving, freeze_delay: 0, center: false}, ",
        "",
    ] {
        let layers = format!(
            "name: before, kind: batch_norm, scale: false, inputs: [input]\n\
             name: a, kind: dense, units: 6, {norm}activation: tanh\n\
             name: drop, kind: dropout, rate: 0.3\n\
             name: inner, kind: batch_norm, momentum: 0.5, activation: sigmoid\n\
             name: b, kind: dense, units: 6, {norm}inputs: [inner], activation: tanh\n\
             name: sum, kind: add, inputs: [b, inner, before, b]\n\
             name: norm, kind: batch_norm, center: false\n\
             name: all, kind: concatenate, inputs: [norm, a]\n\
             name: out, kind: dense, units: 3\n\
             name: last, kind: batch_norm"
        );
        // Statistics that freeze are those of the batch at first.
        [0, 9].into_iter().for_each(|step| agrees_with_its_own_loss(&school.config(&layers, ""), step));
    }
}

#[test]
fn of_a_batch_normalization_of_two_dimensions() {
    let school = School::new();
    let layers = "name: norm, kind: batch_norm, inputs: [input], activation: tanh\n\
                  name: both, kind: concatenate, inputs: [norm, input, norm]\n\
                  name: again, kind: batch_norm\n\
                  name: drop, kind: dropout, rate: 0.5\n\
                  name: flat, kind: flatten\n\
                  name: out, kind: dense, units: 3";
    agrees_with_its_own_loss(&school.config_of("[2, 3]", layers, ""), 0);
    agrees_with_its_own_loss(&school.config_of("[3, 2]", layers, ""), 0);
}
