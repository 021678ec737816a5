//! How cells are counted: the same words for every tool and family.

use crate::device::Device;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a design takes on a device.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Usage {
    /// The tool: `yosys`, `nextpnr`, `vivado`.
    pub tool: String,
    /// What the tool says of its version.
    pub version: String,
    /// The device.
    pub target: String,
    /// What the numbers are worth, in words: an estimate or placed, out of context or not.
    pub note: String,
    /// Look-up tables of every size; one with two outputs counts once. Inverters are not among them.
    pub lut: u64,
    /// Inverters that are cells of their own.
    pub inv: u64,
    /// Flip-flops.
    pub ff: u64,
    /// DSP blocks.
    pub dsp: u64,
    /// Carry cells, each as its family has them: four bits a CARRY4, one a `SB_CARRY`, two a CCU2C.
    pub carry: u64,
    /// Wide multiplexers.
    pub muxf: u64,
    /// Shift registers in look-up tables.
    pub srl: u64,
    /// Block memories.
    pub bram: u64,
    /// Cells that are none of these, by name.
    pub other: BTreeMap<String, u64>,
    /// Cells on the longest path between registers: LUTs, and each carry cell and wide multiplexer as one.
    pub depth: Option<u32>,
    /// Whether the device has enough of everything.
    pub fits: Option<bool>,
    /// The clock frequency reached after place and route.
    pub fmax_mhz: Option<f64>,
}

impl Usage {
    /// The usage of a design with these cells, by kind.
    ///
    /// ```
    /// use heteroq::synth::Usage;
    /// let cells = [("LUT6_2", 3), ("LUT2", 2), ("INV", 1), ("FDRE", 4)].map(|(k, n)| (k.to_owned(), n)).into();
    /// let usage = Usage::of_cells(&heteroq::device::find("xc7").unwrap(), &cells);
    /// assert_eq!((usage.lut, usage.inv, usage.ff, usage.fits), (5, 1, 4, Some(true)));
    /// ```
    pub fn of_cells(device: &Device, cells: &BTreeMap<String, u64>) -> Usage {
        let mut usage = Usage::nothing(device);
        for (kind, count) in cells {
            usage.add(kind, *count);
        }
        let part = &device.part;
        let enough = usage.lut + usage.inv + usage.srl <= part.luts && usage.ff <= part.ffs;
        usage.fits = Some(enough && usage.dsp <= part.dsps);
        usage
    }

    /// No cells on `device`, as no tool has counted them.
    pub fn nothing(device: &Device) -> Usage {
        Usage {
            tool: String::new(),
            version: String::new(),
            target: device.name.clone(),
            note: String::new(),
            lut: 0,
            inv: 0,
            ff: 0,
            dsp: 0,
            carry: 0,
            muxf: 0,
            srl: 0,
            bram: 0,
            other: BTreeMap::new(),
            depth: None,
            fits: None,
            fmax_mhz: None,
        }
    }

    fn add(&mut self, kind: &str, count: u64) {
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| kind.starts_with(prefix));
        let counter = match kind {
            "LUT1" | "LUT2" | "LUT3" | "LUT4" | "LUT5" | "LUT6" | "LUT6_2" | "SB_LUT4" => &mut self.lut,
            "INV" => &mut self.inv,
            "CARRY4" | "CARRY8" | "SB_CARRY" => &mut self.carry,
            "CCU2C" => {
                self.lut += 2 * count; // its two bits are look-up tables
                &mut self.carry
            }
            "MUXF7" | "MUXF8" | "MUXF9" | "PFUMX" | "L6MUX21" => &mut self.muxf,
            "SB_MAC16" | "MULT18X18D" | "MULT9X9D" | "ALU54B" => &mut self.dsp,
            "DP16KD" => &mut self.bram,
            _ if starts(&["FD", "SB_DFF", "TRELLIS_FF"]) => &mut self.ff,
            _ if starts(&["SRL"]) => &mut self.srl,
            _ if starts(&["DSP"]) => &mut self.dsp,
            _ if starts(&["RAMB", "URAM", "SB_RAM", "SB_SPRAM"]) => &mut self.bram,
            _ => self.other.entry(kind.to_owned()).or_default(),
        };
        *counter += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(kinds: &[(&str, u64)]) -> BTreeMap<String, u64> {
        kinds.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect()
    }

    #[test]
    fn every_kind_is_counted_under_its_word() {
        let device = crate::device::find("xc7").unwrap();
        let kinds = [
            ("LUT1", 1),
            ("LUT6", 2),
            ("LUT6_2", 4),
            ("INV", 3),
            ("FDRE", 5),
            ("FDSE", 1),
            ("CARRY4", 7),
            ("MUXF7", 8),
            ("SRL16E", 9),
            ("DSP48E1", 10),
            ("RAMB18E1", 11),
            ("RAM32M", 12),
        ];
        let usage = Usage::of_cells(&device, &cells(&kinds));
        let counts =
            [usage.lut, usage.inv, usage.ff, usage.carry, usage.muxf, usage.srl, usage.dsp, usage.bram];
        assert_eq!(counts, [7, 3, 6, 7, 8, 9, 10, 11]);
        assert_eq!(usage.other, cells(&[("RAM32M", 12)]));
    }

    #[test]
    fn a_carry_cell_of_ecp5_takes_two_tables() {
        let device = crate::device::find("ecp5").unwrap();
        let usage = Usage::of_cells(&device, &cells(&[("CCU2C", 3), ("LUT4", 1), ("TRELLIS_FF", 2)]));
        assert_eq!((usage.lut, usage.carry, usage.ff), (7, 3, 2));
    }

    #[test]
    fn what_is_more_than_the_part_has_does_not_fit() {
        let device = crate::device::find("hx1k").unwrap();
        let fits = |luts| Usage::of_cells(&device, &cells(&[("SB_LUT4", luts)])).fits;
        assert_eq!((fits(1280), fits(1281)), (Some(true), Some(false)));
    }
}
