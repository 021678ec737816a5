//! Which memory each column has: one that is read for the last time leaves its place to a later one, so that a
//! block's columns stay in the caches.

use super::code::{Slot, Step};
use super::lane::Lane;
use super::port::{InputColumn, OutputColumn};
use super::select::Selected;
use crate::net::Net;

/// What a net is compiled to.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub steps: Vec<Step>,
    pub inputs: Vec<InputColumn>,
    pub outputs: Vec<OutputColumn>,
    /// Columns that hold one number, always.
    pub constants: Vec<(Lane, Slot, i128)>,
    /// Places of each lane.
    pub places: [Slot; Lane::COUNT],
}

/// Gives every column of `selected` a place.
pub(super) fn allocate(mut selected: Selected, net: &Net) -> Program {
    let mut places = Places::new(&mut selected);
    let constants = selected.constants.iter().map(|((lane, v), slot)| (*lane, places.take(*lane, *slot), *v));
    let constants = constants.collect();
    for (lane, slot) in selected.inputs.iter_mut().filter_map(|input| input.column.as_mut()) {
        *slot = places.take(*lane, *slot);
    }
    for (now, step) in selected.steps.iter_mut().enumerate() {
        // The place written is none that is read: a step never works in place.
        let (lane, slot) = step.target();
        *slot = places.take(lane, *slot);
        let mut ended = Vec::new();
        step.for_each_column(|lane, slot| {
            let column = *slot;
            *slot = places.of(lane, column);
            if places.last_read(lane, column) == now && !ended.contains(&(lane, *slot)) {
                ended.push((lane, *slot));
            }
        });
        for (lane, place) in ended {
            places.free[lane as usize].push(place);
        }
    }
    let column = |(lane, slot): &(Lane, Slot)| (*lane, places.of(*lane, *slot));
    let ports = selected.outputs.iter().zip(&net.outputs);
    let outputs = ports.map(|(c, output)| OutputColumn {
        name: output.name.clone(),
        interval: net.interval(output.id),
        column: column(c),
    });
    Program {
        outputs: outputs.collect(),
        steps: selected.steps,
        inputs: selected.inputs,
        constants,
        places: places.count,
    }
}

/// The step number of a column that lives for ever: a constant's or an output's.
const FOR_EVER: usize = usize::MAX;

struct Places {
    /// By lane and column: the step that reads it last.
    last_read: [Vec<usize>; Lane::COUNT],
    /// By lane and column: its place.
    place: [Vec<Slot>; Lane::COUNT],
    /// By lane: places whose column is no longer read, the latest last.
    free: [Vec<Slot>; Lane::COUNT],
    /// By lane: places in all.
    count: [Slot; Lane::COUNT],
}

impl Places {
    fn new(selected: &mut Selected) -> Places {
        let mut last_read = selected.columns.map(|count| vec![0; count as usize]);
        for (now, step) in selected.steps.iter_mut().enumerate() {
            step.for_each_column(|lane, slot| last_read[lane as usize][*slot as usize] = now);
        }
        let constants = selected.constants.iter().map(|((lane, _), slot)| (*lane, *slot));
        for (lane, slot) in constants.chain(selected.outputs.iter().copied()) {
            last_read[lane as usize][slot as usize] = FOR_EVER;
        }
        let place = selected.columns.map(|count| vec![0; count as usize]);
        Places { last_read, place, free: Default::default(), count: [0; Lane::COUNT] }
    }

    /// Gives `column` a place.
    fn take(&mut self, lane: Lane, column: Slot) -> Slot {
        let place = self.free[lane as usize].pop().unwrap_or_else(|| {
            self.count[lane as usize] += 1;
            self.count[lane as usize] - 1
        });
        self.place[lane as usize][column as usize] = place;
        place
    }

    fn of(&self, lane: Lane, column: Slot) -> Slot {
        self.place[lane as usize][column as usize]
    }

    fn last_read(&self, lane: Lane, column: Slot) -> usize {
        self.last_read[lane as usize][column as usize]
    }
}
