//! How events enter and results leave.

use super::code::Slot;
use super::frame::Frame;
use super::lane::{Int, Lane};
use crate::fixed::Interval;

/// An input port of a compiled net.
#[derive(Debug, Clone)]
pub(super) struct InputColumn {
    pub name: String,
    pub interval: Interval,
    /// Where its integers go; `None` if nobody reads them.
    pub column: Option<(Lane, Slot)>,
}

/// An output port of a compiled net.
#[derive(Debug, Clone)]
pub(super) struct OutputColumn {
    pub name: String,
    pub interval: Interval,
    pub column: (Lane, Slot),
}

/// Events that do not fit the ports of a net.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// The number of integers is not events × ports.
    #[error("{given} integers are not {events} events of {ports} inputs")]
    Shape {
        /// How many integers there are.
        given: usize,
        /// How many events there should be.
        events: usize,
        /// How many input ports the net has.
        ports: usize,
    },
    /// An input that its port cannot carry.
    #[error("event {event}, input `{name}`: {value} is not in {interval}")]
    Input {
        /// Which event, from 0.
        event: usize,
        /// The port.
        name: String,
        /// The integer.
        value: i128,
        /// The integers of the port.
        interval: Interval,
    },
    /// An output that needs a wider integer type.
    #[error("output `{name}` takes {width} bits, more than the {bits} of the results: ask for i128")]
    Output {
        /// The port.
        name: String,
        /// Its bits.
        width: u32,
        /// The bits of the type asked for.
        bits: u32,
    },
}

/// The integers of events and results: `i64` or `i128`.
pub trait Integer: Copy + PartialOrd + Send + Sync + sealed::Sealed + 'static {
    /// The integer congruent to `v` modulo 2^n.
    fn wrap(v: i128) -> Self;
    /// The integer itself.
    fn wide(self) -> i128;
    /// The least and the greatest integer.
    fn all() -> Interval;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for i64 {}
    impl Sealed for i128 {}
}

macro_rules! integer {
    ($type:ty) => {
        impl Integer for $type {
            #[inline]
            #[expect(clippy::allow_attributes, reason = "one of the types truncates nothing")]
            #[allow(clippy::cast_possible_truncation, reason = "truncation is the meaning")]
            fn wrap(v: i128) -> Self {
                v as $type
            }

            #[inline]
            fn wide(self) -> i128 {
                self.into()
            }

            fn all() -> Interval {
                Interval { lo: <$type>::MIN.into(), hi: <$type>::MAX.into() }
            }
        }
    };
}

integer!(i64);
integer!(i128);

/// Whether results can be told as `T`.
pub(super) fn outputs_fit<T: Integer>(outputs: &[OutputColumn]) -> Result<(), PortError> {
    match outputs.iter().find(|output| !T::all().covers(output.interval)) {
        Some(OutputColumn { name, interval, .. }) => {
            Err(PortError::Output { name: name.clone(), width: interval.width(), bits: T::all().width() })
        }
        None => Ok(()),
    }
}

/// Puts the rows of at most [`super::BLOCK`] events into columns; the rest of the block repeats the last one.
/// `first` is the number of the first event, for errors.
pub(super) fn load<T: Integer>(
    ports: &[InputColumn],
    frame: &mut Frame,
    rows: &[T],
    first: usize,
) -> Result<(), PortError> {
    for (n, port) in ports.iter().enumerate() {
        let column = rows.iter().skip(n).step_by(ports.len()).copied();
        check(port, column.clone(), first)?;
        match port.column {
            Some((Lane::I16, slot)) => fill::<i16, T>(frame, slot, column),
            Some((Lane::I32, slot)) => fill::<i32, T>(frame, slot, column),
            Some((Lane::I64, slot)) => fill::<i64, T>(frame, slot, column),
            Some((Lane::I128, slot)) => fill::<i128, T>(frame, slot, column),
            None => {}
        }
    }
    Ok(())
}

/// Refuses an integer that the port cannot carry.
fn check<T: Integer>(
    port: &InputColumn,
    mut column: impl Iterator<Item = T>,
    first: usize,
) -> Result<(), PortError> {
    let Some(carried) = port.interval.intersection(T::all()) else {
        return column.next().map_or(Ok(()), |v| Err(outside(port, first, v)));
    };
    let (lo, hi) = (T::wrap(carried.lo), T::wrap(carried.hi));
    let wrong = column.enumerate().find(|(_, v)| !(lo <= *v && *v <= hi));
    wrong.map_or(Ok(()), |(n, v)| Err(outside(port, first + n, v)))
}

fn outside<T: Integer>(port: &InputColumn, event: usize, v: T) -> PortError {
    PortError::Input { event, name: port.name.clone(), value: v.wide(), interval: port.interval }
}

fn fill<C: Int, T: Integer>(frame: &mut Frame, slot: Slot, column: impl ExactSizeIterator<Item = T>) {
    let target = &mut C::columns_mut(frame).all[slot as usize].0;
    let (given, rest) = target.split_at_mut(column.len());
    given.iter_mut().zip(column).for_each(|(to, v)| *to = C::wrap(v.wide()));
    rest.fill(given.last().copied().unwrap_or(C::wrap(0)));
}

/// Puts columns into the rows of at most [`super::BLOCK`] events.
pub(super) fn store<T: Integer>(ports: &[OutputColumn], frame: &Frame, rows: &mut [T]) {
    for (n, port) in ports.iter().enumerate() {
        let row = rows.iter_mut().skip(n).step_by(ports.len());
        let (lane, slot) = port.column;
        match lane {
            Lane::I16 => copy::<i16, T>(frame, slot, row),
            Lane::I32 => copy::<i32, T>(frame, slot, row),
            Lane::I64 => copy::<i64, T>(frame, slot, row),
            Lane::I128 => copy::<i128, T>(frame, slot, row),
        }
    }
}

fn copy<'a, C: Int, T: Integer>(frame: &Frame, slot: Slot, row: impl Iterator<Item = &'a mut T>) {
    row.zip(&C::columns(frame).all[slot as usize].0).for_each(|(to, v)| *to = T::wrap(v.wide()));
}
