//! Which weights are zero: magnitude pruning with a polynomial schedule (Zhu and Gupta, arXiv 1710.01878).
//!
//! ```text
//! after every step        weights that were pruned are 0 again
//! every so many of them   in each kernel the least weights are pruned too, up to the ramp's sparsity
//! from the ramp's end on  the same weights stay pruned
//! ```
//!
//! A pruned weight is 0, and stays 0 through every quantizer that has a 0: [`check`] refuses the others.

use crate::config::model::{Config, Dense, Kind, Layer};
use crate::config::problem::{Code, ConfigError, Problem};
use crate::config::training::{Pruning, Train};
use crate::quantizer::{Spec, Tensor};
use crate::train::parameters::{Parameter, Parameters, Role};

/// Which weights are zero by now.
#[derive(Debug, Clone, PartialEq)]
pub struct Pruner {
    rule: Pruning,
    /// Steps of an epoch.
    steps: u64,
    /// For each parameter, whether each weight is pruned; empty but for kernels.
    pruned: Vec<Vec<bool>>,
}

/// Masks that are not those of the network at hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mask `{name}` has {found} numbers, not {wanted}")]
pub struct NotItsMask {
    /// The tensor.
    pub name: String,
    /// How many numbers it has; 0 if it is not there.
    pub found: usize,
    /// How many it must have.
    pub wanted: usize,
}

impl Pruner {
    /// Nothing is pruned as yet.
    pub fn new(rule: Pruning, steps_per_epoch: u64, parameters: &Parameters) -> Pruner {
        let none = |parameter: &Parameter| match parameter.role {
            Role::Kernel => vec![false; parameter.values.len()],
            _ => Vec::new(),
        };
        Pruner { rule, steps: steps_per_epoch, pruned: parameters.0.iter().map(none).collect() }
    }

    /// After the optimizer's step, `done` steps being done with it.
    pub fn follow(&mut self, done: u64, parameters: &mut Parameters) {
        let sparsity = self.is_due(done).then(|| self.sparsity(done));
        for (parameter, pruned) in parameters.0.iter_mut().zip(&mut self.pruned) {
            clear(&mut parameter.values, pruned);
            if let Some(sparsity) = sparsity {
                choose(&parameter.values, pruned, sparsity);
                clear(&mut parameter.values, pruned);
            }
        }
    }

    /// Whether weights are chosen after `done` steps: every so many within the ramp, and where it ends.
    fn is_due(&self, done: u64) -> bool {
        let (before, now) = (self.epoch(done.saturating_sub(1)), self.epoch(done));
        let ends = before < self.rule.ramp.finish && now >= self.rule.ramp.finish;
        ends || (now < self.rule.ramp.finish && done.is_multiple_of(self.rule.every as u64))
    }

    fn sparsity(&self, done: u64) -> f64 {
        self.rule.sparsity * self.rule.ramp.at(self.epoch(done))
    }

    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53")]
    fn epoch(&self, done: u64) -> f64 {
        done as f64 / self.steps as f64
    }

    /// The masks, by name: 1 where a weight is pruned, else 0.
    pub fn state(&self, parameters: &Parameters) -> Vec<(String, Vec<f32>)> {
        let masks = parameters.0.iter().zip(&self.pruned).filter(|(_, pruned)| !pruned.is_empty());
        masks.map(|(p, pruned)| (mask(p), pruned.iter().map(|x| f32::from(u8::from(*x))).collect())).collect()
    }

    /// Goes on with the masks that [`Pruner::state`] gave; `find` looks one up.
    ///
    /// # Errors
    /// The first mask that is missing, or of another length.
    pub fn restore(
        &mut self,
        parameters: &Parameters,
        find: impl Fn(&str) -> Option<Vec<f32>>,
    ) -> Result<(), NotItsMask> {
        for (parameter, pruned) in parameters.0.iter().zip(&mut self.pruned).filter(|(_, p)| !p.is_empty()) {
            let (name, wanted) = (mask(parameter), pruned.len());
            let kept = find(&name).unwrap_or_default();
            if kept.len() != wanted {
                return Err(NotItsMask { name, found: kept.len(), wanted });
            }
            *pruned = kept.into_iter().map(|x| x != 0.0).collect();
        }
        Ok(())
    }
}

/// The epoch, counted from 1, at whose end all is pruned that `rule` asks for; 0 if that is nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the number of epochs")]
pub fn last_epoch(rule: &Train) -> usize {
    rule.pruning.map_or(0, |pruning| pruning.ramp.finish.ceil() as usize)
}

/// The name of a parameter's mask.
fn mask(parameter: &Parameter) -> String {
    format!("{}/pruned", parameter.name)
}

fn clear(values: &mut [f32], pruned: &[bool]) {
    values.iter_mut().zip(pruned).filter(|(_, pruned)| **pruned).for_each(|(weight, _)| *weight = 0.0);
}

/// Prunes the least weights, those first that already are, then the earlier of equal ones, until the part `sparsity` of
/// them is pruned. One weight is always left.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a part of a length"
)]
fn choose(values: &[f32], pruned: &mut [bool], sparsity: f64) {
    let wanted = (pruned.len() as f64 * sparsity).round() as usize;
    let wanted = wanted.min(pruned.len().saturating_sub(1));
    if wanted == 0 {
        return;
    }
    let mut places: Vec<usize> = (0..pruned.len()).collect();
    let order = |a: &usize, b: &usize| {
        let size = values[*a].abs().total_cmp(&values[*b].abs());
        pruned[*b].cmp(&pruned[*a]).then(size).then(a.cmp(b))
    };
    places.select_nth_unstable_by(wanted - 1, order);
    places[..wanted].iter().for_each(|place| pruned[*place] = true);
}

/// Refuses to prune kernels whose quantizer has no 0.
///
/// # Errors
/// Each such layer, at its line.
pub fn check(config: &Config) -> Result<(), ConfigError> {
    if config.train.pruning.is_none() {
        return Ok(());
    }
    let problems = config.layers.iter().filter_map(without_zero).collect();
    ConfigError::of(problems, &config.source).map_or(Ok(()), Err)
}

fn without_zero(layer: &Layer) -> Option<Problem> {
    let Kind::Dense(Dense { kernel: Some(kernel), fan_in, units, .. }) = &layer.kind else { return None };
    if keeps_zeros(kernel, &[*fan_in, *units]) {
        return None;
    }
    let (name, text) = (&layer.name, kernel.text());
    let message = format!("layer `{name}` cannot be pruned: `{text}` makes a weight of 0 something else");
    let problem = Problem::new(Code::Conflict, message)
        .at(layer.place, "this layer's kernel")
        .help("give it a quantizer with a 0, such as `ternary()` or `quantized_bits(4, 0, alpha=1)`, or leave out `pruning`");
    Some(problem)
}

/// Whether zeros among other weights stay zeros: the others are there for a scale that is found from them.
fn keeps_zeros(quantizer: &Spec, shape: &[usize]) -> bool {
    let count = shape.iter().product();
    let values: Vec<f32> = [0.0, 0.75, 0.0, -0.5].into_iter().cycle().take(count).collect();
    let quantized = quantizer.forward(&Tensor { shape, values: &values }).unwrap_or_default();
    quantized.iter().zip(&values).all(|(q, w)| *w != 0.0 || *q == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::config::training::Ramp;
    use std::collections::BTreeMap;
    use std::path::Path;

    const RULE: Pruning =
        Pruning { sparsity: 0.75, ramp: Ramp { start: 1.0, finish: 3.0, exponent: 3.0 }, every: 3 };

    fn parameter(role: Role, values: Vec<f32>) -> Parameter {
        Parameter { name: format!("{role:?}"), shape: vec![values.len()], role, values, bound: None }
    }

    /// A kernel and a bias of `0.01, -0.02, 0.03, …` in another order.
    fn parameters() -> Parameters {
        let values: Vec<f32> =
            (0..20i16).map(|i| f32::from(i * 7 % 20 + 1) * if i % 2 == 0 { 0.01 } else { -0.01 }).collect();
        Parameters(vec![parameter(Role::Kernel, values.clone()), parameter(Role::Bias, values)])
    }

    fn zeros(parameters: &Parameters) -> usize {
        parameters.0[0].values.iter().filter(|w| **w == 0.0).count()
    }

    /// As an optimizer would: everything moves.
    fn moved(parameters: &mut Parameters) {
        parameters.0.iter_mut().flat_map(|p| &mut p.values).for_each(|w| *w += 0.001);
    }

    #[test]
    fn sparsity_follows_the_ramp_in_steps_and_reaches_its_end() {
        let (mut parameters, bias) = (parameters(), parameters().0[1].clone());
        let mut pruner = Pruner::new(RULE, 4, &parameters);
        let mut seen = Vec::new();
        for done in 1..=14 {
            pruner.follow(done, &mut parameters);
            seen.push(zeros(&parameters));
        }
        // after 6 steps: 20 · 0.75 · (1 − (1.5 / 2)³) = 8.67; after 9: 15 · (1 − (0.75 / 2)³) = 14.2; at 12: 15
        assert_eq!(seen, [0, 0, 0, 0, 0, 9, 9, 9, 14, 14, 14, 15, 15, 15]);
        assert_eq!(parameters.0[1], bias);
        let left: Vec<f32> = parameters.0[0].values.iter().copied().filter(|w| *w != 0.0).collect();
        assert!(left.iter().all(|w| w.abs() > 0.155), "{left:?}");
    }

    #[test]
    fn what_is_pruned_stays_pruned_whatever_the_optimizer_does() {
        let mut parameters = parameters();
        let mut pruner = Pruner::new(RULE, 4, &parameters);
        let mut before = vec![false; 20];
        for done in 1..=30 {
            moved(&mut parameters);
            pruner.follow(done, &mut parameters);
            let now: Vec<bool> = parameters.0[0].values.iter().map(|w| *w == 0.0).collect();
            assert!(before.iter().zip(&now).all(|(before, now)| *now || !before), "after {done}");
            before = now;
        }
        assert_eq!(zeros(&parameters), 15);
    }

    #[test]
    fn of_equal_weights_the_earlier_go_first_and_one_is_left() {
        let mut pruned = vec![false, false, true, false, false];
        choose(&[0.5, -0.5, 0.0, 0.5, 0.0], &mut pruned, 0.6);
        assert_eq!(pruned, [true, false, true, false, true]);
        choose(&[0.0, 0.5, 0.0, 0.5, 0.0], &mut pruned, 0.99);
        assert_eq!(pruned, [true, true, true, false, true]);
        let mut one = vec![false];
        choose(&[0.1], &mut one, 0.9);
        assert_eq!(one, [false]);
    }

    #[test]
    fn it_goes_on_from_its_masks() {
        let mut parameters = parameters();
        let mut pruner = Pruner::new(RULE, 4, &parameters);
        (1..=8).for_each(|done| pruner.follow(done, &mut parameters));
        let state: BTreeMap<String, Vec<f32>> = pruner.state(&parameters).into_iter().collect();
        assert_eq!(state.keys().collect::<Vec<_>>(), ["Kernel/pruned"]);
        let mut again = Pruner::new(RULE, 4, &parameters);
        again.restore(&parameters, |name| state.get(name).cloned()).unwrap();
        assert_eq!(again, pruner);
        let missing = again.restore(&parameters, |_| None).unwrap_err();
        assert_eq!(missing.to_string(), "the mask `Kernel/pruned` has 0 numbers, not 20");
    }

    fn config(kernel: &str) -> Config {
        let text = format!(
            "name: little\ninput: {{shape: [4], quantizer: \"quantized_bits(4, 1)\"}}\nlayers:\n  \
             - {{name: out, kind: dense, units: 3, kernel: \"{kernel}\"}}\n\
             hardware: {{clock_mhz: 320, initiation_ns: 25, target: xcvu9p}}\n"
        );
        let mut config = config::parse(&text, Path::new("config.yaml")).unwrap();
        config.train.pruning = Some(RULE);
        config
    }

    #[test]
    fn quantizers_without_a_zero_are_refused_at_their_layer() {
        let none = [
            "binary()",
            "binary(alpha=1)",
            "stochastic_binary()",
            "quantized_po2(4)",
            "quantized_bits(1, 0, alpha=1)",
        ];
        for text in none {
            let error = check(&config(text)).unwrap_err();
            assert_eq!((error.first.code, error.problems().count()), (Code::Conflict, 1));
            assert!(error.first.message.starts_with("layer `out` cannot be pruned: `"), "{error}");
            assert_eq!(error.first.labels.len(), 1);
        }
        let mut config = config("binary()");
        config.train.pruning = None;
        check(&config).unwrap();
    }

    #[test]
    fn quantizers_with_a_zero_are_not() {
        let some =
            ["quantized_bits(6, 0)", "quantized_bits(2, 0, alpha=1)", "ternary()", "ternary(alpha='auto')"];
        for text in some.into_iter().chain(["quantized_linear(4, 1)", "quantized_bits(6, 0, alpha='auto')"]) {
            check(&config(text)).unwrap();
        }
    }
}
