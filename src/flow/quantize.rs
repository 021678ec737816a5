//! `heteroq quantize`: one quantizer on an array.

use super::Failure;
use super::describe::Described;
use crate::data::array;
use crate::emulate::io;
use crate::quantizer::{self, QuantizerError, Sigmoid, Tensor};
use crate::tool;
use miette::NamedSource;
use ndarray::ArrayD;
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

/// Quantizes the numbers in `input` (f32), with `sigmoid` in the formulas, writes them to `output`, a .npy file, and says what the quantizer is.
///
/// # Errors
/// A string that is no quantizer, or does not suit the shape; a file that cannot be read or written.
pub fn quantize(text: &str, sigmoid: Sigmoid, input: &Path, output: &Path) -> Result<Described, Failure> {
    let bad = |e: QuantizerError| {
        let text = NamedSource::new("quantizer", text.to_owned());
        Failure::input(BadQuantizer { message: e.message, help: e.help, text, place: e.span })
    };
    let spec = quantizer::parse_with(text, sigmoid).map_err(bad)?;
    super::emulate::require_npy(output)?;
    #[expect(clippy::cast_possible_truncation, reason = "quantizers are defined on f32")]
    let x = array::read_tensor(input)?.mapv(|v| v as f32);
    let values: Vec<f32> = x.iter().copied().collect();
    let tensor = Tensor { shape: x.shape(), values: &values };
    let scales = spec.scales(&tensor).map_err(bad)?;
    let y = spec.forward_at(&tensor, &scales);
    let described = Described::of(&spec, &scales, &y);
    let y = ArrayD::from_shape_vec(x.shape(), y).expect("a quantizer keeps the shape");
    tool::uninterrupted(|| io::write_npy(output, &y))?.map_err(Failure::input)?;
    Ok(described)
}
