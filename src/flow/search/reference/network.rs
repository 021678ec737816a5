//! The network that costs are compared with.

use super::super::figures::real;
use super::super::plan::Terms;
use super::super::trial;
use crate::arith::cost;
use crate::config::convert::requantize::{Place, requantize};
use crate::config::search::{Reference, Search};
use crate::config::{self, Config, ConfigError, Weights};
use crate::flow::course::Course;
use crate::flow::design::ids_of;
use crate::flow::post_training::{self, float::float, ranges};
use crate::flow::quietly::quietly;
use crate::flow::{Design, Failure, resume};
use crate::net::Layer;
use crate::qtools::{self, Bits, Energy};
use crate::report::number;
use crate::search::score::Costs;
use std::collections::BTreeMap;
use std::path::Path;

/// The reference before its hardware is built.
pub(super) struct Network {
    pub(super) source: Source,
    bits: Bits,
    energy: Energy,
}

/// Where it comes from.
pub(super) enum Source {
    /// The float network, at so many bits.
    Bits(u32),
    /// Another network.
    Other(Box<Config>),
}

impl Source {
    /// # Errors
    /// A config that cannot be read.
    pub(super) fn of(search: &Search) -> Result<Source, Failure> {
        Ok(match &search.reference {
            Reference::Bits(bits) => Source::Bits(*bits),
            Reference::Config(path) => Source::Other(Box::new(config::load(path).map_err(of_reference)?)),
        })
    }

    /// What makes it that source.
    ///
    /// # Errors
    /// A weights file that cannot be read.
    pub(super) fn identity(&self) -> Result<String, Failure> {
        Ok(match self {
            Source::Bits(bits) => number::count(u64::from(*bits), "bit"),
            Source::Other(other) => {
                let weights = Weights::read(other)?.map(|weights| weights.to_bytes()).unwrap_or_default();
                // The same from wherever it is looked at.
                let name = Path::new(other.source.name()).file_name().unwrap_or_default().display();
                format!("{name} {}", resume::hash(&[other.design().as_bytes(), &weights]))
            }
        })
    }
}

/// What is wrong with the config of a reference, or its weights: said of it, as the search has a config of its own.
pub(super) fn of_reference(error: ConfigError) -> Failure {
    Failure::Input(miette::Report::new(error).wrap_err("the network that `reference` names cannot be used"))
}

impl Network {
    pub(super) fn of(search: &Search, config: &Config) -> Result<Network, Failure> {
        let source = Source::of(search)?;
        let (bits, energy) = match &source {
            // As AutoQKeras has it: the network without its quantizers, all in so many bits.
            Source::Bits(bits) => (
                qtools::bits::reference(config, &search.bits, *bits),
                qtools::energy::reference(config, &search.energy, *bits),
            ),
            Source::Other(other) => {
                (qtools::bits(other, &search.bits, 8), qtools::energy(other, &search.energy))
            }
        };
        Ok(Network { source, bits, energy })
    }

    pub(super) fn costs(&self) -> Costs {
        Costs { bits: real(self.bits.total), energy: self.energy.total, ..Costs::default() }
    }

    pub(super) fn bits_by_layer(&self, search: &Search) -> BTreeMap<String, f64> {
        by_layer(self.bits.layers.iter().map(|layer| (&*layer.name, real(layer.counted(&search.bits)))))
    }

    pub(super) fn energy_by_layer(&self) -> BTreeMap<String, f64> {
        by_layer(self.energy.layers.iter().map(|layer| (&*layer.name, layer.total)))
    }

    pub(super) fn design(&self, terms: &Terms, config: &Config) -> Result<Design, Failure> {
        match &self.source {
            Source::Bits(bits) => quietly(|| quantized(terms, config, *bits)),
            Source::Other(other) => Design::new(other, &Weights::require(other)?),
        }
    }
}

/// What counts for each layer, that of its activation included: `fc1/activation`.
fn by_layer<'a>(parts: impl Iterator<Item = (&'a str, f64)>) -> BTreeMap<String, f64> {
    let mut layers = BTreeMap::new();
    for (name, part) in parts {
        let layer = name.strip_suffix("/activation").unwrap_or(name);
        *layers.entry(layer.to_owned()).or_default() += part;
    }
    layers
}

/// LUTs of each layer, without those of products in DSP blocks.
pub(super) fn luts_by_layer(design: &Design) -> BTreeMap<String, f64> {
    let (net, luts) = (design.mapped(), design.luts());
    let family = &design.config.hardware.target.family;
    let of = |place: usize| {
        let ids = ids_of(net, Layer::new(place)).filter(|id| cost::dsps(net, *id, family) == 0);
        ids.map(|id| luts[id.index()]).sum()
    };
    net.layers.iter().enumerate().map(|(place, name)| (name.clone(), of(place))).collect()
}

/// Training events that show the ranges of the float network.
const EVENTS: usize = 10_000;

/// The float network, trained as a trial is, and quantized to `bits` bits.
fn quantized(terms: &Terms, config: &Config, bits: u32) -> Result<Design, Failure> {
    let &Terms { search, lessons, threads, .. } = terms;
    let mut float = float(config)?;
    (float.train.epochs, float.train.seed) = (search.epochs, search.seed);
    let mut course = Course::new(&float, lessons, threads, None)?;
    while trial::epoch(&mut course)?.is_some() {}
    let weights = course.best()?;
    let rows = lessons.train.len().min(EVENTS);
    let ranges = ranges::ranges(&float, &weights, &lessons.train.first(rows))?;
    let quantizers = post_training::fitted(config, &ranges, bits)?;
    let place = Place { output: Path::new(config.source.name()), old_folder: Path::new(""), weights: "none" };
    let (_, quantized) = requantize(config, &quantizers, &place)?;
    Design::new(&quantized, &weights.freeze(&quantized)?)
}
