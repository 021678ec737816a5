//! How a step moves the parameters, and what it remembers from step to step.
//!
//! ```text
//! kernels shrink               AdamW only
//! weights move                 adam, sgd
//! weights are brought back     into −bound..=bound, as Keras's constraints
//! ```
//!
//! All of it in f32 and without fused operations, so that every instruction set gives the same numbers.

use super::{adam, sgd};
use crate::config::training::{self, Adam};
use crate::train::parameters::{Parameter, Parameters, Role};

/// A rule that moves parameters, with its memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimizer {
    rule: training::Optimizer,
    /// Steps done.
    steps: u64,
    /// For each slot of the rule, a tensor for each parameter; empty where no gradient moves it.
    memory: Vec<Vec<Vec<f32>>>,
}

/// A memory that is not that of the network and rule at hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the optimizer's `{name}` has {found} numbers, not {wanted}")]
pub struct NotItsMemory {
    /// The tensor.
    pub name: String,
    /// How many numbers it has; 0 if it is not there.
    pub found: usize,
    /// How many it must have.
    pub wanted: usize,
}

impl Optimizer {
    /// The rule before its first step.
    pub fn new(rule: training::Optimizer, parameters: &Parameters) -> Optimizer {
        let zeros =
            |parameter: &Parameter| if moves(parameter) { vec![0.0; parameter.values.len()] } else { vec![] };
        let slot = |_: &&str| parameters.0.iter().map(zeros).collect();
        Optimizer { rule, steps: 0, memory: slots(&rule).iter().map(slot).collect() }
    }

    /// Steps done.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// One step. `gradients` has an entry for each of `parameters`; that of a statistic is not read.
    pub fn step(&mut self, parameters: &mut Parameters, gradients: &[Vec<f32>], rate: f64) {
        self.steps += 1;
        let every = parameters.0.iter_mut().zip(gradients).enumerate();
        for (place, (parameter, gradient)) in every.filter(|(_, (parameter, _))| moves(parameter)) {
            self.shrink(parameter, rate);
            self.apply(place, parameter, gradient, rate);
            bring_back(parameter);
        }
    }

    /// Decoupled weight decay, before the step as in Keras.
    #[expect(clippy::cast_possible_truncation, reason = "Keras computes in f32")]
    fn shrink(&self, parameter: &mut Parameter, rate: f64) {
        let training::Optimizer::AdamW { weight_decay, .. } = self.rule else { return };
        if parameter.role == Role::Kernel {
            let (decay, rate) = (weight_decay as f32, rate as f32);
            parameter.values.iter_mut().for_each(|weight| *weight -= *weight * decay * rate);
        }
    }

    fn apply(&mut self, place: usize, parameter: &mut Parameter, gradient: &[f32], rate: f64) {
        let weights = &mut parameter.values;
        match (self.rule, self.memory.as_mut_slice()) {
            (
                training::Optimizer::Adam(rule) | training::Optimizer::AdamW { adam: rule, .. },
                [means, squares],
            ) => {
                let step = adam::Step::new(&rule, self.steps, rate);
                step.apply(weights, gradient, &mut means[place], &mut squares[place]);
            }
            (training::Optimizer::Sgd { momentum, nesterov }, [kept]) => {
                step_of_sgd(momentum, nesterov, rate).apply(weights, gradient, &mut kept[place]);
            }
            _ => unreachable!("`slots` says how many slots a rule has"),
        }
    }

    /// What it remembers, by name, in order: `PARAMETER/SLOT`. Together with [`Optimizer::steps`] this is all.
    pub fn state(&self, parameters: &Parameters) -> Vec<(String, Vec<f32>)> {
        let slots = slots(&self.rule).iter().zip(&self.memory);
        let of_slot = |(slot, memory): (&&str, &Vec<Vec<f32>>)| {
            let named = parameters.0.iter().zip(memory).filter(|(parameter, _)| moves(parameter));
            named
                .map(|(parameter, values)| (format!("{}/{slot}", parameter.name), values.clone()))
                .collect::<Vec<_>>()
        };
        slots.flat_map(of_slot).collect()
    }

    /// The rule after `steps` steps, with the memory that [`Optimizer::state`] gave; `find` looks a tensor up.
    ///
    /// # Errors
    /// The first tensor that is missing, or of another length.
    pub fn restored(
        rule: training::Optimizer,
        parameters: &Parameters,
        steps: u64,
        find: impl Fn(&str) -> Option<Vec<f32>>,
    ) -> Result<Optimizer, NotItsMemory> {
        let mut optimizer = Optimizer { steps, ..Optimizer::new(rule, parameters) };
        for (slot, memory) in slots(&rule).iter().zip(&mut optimizer.memory) {
            for (parameter, values) in
                parameters.0.iter().zip(memory).filter(|(parameter, _)| moves(parameter))
            {
                let name = format!("{}/{slot}", parameter.name);
                let (kept, wanted) = (find(&name).unwrap_or_default(), values.len());
                if kept.len() != wanted {
                    return Err(NotItsMemory { name, found: kept.len(), wanted });
                }
                *values = kept;
            }
        }
        Ok(optimizer)
    }
}

/// What a rule remembers of each parameter.
fn slots(rule: &training::Optimizer) -> &'static [&'static str] {
    match rule {
        training::Optimizer::Adam(Adam { .. }) | training::Optimizer::AdamW { .. } => &["mean", "square"],
        training::Optimizer::Sgd { .. } => &["move"],
    }
}

/// Whether gradients move it.
fn moves(parameter: &Parameter) -> bool {
    parameter.role != Role::Statistic
}

#[expect(clippy::cast_possible_truncation, reason = "Keras computes in f32")]
fn step_of_sgd(momentum: f64, nesterov: bool, rate: f64) -> sgd::Step {
    sgd::Step { rate: rate as f32, momentum: momentum as f32, nesterov }
}

/// Into `-bound..=bound`. What is no number stays so: training then stops.
fn bring_back(parameter: &mut Parameter) {
    if let Some(bound) = parameter.bound {
        parameter.values.iter_mut().for_each(|weight| *weight = weight.clamp(-bound, bound));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::rule::golden;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    type Pair = [Vec<f64>; 2];

    #[derive(Deserialize)]
    struct Golden {
        start: Pair,
        gradients: Vec<Pair>,
        rates: Vec<f64>,
        traces: BTreeMap<String, Vec<Pair>>,
    }

    fn rules() -> BTreeMap<&'static str, training::Optimizer> {
        let sgd = |momentum, nesterov| training::Optimizer::Sgd { momentum, nesterov };
        let adam = Adam::default();
        BTreeMap::from([
            ("adam", training::Optimizer::Adam(adam)),
            ("adam_other", training::Optimizer::Adam(Adam { beta1: 0.8, beta2: 0.95, epsilon: 1e-3 })),
            ("adamw", training::Optimizer::AdamW { adam, weight_decay: 0.3 }),
            ("sgd", sgd(0.0, false)),
            ("momentum", sgd(0.9, false)),
            ("nesterov", sgd(0.9, true)),
        ])
    }

    fn parameter(name: &str, role: Role, values: Vec<f32>) -> Parameter {
        Parameter { name: name.into(), shape: vec![values.len()], role, values, bound: None }
    }

    /// A statistic, a kernel and a bias.
    fn start(golden: &Golden) -> Parameters {
        let [kernel, bias] = golden.start.each_ref().map(|values| golden::narrow(values));
        let statistic = parameter("s", Role::Statistic, vec![5.0, 6.0]);
        Parameters(vec![statistic, parameter("k", Role::Kernel, kernel), parameter("b", Role::Bias, bias)])
    }

    fn gradients(pair: &Pair) -> Vec<Vec<f32>> {
        let [kernel, bias] = pair.each_ref().map(|values| golden::narrow(values));
        vec![vec![], kernel, bias]
    }

    #[test]
    fn every_step_is_that_of_keras() {
        let golden: Golden = golden::read("optimizers");
        assert_eq!(golden.traces.len(), rules().len());
        for (name, rule) in rules() {
            let mut parameters = start(&golden);
            let mut optimizer = Optimizer::new(rule, &parameters);
            for (step, [kernel, bias]) in golden.traces[name].iter().enumerate() {
                optimizer.step(&mut parameters, &gradients(&golden.gradients[step]), golden.rates[step]);
                golden::near(&golden::wide(&parameters.0[1].values), kernel, 1e-6);
                golden::near(&golden::wide(&parameters.0[2].values), bias, 1e-6);
            }
            assert_eq!(parameters.0[0].values, [5.0, 6.0], "{name} moves no statistic");
        }
    }

    #[test]
    fn a_rule_goes_on_from_its_state_bit_for_bit() {
        let golden: Golden = golden::read("optimizers");
        for (name, rule) in rules() {
            let mut parameters = start(&golden);
            let mut optimizer = Optimizer::new(rule, &parameters);
            for (step, gradient) in golden.gradients.iter().enumerate() {
                let state: BTreeMap<String, Vec<f32>> = optimizer.state(&parameters).into_iter().collect();
                let find = |name: &str| state.get(name).cloned();
                let again = Optimizer::restored(rule, &parameters, optimizer.steps(), find).unwrap();
                assert_eq!(again, optimizer, "{name} before step {step}");
                optimizer = again;
                optimizer.step(&mut parameters, &gradients(gradient), golden.rates[step]);
            }
            assert_eq!(optimizer.steps(), 12);
        }
    }

    #[test]
    fn a_state_of_another_network_is_refused() {
        let golden: Golden = golden::read("optimizers");
        let (parameters, rule) = (start(&golden), training::Optimizer::default());
        let missing = Optimizer::restored(rule, &parameters, 3, |_| None).unwrap_err();
        assert_eq!(missing.to_string(), "the optimizer's `k/mean` has 0 numbers, not 7");
        let short = Optimizer::restored(rule, &parameters, 3, |name| {
            Some(vec![
                0.0;
                if name == "b/square" {
                    2
                } else if name.starts_with('k') {
                    7
                } else {
                    3
                }
            ])
        });
        assert_eq!(short.unwrap_err(), NotItsMemory { name: "b/square".into(), found: 2, wanted: 3 });
    }

    #[test]
    fn a_bound_holds_after_the_step() {
        let mut kernel = parameter("k", Role::Kernel, vec![0.9, -0.9, 0.0]);
        kernel.bound = Some(1.0);
        let mut parameters = Parameters(vec![kernel]);
        let rule = training::Optimizer::Sgd { momentum: 0.0, nesterov: false };
        let mut optimizer = Optimizer::new(rule, &parameters);
        optimizer.step(&mut parameters, &[vec![-1.0, 1.0, f32::NAN]], 0.5);
        assert_eq!(parameters.0[0].values[..2], [1.0, -1.0]);
        assert!(parameters.0[0].values[2].is_nan());
    }
}
