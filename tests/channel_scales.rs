//! Kernels whose scales differ from channel to channel, or from group to group of their elements, through every step
//! down to the Verilog.

mod support;

use heteroq::config::{self, Weights};
use heteroq::data::random::Random;
use heteroq::fixed::Dyadic;
use heteroq::flow::Design;
use heteroq::graph::{Kind, Parameter};
use heteroq::net::execute::compare;
use heteroq::net::interp;
use heteroq::quantizer::{self, Tensor as View};
use heteroq::sim::vectors::corners_and_random;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::goldens::{self, Tensor};
use support::graph_executor::GraphExecutor;
use support::verilated;

const VECTORS: usize = 1_000;

/// A kernel's quantizer, how many scales it must have, and which group of elements shares that of row `i`, column `o`.
#[derive(Clone, Copy)]
struct Quantized {
    text: &'static str,
    scales: usize,
    group: Option<fn(usize, usize) -> usize>,
}

/// The kernels of a 16-32-5 network.
struct Kernels {
    name: &'static str,
    hidden: Quantized,
    out: Quantized,
}

const CHANNELS: Kernels = Kernels {
    name: "channels",
    hidden: Quantized { text: "quantized_bits(4, 0)", scales: 32, group: Some(|_, o| o) },
    out: Quantized { text: "ternary(alpha='auto_po2')", scales: 5, group: Some(|_, o| o) },
};

const GROUPS: Kernels = Kernels {
    name: "groups",
    hidden: Quantized {
        text: "quantized_bits(4, 0, alpha='auto_po2', scale_axis=0, elements_per_scale=2)",
        scales: 16,
        group: Some(|i, _| i / 2),
    },
    out: Quantized {
        text: "binary(alpha='auto_po2', scale_axis=[0, 1], elements_per_scale=[8, 1])",
        scales: 160,
        group: Some(|i, o| 5 * (i / 8) + o),
    },
};

const NUMBERS: Kernels = Kernels {
    name: "numbers",
    hidden: Quantized { text: "quantized_linear(4, 0, alpha='auto')", scales: 32, group: None },
    out: Quantized { text: "quantized_bits(4, 0, alpha=[0.75, 2, 0.1, 0.0625, 1])", scales: 5, group: None },
};

/// A kernel whose elements are of another magnitude in each group of rows and each column.
fn kernel(random: &mut Random, inputs: usize, units: usize) -> Tensor {
    let element = |place: usize| {
        let (i, o) = (place / units, place % units);
        let exponent = i32::try_from((3 * (i / 2)) % 8 + (7 * o) % 6).expect("small") - 10;
        let fraction = random.within(heteroq::fixed::Interval { lo: -1 << 20, hi: 1 << 20 });
        Dyadic::new(fraction, exponent - 20).to_f64()
    };
    tensor(vec![inputs, units], (0..inputs * units).map(element))
}

#[expect(clippy::cast_possible_truncation, reason = "21 bits")]
fn tensor(shape: Vec<usize>, values: impl Iterator<Item = f64>) -> Tensor {
    Tensor { shape, values: values.map(|v| v as f32).collect() }
}

/// Their design, with its kernels as they are stored.
fn design(kernels: &Kernels) -> (Design, [Tensor; 2]) {
    let layer = |name: &str, units: usize, kernel: &str, more: &str| {
        format!(
            "  - {{name: {name}, kind: dense, units: {units}, kernel: \"{kernel}\", use_bias: false{more}}}\n"
        )
    };
    let hidden = layer("hidden", 32, kernels.hidden.text, ", activation: \"quantized_relu(6, 3)\"");
    let out = layer("out", 5, kernels.out.text, "");
    let input = "{shape: [16], quantizer: \"quantized_bits(8, 3, alpha=1)\"}";
    let yaml = format!("name: {}\ninput: {input}\nlayers:\n{hidden}{out}", kernels.name);
    let config = config::parse(&yaml, Path::new("config.yaml")).unwrap_or_else(|e| panic!("{e:?}\n{yaml}"));
    let mut random = Random::new(1);
    let stored = [kernel(&mut random, 16, 32), kernel(&mut random, 32, 5)];
    let named = [("hidden/kernel".to_owned(), &stored[0]), ("out/kernel".to_owned(), &stored[1])];
    let weights = Weights::from_bytes(&config, &goldens::written(&named)).unwrap_or_else(|e| panic!("{e:?}"));
    (Design::new(&config, &weights).unwrap_or_else(|e| panic!("{}: {e:?}", kernels.name)), stored)
}

/// Each weight is what its quantizer makes of it at the scale of its cell, and most scales differ.
fn check_kernel(parameter: &Parameter, quantized: Quantized, stored: &Tensor) {
    let Quantized { text, scales: count, group } = quantized;
    let spec = quantizer::parse(text).and_then(|spec| spec.for_kernel()).expect("a quantizer");
    let view = View { shape: &stored.shape, values: &stored.values };
    let scales = spec.scales(&view).expect("scales");
    let outputs = scales.outputs();
    let different: BTreeSet<u32> = outputs.iter().map(|scale| scale.to_bits()).collect();
    eprintln!("{text}: {} scales, {} of them different", outputs.len(), different.len());
    assert_eq!(outputs.len(), count, "{text}");
    assert!(different.len() >= 4, "{text}: {outputs:?}");
    for (i, value) in parameter.values.iter().enumerate() {
        let x = Dyadic::from_f32(stored.values[i]).expect("finite");
        assert_eq!(spec.at(scales.at(i)).exact(x), Ok(*value), "{text}, element {i}");
    }
    group.into_iter().for_each(|group| check_groups(parameter, text, stored, group));
}

/// No other power of two brings the values of a group nearer to its weights: `Σ x·y / Σ y·y` is about 1.
fn check_groups(parameter: &Parameter, text: &str, stored: &Tensor, group: fn(usize, usize) -> usize) {
    let mut sums: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for (place, (x, y)) in stored.values.iter().zip(&parameter.values).enumerate() {
        let (units, y) = (stored.shape[1], y.to_f64());
        let (xy, yy) = sums.entry(group(place / units, place % units)).or_default();
        (*xy, *yy) = (*xy + f64::from(*x) * y, *yy + y * y);
    }
    for (group, (xy, yy)) in sums {
        let ratio = xy / yy;
        assert!(
            (0.7..1.42).contains(&ratio),
            "{text}: the scale of group {group} should be {ratio} times it"
        );
    }
}

fn check(kernels: &Kernels) {
    let (design, stored) = design(kernels);
    let dense = design.graph.nodes.iter().filter_map(|node| match &node.kind {
        Kind::Dense { kernel, .. } => Some(kernel),
        _ => None,
    });
    let quantized = [kernels.hidden, kernels.out];
    for (parameter, (quantized, stored)) in dense.zip(quantized.into_iter().zip(&stored)) {
        check_kernel(parameter, quantized, stored);
    }
    let net = &design.lowered;
    let events = corners_and_random(net, VECTORS, 1);
    let expected: Vec<Vec<i128>> = events.iter().map(|event| interp::run(net, event)).collect();
    let varies = |o: usize| expected.iter().any(|row| row[o] != expected[0][o]);
    assert!((0..5).all(varies), "{}: an output is constant", kernels.name);
    let graph = compare(&mut GraphExecutor::new(&design.graph, net), &events, &expected).expect("a run");
    let verilog = verilated::agreement(&design, &events, &expected);
    for agreement in [Some(graph), verilog].into_iter().flatten() {
        eprintln!("{}: {} of {} events agree", agreement.executor, agreement.vectors, events.len());
        assert!(agreement.vectors >= VECTORS && agreement.first.is_none(), "{}: {agreement:?}", kernels.name);
    }
}

#[test]
fn verilator_agrees_on_channels() {
    check(&CHANNELS);
}

#[test]
fn verilator_agrees_on_groups() {
    check(&GROUPS);
}

#[test]
fn verilator_agrees_on_numbers() {
    check(&NUMBERS);
}
