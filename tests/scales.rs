//! Scales that are found from a layer's parameters, and those that were stored with them.

use heteroq::config::{self, Config, Weights};
use heteroq::graph::{Graph, Kind};
use safetensors::tensor::{Dtype, TensorView};
use std::collections::HashMap;
use std::path::Path;

/// Two columns whose scales are far apart; neither is its own quantized form.
const KERNEL: [f32; 6] = [0.9, 0.011, -0.52, 0.017, 0.31, -0.004];

fn config(kernel: &str) -> Config {
    let text = format!(
        "name: little\ninput: {{shape: [3], quantizer: \"quantized_bits(6, 0)\"}}\nlayers:\n  - {{name: fc, kind: dense, \
         units: 2, kernel: \"{kernel}\", bias: \"quantized_bits(4, 0)\"}}\n"
    );
    config::parse(&text, Path::new("config.yaml")).unwrap_or_else(|e| panic!("{kernel}: {e}"))
}

/// The weights, and with `scale` (its shape, its numbers, the quantizer it was found for) a stored one.
fn weights(config: &Config, scale: Option<(&[usize], &[f32], &str)>) -> Weights {
    let bytes = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let mut tensors =
        vec![("fc/kernel", vec![3, 2], bytes(&KERNEL)), ("fc/bias", vec![2], bytes(&[0.3, -0.2]))];
    let mut metadata = HashMap::new();
    if let Some((shape, values, quantizer)) = scale {
        tensors.push(("fc/kernel_scale", shape.to_vec(), bytes(values)));
        metadata.insert("fc/kernel_scale".to_owned(), quantizer.to_owned());
    }
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| (*name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    let file = safetensors::serialize(views, Some(metadata)).unwrap();
    Weights::from_bytes(config, &file).unwrap()
}

fn kernel(graph: &Graph) -> Vec<f64> {
    let Kind::Dense { kernel, .. } = &graph.nodes[1].kind else { panic!("the second node is dense") };
    kernel.values.iter().map(|v| v.to_f64()).collect()
}

fn values(quantizer: &str, scale: Option<(&[usize], &[f32], &str)>) -> Vec<f64> {
    let config = config(quantizer);
    kernel(&config.graph(&weights(&config, scale)).unwrap())
}

const AUTO_PO2: &str = "quantized_bits(4, symmetric=True, alpha='auto_po2')";

#[test]
fn a_kernel_without_alpha_has_a_power_of_two_for_each_column() {
    // By hand: the columns' integers are 7, -4, 2 and 6, 7 (of 8.7), -2; least squares keep 1/8 and 1/512.
    let found = values("quantized_bits(4, 0)", None);
    assert_eq!(found, [0.875, 6.0 / 512.0, -0.5, 7.0 / 512.0, 0.25, -2.0 / 512.0]);
    assert_eq!(found, values("quantized_bits(4, 0, alpha='auto_po2')", None));
}

#[test]
fn a_bias_without_alpha_keeps_its_grid() {
    let config = config("quantized_bits(4, 0)");
    let graph = config.graph(&weights(&config, None)).unwrap();
    let Kind::Dense { bias: Some(bias), .. } = &graph.nodes[1].kind else { panic!("there is a bias") };
    assert_eq!(bias.values.iter().map(|v| v.to_f64()).collect::<Vec<_>>(), [0.25, -0.25]);
    assert_eq!(bias.quantizer.as_ref().unwrap().text(), "quantized_bits(4)");
}

#[test]
fn a_stored_scale_is_used_for_its_own_quantizer() {
    let stored = values("quantized_bits(4, 0)", Some((&[1, 2], &[2.0, 0.25], AUTO_PO2)));
    // Steps of 2/8 and 0.25/8, ties away from zero, at most 7 of them.
    assert_eq!(stored, [1.0, 0.0, -0.5, 0.03125, 0.25, 0.0]);
    let one = values("quantized_bits(4, 0)", Some((&[1, 1], &[2.0], AUTO_PO2)));
    assert_eq!(one, [1.0, 0.0, -0.5, 0.0, 0.25, 0.0]);
    let rows = values("quantized_bits(4, 0)", Some((&[3, 1], &[1.0, 2.0, 4.0], AUTO_PO2)));
    assert_eq!(rows, [0.875, 0.0, -0.5, 0.0, 0.5, 0.0]);
}

#[test]
fn the_quantizer_of_a_stored_scale_may_be_spelled_as_in_the_config_or_in_qkeras() {
    let with = |quantizer| values("quantized_bits(4, 0)", Some((&[1, 2], &[2.0, 0.25], quantizer)));
    for spelled in
        ["quantized_bits(4, 0)", "quantized_bits(4,0,1,alpha=\"auto_po2\")", "quantized_bits(bits=4)"]
    {
        assert_eq!(with(spelled), with(AUTO_PO2), "{spelled}");
    }
}

#[test]
fn a_stored_scale_of_another_quantizer_is_found_again_with_a_note() {
    for quantizer in [
        "",
        "quantized_bits(4",
        "quantized_bits(4, alpha='auto')",
        "quantized_bits(5, symmetric=True, alpha='auto_po2')",
    ] {
        let scale = Some((&[1, 2][..], &[2.0, 0.25][..], quantizer));
        assert_eq!(
            values("quantized_bits(4, 0)", scale),
            values("quantized_bits(4, 0)", None),
            "{quantizer}"
        );
        let config = config("quantized_bits(4, 0)");
        let notes = weights(&config, scale).stale(&config);
        assert_eq!(notes.len(), 1, "{quantizer}: {notes:?}");
        assert!(notes[0].starts_with("`fc/kernel_scale` was found for"), "{notes:?}");
    }
    let config = config("quantized_bits(4, 0)");
    assert_eq!(
        weights(&config, Some((&[1, 2], &[2.0, 0.25], AUTO_PO2))).stale(&config),
        Vec::<String>::new()
    );
}

#[test]
fn a_stored_scale_beside_a_number_for_alpha_is_not_used() {
    let text = "quantized_bits(4, alpha=1)";
    let scale = Some((&[1, 2][..], &[2.0, 0.25][..], text));
    assert_eq!(values(text, scale), values(text, None));
    let config = config(text);
    assert_eq!(weights(&config, scale).stale(&config).len(), 1);
}

/// What a stored scale is for: finding it again from quantized numbers may give another.
#[test]
fn quantized_numbers_with_their_scale_stay_as_they_are() {
    for text in [
        "quantized_bits(3, 0, alpha='auto_po2')",
        "quantized_bits(3, 0, alpha='auto')",
        "quantized_linear(3, 0, alpha='auto_po2')",
        "quantized_linear(4, 1, alpha='auto')",
        "ternary(alpha='auto_po2')",
        "ternary(alpha='auto')",
        "binary(alpha='auto_po2')",
        "binary(alpha='auto')",
    ] {
        let spec = heteroq::quantizer::parse(text).unwrap();
        let mut random = heteroq::data::random::Random::new(1);
        let x: Vec<f32> = (0..200)
            .map(|_| (f32::from(u16::try_from(random.below(4001)).unwrap()) - 2000.0) / 997.0)
            .collect();
        let tensor = heteroq::quantizer::Tensor { shape: &[40, 5], values: &x };
        let (scales, y) = (spec.scales(&tensor).unwrap(), spec.forward(&tensor).unwrap());
        let stored = heteroq::quantizer::Scales::found(&tensor, &scales.shape, &scales.outputs()).unwrap();
        let again: Vec<f32> = y.iter().enumerate().map(|(i, y)| spec.at(stored.at(i)).forward(*y)).collect();
        assert_eq!(again, y, "{text}");
    }
}

#[test]
fn a_list_has_a_scale_for_each_channel() {
    let listed = values("quantized_bits(4, 0, alpha=[1, 0.5])", None);
    assert_eq!(listed, [0.875, 0.0, -0.5, 0.0, 0.25, 0.0]);
    let text = "quantized_bits(4, 0, alpha=[1, 64])";
    assert_eq!(values(text, None)[1..4], [0.0, -0.5, 0.0]);
}

#[test]
fn a_parameter_that_is_quantized_in_part_is_refused() {
    let config = config("quantized_bits(4, 0, alpha=1, qnoise_factor=0.5)");
    let error = config.graph(&weights(&config, None)).unwrap_err();
    assert!(error.message.contains("qnoise_factor"), "{error}");
    assert!(error.help.unwrap().contains("qnoise_factor=1"));
}

/// A scale that only a file written by another hand can hold: 0 quantizes everything to 0, the others are refused.
#[test]
fn a_stored_scale_that_no_quantizer_finds_is_no_panic() {
    for text in ["quantized_linear(4, alpha='auto')", "quantized_linear(1, alpha='auto')"] {
        let zeros = values(text, Some((&[1, 1], &[0.0], text)));
        assert!(zeros.iter().all(|w| *w == 0.0), "{text}: {zeros:?}");
    }
    let wide = "quantized_bits(126, symmetric=True, alpha='auto_po2')";
    let config = config(wide);
    let error = config.graph(&weights(&config, Some((&[1, 1], &[0.3], wide)))).unwrap_err();
    assert!(error.message.contains("is no power of two"), "{error}");
    assert!(
        heteroq::quantizer::parse("quantized_bits(126, 0, alpha='auto_po2', post_training_scale=0.3)")
            .is_err()
    );
}

/// Elements whose products or sums an f32 does not hold.
#[test]
fn elements_too_large_for_a_scale_are_refused() {
    let x = [3e38f32; 4];
    let tensor = heteroq::quantizer::Tensor { shape: &[2, 2], values: &x };
    for text in ["quantized_bits(3, -2, alpha='auto')", "binary(alpha='auto_po2')", "binary(alpha='auto')"] {
        let error = heteroq::quantizer::parse(text).unwrap().scales(&tensor).unwrap_err();
        assert!(error.message.contains("too large"), "{text}: {error:?}");
        assert!(error.help.is_some());
    }
}
