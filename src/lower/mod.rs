//! Graph → net, exactly: real numbers on grids become integers, one layer kind a file.
//!
//! | file | lowers |
//! |---|---|
//! | `input` | features to ports |
//! | `dense` | a constant matrix and its bias to dot products |
//! | `quantize` | rounding and saturation |
//! | `levels` | a quantizer of few levels to thresholds or a table |
//! | `sum` | the sum of layers, and any other weighted sum |
//! | `batch_norm` | a constant factor and offset for each channel |
//! | `argmax` | the largest element's index |
//! | `wire` | what an integer of the net stands for: scales that are not multiplied yet |
//! | [`watched`](mod@watched) | a net that puts out every value of its graph |
//! | `luts` | how many LUTs a form takes, roughly |
//! | `staircase` | which of several forms of a staircase takes the fewest LUTs |
//!
//! To add a layer kind: a [`Kind`] of the graph (the compiler then lists the files that must learn it: its meaning
//! in `graph::interp`, its elements in `graph::format`, its rules in `graph::validate`, its lowering in a file
//! here), then its keys and shape in `config::keys`, `config::layers`, `config::shapes` and `config::graph`.
//!
//! *Invariant:* lowering is exact; what cannot be exact is refused with the layer's name.

mod argmax;
mod batch_norm;
mod dense;
mod input;
mod levels;
pub mod luts;
mod quantize;
mod staircase;
mod sum;
#[cfg(test)]
mod tests;
pub mod watched;
mod wire;

use crate::fixed::{Interval, TooWide};
use crate::graph::{Graph, Kind, LayerError, Node, NodeId};
use crate::net::{Id, Layer, Net, Op};
use std::collections::BTreeSet;
pub use watched::watched;
use wire::Wire;
pub use wire::common;

/// The net being made, while one layer is lowered.
struct Lowering<'a> {
    net: Net,
    graph: &'a Graph,
    /// The layer that new values belong to.
    layer: Layer,
    /// The elements of each node lowered so far.
    wires: Vec<Vec<Wire>>,
    /// How many nodes read each node.
    readers: Vec<usize>,
}

/// The net of `graph`.
///
/// # Errors
/// A layer with a value beyond 127 bits, or one that has no exact form in hardware.
pub fn lower(graph: &Graph) -> Result<Net, LayerError> {
    let mut lowering = lowered(graph)?;
    lowering.outputs()?;
    Ok(lowering.net)
}

/// All nodes of `graph`, before anything goes out.
fn lowered(graph: &Graph) -> Result<Lowering<'_>, LayerError> {
    let mut lowering = Lowering {
        net: Net::default(),
        graph,
        layer: Layer::new(0),
        wires: Vec::new(),
        readers: graph.readers(),
    };
    for node in &graph.nodes {
        if !node.passes_on() {
            lowering.layer = lowering.net.layer_named(&node.layer);
        }
        let wires = lowering.node(node)?;
        lowering.wires.push(wires);
    }
    Ok(lowering)
}

impl Lowering<'_> {
    fn node(&mut self, node: &Node) -> Result<Vec<Wire>, LayerError> {
        let too_wide = LayerError::too_wide(&node.layer);
        let inputs: Vec<Vec<Wire>> = node.inputs.iter().map(|id| self.wires[id.index()].clone()).collect();
        match &node.kind {
            Kind::Input { features, quantizer } => self.input(node, features, quantizer),
            Kind::Dense { kernel, bias } => self.dense(&inputs[0], kernel, bias.as_ref()).map_err(too_wide),
            Kind::Quantize(quantizer) => self.quantize(node, &inputs[0], quantizer),
            Kind::Flatten => Ok(inputs.concat()),
            Kind::Add => self.sum(&inputs).map_err(too_wide),
            Kind::Concatenate => Ok(node.joined(&inputs.iter().map(Vec::as_slice).collect::<Vec<_>>())),
            Kind::BatchNorm { a, b } => {
                self.batch_norm(&inputs[0], a, b).map_err(|_| LayerError::constants_too_wide(&node.layer))
            }
            Kind::Argmax => self.argmax(&inputs[0]).map_err(too_wide),
        }
    }

    /// The last node's elements as plain integers go out.
    fn outputs(&mut self) -> Result<(), LayerError> {
        let (Some(wires), Some(last)) = (self.wires.pop(), self.graph.nodes.last()) else { return Ok(()) };
        let too_wide = LayerError::too_wide(&last.layer);
        for (name, wire) in self.graph.classes.iter().zip(wires) {
            let (id, frac) = self.plain(wire).map_err(&too_wide)?;
            self.net.push_output(name.as_str(), frac, id);
        }
        Ok(())
    }

    fn push(&mut self, op: Op) -> Result<Id, TooWide> {
        self.net.push(op, self.layer)
    }

    fn interval(&self, wire: Wire) -> Interval {
        self.net.interval(wire.id)
    }

    /// Whether one reader of node `id` is the only one that its values have, through layers that hand values on:
    /// those that only pass them on, and quantizers that need not change them. (A value that stands twice among
    /// them has been read twice.)
    fn read_once(&self, id: NodeId) -> bool {
        let mine: BTreeSet<Id> = self.wires[id.index()].iter().map(|w| w.id).collect();
        let hands_on = |input: &&NodeId| self.wires[input.index()].iter().any(|w| mine.contains(&w.id));
        self.readers[id.index()] == 1
            && self.graph.node(id).inputs.iter().filter(hands_on).all(|input| self.read_once(*input))
    }

    /// A value of `own` fraction digits on a grid of `frac` of them, not coarser than its own. A 0 is one on every
    /// grid, even on those that no other value could be moved to.
    fn align(&mut self, id: Id, own: i32, frac: i32) -> Result<Id, TooWide> {
        match frac.abs_diff(own) {
            0 => Ok(id),
            _ if self.net.interval(id) == Interval::point(0) => Ok(id),
            shift => self.push(Op::Shl { a: id, shift }),
        }
    }
}
