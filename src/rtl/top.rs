//! The block that joins the modules: ports, the valid pipe, and a wire for every value that crosses a module.

use super::expression::{Style, range};
use super::layout::{Layout, Source};
use super::operand::literal;
use super::stage::Stage;
use super::valid::ValidPipe;
use super::wire::Wire;
use crate::net::Id;
use rust_hdl::prelude::*;
use std::fmt::Write;

/// The whole pipeline as a rust-hdl block.
#[derive(Clone, Debug)]
pub struct Top {
    /// The clock.
    pub clk: Signal<In, Clock>,
    /// Synchronous, active high; resets the valid pipe only.
    pub rst: Signal<In, Bit>,
    /// Whether the inputs hold an event.
    pub in_valid: Signal<In, Bit>,
    /// One port a feature.
    pub inputs: Vec<Wire>,
    /// Whether the outputs hold an event's result.
    pub out_valid: Signal<Out, Bit>,
    /// One port a class.
    pub outputs: Vec<Wire>,
    latency: Wire,
    initiation: Wire,
    stages: Vec<Stage>,
    /// Absent where nothing is registered.
    valid: Option<ValidPipe>,
    layout: Layout,
}

impl Top {
    /// The block of `layout`.
    pub fn new(layout: Layout, style: Style) -> Top {
        let staged = &layout.staged;
        let net = &staged.net;
        let port = |interval: crate::fixed::Interval| (interval.width(), interval.signed());
        let input = |i: &crate::net::Input| Wire::input(port(i.interval).0, port(i.interval).1);
        let output = |id: Id| Wire::output(port(net.interval(id)).0, port(net.interval(id)).1);
        Top {
            clk: Signal::default(),
            rst: Signal::default(),
            in_valid: Signal::default(),
            inputs: net.inputs.iter().map(input).collect(),
            out_valid: Signal::default(),
            outputs: net.outputs.iter().map(|o| output(o.id)).collect(),
            latency: Wire::constant(staged.latency),
            initiation: Wire::constant(staged.initiation_interval),
            stages: layout.modules.iter().map(|module| Stage::new(net, module, style)).collect(),
            valid: (staged.latency > 0).then(|| ValidPipe::new(staged.latency)),
            layout,
        }
    }

    /// What was laid out.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// All modules as one text, named `top$module`, by rust-hdl.
    pub fn verilog(&self) -> String {
        let mut defines = rust_hdl::core::module_defines::ModuleDefines::default();
        self.accept(&self.layout.name, &mut defines);
        defines.defines()
    }

    fn get(&self, source: Source) -> i128 {
        match source {
            Source::Port(n) => self.inputs[n].get(),
            Source::Direct { module, place } => self.stages[module].direct[place].get(),
            Source::Registered { module, place } => self.stages[module].registered[place].get(),
            Source::Constant(v) => v,
        }
    }

    /// The top's Verilog: wires, instances, outputs.
    fn body(&self) -> String {
        let mut text = String::new();
        text += &self.wires();
        for (stage, module) in self.stages.iter().zip(&self.layout.modules) {
            text += &self.instance(stage, module);
        }
        text += &self.valid_pipe();
        for (n, source) in self.layout.outputs.iter().enumerate() {
            let name = &self.layout.ports.outputs[n];
            let _ = writeln!(text, "assign {name} = {};", self.wire_name(*source, self.outputs[n].width()));
        }
        text + &self.unused()
    }

    /// A wire for each output of a module.
    fn wires(&self) -> String {
        let mut text = String::new();
        for module in &self.layout.modules {
            let kind = |id: Id| range(self.layout.staged.net.interval(id));
            for id in &module.direct {
                let _ = writeln!(text, "wire {}{id};", kind(*id));
            }
            for id in &module.registered {
                let _ = writeln!(text, "wire {}{};", kind(*id), registered_name(*id, module.cycle));
            }
        }
        text
    }

    fn instance(&self, stage: &Stage, module: &super::layout::Module) -> String {
        let mut ports = Vec::new();
        if stage.is_clocked() {
            ports.push(".clk(clk)".to_owned());
        }
        for ((id, source), wire) in module.inputs.iter().zip(&stage.inputs) {
            ports.push(format!(".{id}({})", self.wire_name(*source, wire.width())));
        }
        ports.extend(module.direct.iter().map(|id| format!(".{id}_d({id})")));
        let registered = module.registered.iter();
        ports.extend(registered.map(|id| format!(".{id}_q({})", registered_name(*id, module.cycle))));
        format!(
            "\n{}${} {}(\n    {}\n);\n",
            self.layout.name,
            module.name,
            module.name,
            ports.join(",\n    ")
        )
    }

    fn valid_pipe(&self) -> String {
        match &self.valid {
            Some(_) => format!(
                "\n{}$valid valid(\n    .clk(clk),\n    .rst(rst),\n    .d(in_valid),\n    .q(out_valid)\n);\n\n",
                self.layout.name
            ),
            None => "\nassign out_valid = in_valid;\n".to_owned(),
        }
    }

    fn wire_name(&self, source: Source, width: u32) -> String {
        match source {
            Source::Port(n) => self.layout.ports.inputs[n].clone(),
            Source::Direct { module, place } => self.layout.modules[module].direct[place].to_string(),
            Source::Registered { module, place } => {
                let module = &self.layout.modules[module];
                registered_name(module.registered[place], module.cycle)
            }
            Source::Constant(v) => literal(v, width),
        }
    }

    /// Tells a lint that some ports are there for the user alone.
    fn unused(&self) -> String {
        let mut parts = vec!["LATENCY[0]".to_owned(), "INITIATION[0]".to_owned()];
        let used = |n: usize| {
            let is_port = |source: &Source| *source == Source::Port(n);
            self.layout.outputs.iter().any(is_port)
                || self.layout.modules.iter().flat_map(|m| &m.inputs).any(|(_, source)| is_port(source))
        };
        parts.extend(
            (0..self.inputs.len()).filter(|n| !used(*n)).map(|n| self.layout.ports.inputs[n].clone()),
        );
        if self.valid.is_none() {
            parts.extend(["clk".to_owned(), "rst".to_owned()]);
        }
        format!("wire unused = &{{1'b0, {}}};\n", parts.join(", "))
    }
}

/// The value as it is in the cycle after `cycle`.
fn registered_name(id: Id, cycle: u32) -> String {
    format!("{id}_c{}", cycle + 1)
}

impl Logic for Top {
    fn update(&mut self) {
        for m in 0..self.stages.len() {
            self.stages[m].clock().next = self.clk.val();
            for n in 0..self.layout.modules[m].inputs.len() {
                let value = self.get(self.layout.modules[m].inputs[n].1);
                self.stages[m].inputs[n].next = value;
            }
        }
        for n in 0..self.outputs.len() {
            self.outputs[n].next = self.get(self.layout.outputs[n]);
        }
        self.out_valid.next = match &mut self.valid {
            Some(valid) => {
                valid.clk.next = self.clk.val();
                valid.rst.next = self.rst.val();
                valid.d.next = self.in_valid.val();
                valid.q.val()
            }
            None => self.in_valid.val(),
        };
    }

    fn connect(&mut self) {
        for stage in &mut self.stages {
            stage.clock().connect();
            stage.inputs.iter_mut().for_each(Wire::connect);
        }
        self.outputs.iter_mut().for_each(Wire::connect);
        self.out_valid.connect();
        if let Some(valid) = &mut self.valid {
            valid.clk.connect();
            valid.rst.connect();
            valid.d.connect();
        }
    }

    fn hdl(&self) -> Verilog {
        Verilog::Wrapper(Wrapper { code: self.body(), cores: String::new() })
    }
}

impl Block for Top {
    fn connect_all(&mut self) {
        self.connect();
        self.clk.connect_all();
        self.rst.connect_all();
        self.in_valid.connect_all();
        self.stages.iter_mut().for_each(Block::connect_all);
        self.valid.iter_mut().for_each(Block::connect_all);
    }

    fn update_all(&mut self) {
        self.update();
        self.clk.update_all();
        self.rst.update_all();
        self.in_valid.update_all();
        self.inputs.iter_mut().chain(&mut self.outputs).for_each(Block::update_all);
        self.out_valid.update_all();
        self.stages.iter_mut().for_each(Block::update_all);
        self.valid.iter_mut().for_each(Block::update_all);
    }

    fn has_changed(&self) -> bool {
        let wires = self.inputs.iter().chain(&self.outputs);
        self.clk.has_changed()
            || self.rst.has_changed()
            || self.in_valid.has_changed()
            || self.out_valid.has_changed()
            || wires.into_iter().any(Block::has_changed)
            || self.stages.iter().any(Block::has_changed)
            || self.valid.iter().any(Block::has_changed)
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        self.latency.accept("LATENCY", probe);
        self.initiation.accept("INITIATION", probe);
        self.clk.accept("clk", probe);
        self.rst.accept("rst", probe);
        self.in_valid.accept("in_valid", probe);
        let ports = &self.layout.ports;
        self.inputs.iter().zip(&ports.inputs).for_each(|(wire, name)| wire.accept(name, probe));
        self.out_valid.accept("out_valid", probe);
        self.outputs.iter().zip(&ports.outputs).for_each(|(wire, name)| wire.accept(name, probe));
        self.stages.iter().zip(&self.layout.modules).for_each(|(s, m)| s.accept(&m.name, probe));
        self.valid.iter().for_each(|valid| valid.accept("valid", probe));
        probe.visit_end_scope(name, self);
    }
}
