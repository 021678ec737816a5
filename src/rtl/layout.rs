//! Which modules there are, what each computes, registers and passes on.
//!
//! A value is computed in the module of its layer and cycle. If it is read in later cycles, the modules of
//! its layer register it at the end of every cycle up to the last reader's; so a module may also pass on
//! values of earlier cycles. A value read in its own cycle by another layer leaves its module unregistered.

use super::names::{self, PortNames};
use crate::net::{Id, Layer, Op};
use crate::schedule::Staged;
use std::collections::{BTreeMap, BTreeSet};

/// Where a value can be had in some cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Input port `n` of the top.
    Port(usize),
    /// The value as module `module` computes it, in the same cycle: its `direct` entry `place`.
    Direct {
        /// Index of the module.
        module: usize,
        /// Index of the output.
        place: usize,
    },
    /// The value as module `module` registered it at the end of the cycle before: its `registered` entry.
    Registered {
        /// Index of the module.
        module: usize,
        /// Index of the output.
        place: usize,
    },
    /// A constant, wired where it is read.
    Constant(i128),
}

/// One module: a layer in a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Its name within the top: `fc1_c2`.
    pub name: String,
    /// The layer.
    pub layer: Layer,
    /// The cycle.
    pub cycle: u32,
    /// Values that come in, and where from.
    pub inputs: Vec<(Id, Source)>,
    /// Values computed here, constants that are read here among them, in order.
    pub computes: Vec<Id>,
    /// Values computed here that go out in the same cycle.
    pub direct: Vec<Id>,
    /// Values registered here at the end of the cycle.
    pub registered: Vec<Id>,
}

impl Module {
    fn new(name: String, layer: Layer, cycle: u32) -> Module {
        let (inputs, computes, direct, registered) = (vec![], vec![], vec![], vec![]);
        Module { name, layer, cycle, inputs, computes, direct, registered }
    }
}

/// All modules of a staged net and how they hang together.
#[derive(Debug, Clone)]
pub struct Layout {
    /// What is laid out.
    pub staged: Staged,
    /// The top's name, a legal identifier.
    pub name: String,
    /// The modules, by layer and cycle.
    pub modules: Vec<Module>,
    /// For each output of the net, where it comes from.
    pub outputs: Vec<Source>,
    /// Names of the top's data ports.
    pub ports: PortNames,
}

impl Layout {
    /// Lays `staged` out under a top called `name`.
    pub fn new(staged: &Staged, name: &str) -> Layout {
        let mut modules = modules(staged);
        let index = Index::new(&modules);
        for module in &mut modules {
            module.inputs = inputs(staged, &index, module);
        }
        let source = |o: &crate::net::Output| index.source(staged, o.id, staged.latency);
        let outputs = staged.net.outputs.iter().map(source).collect();
        let ports = PortNames::new(&staged.net, modules.iter().map(|m| m.name.as_str()));
        Layout { staged: staged.clone(), name: names::legal(name), modules, outputs, ports }
    }
}

/// The modules with what they compute, register and send on, but not yet with what comes in.
fn modules(staged: &Staged) -> Vec<Module> {
    let net = &staged.net;
    let layer_names = names::distinct(net.layers.iter().map(|layer| names::instance(layer)).collect());
    let last_read = staged.last_read();
    let direct = read_elsewhere_in_their_cycle(staged);
    let mut all = Modules { all: BTreeMap::new(), layer_names };
    for id in net.ids().filter(|id| !staged.is_constant(*id)) {
        let (layer, cycle) = (net.layer_of(id), staged.cycle(id));
        if !matches!(net.op(id), Op::Input(_)) {
            all.at(layer, cycle).computes.push(id);
        }
        if direct.contains(&id) {
            all.at(layer, cycle).direct.push(id);
        }
        for rank in cycle..last_read[id.index()] {
            all.at(layer, rank).registered.push(id);
        }
    }
    let mut modules: Vec<Module> = all.all.into_values().collect();
    modules.iter_mut().for_each(|module| bring_constants(staged, module));
    modules
}

/// The modules found so far.
struct Modules {
    all: BTreeMap<(Layer, u32), Module>,
    layer_names: Vec<String>,
}

impl Modules {
    /// The module of `layer` in `cycle`.
    fn at(&mut self, layer: Layer, cycle: u32) -> &mut Module {
        let name = format!("{}_c{cycle}", self.layer_names[layer.index()]);
        self.all.entry((layer, cycle)).or_insert_with(|| Module::new(name, layer, cycle))
    }
}

/// Values that another layer's module, or an unregistered output, reads in the cycle that computes them.
fn read_elsewhere_in_their_cycle(staged: &Staged) -> BTreeSet<Id> {
    let net = &staged.net;
    let mut read = BTreeSet::new();
    let inside = |id: Id| !matches!(net.op(id), Op::Input(_) | Op::Const(_));
    for reader in net.ids() {
        let elsewhere = |id: Id| {
            staged.cycle(id) == staged.cycle(reader) && net.layer_of(id) != net.layer_of(reader) && inside(id)
        };
        read.extend(net.op(reader).operands().into_iter().filter(|id| elsewhere(*id)));
    }
    let outputs = net.outputs.iter().map(|o| o.id);
    read.extend(outputs.filter(|id| staged.cycle(*id) == staged.latency && inside(*id)));
    read
}

/// Constants are computed wherever they are read.
fn bring_constants(staged: &Staged, module: &mut Module) {
    let read = module.computes.iter().flat_map(|id| staged.net.op(*id).operands());
    let constants: BTreeSet<Id> = read.filter(|id| staged.is_constant(*id)).collect();
    module.computes.splice(0..0, constants);
}

/// What a module reads and does not compute, with where it comes from.
fn inputs(staged: &Staged, index: &Index, module: &Module) -> Vec<(Id, Source)> {
    let mine: BTreeSet<Id> = module.computes.iter().copied().collect();
    let operands = module.computes.iter().flat_map(|id| staged.net.op(*id).operands());
    let read: BTreeSet<Id> = operands.chain(module.registered.iter().copied()).collect();
    let come_in = read.into_iter().filter(|id| !mine.contains(id));
    come_in.map(|id| (id, index.source(staged, id, module.cycle))).collect()
}

/// Finds outputs of modules.
struct Index {
    direct: BTreeMap<Id, Source>,
    registered: BTreeMap<(Id, u32), Source>,
}

impl Index {
    fn new(modules: &[Module]) -> Index {
        let mut index = Index { direct: BTreeMap::new(), registered: BTreeMap::new() };
        for (m, module) in modules.iter().enumerate() {
            for (place, id) in module.direct.iter().enumerate() {
                index.direct.insert(*id, Source::Direct { module: m, place });
            }
            for (place, id) in module.registered.iter().enumerate() {
                index.registered.insert((*id, module.cycle + 1), Source::Registered { module: m, place });
            }
        }
        index
    }

    /// Where `id` can be had in `cycle`.
    fn source(&self, staged: &Staged, id: Id, cycle: u32) -> Source {
        match staged.net.op(id) {
            Op::Const(v) => Source::Constant(*v),
            Op::Input(n) if cycle == 0 => Source::Port(*n),
            _ if cycle == staged.cycle(id) => self.direct[&id],
            _ => self.registered[&(id, cycle)],
        }
    }
}
