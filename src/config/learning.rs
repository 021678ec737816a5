//! `data`, `train` and `verify`.

use super::decimal::Decimal;
use super::fields::{Fields, read};
use super::model::{Data, Train, Validation, Verify};
use super::problem::{Code, Problem};
use super::training::{Adam, ClassWeights, LearningRate, Loss, Optimizer, Shape};
use super::tree::{Node, Value};
use std::path::{Path, PathBuf};

const OPTIMIZERS: &[(&str, Optimizer)] =
    &[("adam", Optimizer::Adam(Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }))];

/// The path of `key`, if it is given, seen from `folder`.
///
/// # Errors
/// Not text.
pub(super) fn path(fields: &Fields, key: &str, folder: &Path) -> Result<Option<PathBuf>, Problem> {
    Ok(fields.optional::<String>(key)?.map(|path| folder.join(path)))
}

/// Reads `data`; paths are seen from `folder`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn data(fields: &Fields, folder: &Path) -> Result<Data, Problem> {
    let validation = fields.node("validation").map(|node| validation(node, folder)).transpose()?;
    Ok(Data {
        train: path(fields, "train", folder)?,
        test: path(fields, "test", folder)?,
        validation: validation.unwrap_or_default(),
        standardize: fields.or("standardize", false)?,
    })
}

fn validation(node: &Node, folder: &Path) -> Result<Validation, Problem> {
    if let Value::Text(path) = &node.value {
        return Ok(Validation::File(folder.join(path)));
    }
    let fraction = read::<Decimal>(node)?.to_f64();
    if fraction > 0.0 && fraction < 1.0 {
        return Ok(Validation::Fraction(fraction));
    }
    Err(Problem::new(Code::OutOfRange, format!("a validation fraction of {fraction}"))
        .at(node.place, "this must be between 0 and 1, or a file"))
}

/// Reads `train`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn train(fields: &Fields) -> Result<Train, Problem> {
    Ok(Train {
        epochs: count(fields, "epochs", 40)?,
        batch_size: count(fields, "batch_size", 1024)?,
        optimizer: fields.word("optimizer", OPTIMIZERS)?.unwrap_or_default(),
        learning_rate: LearningRate { peak: learning_rate(fields)?, warmup: 0.0, shape: Shape::Constant },
        seed: fields.whole("seed", 1, 0, u64::MAX)?,
        loss: Loss::CrossEntropy,
        l1: 0.0,
        l2: 0.0,
        early_stopping: None,
        class_weights: ClassWeights::Equal,
        qnoise: None,
        pruning: None,
    })
}

/// A count of at least 1 and at most a million.
fn count(fields: &Fields, key: &str, default: u64) -> Result<usize, Problem> {
    Ok(usize::try_from(fields.whole(key, default, 1, 1_000_000)?).expect("at most a million"))
}

fn learning_rate(fields: &Fields) -> Result<f64, Problem> {
    let Some(node) = fields.node("learning_rate") else { return Ok(1e-3) };
    let rate = read::<Decimal>(node)?.to_f64();
    if rate > 0.0 && rate <= 1.0 {
        return Ok(rate);
    }
    Err(Problem::new(Code::OutOfRange, format!("a learning rate of {rate}"))
        .at(node.place, "this must be greater than 0 and at most 1"))
}

/// Reads `verify`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn verify(fields: &Fields) -> Result<Verify, Problem> {
    Ok(Verify { vectors: count(fields, "vectors", 1000)? })
}
