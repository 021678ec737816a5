//! Whether training computes what hardware does: its f32 outputs on the test events beside the exact net's.

use crate::networks::Draw;
use crate::school::{School, shown};
use heteroq::config::{Config, Weights};
use heteroq::data::random::Random;
use heteroq::flow::check::check;
use heteroq::flow::{Design, events};
use heteroq::metrics::accuracy::argmax;
use heteroq::train::engine::{Batch, Engine};
use heteroq::train::initial;
use heteroq::train::network::{Fusion, Network};

/// Outputs for each test event: in training's f32, and of the exact net.
fn both(config: &Config, design: &Design, weights: &Weights, school: &School) -> [Vec<f64>; 2] {
    let data = events::labelled(config, &school.path("test.npz")).unwrap_or_else(shown);
    let inputs = events::of_design(design).unwrap_or_else(shown);
    let integers = inputs.integers::<f32, i64>(data.x.view()).unwrap();
    let x: Vec<f32> = integers.iter().map(|k| inputs.value((*k).into())).collect();
    let mut network = Network::new(config, Fusion::Fused, &mut initial::of(config));
    network.parameters.take(weights);
    let rows: Vec<u32> = (0..data.len() as u32).collect();
    let batch = Batch { x: &x, labels: &data.y, rows: &rows };
    let trained = Engine::new(network, 1).unwrap().predict(&batch);

    let net = &design.lowered;
    let exact = |event: ndarray::ArrayView1<i64>| {
        let ports: Vec<i128> = event.iter().map(|k| i128::from(*k)).collect();
        let values = heteroq::net::interp::run(net, &ports);
        values
            .iter()
            .zip(&net.outputs)
            .map(|(v, out)| *v as f64 * f64::from(-out.frac).exp2())
            .collect::<Vec<_>>()
    };
    [trained.iter().map(|y| f64::from(*y)).collect(), integers.outer_iter().flat_map(exact).collect()]
}

#[test]
fn where_sums_are_exact_no_event_differs() {
    let school = School::new();
    let mut draw = Draw(Random::new(11));
    let (mut exact, mut events) = (0, 0);
    for case in 0..40 {
        let (layers, rule) = draw.network();
        // What is float, unquantized in part or random in use too has no exact net.
        if ["\"relu\"", "qnoise_factor", "bernoulli"].iter().any(|word| layers.contains(word)) {
            continue;
        }
        let mut config = school.config(&layers, &format!("epochs: 1, batch_size: 200, {rule}"));
        school.train(&config, "weights.safetensors", 1);
        config.weights = school.path("weights.safetensors");
        let weights = Weights::require(&config).unwrap();
        let design = school.design(&config, "weights.safetensors");
        let checked = check(&config).unwrap_or_else(shown);
        let [trained, by_net] = both(&config, &design, &weights, &school);
        if checked.layers.iter().any(|row| row.exact_in_f32 == Some(false)) {
            continue;
        }
        exact += 1;
        events += trained.len() / 3;
        for (row, (ours, nets)) in trained.chunks(3).zip(by_net.chunks(3)).enumerate() {
            assert!(ours == nets, "case {case}, event {row}: {ours:?}, by the net {nets:?}\n{layers}{rule}");
            assert_eq!(argmax(ours), argmax(nets));
        }
    }
    eprintln!("{exact} networks are exact in f32: {events} events");
    assert!(exact >= 15, "only {exact} networks are exact in f32");
}
