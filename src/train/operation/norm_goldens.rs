//! The normalizations beside what TensorFlow computes of QKeras's layers (`tests/goldens/norm.py`).

use super::batch_norm::{BatchNorm, NormParameters};
use super::folded::{Folded, FoldedParameters};
use super::harness::{forward, near, push, step};
use super::{How, Operation};
use crate::config::model::{self, Fold, NormQuantizers, Statistics};
use crate::quantizer::{self, Spec};
use crate::train::parameters::{ParameterId, Parameters};
use safetensors::SafeTensors;
use serde_json::Value;

const FEATURES: usize = 6;
const UNITS: usize = 4;
const STEPS: u64 = 4;
const ROWS: usize = 13;
/// Relative to the greatest element.
const TOLERANCE: f32 = 1e-5;

struct Goldens {
    bytes: Vec<u8>,
    cases: Value,
}

impl Goldens {
    fn read() -> Goldens {
        let bytes = std::fs::read("tests/goldens/training/norm.safetensors").unwrap();
        let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
        let cases = serde_json::from_str(&header.metadata().as_ref().unwrap()["cases"]).unwrap();
        Goldens { bytes, cases }
    }

    fn find(&self, name: &str) -> Option<Vec<f32>> {
        let tensors = SafeTensors::deserialize(&self.bytes).unwrap();
        let bytes = tensors.tensor(name).ok()?.data().to_vec();
        Some(bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect())
    }

    fn tensor(&self, name: &str) -> Vec<f32> {
        self.find(name).unwrap_or_else(|| panic!("no {name}"))
    }
}

/// One case: what QKeras was asked for.
struct Case<'a> {
    goldens: &'a Goldens,
    name: &'a str,
    says: &'a Value,
}

impl Case<'_> {
    fn text(&self, key: &str) -> Option<&str> {
        self.says.get(key).and_then(Value::as_str)
    }

    fn truth(&self, key: &str) -> bool {
        self.says.get(key).is_none_or(|value| value.as_bool().unwrap())
    }

    fn quantizer(&self, key: &str) -> Option<Spec> {
        self.text(key).map(|text| quantizer::parse(text).unwrap())
    }

    fn tensor(&self, step: u64, name: &str) -> Vec<f32> {
        self.goldens.tensor(&format!("{}/{step}/{name}", self.name))
    }

    fn norm(&self, channels: usize) -> model::BatchNorm {
        let quantizers = NormQuantizers {
            gamma: self.quantizer("gamma_quantizer"),
            beta: self.quantizer("beta_quantizer"),
            mean: self.quantizer("mean_quantizer"),
            variance: self.quantizer("variance_quantizer"),
            inverse: self.quantizer("inverse_quantizer"),
        };
        let (center, scale) = (self.truth("center"), self.truth("scale"));
        model::BatchNorm { channels, momentum: 0.75, epsilon: 1e-3, center, scale, quantizers }
    }

    fn fold(&self) -> Fold {
        let statistics = match self.text("folding_mode") {
            Some("ema_stats_folding") => Statistics::Moving,
            Some("batch_stats_folding") => Statistics::Batch,
            other => panic!("{other:?}"),
        };
        let freeze_delay = self.says.get("ema_freeze_delay").and_then(Value::as_u64);
        Fold { norm: self.norm(UNITS), statistics, freeze_delay }
    }

    fn dense(&self) -> model::Dense {
        model::Dense {
            fan_in: FEATURES,
            units: UNITS,
            kernel: self.quantizer("kernel_quantizer"),
            bias: self.quantizer("bias_quantizer"),
            use_bias: self.truth("use_bias"),
            fold: None,
            arithmetic: model::Arithmetic::ShiftAdd,
        }
    }

    /// The parameters that the layer has, and the operation on them.
    fn operation(&self) -> (Parameters, Box<dyn Operation>) {
        let mut parameters = Parameters::default();
        let mut place = |name: &str| {
            let values = self.goldens.find(&format!("{}/0/{name}", self.name))?;
            Some(push(&mut parameters, name, values))
        };
        let (kernel, bias) = (place("kernel"), place("bias"));
        let norm = NormParameters {
            gamma: place("gamma"),
            beta: place("beta"),
            mean: place("mean").unwrap(),
            variance: place("variance").unwrap(),
        };
        let operation: Box<dyn Operation> = match kernel {
            Some(kernel) => {
                let places = FoldedParameters { kernel, bias, norm };
                Box::new(Folded::new(self.dense(), self.fold(), places))
            }
            None => Box::new(BatchNorm::new(self.norm(FEATURES), norm, FEATURES)),
        };
        (parameters, operation)
    }

    /// The steps of one case, with rows cut into these shards.
    fn run(&self, cut: &[usize]) {
        let (mut parameters, mut operation) = self.operation();
        for number in 0..STEPS {
            for parameter in &mut parameters.0 {
                parameter.values = self.tensor(number, &parameter.name);
            }
            let x = self.goldens.tensor(&format!("x/{number}"));
            let slope = self.goldens.tensor(&format!("slope/{}/{number}", operation.width()));
            self.inference(number, operation.as_mut(), &parameters, &x, cut);
            let how = How::Training { step: number, noise: None };
            let found = step(operation.as_mut(), &parameters, &x, &slope, cut, how);
            self.same(number, "y", &found.output);
            self.same(number, "d_x", &found.toward);
            let ids = operation.parameters();
            assert_eq!(ids.len(), found.gradients.len());
            for (ParameterId(id), gradient) in ids.into_iter().zip(&found.gradients) {
                self.same(number, &format!("d_{}", parameters.0[id].name), gradient);
            }
            operation.follow(&mut parameters);
            for name in ["mean", "variance"] {
                self.same(number, &format!("new_{name}"), &parameters.named(name).unwrap().values);
            }
        }
    }

    fn inference(
        &self,
        number: u64,
        operation: &mut dyn Operation,
        parameters: &Parameters,
        x: &[f32],
        cut: &[usize],
    ) {
        let output = forward(operation, parameters, x, cut, How::Inference);
        self.same(number, "inference", &output);
        let mut followed = parameters.clone();
        operation.follow(&mut followed);
        assert_eq!(&followed, parameters, "inference moves nothing");
    }

    fn same(&self, number: u64, name: &str, ours: &[f32]) {
        near(ours, &self.tensor(number, name), TOLERANCE, &format!("{}/{number}/{name}", self.name));
    }
}

#[test]
fn every_case_is_as_in_tensorflow() {
    let goldens = Goldens::read();
    let cases = goldens.cases.as_object().unwrap();
    assert_eq!(cases.len(), 15);
    for (name, says) in cases {
        let case = Case { goldens: &goldens, name, says };
        case.run(&[ROWS]);
        case.run(&[5, 5, 3]);
        case.run(&[1; ROWS]);
    }
}
