//! A wrapper with three pins, for designs with more ports than a chip has pins.
//!
//! ```text
//! serial_in → shift register → design → a register → xor tree, a register a level → serial_out
//! ```
//!
//! Registers stand on both sides of the design, so that no logic of the harness joins its paths, and every input
//! and output bit matters.

use super::execute::{DataPort, Interface};
use std::fmt::Write;

/// The harness's name as a module.
pub const TOP: &str = "heteroq_harness";

/// How many bits one level of the xor tree joins: what a LUT of every family can.
const JOINED: usize = 4;

/// The Verilog of a harness around module `top`.
pub fn verilog(top: &str, interface: &Interface) -> String {
    let (inputs, outputs) = ports(interface);
    let (taken, given) = (bits(&inputs), bits(&outputs));
    let pins = [slices(&inputs, "taken"), slices(&outputs, "given")].concat().join(",\n    ");
    let mut text = format!(
        "module {TOP}(input clk, input serial_in, output serial_out);
  reg [{last}:0] taken;
  always @(posedge clk) taken <= {{taken[{before}:0], serial_in}};
  wire [{given_last}:0] given;
  {top} design(
    .clk(clk),
    {pins}
  );
  reg [{given_last}:0] level0;
  always @(posedge clk) level0 <= given;
",
        last = taken - 1,
        before = taken - 2,
        given_last = given - 1,
    );
    let last = xor_tree(&mut text, given);
    let _ = write!(text, "  assign serial_out = level{last}[0];\nendmodule\n");
    text
}

/// Module `top` without anything in it.
pub fn black_box(top: &str, interface: &Interface) -> String {
    let (inputs, outputs) = ports(interface);
    let declare = |direction: &'static str| {
        move |port: &DataPort| format!(", {direction} [{}:0] {}", port.width.max(1) - 1, port.name)
    };
    let inputs: String = inputs.iter().map(declare("input")).collect();
    let outputs: String = outputs.iter().map(declare("output")).collect();
    format!("(* blackbox *) module {top}(input clk{inputs}{outputs});\nendmodule\n")
}

/// All inputs but the clock, all outputs.
fn ports(interface: &Interface) -> (Vec<DataPort>, Vec<DataPort>) {
    let bit = |name: &str| DataPort { name: name.to_owned(), width: 1, signed: false };
    let inputs = [vec![bit("rst"), bit("in_valid")], interface.inputs.clone()].concat();
    let outputs = [vec![bit("out_valid")], interface.outputs.clone()].concat();
    (inputs, outputs)
}

fn bits(ports: &[DataPort]) -> usize {
    ports.iter().map(|port| port.width as usize).sum()
}

/// Connects each port to the next bits of `vector`.
fn slices(ports: &[DataPort], vector: &str) -> Vec<String> {
    let mut from = 0;
    let mut slice = |port: &DataPort| {
        let to = from + port.width;
        let text = format!(".{}({vector}[{}:{from}])", port.name, to - 1);
        from = to;
        text
    };
    ports.iter().map(&mut slice).collect()
}

/// Levels above `level0`, down to one bit; the number of the last.
fn xor_tree(text: &mut String, width: usize) -> usize {
    let mut width = width;
    let mut level = 0;
    while width > 1 {
        let joined = width.div_ceil(JOINED);
        let _ = writeln!(text, "  reg [{}:0] level{};\n  always @(posedge clk) begin", joined - 1, level + 1);
        for place in 0..joined {
            let (from, to) = (place * JOINED, width.min((place + 1) * JOINED) - 1);
            let _ = writeln!(text, "    level{}[{place}] <= ^level{level}[{to}:{from}];", level + 1);
        }
        text.push_str("  end\n");
        (width, level) = (joined, level + 1);
    }
    level
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_goes_in_and_comes_out() {
        let port = |name: &str, width| DataPort { name: name.to_owned(), width, signed: true };
        let interface = Interface {
            inputs: vec![port("a", 3), port("b", 2)],
            outputs: vec![port("y", 5)],
            latency: 1,
            interval: 1,
            event_interval: 1,
        };
        let text = verilog("design_top", &interface);
        for line in [
            "reg [6:0] taken;",
            "taken <= {taken[5:0], serial_in};",
            ".rst(taken[0:0]),",
            ".in_valid(taken[1:1]),",
            ".a(taken[4:2]),",
            ".b(taken[6:5]),",
            ".out_valid(given[0:0]),",
            ".y(given[5:1])",
            "level1[0] <= ^level0[3:0];",
            "level1[1] <= ^level0[5:4];",
            "level2[0] <= ^level1[1:0];",
            "assign serial_out = level2[0];",
        ] {
            assert!(text.contains(line), "no `{line}` in\n{text}");
        }
    }
}
