//! What a training reads of its files: exactly what the exact net sees of the same rows, or a refusal that says
//! what to do.

use heteroq::config::{self, Config, Weights};
use heteroq::data::random::Random;
use heteroq::data::split::split;
use heteroq::data::standardize::Standardize;
use heteroq::emulate::io;
use heteroq::flow::evaluate::evaluate;
use heteroq::flow::lessons::{self, Lessons};
use heteroq::flow::{Design, Failure, events};
use ndarray::{Array1, Array2, ArrayView2, Axis, array};
use ndarray_npy::NpzWriter;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::fs::File;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder with files of events and a config of three features.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn csv(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn npz(&self, name: &str, x: &Array2<f32>, y: &[u8]) {
        let mut npz = NpzWriter::new_compressed(File::create(self.path(name)).unwrap());
        npz.add_array("x", x).unwrap();
        npz.add_array("y", &Array1::from(y.to_vec())).unwrap();
        npz.finish().unwrap();
    }

    /// A network of these units, with these keys of `data` and `train`.
    fn config(&self, quantizer: &str, units: usize, data: &str, train: &str) -> Config {
        let text = format!(
            r#"
name: little
input: {{shape: [3], quantizer: "{quantizer}", names: [a, b, c]}}
layers:
  - {{name: out, kind: dense, units: {units}, kernel: "quantized_bits(4, 0, alpha=1)", use_bias: false}}
data: {{{data}}}
train: {{{train}}}
"#
        );
        config::parse(&text, &self.path("config.yaml")).unwrap_or_else(|error| panic!("{error}"))
    }

    fn read(&self, data: &str, train: &str) -> Lessons {
        lessons::read(&self.config("quantized_bits(8, 2, alpha=1)", 3, data, train)).unwrap_or_else(shown)
    }

    /// What a user sees in place of lessons, without this folder's path.
    fn refused(&self, config: &Config) -> String {
        let failure = lessons::read(config).expect_err("a refusal");
        assert_eq!(failure.exit_code(), 2);
        let report = failure.into_report();
        let help = report.help().map(|help| help.to_string()).unwrap_or_default();
        format!("{report} | {help}").replace(&format!("{}/", self.0.path().display()), "")
    }

    fn check_refused(&self, data: &str, parts: &[&str]) {
        let seen = self.refused(&self.config("quantized_bits(8, 2, alpha=1)", 3, data, ""));
        assert!(parts.iter().all(|part| seen.contains(part)), "{seen}\nwithout one of {parts:?}");
    }
}

fn shown<T>(failure: Failure) -> T {
    panic!("{:?}", failure.into_report())
}

/// Numbers about as wide as the grid, some beyond, some halfway between two of its values.
fn features(rows: usize, seed: u64) -> Array2<f32> {
    let mut random = Random::new(seed);
    Array2::from_shape_fn((rows, 3), |_| {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let wide = random.below(40_001) as f32 - 20_000.0;
        if random.below(4) == 0 { (wide / 100.0).round() / 64.0 } else { wide / 3_000.0 }
    })
}

fn labels(rows: usize) -> Vec<u8> {
    (0..rows).map(|row| u8::try_from(row % 3).unwrap()).collect()
}

/// The files' rows as the definition has it: all at once, in f64.
fn by_definition(config: &Config, x: ArrayView2<f32>, standardize: &Standardize) -> Array2<i64> {
    let inputs = heteroq::flow::inputs::Inputs::new(config, None).unwrap_or_else(shown);
    io::quantize(standardize.rows(x).unwrap().view(), inputs.features()).unwrap()
}

#[test]
fn without_standardization_an_event_is_what_the_quantizer_makes_of_it() {
    let folder = Folder::new();
    let x = features(20_000, 1);
    folder.npz("jets.npz", &x, &labels(20_000));
    for quantizer in [
        "quantized_bits(8, 2, alpha=1)",
        "quantized_bits(5, 1, alpha=0.5)",
        "quantized_bits(6, 2, 0, alpha=1, round='half_up')",
        "quantized_relu(4, 2)",
    ] {
        let config = folder.config(quantizer, 3, "train: jets.npz", "seed: 7");
        let read = lessons::read(&config).unwrap_or_else(shown);
        let split = split(20_000, 0.2, 7).unwrap();
        for (events, rows) in [(&read.train, &split.train), (&read.validation, &split.validation)] {
            let forward = |v: &f32| config.input.quantizer.forward(*v);
            let wanted: Vec<f32> = x.select(Axis(0), rows).iter().map(forward).collect();
            assert_eq!(events.x, wanted, "{quantizer}");
            assert!(events.y.iter().zip(rows).all(|(y, row)| *y as usize == row % 3));
            assert_eq!((events.len(), events.features), (rows.len(), 3));
        }
        assert_eq!(read.standardize, None);
    }
}

#[test]
fn what_is_learnt_from_is_what_the_exact_net_sees() {
    let folder = Folder::new();
    let x = features(20_000, 2).mapv(|v| 40.0 * v + 7.0);
    folder.npz("jets.npz", &x, &labels(20_000));
    let keys = "train: jets.npz, validation: 0.3, standardize: true";
    let config = folder.config("quantized_bits(8, 2, alpha=1)", 3, keys, "");
    let read = lessons::read(&config).unwrap_or_else(shown);
    let split = split(20_000, 0.3, 1).unwrap();
    let standardize = Standardize::fit(x.view(), &split.train);
    assert_eq!(
        read.standardize.as_ref(),
        Some(&standardize),
        "fitted to what is learnt from, and no other row"
    );

    let validation = by_definition(&config, x.select(Axis(0), &split.validation).view(), &standardize);
    assert!(validation.iter().copied().eq(read.validation_integers.iter().copied()));
    let train = by_definition(&config, x.select(Axis(0), &split.train).view(), &standardize);
    #[expect(clippy::cast_precision_loss, reason = "8 bits")]
    let values = |integers: &Array2<i64>| integers.iter().map(|k| *k as f32 / 32.0).collect::<Vec<f32>>();
    assert_eq!((read.train.x, read.validation.x), (values(&train), values(&validation)));

    // The same by the way of `evaluate`, from the constants in a weights file.
    let design = design(&config, &[0.5; 9], Some(&standardize));
    let inputs = events::of_design(&design).unwrap_or_else(shown);
    let seen = inputs.integers::<f32, i64>(x.select(Axis(0), &split.validation).view()).unwrap();
    assert_eq!(seen, validation);
}

/// The design of `config` with this kernel.
fn design(config: &Config, kernel: &[f32], standardize: Option<&Standardize>) -> Design {
    let kernel_bytes: Vec<u8> = kernel.iter().flat_map(|v| v.to_le_bytes()).collect();
    let doubles = |values: &[f64]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let constants =
        standardize.map(|s| [("input/mean", doubles(s.mean())), ("input/scale", doubles(s.scale()))]);
    let mut tensors =
        vec![("out/kernel", TensorView::new(Dtype::F32, vec![3, kernel.len() / 3], &kernel_bytes).unwrap())];
    for (name, bytes) in constants.iter().flatten() {
        tensors.push((name, TensorView::new(Dtype::F64, vec![3], bytes).unwrap()));
    }
    let weights = Weights::from_bytes(config, &safetensors::serialize(tensors, None).unwrap()).unwrap();
    Design::new(config, &weights).unwrap_or_else(shown)
}

#[test]
fn with_a_validation_file_nothing_is_split_off() {
    let folder = Folder::new();
    let (x, v) = (features(100, 3), features(40, 4));
    folder.npz("jets.npz", &x, &labels(100));
    folder.npz("more.npz", &v, &labels(40));
    let read = folder.read("train: jets.npz, validation: more.npz, standardize: true", "");
    assert_eq!((read.train.len(), read.validation.len(), read.validation_integers.len()), (100, 40, 120));
    let all: Vec<usize> = (0..100).collect();
    assert_eq!(read.standardize, Some(Standardize::fit(x.view(), &all)));
    assert_eq!(read.train.y, (0..100).map(|row| row % 3).collect::<Vec<u32>>());
    // One class alone may judge.
    folder.npz("one.npz", &v, &[1; 40]);
    assert_eq!(folder.read("train: jets.npz, validation: one.npz", "").validation.y, [1; 40]);
}

#[test]
fn the_seed_draws_the_rows() {
    let folder = Folder::new();
    folder.npz("jets.npz", &features(1000, 5), &labels(1000));
    let x = |seed: u64| folder.read("train: jets.npz", &format!("seed: {seed}")).validation.x;
    assert_eq!(x(1), x(1));
    assert_ne!(x(1), x(2));
}

#[test]
fn a_constant_feature_becomes_0() {
    let folder = Folder::new();
    let mut x = features(50, 6);
    x.column_mut(1).fill(0.1);
    folder.npz("jets.npz", &x, &labels(50));
    let read = folder.read("train: jets.npz, standardize: true", "");
    assert!(read.train.x.chunks(3).all(|event| event[1] == 0.0 && event.iter().all(|v| v.is_finite())));
    let standardize = read.standardize.unwrap();
    assert_eq!((standardize.mean()[1], standardize.scale()[1]), (f64::from(0.1_f32), 1.0));
}

#[test]
fn a_file_that_cannot_be_trained_with_is_refused_with_the_fix() {
    let folder = Folder::new();
    let good = "a,b,c,y\n1,2,3,0\n4,5,6,1\n7,8,9,2\n1,1,1,0\n2,2,2,1\n";
    folder.csv("good.csv", good);
    folder.check_refused("", &["no events to train with", "data: {train: events.npz}"]);
    folder.check_refused("train: none.npz", &["none.npz: cannot be read"]);
    let cases: [(&str, &[&str]); 11] = [
        ("a,b,c,y\n1,nan,3,0\n", &["jets.csv: line 2, column 2: `nan`", "leave its line out"]),
        ("a,b,c,y\n1,2,3,0\n1,2,inf,0\n", &["jets.csv: line 3, column 3: `inf`", "leave its line out"]),
        (
            "a,b,c,y\n1,2,3,top\n",
            &["line 2, column 4: the label `top`", "whole numbers from 0", "classes.index"],
        ),
        ("a,b,c,y\n1,2,3,0\n1,2,3,7\n", &["row 1 has label 7; there are 3 classes, 0 to 2", "count from 0"]),
        ("a,b,c,y\n1,2,3,0\n1,2,3\n", &["line 3 has 3 fields where the first has 4", "correct the line"]),
        ("a,b,y\n1,2,0\n", &["jets.csv: has 2 features", "takes 3", "input: {shape"]),
        ("b,a,c,y\n1,2,3,0\n", &["column 1 is `b` where the network's input takes `a`", "sort them"]),
        ("", &["jets.csv: holds no data"]),
        ("a,b,c,y\n1,2,3,0\n", &["leaves 0 of 1 rows for validation", "give more events"]),
        ("1,2,3,1\n4,5,6,1\n7,8,9,1\n", &["all 2 events for training are of class 1", "of two at the least"]),
        ("1,2,3,-1\n", &["line 1, column 4: the label `-1`", "counted from 0"]),
    ];
    for (csv, parts) in cases {
        folder.csv("jets.csv", csv);
        folder.check_refused("train: jets.csv", parts);
        if !parts[0].contains("validation") && !parts[0].contains("for training") {
            folder.check_refused("train: good.csv, validation: jets.csv", parts);
        }
    }
    folder.npz("jets.npz", &array![[1.0_f32, 2.0, 3.0], [1.0, f32::NAN, 3.0]], &[0, 1]);
    folder.check_refused(
        "train: jets.npz",
        &["jets.npz: array `x`: element [1, 1] is NaN, not a finite 32-bit number", "leave its row out"],
    );
}

#[test]
fn one_output_learns_the_labels_0_and_1_by_the_binary_cross_entropy() {
    let folder = Folder::new();
    folder.npz("jets.npz", &features(60, 8), &(0..60).map(|row| row % 2).collect::<Vec<u8>>());
    let config = |train: &str| folder.config("quantized_bits(8, 2, alpha=1)", 1, "train: jets.npz", train);
    assert_eq!(lessons::read(&config("loss: binary_cross_entropy")).unwrap_or_else(shown).train.len(), 48);
    for train in ["", "loss: mse"] {
        let seen = folder.refused(&config(train));
        assert!(seen.contains("learns nothing") && seen.contains("loss: binary_cross_entropy"), "{seen}");
    }
    folder.npz("jets.npz", &features(60, 8), &labels(60));
    let seen = folder.refused(&config("loss: binary_cross_entropy"));
    assert!(seen.contains("has label 2; there are 2 classes, 0 to 1"), "{seen}");
}

#[test]
fn an_input_that_no_port_carries_is_refused() {
    let folder = Folder::new();
    folder.npz("jets.npz", &features(60, 9), &labels(60));
    for (quantizer, part) in [
        ("quantized_bits(80, 2, alpha=1)", "takes more than 64 bits"),
        ("quantized_po2(4)", "no evenly spaced grid"),
        ("quantized_sigmoid(8)", "no evenly spaced grid through 0"),
    ] {
        let seen = folder.refused(&folder.config(quantizer, 3, "train: jets.npz", ""));
        assert!(seen.contains(part), "{quantizer}: {seen}");
    }
}

/// Block by block, and in 64 bits, the figures are those of every event by itself.
#[test]
#[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "counts of events")]
fn evaluation_block_by_block_counts_every_event() {
    let folder = Folder::new();
    let rows = 40_000;
    let x = features(rows, 10);
    folder.npz("jets.npz", &x, &labels(rows));
    let config = folder.config("quantized_bits(8, 2, alpha=1)", 3, "", "");
    let kernel = [0.5, -0.25, 0.75, -0.5, 0.125, 0.25, 0.875, -0.875, 0.0];
    let design = design(&config, &kernel, None);
    let found = evaluate(&design, &folder.path("jets.npz"), &[0.3, 0.05]).unwrap_or_else(shown);
    assert_eq!((found.events, found.background_rates.as_slice()), (rows, &[0.3, 0.05][..]));
    let mut confusion = vec![vec![0; 3]; 3];
    for (row, event) in x.outer_iter().enumerate() {
        let on_grid: Vec<f32> = event.iter().map(|v| config.input.quantizer.forward(*v)).collect();
        let score = |class: usize| (0..3).map(|i| on_grid[i] * kernel[3 * i + class]).sum::<f32>();
        let winner = (1..3).fold(0, |best, class| if score(class) > score(best) { class } else { best });
        confusion[row % 3][winner] += 1;
    }
    assert_eq!(found.confusion, confusion);
    let right: u64 = (0..3).map(|class| confusion[class][class]).sum();
    assert_eq!(found.accuracy, right as f64 / rows as f64);
}

#[test]
fn one_output_is_evaluated_by_its_sign() {
    let folder = Folder::new();
    // The output is the first feature; 0 speaks for class 0.
    folder.csv("jets.csv", "-1,0,0,0\n0,0,0,0\n0.5,0,0,1\n-0.5,0,0,1\n2,0,0,1\n");
    let config = folder.config("quantized_bits(8, 2, alpha=1)", 1, "", "loss: binary_cross_entropy");
    let design = design(&config, &[0.5, 0.0, 0.0], None);
    let found = evaluate(&design, &folder.path("jets.csv"), &[0.0]).unwrap_or_else(shown);
    assert_eq!(found.confusion, [[2, 0], [1, 2]]);
    assert_eq!(found.auc, [Some(5.0 / 6.0), Some(5.0 / 6.0)]);
    assert_eq!(found.efficiency, [[0.5], [2.0 / 3.0]]);
}
