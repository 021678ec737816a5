//! All that the study found.

use crate::after::Float;
use crate::autoqkeras::Peer;
use crate::networks::Network;
use crate::protocol::Protocol;
use crate::searches::Found;
use heteroq::config::{Arithmetic, Config};
use heteroq::flow::hardware::Hardware;
use heteroq::flow::search::last::Trained;
use heteroq::metrics::spread::Spread;
use heteroq::search::front::hypervolume_of_log_cost;

/// What hypervolumes are measured from: LUTs and accuracy that every network worth a look is better than.
pub(crate) const WORST: (f64, f64) = (200_000.0, 0.5);

/// All that the study found.
#[derive(Debug)]
pub(crate) struct Study<'a> {
    /// Its terms.
    pub(crate) protocol: &'a Protocol,
    /// The network that is varied.
    pub(crate) example: &'a Config,
    /// The float network, with each seed.
    pub(crate) floats: Vec<Float>,
    /// The rows of the table.
    pub(crate) rows: Vec<Network>,
    /// The fronts.
    pub(crate) fronts: Vec<Front>,
    /// The searches, in the order of [`crate::searches::ALL`].
    pub(crate) searches: Vec<Found>,
    /// AutoQKeras's own, as far as they are there.
    pub(crate) peers: Vec<Peer>,
}

/// The networks of a front.
#[derive(Debug, Clone)]
pub(crate) struct Front {
    /// Where it comes from.
    pub(crate) name: String,
    /// Its networks, each with as many trainings.
    pub(crate) members: Vec<Network>,
}

impl Front {
    /// A front of these networks, of so many trainings each.
    pub(crate) fn new(name: &str, members: &[Network], seeds: u64) -> Front {
        let mut members = members.to_vec();
        for member in &mut members {
            member.trained.truncate(usize::try_from(seeds).unwrap_or(usize::MAX));
        }
        Front { name: name.to_owned(), members }
    }

    /// Its hypervolume in (ln LUT, accuracy) beyond [`WORST`], with each seed: products of shifts and additions.
    pub(crate) fn hypervolumes(&self) -> Vec<f64> {
        let seeds = self.members.iter().map(|member| member.trained.len()).min().unwrap_or(0);
        let point = |member: &Network, seed: usize| {
            (member.trained[seed].shift_add.lut, tested(&member.trained[seed]))
        };
        let of = |seed| self.members.iter().map(|member| point(member, seed)).collect::<Vec<_>>();
        (0..seeds).map(|seed| hypervolume_of_log_cost(&of(seed), WORST)).collect()
    }
}

impl Study<'_> {
    /// A row by name.
    pub(crate) fn row(&self, name: &str) -> &Network {
        self.rows.iter().find(|row| row.name == name).expect("a row of the table")
    }

    /// The accuracy of `row` less that of the float network of the same seed.
    pub(crate) fn below_float(&self, row: &Network) -> Spread {
        let floats = self.floats.iter().map(|float| float.accuracy).collect::<Vec<_>>();
        differences(&accuracies(row), &floats)
    }
}

impl Network {
    /// A figure of all its trainings.
    pub(crate) fn spread(&self, figure: impl Fn(&Trained) -> f64) -> Spread {
        Spread::of(&self.trained.iter().map(figure).collect::<Vec<_>>())
    }

    /// A figure of its hardware.
    pub(crate) fn hardware(&self, arithmetic: Arithmetic, figure: impl Fn(&Hardware) -> f64) -> Spread {
        self.spread(|one| figure(hardware(one, arithmetic)))
    }
}

/// The accuracy of each training on the test jets.
pub(crate) fn accuracies(network: &Network) -> Vec<f64> {
    network.trained.iter().map(tested).collect()
}

/// The differences of two rows of figures, seed by seed.
pub(crate) fn differences(these: &[f64], those: &[f64]) -> Spread {
    Spread::of(&these.iter().zip(those).map(|(this, that)| this - that).collect::<Vec<_>>())
}

/// The accuracy on the test jets.
pub(crate) fn tested(one: &Trained) -> f64 {
    one.test.map_or(f64::NAN, |test| test.accuracy)
}

/// The hardware of a training, with products made in this way.
pub(crate) fn hardware(one: &Trained, arithmetic: Arithmetic) -> &Hardware {
    match arithmetic {
        Arithmetic::ShiftAdd => &one.shift_add,
        Arithmetic::Multiply => &one.multiply,
    }
}

/// A figure of hardware.
pub(crate) type FigureOf = fn(&Hardware) -> f64;

/// LUTs, FFs and DSP blocks by name, as figures.
#[expect(clippy::cast_precision_loss, reason = "registers and blocks are fewer than 2^53")]
pub(crate) const RESOURCES: [(&str, FigureOf); 3] =
    [("LUT", |h| h.lut), ("FF", |h| h.ff as f64), ("DSP", |h| h.dsp as f64)];

/// How much of each of [`RESOURCES`] the device of `config` has.
#[expect(clippy::cast_precision_loss, reason = "a device has fewer than 2^53")]
pub(crate) fn on_device(config: &Config) -> [f64; 3] {
    let part = &config.hardware.target.part;
    [part.luts, part.ffs, part.dsps].map(|count| count as f64)
}
