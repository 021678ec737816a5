//! A training as bytes, so that it can go on where it was: bit for bit.
//!
//! A safetensors file. Its tensors are the latent parameters (`latent/fc1/kernel`), those of the best epoch so far
//! (`best/…`), what the optimizer remembers and what is pruned (`optimizer/…`, `pruned/…`), and the standardization;
//! everything else is JSON in its metadata, under `training`.

use super::parameters::Parameters;
use super::rule::optimizer::Optimizer;
use super::rule::schedule::Plateau;
use super::rule::stopping;
use super::trainer::Trainer;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is kept beside the tensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// What the training is of. Another one is not gone on with.
    pub identity: Identity,
    /// Epochs done.
    pub epoch: usize,
    /// Steps done.
    pub steps: u64,
    /// What the learning rate remembers.
    pub plateau: Plateau,
    /// What has been reached.
    pub progress: stopping::Progress,
    /// The figures of each epoch.
    pub history: Vec<Epoch>,
}

/// Hashes of what a training depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Of the layers, and this program's version.
    pub network: String,
    /// Of the config's `train`, and the weights that it starts from.
    pub train: String,
    /// Of the events.
    pub data: String,
}

impl Identity {
    /// What differs from `other`.
    pub fn differs(&self, other: &Identity) -> Vec<&'static str> {
        let parts = [
            ("the layers, or the version of heteroq", &self.network, &other.network),
            ("`train` or the weights it starts from", &self.train, &other.train),
            ("the events", &self.data, &other.data),
        ];
        parts.into_iter().filter(|(_, own, other)| own != other).map(|(what, ..)| what).collect()
    }
}

/// The figures of an epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Counted from 1.
    pub epoch: usize,
    /// The mean loss of its steps, penalties included.
    pub loss: f64,
    /// The loss on the validation events, of the exact net.
    pub validation_loss: f64,
    /// The part of the validation events that the exact net classifies rightly.
    pub validation_accuracy: f64,
    /// The learning rate of its last step.
    pub learning_rate: f64,
    /// Seconds of its steps.
    pub seconds: f64,
    /// Seconds of its validation.
    pub validation_seconds: f64,
}

/// A file that is no checkpoint, or none of this network.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotACheckpoint(String);

/// A checkpoint in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// What is kept beside the tensors.
    pub kept: Kept,
    tensors: HashMap<String, Vec<f32>>,
}

impl Checkpoint {
    /// `trainer` as it is now; `best` are the parameters of the best epoch so far.
    pub fn of(trainer: &Trainer, kept: Kept, best: &Parameters) -> Checkpoint {
        let parameters = &trainer.engine.network.parameters;
        let named = |folder: &str, all: Vec<(String, Vec<f32>)>| {
            all.into_iter().map(|(name, values)| (format!("{folder}/{name}"), values)).collect::<Vec<_>>()
        };
        let mut tensors = named("latent", values(parameters));
        tensors.extend(named("best", values(best)));
        tensors.extend(named("optimizer", trainer.optimizer.state(parameters)));
        tensors.extend(trainer.pruner.iter().flat_map(|pruner| named("pruned", pruner.state(parameters))));
        Checkpoint { kept, tensors: tensors.into_iter().collect() }
    }

    /// Brings `trainer` to where it was, and gives the parameters of the best epoch.
    ///
    /// # Errors
    /// Tensors that are not those of this network.
    pub fn restore(&self, trainer: &mut Trainer) -> Result<Parameters, NotACheckpoint> {
        let find =
            |folder: &'static str| move |name: &str| self.tensors.get(&format!("{folder}/{name}")).cloned();
        let parameters = &mut trainer.engine.network.parameters;
        let mut best = parameters.clone();
        fill(parameters, find("latent"))?;
        fill(&mut best, find("best"))?;
        let optimizer =
            Optimizer::restored(trainer.rule.optimizer, parameters, self.kept.steps, find("optimizer"));
        trainer.optimizer = optimizer.map_err(|e| NotACheckpoint(e.to_string()))?;
        if let Some(pruner) = &mut trainer.pruner {
            pruner.restore(parameters, find("pruned")).map_err(|e| NotACheckpoint(e.to_string()))?;
        }
        trainer.schedule.restore(self.kept.plateau.clone());
        trainer.epoch = self.kept.epoch;
        Ok(best)
    }

    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let bytes = |values: &Vec<f32>| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
        let tensors: Vec<(&String, Vec<u8>)> = self.tensors.iter().map(|(n, v)| (n, bytes(v))).collect();
        let mut views = Vec::new();
        for (name, bytes) in &tensors {
            views.push((
                *name,
                TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes).expect("four bytes a number"),
            ));
        }
        let kept = serde_json::to_string(&self.kept).expect("plain data");
        let metadata = HashMap::from([("training".to_owned(), kept)]);
        safetensors::serialize(views, Some(metadata)).expect("names and sizes that fit")
    }

    /// The checkpoint in `bytes`.
    ///
    /// # Errors
    /// Anything that [`Checkpoint::to_bytes`] did not write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Checkpoint, NotACheckpoint> {
        let wrong = |e: &dyn std::fmt::Display| NotACheckpoint(e.to_string());
        let file = SafeTensors::deserialize(bytes).map_err(|e| wrong(&e))?;
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|e| wrong(&e))?;
        let text = metadata.metadata().as_ref().and_then(|all| all.get("training"));
        let text = text.ok_or_else(|| NotACheckpoint("it has no `training` in its metadata".to_owned()))?;
        let kept = serde_json::from_str(text).map_err(|e| wrong(&e))?;
        let numbers =
            |view: TensorView| view.data().as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        let tensors = file.tensors().into_iter().map(|(name, view)| (name, numbers(view))).collect();
        Ok(Checkpoint { kept, tensors })
    }
}

fn values(parameters: &Parameters) -> Vec<(String, Vec<f32>)> {
    parameters.0.iter().map(|parameter| (parameter.name.clone(), parameter.values.clone())).collect()
}

fn fill(parameters: &mut Parameters, find: impl Fn(&str) -> Option<Vec<f32>>) -> Result<(), NotACheckpoint> {
    for parameter in &mut parameters.0 {
        let kept = find(&parameter.name).filter(|kept| kept.len() == parameter.values.len());
        parameter.values =
            kept.ok_or_else(|| NotACheckpoint(format!("it has no `{}` of this shape", parameter.name)))?;
    }
    Ok(())
}
