//! Normalizations in a network: the same numbers on any number of threads.

use crate::config::parse;
use crate::train::engine::{Batch, Engine};
use crate::train::network::{Fusion, Network};
use crate::train::operation::How;
use crate::train::operation::harness::numbers;
use crate::train::parameters::Parameters;
use crate::train::rule::initial;
use std::path::Path;

const ROWS: u32 = 600;
const TEXT: &str = r#"
name: norms
input: {shape: [4], quantizer: "quantized_bits(8, 2)"}
layers:
  - {name: fc1, kind: dense, units: 5, kernel: "quantized_bits(6, 0)", batch_norm: {fold: moving, freeze_delay: 0}}
  - {name: drop, kind: dropout, rate: 0.25}
  - {name: bn1, kind: batch_norm, gamma: "quantized_bits(6, 1, alpha=1)", activation: "quantized_relu(6, 1)"}
  - {name: out, kind: dense, units: 3, kernel: "quantized_bits(6, 0, alpha=1)"}
  - {name: bn2, kind: batch_norm, scale: false}
"#;

/// The gradients of three steps on so many threads, and the parameters after them.
fn steps(threads: usize) -> (Vec<Vec<Vec<f32>>>, Parameters) {
    let config = parse(TEXT, Path::new("norms.yaml")).unwrap();
    let network = Network::new(&config, Fusion::Fused, &mut initial::of(&config));
    let mut engine = Engine::new(network, threads).unwrap();
    let (x, labels) = (numbers(1, ROWS as usize * 4, 0.5, 2.0), vec![1; ROWS as usize]);
    let rows: Vec<u32> = (0..ROWS).collect();
    let batch = Batch { x: &x, labels: &labels, rows: &rows };
    let targets = numbers(2, 7, 0.0, 3.0);
    let lose = |y: &[f32], _: &[u32], slope: &mut [f32]| {
        slope
            .iter_mut()
            .zip(y)
            .zip(targets.iter().cycle())
            .for_each(|((slope, y), target)| *slope = y - target);
        0.0
    };
    let step = |number| {
        let found = engine.step(&batch, How::Training { step: number, noise: None }, number, &lose);
        engine.network.follow();
        found.gradients
    };
    let gradients = (0..3).map(step).collect();
    (gradients, engine.network.parameters.clone())
}

#[test]
fn threads_change_nothing() {
    let (gradients, parameters) = steps(1);
    assert_eq!((gradients.clone(), parameters.clone()), steps(2));
    let names: Vec<&str> = parameters.0.iter().map(|parameter| parameter.name.as_str()).collect();
    let count = |layer: &str| names.iter().filter(|name| name.starts_with(layer)).count();
    assert_eq!(["fc1/", "bn1/", "out/", "bn2/"].map(count), [6, 4, 2, 3]);
    for (place, parameter) in parameters.0.iter().enumerate() {
        let moved = gradients.iter().any(|step| step[place].iter().any(|slope| *slope != 0.0));
        assert!(moved != parameter.name.contains("moving"), "{}", parameter.name);
    }
    let moving = parameters.named("bn2/moving_mean").unwrap();
    assert!(moving.values.iter().all(|mean| *mean != 0.0));
}
