//! Profiles: a network small enough to be counted by hand, and random ones against their definition.

mod support;

use heteroq::config::{self, Weights};
use heteroq::data::random::Random;
use heteroq::fixed::{Dyadic, Rounding};
use heteroq::flow::profile::profile;
use heteroq::flow::watch::Watch;
use heteroq::flow::{Design, Failure};
use heteroq::graph::{Graph, Kind, interp};
use heteroq::lower;
use heteroq::metrics::profile::{Profile, Tensor};
use heteroq::quantizer::Hardware;
use heteroq::sim::vectors::corners_and_random;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::fs;
use support::graphs;

/// Two features of quarters from -2 to 1.75; `h0 = a + 0.5 b`, `h1 = -a + 0.25`, through a relu of quarters up to
/// 0.75; `out = h0 - h1`.
const CONFIG: &str = r#"
name: hand
input: {shape: [2], quantizer: "quantized_bits(4, 1, alpha=1)", names: [a, b]}
layers:
  - name: h
    kind: dense
    units: 2
    kernel: "quantized_bits(3, 0, alpha=1)"
    bias: "quantized_bits(4, 0, alpha=1)"
    activation: "quantized_relu(2)"
  - {name: out, kind: dense, units: 1, kernel: "quantized_bits(3, 0, alpha=1)", use_bias: false}
train: {loss: binary_cross_entropy}
"#;

/// Two features are beyond the ports, one above and one below; 1.76 only rounds to the last step.
const EVENTS: &str = "0.5,1,0\n1.76,-0.5,1\n9,-3,1\n0,0,0\n-1.25,0,0\n";

fn shown<T>(failure: Failure) -> T {
    panic!("{:?}", failure.into_report())
}

fn by_hand() -> Profile {
    let folder = tempfile::tempdir().unwrap();
    let config = config::parse(CONFIG, &folder.path().join("config.yaml")).unwrap();
    let bytes = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    // -1.5 is clipped to -1; 1 is clipped to 0.75.
    let all = [
        ("h/kernel", vec![2, 2], bytes(&[1.0, -1.5, 0.5, 0.0])),
        ("h/bias", vec![2], bytes(&[0.0, 0.25])),
        ("out/kernel", vec![2, 1], bytes(&[0.5, -0.25])),
    ];
    let view = |(name, shape, bytes): &(&'static str, Vec<usize>, Vec<u8>)| {
        (*name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
    };
    let file = safetensors::serialize(all.iter().map(view), None).unwrap();
    let weights = Weights::from_bytes(&config, &file).unwrap();
    let design = Design::new(&config, &weights).unwrap_or_else(shown);
    let path = folder.path().join("jets.csv");
    fs::write(&path, EVENTS).unwrap();
    profile(&design, &path).unwrap_or_else(shown)
}
