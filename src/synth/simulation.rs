//! What a netlist does: 64 independent simulations at once, one in each bit of a word.

use super::cells::{Net, Register, Table};
use super::netlist::Netlist;

/// How many simulations run side by side.
pub const LANES: usize = 64;

/// An undefined bit is not the same in all lanes, so that whatever depends on one disagrees with itself.
const UNDEFINED: u64 = 0xA5C3_96F0_5A3C_690F;

/// The state of 64 simulations of one netlist.
#[derive(Debug, Clone)]
pub struct Simulation<'n> {
    netlist: &'n Netlist,
    /// For each net its value in each lane.
    values: Vec<u64>,
    /// An input or a register has changed since the tables were computed.
    stale: bool,
}

impl Simulation<'_> {
    /// Every register as it is at power-up, every input 0.
    pub fn new(netlist: &Netlist) -> Simulation<'_> {
        let mut values = vec![0; netlist.nets];
        values[Net::ONE.index()] = u64::MAX;
        values[Net::UNKNOWN.index()] = UNDEFINED;
        for register in &netlist.registers {
            values[register.state.index()] = register.initial.map_or(UNDEFINED, word);
        }
        Simulation { netlist, values, stale: true }
    }

    /// Puts the low bits of `value` on port `port` (its place in [`Netlist::ports`]) in one lane.
    pub fn set(&mut self, port: usize, lane: usize, value: u128) {
        for (place, net) in self.netlist.ports[port].bits.iter().enumerate() {
            let bit = u64::from(place < 128 && value >> place & 1 == 1);
            let old = &mut self.values[net.index()];
            *old = *old & !(1 << lane) | bit << lane;
        }
        self.stale = true;
    }

    /// The value of port `port` in one lane, now; a port's first 128 bits.
    pub fn get(&mut self, port: usize, lane: usize) -> u128 {
        self.eval();
        let bits = self.netlist.ports[port].bits.iter().take(128).enumerate();
        bits.map(|(place, net)| u128::from(self.values[net.index()] >> lane & 1) << place).sum()
    }

    /// The value of the one-bit port `port` in all lanes, now.
    pub fn get_bit(&mut self, port: usize) -> u64 {
        self.eval();
        self.values[self.netlist.ports[port].bits[0].index()]
    }

    /// Computes every table, if anything has changed.
    pub fn eval(&mut self) {
        if !self.stale {
            return;
        }
        for table in &self.netlist.tables {
            self.values[table.output.index()] = table.value(&self.values);
        }
        for register in self.netlist.registers.iter().filter(|register| register.asynchronous) {
            let held = self.values[register.state.index()];
            self.values[register.state.index()] = register.unless_reset(held, &self.values, u64::MAX);
        }
        self.stale = false;
    }

    /// A rising edge of the clock: every register takes what stands at its input, all at the same time.
    pub fn clock(&mut self) {
        self.eval();
        let next: Vec<u64> =
            self.netlist.registers.iter().map(|register| register.next(&self.values)).collect();
        for (register, value) in self.netlist.registers.iter().zip(next) {
            self.values[register.state.index()] = value;
        }
        self.stale = true;
    }
}

impl Table {
    /// One level of multiplexers for each input: the first chooses between bits of the table.
    fn value(&self, values: &[u64]) -> u64 {
        let mut words = [0u64; 32];
        let Some((first, others)) = self.inputs().split_first() else { return word(self.bits & 1 == 1) };
        let first = values[first.index()];
        let mut length = 1 << others.len();
        for (place, chosen) in words[..length].iter_mut().enumerate() {
            let (low, high) =
                (word(self.bits >> (2 * place) & 1 == 1), word(self.bits >> (2 * place + 1) & 1 == 1));
            *chosen = low ^ first & (low ^ high);
        }
        for input in others {
            let input = values[input.index()];
            length /= 2;
            for place in 0..length {
                let (low, high) = (words[2 * place], words[2 * place + 1]);
                words[place] = low ^ input & (low ^ high);
            }
        }
        words[0]
    }
}

impl Register {
    /// What it holds after the edge.
    fn next(&self, values: &[u64]) -> u64 {
        let [data, enable, state] = [self.data, self.enable, self.state].map(|net| values[net.index()]);
        let listens = if self.reset_needs_enable { enable } else { u64::MAX };
        self.unless_reset(state ^ enable & (state ^ data), values, listens)
    }

    /// What it holds now: `held`, but its reset's value where that is on and listened to.
    fn unless_reset(&self, held: u64, values: &[u64], listens: u64) -> u64 {
        let reset = values[self.reset.index()] & listens;
        held & !reset | word(self.reset_value) & reset
    }
}

fn word(bit: bool) -> u64 {
    if bit { u64::MAX } else { 0 }
}
