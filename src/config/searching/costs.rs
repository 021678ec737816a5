//! What costs count: `bits` and `energy` of `search`.

use super::map;
use crate::config::fields::Fields;
use crate::config::keys::search as keys;
use crate::config::problem::{Code, Problem};
use crate::config::search::{BitsRule, EnergyRule, Memory};

const MEMORIES: &[(&str, Memory)] =
    &[("dram", Memory::Dram), ("sram", Memory::Sram), ("fixed", Memory::Fixed)];

/// `bits` of `search`.
///
/// # Errors
/// What is wrong, at its place; that nothing counts.
pub(super) fn bits(fields: &Fields) -> Result<BitsRule, Problem> {
    let (map, default) = (map(fields, "bits", &keys::BITS)?, BitsRule::default());
    let width = |key, default: u32| {
        let bits = map.whole(key, u64::from(default), 1, 64)?;
        Ok(u32::try_from(bits).expect("at most 64"))
    };
    let rule = BitsRule {
        input_bits: width("input_bits", default.input_bits)?,
        output_bits: width("output_bits", default.output_bits)?,
        parameters: map.or("parameters", default.parameters)?,
        activations: map.or("activations", default.activations)?,
    };
    if rule.parameters || rule.activations {
        return Ok(rule);
    }
    Err(Problem::new(Code::Conflict, "neither parameters nor activations count: every network costs 0 bits")
        .at(map.key_place("parameters"), "not these")
        .at(map.key_place("activations"), "nor these")
        .help("let one of the two be true"))
}

/// `energy` of `search`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn energy(fields: &Fields) -> Result<EnergyRule, Problem> {
    let (map, default) = (map(fields, "energy", &keys::ENERGY)?, EnergyRule::default());
    Ok(EnergyRule {
        parameters_on_memory: map
            .word("parameters_on_memory", MEMORIES)?
            .unwrap_or(default.parameters_on_memory),
        activations_on_memory: map
            .word("activations_on_memory", MEMORIES)?
            .unwrap_or(default.activations_on_memory),
        min_sram_size: map.whole("min_sram_size", default.min_sram_size, 0, 1 << 40)?,
        rd_wr_on_io: map.or("rd_wr_on_io", default.rd_wr_on_io)?,
    })
}
