//! `heteroq quantize`: one quantizer on an array.

use super::Failure;
use crate::data::array;
use crate::emulate::io;
use crate::fixed::{Dyadic, Format, Interval, Rounding};
use crate::quantizer::{self, Hardware, QuantizerError, Scales, Sigmoid, Spec, Tensor};
use crate::tool;
use miette::NamedSource;
use ndarray::ArrayD;
use serde::Serialize;
use std::path::Path;

/// What a quantizer is, in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Described {
    /// As a config would have it.
    pub quantizer: String,
    /// Its values.
    pub grid: String,
    /// What its result is multiplied by: one number, or one for each channel or group of the array.
    pub scale: Vec<f32>,
    /// The shape of the scales, which broadcasts to that of the array.
    pub scale_shape: Vec<usize>,
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
    let y = spec.forward(&tensor).map_err(bad)?;
    let described = describe(&spec, &spec.scales(&tensor).map_err(bad)?);
    let y = ArrayD::from_shape_vec(x.shape(), y).expect("a quantizer keeps the shape");
    tool::uninterrupted(|| io::write_npy(output, &y))?.map_err(Failure::input)?;
    Ok(described)
}

/// Fraction digits of an input, for which some quantizers are grids that else are none.
const USUAL_DIGITS: i32 = 16;

fn describe(spec: &Spec, scales: &Scales) -> Described {
    let automatic = spec.alpha().is_automatic();
    let (grid, hardware) = match spec.at(scales.at(0)).hardware_for(USUAL_DIGITS) {
        Hardware::Grid { frac, rounding, lo, hi, scale, .. } => {
            let step =
                if scales.count() == 1 { number(scale.to_f64()) } else { "a step of its channel".into() };
            (format!("integers {lo}..{hi}, each times {step}"), of_grid(frac, rounding, lo, hi, scale))
        }
        Hardware::Levels { .. } if automatic => (
            "integers times the scale of their channel or group".to_owned(),
            "constants: a scale found from a tensor serves parameters only".to_owned(),
        ),
        Hardware::Levels { monotone: true } => {
            ("levels, not evenly spaced".to_owned(), "thresholds or a table".to_owned())
        }
        Hardware::Levels { .. } => ("levels, not evenly spaced".to_owned(), "a table".to_owned()),
        Hardware::Never { why, instead } => ("none".to_owned(), format!("none: {why} ({instead})")),
    };
    let (quantizer, scale_shape) = (spec.text().to_owned(), scales.shape.clone());
    Described { quantizer, grid, scale: scales.outputs(), scale_shape, hardware }
}

/// A power of two as such, any other number in digits.
fn number(x: f64) -> String {
    match Dyadic::from_f64(x) {
        Some(exact) if exact.mantissa() == 1 => format!("2^{}", exact.exponent()),
        _ => format!("{x}"),
    }
}

/// Numbers, the first eight of many.
fn listed(numbers: &[f32]) -> String {
    let shown: Vec<String> = numbers.iter().take(8).map(|x| number(f64::from(*x))).collect();
    let more = if numbers.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The format of the integers, how they are rounded, and by what the result is multiplied.
fn of_grid(frac: i32, rounding: Rounding, lo: i128, hi: i128, scale: Dyadic) -> String {
    let interval = Interval { lo, hi };
    if scale.mantissa() == 1 {
        return format!("{}, {rounding}", Format::of(interval, -scale.exponent()));
    }
    format!("{}, {rounding}, then a product by the constant {}", Format::of(interval, frac), scale.mantissa())
}
impl std::fmt::Display for Described {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}\ngrid: {}", self.quantizer, self.grid)?;
        let of =
            if self.scale.len() > 1 { format!(" (of shape {:?})", self.scale_shape) } else { String::new() };
        writeln!(f, "scale{of}: {}", listed(&self.scale))?;
        writeln!(f, "hardware: {}", self.hardware)
    }
}
