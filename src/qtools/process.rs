//! What an operation and a memory access cost on a 45 nm ASIC, in pJ: QTools' process `horowitz`.
//!
//! After Mark Horowitz, "Computing's energy problem (and what we can do about it)", ISSCC 2014; fitted by QTools
//! (`config_public.py`). An addition of 8 bits takes 0.025 pJ, a multiplication 0.2 pJ, a bit of DRAM 20 pJ.

use super::operator::{Gate, Operator};
use crate::config::search::{EnergyRule, Memory};

/// One operation of an operator.
pub fn operation(operator: &Operator) -> f64 {
    let bits = operator.gate_bits;
    let gate = match (operator.output.is_float(), operator.output.bits, operator.gate) {
        (true, ..=16, Gate::Mul) => 1.1,
        (true, _, Gate::Mul) => 3.7,
        (true, ..=16, _) => 0.4,
        (true, _, _) => 0.9,
        (false, _, Gate::Mul) => (0.002_994_791_667 * bits + 0.001_041_666_667) * bits,
        (false, _, _) => addition(bits),
    };
    operator.factor * gate.max(0.0)
}

/// One addition that gives what an accumulator holds.
pub fn accumulation(accumulator: &Operator) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a number of bits")]
    let gate_bits = accumulator.output.bits as f64;
    operation(&Operator {
        factor: 1.0,
        gate: Gate::Add,
        gate_bits,
        output: accumulator.output.clone(),
        ..*accumulator
    })
}

fn addition(bits: f64) -> f64 {
    0.003_125 * bits
}

/// To move `bits` between `memory` and the operators; `through_dram`: from outside the chip into its SRAM first.
pub fn transfer(bits: f64, memory: Memory, rule: &EnergyRule) -> f64 {
    match memory {
        Memory::Fixed => 0.0,
        Memory::Sram => sram(bits, rule),
        Memory::Dram if rule.rd_wr_on_io => 20.3125 * bits + sram(bits, rule),
        Memory::Dram => 20.3125 * bits,
    }
}

/// Words of 64 bits, in a memory of as many bits as there are.
fn sram(bits: f64, rule: &EnergyRule) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a number of bits, below 2^53")]
    let size = bits.max(rule.min_sram_size as f64).log2();
    let word = ((9.024_273_21e-4 * size - 2.688_478_58e-2) * size + 2.089_008_04e-1) * size;
    (bits / 64.0).ceil() * word.max(0.0)
}
