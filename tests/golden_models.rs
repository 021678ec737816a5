//! Whole dense models against what QKeras computed of them: quantized weights, the output of each layer, the
//! network's output, and the integers from there to the Verilog.
//!
//! Where an f32 holds every partial sum of a layer, QKeras's sum is exact and ours is equal. Elsewhere (a bias without
//! a quantizer, a kernel of scale `auto`) QKeras itself rounds: its sum is near ours, and a quantizer behind it may
//! take the next step, but only where the exact value lies that near to a threshold. Those are counted.

mod support;

use heteroq::config::{Kind as LayerKind, NormQuantizers};
use heteroq::fixed::Dyadic;
use heteroq::flow::Design;
use heteroq::graph::interp::{affine_bound, dense_bound, tensors};
use heteroq::graph::{Graph, Kind, Parameter, format};
use heteroq::net::execute::compare;
use heteroq::net::interp;
use heteroq::quantizer::{self, Quantizer, Scales, Spec, Tensor as View};
use std::fmt;
use support::golden_rule::{Rule, straight_through, with_output};
use support::goldens::Tensor;
use support::graph_executor::GraphExecutor;
use support::keras::Model;
use support::verilated;

const MODELS: [&str; 6] = ["s_mlp6", "s_mlp_hetero", "s_mlp_auto", "s_mlp_bn", "s_mlp_qbn", "s_mlp_bnn"];

/// How far a rounded f32 sum of QKeras may lie from the exact one, relative to 1 or to the value if that is more.
const NEAR: f64 = 1e-5;

/// How far a probability of QKeras's softmax may lie from ours.
const SOFTMAX: f64 = 1e-6;

/// What was compared in one model.
#[derive(Debug, Default, PartialEq)]
struct Tally {
    /// Values of the layers' outputs that are equal.
    equal: usize,
    /// Sums that QKeras rounds, and that are near.
    near: usize,
    /// Quantized values one step off, next to a threshold.
    flips: usize,
    /// Values behind a flip of their row: not compared.
    behind: usize,
    /// Rows of the network's output that agree.
    rows: usize,
    /// Rows that do not, and in which a value lies next to a threshold.
    flipped_rows: usize,
}

/// A model, its graph, and for each node whether an f32 holds every partial sum of it, whatever its order.
struct Case {
    model: Model,
    graph: Graph,
    exact_sums: Vec<bool>,
}

impl Case {
    fn new(name: &'static str) -> Case {
        let model = Model::read(name);
        let config = model.config();
        let graph = config.graph(&model.weights(&config)).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let exact_sums = exact_sums(&graph);
        Case { model, graph, exact_sums }
    }

    /// The last node of a layer: what Keras calls its output.
    fn output_of(&self, layer: &str) -> usize {
        let found = self.graph.nodes.iter().rposition(|node| node.layer == layer);
        found.unwrap_or_else(|| panic!("{} has no layer {layer}", self.model.name))
    }

    /// Compares the stored rows of all layers, from the input on.
    fn layers(&self, tally: &mut Tally) {
        let stored = self.model.rows(&format!("layer/{}", self.model.names().next().expect("a layer"))).len();
        for (row, x) in self.model.rows("x").into_iter().take(stored).enumerate() {
            let values = tensors(&self.graph, &exact(x)).expect("values");
            let before = tally.flips;
            for layer in self.model.names() {
                let theirs = self.model.rows(&format!("layer/{layer}"))[row];
                match tally.flips == before {
                    true => self.layer(layer, &values, theirs, row, tally),
                    false => tally.behind += theirs.len(),
                }
            }
        }
    }

    fn layer(&self, layer: &str, values: &[Vec<Dyadic>], theirs: &[f32], row: usize, tally: &mut Tally) {
        let n = self.output_of(layer);
        assert_eq!(values[n].len(), theirs.len(), "{} {layer}", self.model.name);
        for (i, (ours, theirs)) in values[n].iter().zip(theirs).enumerate() {
            if Dyadic::from_f32(*theirs) == Some(*ours) {
                tally.equal += 1;
            } else if !self.exact_sums[n] && (ours.to_f64() - f64::from(*theirs)).abs() <= near(*ours) {
                tally.near += 1;
            } else {
                let place = format!("{} {layer}, row {row}, element {i}", self.model.name);
                assert!(self.is_flip(n, i, values, *theirs), "{place}: expected {theirs:e}, got {ours}");
                eprintln!("{place}: QKeras has {theirs}, the exact value is {ours}");
                tally.flips += 1;
            }
        }
    }

    /// Whether element `i` of node `n` may flip, and `theirs` is the value on one of the two sides.
    fn is_flip(&self, n: usize, i: usize, values: &[Vec<Dyadic>], theirs: f32) -> bool {
        let node = &self.graph.nodes[n];
        let Kind::Quantize(quantizer) = &node.kind else { return false };
        let sides = sides(quantizer.at(i).as_ref(), values[node.inputs[0].index()][i]);
        self.may_flip(n, i, values) && sides.contains(&Dyadic::from_f32(theirs).expect("finite"))
    }

    /// Whether element `i` of node `n` is quantized from a sum that QKeras rounds, and lies next to a threshold.
    fn may_flip(&self, n: usize, i: usize, values: &[Vec<Dyadic>]) -> bool {
        let node = &self.graph.nodes[n];
        let Kind::Quantize(quantizer) = &node.kind else { return false };
        let from = node.inputs[0].index();
        !self.exact_sums[from] && is_next_to_threshold(quantizer.at(i).as_ref(), values[from][i])
    }

    /// Compares the network's output in all rows.
    fn outputs(&self, tally: &mut Tally) {
        for (row, (x, theirs)) in self.model.rows("x").into_iter().zip(self.model.rows("out")).enumerate() {
            let values = tensors(&self.graph, &exact(x)).expect("values");
            let ours = values.last().expect("an output");
            if self.output_agrees(ours, theirs) {
                tally.rows += 1;
                continue;
            }
            let may_flip =
                (0..values.len()).any(|n| (0..values[n].len()).any(|i| self.may_flip(n, i, &values)));
            assert!(may_flip, "{} row {row}: expected {theirs:?}, got {ours:?}", self.model.name);
            eprintln!("{} row {row}: QKeras has {theirs:?}, the exact output is {ours:?}", self.model.name);
            tally.flipped_rows += 1;
        }
    }

    fn output_agrees(&self, ours: &[Dyadic], theirs: &[f32]) -> bool {
        assert_eq!(ours.len(), theirs.len(), "{}", self.model.name);
        if self.model.softmax {
            return softmax(ours).iter().zip(theirs).all(|(p, q)| (p - f64::from(*q)).abs() <= SOFTMAX);
        }
        ours.iter().zip(theirs).all(|(ours, theirs)| Dyadic::from_f32(*theirs) == Some(*ours))
    }
}

/// For each node, whether an f32 holds every partial sum of it.
fn exact_sums(graph: &Graph) -> Vec<bool> {
    let elements = format::elements(graph).expect("formats");
    let nodes = graph.nodes.iter().zip(&elements).map(|(node, y)| match &node.kind {
        Kind::Dense { kernel, bias } => y.iter().enumerate().all(|(o, y)| {
            let x = &elements[node.inputs[0].index()];
            dense_bound(x, kernel, bias.as_ref(), o, y.frac).is_some_and(|bound| bound <= 1 << 24)
        }),
        Kind::BatchNorm { a, b } => y.iter().enumerate().all(|(i, y)| {
            let x = &elements[node.inputs[0].index()];
            affine_bound(x, a, b, i, y.frac).is_some_and(|bound| bound <= 1 << 24)
        }),
        _ => true,
    });
    nodes.collect()
}

fn exact(row: &[f32]) -> Vec<Dyadic> {
    row.iter().map(|x| Dyadic::from_f32(*x).expect("a finite feature")).collect()
}

fn near(x: Dyadic) -> f64 {
    NEAR * x.to_f64().abs().max(1.0)
}

/// Whether a sum as near to `x` as QKeras's own may be quantized to another value.
fn is_next_to_threshold(quantizer: &dyn Quantizer, x: Dyadic) -> bool {
    let [below, above] = sides(quantizer, x);
    below != above
}

/// What becomes of the least and the greatest number that is near `x`.
fn sides(quantizer: &dyn Quantizer, x: Dyadic) -> [Dyadic; 2] {
    let side =
        |by: f64| quantizer.exact(Dyadic::from_f64(x.to_f64() + by).expect("finite")).expect("a value");
    [side(-near(x)), side(near(x))]
}

/// Probabilities of the logits.
fn softmax(logits: &[Dyadic]) -> Vec<f64> {
    let logits: Vec<f64> = logits.iter().map(|x| x.to_f64()).collect();
    let greatest = logits.iter().copied().fold(f64::MIN, f64::max);
    let powers: Vec<f64> = logits.iter().map(|x| libm::exp(x - greatest)).collect();
    let total: f64 = powers.iter().sum();
    powers.iter().map(|p| p / total).collect()
}

#[test]
fn layers_and_outputs_are_those_of_qkeras() {
    let expected = [
        Tally { equal: 4_176, rows: 256, ..Tally::default() },
        Tally { equal: 3_700, near: 220, rows: 256, ..Tally::default() },
        Tally { equal: 1_872, rows: 256, ..Tally::default() },
        Tally { equal: 2_139, near: 885, rows: 256, ..Tally::default() },
        Tally { equal: 2_035, near: 1_117, rows: 255, flipped_rows: 1, ..Tally::default() },
        Tally { equal: 3_510, near: 1_178, rows: 256, ..Tally::default() },
    ];
    let found = MODELS.map(|name| {
        let (case, mut tally) = (Case::new(name), Tally::default());
        case.layers(&mut tally);
        case.outputs(&mut tally);
        eprintln!("{name}: {tally:?}");
        let compared = tally.equal + tally.near + tally.flips;
        assert!(tally.flips * 200 <= compared, "{name}: more than 0.5 % flip");
        tally
    });
    assert_eq!(found, expected, "another number of values agrees");
}

#[test]
fn weights_are_those_of_qkeras() {
    for name in MODELS {
        let case = Case::new(name);
        let (mut weights, mut scales) = (0, 0);
        for node in &case.graph.nodes {
            let Kind::Dense { kernel, bias } = &node.kind else { continue };
            let parts = [("kernel_quantizer", Some(kernel)), ("bias_quantizer", bias.as_ref())];
            for (k, (slot, parameter)) in parts.into_iter().enumerate() {
                let Some(parameter) = parameter else { continue };
                let said = case.model.said(&node.layer, slot).map(|text| quantizer::parse(text).expect(text));
                assert_eq!(parameter.quantizer, said, "{name} {} {slot}", node.layer);
                let place = Place { model: &case.model, layer: &node.layer, k };
                weights += place.compare_values(parameter);
                scales += parameter.quantizer.as_ref().map_or(0, |spec| place.compare_scales(spec));
            }
        }
        eprintln!("{name}: {weights} weights, {scales} scales");
    }
}

/// Gamma, beta, mean and variance, each after its quantizer, bit for bit.
#[test]
fn quantized_batch_norms_are_those_of_qkeras() {
    let model = Model::read("s_mlp_qbn");
    let mut compared = 0;
    for layer in &model.config().layers {
        let LayerKind::BatchNorm(norm) = &layer.kind else { continue };
        let NormQuantizers { gamma, beta, mean, variance, .. } = &norm.quantizers;
        for (k, spec) in [gamma, beta, mean, variance].into_iter().enumerate() {
            let of = |what: &str| model.tensor(&format!("{what}/{}/{k}", layer.name));
            let (spec, stored) = (spec.as_ref().expect("all are quantized"), of("w"));
            let ours = spec.forward(&View { shape: &stored.shape, values: &stored.values }).expect("scales");
            assert_eq!(ours, of("qw").values, "{} {k}: {}", layer.name, spec.text());
            compared += ours.len();
        }
    }
    assert_eq!(compared, 4 * (32 + 24 + 24));
}

/// A parameter: 0 is the kernel of its layer, 1 the bias.
struct Place<'a> {
    model: &'a Model,
    layer: &'a str,
    k: usize,
}

impl Place<'_> {
    fn tensor(&self, what: &str) -> Option<&Tensor> {
        self.model.tensors.get(&format!("{what}/{}/{}", self.layer, self.k))
    }

    /// A weight without a quantizer is used as stored.
    fn compare_values(&self, parameter: &Parameter) -> usize {
        let theirs = self.tensor("qw").or_else(|| self.tensor("w")).expect("the weights are stored");
        let rule = parameter.quantizer.as_ref().map_or(Rule::Equal, Rule::of);
        assert_eq!(theirs.shape, parameter.shape, "{self}");
        for (i, (ours, theirs)) in parameter.values.iter().zip(&theirs.values).enumerate() {
            let equal = Dyadic::from_f32(*theirs) == Some(*ours);
            let near = rule == Rule::Near && rule.holds(*theirs, nearest(*ours));
            assert!(equal || near, "{self}, element {i}: expected {theirs:e}, got {ours}");
        }
        theirs.values.len()
    }

    /// Scales; then the values, bit for bit, with QKeras's scale put in.
    fn compare_scales(&self, spec: &Spec) -> usize {
        let (Some(scale), Some(stored)) = (self.tensor("scale"), self.tensor("w")) else { return 0 };
        let view = View { shape: &stored.shape, values: &stored.values };
        let ours = spec.scales(&view).unwrap_or_else(|e| panic!("{self}: {e}"));
        for (i, (theirs, ours)) in scale.values.iter().zip(ours.outputs()).enumerate() {
            assert!(
                Rule::of(spec).holds(*theirs, ours),
                "{self}, scale {i}: expected {theirs:e}, got {ours:e}"
            );
        }
        let found = Scales::found(&view, &scale.shape, &scale.values);
        let quantized = self.tensor("qw").expect("what has a scale is quantized");
        for (i, (x, theirs)) in stored.values.iter().zip(&quantized.values).enumerate() {
            let at = found.as_ref().map_or(ours.at(i), |found| with_output(ours.at(i), found.at(i).output));
            let got = straight_through(spec, *x, spec.at(at).forward(*x));
            assert!(Rule::Equal.holds(*theirs, got), "{self}, element {i}: expected {theirs:e}, got {got:e}");
        }
        scale.values.len()
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, tensor {}", self.model.name, self.layer, self.k)
    }
}

/// The nearest f32.
#[expect(clippy::cast_possible_truncation, reason = "to the nearest")]
fn nearest(x: Dyadic) -> f32 {
    x.to_f64() as f32
}

/// The graph, its net, and the Verilog give the same integers for all rows.
fn executors_agree(name: &'static str) {
    let model = Model::read(name);
    let config = model.config();
    let design = Design::new(&config, &model.weights(&config)).unwrap_or_else(|e| panic!("{name}: {e:?}"));
    let net = &design.lowered;
    let events: Vec<Vec<i128>> = model.rows("x").into_iter().map(|row| integers(row, net)).collect();
    let expected: Vec<Vec<i128>> = events.iter().map(|event| interp::run(net, event)).collect();
    let graph = compare(&mut GraphExecutor::new(&design.graph, net), &events, &expected).expect("a run");
    let verilog = verilated::agreement(&design, &events, &expected);
    for agreement in [Some(graph), verilog].into_iter().flatten() {
        eprintln!("{name}: {} agrees with the net in {} events", agreement.executor, agreement.vectors);
        assert_eq!((agreement.vectors, agreement.first), (256, None), "{name}: {}", agreement.executor);
    }
}

#[test]
fn verilator_agrees_on_s_mlp6() {
    executors_agree("s_mlp6");
}

#[test]
fn verilator_agrees_on_s_mlp_hetero() {
    executors_agree("s_mlp_hetero");
}

#[test]
fn verilator_agrees_on_s_mlp_auto() {
    executors_agree("s_mlp_auto");
}

#[test]
fn verilator_agrees_on_s_mlp_bn() {
    executors_agree("s_mlp_bn");
}

#[test]
fn verilator_agrees_on_s_mlp_qbn() {
    executors_agree("s_mlp_qbn");
}

#[test]
fn verilator_agrees_on_s_mlp_bnn() {
    executors_agree("s_mlp_bnn");
}

/// A row of features on the ports' grids, which hold it exactly.
fn integers(row: &[f32], net: &heteroq::net::Net) -> Vec<i128> {
    let ports = row.iter().zip(&net.inputs);
    ports.map(|(x, port)| exact(&[*x])[0].to_integer(port.frac).expect("on the grid")).collect()
}
