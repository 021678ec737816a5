//! What is found from the tensors that training moves: the constants of batch normalizations, and automatic scales.
//! Stored with them, it stays what it was.

use super::affine::{self, Constants, Folded, Statistics};
use super::frozen::Frozen;
use super::model::{BatchNorm, Config, Dense, Fold, Kind, Layer};
use super::weights::{Tensor, Weights};
use crate::graph::LayerError;
use crate::quantizer::{self, QuantizerError, Spec};

impl Weights {
    /// The same tensors with everything that is found from them: `bn1/a`, `bn1/b`, `fc1/folded_kernel`,
    /// `fc1/folded_bias`, and the scale of each quantizer that finds its own. What was found before is found again;
    /// constants whose latent tensors are not there stay.
    ///
    /// # Errors
    /// A layer whose constants are not finite, or whose scales do not fit.
    pub fn freeze(&self, config: &Config) -> Result<Weights, LayerError> {
        let mut frozen = Weights { tensors: self.tensors.clone(), scales: std::collections::BTreeMap::new() };
        for layer in &config.layers {
            match &layer.kind {
                Kind::BatchNorm(norm) => {
                    let found =
                        self.statistics(&layer.name, norm).map(|latent| latent.constants(layer, norm));
                    frozen.put(layer, ["a", "b"], found.transpose()?);
                }
                Kind::Dense(dense) => {
                    let found = dense.fold.as_ref().and_then(|fold| self.latent_fold(layer, dense, fold));
                    frozen.put(layer, ["folded_kernel", "folded_bias"], found.transpose()?);
                    frozen.find_scales(layer, dense)?;
                }
                Kind::Activation | Kind::Flatten | Kind::Add | Kind::Concatenate | Kind::Dropout(_) => {}
            }
        }
        Ok(frozen)
    }

    /// The constants `a` and `b` of a batch normalization: those stored, else found.
    ///
    /// # Errors
    /// Constants that are not finite, quantizers whose scales do not fit.
    ///
    /// # Panics
    /// If the tensors are not those of the config.
    pub(super) fn affine(&self, layer: &Layer, norm: &BatchNorm) -> Result<[Tensor; 2], LayerError> {
        self.stored(layer, ["a", "b"]).map_or_else(
            || self.statistics(&layer.name, norm).expect("the weights were checked").constants(layer, norm),
            Ok,
        )
    }

    /// The kernel and the bias of a dense layer with a batch normalization in it, before their quantizers: those
    /// stored, else found.
    ///
    /// # Errors
    /// As [`Weights::affine`].
    ///
    /// # Panics
    /// If the tensors are not those of the config.
    pub(super) fn folded(
        &self,
        layer: &Layer,
        dense: &Dense,
        fold: &Fold,
    ) -> Result<[Tensor; 2], LayerError> {
        self.stored(layer, ["folded_kernel", "folded_bias"])
            .map_or_else(|| self.latent_fold(layer, dense, fold).expect("the weights were checked"), Ok)
    }

    fn stored(&self, layer: &Layer, names: [&str; 2]) -> Option<[Tensor; 2]> {
        let [first, second] = names.map(|what| self.tensors.get(&format!("{}/{what}", layer.name)).cloned());
        Some([first?, second?])
    }

    fn put(&mut self, layer: &Layer, names: [&str; 2], found: Option<[Tensor; 2]>) {
        let named = names.into_iter().zip(found.into_iter().flatten());
        self.tensors.extend(named.map(|(what, tensor)| (format!("{}/{what}", layer.name), tensor)));
    }

    fn latent_fold(
        &self,
        layer: &Layer,
        dense: &Dense,
        fold: &Fold,
    ) -> Option<Result<[Tensor; 2], LayerError>> {
        let latent = self.statistics(&layer.name, &fold.norm)?;
        let kernel = self.floats(&format!("{}/kernel", layer.name))?;
        let bias = self.floats(&format!("{}/bias", layer.name));
        let Folded { kernel, bias } = affine::folded(fold, &latent.view(), &kernel, bias.as_deref());
        let kernel = tensor(layer, vec![dense.fan_in, dense.units], &kernel);
        Some(kernel.and_then(|kernel| Ok([kernel, tensor(layer, vec![dense.units], &bias)?])))
    }

    /// The scales that the quantizers of a dense layer find.
    fn find_scales(&mut self, layer: &Layer, dense: &Dense) -> Result<(), LayerError> {
        let names = if dense.fold.is_some() { ["folded_kernel", "folded_bias"] } else { ["kernel", "bias"] };
        for (what, spec) in names.into_iter().zip([&dense.kernel, &dense.bias]) {
            let name = format!("{}/{what}", layer.name);
            let automatic = spec.as_ref().filter(|spec| spec.alpha().is_automatic());
            let Some((spec, values)) = automatic.zip(self.floats(&name)) else { continue };
            let shape = &self.tensors[&name].shape;
            let scales = spec
                .scales(&quantizer::Tensor { shape, values: &values })
                .map_err(|error| of_scale(&layer.name, spec, error))?;
            let values = scales.outputs().into_iter().map(f64::from).collect();
            let scale = Tensor { shape: scales.shape, values };
            self.scales.insert(name, Frozen { quantizer: spec.text().to_owned(), scale });
        }
        Ok(())
    }

    /// What a batch normalization in layer `name` is computed from, if the tensors are there.
    fn statistics(&self, name: &str, norm: &BatchNorm) -> Option<Owned> {
        let floats = |what: &str| self.floats(&format!("{name}/{what}"));
        let (gamma, beta) = (floats("gamma"), floats("beta"));
        let whole = gamma.is_some() == norm.scale && beta.is_some() == norm.center;
        let (mean, variance) = (floats("moving_mean")?, floats("moving_variance")?);
        whole.then_some(Owned { gamma, beta, mean, variance })
    }

    /// The numbers of a tensor as f32.
    #[expect(clippy::cast_possible_truncation, reason = "QKeras computes with f32 numbers")]
    fn floats(&self, name: &str) -> Option<Vec<f32>> {
        Some(self.tensors.get(name)?.values.iter().map(|v| *v as f32).collect())
    }
}

/// The latent tensors of a batch normalization.
struct Owned {
    gamma: Option<Vec<f32>>,
    beta: Option<Vec<f32>>,
    mean: Vec<f32>,
    variance: Vec<f32>,
}

impl Owned {
    fn view(&self) -> Statistics<'_> {
        let Owned { gamma, beta, mean, variance } = self;
        Statistics { gamma: gamma.as_deref(), beta: beta.as_deref(), mean, variance }
    }

    fn constants(&self, layer: &Layer, norm: &BatchNorm) -> Result<[Tensor; 2], LayerError> {
        let Constants { a, b } = affine::constants(norm, &self.view()).map_err(|error| LayerError {
            layer: layer.name.clone(),
            message: error.message,
            help: error.help,
        })?;
        Ok([tensor(layer, vec![norm.channels], &a)?, tensor(layer, vec![norm.channels], &b)?])
    }
}

/// A tensor of constants that were found, each of them a number.
fn tensor(layer: &Layer, shape: Vec<usize>, values: &[f32]) -> Result<Tensor, LayerError> {
    if let Some(wrong) = values.iter().find(|v| !v.is_finite()) {
        return Err(LayerError {
            layer: layer.name.clone(),
            message: format!("its batch normalization comes to a constant that is {wrong}"),
            help: Some("its variance plus epsilon must be above 0, after its quantizer too".to_owned()),
        });
    }
    Ok(Tensor { shape, values: values.iter().map(|v| f64::from(*v)).collect() })
}

/// A scale of `spec` in `layer` that cannot be found.
pub(super) fn of_scale(layer: &str, spec: &Spec, error: QuantizerError) -> LayerError {
    let message = format!("`{}`: {}", spec.text(), error.message);
    LayerError { layer: layer.to_owned(), message, help: error.help }
}
