//! `heteroq quantize`: one quantizer on an array.

use super::Failure;
use crate::data::array;
use crate::quantizer::{self, Hardware, Quantizer};
use miette::NamedSource;
use std::path::Path;

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

/// Quantizes the numbers in `input` (f32) and writes them to `output`, a .npy file. Says what the quantizer is.
///
/// # Errors
/// A string that is no quantizer, a file that cannot be read or written.
#[expect(clippy::cast_possible_truncation, reason = "quantizers are defined on f32")]
pub fn quantize(text: &str, input: &Path, output: &Path) -> Result<String, Failure> {
    let quantizer = quantizer::parse(text).map_err(|e| {
        let text = NamedSource::new("quantizer", text.to_owned());
        Failure::input(BadQuantizer { message: e.message, help: e.help, text, place: e.span })
    })?;
    let x = array::read(input)?;
    let y = x.mapv(|v| quantizer.forward(v as f32));
    super::emulate::write_npy(output, &y)?;
    Ok(describe(quantizer.as_ref()))
}

fn describe(quantizer: &dyn Quantizer) -> String {
    let hardware = match quantizer.hardware() {
        Hardware::Grid { frac, rounding, lo, hi, out_frac } => format!(
            "grid: integers {lo}..{hi}, each times 2^{}\nscale: 2^{}\nhardware: {}, {rounding}",
            -out_frac,
            frac - out_frac,
            crate::fixed::Format::of(crate::fixed::Interval { lo, hi }, out_frac),
        ),
        Hardware::Levels { monotone } => {
            let form = if monotone { "thresholds or a table" } else { "a table" };
            format!("grid: not evenly spaced\nhardware: {form}")
        }
    };
    format!("{}\n{hardware}\n", quantizer.text())
}
