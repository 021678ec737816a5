//! What the cells of a mapped netlist compute.
//!
//! Everything combinational becomes tables of up to six inputs, everything with a clock becomes a
//! [`Register`]. A cell that is listed neither in [`Circuit::add`] nor in `ecp5` is refused.

use super::cells::{Cell, Net, Register, Table};
use super::netlist_error::NetlistError;

/// Tables and registers, in no order yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Circuit {
    pub(super) tables: Vec<Table>,
    pub(super) registers: Vec<Register>,
    /// The nets that clock the registers, each once.
    pub(super) clocks: Vec<Net>,
    /// How many nets are ours, not the file's.
    ours: u32,
}

impl Circuit {
    /// Adds what `cell` computes.
    pub(super) fn add(&mut self, cell: &Cell) -> Result<(), NetlistError> {
        match cell.kind.as_str() {
            "LUT4" if !cell.some_pins("Z").is_empty() => self.add_ecp5(cell),
            "LUT1" => self.lut(cell, 1, "INIT"),
            "LUT2" => self.lut(cell, 2, "INIT"),
            "LUT3" => self.lut(cell, 3, "INIT"),
            "LUT4" => self.lut(cell, 4, "INIT"),
            "LUT5" => self.lut(cell, 5, "INIT"),
            "LUT6" => self.lut(cell, 6, "INIT"),
            "LUT6_2" => self.lut6_2(cell),
            "SB_LUT4" => self.lut(cell, 4, "LUT_INIT"),
            "INV" => self.simple(cell, &["I"], 0b01, "O"),
            "BUF" | "IBUF" | "OBUF" => self.simple(cell, &["I"], 0b10, "O"),
            "GND" => self.simple(cell, &[], 0, "G"),
            "VCC" => self.simple(cell, &[], 1, "P"),
            "MUXF7" | "MUXF8" | "MUXF9" => self.simple(cell, &["I0", "I1", "S"], 0b1100_1010, "O"),
            "SB_CARRY" => self.simple(cell, &["I0", "I1", "CI"], 0b1110_1000, "CO"),
            "CARRY4" => self.carry4(cell),
            "FDRE" => self.flip_flop(cell, "R", false, false),
            "FDSE" => self.flip_flop(cell, "S", true, false),
            "FDCE" => self.flip_flop(cell, "CLR", false, true),
            "FDPE" => self.flip_flop(cell, "PRE", true, true),
            kind => match kind.strip_prefix("SB_DFF") {
                Some(letters) => self.ice40_flip_flop(cell, letters),
                None => self.add_ecp5(cell),
            },
        }
    }

    /// A net that nothing else uses.
    pub(super) fn fresh(&mut self) -> Net {
        self.ours += 1;
        Net(Net::OURS + self.ours - 1)
    }

    /// The tables and registers with our nets numbered after the file's, of which `highest` is known, and the
    /// number of nets.
    pub(super) fn numbered_after(mut self, highest: Net) -> (Vec<Table>, Vec<Register>, usize) {
        let file = self.each_net().map(|net| *net).filter(|net| net.0 < Net::OURS).max();
        let first = file.unwrap_or(highest).max(highest).0 + 1;
        for net in self.each_net().filter(|net| net.0 >= Net::OURS) {
            net.0 = net.0 - Net::OURS + first;
        }
        let nets = first + self.ours;
        (self.tables, self.registers, nets as usize)
    }

    fn each_net(&mut self) -> impl Iterator<Item = &mut Net> {
        let of_tables = self.tables.iter_mut().flat_map(Table::each_net);
        of_tables.chain(self.registers.iter_mut().flat_map(Register::each_net))
    }

    pub(super) fn table(&mut self, inputs: &[Net], bits: u64, output: Net) {
        let mut padded = [Net::ZERO; 6];
        padded[..inputs.len()].copy_from_slice(inputs);
        let count = u8::try_from(inputs.len()).expect("a table has at most six inputs");
        self.tables.push(Table { inputs: padded, count, bits, output });
    }

    pub(super) fn simple(
        &mut self,
        cell: &Cell,
        inputs: &[&str],
        bits: u64,
        output: &str,
    ) -> Result<(), NetlistError> {
        let inputs = inputs.iter().map(|pin| cell.input(pin)).collect::<Result<Vec<_>, _>>()?;
        let output = self.output(cell, output)?;
        self.table(&inputs, bits, output);
        Ok(())
    }

    fn lut(&mut self, cell: &Cell, inputs: usize, parameter: &str) -> Result<(), NetlistError> {
        let bits = cell.bits(parameter)?;
        self.simple(cell, &["I0", "I1", "I2", "I3", "I4", "I5"][..inputs], bits, "O")
    }

    /// O6 is the function of all six inputs, O5 the lower half's of five.
    fn lut6_2(&mut self, cell: &Cell) -> Result<(), NetlistError> {
        let bits = cell.bits("INIT")?;
        self.simple(cell, &["I0", "I1", "I2", "I3", "I4", "I5"], bits, "O6")?;
        self.simple(cell, &["I0", "I1", "I2", "I3", "I4"], bits, "O5")
    }

    /// Bit by bit, so that a carry may leave the chain, pass through logic and enter again further up.
    fn carry4(&mut self, cell: &Cell) -> Result<(), NetlistError> {
        let (select, data) = (cell.four("S")?, cell.four("DI")?);
        let mut carry = self.fresh();
        self.table(&[cell.input("CI")?, cell.input("CYINIT")?], 0b1110, carry);
        let (carries, sums) = (cell.some_pins("CO"), cell.some_pins("O"));
        for i in 0..4 {
            let next = carries.get(i).copied().unwrap_or_else(|| self.fresh());
            if let Some(sum) = sums.get(i) {
                self.table(&[select[i], carry], 0b0110, *sum);
            }
            self.table(&[data[i], carry, select[i]], 0b1100_1010, next);
            carry = next;
        }
        Ok(())
    }

    /// FDRE and its kin: `reset` is the pin that makes it `value`.
    fn flip_flop(&mut self, cell: &Cell, reset: &str, value: bool, now: bool) -> Result<(), NetlistError> {
        let clock = cell.input("C")?;
        if cell.flag("IS_C_INVERTED")? == Some(true) {
            return Err(NetlistError::falling(cell));
        }
        let register = Register {
            data: self.maybe_inverted(cell, "D")?,
            enable: cell.input("CE")?,
            reset: self.maybe_inverted(cell, reset)?,
            reset_value: value,
            reset_needs_enable: false,
            asynchronous: now,
            initial: if cell.parameters.contains_key("INIT") { cell.flag("INIT")? } else { Some(value) },
            state: self.output(cell, "Q")?,
        };
        self.register(register, clock);
        Ok(())
    }

    /// `letters`: N falling edge, E enable, then SR or SS at the edge, R or S at once.
    fn ice40_flip_flop(&mut self, cell: &Cell, letters: &str) -> Result<(), NetlistError> {
        let (letters, enabled) = letters.strip_prefix('E').map_or((letters, false), |rest| (rest, true));
        let (reset_value, asynchronous) = match letters {
            "" | "SR" => (false, false),
            "R" => (false, true),
            "SS" => (true, false),
            "S" => (true, true),
            _ if letters.starts_with('N') => return Err(NetlistError::falling(cell)),
            _ => return Err(NetlistError::unknown(cell)),
        };
        let reset_pin = if reset_value { "S" } else { "R" };
        let register = Register {
            data: cell.input("D")?,
            enable: if enabled { cell.input("E")? } else { Net::ONE },
            reset: if letters.is_empty() { Net::ZERO } else { cell.input(reset_pin)? },
            reset_value,
            reset_needs_enable: enabled && !asynchronous,
            asynchronous,
            initial: Some(false),
            state: self.output(cell, "Q")?,
        };
        self.register(register, cell.input("C")?);
        Ok(())
    }

    /// An asynchronous reset shows at once: what is held is then hidden behind a table.
    pub(super) fn register(&mut self, mut register: Register, clock: Net) {
        if !self.clocks.contains(&clock) {
            self.clocks.push(clock);
        }
        if register.asynchronous {
            let shown = register.state;
            register.state = self.fresh();
            let bits = if register.reset_value { 0b1110 } else { 0b0010 };
            self.table(&[register.state, register.reset], bits, shown);
        }
        self.registers.push(register);
    }

    /// The net of an input pin, through an inverter where the parameter `IS_…_INVERTED` says so.
    fn maybe_inverted(&mut self, cell: &Cell, pin: &str) -> Result<Net, NetlistError> {
        let net = cell.input(pin)?;
        if cell.flag(&format!("IS_{pin}_INVERTED"))? != Some(true) {
            return Ok(net);
        }
        let inverted = self.fresh();
        self.table(&[net], 0b01, inverted);
        Ok(inverted)
    }

    /// The net of an output pin; one that nobody reads if the pin is open.
    pub(super) fn output(&mut self, cell: &Cell, pin: &str) -> Result<Net, NetlistError> {
        match cell.some_pins(pin) {
            [] => Ok(self.fresh()),
            [net] => Ok(*net),
            _ => Err(NetlistError::odd(cell, pin)),
        }
    }
}
