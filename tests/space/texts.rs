//! The text of a config with changes in it: block style and flow style, comments where they were.

use expect_test::{Expect, expect};
use heteroq::config::convert::change::{Changes, LayerChanges, changed};
use heteroq::config::convert::requantize::Place;
use heteroq::config::{self, Config};
use heteroq::quantizer::parse;
use std::path::Path;

const BLOCK: &str = r#"# a little one
name: little # its name
input:
  shape: [2]
  quantizer: "quantized_bits(6, 0)"
layers:
  - name: fc # hidden
    kind: dense
    units: 4 # of them
    activation: relu
  - {name: out, kind: dense, units: 1, kernel: "ternary()"}

# how to find it
search:
  # what counts
  goal: [bits, luts]
  reference: {config: ../other.yaml}
  limit:
    dense: [8,
      8, 4]
# how to train
train:
  epochs: 40
  learning_rate: {schedule: cosine, peak: 2e-3, warmup: 4}
  qnoise: {start: 10, finish: 40}
"#;

const FLOW: &str = r#"{name: little, input: {shape: [2], quantizer: "quantized_bits(6, 0)"}, layers: [
  {name: fc, kind: dense, units: 4, activation: relu}, {name: out, kind: dense, units: 1}],
  search: {goal: bits, limit: {"[fo].*": [8, ["quantized_bits(4, 0)"], 4]}}} # the end"#;

fn everything() -> Changes {
    let quantizers = vec![
        ("kernel", parse("binary()").unwrap().for_kernel().unwrap()),
        ("activation", parse("quantized_relu(3)").unwrap()),
    ];
    Changes {
        name: Some("trial_0007".to_owned()),
        layers: vec![LayerChanges { quantizers, units: Some(6) }],
        learning_rate: Some(0.000_35),
        epochs: Some(10),
        seed: Some(12),
        without_search: true,
    }
}

fn new_text(text: &str, changes: &Changes) -> (String, Config) {
    let config = config::parse(text, Path::new("config.yaml")).unwrap();
    let place = Place {
        output: Path::new("new/config.yaml"),
        old_folder: Path::new(".."),
        weights: "weights.safetensors",
    };
    changed(&config, changes, &place).unwrap()
}

fn becomes(text: &str, changes: &Changes, expected: &Expect) -> Config {
    let (text, config) = new_text(text, changes);
    expected.assert_eq(&text);
    config
}

#[test]
fn a_text_in_block_style_keeps_its_comments() {
    let new = becomes(
        BLOCK,
        &everything(),
        &expect![[r#"
        # a little one
        name: "trial_0007" # its name
        input:
          shape: [2]
          quantizer: "quantized_bits(6, 0)"
        layers:
          - name: fc # hidden
            kind: dense
            units: 6 # of them
            kernel: "binary(alpha='auto_po2')"
            activation: "quantized_relu(3)"
          - {name: out, kind: dense, units: 1, kernel: "ternary()"}

        # how to find it
        # how to train
        train:
          seed: 12
          epochs: 10
          learning_rate: {schedule: cosine, peak: 0.00035, warmup: 1}
          qnoise: {start: 2.5, finish: 10}
    "#]],
    );
    assert_eq!((new.train.epochs, new.train.seed, new.search), (10, 12, None));
    assert_eq!(new.train.learning_rate.warmup.to_bits(), 1f64.to_bits());
}

#[test]
fn a_search_that_stays_sees_its_reference_from_the_new_folder() {
    let (text, config) = new_text(BLOCK, &Changes::default());
    let moved = BLOCK.replace("{config: ../other.yaml}", "{config: ../../other.yaml}");
    assert_eq!(text, moved);
    assert!(config.search.is_some());
}

#[test]
fn a_text_in_flow_style_gets_a_training() {
    let new = becomes(
        FLOW,
        &everything(),
        &expect![[r#"
        {name: "trial_0007", input: {shape: [2], quantizer: "quantized_bits(6, 0)"}, train: {epochs: 10, seed: 12, learning_rate: 0.00035}, layers: [
          {name: fc, kind: dense, units: 6, kernel: "binary(alpha='auto_po2')", activation: "quantized_relu(3)"}, {name: out, kind: dense, units: 1}]} # the end"#]],
    );
    assert_eq!(new.train.learning_rate.peak.to_bits(), 0.000_35f64.to_bits());
}

#[test]
fn the_last_section_goes_and_what_is_said_behind_it_stays() {
    let last =
        BLOCK.replace("# how to train\n", "").split("train:\n").next().unwrap().to_owned() + "\n# the end\n";
    let changes = Changes { without_search: true, learning_rate: Some(0.5), ..Changes::default() };
    becomes(
        &last,
        &changes,
        &expect![[r#"
        # a little one
        name: little # its name
        input:
          shape: [2]
          quantizer: "quantized_bits(6, 0)"
        train: {learning_rate: 0.5}
        layers:
          - name: fc # hidden
            kind: dense
            units: 4 # of them
            activation: relu
          - {name: out, kind: dense, units: 1, kernel: "ternary()"}

        # how to find it

        # the end
    "#]],
    );
}

#[test]
fn an_empty_training_is_filled() {
    let text = FLOW.replace("  search: {", "  train: {}, search: {");
    let (_, new) = new_text(&text, &Changes { seed: Some(3), without_search: true, ..Changes::default() });
    assert_eq!((new.train.seed, new.train.epochs), (3, 40));
}

#[test]
fn parts_of_epochs_are_numbers_of_a_config() {
    let text = BLOCK.replace("epochs: 40", "epochs: 48");
    let (_, new) = new_text(&text, &Changes { epochs: Some(7), ..Changes::default() });
    assert!((new.train.qnoise.unwrap().start - 70.0 / 48.0).abs() < 1e-8);
    assert!((new.train.learning_rate.warmup - 28.0 / 48.0).abs() < 1e-8);
}
