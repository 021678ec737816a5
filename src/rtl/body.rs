//! The Verilog of one module's values and registers.

use super::expression::{Style, Writer};
use super::layout::Module;
use crate::net::{Net, Op};
use std::fmt::Write;

/// What stands between a module's ports and its `endmodule`.
pub fn verilog(net: &Net, module: &Module, style: Style) -> String {
    let mut writer = Writer::new(net, style);
    let mut text = String::new();
    let computed = || module.computes.iter().copied().filter(|id| !matches!(net.op(*id), Op::Const(_)));
    for id in computed() {
        text += &writer.define(id);
    }
    module.direct.iter().chain(&module.registered).for_each(|id| writer.use_all(*id));
    text += &outputs(module);
    let unused = writer.unused(module.inputs.iter().map(|(id, _)| *id).chain(computed()));
    if !unused.is_empty() {
        let _ = writeln!(text, "wire unused = &{{1'b0, {}}};", unused.join(", "));
    }
    text
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
