//! What Yosys counts of a design, as `heteroq synth` does, kept from one run to the next.

use heteroq::flow::generate::generate;
use heteroq::flow::synthesize::{Choice, synthesize};
use heteroq::flow::{Design, Failure, design};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// What is kept in `yosys.json`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Counted {
    /// What it was counted from.
    key: String,
    lut: u64,
    inv: u64,
    ff: u64,
    /// How long Yosys took.
    pub(crate) seconds: f64,
}

impl Counted {
    /// LUTs, inverters among them, as the cost model counts.
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53")]
    pub(crate) fn luts(&self) -> f64 {
        (self.lut + self.inv) as f64
    }
}

/// The LUTs of `design`, synthesized below `folder` unless that was done before.
pub(crate) fn counted(design: &Design, folder: &Path) -> Result<Counted, Failure> {
    let (kept, key) = (folder.join("yosys.json"), key(design));
    let old = fs::read_to_string(&kept).ok().and_then(|text| serde_json::from_str::<Counted>(&text).ok());
    if let Some(old) = old.filter(|old| old.key == key) {
        return Ok(old);
    }
    let begun = std::time::Instant::now();
    let generated = generate(design, &folder.join("rtl_out"))?;
    let found = synthesize(design, &generated, None, Some(Choice::Yosys))?;
    assert!(found.agreement.iter().all(|a| a.mismatches == 0), "{}: the netlist differs", folder.display());
    let usage = found.usage.first().expect("Yosys was asked for");
    assert_eq!(usage.dsp + usage.bram, 0, "{}: not all of it is in LUTs", folder.display());
    let seconds = begun.elapsed().as_secs_f64();
    let new = Counted { key, lut: usage.lut, inv: usage.inv, ff: usage.ff, seconds };
    fs::write(&kept, serde_json::to_string_pretty(&new).expect("figures are plain data"))
        .unwrap_or_else(|e| panic!("{}: {e}", kept.display()));
    Ok(new)
}

/// Hash of all that Yosys reads, and of what it is to map it to.
fn key(design: &Design) -> String {
    let mut hash = Sha256::new();
    hash.update(&design.config.hardware.target.name);
    for file in design::verilog_files(design, &design.blocks()) {
        hash.update(format!("{file:?}"));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
