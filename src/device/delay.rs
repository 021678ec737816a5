//! How long things take: from the inputs of one operation to those of the next.

use super::Family;

impl Family {
    /// A carry chain of `bits` bits, in nanoseconds.
    pub fn carry_chain_ns(&self, bits: u32) -> f64 {
        let d = &self.delays;
        d.route + d.lut + d.carry_entry + d.carry_bit * f64::from(bits)
    }

    /// A sum of three over `bits` bits, in nanoseconds.
    pub fn ternary_adder_ns(&self, bits: u32) -> f64 {
        let d = &self.delays;
        let first = if self.ternary_adder { d.route + d.lut } else { self.carry_chain_ns(bits) };
        first + self.carry_chain_ns(bits)
    }

    /// Any function of `inputs` bits, in nanoseconds.
    pub fn function_ns(&self, inputs: u32) -> f64 {
        let d = &self.delays;
        let above = inputs.saturating_sub(self.lut_inputs);
        let level = d.route + d.lut;
        let joined = if self.wide_multiplexers { above.min(2) } else { 0 };
        level * f64::from(u32::from(inputs > 1) + above - joined) + d.lut * f64::from(joined)
    }

    /// A product in LUTs of an `a`-bit and a `b`-bit number, in nanoseconds: a tree of chains.
    pub fn product_ns(&self, a: u32, b: u32) -> f64 {
        let levels = a.min(b).max(2).next_power_of_two().trailing_zeros();
        f64::from(levels) * self.carry_chain_ns(a.max(b))
    }

    /// What a stage of `period_ns` leaves for logic.
    pub fn stage_budget_ns(&self, period_ns: f64) -> f64 {
        period_ns - self.delays.clock_to_q - self.delays.setup
    }
}
