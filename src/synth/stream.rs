//! When events go in: 64 streams, each with its own spacing.

use super::execute::Interface;
use super::simulation::LANES;
use std::collections::VecDeque;

/// Every 64th event, with its own spacing.
pub(super) struct Stream {
    pub(super) lane: usize,
    /// The next event to go in.
    next: usize,
    /// The clock in which it may.
    ready: usize,
    /// Events inside with the clock in which they are due, the oldest first.
    inside: VecDeque<(usize, usize)>,
}

impl Stream {
    pub(super) fn new(lane: usize) -> Stream {
        Stream { lane, next: lane, ready: lane % 5, inside: VecDeque::new() }
    }

    pub(super) fn is_done(&self, events: usize) -> bool {
        self.next >= events && self.inside.is_empty()
    }

    /// The event that goes in now, if one does.
    pub(super) fn next_at(
        &mut self,
        clock: usize,
        events: usize,
        interface: &Interface,
        noise: &mut Noise,
    ) -> Option<usize> {
        if clock < self.ready || self.next >= events {
            return None;
        }
        let event = self.next;
        self.next += LANES;
        self.ready = clock + self.spacing(interface, noise) as usize;
        self.inside.push_back((clock + interface.latency as usize, event));
        Some(event)
    }

    /// Clocks to the next event: as few as the design allows, as many as the experiment gives, or any number.
    fn spacing(&self, interface: &Interface, noise: &mut Noise) -> u32 {
        match self.lane % 4 {
            0 => interface.interval,
            1 => interface.event_interval.max(interface.interval),
            _ => interface.interval + noise.below(1 + interface.event_interval),
        }
    }

    /// The event whose outputs are read now, if one is.
    pub(super) fn due_at(&mut self, clock: usize) -> Option<usize> {
        let (_, event) = self.inside.pop_front_if(|(due, _)| *due == clock)?;
        Some(event)
    }
}

/// A fixed sequence of numbers without order (splitmix64).
pub(super) struct Noise(pub(super) u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    pub(super) fn wide(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }

    /// A number from 0 to `bound` - 1.
    fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound)).expect("a remainder is less than its divisor")
    }
}
