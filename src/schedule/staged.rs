//! A net with a unit and a cycle for every value.
//!
//! Cycle 0 is the time before the clock edge that samples an event; a value of cycle `c` is ready before
//! the `c`-th edge after that one, and is registered there if anybody reads it later. The reader of the
//! outputs samples them `latency` edges after the event was sampled, so `latency` counts register ranks.

use crate::net::{Id, Net, Op};

/// A piece of hardware that computes one value an event. Printed `u7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unit(u32);

impl Unit {
    /// The unit that computes only `id`.
    pub fn of(id: Id) -> Unit {
        Unit(u32::try_from(id.index()).expect("a net has fewer than 2^32 values"))
    }

    /// Its number.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where and when a value is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The unit that computes it.
    pub unit: Unit,
    /// The cycle in which it does.
    pub cycle: u32,
}

/// A pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// What is computed.
    pub net: Net,
    /// Where and when, by [`Id::index`].
    pub places: Vec<Place>,
    /// Clock edges from sampling an event to sampling its outputs.
    pub latency: u32,
    /// Clocks after which the next event may enter.
    pub initiation_interval: u32,
}

impl Staged {
    /// The cycle in which `id` is computed.
    pub fn cycle(&self, id: Id) -> u32 {
        self.places[id.index()].cycle
    }

    /// For each value, the last cycle in which somebody reads it; its own cycle if nobody does.
    ///
    /// Constants are wired where they are read, so they are never carried.
    pub fn last_read(&self) -> Vec<u32> {
        let cycles: Vec<u32> = self.places.iter().map(|p| p.cycle).collect();
        last_read(&self.net, &cycles, self.latency)
    }

    /// Whether `id` is a constant.
    pub fn is_constant(&self, id: Id) -> bool {
        matches!(self.net.op(id), Op::Const(_))
    }

    /// Data bits registered at the end of each cycle, `0..latency`; the valid bit is not among them.
    pub fn register_bits(&self) -> Vec<u64> {
        let mut bits = vec![0; self.latency as usize];
        for (id, last) in self.net.ids().zip(self.last_read()) {
            for rank in self.cycle(id)..last {
                bits[rank as usize] += u64::from(self.net.interval(id).width());
            }
        }
        bits
    }
}

/// What [`Staged::last_read`] says, for values of `net` computed in `cycles`.
pub(super) fn last_read(net: &Net, cycles: &[u32], latency: u32) -> Vec<u32> {
    let mut last = cycles.to_vec();
    let mut read = |id: Id, cycle: u32| {
        if !matches!(net.op(id), Op::Const(_)) {
            last[id.index()] = last[id.index()].max(cycle);
        }
    };
    for id in net.ids() {
        net.op(id).for_each_operand(|operand| read(operand, cycles[id.index()]));
    }
    net.outputs.iter().for_each(|output| read(output.id, latency));
    last
}
