//! `print_qstats`, line by line.

use super::models::{self, MODELS};
use crate::support::goldens;
use crate::support::keras::Model;
use heteroq::qtools::{Number, Stats, stats};
use heteroq::quantizer;

#[test]
fn stats_are_those_of_print_qstats() {
    for name in MODELS {
        let model = Model::read(name);
        let config = models::quantized(&model);
        let parameters = config.parameters(&model.weights(&config)).unwrap();
        // QKeras takes the input for 8 bits, never negative.
        let source = Number::of(&quantizer::parse("quantized_relu(8, 0)").unwrap());
        let printed = String::from_utf8(goldens::bytes(&format!("qtools/{name}.qstats.txt"))).unwrap();
        let theirs: Vec<&str> = printed.lines().filter(|line| *line != "... quantizing model").collect();
        let ours = qkeras_text(&stats(&config, Some(&source), Some(&parameters)));
        assert_eq!(ours.lines().collect::<Vec<_>>(), theirs, "{name}");
    }
}

/// What QKeras prints, in its formats.
fn qkeras_text(stats: &Stats) -> String {
    let mut sorted: Vec<_> = stats.layers.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut text = "\nNumber of operations in model:\n".to_owned();
    for one in &sorted {
        text += &format!("    {:30}: {:<5} ({})\n", one.name, one.operations, one.operation);
    }
    text += "\nNumber of operation types in model:\n";
    for (operation, count) in &stats.operations {
        text += &format!("    {operation:30}: {count}\n");
    }
    text += "\nWeight profiling:\n";
    for one in &sorted {
        text += &format!(
            "    {:30} : {:<5} ({}-bit unit)\n",
            one.name.clone() + "_weights",
            one.weights,
            one.weight_bits
        );
        text += &format!(
            "    {:30} : {:<5} ({}-bit unit)\n",
            one.name.clone() + "_bias",
            one.biases,
            one.bias_bits
        );
    }
    text += "\nWeight sparsity:\n";
    for one in &stats.layers {
        text += &format!("    {:30} : {:.4}\n", one.name, one.sparsity.unwrap());
    }
    text +=
        &format!("    {}\n    {:30} : {:.4}\n", "-".repeat(40), "Total Sparsity", stats.sparsity.unwrap());
    text
}
