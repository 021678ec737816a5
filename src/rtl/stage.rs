//! The block of one layer in one cycle: what it computes, and the registers at the end of the cycle.

use super::body;
use super::expression::Style;
use super::layout::Module;
use super::wire::Wire;
use crate::fixed::Interval;
use crate::net::{Id, Net, Op, interp};
use rust_hdl::prelude::*;
use std::collections::BTreeMap;

/// A rust-hdl block of run-time shape.
#[derive(Clone, Debug)]
pub struct Stage {
    clk: Signal<In, Clock>,
    /// What comes in, in the order of the module's `inputs`.
    pub inputs: Vec<Wire>,
    /// What goes out in the same cycle, in the order of the module's `direct`.
    pub direct: Vec<Wire>,
    /// What goes out after the clock edge, in the order of the module's `registered`.
    pub registered: Vec<Wire>,
    names: Names,
    program: Program,
    verilog: String,
}

/// What the ports are called.
#[derive(Clone, Debug)]
struct Names {
    inputs: Vec<String>,
    direct: Vec<String>,
    registered: Vec<String>,
}

/// The module's operations on places of its own: first what comes in, then what it computes.
///
/// Between events a module may see integers that no event has, of which an operation need make nothing: they are
/// moved to the end of the value's interval.
#[derive(Clone, Debug)]
struct Program {
    ops: Vec<Op>,
    intervals: Vec<Interval>,
    direct: Vec<usize>,
    registered: Vec<usize>,
}

impl Program {
    fn new(net: &Net, module: &Module) -> Program {
        let inputs = module.inputs.iter().map(|(id, _)| *id);
        let ids: Vec<Id> = inputs.chain(module.computes.iter().copied()).collect();
        let places: BTreeMap<Id, usize> = ids.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        let ops = module.computes.iter().map(|id| net.op(*id).renamed(|operand| Id::new(places[&operand])));
        Program {
            ops: ops.collect(),
            intervals: ids.iter().map(|id| net.interval(*id)).collect(),
            direct: module.direct.iter().map(|id| places[id]).collect(),
            registered: module.registered.iter().map(|id| places[id]).collect(),
        }
    }

    fn values(&self, inputs: &[Wire]) -> Vec<i128> {
        let mut values: Vec<i128> = Vec::with_capacity(self.intervals.len());
        let (incoming, computed) = self.intervals.split_at(inputs.len());
        values.extend(inputs.iter().zip(incoming).map(|(wire, i)| wire.get().clamp(i.lo, i.hi)));
        for (op, i) in self.ops.iter().zip(computed) {
            values.push(interp::value(op, &[], &values).clamp(i.lo, i.hi));
        }
        values
    }
}

impl Stage {
    /// The block of `module`.
    pub fn new(net: &Net, module: &Module, style: Style) -> Stage {
        let width = |id: Id| (net.interval(id).width(), net.interval(id).signed());
        let output = |id: &Id| Wire::output(width(*id).0, width(*id).1);
        Stage {
            clk: Signal::default(),
            inputs: module.inputs.iter().map(|(id, _)| Wire::input(width(*id).0, width(*id).1)).collect(),
            direct: module.direct.iter().map(output).collect(),
            registered: module.registered.iter().map(output).collect(),
            names: Names {
                inputs: module.inputs.iter().map(|(id, _)| id.to_string()).collect(),
                direct: module.direct.iter().map(|id| format!("{id}_d")).collect(),
                registered: module.registered.iter().map(|id| format!("{id}_q")).collect(),
            },
            program: Program::new(net, module),
            verilog: body::verilog(net, module, style),
        }
    }

    /// Whether it needs the clock.
    pub fn is_clocked(&self) -> bool {
        !self.registered.is_empty()
    }

    /// Its clock input.
    pub fn clock(&mut self) -> &mut Signal<In, Clock> {
        &mut self.clk
    }

    fn wires(&mut self) -> impl Iterator<Item = &mut Wire> {
        self.inputs.iter_mut().chain(&mut self.direct).chain(&mut self.registered)
    }
}

impl Logic for Stage {
    fn update(&mut self) {
        let edge = self.is_clocked() && self.clk.pos_edge();
        if self.direct.is_empty() && !edge {
            return;
        }
        let values = self.program.values(&self.inputs);
        self.direct.iter_mut().zip(&self.program.direct).for_each(|(wire, place)| wire.next = values[*place]);
        if edge {
            let places = self.program.registered.iter();
            self.registered.iter_mut().zip(places).for_each(|(wire, place)| wire.next = values[*place]);
        }
    }

    fn connect(&mut self) {
        self.direct.iter_mut().chain(&mut self.registered).for_each(Wire::connect);
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(self.verilog.clone())
    }
}

impl Block for Stage {
    fn connect_all(&mut self) {
        self.connect();
        self.clk.connect_all();
    }

    fn update_all(&mut self) {
        self.update();
        self.clk.update_all();
        self.wires().for_each(Wire::update_all);
    }

    fn has_changed(&self) -> bool {
        let wires = self.inputs.iter().chain(&self.direct).chain(&self.registered);
        self.clk.has_changed() || wires.into_iter().any(Wire::has_changed)
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        probe.visit_start_scope(name, self);
        if self.is_clocked() {
            self.clk.accept("clk", probe);
        }
        let names = self.names.inputs.iter().chain(&self.names.direct).chain(&self.names.registered);
        let wires = self.inputs.iter().chain(&self.direct).chain(&self.registered);
        wires.zip(names).for_each(|(wire, name)| wire.accept(name, probe));
        probe.visit_end_scope(name, self);
    }
}
