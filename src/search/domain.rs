//! What can be tried: a list of choices for each of several dimensions.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One thing that is searched: the kernel's quantizer of a layer, a factor on its units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dimension {
    /// Its name, unlike all others: `fc1_kernel_quantizer`.
    pub name: String,
    /// What it may be, in order: at least one, all different.
    pub choices: Vec<Choice>,
}

/// One of the choices of a dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Choice {
    /// A quantizer.
    Text(String),
    /// A factor, a rate.
    Number(f64),
}

/// For each dimension the place of a choice in its list.
pub type Point = Vec<usize>;

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Choice::Text(text) => f.write_str(text),
            Choice::Number(number) => write!(f, "{number}"),
        }
    }
}
