//! What a search may change of a network: the dimensions of `limit`, `tune_filters` and `tune_learning_rate`, in
//! AutoQKeras's order and by its names, and the config that a point means.
//!
//! | dimension | its choices |
//! |---|---|
//! | `fc1_kernel_quantizer`, `…_bias_…`, `…_activation_…` | quantizers, of a layer that `limit` finds by its class |
//! | `PATTERN_kernel_quantizer`, … | the same, shared by all layers that the pattern matches |
//! | `network_filters` | a factor on the units of every layer |
//! | `network_filters_fc1` | a factor on the units of one |
//! | `learning_rate` | the greatest learning rate |
//!
//! Different from AutoQKeras, where that is an accident of its code: the number of outputs never changes; what only
//! rounds (`linear`) is bounded as an activation and shares no choice with kernels; frozen layers have no dimensions; a key
//! that is a class is no pattern; bounds that a pattern leaves out are filled in as those of a class.
//!
//! | file | answers |
//! |---|---|
//! | `quantizers` | which dimensions quantizers are |
//! | `units` | which layers may have other numbers of units, and whether they still fit |

mod quantizers;
mod units;

use crate::config::convert::change::{Changes, LayerChanges, changed};
use crate::config::convert::requantize::Place;
use crate::config::search::{Filters, Role, Search};
use crate::config::{Config, ConfigError, Layer};
use crate::quantizer::Spec;
use crate::search::domain::{Choice, Dimension, Point};
use std::collections::BTreeMap;
use std::path::Path;

/// AutoQKeras's factors on numbers of units.
pub const FACTORS: [f64; 5] = [0.5, 0.75, 1.0, 1.5, 2.0];

/// What of the network is searched, and what is known of its costs.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The layers by name; none: all of them.
    pub layers: Option<&'a [String]>,
    /// `cost / reference − 1` of the smallest choices, above −1: AutoQKeras's `total_factor`. The smaller, the lower the
    /// learning rates that are tried: from `1 + min(0, total_factor)` times that of the config to 1.1 times.
    pub total_factor: f64,
}

impl Default for Scope<'_> {
    fn default() -> Self {
        Scope { layers: None, total_factor: -0.5 }
    }
}

impl Scope<'_> {
    /// Whether `search` may change this layer.
    fn has(&self, search: &Search, layer: &Layer) -> bool {
        let within = self.layers.is_none_or(|names| names.contains(&layer.name));
        within && !search.frozen.contains(&layer.name)
    }
}

/// Everything that can be tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    /// What a point says: all that has two choices or more.
    pub dimensions: Vec<Dimension>,
    /// What has one choice; it is no part of a point, but of every config.
    pub fixed: Vec<Dimension>,
    knobs: Vec<Knob>,
    units: Vec<Option<usize>>,
}

/// What is chosen at once.
#[derive(Debug, Clone, PartialEq)]
struct Knob {
    name: String,
    what: What,
}

/// What a choice sets.
#[derive(Debug, Clone, PartialEq)]
enum What {
    /// A quantizer: at the place of each layer its key.
    Quantizer { targets: Vec<(usize, &'static str)>, choices: Vec<Spec> },
    /// A factor on the units of the layers at these places.
    Units(Vec<usize>),
    /// The greatest learning rate.
    Rate(Vec<f64>),
}

impl Space {
    /// The space of `search`, as far as `scope` goes.
    ///
    /// # Errors
    /// Operands of a sum that would no longer fit; quantizers that do not go with other numbers of units; a text that
    /// cannot be changed in place.
    pub fn of(config: &Config, search: &Search, scope: &Scope) -> Result<Space, ConfigError> {
        let free = units::free(config, search, scope);
        let mut knobs = quantizers::Knobs::of(config, search, scope);
        let every_layer = || config.layers.iter().enumerate();
        every_layer().for_each(|(place, _)| knobs.add(place, &[Role::Kernel]));
        if search.tune_filters == Filters::Block && !free.is_empty() {
            knobs.push("network_filters".to_owned(), What::Units(free.clone()));
        }
        for (place, layer) in every_layer() {
            if search.tune_filters == Filters::Layer && free.contains(&place) {
                knobs.push(format!("network_filters_{}", layer.name), What::Units(vec![place]));
            }
            knobs.add(place, &[Role::Bias, Role::Activation, Role::Linear]);
        }
        if search.tune_learning_rate {
            let rates = rates(config.train.learning_rate.peak, scope.total_factor);
            knobs.push("learning_rate".to_owned(), What::Rate(rates));
        }
        let space = Space::with(knobs.into_inner(), config);
        let factors = space.knobs.iter().filter_map(|knob| match &knob.what {
            What::Units(layers) => Some(&layers[..]),
            What::Quantizer { .. } | What::Rate(_) => None,
        });
        units::fit(config, search, factors)?;
        space.rehearse(config)?;
        Ok(space)
    }

    fn with(knobs: Vec<Knob>, config: &Config) -> Space {
        let (fixed, dimensions) =
            knobs.iter().map(Knob::dimension).partition(|dimension| dimension.choices.len() == 1);
        Space { dimensions, fixed, knobs, units: config.layers.iter().map(units::of).collect() }
    }

    /// Points of quantizers that are alike: of every list the first one, then what stands a step further in the longest list and as
    /// far in proportion in the others, and so on to the last ones. Units stay, and the learning rate is the greatest.
    pub fn ladder(&self) -> Vec<Point> {
        let sampled: Vec<&Knob> = self.knobs.iter().filter(|knob| knob.choices() > 1).collect();
        let is_quantizer = |knob: &&&Knob| matches!(knob.what, What::Quantizer { .. });
        let longest = sampled.iter().filter(is_quantizer).map(|knob| knob.choices()).max().unwrap_or(1);
        let choice = |knob: &&Knob, rung: usize| match &knob.what {
            // Rounded, halves up.
            What::Quantizer { choices, .. } => {
                (2 * rung * (choices.len() - 1) + (longest - 1)) / (2 * (longest - 1))
            }
            What::Units(_) => FACTORS.iter().position(|factor| *factor >= 1.0).unwrap_or_default(),
            What::Rate(rates) => rates.len() - 1,
        };
        (0..longest).map(|rung| sampled.iter().map(|knob| choice(knob, rung)).collect()).collect()
    }

    /// What else makes a point mean what it does, by what it is: the choice where there is but one, and the layers that share one.
    /// Names of dimensions say neither.
    pub fn beside_names(&self, config: &Config) -> BTreeMap<String, String> {
        let only = |one: &Dimension| (format!("only choice of {}", one.name), one.choices[0].to_string());
        let shared = |knob: &Knob| Some((format!("layers of {}", knob.name), knob.layers(config)?));
        self.fixed.iter().map(only).chain(self.knobs.iter().filter_map(shared)).collect()
    }

    /// What `point`, one choice of each of [`Space::dimensions`], makes of the config.
    pub fn changes(&self, point: &[usize]) -> Changes {
        let none = LayerChanges::default();
        let mut changes =
            Changes { layers: vec![none; self.units.len()], without_search: true, ..Changes::default() };
        let mut chosen = point.iter().copied();
        for knob in &self.knobs {
            let choice =
                if knob.choices() == 1 { 0 } else { chosen.next().expect("a choice for each dimension") };
            self.turn(knob, choice, &mut changes);
        }
        changes
    }

    fn turn(&self, knob: &Knob, choice: usize, changes: &mut Changes) {
        match &knob.what {
            What::Quantizer { targets, choices } => {
                for (layer, key) in targets {
                    changes.layers[*layer].quantizers.push((*key, choices[choice].clone()));
                }
            }
            What::Units(layers) => {
                for &layer in layers {
                    changes.layers[layer].units =
                        self.units[layer].map(|units| units::times(units, FACTORS[choice]));
                }
            }
            What::Rate(rates) => changes.learning_rate = Some(rates[choice]),
        }
    }

    /// Tries every choice, beside two numbers of units: what a point cannot be is said before the first trial.
    fn rehearse(&self, config: &Config) -> Result<(), ConfigError> {
        let sampled: Vec<&Knob> = self.knobs.iter().filter(|knob| knob.choices() > 1).collect();
        let place = Place {
            output: Path::new(config.source.name()),
            old_folder: Path::new(""),
            weights: "weights.safetensors",
        };
        let longest = sampled.iter().map(|knob| knob.choices()).max().unwrap_or(1);
        for (round, shift) in (0..longest).flat_map(|round| [(round, 1), (round, 2)]) {
            let choice = |knob: &&Knob| match knob.what {
                What::Units(_) => (round + shift) % FACTORS.len(),
                What::Quantizer { .. } | What::Rate(_) => round % knob.choices(),
            };
            let point: Point = sampled.iter().map(choice).collect();
            changed(config, &self.changes(&point), &place)?;
        }
        Ok(())
    }
}

impl Knob {
    fn choices(&self) -> usize {
        match &self.what {
            What::Quantizer { choices, .. } => choices.len(),
            What::Units(_) => FACTORS.len(),
            What::Rate(rates) => rates.len(),
        }
    }

    /// The layers that it changes, by name; none where its own name says which one that is.
    fn layers(&self, config: &Config) -> Option<String> {
        let places: Vec<usize> = match &self.what {
            What::Quantizer { targets, .. } => targets.iter().map(|(place, _)| *place).collect(),
            What::Units(places) => places.clone(),
            What::Rate(_) => return None,
        };
        let names: Vec<&str> = places.iter().map(|place| config.layers[*place].name.as_str()).collect();
        let says = |name: &str| {
            let own = ["kernel", "bias", "activation"].map(|role| format!("{name}_{role}_quantizer"));
            own.contains(&self.name) || self.name == format!("network_filters_{name}")
        };
        if matches!(names[..], [one] if says(one)) { None } else { Some(names.join(", ")) }
    }

    fn dimension(&self) -> Dimension {
        let numbers = |numbers: &[f64]| numbers.iter().map(|number| Choice::Number(*number)).collect();
        let choices = match &self.what {
            What::Quantizer { choices, .. } => {
                choices.iter().map(|spec| Choice::Text(spec.text().to_owned())).collect()
            }
            What::Units(_) => numbers(&FACTORS),
            What::Rate(rates) => numbers(rates),
        };
        Dimension { name: self.name.clone(), choices }
    }
}

/// AutoQKeras's learning rates: five from `1 + min(0, total_factor)` times `rate` to 1.1 times, at most 1; of seven
/// digits, for these are read by people.
fn rates(rate: f64, total_factor: f64) -> Vec<f64> {
    let least = (1.0 + total_factor.min(0.0)).max(0.01);
    let step = |n: u8| (rate * (least + (1.1 - least) * f64::from(n) / 4.0)).min(1.0);
    let short = |rate: f64| format!("{rate:.6e}").parse().expect("it was a number");
    let mut rates: Vec<f64> = (0..5).map(step).map(short).collect();
    rates.dedup();
    rates
}
