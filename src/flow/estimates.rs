//! What QKeras's estimators say of a config, for people and for programs.

use super::Failure;
use crate::config::search::{EnergyRule, Memory};
use crate::config::{Config, Weights};
use crate::qtools::energy::{self, Energy};
use crate::qtools::{Setting, Stats, json, types};
use crate::report::number::grouped;
use serde_json::{Value, json};
use std::fmt::Write;

/// Operations, weights and, if there is a weights file, zeros.
///
/// # Errors
/// A weights file that does not fit.
pub fn stats(config: &Config) -> Result<Stats, Failure> {
    let weights = Weights::read(config)?;
    let parameters = weights.map(|weights| config.parameters(&weights)).transpose()?;
    Ok(crate::qtools::stats(config, None, parameters.as_deref()))
}

/// Stats for a terminal: the tables of `print_qstats`, as one. Nothing, if there is no dense layer.
pub fn stats_text(stats: &Stats) -> String {
    let mut text = String::new();
    if stats.layers.is_empty() {
        return text;
    }
    let _ = writeln!(
        text,
        "  {:<14} {:>10}  {:<16} {:>9} {:>5} {:>9} {:>5} {:>9}",
        "layer", "operations", "of type", "weights", "bits", "biases", "bits", "zeros"
    );
    for one in &stats.layers {
        let _ = writeln!(
            text,
            "  {:<14} {:>10}  {:<16} {:>9} {:>5} {:>9} {:>5} {:>9}",
            one.name,
            grouped(one.operations as u64),
            one.operation,
            grouped(one.weights as u64),
            one.weight_bits,
            grouped(one.biases as u64),
            one.bias_bits,
            percent(one.sparsity)
        );
    }
    for (operation, count) in &stats.operations {
        let _ = writeln!(text, "  {:<14} {:>10}  {operation}", "in all", grouped(*count as u64));
    }
    text
}

fn percent(fraction: Option<f64>) -> String {
    fraction.map_or_else(String::new, |fraction| format!("{:.2} %", 100.0 * fraction))
}

/// The energy of a network, what it assumes, and the data types it follows from.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    rule: EnergyRule,
    types: crate::qtools::Types,
    energy: Energy,
}

/// The energy of a network, under the rule of `search` or the usual one.
pub fn estimate(config: &Config) -> Estimate {
    let rule = config.search.as_ref().map_or_else(EnergyRule::default, |search| search.energy);
    let types = types(config, &Setting::default());
    Estimate { rule, energy: energy::of_types(&types, &rule), types }
}

impl Estimate {
    /// The table for a terminal.
    pub fn text(&self) -> String {
        let mut text = "  energy in pJ: 45 nm ASIC model of QTools (Horowitz), not FPGA power\n".to_owned();
        let rule = &self.rule;
        let _ = writeln!(
            text,
            "  parameters: {}, activations: {}, least SRAM: {} bits, input and output from outside: {}",
            word(rule.parameters_on_memory),
            word(rule.activations_on_memory),
            rule.min_sram_size,
            if rule.rd_wr_on_io { "counted" } else { "not counted" }
        );
        let _ = writeln!(
            text,
            "  {:<22} {:<19} {:>11} {:>11} {:>11} {:>11} {:>11}",
            "layer", "class", "inputs", "outputs", "parameters", "operations", "counted"
        );
        for one in &self.energy.layers {
            let parts = [one.inputs, one.outputs, one.parameters, one.op_cost, one.total];
            let _ = writeln!(text, "  {:<22} {:<19}{}", one.name, one.class_name, columns(&parts));
        }
        let _ = writeln!(text, "  {:<90} {:>11.2}", "in all", self.energy.total);
        text
    }

    /// The same with every data type, under QTools' names.
    pub fn json(&self) -> Value {
        let rule = &self.rule;
        json!({
            "model": "45 nm ASIC model of QTools (Horowitz), not FPGA power",
            "unit": "pJ",
            "weights_on_memory": word(rule.parameters_on_memory),
            "activations_on_memory": word(rule.activations_on_memory),
            "min_sram_size": rule.min_sram_size,
            "rd_wr_on_io": rule.rd_wr_on_io,
            "map": json::map(&self.types),
            "layers": json::energy(&self.energy),
            "total": self.energy.total,
        })
    }
}

fn columns(energies: &[f64]) -> String {
    energies.iter().map(|energy| format!(" {energy:>11.2}")).collect()
}

fn word(memory: Memory) -> &'static str {
    match memory {
        Memory::Dram => "dram",
        Memory::Sram => "sram",
        Memory::Fixed => "fixed",
    }
}
