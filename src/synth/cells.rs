//! What a mapped netlist is made of: nets, tables of up to six bits, registers, and cells as the file has them.

use super::netlist_error::NetlistError;
use std::collections::BTreeMap;

/// One bit of wire, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Net(pub(super) u32);

impl Net {
    /// The constant 0.
    pub const ZERO: Net = Net(0);
    /// The constant 1.
    pub const ONE: Net = Net(1);
    /// A bit without a defined value.
    pub const UNKNOWN: Net = Net(2);

    /// From here on nets are ours, not the file's, until all of the file is known.
    pub(super) const OURS: u32 = 1 << 31;

    /// Net `number` of a file, which counts from 2; we leave that one for the unknown bit.
    pub(super) fn in_file(number: u64) -> Option<Net> {
        let net = u32::try_from(number.checked_add(1)?).ok()?;
        (net > Net::UNKNOWN.0 && net < Net::OURS).then_some(Net(net))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Any function of up to six bits: bit `I0 + 2·I1 + 4·I2 + …` of `bits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    pub(super) inputs: [Net; 6],
    pub(super) count: u8,
    pub(super) bits: u64,
    pub(super) output: Net,
}

impl Table {
    /// The nets that it reads.
    pub fn inputs(&self) -> &[Net] {
        &self.inputs[..usize::from(self.count)]
    }

    pub(super) fn each_net(&mut self) -> impl Iterator<Item = &mut Net> {
        self.inputs.iter_mut().chain([&mut self.output])
    }
}

/// A flip-flop on the rising edge of the only clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Register {
    /// What it takes at the edge while `enable` is 1.
    pub(super) data: Net,
    pub(super) enable: Net,
    /// While this is 1 it takes `reset_value` instead, enabled or not unless `reset_needs_enable`.
    pub(super) reset: Net,
    pub(super) reset_value: bool,
    pub(super) reset_needs_enable: bool,
    /// Whether the reset acts at once, not at the edge.
    pub(super) asynchronous: bool,
    /// What it holds at first; `None` if that is not defined.
    pub(super) initial: Option<bool>,
    /// The net that shows what it holds.
    pub(super) state: Net,
}

impl Register {
    pub(super) fn each_net(&mut self) -> impl Iterator<Item = &mut Net> {
        [&mut self.data, &mut self.enable, &mut self.reset, &mut self.state].into_iter()
    }
}

/// One cell as a netlist names it: its pins with their nets, its parameters as written.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) pins: BTreeMap<String, Vec<Net>>,
}

impl Cell {
    pub(super) fn some_pins(&self, pin: &str) -> &[Net] {
        self.pins.get(pin).map_or(&[], Vec::as_slice)
    }

    /// The net of an input pin; an open pin is a constant 0 where the library says so, else unknown.
    pub(super) fn input(&self, pin: &str) -> Result<Net, NetlistError> {
        match self.some_pins(pin) {
            [] if self.kind == "SB_LUT4" => Ok(Net::ZERO),
            [] => Ok(Net::UNKNOWN),
            [net] => Ok(*net),
            _ => Err(NetlistError::odd(self, pin)),
        }
    }

    pub(super) fn four(&self, pin: &str) -> Result<[Net; 4], NetlistError> {
        self.some_pins(pin).try_into().map_err(|_| NetlistError::odd(self, pin))
    }

    /// A parameter of up to 64 bits, an undefined bit as 0.
    pub(super) fn bits(&self, parameter: &str) -> Result<u64, NetlistError> {
        let text = self.parameters.get(parameter).ok_or_else(|| NetlistError::odd(self, parameter))?;
        let digits = text.trim_start_matches('0').replace(['x', 'z'], "0");
        u64::from_str_radix(&format!("0{digits}"), 2).map_err(|_| NetlistError::odd(self, parameter))
    }

    /// A parameter of one bit; `None` if it is not there or not defined.
    pub(super) fn flag(&self, parameter: &str) -> Result<Option<bool>, NetlistError> {
        let text = self.parameters.get(parameter).map_or("x", String::as_str);
        match text.chars().last() {
            Some('0') => Ok(Some(false)),
            Some('1') => Ok(Some(true)),
            Some('x' | 'z') => Ok(None),
            _ => Err(NetlistError::odd(self, parameter)),
        }
    }
}
