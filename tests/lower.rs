//! Lowering, where it is easily wrong: rounding constants in sums that others read too, values that stand twice, ties.
//! Each graph is small enough to be followed by hand, and every event of it is tried.

mod support;

use heteroq::arith::Arithmetic;
use heteroq::device;
use heteroq::fixed::Dyadic;
use heteroq::graph::{Broadcast, Graph, Kind, Node, NodeId, Parameter};
use heteroq::quantizer::parse;
use support::case::Case;
use support::failure;
use support::wish::Wish;

/// Two features with two fraction digits, from -2 to 1.75.
const INPUT: &str = "quantized_bits(4, 1, alpha=1)";

/// A graph whose node 0 is the input; each other is a layer of its own.
struct Sketch {
    nodes: Vec<Node>,
}

impl Sketch {
    fn new() -> Sketch {
        let features = vec!["a".to_owned(), "b".to_owned()];
        let kind =
            Kind::Input { features, quantizer: Broadcast::All(parse(INPUT).unwrap().fixed().unwrap()) };
        Sketch { nodes: vec![Node { layer: "input".into(), inputs: vec![], kind, shape: vec![2] }] }
    }

    fn node(mut self, inputs: &[usize], kind: Kind, len: usize) -> Sketch {
        let inputs = inputs.iter().map(|n| NodeId::new(*n)).collect();
        self.nodes.push(Node { layer: format!("l{}", self.nodes.len()), inputs, kind, shape: vec![len] });
        self
    }

    /// One unit: `a · w0 + b · w1`.
    fn dense(self, weights: [f64; 2]) -> Sketch {
        let values = weights.iter().map(|w| Dyadic::from_f64(*w).unwrap()).collect();
        let kernel = Parameter { shape: vec![2, 1], quantizer: None, values };
        self.node(&[0], Kind::Dense { kernel, bias: None }, 1)
    }

    fn quantize(self, from: usize, len: usize, quantizer: &str) -> Sketch {
        self.node(&[from], Kind::Quantize(Broadcast::All(parse(quantizer).unwrap().fixed().unwrap())), len)
    }

    /// What the net makes of one event in units of the ports, and whether everything agrees with it on all.
    fn results(self, event: [i128; 2]) -> Vec<i128> {
        let outputs = self.nodes.last().unwrap().len();
        let classes = (0..outputs).map(|n| format!("y{n}")).collect();
        let graph = Graph { name: "sketch".into(), nodes: self.nodes, classes };
        let wish = Wish {
            family: device::find("xc7").unwrap().family,
            clock_mhz: 320,
            register_inputs: true,
            register_outputs: true,
            least_latency: 0,
            arithmetic: vec![Arithmetic::ShiftAdd],
        };
        let case = Case::of_graph(graph, wish, 1);
        assert_eq!(case.events.len(), 256, "every event is tried");
        let checked = case.check_software().and_then(|()| case.check_blocks());
        failure::none(&checked.err().into_iter().collect::<Vec<_>>());
        let place = case.events.iter().position(|e| e == &event).unwrap();
        case.expected[place].clone()
    }
}

/// -0.75 - 0.5 = -1.25 rounds up to -1; 0.5 more for the half would be seen in the second output.
#[test]
fn a_rounding_constant_stays_out_of_a_sum_that_goes_out_as_well() {
    let sketch =
        Sketch::new().dense([1.0, 1.0]).quantize(1, 1, "quantized_bits(4, 3, alpha=1, round='half_up')");
    let sketch = sketch.node(&[2, 1], Kind::Concatenate, 2);
    assert_eq!(sketch.results([-3, -2]), [-1, -5]);
}

#[test]
fn a_rounding_constant_stays_out_of_a_sum_that_two_quantizers_read() {
    let sketch = Sketch::new().dense([1.0, 1.0]);
    let sketch = sketch.quantize(1, 1, "quantized_bits(4, 3, alpha=1, round='half_up')");
    let sketch = sketch.quantize(1, 1, "quantized_bits(4, 2, alpha=1, round='half_up')");
    let sketch = sketch.node(&[2, 3], Kind::Concatenate, 2);
    // -1.25 is -1, and -2.5 halves: -1 again, as -2 halves.
    assert_eq!(sketch.results([-3, -2]), [-1, -2]);
}

#[test]
fn a_rounding_constant_goes_once_into_a_sum_that_stands_twice_in_its_tensor() {
    let sketch = Sketch::new().dense([1.0, 1.0]).node(&[1, 1], Kind::Concatenate, 2);
    let sketch = sketch.quantize(2, 2, "quantized_bits(4, 3, alpha=1, round='half_up')");
    assert_eq!(sketch.results([-3, -2]), [-1, -1]);
}

/// A quantizer that changes nothing hands its sums on: who rounds them next may not be their only reader.
#[test]
fn a_rounding_constant_stays_out_of_a_sum_that_comes_through_a_needless_quantizer() {
    let needless = "quantized_bits(8, 5, alpha=1)";
    let half_up = "quantized_bits(4, 3, alpha=1, round='half_up')";
    let sketch = Sketch::new().dense([1.0, 1.0]).quantize(1, 1, needless).quantize(2, 1, half_up);
    let sketch = sketch.node(&[3, 1], Kind::Concatenate, 2);
    assert_eq!(sketch.results([-3, -2]), [-1, -5]);
    let twice = Sketch::new().dense([1.0, 1.0]).node(&[1, 1], Kind::Concatenate, 2);
    assert_eq!(twice.quantize(2, 2, needless).quantize(3, 2, half_up).results([-3, -2]), [-1, -1]);
}

#[test]
fn a_tensor_added_to_itself_counts_twice() {
    let sketch = Sketch::new().dense([1.0, -0.5]).node(&[1, 1], Kind::Add, 1);
    // 2 · (0.75 + 0.25) with three fraction digits.
    assert_eq!(sketch.results([3, -2]), [16]);
}

/// Ties at one half go to the even neighbour, up, or down.
#[test]
fn each_rounding_treats_ties_in_its_own_way() {
    for (round, up, down) in [("half_even", 2, -2), ("half_up", 2, -1), ("floor", 1, -2)] {
        let quantizer = format!("quantized_bits(4, 3, alpha=1, round='{round}')");
        for (event, expected) in [([6, 0], up), ([-6, 0], down)] {
            let sketch = Sketch::new().dense([1.0, 1.0]).quantize(1, 1, &quantizer);
            assert_eq!(sketch.results(event), [expected], "{round} of {} quarters", event[0]);
        }
    }
}

#[test]
fn argmax_takes_the_lowest_index_on_ties() {
    for (event, index) in [([1, 1], 0), ([1, 2], 1), ([-1, -2], 0), ([7, 7], 0)] {
        let sketch = Sketch::new().node(&[0, 0], Kind::Concatenate, 4).node(&[1], Kind::Argmax, 1);
        assert_eq!(sketch.results(event), [index], "{event:?}");
    }
}
