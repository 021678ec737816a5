//! A netlist as Yosys writes it in JSON, read into tables and registers that can be run.

use super::cells::{Net, Register, Table};
use super::netlist_error::NetlistError;
use super::netlist_file::{self, Module};
use std::path::Path;

/// A mapped module with one clock: tables in an order in which they can be computed, and registers.
#[derive(Debug, Clone)]
pub struct Netlist {
    /// The module's name.
    pub top: String,
    /// Its inputs and outputs, the clock among them.
    pub ports: Vec<Port>,
    /// The combinational part, every table after those that it reads.
    pub tables: Vec<Table>,
    /// The flip-flops.
    pub registers: Vec<Register>,
    /// One more than the greatest net.
    pub(super) nets: usize,
}

/// A port of a netlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Whether it is an input.
    pub is_input: bool,
    /// Its nets, lowest bit first.
    pub(super) bits: Vec<Net>,
}

impl Port {
    /// How many bits it has.
    pub fn width(&self) -> usize {
        self.bits.len()
    }
}

impl Netlist {
    /// Reads module `top` of the JSON netlist at `path`.
    ///
    /// # Errors
    /// [`NetlistError`] if it is not there, holds cells that are not evaluated, has several clocks, a loop, or
    /// a net without exactly one driver.
    pub fn read(path: &Path, top: &str) -> Result<Netlist, NetlistError> {
        let Module { ports, circuit } = netlist_file::read(path, top)?;
        let highest = ports.iter().flat_map(|port| &port.bits).copied().max().unwrap_or(Net::UNKNOWN);
        let clocks = circuit.clocks.clone();
        let (tables, registers, nets) = circuit.numbered_after(highest);
        let mut netlist = Netlist { top: top.to_owned(), ports, tables, registers, nets };
        netlist.check_clocks(&clocks)?;
        netlist.check_drivers()?;
        netlist.put_in_order()?;
        Ok(netlist)
    }

    /// The place in [`Netlist::ports`] of the port called `name`.
    pub fn port(&self, name: &str) -> Option<usize> {
        self.ports.iter().position(|port| port.name == name)
    }

    fn check_clocks(&self, clocks: &[Net]) -> Result<(), NetlistError> {
        let is_port = |net: &Net| self.ports.iter().any(|port| port.is_input && port.bits == [*net]);
        match clocks {
            [] => Ok(()),
            [clock] if is_port(clock) => Ok(()),
            _ => Err(NetlistError::Clocks(self.top.clone())),
        }
    }

    /// Rule: a net that is read has one driver: a constant, an input port, a table or a register.
    fn check_drivers(&self) -> Result<(), NetlistError> {
        let mut drivers = vec![0u32; self.nets];
        let inputs =
            self.ports.iter().filter(|port| port.is_input).flat_map(|port| port.bits.iter().copied());
        let tables = self.tables.iter().map(|table| table.output);
        let states = self.registers.iter().map(|register| register.state);
        let constants = [Net::ZERO, Net::ONE, Net::UNKNOWN];
        for net in constants.into_iter().chain(inputs).chain(tables).chain(states) {
            drivers[net.index()] += 1;
        }
        let outputs =
            self.ports.iter().filter(|port| !port.is_input).flat_map(|port| port.bits.iter().copied());
        let read = self.tables.iter().flat_map(|table| table.inputs().iter().copied());
        let taken = self.registers.iter().flat_map(|r| [r.data, r.enable, r.reset]);
        match outputs.chain(read).chain(taken).find(|net| drivers[net.index()] != 1) {
            None => Ok(()),
            Some(net) => Err(NetlistError::Drivers {
                top: self.top.clone(),
                net: net.0 - 1,
                drivers: drivers[net.index()],
            }),
        }
    }

    /// Puts every table after those whose outputs it reads.
    fn put_in_order(&mut self) -> Result<(), NetlistError> {
        let mut readers: Vec<Vec<u32>> = vec![Vec::new(); self.nets];
        let mut missing = vec![0u8; self.tables.len()];
        let mut computed = vec![false; self.nets];
        self.tables.iter().for_each(|table| computed[table.output.index()] = true);
        for (place, table) in (0u32..).zip(&self.tables) {
            for net in table.inputs().iter().filter(|net| computed[net.index()]) {
                readers[net.index()].push(place);
                missing[place as usize] += 1;
            }
        }
        let mut ready: Vec<usize> = (0..missing.len()).filter(|place| missing[*place] == 0).collect();
        let mut ordered = Vec::with_capacity(self.tables.len());
        while let Some(place) = ready.pop() {
            ordered.push(self.tables[place]);
            for reader in &readers[self.tables[place].output.index()] {
                missing[*reader as usize] -= 1;
                if missing[*reader as usize] == 0 {
                    ready.push(*reader as usize);
                }
            }
        }
        let cells = self.tables.len() - ordered.len();
        self.tables = ordered;
        if cells == 0 { Ok(()) } else { Err(NetlistError::Loop { top: self.top.clone(), cells }) }
    }
}
