//! Profiles: a network small enough to be counted by hand, and random ones against their definition.

mod support;

use heteroq::config::{self, Weights};
use heteroq::data::random::Random;
use heteroq::emulate::fast::Integer;
use heteroq::fixed::Dyadic;
use heteroq::flow::profile::profile;
use heteroq::flow::watch::Watch;
use heteroq::flow::{Design, Failure};
use heteroq::graph::{Graph, Kind, Node, format, interp};
use heteroq::lower;
use heteroq::metrics::profile::{Profile, Tensor};
use heteroq::quantizer::{Ends, Hardware, Quantizer};
use heteroq::sim::vectors::corners_and_random;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::cmp::Ordering;
use std::fs;
use support::graphs;

/// Two features of quarters from -2 to 1.75; `h0 = 0.75 a + 0.5 b` and `h1 = 0.25 - a` through a relu of quarters up
/// to 0.75; `out = 0.5 h0 - 0.25 h1`.
const CONFIG: &str = r#"
name: hand
input: {shape: [2], quantizer: "quantized_bits(4, 1, alpha=1)", names: [a, b]}
layers:
  - name: h
    kind: dense
    units: 2
    kernel: "quantized_bits(3, 0, alpha=1)"
    bias: "quantized_bits(4, 0, alpha=1)"
    activation: "quantized_relu(2)"
  - {name: out, kind: dense, units: 1, kernel: "quantized_bits(3, 0, alpha=1)", use_bias: false}
train: {loss: binary_cross_entropy}
"#;

/// Two features are beyond the ports, one above and one below; 1.76 only rounds to the last step.
const EVENTS: &str = "0.5,1,0\n1.76,-0.5,1\n9,-3,1\n0,0,0\n-1.25,0,0\n";

fn shown<T>(failure: Failure) -> T {
    panic!("{:?}", failure.into_report())
}

fn by_hand() -> Profile {
    let folder = tempfile::tempdir().unwrap();
    let config = config::parse(CONFIG, &folder.path().join("config.yaml")).unwrap();
    let bytes = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    // -1.5 is clipped to -1; 1 is clipped to 0.75.
    let all = [
        ("h/kernel", vec![2, 2], bytes(&[1.0, -1.5, 0.5, 0.0])),
        ("h/bias", vec![2], bytes(&[0.0, 0.25])),
        ("out/kernel", vec![2, 1], bytes(&[0.5, -0.25])),
    ];
    let views = all
        .iter()
        .map(|(name, shape, bytes)| (*name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    let file = safetensors::serialize(views, None).unwrap();
    let weights = Weights::from_bytes(&config, &file).unwrap();
    let design = Design::new(&config, &weights).unwrap_or_else(shown);
    let path = folder.path().join("jets.csv");
    fs::write(&path, EVENTS).unwrap();
    profile(&design, &path).unwrap_or_else(shown)
}

/// The figures that can be counted on fingers.
type Figures = ([f64; 2], Option<[f64; 2]>, Option<u32>, u64, Option<[u64; 2]>, Option<[u64; 2]>);

fn figures(tensor: &Tensor) -> Figures {
    (tensor.reached, tensor.allowed, tensor.spare_bits, tensor.zeros, tensor.at_ends, tensor.clipped)
}

/// On the grid: (0.5, 1), (1.75, -0.5), (1.75, -2), (0, 0), (-1.25, 0). The sums h0, h1 are then (0.875, -0.25),
/// (1.0625, -1.5), (0.3125, -1.5), (0, 0.25), (-0.9375, 1.5), which the relu makes (0.75, 0), (0.75, 0), (0.25, 0),
/// (0, 0.25), (0, 0.75), and the results 0.375, 0.375, 0.125, -0.0625, -0.1875.
#[test]
#[expect(clippy::float_cmp, reason = "exact figures are meant")]
fn five_events_counted_by_hand() {
    let found = by_hand();
    let names: Vec<(&str, &str)> = found.nodes.iter().map(|t| (t.layer.as_str(), t.what.as_str())).collect();
    assert_eq!(names, [("input", "input"), ("h", "dense"), ("h", "quantize"), ("out", "dense")]);
    let all: Vec<Figures> = found.nodes.iter().map(figures).collect();
    let ports = [-2.0, 1.75];
    assert_eq!(all[0], (ports, Some(ports), Some(0), 3, Some([1, 2]), Some([1, 1])));
    assert_eq!(all[1], ([-1.5, 1.5], Some([-2.5, 2.25]), Some(1), 1, None, None));
    assert_eq!(all[2], ([0.0, 0.75], Some([0.0, 0.75]), Some(0), 5, Some([5, 3]), Some([4, 3])));
    assert_eq!(all[3], ([-0.1875, 0.375], Some([-0.1875, 0.375]), Some(0), 0, None, None));
    let before: Vec<Option<[f64; 2]>> = found.nodes.iter().map(|t| t.before).collect();
    assert_eq!(before, [Some([-3.0, 9.0]), None, Some([-1.5, 1.5]), None]);
    let counts: Vec<(usize, u64)> = found.nodes.iter().map(|t| (t.elements, t.values)).collect();
    assert_eq!((found.events, counts), (5, vec![(2, 10), (2, 10), (2, 10), (1, 5)]));
    assert_eq!((found.nodes[3].mean, found.nodes[3].deviation), (0.125, 0.051_562_5_f64.sqrt()));
    assert_eq!(found.nodes[2].mean, 0.275);
}

#[test]
fn four_weights_counted_by_hand() {
    let found = by_hand().parameters;
    let names: Vec<(&str, &str)> = found.iter().map(|t| (t.layer.as_str(), t.what.as_str())).collect();
    assert_eq!(names, [("h", "kernel"), ("h", "bias"), ("out", "kernel")]);
    let all: Vec<Figures> = found.iter().map(figures).collect();
    let grid = Some([-1.0, 0.75]);
    assert_eq!(all[0], ([-1.0, 0.75], grid, Some(0), 1, Some([1, 1]), Some([1, 1])));
    assert_eq!(all[1], ([0.0, 0.25], Some([-1.0, 0.875]), Some(2), 1, Some([0, 0]), Some([0, 0])));
    assert_eq!(all[2], ([-0.25, 0.5], grid, Some(0), 0, Some([0, 0]), Some([0, 0])));
    assert_eq!(found[0].before, Some([-1.5, 1.0]));
}

/// Random networks of every quantizer: each count is that of the graph's own definition, value by value.
#[test]
fn counts_are_those_of_the_definition() {
    let mut clipped = [0; 2];
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let drawn = graphs::random("net", Random::new(random.bits()), 3);
        let Some(graph) = drawn.ok().filter(|graph| lower::lower(graph).is_ok()) else { continue };
        let net = lower::lower(&graph).unwrap();
        let events = corners_and_random(&net, 300, seed);
        let found = counted(&graph, &events);
        let features = |event: &Vec<i128>| {
            let ports = event.iter().zip(&net.inputs);
            ports.map(|(v, port)| Dyadic::new(*v, -port.frac)).collect::<Vec<_>>()
        };
        let exact: Vec<Vec<Vec<Dyadic>>> =
            events.iter().map(|event| interp::tensors(&graph, &features(event)).unwrap()).collect();
        for (n, (node, tensor)) in graph.nodes.iter().zip(&found).enumerate() {
            let values: Vec<&[Dyadic]> = exact.iter().map(|event| event[n].as_slice()).collect();
            let read = node.inputs.first().map_or(n, |id| id.index());
            let read: Vec<&[Dyadic]> = exact.iter().map(|event| event[read].as_slice()).collect();
            check(&format!("seed {seed}, node {n}"), node, tensor, &values);
            if let Some(sides) = cut_off(&graph, n, &read) {
                assert_eq!(tensor.clipped, Some(sides), "seed {seed}, node {n}");
                clipped = [clipped[0] + sides[0], clipped[1] + sides[1]];
            }
        }
    }
    assert!(clipped.iter().all(|n| *n > 1000), "{clipped:?} are too few to say something");
}

/// What is counted of the events, in two portions.
fn counted(graph: &Graph, events: &[Vec<i128>]) -> Vec<Tensor> {
    let wide = portions::<i128>(graph, events);
    if Watch::new(graph).unwrap().fits_64_bits() {
        assert_eq!(portions::<i64>(graph, events), wide);
    }
    wide
}

fn portions<T: Integer>(graph: &Graph, events: &[Vec<i128>]) -> Vec<Tensor> {
    let mut watch = Watch::new(graph).unwrap();
    for portion in [&events[..7], &events[7..]] {
        let flat: Vec<T> = portion.iter().flatten().map(|v| T::wrap(*v)).collect();
        watch.count(&flat, portion.len()).unwrap();
    }
    watch.tensors().unwrap()
}

/// The figures of `values`, event by event, element by element.
#[expect(clippy::cast_precision_loss, reason = "small numbers of values")]
fn check(place: &str, node: &Node, tensor: &Tensor, values: &[&[Dyadic]]) {
    let all = || values.iter().copied().flatten();
    let reached = [all().min().unwrap().to_f64(), all().max().unwrap().to_f64()];
    let zeros = all().filter(|v| **v == Dyadic::ZERO).count() as u64;
    let same = |i: &usize| values.iter().all(|row| row[*i] == values[0][*i]);
    let constant = (0..node.len()).filter(same).count();
    assert_eq!((tensor.reached, tensor.zeros), (reached, zeros), "{place}");
    assert_eq!((tensor.constant, tensor.values), (Some(constant), all().count() as u64), "{place}");
    let mean = all().map(|v| v.to_f64()).sum::<f64>() / tensor.values as f64;
    let variance = all().map(|v| (v.to_f64() - mean).powi(2)).sum::<f64>() / tensor.values as f64;
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * reached[0].abs().max(reached[1].abs());
    assert!(near(tensor.mean, mean) && near(tensor.deviation, variance.sqrt()), "{place}: {tensor:?}");
    let ends = |i: usize| Ends::of(node_quantizer(node)?.at(i).as_ref(), None);
    let at = |upper: bool| {
        let one =
            |row: &[Dyadic], i: usize| ends(i).is_some_and(|e| row[i] == if upper { e.hi } else { e.lo });
        values.iter().map(|row| (0..row.len()).filter(|i| one(row, *i)).count() as u64).sum::<u64>()
    };
    if let Some(counts) = tensor.at_ends {
        assert_eq!(counts, [at(false), at(true)], "{place}");
    }
    let [lo, hi] = tensor.allowed.unwrap();
    assert!(lo <= reached[0] && reached[1] <= hi, "{place}: {tensor:?}");
}

fn node_quantizer(node: &Node) -> Option<&heteroq::graph::Broadcast<heteroq::graph::SharedQuantizer>> {
    match &node.kind {
        Kind::Quantize(quantizer) | Kind::Input { quantizer, .. } => Some(quantizer),
        _ => None,
    }
}

/// How many numbers the quantizers of node `n` cut off on either side, by the formula of an even grid, or by its ends;
/// none where a quantizer has neither for all numbers.
fn cut_off(graph: &Graph, n: usize, read: &[&[Dyadic]]) -> Option<[u64; 2]> {
    let Kind::Quantize(quantizers) = &graph.nodes[n].kind else { return None };
    let elements = &format::elements(graph).unwrap()[graph.nodes[n].inputs[0].index()];
    let mut counts = [0, 0];
    for (i, element) in elements.iter().enumerate() {
        let quantizer = quantizers.at(i).as_ref();
        for row in read {
            match side(quantizer, row[i], element.frac)? {
                Ordering::Less => counts[0] += 1,
                Ordering::Greater => counts[1] += 1,
                Ordering::Equal => {}
            }
        }
    }
    Some(counts)
}

fn side(quantizer: &dyn Quantizer, x: Dyadic, frac: i32) -> Option<Ordering> {
    match (quantizer.hardware(), quantizer.hardware_for(frac)) {
        (Hardware::Grid { frac, rounding, lo, hi, .. }, _) => {
            let rounded = x.scaled(frac).round(rounding);
            let clamped = rounded.clamp(Dyadic::new(lo, 0), Dyadic::new(hi, 0));
            Some(rounded.cmp(&clamped))
        }
        (Hardware::Levels { .. }, Hardware::Levels { .. }) => Some(Ends::of(quantizer, None)?.beyond(x)),
        _ => None,
    }
}
