//! `heteroq quantize`: one quantizer on an array.

use super::Failure;
use crate::data::array;
use crate::emulate::io;
use crate::fixed::{Format, Interval};
use crate::quantizer::{self, Hardware, Quantizer};
use crate::tool;
use miette::NamedSource;
use serde::Serialize;
use std::path::Path;

/// What a quantizer is, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Described {
    /// As a config would have it.
    pub quantizer: String,
    /// Its values.
    pub grid: String,
    /// Its scale; null if its values are not evenly spaced.
    pub scale: Option<String>,
    /// What it is in hardware.
    pub hardware: String,
}

/// A quantizer string that cannot be read, shown as it was typed.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{message}")]
#[diagnostic(code(quantizer::bad))]
struct BadQuantizer {
    message: String,
    #[help]
    help: Option<String>,
    #[source_code]
    text: NamedSource<String>,
    #[label("here")]
    place: std::ops::Range<usize>,
}

/// Quantizes the numbers in `input` (f32), writes them to `output`, a .npy file, and says what the quantizer is.
///
/// # Errors
/// A string that is no quantizer, a file that cannot be read or written.
#[expect(clippy::cast_possible_truncation, reason = "quantizers are defined on f32")]
pub fn quantize(text: &str, input: &Path, output: &Path) -> Result<Described, Failure> {
    let quantizer = quantizer::parse(text).map_err(|e| {
        let text = NamedSource::new("quantizer", text.to_owned());
        Failure::input(BadQuantizer { message: e.message, help: e.help, text, place: e.span })
    })?;
    super::emulate::require_npy(output)?;
    let x = array::read(input)?;
    let y = x.mapv(|v| quantizer.forward(v as f32));
    tool::uninterrupted(|| io::write_npy(output, &y))?.map_err(Failure::input)?;
    Ok(describe(quantizer.as_ref()))
}

fn describe(quantizer: &dyn Quantizer) -> Described {
    let quantizer_text = quantizer.text();
    match quantizer.hardware() {
        Hardware::Grid { frac, rounding, lo, hi, out_frac } => Described {
            quantizer: quantizer_text,
            grid: format!("integers {lo}..{hi}, each times 2^{}", -out_frac),
            scale: Some(format!("2^{}", frac - out_frac)),
            hardware: format!("{}, {rounding}", Format::of(Interval { lo, hi }, out_frac)),
        },
        Hardware::Levels { monotone } => Described {
            quantizer: quantizer_text,
            grid: "not evenly spaced".to_owned(),
            scale: None,
            hardware: if monotone { "thresholds or a table" } else { "a table" }.to_owned(),
        },
    }
}

impl std::fmt::Display for Described {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}\ngrid: {}", self.quantizer, self.grid)?;
        if let Some(scale) = &self.scale {
            writeln!(f, "scale: {scale}")?;
        }
        writeln!(f, "hardware: {}", self.hardware)
    }
}
