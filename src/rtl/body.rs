//! The Verilog of one module's values and registers.

use super::expression::{Style, Writer};
use super::layout::Module;
use crate::net::complement::complemented;
use crate::net::{Id, Net, Op};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What stands between a module's ports and its `endmodule`.
pub fn verilog(net: &Net, module: &Module, style: Style) -> String {
    let mut writer = Writer::new(net, style);
    let definitions = definitions(net, module, &mut writer);
    let mut text: String = definitions.values().map(String::as_str).collect();
    text += &outputs(module);
    let signals = module.inputs.iter().map(|(id, _)| *id).chain(definitions.keys().copied());
    let unused = writer.operands.unused(signals);
    if !unused.is_empty() {
        let _ = writeln!(text, "wire unused = &{{1'b0, {}}};", unused.join(", "));
    }
    text
}

/// The lines of each value. Readers first, because only they tell whether a complement needs a wire: sums turn
/// its digits themselves. Constants are literals where they are read.
fn definitions(net: &Net, module: &Module, writer: &mut Writer) -> BTreeMap<Id, String> {
    module.direct.iter().chain(&module.registered).for_each(|id| writer.operands.use_all(*id));
    let mut lines = BTreeMap::new();
    for id in module.computes.iter().rev().filter(|id| !matches!(net.op(**id), Op::Const(_))) {
        if complemented(net, *id).is_none() || writer.operands.is_used(*id) {
            lines.insert(*id, writer.define(*id));
        }
    }
    lines
}

/// Unregistered outputs follow their value; registered ones take it at the clock edge.
fn outputs(module: &Module) -> String {
    let mut text = String::new();
    if !module.direct.is_empty() {
        text += "\nalways @(*) begin\n";
        module.direct.iter().for_each(|id| text += &format!("    {id}_d = {id};\n"));
        text += "end\n";
    }
    if !module.registered.is_empty() {
        text += "\nalways @(posedge clk) begin\n";
        module.registered.iter().for_each(|id| text += &format!("    {id}_q <= {id};\n"));
        text += "end\n";
    }
    text
}
