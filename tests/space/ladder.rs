//! The points of a warm start.

use heteroq::config;
use heteroq::search::domain::Choice;
use heteroq::search::space::{Scope, Space};
use std::path::Path;

const TEXT: &str = r#"name: little
input: {shape: [4], quantizer: "quantized_bits(8, 0)"}
layers:
  - {name: fc, kind: dense, units: 8, kernel: ternary, bias: "quantized_bits(4)", activation: "quantized_relu(4)"}
  - {name: out, kind: dense, units: 2}
search:
  limit:
    fc: [LIST, ["quantized_bits(4)", "quantized_bits(8)"], ["quantized_relu(2)", "quantized_relu(4)", "quantized_relu(6)"]]
  tune_filters: layer
  tune_learning_rate: true
"#;

/// The space where the kernel of `fc` is one of `list`.
fn space(list: &str) -> Space {
    let config = config::parse(&TEXT.replace("LIST", list), Path::new("little.yaml")).unwrap();
    Space::of(&config, config.search.as_ref().unwrap(), &Scope::default()).unwrap()
}

/// Kernel, units (0.5, 0.75, 1, …), bias, activation, learning rate: of lists of five, five, two, three and five.
#[test]
fn all_lists_are_climbed_at_once() {
    let list = "[binary, ternary, \"quantized_bits(3)\", \"quantized_bits(4)\", \"quantized_bits(5)\"]";
    let space = space(list);
    assert_eq!(space.dimensions.iter().map(|one| one.choices.len()).collect::<Vec<_>>(), [5, 5, 2, 3, 5]);
    assert_eq!(space.dimensions[1].choices[2], Choice::Number(1.0));
    let wanted = [[0, 2, 0, 0, 4], [1, 2, 0, 1, 4], [2, 2, 1, 1, 4], [3, 2, 1, 2, 4], [4, 2, 1, 2, 4]];
    assert_eq!(space.ladder(), wanted);
}

/// A list of one is no dimension.
#[test]
fn there_are_as_many_rungs_as_the_longest_list_has_quantizers() {
    assert_eq!(space("[ternary]").ladder(), [[2, 0, 0, 4], [2, 1, 1, 4], [2, 1, 2, 4]]);
}
