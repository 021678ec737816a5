//! Configs that are right mean what they say; configs that are broken anyhow never end in a panic.

use heteroq::config::search::{
    BitsRule, Filters, Goal, Judge, Last, Memory, Metric, Order, Reference, SamplerKind,
};
use heteroq::config::training::{
    Adam, ClassWeights, EarlyStopping, LearningRate, Loss, Optimizer, Pruning, Ramp, Shape, Train,
};
use heteroq::config::{self, Arithmetic, Config, Kind, Operand, Validation, Weights};
use heteroq::quantizer::Sigmoid;
use proptest::prelude::*;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::fs;
use std::path::Path;

fn parse(text: &str) -> Config {
    config::parse(text, Path::new("there/config.yaml")).unwrap_or_else(|error| panic!("{error}"))
}

const LITTLE: &str = r#"
name: little
input: {shape: [2], quantizer: "quantized_bits(6, 0)"}
layers:
  - {name: out, kind: dense, units: 3, kernel: "quantized_bits(4, 0, alpha=1)"}
"#;

#[test]
fn defaults_are_those_of_the_key_tables() {
    let config = parse(LITTLE);
    assert_eq!(config.input.names, ["x0", "x1"]);
    assert_eq!(config.output.classes, ["y0", "y1", "y2"]);
    assert!(!config.output.argmax);
    assert_eq!(config.weights, Path::new("there/weights.safetensors"));
    assert_eq!((&config.data.train, &config.data.test, config.data.standardize), (&None, &None, false));
    assert_eq!(config.data.validation, Validation::Fraction(0.2));
    assert_eq!((config.train.epochs, config.train.batch_size, config.train.seed), (40, 1024, 1));
    assert_eq!(config.train, of_train(""), "nothing given is as an empty section");
    assert_eq!(config.train.optimizer, Optimizer::Adam(Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }));
    assert_eq!(config.train.learning_rate, LearningRate { peak: 1e-3, warmup: 0.0, shape: Shape::Constant });
    assert_eq!((config.train.loss, config.train.l1, config.train.l2), (Loss::CrossEntropy, 0.0, 0.0));
    assert_eq!((config.train.early_stopping, &config.train.class_weights), (None, &ClassWeights::Equal));
    assert_eq!((config.train.qnoise, config.train.pruning), (None, None));
    let hardware = &config.hardware;
    assert_eq!((hardware.clock_mhz, hardware.initiation_ns, hardware.event_interval), (320.0, 25.0, 8));
    assert_eq!((hardware.target.name.as_str(), hardware.max_latency_ns), ("xcvu9p", None));
    assert_eq!(hardware.arithmetic, Arithmetic::ShiftAdd);
    assert!(hardware.register_inputs && hardware.register_outputs);
    assert_eq!(config.verify.vectors, 1000);
    let Kind::Dense(dense) = &config.layers[0].kind else { panic!("dense") };
    assert_eq!((dense.fan_in, dense.units, dense.use_bias), (2, 3, true));
    assert!(dense.bias.is_none() && config.layers[0].activation.is_none());
}

/// What a `train` section of [`LITTLE`] with these keys means.
fn of_train(keys: &str) -> Train {
    parse(&format!("{LITTLE}train: {{{keys}}}\n")).train
}

#[test]
fn an_optimizer_is_a_name_or_a_map() {
    let of = |optimizer: &str| of_train(&format!("optimizer: {optimizer}")).optimizer;
    let adam = Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
    assert_eq!(of("adam"), Optimizer::Adam(adam));
    assert_eq!(of("{name: adam}"), of("adam"));
    assert_eq!(of("adamw"), Optimizer::AdamW { adam, weight_decay: 4e-3 });
    assert_eq!(of("sgd"), Optimizer::Sgd { momentum: 0.0, nesterov: false });
    assert_eq!(
        of("{weight_decay: 1e-4, name: adamw, beta1: 0, beta2: 0.99, epsilon: 1e-8}"),
        Optimizer::AdamW { adam: Adam { beta1: 0.0, beta2: 0.99, epsilon: 1e-8 }, weight_decay: 1e-4 }
    );
    assert_eq!(
        of("{name: adam, beta2: 0.5}"),
        Optimizer::Adam(Adam { beta2: 0.5, ..adam }),
        "what is not given keeps its default"
    );
    assert_eq!(
        of("{name: sgd, momentum: 0.9, nesterov: true}"),
        Optimizer::Sgd { momentum: 0.9, nesterov: true }
    );
}

#[test]
fn a_learning_rate_is_a_number_or_a_map() {
    let of = |rate: &str| of_train(&format!("learning_rate: {rate}")).learning_rate;
    let rate = |peak, warmup, shape| LearningRate { peak, warmup, shape };
    assert_eq!(of("0.02"), rate(0.02, 0.0, Shape::Constant));
    assert_eq!(of("{peak: 0.02, warmup: 1.5}"), rate(0.02, 1.5, Shape::Constant));
    assert_eq!(of("{schedule: constant}"), rate(1e-3, 0.0, Shape::Constant));
    assert_eq!(of("{schedule: cosine, peak: 1}"), rate(1.0, 0.0, Shape::Cosine { floor: 0.0 }));
    assert_eq!(of("{schedule: cosine, floor: 0.1}"), rate(1e-3, 0.0, Shape::Cosine { floor: 0.1 }));
    assert_eq!(of("{schedule: exponential}"), rate(1e-3, 0.0, Shape::Exponential { factor: 0.9 }));
    assert_eq!(of("{schedule: exponential, factor: 1}"), rate(1e-3, 0.0, Shape::Exponential { factor: 1.0 }));
    let plateau = |factor, patience, floor| Shape::Plateau { factor, patience, floor };
    assert_eq!(of("{schedule: plateau}"), rate(1e-3, 0.0, plateau(0.5, 5, 0.0)));
    assert_eq!(
        of("{schedule: plateau, warmup: 2, factor: 0.3, patience: 7, floor: 0.01}"),
        rate(1e-3, 2.0, plateau(0.3, 7, 0.01))
    );
}

#[test]
fn what_is_made_small_and_when_it_ends() {
    let train = of_train("loss: mse, l1: 1e-5, l2: 1e-4, early_stopping: 5, class_weights: [1, 0, 2.5]");
    assert_eq!((train.loss, train.l1, train.l2), (Loss::MeanSquaredError, 1e-5, 1e-4));
    assert_eq!(train.early_stopping, Some(EarlyStopping { patience: 5, min_delta: 0.0 }));
    assert_eq!(train.class_weights, ClassWeights::Given(vec![1.0, 0.0, 2.5]));
    let train = of_train("early_stopping: {patience: 3, min_delta: 0.01}, class_weights: balanced");
    assert_eq!(train.early_stopping, Some(EarlyStopping { patience: 3, min_delta: 0.01 }));
    assert_eq!(train.class_weights, ClassWeights::Balanced);
    assert_eq!(of_train("class_weights: equal").class_weights, ClassWeights::Equal);
}

#[test]
fn what_sets_in_over_some_epochs() {
    let ramp = |start, finish, exponent| Ramp { start, finish, exponent };
    assert_eq!(of_train("qnoise: {finish: 40}").qnoise, Some(ramp(0.0, 40.0, 3.0)));
    assert_eq!(
        of_train("epochs: 8, qnoise: {start: 0.5, finish: 8, exponent: 1}").qnoise,
        Some(ramp(0.5, 8.0, 1.0))
    );
    assert_eq!(
        of_train("pruning: {sparsity: 0.5, finish: 10}").pruning,
        Some(Pruning { sparsity: 0.5, ramp: ramp(0.0, 10.0, 3.0), every: 100 })
    );
    assert_eq!(
        of_train("pruning: {sparsity: 0.9, start: 1, finish: 2, exponent: 2, every: 7}").pruning,
        Some(Pruning { sparsity: 0.9, ramp: ramp(1.0, 2.0, 2.0), every: 7 })
    );
}

#[test]
fn one_output_tells_two_classes_apart_by_the_binary_cross_entropy() {
    let of = |units: usize, loss: &str| {
        let text = LITTLE.replace("units: 3", &format!("units: {units}"));
        let output = if units == 1 { "output: {classes: [top]}\n" } else { "" };
        parse(&format!("{text}{output}train: {{loss: {loss}}}\n")).label_classes()
    };
    assert_eq!(of(1, "binary_cross_entropy"), ["not top", "top"]);
    assert_eq!(of(1, "mse"), ["top"]);
    assert_eq!(of(3, "binary_cross_entropy"), ["y0", "y1", "y2"]);
    let weighted = format!(
        "{}train: {{loss: binary_cross_entropy, class_weights: [1, 2]}}\n",
        LITTLE.replace("units: 3", "units: 1")
    );
    assert_eq!(parse(&weighted).train.class_weights, ClassWeights::Given(vec![1.0, 2.0]));
}

/// At 2, the sigmoids are 1 (cut off), 0.875 and 0.881; tanh is 2 · sigmoid − 1.
#[test]
#[expect(clippy::float_cmp, reason = "values of grids are exact")]
fn the_sigmoid_is_that_of_every_quantizer() {
    let text = LITTLE.replace("quantized_bits(6, 0)", "quantized_sigmoid(8)").replace(
        "kernel: \"quantized_bits(4, 0, alpha=1)\"",
        "kernel: \"quantized_tanh(8)\", bias: \"quantized_tanh(8)\", activation: \"quantized_sigmoid(8)\"",
    );
    let at_2 = |config: &Config| {
        let layer = &config.layers[0];
        let Kind::Dense(dense) = &layer.kind else { panic!("dense") };
        let of_layer =
            [&dense.kernel, &dense.bias, &layer.activation].map(|q| q.as_ref().unwrap().fixed().unwrap());
        let [kernel, bias, activation] = of_layer.map(|q| q.forward(2.0));
        [config.input.quantizer.forward(2.0), kernel, bias, activation]
    };
    let hard = parse(&text);
    assert_eq!(hard.sigmoid, Sigmoid::Hard);
    assert_eq!(at_2(&hard), [255.0 / 256.0, 127.0 / 128.0, 127.0 / 128.0, 255.0 / 256.0]);
    assert!(!hard.design().contains("sigmoid Hard"), "a design without the key is as it was");
    assert_eq!(parse(&format!("{text}sigmoid: hard\n")).design(), hard.design());
    let smooth = parse(&format!("{text}sigmoid: smooth\n"));
    assert_eq!(at_2(&smooth), [0.875, 0.75, 0.75, 0.875]);
    let real = parse(&format!("{text}sigmoid: real\n"));
    assert_eq!(at_2(&real), [225.0 / 256.0, 97.0 / 128.0, 97.0 / 128.0, 225.0 / 256.0]);
    assert!(
        smooth.design() != hard.design()
            && smooth.design() != real.design()
            && real.design() != hard.design()
    );
}

const EVERYTHING: &str = r#"
name: everything
input: {shape: [2, 3], quantizer: "quantized_bits(8, 2)", names: [a, b, c, d, e, 1]}
layers:
  - {name: flat, kind: flatten}
  - {name: fc, kind: dense, inputs: [flat], units: 6, kernel: "quantized_bits(4, 0, alpha=1)",
     bias: "quantized_bits(4, 1)", use_bias: true, activation: "quantized_relu(4, 1)", arithmetic: shift_add}
  - {name: sum, kind: add, inputs: [flat, fc], activation: "quantized_bits(5, 2)"}
  - {name: act, kind: activation, inputs: [input], quantizer: "quantized_relu(3, 1)"}
  - {name: wide, kind: concatenate, inputs: [act, input]}
  - {name: flat2, kind: flatten}
  - {name: all, kind: concatenate, inputs: [sum, flat2], activation: "quantized_relu(3, 1)"}
  - {name: out, kind: dense, units: 2, kernel: "quantized_bits(4, 0, alpha=0.5)", use_bias: false}
output: {classes: [no, yes], argmax: true}
weights: /elsewhere/w.safetensors
data: {train: a.npz, test: ../b.csv, validation: v.npz, standardize: true}
train: {epochs: 3, batch_size: 16, optimizer: {name: adamw, weight_decay: 1e-2}, seed: 18446744073709551615,
  learning_rate: {schedule: plateau, peak: 0.01, warmup: 0.5, factor: 0.9, patience: 5, floor: 0.1},
  loss: mse, l1: 1e-6, l2: 1e-6, early_stopping: {patience: 2, min_delta: 1e-3}, class_weights: [1, 2],
  qnoise: {start: 1, finish: 2}, pruning: {sparsity: 0.5, finish: 3, every: 10}}
search: {goal: bits, score: {delta_p: 4, delta_n: 6, rate: 3, stress: 0.5}, reference: {bits: 6}, metric: {efficiency: 0.01},
  limit: {dense: [[ternary(), "quantized_bits(4)"], 8, 4], default: 4}, quantizers: {bias: {"quantized_bits(4, 0, 1)": 4}},
  tune_filters: layer, tune_filters_exceptions: out, frozen: [act], tune_learning_rate: true, sampler: nsga2, warm_start: true, trials: 7,
  epochs: 2, events: 600, seed: 5, final: {epochs: 9, seeds: 4}, blocks: [fc, out], schedule_block: cost,
  bits: {input_bits: 9, output_bits: 10, parameters: true, activations: false},
  energy: {parameters_on_memory: dram, activations_on_memory: fixed, min_sram_size: 64, rd_wr_on_io: true}}
hardware: {clock_mhz: 40.079, initiation_clocks: 1, target: xc7, max_latency_ns: 1e2, arithmetic: multiply,
  register_inputs: false, register_outputs: false}
verify: {vectors: 17}
"#;

#[test]
fn everything_that_can_be_set_is_set() {
    let config = parse(EVERYTHING);
    let of = |name: &str| config.layers.iter().find(|layer| layer.name == name).unwrap();
    assert_eq!(config.features(), 6);
    assert_eq!(config.input.names[5], "1");
    assert_eq!(of("sum").inputs, [Operand::Layer(0), Operand::Layer(1)]);
    assert_eq!(of("act").inputs, [Operand::Input]);
    let shapes: Vec<&[usize]> = config.layers.iter().map(|layer| layer.shape.as_slice()).collect();
    assert_eq!(shapes, [&[6][..], &[6], &[6], &[2, 3], &[2, 6], &[12], &[18], &[2]]);
    let Kind::Dense(fc) = &of("fc").kind else { panic!("dense") };
    let Kind::Dense(out) = &of("out").kind else { panic!("dense") };
    assert_eq!((fc.arithmetic, out.arithmetic), (Arithmetic::ShiftAdd, Arithmetic::Multiply));
    assert_eq!((out.fan_in, out.use_bias), (18, false));
    let text = |quantizer: &Option<heteroq::quantizer::Spec>| {
        quantizer.as_ref().map(|quantizer| quantizer.text().to_owned()).unwrap_or_default()
    };
    assert!(text(&fc.kernel).starts_with("quantized_bits(4"), "{}", text(&fc.kernel));
    assert!(text(&of("act").activation).starts_with("quantized_relu(3"));
    assert_eq!(config.weights, Path::new("/elsewhere/w.safetensors"));
    assert_eq!(config.data.test.as_deref(), Some(Path::new("there/../b.csv")));
    assert_eq!(config.data.validation, Validation::File("there/v.npz".into()));
    assert_eq!(config.train.seed, u64::MAX);
    assert_eq!((config.hardware.event_interval, config.hardware.max_latency_ns), (1, Some(100.0)));
    assert!((config.hardware.initiation_ns - 1000.0 / 40.079).abs() < 1e-9);
    assert_eq!(config.hardware.target.name, config.hardware.target.family.default_device);
    assert!(config.output.argmax);
    let search = config.search.as_ref().unwrap();
    let Judge::Score(forgiving) = search.judge else { panic!("a score") };
    assert_eq!(
        (forgiving.delta_p, forgiving.delta_n, forgiving.rate, forgiving.stress),
        (4.0, 6.0, 3.0, 0.5)
    );
    assert_eq!((&search.goals, search.metric), (&vec![Goal::Bits], Metric::Efficiency(0.01)));
    assert_eq!((&search.reference, search.limit.len()), (&Reference::Bits(6), 1));
    assert_eq!(
        (search.tune_filters, search.sampler, search.warm_start),
        (Filters::Layer, SamplerKind::Nsga2, true)
    );
    assert_eq!((search.trials, search.epochs, search.events, search.seed), (7, 2, Some(600), 5));
    assert_eq!((search.last, search.schedule_block), (Last { epochs: 9, seeds: 4 }, Order::Cost));
    assert_eq!((search.frozen.len(), search.blocks.len(), search.tune_learning_rate), (1, 2, true));
    let bits = BitsRule { input_bits: 9, output_bits: 10, parameters: true, activations: false };
    assert_eq!((search.bits, search.energy.min_sram_size, search.energy.rd_wr_on_io), (bits, 64, true));
    assert_eq!(search.energy.parameters_on_memory, Memory::Dram);
    assert_eq!(search.energy.activations_on_memory, Memory::Fixed);
}

#[test]
fn an_interval_is_whole_or_refused() {
    let clocks = |hardware: &str| {
        let text = format!("{LITTLE}hardware: {{{hardware}}}\n");
        config::parse(&text, Path::new("config.yaml")).ok().map(|config| config.hardware.event_interval)
    };
    for (mhz, clocks_of_25_ns) in
        [(40, 1), (80, 2), (160, 4), (200, 5), (240, 6), (320, 8), (360, 9), (400, 10)]
    {
        assert_eq!(clocks(&format!("clock_mhz: {mhz}")), Some(clocks_of_25_ns));
    }
    assert_eq!(clocks("clock_mhz: 312.5, initiation_ns: 3.2"), Some(1));
    // In floats 4.35 · 100000 / 1000 is a little less than 435.
    assert_eq!(clocks("clock_mhz: 4.35, initiation_ns: 100000"), Some(435));
    assert_eq!(clocks("clock_mhz: 40.079, initiation_ns: 24.95"), None);
    assert_eq!(clocks("clock_mhz: 320.000000000001, initiation_ns: 25"), None);
    assert_eq!(clocks("clock_mhz: 40.079, initiation_clocks: 9"), Some(9));
}

#[test]
fn float_layers_pass_the_check_and_are_refused_for_hardware() {
    let text = LITTLE.replace(r#", kernel: "quantized_bits(4, 0, alpha=1)""#, "");
    assert!(parse(&text).require_quantized().is_err());
    assert!(parse(LITTLE).require_quantized().is_ok());
}

#[test]
fn the_example_of_the_design_is_a_config() {
    let names: Vec<String> = (0..16).map(|i| format!("f{i}")).collect();
    let text = format!(
        r#"
name: jet_tagger
input: {{shape: [16], quantizer: "quantized_bits(16, 5)", names: [{}]}}   # <16,6>
layers:
  - {{name: fc1, kind: dense, units: 64, kernel: "quantized_bits(6, 0, alpha=1)", bias: "quantized_bits(6, 0, alpha=1)", activation: "quantized_relu(6)"}}
  - {{name: fc2, kind: dense, units: 32, kernel: "ternary(alpha=1)", bias: "quantized_bits(4, 0, alpha=1)", activation: "quantized_relu(3, 1, round='half_up')"}}
  - {{name: out, kind: dense, units: 5,  kernel: "quantized_bits(8, 0, alpha=1)", bias: "quantized_bits(8, 2, alpha=1)"}}
output: {{classes: [g, q, t, w, z], argmax: false}}
weights: weights.safetensors
data: {{train: jets_train.npz, test: jets_test.npz, validation: 0.2, standardize: true}}
train: {{epochs: 40, batch_size: 1024, optimizer: adam, learning_rate: 1e-3, seed: 1}}
search: {{limit: {{dense: [8]}}}}
hardware: {{clock_mhz: 320, initiation_ns: 25, target: xcvu9p, max_latency_ns: 100, arithmetic: shift_add,
           register_inputs: true, register_outputs: true}}
verify: {{vectors: 1000}}
"#,
        names.join(", ")
    );
    let config = parse(&text);
    assert_eq!(config.layers.iter().map(|layer| layer.shape[0]).collect::<Vec<_>>(), [64, 32, 5]);
}

#[test]
fn the_examples_are_right_and_their_weights_fit() {
    for (name, features, outputs) in [("jet_tagger", 16, 5), ("tiny", 4, 2)] {
        let config = config::load(&Path::new("examples").join(name).join("config.yaml")).unwrap();
        config.require_quantized().unwrap();
        assert_eq!((config.features(), config.output.classes.len()), (features, outputs));
        let weights = Weights::require(&config).unwrap();
        assert_eq!(weights.kernel("out").unwrap().shape[1], outputs);
        assert_eq!(weights.standardization().is_some(), name == "jet_tagger");
    }
}

#[test]
fn tensors_are_read_exactly_and_in_order() {
    let config = config::load(Path::new("examples/tiny/config.yaml")).unwrap();
    let weights = Weights::require(&config).unwrap();
    let eighths = |values: &[f64]| values.iter().map(|value| value * 8.0).collect::<Vec<_>>();
    let kernel = weights.kernel("out").unwrap();
    assert_eq!(
        (kernel.shape.as_slice(), eighths(&kernel.values)),
        (&[4, 2][..], vec![3.0, -2.0, -1.0, 5.0, 0.0, 1.0, 2.0, 0.0])
    );
    assert_eq!(eighths(&weights.bias("hidden").unwrap().values), [1.0, -2.0, 0.0, 3.0]);
}

#[test]
fn an_f64_keeps_all_its_digits() {
    let config = parse(LITTLE);
    let bytes = |values: &[f64]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let values = [0.1, -0.2, 1e-300, 1e300, 5e-324, -0.0, 7.0, 8.0, 9.0];
    let (kernel, bias) = (bytes(&values[..6]), bytes(&values[6..]));
    let view = |shape: &[usize], bytes| TensorView::new(Dtype::F64, shape.to_vec(), bytes).unwrap();
    let tensors = [("out/kernel", view(&[2, 3], &kernel)), ("out/bias", view(&[3], &bias))];
    let weights = Weights::from_bytes(&config, &safetensors::serialize(tensors, None).unwrap()).unwrap();
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&weights.kernel("out").unwrap().values), bits(&values[..6]));
    assert_eq!(bits(&weights.bias("out").unwrap().values), bits(&values[6..]));
}

#[test]
fn a_network_of_very_many_layers_is_refused() {
    let with = |flattened: usize| {
        let more: String = (0..flattened).map(|n| format!("  - {{name: f{n}, kind: flatten}}\n")).collect();
        config::parse(&format!("{LITTLE}{more}"), Path::new("config.yaml"))
    };
    assert!(with(999).is_ok());
    let refused = with(1000).unwrap_err().to_string();
    assert!(refused.contains("a network of 1001 layers"), "{refused}");
}

#[test]
fn a_weights_file_that_is_not_there_is_no_error_yet() {
    let config = parse(LITTLE);
    assert_eq!(Weights::read(&config).unwrap(), None);
    assert!(Weights::require(&config).is_err());
}

#[test]
fn the_design_is_what_decides_the_verilog() {
    let design = |text: &str| parse(text).design();
    let same = EVERYTHING.replace("vectors: 17}", "vectors: 18} # more").replace("epochs: 3", "epochs: 4");
    assert_eq!(design(&same), design(EVERYTHING));
    for (was, is) in [
        ("everything", "other"),
        ("e, 1]", "e, 2]"),
        ("quantized_bits(8, 2)", "quantized_bits(8, 3)"),
        ("alpha=0.5", "alpha=0.25"),
        ("quantized_relu(4, 1)", "quantized_relu(4, 2)"),
        ("\"quantized_bits(4, 1)\"", "\"quantized_bits(4, 2)\""),
        ("[flat, fc]", "[fc, flat]"),
        ("use_bias: false", "use_bias: true"),
        ("arithmetic: shift_add", "arithmetic: multiply"),
        ("argmax: true", "argmax: false"),
        ("[no, yes]", "[yes, no]"),
        ("standardize: true", "standardize: false"),
        ("40.079", "40.08"),
        ("initiation_clocks: 1", "initiation_clocks: 2"),
        ("target: xc7", "target: xcup"),
        ("register_inputs: false", "register_inputs: true"),
        ("register_outputs: false", "register_outputs: true"),
    ] {
        assert!(EVERYTHING.contains(was), "{was}");
        assert_ne!(design(&EVERYTHING.replace(was, is)), design(EVERYTHING), "{was} → {is}");
    }
}

/// A piece of text that may bring a parser or a check down.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "0",
        "-1",
        "1e308",
        "18446744073709551616",
        "99999999999999999999999999999999999999999",
        ".nan",
        "~",
        "''",
        "[]",
        "{}",
        "[[",
        "}",
        "*a",
        "&a ",
        "<<: ",
        "!!binary ",
        "|\n",
        ": ",
        "- ",
        "\"",
        "'",
        "\n",
        "\t",
        "é",
        "\u{0}",
        "quantized_bits(0, 0)",
        "quantized_bits(64, 64, alpha=1)",
        "quantized_relu(",
        "alpha=1e-30",
        "input",
        "fc",
        "1000000",
    ];
    prop_oneof![
        proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        ".{0,3}".prop_map(String::from)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes cut out and pieces put in, up to three times: a config or an error, and an error can be shown.
    #[test]
    fn a_mutilated_config_never_panics(
        cuts in prop::collection::vec((0usize..EVERYTHING.len(), 0usize..12, piece()), 1..4)
    ) {
        let mut bytes = EVERYTHING.as_bytes().to_vec();
        for (at, len, piece) in cuts {
            let start = at.min(bytes.len());
            let end = (start + len).min(bytes.len());
            bytes.splice(start..end, piece.into_bytes());
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Err(error) = config::parse(&text, Path::new("config.yaml")) {
            let shown = format!("{:?}", miette::Report::new(error));
            prop_assert!(shown.contains("config::"));
        }
    }

    /// Bytes changed anywhere in a weights file: tensors or an error.
    #[test]
    fn a_mutilated_weights_file_never_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let config = config::load(Path::new("examples/tiny/config.yaml")).unwrap();
        let mut bytes = fs::read(&config.weights).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = Weights::from_bytes(&config, &bytes);
    }
}
