//! `data`, `train` and `verify`.

use super::decimal::Decimal;
use super::fields::{Fields, read, within, word};
use super::keys::training as keys;
use super::model::{Data, Train, Validation, Verify};
use super::numbers::{NOT_NEGATIVE, count, number, number_at};
use super::problem::{Code, Place, Problem};
use super::training::{ClassWeights, EarlyStopping, Loss};
use super::tree::{Node, Value};
use super::{ramps, steps};
use std::path::{Path, PathBuf};

const LOSSES: &[(&str, Loss)] = &[
    ("cross_entropy", Loss::CrossEntropy),
    ("binary_cross_entropy", Loss::BinaryCrossEntropy),
    ("mse", Loss::MeanSquaredError),
];

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

/// `train`, before the outputs are known.
pub(super) struct DraftTrain {
    train: Train,
    loss_place: Option<Place>,
    class_weights_place: Option<Place>,
}

/// Reads `train`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn train(fields: &Fields) -> Result<DraftTrain, Problem> {
    let epochs = count(fields, "epochs", 40)?;
    let train = Train {
        epochs,
        batch_size: count(fields, "batch_size", 1024)?,
        optimizer: fields.node("optimizer").map(steps::optimizer).transpose()?.unwrap_or_default(),
        learning_rate: given(fields, "learning_rate", |node| steps::learning_rate(node, epochs))?
            .unwrap_or_default(),
        seed: fields.whole("seed", 1, 0, u64::MAX)?,
        loss: fields.word("loss", LOSSES)?.unwrap_or_default(),
        l1: number(fields, "l1", 0.0, NOT_NEGATIVE)?,
        l2: number(fields, "l2", 0.0, NOT_NEGATIVE)?,
        early_stopping: given(fields, "early_stopping", early_stopping)?,
        class_weights: given(fields, "class_weights", class_weights)?.unwrap_or_default(),
        qnoise: given(fields, "qnoise", |node| ramps::qnoise(node, epochs))?,
        pruning: given(fields, "pruning", |node| ramps::pruning(node, epochs))?,
    };
    let place = |key| fields.node(key).map(|node| node.place);
    Ok(DraftTrain { train, loss_place: place("loss"), class_weights_place: place("class_weights") })
}

/// What `read` makes of the node of `key`, if it is given.
fn given<T>(
    fields: &Fields,
    key: &str,
    read: impl FnOnce(&Node) -> Result<T, Problem>,
) -> Result<Option<T>, Problem> {
    fields.node(key).map(read).transpose()
}

/// Epochs, or a map.
fn early_stopping(node: &Node) -> Result<EarlyStopping, Problem> {
    let Value::Map(_) = node.value else {
        let patience = within(node, 1, 1_000_000)?;
        return Ok(EarlyStopping {
            patience: usize::try_from(patience).expect("at most a million"),
            min_delta: 0.0,
        });
    };
    let fields = Fields::of(node, node.place, &keys::EARLY_STOPPING)?;
    fields.required_node("patience")?;
    Ok(EarlyStopping {
        patience: count(&fields, "patience", 1)?,
        min_delta: number(&fields, "min_delta", 0.0, NOT_NEGATIVE)?,
    })
}

/// A word, or one number for each class.
fn class_weights(node: &Node) -> Result<ClassWeights, Problem> {
    let Value::List(items) = &node.value else {
        let words = [("equal", false), ("balanced", true)];
        let balanced = word(node, "class_weights", &words)?;
        return Ok(if balanced { ClassWeights::Balanced } else { ClassWeights::Equal });
    };
    let weight = |item| number_at(item, "class_weights", NOT_NEGATIVE);
    let weights = items.iter().map(weight).collect::<Result<Vec<_>, _>>()?;
    if weights.iter().all(|weight| *weight == 0.0) {
        return Err(Problem::new(Code::OutOfRange, "no class counts")
            .at(node.place, "these weights are all 0")
            .help("give each class that is to be learnt a weight above 0"));
    }
    Ok(ClassWeights::Given(weights))
}

impl DraftTrain {
    /// The training of a network with `outputs` outputs.
    ///
    /// # Errors
    /// A loss that says nothing about one output; weights that are not one for each class.
    pub(super) fn for_outputs(self, outputs: usize) -> Result<Train, Problem> {
        let DraftTrain { train, loss_place, class_weights_place } = self;
        if let Some(place) = loss_place.filter(|_| outputs == 1 && train.loss == Loss::CrossEntropy) {
            return Err(Problem::new(Code::Conflict, "the cross-entropy of one output is always 0")
                .at(place, "this loss")
                .help("write `loss: binary_cross_entropy`: the labels are 0 and 1, and the output is above 0 for 1"));
        }
        let classes = train.loss.classes(outputs);
        if let (ClassWeights::Given(weights), Some(place)) = (&train.class_weights, class_weights_place)
            && weights.len() != classes
        {
            let message = format!("{} class weights, but there are {classes} classes", weights.len());
            return Err(Problem::new(Code::NameCount, message)
                .at(place, "these weights")
                .help("give one weight for each class, in the order of the outputs, or write `balanced`"));
        }
        Ok(train)
    }
}

/// Reads `verify`.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn verify(fields: &Fields) -> Result<Verify, Problem> {
    Ok(Verify { vectors: count(fields, "vectors", 1000)? })
}
