//! What the cells of a netlist for Lattice ECP5 compute, as `ecp5/cells_sim.v` of Yosys has them.

use super::cells::{Cell, Net, Register};
use super::circuit::Circuit;
use super::netlist_error::NetlistError;

impl Circuit {
    /// Adds what `cell` computes, if it is one of ECP5's.
    pub(super) fn add_ecp5(&mut self, cell: &Cell) -> Result<(), NetlistError> {
        match cell.kind.as_str() {
            "LUT4" => self.simple(cell, &["A", "B", "C", "D"], cell.bits("INIT")?, "Z"),
            "PFUMX" => self.simple(cell, &["BLUT", "ALUT", "C0"], 0b1100_1010, "Z"),
            "L6MUX21" => self.simple(cell, &["D0", "D1", "SD"], 0b1100_1010, "Z"),
            "CCU2C" => self.ccu2c(cell),
            "TRELLIS_FF" => self.trellis_flip_flop(cell),
            _ => Err(NetlistError::unknown(cell)),
        }
    }

    /// Two digits of a carry chain.
    fn ccu2c(&mut self, cell: &Cell) -> Result<(), NetlistError> {
        let middle = self.fresh();
        self.digit(cell, '0', cell.input("CIN")?, middle)?;
        let carry_out = self.output(cell, "COUT")?;
        self.digit(cell, '1', middle, carry_out)
    }

    /// One digit: a table of four bits says whether the carry passes, its lowest quarter what takes the carry's
    /// place. `INJECT1` hides the carry from the sum, and makes 0 take its place.
    fn digit(&mut self, cell: &Cell, digit: char, carry: Net, next: Net) -> Result<(), NetlistError> {
        let pin = |letter| cell.input(&format!("{letter}{digit}"));
        let inputs = [pin('A')?, pin('B')?, pin('C')?, pin('D')?];
        let bits = cell.bits(&format!("INIT{digit}"))?;
        let injected = setting(cell, &format!("INJECT1_{digit}"), "YES") == "YES";
        let (passes, instead) = (self.fresh(), self.fresh());
        self.table(&inputs, bits, passes);
        self.table(&inputs[..2], if injected { 0 } else { bits & 0xF }, instead);
        let sum = self.output(cell, &format!("S{digit}"))?;
        self.table(&[passes, if injected { Net::ZERO } else { carry }], 0b0110, sum);
        self.table(&[instead, carry, passes], 0b1100_1010, next);
        Ok(())
    }

    fn trellis_flip_flop(&mut self, cell: &Cell) -> Result<(), NetlistError> {
        if setting(cell, "CLKMUX", "CLK") == "INV" {
            return Err(NetlistError::falling(cell));
        }
        if setting(cell, "LSRMODE", "LSR") != "LSR" {
            return Err(NetlistError::odd(cell, "LSRMODE"));
        }
        let set = setting(cell, "REGSET", "RESET") == "SET";
        let register = Register {
            data: cell.input("DI")?,
            enable: self.chosen(cell, "CE", "1")?,
            reset: self.chosen(cell, "LSR", "LSR")?,
            reset_value: set,
            reset_needs_enable: false,
            asynchronous: setting(cell, "SRMODE", "LSR_OVER_CE") == "ASYNC",
            initial: Some(set),
            state: self.output(cell, "Q")?,
        };
        self.register(register, cell.input("CLK")?);
        Ok(())
    }

    /// What the multiplexer of `pin` lets through: a constant, the pin, or its opposite.
    fn chosen(&mut self, cell: &Cell, pin: &str, default: &str) -> Result<Net, NetlistError> {
        match setting(cell, &format!("{pin}MUX"), default) {
            "0" => Ok(Net::ZERO),
            "1" => Ok(Net::ONE),
            "INV" => {
                let inverted = self.fresh();
                self.table(&[cell.input(pin)?], 0b01, inverted);
                Ok(inverted)
            }
            _ => cell.input(pin),
        }
    }
}

/// A parameter that is a word. Yosys writes a space behind one that could be taken for bits.
fn setting<'c>(cell: &'c Cell, parameter: &str, default: &'c str) -> &'c str {
    cell.parameters.get(parameter).map_or(default, |text| text.trim_end())
}
