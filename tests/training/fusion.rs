//! Whether a layer in one operation is the layer in two: the same weights, bit for bit.

use crate::networks::Draw;
use crate::school::{School, bits, lessons, trainer};
use heteroq::config::Config;
use heteroq::data::random::Random;
use heteroq::train::network::Fusion;

const EPOCHS: usize = 2;

/// The mean losses of the epochs and the parameters at their end; how many operations there are.
fn trained(config: &Config, fusion: Fusion) -> (Vec<u64>, Vec<(String, Vec<u32>)>, usize) {
    let lessons = lessons(config);
    let mut trainer = trainer(config, &lessons, fusion, 1);
    let losses = (0..EPOCHS).map(|_| trainer.run_epoch(&mut |_| ()).unwrap().to_bits()).collect();
    let network = &trainer.engine.network;
    (losses, bits(&network.parameters), network.nodes().len())
}

#[test]
fn fused_and_composed_layers_come_to_the_same_weights() {
    let school = School::new();
    let mut draw = Draw(Random::new(5));
    let mut fewer = 0;
    for case in 0..60 {
        let (layers, rule) = draw.network();
        let text = format!("epochs: {EPOCHS}, batch_size: 400, seed: {case}, {rule}");
        let config = school.config(&layers, &text);
        let [fused, composed] = [Fusion::Fused, Fusion::Composed].map(|fusion| trained(&config, fusion));
        fewer += usize::from(fused.2 < composed.2);
        assert!((&fused.0, &fused.1) == (&composed.0, &composed.1), "case {case}: {rule}\n{layers}");
    }
    assert!(fewer > 40, "only {fewer} networks have a layer that is fused");
}

#[test]
fn a_network_of_one_output_too() {
    let school = School::of(2);
    let layers = "name: fc, kind: dense, units: 6, kernel: \"quantized_bits(4, 0, alpha=1)\", activation: \"quantized_relu(4, 1)\"\n\
                  name: out, kind: dense, units: 1, kernel: \"ternary(alpha=1)\", activation: \"quantized_bits(8, 3, alpha=1)\"\n";
    let train = format!("epochs: {EPOCHS}, loss: binary_cross_entropy");
    let config = school.config(layers, &train);
    let [fused, composed] = [Fusion::Fused, Fusion::Composed].map(|fusion| trained(&config, fusion));
    assert_eq!((fused.2, composed.2), (2, 4));
    assert_eq!((fused.0, fused.1), (composed.0, composed.1));
}
