//! What is known of a network that was trained in a search.

use super::metric;
use crate::config::search::{Goal, Metric, Search};
use crate::config::{Config, Weights};
use crate::flow::hardware::Hardware;
use crate::flow::lessons::Lessons;
use crate::flow::{Design, Failure};
use crate::qtools;
use crate::search::score::Costs;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is known of a network that was trained.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// The search's metric on the validation events.
    pub metric: f64,
    /// The part of the validation events that it classifies rightly.
    pub accuracy: f64,
    /// Bits of parameters and activations.
    pub bits: f64,
    /// Energy of an inference on a 45 nm ASIC, in pJ.
    pub energy: f64,
    /// Its hardware, as the config makes its products; none where no cost of the search asks for it.
    #[serde(flatten)]
    pub hardware: Option<Hardware>,
}

impl Figures {
    /// Those of the network of `config` with `weights`, which classifies this part of the validation events rightly.
    ///
    /// # Errors
    /// A network without exact hardware.
    pub fn of(
        search: &Search,
        config: &Config,
        weights: &Weights,
        accuracy: f64,
        lessons: &Lessons,
    ) -> Result<Figures, Failure> {
        let metric = match search.metric {
            Metric::Accuracy => accuracy,
            other => metric::of_exact(other, config, weights, lessons)?,
        };
        let hardware = wants_hardware(search).then(|| Design::new(config, weights)).transpose()?;
        let Costs { bits, energy, .. } = asic(search, config);
        Ok(Figures { metric, accuracy, bits, energy, hardware: hardware.as_ref().map(Hardware::of) })
    }

    /// What it costs.
    pub fn costs(&self) -> Costs {
        Costs {
            bits: self.bits,
            energy: self.energy,
            luts: self.hardware.map(|hardware| hardware.lut),
            latency_ns: self.hardware.map(|hardware| hardware.latency_ns),
        }
    }

    /// Each figure by name, as a study keeps them.
    pub fn by_name(&self) -> BTreeMap<String, Value> {
        let Ok(Value::Object(all)) = serde_json::to_value(self) else { return BTreeMap::new() };
        all.into_iter().collect()
    }

    /// The figures that a study keeps, if they are all there.
    pub fn read(named: &BTreeMap<String, Value>) -> Option<Figures> {
        serde_json::from_value(Value::Object(named.clone().into_iter().collect())).ok()
    }
}

/// Bits and energy: what follows from the quantizers alone. A layer without any counts 8 bits, as for AutoQKeras.
pub fn asic(search: &Search, config: &Config) -> Costs {
    let bits = real(qtools::bits(config, &search.bits, 8).total);
    Costs { bits, energy: qtools::energy(config, &search.energy).total, ..Costs::default() }
}

/// A count as a number.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 bits")]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

/// Whether some cost that counts is one of hardware.
pub fn wants_hardware(search: &Search) -> bool {
    let is_one = |goal: &Goal| matches!(goal, Goal::Luts | Goal::Latency);
    let in_budget = match &search.judge {
        crate::config::search::Judge::Budget(budget) => budget.iter().any(|(goal, _)| is_one(goal)),
        _ => false,
    };
    in_budget || search.goals.iter().any(is_one)
}
