//! Where the fewest bits cross a register rank.
//!
//! Rank `c` divides the values computed up to cycle `c` from the later ones; what it costs is the width of
//! every value on the early side with a reader on the late one. Each rank in turn is the cheapest cut
//! between what must come early (or the rest would not fit) and what cannot (its operands are not ready).
//! Then each rank is cut anew between its neighbours, until nothing is gained.

use super::earliest::Slots;
use super::min_cut::{Pipes, SINK, SOURCE, UNCUTTABLE};
use super::staged::last_read;
use crate::net::complement::complemented;
use crate::net::{Id, Net, Op};

/// How often all ranks are cut anew at the most.
const MOST_ROUNDS: usize = 4;

/// A cycle for each value, by [`Id::index`].
///
/// Ranks that are cut one after the other and then against their neighbours can get stuck, so this is done twice,
/// from the latest cycles and from the earliest ones, and the cheaper end is taken.
pub fn cheapest(net: &Net, slots: &Slots) -> Vec<u32> {
    let cut = Cut { net, slots, readers: readers_of_complements(net) };
    let late = cut.settled(cut.one_rank_after_the_other());
    let early = cut.settled(slots.earliest(net));
    if register_bits(net, slots, &early) < register_bits(net, slots, &late) { early } else { late }
}

/// Bits that cross all ranks.
fn register_bits(net: &Net, slots: &Slots, cycles: &[u32]) -> u64 {
    let ranks =
        last_read(net, cycles, slots.latency).into_iter().zip(cycles).map(|(last, cycle)| last - cycle);
    net.ids().zip(ranks).map(|(id, ranks)| u64::from(net.interval(id).width()) * u64::from(ranks)).sum()
}

/// Inputs come in at cycle 0; constants are everywhere.
fn pin_ports(net: &Net, cycles: &mut [u32]) {
    for id in net.ids().filter(|id| is_pinned(net, *id)) {
        cycles[id.index()] = 0;
    }
}

fn is_pinned(net: &Net, id: Id) -> bool {
    matches!(net.op(id), Op::Input(_) | Op::Const(_))
}

/// On which side of a rank a value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Early,
    Late,
    Either,
}

/// What stays the same while ranks are cut.
struct Cut<'a> {
    net: &'a Net,
    slots: &'a Slots,
    /// For each complement the one value that reads it: both share a cycle.
    readers: Vec<Option<Id>>,
}

/// The reader of each complement that has only one.
fn readers_of_complements(net: &Net) -> Vec<Option<Id>> {
    let uses = net.uses();
    let mut readers = vec![None; net.len()];
    for id in net.ids() {
        net.op(id).for_each_operand(|operand| {
            if uses[operand.index()] == 1 && complemented(net, operand).is_some() {
                readers[operand.index()] = Some(id);
            }
        });
    }
    readers
}

impl Cut<'_> {
    /// Each rank the cheapest for what the ranks before it left.
    fn one_rank_after_the_other(&self) -> Vec<u32> {
        let mut cycles = vec![self.slots.last; self.net.len()];
        pin_ports(self.net, &mut cycles);
        for rank in self.slots.first..self.slots.last {
            self.at(&mut cycles, rank, self.slots.last);
        }
        cycles
    }

    /// Each rank cut anew between its neighbours, until nothing is gained.
    fn settled(&self, mut cycles: Vec<u32>) -> Vec<u32> {
        for _ in 0..MOST_ROUNDS {
            let before = cycles.clone();
            for rank in self.slots.first..self.slots.last {
                self.at(&mut cycles, rank, rank + 1);
            }
            if cycles == before {
                break;
            }
        }
        cycles
    }

    /// Moves the border between the values of cycle `rank` and those of cycle `next` to where it costs least.
    ///
    /// `next` is the one after `rank`; or, in the first pass, the last one, in which everything that is not yet
    /// placed waits.
    fn at(&self, cycles: &mut [u32], rank: u32, next: u32) {
        let sides = self.sides(cycles, rank, next);
        let early = self.early_side(&sides);
        for id in self.net.ids().filter(|id| !is_pinned(self.net, *id)) {
            let cycle = &mut cycles[id.index()];
            match sides[id.index()] {
                Side::Either => *cycle = if early[id.index()] { rank } else { next },
                Side::Early if *cycle == next => *cycle = rank,
                Side::Late if *cycle == rank => *cycle = next,
                Side::Early | Side::Late => {}
            }
        }
    }

    fn sides(&self, cycles: &[u32], rank: u32, next: u32) -> Vec<Side> {
        let net = self.net;
        let movable =
            |id: Id| !is_pinned(net, id) && (cycles[id.index()] == rank || cycles[id.index()] == next);
        let floor: Vec<u32> =
            net.ids().map(|id| if movable(id) { rank } else { cycles[id.index()] }).collect();
        let ready = self.slots.forwards(net, &floor);
        let latest = latest_cycles(net, self.slots, cycles, next);
        let side = |id: Id| match () {
            () if !movable(id) && cycles[id.index()] <= rank => Side::Early,
            () if !movable(id) => Side::Late,
            () if ready[id.index()].cycle > rank => Side::Late,
            () if latest[id.index()] <= rank => Side::Early,
            () => Side::Either,
        };
        net.ids().map(|id| side(self.readers[id.index()].unwrap_or(id))).collect()
    }

    /// For each value, whether the cheapest cut leaves it on the early side.
    ///
    /// Each value `v` that can be on either side is a node, and so is "the last reader of `v`" for every value:
    /// the pipe between the two costs the width of `v`. A value is never earlier than its operands, and a
    /// complement never apart from its reader.
    fn early_side(&self, sides: &[Side]) -> Vec<bool> {
        let net = self.net;
        let value = |id: Id| match sides[id.index()] {
            Side::Early => SOURCE,
            Side::Late => SINK,
            Side::Either => 2 + id.index(),
        };
        let readers = |id: Id| 2 + net.len() + id.index();
        let mut pipes = Pipes::new(2 + 2 * net.len());
        for id in net.ids() {
            let me = value(id);
            if me != SINK && !matches!(net.op(id), Op::Const(_)) {
                pipes.join(me, readers(id), u64::from(net.interval(id).width()));
            }
            net.op(id).for_each_operand(|operand| {
                if me != SOURCE {
                    pipes.join(readers(operand), me, UNCUTTABLE);
                }
                if me != SINK && value(operand) != SOURCE {
                    pipes.join(me, value(operand), UNCUTTABLE);
                }
            });
            if let Some(reader) = self.readers[id.index()].filter(|_| me > SINK) {
                pipes.join(me, value(reader), UNCUTTABLE);
            }
        }
        for output in &net.outputs {
            pipes.join(readers(output.id), SINK, UNCUTTABLE);
        }
        let side = pipes.source_side();
        net.ids().map(|id| side[value(id)]).collect()
    }
}

/// The last cycle in which each value of `rank` and `next` can be computed so that all of `next` is done by
/// the end of cycle `next`.
fn latest_cycles(net: &Net, slots: &Slots, cycles: &[u32], next: u32) -> Vec<u32> {
    let counted = |id: Id| cycles[id.index()] <= next;
    slots.backwards(net, counted).iter().map(|left| next.saturating_sub(left.cycle)).collect()
}
