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
    warn_if_too_slow(net, &slots, timing);
    let cycles = cuts::cheapest(net, &slots);
    let places = cycles.iter().zip(net.ids()).map(|(cycle, id)| Place { unit: Unit::of(id), cycle: *cycle });
    let places = places.collect();
    Staged { net: net.clone(), places, latency: slots.latency, initiation_interval: 1 }
}

/// Tells of the slowest operation, if it alone takes longer than the clock leaves.
fn warn_if_too_slow(net: &Net, slots: &earliest::Slots, timing: &Timing) {
    let slowest = slots.too_slow.iter().max_by(|(_, a), (_, b)| a.total_cmp(b));
    let Some((id, ns)) = slowest else { return };
    let layer = &net.layers[net.layer_of(*id).index()];
    let (clock_mhz, period_ns) = (timing.clock_mhz, timing.period_ns());
    tracing::warn!(
        "layer `{layer}`: {id} alone takes some {ns:.2} ns, more than is left of the {period_ns:.2} ns at {clock_mhz} MHz"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{device, net::text};

    fn latency(net: &str, clock_mhz: f64, register_inputs: bool, register_outputs: bool) -> u32 {
        let timing = Timing { clock_mhz, register_inputs, register_outputs, least_latency: 0 };
        pipeline(&text::read(net).unwrap(), &device::find("xcup").unwrap().family, &timing).latency
    }

    #[test]
    fn a_port_is_registered_where_nothing_is_computed_too() {
        let wire = "v0: s8 = input\noutput v0";
        assert_eq!(latency(wire, 320.0, false, false), 0);
        assert_eq!(latency(wire, 320.0, true, false), 1);
        assert_eq!(latency(wire, 320.0, false, true), 1);
        assert_eq!(latency(wire, 320.0, true, true), 2);
    }

    /// Registers alone take longer than a clock of 40 GHz: nothing shares a cycle.
    #[test]
    fn a_clock_beyond_the_device_leaves_each_operation_its_own_cycle() {
        let chain = "v0: s8 = input\nv1: s10 = add v0, v0 << 1\nv2: s12 = add v1, v0 << 2\noutput v2";
        assert_eq!(latency(chain, 40.0, true, true), 2);
        assert_eq!(latency(chain, 40_000.0, true, true), 3);
    }
}
