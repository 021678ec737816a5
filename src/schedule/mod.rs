//! Mapped net → staged net: which unit computes each value, and in which cycle.
//!
//! | file | answers |
//! |---|---|
//! | [`staged`] | what a staged net is, and which registers it implies |
//! | [`delay`] | how long an operation takes on a device |
//! | [`earliest`] | the first and the last cycle in which a value can be computed |
//! | [`cuts`] | where between those the fewest bits cross a register rank |
//! | [`min_cut`] | the cheapest cut of a network of pipes |
//! | [`validate`](mod@validate) | which staged nets are well formed |
//! | [`text`] | how one is written down |
//! | [`interp`] | what one computes, clock by clock |

pub mod cuts;
pub mod delay;
pub mod earliest;
pub mod interp;
pub mod min_cut;
pub mod staged;
pub mod text;
pub mod validate;

use crate::device::Family;
use crate::net::Net;
pub use staged::{Place, Staged, Unit};
pub use validate::validate;

/// What is asked of a pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Timing {
    /// The clock, in MHz.
    pub clock_mhz: f64,
    /// Whether inputs are registered before anything is computed.
    pub register_inputs: bool,
    /// Whether outputs come from registers.
    pub register_outputs: bool,
    /// At least so many register ranks, those of inputs and outputs included.
    pub least_latency: u32,
}

impl Timing {
    /// The clock's period, in nanoseconds.
    pub fn period_ns(&self) -> f64 {
        1000.0 / self.clock_mhz
    }
}

/// The pipeline of `net` with the fewest register ranks that the clock allows, and registers where the
/// fewest bits cross.
///
/// Every value gets a unit of its own, so that a new event may enter at every clock.
pub fn pipeline(net: &Net, family: &Family, timing: &Timing) -> Staged {
    let delays = delay::of_all(net, family);
    let slots = earliest::Slots::new(net, &delays, family.stage_budget_ns(timing.period_ns()), timing);
    let cycles = cuts::cheapest(net, &slots);
    let places = cycles.iter().zip(net.ids()).map(|(cycle, id)| Place { unit: Unit::of(id), cycle: *cycle });
    let places = places.collect();
    Staged { net: net.clone(), places, latency: slots.latency, initiation_interval: 1 }
}
