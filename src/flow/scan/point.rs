//! The figures of one network of a scan.

use super::setting::Id;
use crate::config::{Arithmetic, Config, Weights};
use crate::flow::evaluate::evaluate;
use crate::flow::hardware::{Hardware, with};
use crate::flow::post_training::forward::Float;
use crate::flow::{Design, Failure, events};
use crate::metrics::accuracy::accuracy;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What is known of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Which one it is.
    #[serde(flatten)]
    pub id: Id,
    /// The fraction of test events that it classifies rightly: the exact net, or f32 numbers if it is float.
    pub accuracy: f64,
    /// Its hardware with products of shifts and additions; none of a float network.
    pub shift_add: Option<Hardware>,
    /// The same with multipliers.
    pub multiply: Option<Hardware>,
}

/// The figures of the quantized network `config` on the events in `test`.
///
/// # Errors
/// A network without exact hardware; events that do not fit it.
pub fn quantized(id: Id, config: &Config, weights: &Weights, test: &Path) -> Result<Point, Failure> {
    let design = |arithmetic| Design::new(&with(config, arithmetic), weights);
    let (shift_add, multiply) = (design(Arithmetic::ShiftAdd)?, design(Arithmetic::Multiply)?);
    let accuracy = evaluate(&shift_add, test, &[])?.accuracy;
    Ok(Point {
        id,
        accuracy,
        shift_add: Some(Hardware::of(&shift_add)),
        multiply: Some(Hardware::of(&multiply)),
    })
}

/// The figures of the float network `config` on the events in `test`.
///
/// # Errors
/// Events that do not fit it.
pub fn float(id: Id, config: &Config, weights: &Weights, test: &Path) -> Result<Point, Failure> {
    let data = events::labelled(config, test)?;
    let classes = Float::new(config, weights)?.classes(&data)?;
    Ok(Point { id, accuracy: accuracy(&classes, &data.y), shift_add: None, multiply: None })
}
