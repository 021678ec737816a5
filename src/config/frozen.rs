//! Scales that were found from a layer's tensors, stored with them in the weights file.

use super::model::{Config, Kind};
use super::problem::{Code, Problem};
use super::wanted::Wanted;
use super::weights::{Tensor, Weights, checked};
use crate::quantizer::{self, Spec};
use safetensors::{SafeTensors, tensor::TensorView};
use std::collections::BTreeMap;

/// A scale that was found from a tensor, stored with it: finding it again from quantized numbers could give another.
///
/// It is used while the config has the same quantizer: the file's metadata hold its string, in any spelling, under the
/// name of the scale's tensor. Else it is found again.
#[derive(Debug, Clone, PartialEq)]
pub struct Frozen {
    /// The string of the quantizer it was found for; empty if the file has none.
    pub quantizer: String,
    /// The scale; its dimensions are those of the tensor, or 1.
    pub scale: Tensor,
}

impl Frozen {
    /// Whether it was found for this quantizer, which quantizes the tensor `name`.
    fn is_of(&self, name: &str, quantizer: &Spec) -> bool {
        let Ok(stored) = quantizer::parse(&self.quantizer) else { return false };
        let meant = if name.ends_with("kernel") { stored.for_kernel() } else { Ok(stored) };
        meant.is_ok_and(|meant| meant.text() == quantizer.text())
    }
}

impl Weights {
    /// The stored scale of the tensor `name`, if it was found for this quantizer.
    pub fn frozen(&self, name: &str, quantizer: &Spec) -> Option<&Tensor> {
        let frozen = self.scales.get(name)?;
        (quantizer.alpha().is_automatic() && frozen.is_of(name, quantizer)).then_some(&frozen.scale)
    }

    /// A note for each stored scale that `config` does not use.
    pub fn stale(&self, config: &Config) -> Vec<String> {
        let mut notes = Vec::new();
        for layer in &config.layers {
            let Kind::Dense(dense) = &layer.kind else { continue };
            let names =
                if dense.fold.is_some() { ["folded_kernel", "folded_bias"] } else { ["kernel", "bias"] };
            for (what, spec) in names.into_iter().zip([&dense.kernel, &dense.bias]) {
                let name = format!("{}/{what}", layer.name);
                let Some(frozen) = self.scales.get(&name) else { continue };
                let used = spec.as_ref().is_some_and(|spec| self.frozen(&name, spec).is_some());
                if !used {
                    notes.push(stale(&name, frozen, spec.as_ref()));
                }
            }
        }
        notes
    }
}

/// The name of the scale of a layer's tensor.
pub(super) fn name(want: &Wanted) -> String {
    format!("{}_scale", want.name)
}

/// The scales in the file, with what the metadata say of each.
pub(super) fn read(
    file: &SafeTensors,
    bytes: &[u8],
    wanted: &[Wanted],
) -> Result<BTreeMap<String, Frozen>, Vec<Problem>> {
    let metadata = SafeTensors::read_metadata(bytes).ok().and_then(|(_, all)| all.metadata().clone());
    let metadata = metadata.unwrap_or_default();
    let (mut scales, mut problems) = (BTreeMap::new(), Vec::new());
    for want in wanted.iter().filter(|want| want.scaled) {
        let name = self::name(want);
        let Ok(view) = file.tensor(&name) else { continue };
        let quantizer = metadata.get(&name).cloned().unwrap_or_default();
        match scale(&name, &view, &want.shape) {
            Ok(scale) => drop(scales.insert(want.name.clone(), Frozen { quantizer, scale })),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(scales) } else { Err(problems) }
}

/// A scale for a tensor of `shape`.
fn scale(name: &str, view: &TensorView, shape: &[usize]) -> Result<Tensor, Problem> {
    let own = view.shape();
    let broadcasts = own.len() == shape.len() && own.iter().zip(shape).all(|(n, m)| *n == 1 || n == m);
    if !broadcasts {
        let message = format!("tensor `{name}` has the shape {own:?}, which does not broadcast to {shape:?}");
        return Err(Problem::new(Code::WeightsShape, message)
            .help("a scale has the dimensions of its tensor, 1 along those that it does not depend on"));
    }
    let tensor = checked(view, name, own)?;
    match tensor.values.iter().find_map(|value| Some((value, not_a_scale(*value)?))) {
        None => Ok(tensor),
        Some((value, why)) => {
            let message = format!("tensor `{name}` holds {value}: {why}");
            Err(Problem::new(Code::WeightsScale, message).help("remove it: the scale is then found again"))
        }
    }
}

/// Why no quantizer finds this number for a scale.
#[expect(clippy::cast_possible_truncation, reason = "that is what is asked")]
fn not_a_scale(value: f64) -> Option<&'static str> {
    let single = value as f32;
    match value {
        v if v < 0.0 => Some("no scale is below 0"),
        v if !single.is_finite() || (single == 0.0 && v != 0.0) => Some("a scale is an f32"),
        _ => None,
    }
}

fn stale(name: &str, frozen: &Frozen, spec: Option<&Spec>) -> String {
    let now = spec.map_or("no quantizer", Spec::text);
    let of = if frozen.quantizer.is_empty() { "an unnamed quantizer" } else { &frozen.quantizer };
    format!("`{name}_scale` was found for {of}, the config has {now}: it is not used")
}
