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

#[cfg(test)]
mod tests {
    use super::super::simulation::Simulation;
    use super::*;

    /// Module `top` with ports `clk` (net 2), `a` (3, 4) and `y` (5), and `cells`.
    fn read(cells: &str) -> Result<Netlist, NetlistError> {
        let text = format!(
            r#"{{"creator": "by hand", "modules": {{"other": {{"cells": {{"s": {{"type": "$specify2"}}}}}}, "top": {{
                "ports": {{"clk": {{"direction": "input", "bits": [2]}},
                           "a": {{"direction": "input", "bits": [3, 4]}},
                           "y": {{"direction": "output", "bits": [5]}}}},
                "cells": {{{cells}}}, "netnames": {{}}}}}}}}"#
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("netlist.json");
        std::fs::write(&path, text).unwrap();
        Netlist::read(&path, "top")
    }

    /// A cell as text: `pins` are `"I0": [3]` and the like.
    fn cell(kind: &str, parameters: &str, pins: &str) -> String {
        format!(
            r#""{kind} cell": {{"type": "{kind}", "parameters": {{{parameters}}}, "connections": {{{pins}}}}}"#
        )
    }

    fn refusal(cells: &[String]) -> String {
        read(&cells.join(", ")).unwrap_err().to_string()
    }

    #[test]
    fn an_undefined_bit_differs_between_lanes_and_an_open_pin_of_ice40_is_0() {
        let lut = r#""LUT_INIT": "0000000000000010""#;
        let netlist = read(&cell("SB_LUT4", lut, r#""O": [5], "I0": [3], "I1": ["0"]"#)).unwrap();
        let mut simulation = Simulation::new(&netlist);
        simulation.set(netlist.port("a").unwrap(), 9, 1);
        assert_eq!(simulation.get_bit(netlist.port("y").unwrap()), 1 << 9);

        let netlist = read(&cell("LUT1", r#""INIT": "10""#, r#""O": [5], "I0": ["x"]"#)).unwrap();
        let undefined = Simulation::new(&netlist).get_bit(netlist.port("y").unwrap());
        assert!(undefined != 0 && undefined != u64::MAX);
    }

    #[test]
    fn an_asynchronous_reset_acts_without_a_clock_and_lasts() {
        let pins = r#""C": [2], "CE": ["1"], "D": [3], "CLR": [4], "Q": [5]"#;
        let netlist = read(&cell("FDCE", r#""INIT": "1""#, pins)).unwrap();
        let mut simulation = Simulation::new(&netlist);
        let [a, y] = ["a", "y"].map(|port| netlist.port(port).unwrap());
        let mut after = |value| {
            simulation.set(a, 0, value);
            simulation.get_bit(y) & 1
        };
        assert_eq!([after(0b01), after(0b11), after(0b01)], [1, 0, 0], "it was 1, is cleared, and stays so");
        simulation.clock();
        assert_eq!(simulation.get_bit(y) & 1, 1);
    }

    #[test]
    fn a_register_without_an_initial_value_starts_as_its_reset_would_leave_it() {
        for (kind, pin, starts) in
            [("FDRE", "R", 0), ("FDSE", "S", 1), ("FDCE", "CLR", 0), ("FDPE", "PRE", 1)]
        {
            let pins = format!(r#""C": [2], "CE": ["1"], "D": [3], "{pin}": ["0"], "Q": [5]"#);
            let netlist = read(&cell(kind, "", &pins)).unwrap();
            assert_eq!(Simulation::new(&netlist).get_bit(netlist.port("y").unwrap()) & 1, starts, "{kind}");
        }
    }

    #[test]
    fn what_cannot_be_run_is_refused_by_name() {
        let buffer = cell("BUF", "", r#""I": [3], "O": [5]"#);
        let register = cell("SB_DFF", "", r#""C": [2], "D": [3], "Q": [5]"#);
        let second = cell("SB_DFFE", "", r#""C": [4], "D": [3], "E": [3], "Q": [6]"#);
        let cases = [
            (
                vec![cell("DSP48E1", "", "")],
                "cell `DSP48E1 cell` is a DSP48E1, which the netlist evaluator does not know",
            ),
            (
                vec![cell("SB_DFFXY", "", "")],
                "cell `SB_DFFXY cell` is a SB_DFFXY, which the netlist evaluator does not know",
            ),
            (
                vec![cell("SB_DFFN", "", "")],
                "cell `SB_DFFN cell` works on the falling edge of the clock, the others on the rising one",
            ),
            (
                vec![cell("LUT1", "", r#""I0": [3], "O": [5]"#)],
                "cell `LUT1 cell` (LUT1): `INIT` is not as expected",
            ),
            (
                vec![cell("INV", "", r#""I": [3, 4], "O": [5]"#)],
                "cell `INV cell` (INV): `I` is not as expected",
            ),
            (vec![], "net 5 of `top` has 0 drivers"),
            (vec![buffer.clone(), cell("INV", "", r#""I": [3], "O": [5]"#)], "net 5 of `top` has 2 drivers"),
            (
                vec![cell("INV", "", r#""I": [5], "O": [5]"#)],
                "`top` has a combinational loop (1 functions cannot be put in order)",
            ),
            (vec![register, second], "the registers of `top` are not all clocked by one input port"),
        ];
        for (cells, expected) in cases {
            assert_eq!(refusal(&cells), expected);
        }
        assert!(read(&buffer).is_ok());
    }

    #[test]
    fn a_file_that_is_none_or_has_no_such_module_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("netlist.json");
        let refusal = || Netlist::read(&path, "top").unwrap_err().to_string();
        assert!(refusal().starts_with("cannot read the netlist"), "{}", refusal());
        std::fs::write(&path, "{").unwrap();
        assert!(refusal().contains("is no JSON netlist"), "{}", refusal());
        std::fs::write(&path, r#"{"modules": {}}"#).unwrap();
        assert_eq!(refusal(), "the netlist has no module `top`");
        std::fs::write(
            &path,
            r#"{"modules": {"top": {"ports": {"a": {"direction": "input", "bits": [1]}}}}}"#,
        )
        .unwrap();
        assert!(refusal().contains("there is no net 1"), "{}", refusal());
    }

    #[test]
    fn a_carry_may_leave_its_chain_and_enter_it_again() {
        let pins = r#""CI": ["0"], "CYINIT": [3], "DI": ["0", "0", "0", "0"], "S": ["1", 6, "1", "1"],
                      "O": [7, 8, 9, 5], "CO": [6]"#;
        let netlist = read(&cell("CARRY4", "", pins)).unwrap();
        let mut simulation = Simulation::new(&netlist);
        simulation.set(netlist.port("a").unwrap(), 0, 1);
        assert_eq!(
            simulation.get_bit(netlist.port("y").unwrap()) & 0b11,
            0b10,
            "the sum is 1 xor the carry in"
        );
    }
}
