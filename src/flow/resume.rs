//! Checkpoints of a training, beside the weights file that it will write.

use super::Failure;
use super::lessons::Lessons;
use crate::config::{Config, Dense, Fold, Kind, Layer, Weights};
use crate::tool;
use crate::train::checkpoint::{Checkpoint, Identity, NotACheckpoint};
use crate::verilog::folder::{self, Unwritable};
use miette::miette;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tracing::warn;

/// The checkpoint of the training that will write `output`.
fn path(output: &Path) -> PathBuf {
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    output.with_file_name(format!("{name}.checkpoint"))
}

/// What a training of `config` on these lessons is, that starts from these weights.
pub(super) fn identity(config: &Config, lessons: &Lessons, start: Option<&Weights>) -> Identity {
    let numbers = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let labels = |values: &[u32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let events = [&lessons.train, &lessons.validation];
    let [train, judged] = events.map(|events| [numbers(&events.x), labels(&events.y)].concat());
    Identity {
        network: hash(&[
            env!("CARGO_PKG_VERSION").as_bytes(),
            config.design().as_bytes(),
            in_training(config).as_bytes(),
        ]),
        train: hash(&[
            format!("{:?}", config.train).as_bytes(),
            &start.map_or(Vec::new(), Weights::to_bytes),
        ]),
        data: hash(&[&train, &judged]),
    }
}

/// 128 bits that these bytes have, and hardly any others.
pub(super) fn hash(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// What the layers do in training alone: [`Config::design`] says nothing of it.
fn in_training(config: &Config) -> String {
    let of_layer = |layer: &Layer| match &layer.kind {
        Kind::Dropout(dropout) => format!("{dropout:?}"),
        Kind::BatchNorm(norm) => format!("momentum {}", norm.momentum),
        Kind::Dense(Dense { fold: Some(fold), .. }) => {
            let Fold { norm, statistics, freeze_delay } = fold;
            format!("momentum {} fold {statistics:?} freeze {freeze_delay:?}", norm.momentum)
        }
        _ => String::new(),
    };
    config.layers.iter().map(of_layer).collect::<Vec<_>>().join("\n")
}

/// The checkpoint beside `output`, if it is of the training `identity`. One of another training is moved aside.
///
/// # Errors
/// A file that cannot be read, or is no checkpoint.
pub(super) fn find(output: &Path, identity: &Identity) -> Result<Option<Checkpoint>, Failure> {
    let path = path(output);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::Input(miette!("cannot read {}: {error}", path.display()))),
    };
    let checkpoint = Checkpoint::from_bytes(&bytes).map_err(|e| unusable(output, &e))?;
    let differs = identity.differs(&checkpoint.kept.identity);
    if differs.is_empty() {
        return Ok(Some(checkpoint));
    }
    let aside = path.with_extension("checkpoint.old");
    fs::rename(&path, &aside)
        .map_err(|e| Failure::Input(miette!("cannot move {} aside: {e}", path.display())))?;
    warn!(
        "there is a checkpoint of another training ({} differ): it is {} now, and training begins anew",
        differs.join(", "),
        aside.display()
    );
    Ok(None)
}

/// A checkpoint that cannot be gone on with.
pub(super) fn unusable(output: &Path, why: &NotACheckpoint) -> Failure {
    Failure::Input(miette!(
        code = "train::checkpoint",
        help = "remove it, or begin anew with `--fresh`",
        "{} is no checkpoint of this training: {why}",
        path(output).display()
    ))
}

/// Leaves a checkpoint, in place of the one before.
///
/// # Errors
/// It cannot be written; the one before is still there.
pub(super) fn leave(output: &Path, checkpoint: &Checkpoint) -> Result<(), Failure> {
    let bytes = checkpoint.to_bytes();
    let written = tool::uninterrupted(|| folder::write_file(&path(output), &bytes))?;
    written.map_err(|Unwritable { path, cause }| {
        Failure::Input(miette!(
            code = "train::checkpoint",
            help = "make room, and start it again: it goes on from the last checkpoint that is whole",
            "cannot write {}: {cause}",
            path.display()
        ))
    })
}

/// Removes the checkpoint of a training that is done.
pub(super) fn remove(output: &Path) {
    drop(fs::remove_file(path(output)));
}
