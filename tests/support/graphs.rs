//! Random networks: 1 to 4 layers, 1 to 20 neurons, mixed quantizers, branches.

use heteroq::data::random::Random;
use heteroq::fixed::Dyadic;
use heteroq::graph::{Broadcast, Graph, Kind, Node, NodeId, Parameter, SharedQuantizer};
use heteroq::quantizer::parse;

/// The network that belongs to `seed`.
pub fn random(seed: u64) -> Graph {
    let mut make = Maker { random: Random::new(seed), nodes: Vec::new() };
    make.input();
    for layer in 0..1 + make.random.below(4) {
        make.layer(&format!("l{layer}"));
    }
    let outputs = make.nodes.last().unwrap().len();
    let argmax = outputs > 1 && make.random.below(6) == 0;
    if argmax {
        make.push("argmax", vec![make.last()], Kind::Argmax, 1);
    }
    let outputs = make.nodes.last().unwrap().len();
    Graph {
        name: format!("net{seed}"),
        nodes: make.nodes,
        classes: (0..outputs).map(|o| format!("y{o}")).collect(),
    }
}

struct Maker {
    random: Random,
    nodes: Vec<Node>,
}

impl Maker {
    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.random.below(words.len())]
    }

    fn between(&mut self, lo: i64, hi: i64) -> i64 {
        lo + self.random.below((hi - lo + 1) as usize) as i64
    }

    fn last(&self) -> NodeId {
        NodeId::new(self.nodes.len() - 1)
    }

    fn push(&mut self, layer: &str, inputs: Vec<NodeId>, kind: Kind, len: usize) -> NodeId {
        self.nodes.push(Node { layer: layer.to_owned(), inputs, kind, shape: vec![len] });
        self.last()
    }

    fn input(&mut self) {
        let len = self.between(1, 8) as usize;
        let quantizer = match self.random.below(3) {
            0 => Broadcast::Each((0..len).map(|_| self.uniform()).collect()),
            _ => Broadcast::All(self.uniform()),
        };
        let features = (0..len).map(|i| format!("x{i}")).collect();
        self.push("input", vec![], Kind::Input { features, quantizer }, len);
    }

    /// A layer, sometimes two in parallel that are added or joined.
    fn layer(&mut self, name: &str) {
        let from = self.last();
        let units = self.between(1, 20) as usize;
        let first = self.dense(name, from, units);
        match self.random.below(6) {
            0 => {
                let second = self.dense(&format!("{name}b"), from, units);
                self.push(&format!("{name}s"), vec![first, second], Kind::Add, units);
            }
            1 => {
                let more = self.between(1, 6) as usize;
                let second = self.dense(&format!("{name}b"), from, more);
                self.push(&format!("{name}j"), vec![second, first], Kind::Concatenate, units + more);
            }
            2 => {
                self.push(&format!("{name}f"), vec![first], Kind::Flatten, units);
            }
            _ => {}
        }
    }

    fn dense(&mut self, name: &str, from: NodeId, units: usize) -> NodeId {
        let inputs = self.nodes[from.index()].len();
        let kernel = self.parameter(vec![inputs, units]);
        let bias = (self.random.below(4) > 0).then(|| self.parameter(vec![units]));
        let dense = self.push(name, vec![from], Kind::Dense { kernel, bias }, units);
        if self.random.below(8) == 0 {
            return dense;
        }
        let quantizer = match self.random.below(5) {
            0 => Broadcast::Each((0..units).map(|_| self.activation()).collect()),
            _ => Broadcast::All(self.activation()),
        };
        self.push(name, vec![dense], Kind::Quantize(quantizer), units)
    }

    fn parameter(&mut self, shape: Vec<usize>) -> Parameter {
        let quantizer = self.weights();
        let dense = self.random.below(100);
        let len: usize = shape.iter().product();
        let mut value = || {
            if self.random.below(100) > dense.max(30) {
                return quantizer.exact(Dyadic::ZERO).unwrap();
            }
            let x = (self.random.below(1 << 20) as f64 - f64::from(1 << 19)) / f64::from(1 << 18);
            quantizer.exact(Dyadic::from_f64(x).unwrap()).unwrap()
        };
        let values = (0..len).map(|_| value()).collect();
        Parameter { shape, quantizer: Some(quantizer), values }
    }

    fn weights(&mut self) -> SharedQuantizer {
        let (bits, integer) = (self.between(2, 8), self.between(0, 2));
        let text = match self.random.below(8) {
            0 => "binary(alpha=1)".to_owned(),
            1 => "ternary(alpha=1)".to_owned(),
            2 => format!("quantized_po2({}, 1)", self.between(3, 4)),
            3 => format!("quantized_linear({bits}, {integer}, alpha=1)"),
            _ => format!("quantized_bits({bits}, {integer}, alpha=1)"),
        };
        parse(&text).unwrap_or_else(|_| parse("quantized_bits(5, 1, alpha=1)").unwrap())
    }

    /// An evenly spaced grid of 1 to 20 bits, with -4 to 24 fraction digits.
    fn uniform(&mut self) -> SharedQuantizer {
        let bits = self.between(1, 20);
        // A single bit with a sign is a sign, not a grid.
        let keep = if bits == 1 { "False" } else { self.pick(&["True", "True", "False"]) };
        let digits = bits - i64::from(keep == "True");
        let integer = digits - self.between(-4, 24).max(digits - 20);
        let (symmetric, round) = (self.between(0, 1), self.pick(&["half_even", "half_up", "floor"]));
        let integer = integer.clamp(0, 20);
        let text = format!(
            "quantized_bits({bits}, {integer}, {symmetric}, keep_negative={keep}, alpha=1, round='{round}')"
        );
        parse(&text).unwrap_or_else(|_| parse("quantized_bits(5, 1, alpha=1)").unwrap())
    }

    fn activation(&mut self) -> SharedQuantizer {
        let (bits, integer) = (self.between(1, 12), self.between(0, 4));
        let round = self.pick(&["half_even", "half_up", "floor"]);
        let text = match self.random.below(10) {
            0 => "binary(alpha=1)".to_owned(),
            1 => "ternary(alpha=1)".to_owned(),
            2 => format!("quantized_po2({}, 2)", self.between(3, 4)),
            3 | 4 => return self.uniform(),
            _ => format!("quantized_relu({bits}, {integer}, round='{round}')"),
        };
        parse(&text).unwrap_or_else(|_| parse("quantized_bits(5, 1, alpha=1)").unwrap())
    }
}
