//! What the header holds: ports, tables, and one function that computes an event.

use super::expression::{expression, table_name, type_of, type_of_table, value};
use super::word::{Type, comment, literal, string};
use crate::emulate::least::{needed, with_least_intervals};
use crate::fixed::Interval;
use crate::net::{Id, Layer, Net, Op};
use std::fmt::Write;

/// What every header says about itself.
const ABOUT: &str = "\
// The network as the firmware computes it, bit for bit.
//
// `run` takes the integers of one event's inputs and gives those of its outputs. An integer v stands for
// v * 2^-frac. A port is one 64-bit word, or, where its integers do not fit that, two: the low one first.
// Inputs must lie within their ports' width; quantize and saturate before.
";

/// The header of `net` in the namespace `name`.
pub(super) fn header(net: &Net, name: &str) -> String {
    let least = with_least_intervals(net);
    let needed = needed(&least);
    let varies = |id: &Id| least.interval(*id).constant().is_none();
    let live: Vec<Id> = least.ids().filter(|id| needed[id.index()] && varies(id)).collect();
    let body = tables(&least, &live) + &run(&least, &live, &stores(net, &least));
    let guard = format!("HETEROQ_{}_H", name.to_uppercase());
    let mut text = format!("{ABOUT}#ifndef {guard}\n#define {guard}\n\n");
    text += "#include <algorithm>\n#include <array>\n#include <cstddef>\n#include <cstdint>\n\n";
    let _ = writeln!(text, "namespace {name} {{\n");
    text += "static_assert((-1 >> 1) == -1, \"a shift to the right must keep the sign\");\n\n";
    if body.contains("int128") || body.contains("wide(") {
        text += WIDE;
    }
    text += &ports(net);
    text += &body;
    let _ = writeln!(text, "\n}} // namespace {name}\n\n#endif");
    text
}

/// What is written where a value takes more than 64 bits.
const WIDE: &str = "\
__extension__ typedef __int128 int128;

/// high * 2^64 + low
constexpr int128 wide(std::int64_t high, std::uint64_t low) {
    return static_cast<int128>(high) * (static_cast<int128>(1) << 64) + static_cast<int128>(low);
}

";

/// Words of a port.
fn words(interval: Interval) -> usize {
    if Type::of(interval) == Type::Int128 { 2 } else { 1 }
}

fn ports(net: &Net) -> String {
    let inputs = net.inputs.iter().map(|port| (port.name.as_str(), port.frac, port.interval)).collect();
    let outputs =
        net.outputs.iter().map(|port| (port.name.as_str(), port.frac, net.interval(port.id))).collect();
    let mut text = String::from("struct Port {\n    const char* name;\n    int frac;\n    bool is_signed;\n");
    text += "    int width;\n    std::size_t words;\n};\n\n";
    text += &side("input", inputs);
    text += &side("output", outputs);
    text
}

/// The ports of one side: name, fraction digits, sign, width, words.
fn side(side: &str, ports: Vec<(&str, i32, Interval)>) -> String {
    let (upper, count) = (side.to_uppercase(), ports.len());
    let total: usize = ports.iter().map(|(_, _, interval)| words(*interval)).sum();
    let mut text = format!("inline constexpr std::size_t {upper}S = {count};\n");
    let _ = writeln!(text, "inline constexpr std::size_t {upper}_WORDS = {total};");
    let _ = writeln!(text, "inline constexpr std::array<Port, {upper}S> {side}_ports = {{{{");
    for (name, frac, interval) in ports {
        let (signed, width) = (interval.signed(), interval.width());
        let _ = writeln!(text, "    {{{}, {frac}, {signed}, {width}, {}}},", string(name), words(interval));
    }
    text + "}};\n\n"
}

fn tables(net: &Net, live: &[Id]) -> String {
    let mut text = String::new();
    for id in live {
        let Op::Table { entries, .. } = net.op(*id) else { continue };
        let numbers: Vec<String> = entries.iter().map(|v| literal(*v)).collect();
        let lines: Vec<String> =
            numbers.chunks(16).map(|line| format!("    {},\n", line.join(", "))).collect();
        let kind = type_of_table(net, *id).name();
        let _ = writeln!(text, "inline constexpr {kind} {}[] = {{\n{}}};\n", table_name(*id), lines.concat());
    }
    text
}

fn run(net: &Net, live: &[Id], stores: &str) -> String {
    let mut text = String::from("inline void run(const std::int64_t* in, std::int64_t* out) {\n");
    if !live.iter().any(|id| matches!(net.op(*id), Op::Input(_))) {
        text += "    static_cast<void>(in);\n";
    }
    if net.outputs.is_empty() {
        text += "    static_cast<void>(out);\n";
    }
    let mut layer: Option<Layer> = None;
    for id in live {
        if layer.replace(net.layer_of(*id)) != Some(net.layer_of(*id)) {
            let _ = writeln!(text, "    // {}", comment(&net.layers[net.layer_of(*id).index()]));
        }
        let right = match net.op(*id) {
            Op::Input(n) => input(net, *n, *id),
            _ => expression(net, *id),
        };
        let _ = writeln!(text, "    const {} {id} = {right};", type_of(net, *id).name());
    }
    text + stores + "}\n"
}

/// Reads a port.
fn input(net: &Net, n: usize, id: Id) -> String {
    let word: usize = net.inputs[..n].iter().map(|port| words(port.interval)).sum();
    let wide = words(net.inputs[n].interval) == 2;
    match (wide, type_of(net, id)) {
        (true, Type::Int128) => format!("wide(in[{}], static_cast<std::uint64_t>(in[{word}]))", word + 1),
        (_, Type::Int64) => format!("in[{word}]"),
        (_, kind) => format!("static_cast<{}>(in[{word}])", kind.name()),
    }
}

/// Writes the outputs. A port is as wide as `net` says, a value may be known to be narrower.
fn stores(net: &Net, least: &Net) -> String {
    let mut text = String::from("\n");
    let mut word = 0;
    for output in &net.outputs {
        let (v, name) = (value(least, output.id), comment(&output.name));
        let wide = words(net.interval(output.id)) == 2;
        let low = if wide { low_word(&v) } else { v.clone() };
        let _ = writeln!(text, "    out[{word}] = {low}; // {name}");
        if wide {
            word += 1;
            let _ = writeln!(text, "    out[{word}] = static_cast<std::int64_t>(int128{{{v}}} >> 64);");
        }
        word += 1;
    }
    text
}

fn low_word(v: &str) -> String {
    format!("static_cast<std::int64_t>(static_cast<std::uint64_t>({v}))")
}
