//! Which tensors a network needs.
//!
//! A batch normalization has what training moves (gamma, beta, moving statistics) and the constants that this comes
//! to: one of the two is enough, and the constants are what counts.

use super::model::{BatchNorm, Config, Dense, Kind, Layer};
use super::problem::Place;

/// A tensor that a layer, or the standardization, may have.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Its name.
    pub(super) name: String,
    /// Its dimensions.
    pub(super) shape: Vec<usize>,
    /// The layer it belongs to; none for the standardization.
    pub(super) place: Option<Place>,
    /// Whether the file must hold it.
    pub(super) needed: bool,
    /// Whether a quantizer may find its scale from it.
    pub(super) scaled: bool,
}

/// Every tensor that the network may have, in the order of its layers; `has` tells which the file holds.
pub(super) fn wanted(config: &Config, has: impl Fn(&str) -> bool) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    if config.data.standardize {
        for name in ["input/mean", "input/scale"] {
            let (name, shape) = (name.to_owned(), vec![config.features()]);
            wanted.push(Wanted { name, shape, place: None, needed: true, scaled: false });
        }
    }
    for layer in &config.layers {
        let Tensors { latent, constants } = Tensors::of(layer);
        let frozen = constants.iter().any(|want| has(&want.name));
        wanted.extend(latent.into_iter().map(|want| Wanted { needed: !frozen, ..want }));
        wanted.extend(constants.into_iter().map(|want| Wanted { needed: frozen, ..want }));
    }
    wanted
}

/// The tensors of a layer.
struct Tensors {
    /// What training moves.
    latent: Vec<Wanted>,
    /// What it comes to, where that is something else.
    constants: Vec<Wanted>,
}

impl Tensors {
    fn of(layer: &Layer) -> Tensors {
        match &layer.kind {
            Kind::Dense(dense) => Tensors::of_dense(layer, dense),
            Kind::BatchNorm(norm) => Tensors {
                latent: statistics(layer, norm),
                constants: ["a", "b"].map(|what| tensor(layer, what, vec![norm.channels], false)).to_vec(),
            },
            Kind::Activation | Kind::Flatten | Kind::Add | Kind::Concatenate | Kind::Dropout(_) => {
                Tensors { latent: Vec::new(), constants: Vec::new() }
            }
        }
    }

    fn of_dense(layer: &Layer, dense: &Dense) -> Tensors {
        let (kernel, bias) = (vec![dense.fan_in, dense.units], vec![dense.units]);
        let scaled = dense.fold.is_none();
        let mut latent = vec![tensor(layer, "kernel", kernel.clone(), scaled)];
        latent.extend(dense.use_bias.then(|| tensor(layer, "bias", bias.clone(), scaled)));
        let Some(fold) = &dense.fold else { return Tensors { latent, constants: Vec::new() } };
        latent.extend(statistics(layer, &fold.norm));
        let constants = [("folded_kernel", kernel), ("folded_bias", bias)];
        Tensors {
            latent,
            constants: constants.map(|(what, shape)| tensor(layer, what, shape, true)).to_vec(),
        }
    }
}

/// What training moves of a batch normalization.
fn statistics(layer: &Layer, norm: &BatchNorm) -> Vec<Wanted> {
    let all =
        [("gamma", norm.scale), ("beta", norm.center), ("moving_mean", true), ("moving_variance", true)];
    let used = all.into_iter().filter(|(_, used)| *used);
    used.map(|(what, _)| tensor(layer, what, vec![norm.channels], false)).collect()
}

fn tensor(layer: &Layer, what: &str, shape: Vec<usize>, scaled: bool) -> Wanted {
    Wanted { name: format!("{}/{what}", layer.name), shape, place: Some(layer.place), needed: true, scaled }
}
