//! Random networks: 1 to 4 layers, 1 to 20 neurons, mixed quantizers, branches, awkward names.

use super::quantizers::Quantizers;
use heteroq::data::random::Random;
use heteroq::fixed::{Dyadic, TooWide};
use heteroq::graph::format::{self, Element};
use heteroq::graph::{Broadcast, Graph, Kind, Node, NodeId, Parameter};

/// The most layers that a network has.
pub const MOST_LAYERS: usize = 4;

/// Names that a careless generator would stumble over.
const AWKWARD: [&str; 20] = [
    "clk",
    "v3",
    "v3_c1",
    "valid",
    "reg",
    "fc1_c1",
    "größe",
    "a b",
    "a_b",
    "A_B",
    "rst",
    "in_data",
    "out_valid",
    "LATENCY",
    "unused",
    "always",
    "0",
    "x/0",
    "l0_c1",
    "",
];

/// A network that is drawn from `random`, with as many layers as are drawn, but at most `layers`.
///
/// # Errors
/// A value beyond 127 bits.
pub fn random(name: &str, mut random: Random, layers: usize) -> Result<Graph, TooWide> {
    let awkward = random.below(4) == 0;
    let mut make = Maker { random, awkward, nodes: Vec::new(), elements: Vec::new() };
    let wanted = make.between(1, MOST_LAYERS);
    make.input()?;
    for layer in 0..wanted.min(layers) {
        make.layer(layer)?;
    }
    if make.len() > 1 && make.one_in(5) {
        let last = make.last();
        make.push("argmax", vec![last], Kind::Argmax, 1)?;
    }
    let classes = (0..make.len()).map(|o| make.name('y', o)).collect();
    Ok(Graph { name: name.to_owned(), nodes: make.nodes, classes })
}

struct Maker {
    random: Random,
    awkward: bool,
    nodes: Vec<Node>,
    elements: Vec<Vec<Element>>,
}

impl Maker {
    fn between(&mut self, lo: usize, hi: usize) -> usize {
        lo + self.random.below(hi - lo + 1)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.random.below(n) == 0
    }

    fn last(&self) -> NodeId {
        NodeId::new(self.nodes.len() - 1)
    }

    /// Elements of the last node.
    fn len(&self) -> usize {
        self.nodes[self.nodes.len() - 1].len()
    }

    /// `x3`, or something awkward.
    fn name(&mut self, letter: char, n: usize) -> String {
        if self.awkward && self.one_in(2) {
            return AWKWARD[self.between(0, AWKWARD.len() - 1)].to_owned();
        }
        format!("{letter}{n}")
    }

    fn push(&mut self, layer: &str, inputs: Vec<NodeId>, kind: Kind, len: usize) -> Result<NodeId, TooWide> {
        self.nodes.push(Node { layer: layer.to_owned(), inputs, kind, shape: vec![len] });
        let graph = Graph { name: String::new(), nodes: self.nodes.clone(), classes: Vec::new() };
        self.elements = format::elements(&graph).map_err(|_| TooWide)?;
        Ok(self.last())
    }

    fn input(&mut self) -> Result<(), TooWide> {
        let len = self.between(1, 8);
        let each = self.one_in(2);
        let mut draw = || Quantizers(&mut self.random).of_features();
        let quantizer =
            if each { Broadcast::Each((0..len).map(|_| draw()).collect()) } else { Broadcast::All(draw()) };
        let features = (0..len).map(|i| self.name('x', i)).collect();
        self.push("input", vec![], Kind::Input { features, quantizer }, len).map(drop)
    }

    /// A layer, sometimes two in parallel that are added or joined, sometimes around an earlier one.
    fn layer(&mut self, n: usize) -> Result<(), TooWide> {
        let from = self.last();
        let name = self.name('l', n);
        if self.one_in(10) {
            return self.quantized(&name, from).map(drop);
        }
        if self.one_in(10) {
            return self.batch_norm(&name, from).map(drop);
        }
        let most = if self.one_in(4) { 20 } else { 7 };
        let units = self.between(1, most);
        let first = self.dense(&name, from, units)?;
        match self.between(0, 7) {
            0 => {
                let second = self.dense(&format!("{name}b"), from, units)?;
                self.push(&format!("{name}s"), vec![first, second], Kind::Add, units)?;
            }
            1 => {
                let more = self.nodes[from.index()].len();
                self.push(&format!("{name}j"), vec![from, first], Kind::Concatenate, units + more)?;
            }
            2 => {
                self.push(&format!("{name}f"), vec![first], Kind::Flatten, units)?;
            }
            // The same tensor twice: values that stand twice in one sum.
            3 => {
                let twice = vec![first, first];
                let kind = if self.one_in(2) { (Kind::Add, units) } else { (Kind::Concatenate, 2 * units) };
                self.push(&format!("{name}t"), twice, kind.0, kind.1)?;
            }
            // The same tensor as it is and through a quantizer, which may then not put its rounding into it.
            4 => {
                let quantized = self.quantized(&format!("{name}r"), first)?;
                self.push(&format!("{name}j"), vec![quantized, first], Kind::Concatenate, 2 * units)?;
            }
            _ => {}
        }
        let last = self.last();
        if self.one_in(4) { self.quantized(&format!("{name}q"), last).map(drop) } else { Ok(()) }
    }

    fn dense(&mut self, name: &str, from: NodeId, units: usize) -> Result<NodeId, TooWide> {
        let inputs = self.nodes[from.index()].len();
        let kernel = self.parameter(vec![inputs, units]);
        let bias = (!self.one_in(4)).then(|| self.parameter(vec![units]));
        let mut dense = self.push(name, vec![from], Kind::Dense { kernel, bias }, units)?;
        if self.one_in(5) {
            dense = self.batch_norm(&format!("{name}n"), dense)?;
        }
        if self.one_in(5) { Ok(dense) } else { self.quantized(name, dense) }
    }

    /// A batch normalization of node `from`.
    fn batch_norm(&mut self, name: &str, from: NodeId) -> Result<NodeId, TooWide> {
        let channels = self.nodes[from.index()].len();
        let (a, b) = (self.constants(channels), self.constants(channels));
        self.push(name, vec![from], Kind::BatchNorm { a, b }, channels)
    }

    /// A number for each channel: any f32 near 1, or powers of two, or few digits; a few zeros.
    fn constants(&mut self, channels: usize) -> Parameter {
        let digits = [24, 24, 24, 1, 3][self.between(0, 4)];
        let mut one = || {
            let mantissa = i128::try_from(self.between(0, 1 << digits)).expect("few digits");
            let sign = if self.one_in(3) { -1 } else { 1 };
            let exponent = i32::try_from(self.between(0, 6)).expect("few") - 3 - digits;
            if self.one_in(10) { Dyadic::ZERO } else { Dyadic::new(sign * mantissa, exponent) }
        };
        let values = (0..channels).map(|_| one()).collect();
        Parameter { shape: vec![channels], quantizer: None, values }
    }

    /// A quantizer on node `from`, one for all elements or one each.
    fn quantized(&mut self, name: &str, from: NodeId) -> Result<NodeId, TooWide> {
        let elements = self.elements[from.index()].clone();
        let way = self.between(0, 11);
        let mut draw = Quantizers(&mut self.random);
        let quantizer = match way {
            0 => Broadcast::Each(draw.of_channels(elements.len())),
            1..=3 => Broadcast::Each(elements.iter().map(|x| draw.of_tensor(*x)).collect()),
            _ => Broadcast::All(draw.of_tensor(elements[0])),
        };
        self.push(name, vec![from], Kind::Quantize(quantizer), elements.len())
    }

    fn parameter(&mut self, shape: Vec<usize>) -> Parameter {
        // A layer with nothing but zeros is a network too.
        let zeros = [100, 90, 60, 60, 30, 30, 30, 0, 0, 0, 0, 0][self.between(0, 11)];
        let mut draw = Quantizers(&mut self.random);
        let quantizer = draw.of_parameters(shape[shape.len() - 1]);
        let values = draw.values(&quantizer, &shape, zeros);
        Parameter { shape, quantizer: Some(quantizer), values }
    }
}
