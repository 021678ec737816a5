//! `optimizer` and `learning_rate` of `train`: how weights move.

use super::decimal::Decimal;
use super::fields::{self, Fields, Read};
use super::keys::{Table, training as keys};
use super::numbers::{BELOW_ONE, BETWEEN, Range, TO_ONE, UNIT, count, number, number_at};
use super::problem::{Code, Problem};
use super::training::{Adam, LearningRate, Optimizer, Shape};
use super::tree::{Node, Value};
use std::ops::Bound;

/// The keys of a map, and how it is read.
type Reader<T> = (&'static Table, fn(&Fields) -> Result<T, Problem>);

const OPTIMIZERS: &[(&str, Reader<Optimizer>)] =
    &[("adam", (&keys::ADAM, adam)), ("adamw", (&keys::ADAMW, adamw)), ("sgd", (&keys::SGD, sgd))];

const SCHEDULES: &[(&str, Reader<Shape>)] = &[
    ("constant", (&keys::CONSTANT, |_| Ok(Shape::Constant))),
    ("cosine", (&keys::COSINE, cosine)),
    ("exponential", (&keys::EXPONENTIAL, exponential)),
    ("plateau", (&keys::PLATEAU, plateau)),
];

/// The optimizer at `node`: its name, or a map with its constants too.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn optimizer(node: &Node) -> Result<Optimizer, Problem> {
    let Value::Map(pairs) = &node.value else {
        let (table, read) = fields::word(node, "optimizer", OPTIMIZERS)?;
        return read(&Fields::none(node.place, table));
    };
    let missing = || fields::missing("name", node.place, &keys::OPTIMIZER);
    let name = fields::find(pairs, "name").ok_or_else(missing)?;
    let (table, read) = fields::word(name, "optimizer", OPTIMIZERS)?;
    read(&Fields::of(node, node.place, table)?)
}

fn adam(fields: &Fields) -> Result<Optimizer, Problem> {
    Ok(Optimizer::Adam(constants(fields)?))
}

fn adamw(fields: &Fields) -> Result<Optimizer, Problem> {
    Ok(Optimizer::AdamW {
        adam: constants(fields)?,
        weight_decay: number(fields, "weight_decay", 4e-3, UNIT)?,
    })
}

fn constants(fields: &Fields) -> Result<Adam, Problem> {
    let default = Adam::default();
    Ok(Adam {
        beta1: number(fields, "beta1", default.beta1, BELOW_ONE)?,
        beta2: number(fields, "beta2", default.beta2, BELOW_ONE)?,
        epsilon: number(fields, "epsilon", default.epsilon, TO_ONE)?,
    })
}

/// # Errors
/// Nesterov's gradient without momentum, which is no other than the plain one.
fn sgd(fields: &Fields) -> Result<Optimizer, Problem> {
    let momentum = number(fields, "momentum", 0.0, BELOW_ONE)?;
    let nesterov = fields.or("nesterov", false)?;
    if nesterov && momentum == 0.0 {
        return Err(Problem::new(
            Code::Conflict,
            "Nesterov's gradient looks ahead along the momentum, which is 0",
        )
        .at(fields.key_place("nesterov"), "this key")
        .help("give a momentum, such as `momentum: 0.9`"));
    }
    Ok(Optimizer::Sgd { momentum, nesterov })
}

/// The learning rate at `node`: its constant value, or a map with its schedule.
///
/// # Errors
/// What is wrong, at its place.
pub(super) fn learning_rate(node: &Node, epochs: usize) -> Result<LearningRate, Problem> {
    match &node.value {
        Value::Map(pairs) => scheduled(node, pairs, epochs),
        _ if Decimal::read(node).is_some() => {
            Ok(LearningRate { peak: number_at(node, "learning_rate", TO_ONE)?, ..LearningRate::default() })
        }
        other => {
            let wanted = "a number, such as 1e-3, or a map, such as {schedule: cosine, peak: 1e-3}";
            Err(Problem::new(Code::WrongType, format!("{} where a number or a map is wanted", other.what()))
                .at(node.place, format!("this must be {wanted}")))
        }
    }
}

fn scheduled(node: &Node, pairs: &[(Node, Node)], epochs: usize) -> Result<LearningRate, Problem> {
    let schedule = fields::find(pairs, "schedule").map(|word| fields::word(word, "schedule", SCHEDULES));
    let (table, shape) = schedule.unwrap_or(Ok(SCHEDULES[0].1))?;
    let fields = Fields::of(node, node.place, table)?;
    Ok(LearningRate {
        peak: number(&fields, "peak", LearningRate::default().peak, TO_ONE)?,
        warmup: warmup(&fields, epochs)?,
        shape: shape(&fields)?,
    })
}

fn warmup(fields: &Fields, epochs: usize) -> Result<f64, Problem> {
    #[expect(clippy::cast_precision_loss, reason = "at most a million")]
    let before_the_end: Range = (Bound::Included(0.0), Bound::Excluded(epochs as f64));
    number(fields, "warmup", 0.0, before_the_end).map_err(|problem| match problem.code {
        Code::OutOfRange => problem.help(format!("it is counted in epochs, of which there are {epochs}")),
        _ => problem,
    })
}

fn cosine(fields: &Fields) -> Result<Shape, Problem> {
    Ok(Shape::Cosine { floor: number(fields, "floor", 0.0, UNIT)? })
}

fn exponential(fields: &Fields) -> Result<Shape, Problem> {
    Ok(Shape::Exponential { factor: number(fields, "factor", 0.9, TO_ONE)? })
}

fn plateau(fields: &Fields) -> Result<Shape, Problem> {
    Ok(Shape::Plateau {
        factor: number(fields, "factor", 0.5, BETWEEN)?,
        patience: count(fields, "patience", 5)?,
        floor: number(fields, "floor", 0.0, BELOW_ONE)?,
    })
}
