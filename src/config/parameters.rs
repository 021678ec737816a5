//! The parameters of dense layers, and the quantizers that meet them.

use super::freeze::of_scale;
use super::{Config, Dense, Kind, Layer, Weights, weights::Tensor};
use crate::fixed::Dyadic;
use crate::graph::LayerError;
use crate::quantizer::{self, Alpha, QuantizerError, Scale, Scales, Spec};

/// A parameter of a dense layer, before its quantizer.
#[derive(Debug, Clone)]
pub struct Unquantized {
    /// The layer.
    pub layer: String,
    /// `kernel` or `bias`; with a batch normalization in it, `folded_kernel` or `folded_bias`.
    pub what: &'static str,
    /// Its shape, as Keras lays it out.
    pub shape: Vec<usize>,
    /// Its elements as they are stored, row major.
    pub values: Vec<Dyadic>,
    /// What quantizes it, and the scale of each element.
    pub quantizer: Option<(Spec, Scales)>,
}

impl Unquantized {
    /// What the quantizer makes of each element, exactly.
    pub fn quantized(&self) -> Vec<Dyadic> {
        let Some((spec, _)) = &self.quantizer else { return self.values.clone() };
        self.values.iter().enumerate().map(|(i, x)| spec.exact(*x, self.scale(i))).collect()
    }

    /// The scale of element `place`.
    pub fn scale(&self, place: usize) -> Scale {
        self.quantizer.as_ref().map_or(Scale::ONE, |(_, scales)| scales.at(place))
    }
}

impl Config {
    /// The parameters of all dense layers, in the order of the data: each kernel, then its bias.
    ///
    /// # Errors
    /// Scales that cannot be found.
    pub fn parameters(&self, weights: &Weights) -> Result<Vec<Unquantized>, LayerError> {
        let mut all = Vec::new();
        for layer in &self.layers {
            let Kind::Dense(dense) = &layer.kind else { continue };
            let (kernel, bias) = of_dense(layer, dense, weights)?;
            all.extend([kernel].into_iter().chain(bias));
        }
        Ok(all)
    }
}

/// The kernel and the bias of a dense layer.
pub(super) fn of_dense(
    layer: &Layer,
    dense: &Dense,
    weights: &Weights,
) -> Result<(Unquantized, Option<Unquantized>), LayerError> {
    let of =
        |what, tensor: &Tensor, spec: Option<&Spec>| unquantized(&layer.name, what, tensor, weights, spec);
    let (kernel, bias) = (dense.kernel.as_ref(), dense.bias.as_ref());
    if let Some(fold) = &dense.fold {
        let [folded_kernel, folded_bias] = weights.folded(layer, dense, fold)?;
        let kernel = of("folded_kernel", &folded_kernel, kernel)?;
        return Ok((kernel, Some(of("folded_bias", &folded_bias, bias)?)));
    }
    let stored = weights.kernel(&layer.name).expect("the weights were checked against the config");
    let bias = weights.bias(&layer.name).map(|stored| of("bias", stored, bias)).transpose()?;
    Ok((of("kernel", stored, kernel)?, bias))
}

/// A scale that was stored for this very quantizer is used, else it is found from the numbers, as f32.
fn unquantized(
    layer: &str,
    what: &'static str,
    tensor: &Tensor,
    weights: &Weights,
    spec: Option<&Spec>,
) -> Result<Unquantized, LayerError> {
    let name = format!("{layer}/{what}");
    let scaled = |spec: &Spec| match scales(&name, tensor, weights, spec) {
        Ok(scales) => Ok((spec.clone(), scales)),
        Err(error) => Err(of_scale(layer, spec, error)),
    };
    let quantizer = spec.map(scaled).transpose()?;
    Ok(Unquantized {
        layer: layer.to_owned(),
        what,
        shape: tensor.shape.clone(),
        values: exact(tensor),
        quantizer,
    })
}

/// The elements of a tensor as they are stored: an f64 keeps its bits.
pub(super) fn exact(tensor: &Tensor) -> Vec<Dyadic> {
    let exact = |v: &f64| Dyadic::from_f64(*v).expect("the weights were checked for numbers that are finite");
    tensor.values.iter().map(exact).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "QKeras finds scales from f32 numbers")]
fn scales(name: &str, tensor: &Tensor, weights: &Weights, spec: &Spec) -> Result<Scales, QuantizerError> {
    let floats: Vec<f32> = tensor.values.iter().map(|v| *v as f32).collect();
    let tensor = quantizer::Tensor { shape: &tensor.shape, values: &floats };
    let Some(frozen) = weights.frozen(name, spec) else { return spec.scales(&tensor) };
    let odd = |v: &f64| Dyadic::from_f64(*v).is_none_or(|v| !matches!(v.mantissa(), 0 | 1));
    if let (Alpha::AutoPo2, Some(scale)) = (spec.alpha(), frozen.values.iter().find(|v| odd(v))) {
        let message = format!("the scale {scale} that is stored for it is no power of two");
        let help = format!("remove the tensor `{name}_scale`: the scale is then found again");
        return Err(QuantizerError { message, span: 0..0, help: Some(help) });
    }
    let outputs: Vec<f32> = frozen.values.iter().map(|v| *v as f32).collect();
    Scales::found(&tensor, &frozen.shape, &outputs).map_or_else(|| spec.scales(&tensor), Ok)
}
