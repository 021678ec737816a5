//! One small network a layer kind, worked out by hand, and each for every input against the graph's own meaning.
//! `tests/lower.rs` does the same for sums that several layers read.

use super::lower;
use crate::fixed::{Dyadic, Interval};
use crate::graph::{Broadcast, Graph, Kind, LayerError, Node, NodeId, Parameter, interp, validate};
use crate::net::{self, Net, Op};
use crate::quantizer::{Hardware, parse};

/// A network of features on the grid of `quantizer`, to which nodes are added one by one.
struct Maker(Graph);

impl Maker {
    fn new(shape: &[usize], quantizer: &str) -> Maker {
        let features = (0..shape.iter().product()).map(|n: usize| format!("x{n}")).collect();
        let kind =
            Kind::Input { features, quantizer: Broadcast::All(parse(quantizer).unwrap().fixed().unwrap()) };
        let input = Node { layer: "input".to_owned(), inputs: vec![], kind, shape: shape.to_vec() };
        Maker(Graph { name: "made".to_owned(), nodes: vec![input], classes: vec![] })
    }

    fn node(&mut self, inputs: &[usize], kind: Kind, shape: &[usize]) -> usize {
        let inputs = inputs.iter().map(|n| NodeId::new(*n)).collect();
        let layer = format!("n{}", self.0.nodes.len());
        self.0.nodes.push(Node { layer, inputs, kind, shape: shape.to_vec() });
        self.0.nodes.len() - 1
    }

    /// A dense layer of quarters: `kernel` (inputs × units) and `bias` are integers.
    fn quarters(&mut self, input: usize, kernel: &[i128], bias: &[i128]) -> usize {
        let parameter = |shape: Vec<usize>, integers: &[i128]| {
            let values = integers.iter().map(|v| Dyadic::new(*v, -2)).collect();
            Parameter { shape, quantizer: None, values }
        };
        let kernel = parameter(vec![kernel.len() / bias.len(), bias.len()], kernel);
        let bias_parameter = Some(parameter(vec![bias.len()], bias));
        self.node(&[input], Kind::Dense { kernel, bias: bias_parameter }, &[bias.len()])
    }

    fn quantize(&mut self, input: usize, quantizer: &str) -> usize {
        let shape = self.0.nodes[input].shape.clone();
        self.node(
            &[input],
            Kind::Quantize(Broadcast::All(parse(quantizer).unwrap().fixed().unwrap())),
            &shape,
        )
    }

    /// The graph and its net, which agree on every input.
    fn done(mut self) -> Result<(Graph, Net), LayerError> {
        let outputs = self.0.node(self.0.output()).len();
        self.0.classes = (0..outputs).map(|n| format!("y{n}")).collect();
        validate(&self.0)?;
        let net = lower(&self.0)?;
        net::validate(&net).unwrap();
        Ok((self.0, net))
    }
}

/// Every event of the graph's ports, few as they are; of wide ports the ends and what lies around zero.
fn events(net: &Net) -> Vec<Vec<i128>> {
    let port = |Interval { lo, hi }: Interval| -> Vec<i128> {
        let wide = || [lo, lo + 1, -2, -1, 0, 1, 2, hi - 1, hi].into_iter().filter(|v| lo <= *v).collect();
        if hi - lo < 64 { (lo..=hi).collect() } else { wide() }
    };
    net.inputs.iter().fold(vec![vec![]], |events, input| {
        let extended = |event: &Vec<i128>| {
            let event = event.clone();
            port(input.interval).into_iter().map(move |v| [event.clone(), vec![v]].concat())
        };
        events.iter().flat_map(extended).collect()
    })
}

fn agree(graph: &Graph, net: &Net) {
    for event in events(net) {
        let features: Vec<Dyadic> =
            event.iter().zip(&net.inputs).map(|(v, i)| Dyadic::new(*v, -i.frac)).collect();
        let got = net::interp::run(net, &event);
        let got: Vec<Dyadic> = got.iter().zip(&net.outputs).map(|(v, o)| Dyadic::new(*v, -o.frac)).collect();
        assert_eq!(got, interp::run(graph, &features).unwrap(), "{event:?}\n{}", net::text::write(net));
    }
}

/// The outputs for `event`, and their fraction digits, of a network that agrees with its meaning everywhere.
fn outputs(maker: Maker, event: &[i128]) -> (Vec<i128>, Vec<i32>) {
    let (graph, net) = maker.done().unwrap();
    agree(&graph, &net);
    (net::interp::run(&net, event), net.outputs.iter().map(|o| o.frac).collect())
}

/// Halves in, quarters for weights: eighths out. `3/2 · 3/4 − 1/2 · 5/4 + 1/4 = 3/4`.
#[test]
fn dense_is_on_the_finest_grid_of_its_products() {
    let mut maker = Maker::new(&[2], "quantized_bits(3, 1)");
    maker.quarters(0, &[3, 4, 5, 0], &[1, -8]);
    // The second unit has whole numbers only, so its grid is that of its input: `3/2 · 1 − 2 = −1/2`.
    assert_eq!(outputs(maker, &[3, -1]), (vec![6, -1], vec![3, 1]));
}

#[test]
fn half_up_folds_into_the_sum_that_only_the_quantizer_reads() {
    let mut maker = Maker::new(&[1], "quantized_bits(3, 2)");
    let sum = maker.quarters(0, &[3], &[-1]);
    maker.quantize(sum, "quantized_bits(8, 7, round='half_up')");
    let (graph, net) = maker.done().unwrap();
    agree(&graph, &net);
    let dots: Vec<&Op> = net.ops.iter().filter(|op| matches!(op, Op::Dot { .. })).collect();
    assert_eq!(dots, [&Op::Dot { terms: vec![(net::Id::new(0), 3)], constant: -1 + 2 }]);
}

/// `x + (3x + 1) / 4` for x = 3: on the grid of quarters, `12 + 10`.
#[test]
fn sums_are_aligned_to_the_finest_grid() {
    let mut maker = Maker::new(&[1], "quantized_bits(4, 3)");
    let sum = maker.quarters(0, &[3], &[1]);
    maker.node(&[0, sum], Kind::Add, &[1]);
    assert_eq!(outputs(maker, &[3]), (vec![22], vec![2]));
    let mut twice = Maker::new(&[1], "quantized_bits(4, 3)");
    twice.node(&[0, 0, 0], Kind::Add, &[1]);
    assert_eq!(outputs(twice, &[-5]), (vec![-15], vec![0]));
}

/// Rows stay rows: `[[0, 1], [2, 3]]` beside `[[4], [5]]` is `[[0, 1, 4], [2, 3, 5]]`.
#[test]
fn tensors_are_joined_along_their_last_dimension() {
    let mut maker = Maker::new(&[2, 2], "quantized_bits(2, 1)");
    maker.quantize(0, "quantized_bits(1, 0, keep_negative=0)");
    maker.node(&[0, 1], Kind::Concatenate, &[2, 4]);
    assert_eq!(outputs(maker, &[-2, 1, -1, 0]).0, [-2, 1, 0, 1, -1, 0, 0, 0]);
    let mut uneven = Maker::new(&[2, 2], "quantized_bits(2, 1)");
    let flat = uneven.node(&[0], Kind::Flatten, &[4]);
    uneven.node(&[0, flat], Kind::Concatenate, &[8]);
    assert!(uneven.done().is_err());
}

#[test]
fn the_first_of_the_largest_wins() {
    let argmax = |event: &[i128]| {
        let mut maker = Maker::new(&[event.len()], "quantized_bits(2, 1)");
        maker.node(&[0], Kind::Argmax, &[1]);
        outputs(maker, event).0[0]
    };
    assert_eq!(argmax(&[0]), 0);
    assert_eq!(argmax(&[-1, -1]), 0);
    assert_eq!(argmax(&[-2, -1, 1, 0, 1]), 2);
    assert_eq!(argmax(&[-2, -2, -2, -2, -1]), 4);
}

/// The operations of a single value through `quantizer`, each of its kind, and the largest weight.
fn ops_of(bits: u32, integer: u32, quantizer: &str) -> (usize, usize) {
    let mut maker = Maker::new(&[1], &format!("quantized_bits({bits}, {integer})"));
    maker.quantize(0, quantizer);
    let (graph, net) = maker.done().unwrap();
    agree(&graph, &net);
    let count = |word: &str| net.ops.iter().filter(|op| op.word() == word).count();
    (count("at_least"), count("table"))
}

/// Few levels of a wide value are thresholds; many levels of a narrow one, or of a window of a wide one, are a table.
#[test]
fn levels_become_thresholds_or_a_table_whichever_takes_fewer_luts() {
    assert_eq!(ops_of(6, 3, "binary(alpha=0.5)"), (1, 0));
    assert_eq!(ops_of(14, 7, "binary(alpha=0.5)"), (1, 0));
    assert_eq!(ops_of(40, 20, "ternary(alpha=1)"), (2, 0));
    assert_eq!(ops_of(8, 3, "quantized_relu(6, 2, negative_slope=0.25)"), (0, 1));
    assert_eq!(ops_of(12, 4, "quantized_tanh(6, use_real_tanh=True)"), (0, 1));
}

/// 14 digits, of which no step depends on the lowest four.
#[test]
fn a_table_has_no_entries_for_digits_that_do_not_matter() {
    let mut maker = Maker::new(&[1], "quantized_bits(14, 7)");
    maker.quantize(0, "quantized_relu(5, 4, negative_slope=0.25, round='floor')");
    let (graph, net) = maker.done().unwrap();
    agree(&graph, &net);
    let tables = net.ops.iter().filter_map(|op| match op {
        Op::Table { entries, .. } => Some(entries.len()),
        _ => None,
    });
    assert!(tables.clone().all(|entries| entries <= 1 << 12), "{}", net::text::write(&net));
}

/// The largest factor of the net's constant products, and how many products have one beyond `small`.
fn factors(net: &Net, small: u128) -> usize {
    let weights = |op: &Op| match op {
        Op::Dot { terms, .. } => terms.iter().map(|(_, weight)| weight.unsigned_abs()).collect(),
        _ => vec![],
    };
    net.ops.iter().flat_map(weights).filter(|weight| *weight > small).count()
}

/// A kernel of four units whose scale is 0.3, as an f32 has it: 24 digits.
fn with_scale(bias: bool) -> (Maker, usize) {
    let mut maker = Maker::new(&[2], "quantized_bits(3, 1)");
    let scale = Dyadic::from_f32(0.3).unwrap();
    let integers = [1, -2, 3, 0, -3, 3, 1, 1];
    let values = integers.iter().map(|k| Dyadic::new(*k, 0).times(scale).unwrap()).collect();
    let kernel = Parameter { shape: vec![2, 4], quantizer: None, values };
    let values = [1, 0, -3, 5].iter().map(|k| Dyadic::new(*k, -2)).collect();
    let bias = bias.then(|| Parameter { shape: vec![4], quantizer: None, values });
    let dense = maker.node(&[0], Kind::Dense { kernel, bias }, &[4]);
    (maker, dense)
}

/// Each unit is summed with small integers, and multiplied once.
#[test]
fn a_scale_leaves_the_sum() {
    for bias in [false, true] {
        let (graph, net) = with_scale(bias).0.done().unwrap();
        agree(&graph, &net);
        assert_eq!(factors(&net, 3), 4, "{}", net::text::write(&net));
    }
}

/// Thresholds, comparisons and sums of one scale need no product at all.
#[test]
fn a_scale_is_not_multiplied_where_nobody_needs_the_product() {
    for quantizer in [
        "ternary(alpha=1)",
        "binary(alpha=1)",
        "quantized_relu(3, 1)",
        "quantized_bits(3, 1, round='half_up')",
    ] {
        for bias in [false, true] {
            let (mut maker, dense) = with_scale(bias);
            maker.quantize(dense, quantizer);
            let (graph, net) = maker.done().unwrap();
            agree(&graph, &net);
            assert_eq!(factors(&net, 8), 0, "{quantizer}\n{}", net::text::write(&net));
        }
    }
    let (mut maker, dense) = with_scale(false);
    maker.node(&[dense], Kind::Argmax, &[1]);
    let (graph, net) = maker.done().unwrap();
    agree(&graph, &net);
    assert_eq!(factors(&net, 3), 0);
    let (mut maker, dense) = with_scale(false);
    maker.node(&[dense, dense], Kind::Add, &[4]);
    let (graph, net) = maker.done().unwrap();
    agree(&graph, &net);
    assert_eq!(factors(&net, 3), 4);
}

/// A scaled value beside one on another grid, through a layer that scales again, and through a wide quantizer.
#[test]
fn a_scale_is_multiplied_where_grids_meet() {
    for bias in [false, true] {
        let (mut maker, dense) = with_scale(bias);
        let twice = maker.node(&[0, 0], Kind::Concatenate, &[4]);
        let sum = maker.node(&[dense, twice], Kind::Add, &[4]);
        let kernel =
            (1..=4).map(|k| Dyadic::from_f32(0.7).unwrap().times(Dyadic::new(k, 0)).unwrap()).collect();
        let kernel = Parameter { shape: vec![4, 1], quantizer: None, values: kernel };
        let last = maker.node(&[sum], Kind::Dense { kernel, bias: None }, &[1]);
        maker.node(&[last, dense], Kind::Concatenate, &[5]);
        let (graph, net) = maker.done().unwrap();
        agree(&graph, &net);
        for round in ["half_up", "half_even", "floor"] {
            let (mut maker, dense) = with_scale(bias);
            let wide = maker.quantize(dense, &format!("quantized_bits(24, 3, round='{round}')"));
            maker.node(&[wide, dense], Kind::Concatenate, &[8]);
            let (graph, net) = maker.done().unwrap();
            agree(&graph, &net);
        }
    }
    let (mut maker, dense) = with_scale(true);
    maker.node(&[dense], Kind::Argmax, &[1]);
    let (graph, net) = maker.done().unwrap();
    agree(&graph, &net);
}

/// Two levels are one digit, and the layer that reads it has no more than that to add up.
#[test]
fn two_levels_are_one_digit() {
    for quantizer in ["binary(alpha=1)", "binary(alpha=0.75)"] {
        let mut maker = Maker::new(&[2], "quantized_bits(3, 1)");
        let signs = maker.quantize(0, quantizer);
        maker.quarters(signs, &[1, 3], &[1]);
        let (graph, net) = maker.done().unwrap();
        agree(&graph, &net);
        let dot = net.ops.iter().find(|op| matches!(op, Op::Dot { .. })).unwrap();
        assert!(dot.operands().iter().all(|id| net.interval(*id).width() == 1), "{}", net::text::write(&net));
    }
}

#[test]
fn levels_without_a_grid_of_127_bits_are_refused() {
    // From -2^62 to 2^62 in steps of 2^-64.
    let mut maker = Maker::new(&[1], "quantized_bits(16, 64)");
    maker.quantize(0, "quantized_po2(8, max_value=4611686018427387904)");
    let error = maker.done().unwrap_err();
    let text = "layer `n1`: `quantized_po2(max_value=4611686018427387904)` has no exact form for an input of 16 \
                bits: its levels from ±2^-64 to below ±2^63 take 128 bits on one grid, more than 127";
    assert_eq!(error.to_string(), text);
}

/// A 0 on a grid of 2^124, then on one of 2^-103: no value but 0 could be moved so far.
#[test]
fn zero_lies_on_every_grid() {
    let mut maker = Maker::new(&[1], "quantized_bits(4, 1)");
    let zero = maker.quantize(0, "quantized_bits(2, 126, keep_negative=0)");
    maker.quantize(zero, "quantized_bits(4, -100)");
    assert_eq!(outputs(maker, &[5]).0, [0]);
}

/// Without a weight the grid is the bias's own, and a bias of too many digits is refused as any other value is.
#[test]
fn a_bias_alone_is_held_or_refused() {
    let bias_alone = |bias: Dyadic| {
        let mut maker = Maker::new(&[1], "quantized_bits(4, 1)");
        let kernel = Parameter { shape: vec![1, 1], quantizer: None, values: vec![Dyadic::ZERO] };
        let bias = Some(Parameter { shape: vec![1], quantizer: None, values: vec![bias] });
        maker.node(&[0], Kind::Dense { kernel, bias }, &[1]);
        maker
    };
    assert_eq!(outputs(bias_alone(Dyadic::new(-3, 125)), &[1]), (vec![-3], vec![-125]));
    let error = bias_alone(Dyadic::new(-(1 << 126) - 1, 0)).done().unwrap_err();
    assert!(error.message.contains("127 bits"), "{error}");
}

#[test]
fn what_is_applied_in_part_only_is_refused() {
    let mut maker = Maker::new(&[1], "quantized_bits(4, 0)");
    maker.quantize(0, "quantized_bits(4, 0, alpha=1, qnoise_factor=0.5)");
    let error = maker.done().unwrap_err();
    assert!(
        error.to_string().starts_with("layer `n1`: ") && error.message.contains("has no exact form"),
        "{error}"
    );
    assert!(error.help.is_some());
}

/// All digits of a value but its sign are dropped, and one more.
#[test]
fn rounding_away_every_digit_is_exact() {
    for (integer, round) in
        [(116, "half_up"), (116, "floor"), (117, "half_even"), (115, "floor"), (118, "half_up")]
    {
        let mut maker = Maker::new(&[1], "quantized_bits(12, 0)");
        maker.quantize(0, &format!("quantized_bits(1, {integer}, keep_negative=0, round='{round}')"));
        let (graph, net) = maker.done().unwrap();
        agree(&graph, &net);
    }
    // 127 digits of a value of 126: half a unit, which is a tie.
    for round in ["half_up", "half_even", "floor"] {
        let mut maker = Maker::new(&[1], "quantized_bits(126, 0, keep_negative=0)");
        let one_bit_more = maker.quarters(0, &[8], &[0]);
        maker.quantize(one_bit_more, &format!("quantized_bits(2, 3, round='{round}')"));
        let (graph, net) = maker.done().unwrap();
        agree(&graph, &net);
    }
}

#[test]
fn every_port_is_on_the_grid_of_its_quantizer() {
    let maker = Maker::new(&[1], "quantized_bits(5, 2, alpha=0.5)");
    let Hardware::Grid { scale, lo, hi, .. } =
        parse("quantized_bits(5, 2, alpha=0.5)").unwrap().fixed().unwrap().hardware()
    else {
        unreachable!("a power of two as scale is a grid")
    };
    let (_, net) = maker.done().unwrap();
    assert_eq!((net.inputs[0].frac, net.inputs[0].interval), (-scale.exponent(), Interval { lo, hi }));
    let refused = Maker::new(&[1], "ternary(alpha=1)").done().unwrap_err();
    assert!(refused.message.contains("no evenly spaced grid"), "{refused}");
}

/// The hard functions are rounding and saturation, whatever the width; a sigmoid's middle goes into the next bias.
#[test]
fn hard_functions_are_grids() {
    for quantizer in ["quantized_tanh(6)", "quantized_tanh(8, symmetric=True)", "quantized_sigmoid(6)"] {
        assert_eq!(ops_of(16, 5, quantizer), (0, 0), "{quantizer}");
    }
    // Digits that f32 does not hold are dropped as it drops them.
    assert_eq!(ops_of(30, 2, "quantized_tanh(2)").1, 0);
    let mut maker = Maker::new(&[2], "quantized_bits(14, 3)");
    let middle = maker.quantize(0, "quantized_sigmoid(4)");
    maker.quarters(middle, &[1, 3], &[1]);
    let (graph, net) = maker.done().unwrap();
    agree(&graph, &net);
    let sums = |op: &&Op| matches!(op, Op::Dot { terms, constant } if terms.len() == 2 && *constant != 0);
    assert_eq!(net.ops.iter().filter(sums).count(), 1, "{}", net::text::write(&net));
}

/// A batch normalization with these constants on node `input`.
fn normalize(maker: &mut Maker, input: usize, a: &[f32], b: &[f32]) -> usize {
    let shape = maker.0.nodes[input].shape.clone();
    let constants = |all: &[f32]| {
        let values = all.iter().map(|v| Dyadic::from_f32(*v).unwrap()).collect();
        Parameter { shape: vec![all.len()], quantizer: None, values }
    };
    maker.node(&[input], Kind::BatchNorm { a: constants(a), b: constants(b) }, &shape)
}

fn dots(net: &Net) -> Vec<&Op> {
    net.ops.iter().filter(|op| matches!(op, Op::Dot { .. })).collect()
}

/// `-3/2 · x + 1/4` and `0 · x − 2` of halves.
#[test]
fn each_channel_has_its_own_factor_and_offset() {
    let mut maker = Maker::new(&[2, 2], "quantized_bits(3, 1)");
    let normed = normalize(&mut maker, 0, &[-1.5, 0.0], &[0.25, -2.0]);
    maker.node(&[normed], Kind::Flatten, &[4]);
    // -3/2 · 3/2 + 1/4 = -8/4, and -3/2 · -1/2 + 1/4 = 4/4.
    assert_eq!(outputs(maker, &[3, 1, -1, 2]), (vec![-8, -1, 4, -1], vec![2, -1, 2, -1]));
}

/// Whatever the sign of the factor, and however wide the input: a few thresholds, and no product.
#[test]
fn a_factor_before_few_levels_moves_their_thresholds() {
    for (a, input) in [(0.3, 12), (-0.3, 12), (-1e-3, 12), (0.3, 60), (-0.3, 60), (-0.5, 12)] {
        for quantizer in
            ["binary(alpha=1)", "ternary(alpha=1)", "quantized_relu(2, 1)", "quantized_bits(2, 1)"]
        {
            let mut maker = Maker::new(&[1], &format!("quantized_bits({input}, 3)"));
            let normed = normalize(&mut maker, 0, &[a], &[0.123]);
            maker.quantize(normed, quantizer);
            let (graph, net) = maker.done().unwrap();
            agree(&graph, &net);
            // What is left is the level's own number.
            let width = |op: &&Op| op.operands().iter().map(|id| net.interval(*id).width()).max();
            let widest = dots(&net).iter().filter_map(width).max().unwrap_or(0);
            assert!(widest <= 2, "{a} {quantizer}\n{}", net::text::write(&net));
        }
    }
}

#[test]
fn a_factor_before_many_levels_is_one_product() {
    for a in [0.3, -0.3] {
        let mut maker = Maker::new(&[1], "quantized_bits(16, 3)");
        let normed = normalize(&mut maker, 0, &[a], &[0.123]);
        maker.quantize(normed, "quantized_relu(12, 3, round='half_up')");
        let (graph, net) = maker.done().unwrap();
        agree(&graph, &net);
        // The offset and the half of the rounding are in the product's constant.
        assert_eq!(dots(&net).len(), 1, "{}", net::text::write(&net));
    }
}

/// Two units of small weights: the 24 digits of the factor are multiplied once, not in each weight.
#[test]
fn a_dense_layer_reads_the_product_with_the_factor() {
    for between in [false, true] {
        let mut maker = Maker::new(&[1], "quantized_bits(8, 3)");
        let mut normed = normalize(&mut maker, 0, &[0.3], &[0.123]);
        if between {
            normed = maker.node(&[normed], Kind::Flatten, &[1]);
        }
        maker.quarters(normed, &[3, -5], &[1, 0]);
        let (graph, net) = maker.done().unwrap();
        agree(&graph, &net);
        let weights = |op: &&Op| match op {
            Op::Dot { terms, .. } => terms.iter().map(|(_, weight)| *weight).collect(),
            _ => vec![],
        };
        let weights: Vec<i128> = dots(&net).iter().flat_map(weights).collect();
        // 0.3 is 5033165 · 2^-24; the offset is in the units' constants.
        assert_eq!(weights, [5_033_165, 3, -5], "{}", net::text::write(&net));
    }
    // Signs and powers of two are free in the weights.
    let mut maker = Maker::new(&[1], "quantized_bits(8, 3)");
    let normed = normalize(&mut maker, 0, &[-0.25], &[0.123]);
    maker.quarters(normed, &[3, -5], &[1, 0]);
    let (graph, net) = maker.done().unwrap();
    agree(&graph, &net);
    assert_eq!(dots(&net).len(), 2);
}

#[test]
fn the_largest_of_negative_multiples_is_the_smallest_integer() {
    let mut maker = Maker::new(&[3], "quantized_bits(3, 1)");
    let normed = normalize(&mut maker, 0, &[-0.3; 3], &[0.7; 3]);
    maker.node(&[normed], Kind::Argmax, &[1]);
    assert_eq!(outputs(maker, &[2, -1, 3]).0, [1]);
    let mut own = Maker::new(&[2], "quantized_bits(4, 1)");
    let normed = normalize(&mut own, 0, &[-0.3, 0.7], &[0.1, 0.2]);
    own.node(&[normed], Kind::Argmax, &[1]);
    let (graph, net) = own.done().unwrap();
    agree(&graph, &net);
}

#[test]
fn normalizations_follow_one_another_and_are_added() {
    let mut maker = Maker::new(&[1], "quantized_bits(6, 1)");
    let first = normalize(&mut maker, 0, &[-0.3], &[0.7]);
    let second = normalize(&mut maker, first, &[1.7], &[-0.9]);
    let sum = maker.node(&[first, second], Kind::Add, &[1]);
    maker.node(&[first, second, sum], Kind::Concatenate, &[3]);
    let (graph, net) = maker.done().unwrap();
    agree(&graph, &net);
}

/// `2^-140 · x + 1` takes more than 127 digits.
#[test]
fn constants_too_far_apart_are_refused() {
    let mut maker = Maker::new(&[1], "quantized_bits(6, 1)");
    normalize(&mut maker, 0, &[1e-42], &[1.0]);
    let error = crate::graph::format::elements(&maker.0).unwrap_err();
    let text = "layer `n1`: its constants lie so far apart that a value needs more than 127 bits";
    assert_eq!(error.to_string(), text);
    assert_eq!(maker.done().unwrap_err().to_string(), text);
}

#[test]
fn a_grid_beside_zero_is_no_port() {
    // A sigmoid's grid begins at a half: an integer on a port stands for itself alone.
    let refused = Maker::new(&[1], "quantized_sigmoid(8)").done().unwrap_err();
    assert!(refused.message.contains("no evenly spaced grid through 0"), "{}", refused.message);
}
