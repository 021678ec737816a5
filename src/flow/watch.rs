//! What is counted of each node's integers, over any number of events: exactly, by the emulator of a net that puts
//! all of them out.

use super::tensor::{self, Pair};
use crate::emulate::fast::{Emulator, Integer, PortError};
use crate::fixed::{Dyadic, Interval, TooWide};
use crate::graph::{Broadcast, Graph, Kind, LayerError, Node, SharedQuantizer};
use crate::lower::{self, watched::Meaning};
use crate::metrics::profile::{Cut, Marks, Moments, Tally, Tensor};
use crate::quantizer::Ends;
use std::cmp::Ordering;

/// A graph, and what was counted of it.
#[derive(Debug)]
pub struct Watch<'a> {
    graph: &'a Graph,
    emulator: Emulator,
    outputs: usize,
    fits_64_bits: bool,
    nodes: Vec<Vec<Element>>,
}

/// One element of a node's tensor.
#[derive(Debug)]
struct Element {
    meaning: Meaning,
    tally: Tally,
    /// The quantizer's ends, and what it cuts off of the element that it reads.
    ends: Option<Ends>,
    cut: Option<(Meaning, Cut)>,
    allowed: Pair,
}

impl<'a> Watch<'a> {
    /// Nothing counted yet. `graph` must be valid.
    ///
    /// # Errors
    /// A layer with a value beyond 127 bits, or without an exact form.
    pub fn new(graph: &'a Graph) -> Result<Watch<'a>, LayerError> {
        let watched = lower::watched(graph)?;
        let net = &watched.net;
        let interval = |meaning: &Meaning| net.interval(net.outputs[meaning.output].id);
        let mut nodes = Vec::new();
        for (node, meanings) in graph.nodes.iter().zip(&watched.nodes) {
            let read = node.inputs.first().map(|id| watched.nodes[id.index()].as_slice());
            let element = |(i, meaning)| Element::new(node, i, (meaning, read), &interval);
            let elements: Result<_, TooWide> = meanings.iter().enumerate().map(element).collect();
            nodes.push(elements.map_err(LayerError::too_wide(&node.layer))?);
        }
        let narrow = |interval: Interval| i64::all().covers(interval);
        let fits_64_bits = net.inputs.iter().all(|port| narrow(port.interval))
            && net.outputs.iter().all(|port| narrow(net.interval(port.id)));
        Ok(Watch { graph, emulator: Emulator::new(net), outputs: net.outputs.len(), fits_64_bits, nodes })
    }

    /// Whether all integers are of 64 bits, so that [`Watch::count`] takes an `i64`.
    pub fn fits_64_bits(&self) -> bool {
        self.fits_64_bits
    }

    /// Counts `events` events, given by their port integers, events × features.
    ///
    /// # Errors
    /// Integers that are none of the ports; a `T` that is too narrow.
    pub fn count<T: Integer>(&mut self, integers: &[T], events: usize) -> Result<(), PortError> {
        let results = self.emulator.run(integers, events)?;
        for row in results.chunks_exact(self.outputs) {
            self.nodes.iter_mut().flatten().for_each(|element| element.count(row));
        }
        Ok(())
    }

    /// What was counted of each node.
    ///
    /// # Errors
    /// A value beyond 127 bits.
    pub fn tensors(&self) -> Result<Vec<Tensor>, LayerError> {
        let mut tensors: Vec<Tensor> = Vec::new();
        for (node, elements) in self.graph.nodes.iter().zip(&self.nodes) {
            let found = tensor_of(node, elements).map_err(LayerError::too_wide(&node.layer))?;
            let read = node.inputs.first().filter(|_| matches!(node.kind, Kind::Quantize(_)));
            let before = read.map(|id| tensors[id.index()].reached);
            tensors.push(Tensor { before, ..found });
        }
        Ok(tensors)
    }
}

impl Element {
    /// Element `i` of `node`, which reads the elements `read`.
    fn new(
        node: &Node,
        i: usize,
        (meaning, read): (&Meaning, Option<&[Meaning]>),
        interval: &impl Fn(&Meaning) -> Interval,
    ) -> Result<Element, TooWide> {
        let quantizer = quantizer(node).map(|quantizer| quantizer.at(i).as_ref());
        let read = read.filter(|_| quantizer.is_some()).map(|all| all[i]);
        let ends = quantizer.and_then(|quantizer| Ends::of(quantizer, read.map(|read| read.digits())));
        let cut = match ends.zip(read) {
            Some((ends, read)) => Some((read, cut(&ends, &read, interval(&read))?)),
            None => None,
        };
        let Interval { lo, hi } = interval(meaning);
        let reachable = tensor::ordered(meaning.value(lo)?, meaning.value(hi)?);
        let allowed = ends.map_or(reachable, |ends| [ends.lo, ends.hi]);
        let marks = Marks {
            zero: meaning.integer(Dyadic::ZERO),
            ends: [ends.map(|e| e.lo), ends.map(|e| e.hi)].map(|end| meaning.integer(end?)),
        };
        Ok(Element { meaning: *meaning, tally: Tally::new(marks), ends, cut, allowed })
    }

    fn count<T: Integer>(&mut self, row: &[T]) {
        self.tally.count(row[self.meaning.output].wide());
        if let Some((read, cut)) = &mut self.cut {
            cut.count(row[read.output].wide());
        }
    }

    fn reached(&self) -> Result<Option<Pair>, TooWide> {
        let Some([least, greatest]) = self.tally.range else { return Ok(None) };
        Ok(Some(tensor::ordered(self.meaning.value(least)?, self.meaning.value(greatest)?)))
    }

    fn moments(&self) -> Moments {
        self.tally.moments().moved(self.meaning.scale.to_f64(), self.meaning.offset.to_f64())
    }

    /// How many values were cut off below and above.
    fn clipped(&self) -> Option<[u64; 2]> {
        let (read, Cut { counts: [low, high], .. }) = self.cut.as_ref()?;
        Some(if rises(read) { [*low, *high] } else { [*high, *low] })
    }
}

/// The quantizer of a node that has one.
fn quantizer(node: &Node) -> Option<&Broadcast<SharedQuantizer>> {
    match &node.kind {
        Kind::Quantize(quantizer) | Kind::Input { quantizer, .. } => Some(quantizer),
        _ => None,
    }
}

fn rises(meaning: &Meaning) -> bool {
    meaning.scale > Dyadic::ZERO
}

/// Which integers of `interval` a quantizer with these `ends` cuts off.
fn cut(ends: &Ends, meaning: &Meaning, interval: Interval) -> Result<Cut, TooWide> {
    let (first, last) = if rises(meaning) {
        (Ordering::Less, Ordering::Greater)
    } else {
        (Ordering::Greater, Ordering::Less)
    };
    let side = |k| meaning.value(k).map(|x| ends.beyond(x));
    let low = last_where(interval, |k| Ok(side(k)? == first))?;
    // The integer after the last one that is not cut off.
    let inside = last_where(interval, |k| Ok(side(k)? != last))?;
    let next = inside.map_or(interval.lo, |inside| inside + 1);
    Ok(Cut { low, high: Some(next).filter(|next| *next <= interval.hi), counts: [0; 2] })
}

/// The last integer of `interval` where `holds`, which holds up to there.
fn last_where(
    interval: Interval,
    holds: impl Fn(i128) -> Result<bool, TooWide>,
) -> Result<Option<i128>, TooWide> {
    let Interval { lo: mut yes, hi: mut no } = interval;
    if !holds(yes)? {
        return Ok(None);
    }
    if holds(no)? {
        return Ok(Some(no));
    }
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        if holds(middle)? { yes = middle } else { no = middle }
    }
    Ok(Some(yes))
}

fn tensor_of(node: &Node, elements: &[Element]) -> Result<Tensor, TooWide> {
    let reached: Vec<Option<Pair>> = elements.iter().map(Element::reached).collect::<Result<_, _>>()?;
    let reached = tensor::hull(reached.into_iter().flatten()).unwrap_or([Dyadic::ZERO; 2]);
    let allowed = tensor::hull(elements.iter().map(|element| element.allowed));
    let moments = Moments::together(&elements.iter().map(Element::moments).collect::<Vec<_>>());
    let same = |element: &&Element| element.tally.range.is_some_and(|[least, greatest]| least == greatest);
    let at_ends = elements.iter().map(|element| element.ends.map(|_| element.tally.at_ends));
    Ok(Tensor {
        layer: node.layer.clone(),
        what: node.kind.word().to_owned(),
        quantizer: quantizer(node).and_then(tensor::one_text),
        elements: elements.len(),
        constant: Some(elements.iter().filter(same).count()),
        values: moments.count,
        allowed: allowed.map(tensor::floats),
        reached: tensor::floats(reached),
        spare_bits: allowed.and_then(|allowed| tensor::spare_bits(allowed, reached)),
        before: None,
        zeros: elements.iter().map(|element| element.tally.zeros).sum(),
        at_ends: tensor::total(at_ends),
        clipped: tensor::total(elements.iter().map(Element::clipped)),
        mean: moments.mean,
        deviation: moments.deviation(),
    })
}
