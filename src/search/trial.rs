//! What is known of one trial.

use super::domain::Point;
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a trial stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its point is known, and nobody works on it.
    Waiting,
    /// A worker trains it.
    Running,
    /// It is done.
    Complete,
    /// It was ended early: hopeless.
    Pruned,
    /// It has no values: its training diverged, or its network has no hardware.
    Failed,
}

/// A trial, whatever number of workers died over it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Which one it is, from 0; its random stream is a function of the seed and this.
    pub number: u64,
    /// What is tried; none until the sampler has said.
    pub point: Option<Point>,
    /// Where it stands.
    pub state: State,
    /// One value for each objective; empty until it is done.
    pub values: Vec<f64>,
    /// By how much it is over the budget, relative and summed; 0 if it is within.
    pub violation: f64,
    /// Metric after some epochs, by epoch, in order.
    pub steps: Vec<(u64, f64)>,
    /// Whatever else is known: accuracy, costs.
    pub figures: BTreeMap<String, Value>,
}

/// Which values of an objective are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Greater ones.
    Maximize,
    /// Smaller ones.
    Minimize,
}
