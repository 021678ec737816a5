//! Where trials are kept, so that several processes share them and none is lost.
//!
//! | file | answers |
//! |---|---|
//! | [`sqlite`] | how a study lives in one SQLite file |
//! | `schema` | which tables there are: Optuna's |
//! | `identity` | whether a study in the file is the one that is meant |
//! | `worker` | which workers live |
//! | `claim` | which trial a worker gets next, and what becomes of those of the dead |
//! | `write` | how what is known of a trial is written |
//! | `read` | how it is read |
//! | `error` | what the user is told when something goes wrong |
//!
//! A trial's life:
//!
//! ```text
//!             next, set_point              finish
//!   (fresh) ─────────────────▶ RUNNING ─────────────▶ COMPLETE, PRUNED or FAIL
//!                             ▲   │  │
//!                        next │   │  └─ its worker died: FAIL, and a WAITING copy with the same number,
//!                             │   │     unless it was the tenth
//!                             │   │ release
//!                             WAITING
//! ```

mod claim;
mod error;
mod identity;
mod read;
mod schema;
pub mod sqlite;
mod worker;
mod write;

pub use error::StoreError;
pub use sqlite::SqliteStore;

use crate::search::domain::{Dimension, Point};
use crate::search::trial::{Direction, Trial};
use serde_json::Value;
use std::collections::BTreeMap;

/// What makes a study that study.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// Its name.
    pub name: String,
    /// What can be tried.
    pub dimensions: Vec<Dimension>,
    /// Which values of each objective are better.
    pub directions: Vec<Direction>,
    /// The names of the objectives.
    pub objectives: Vec<String>,
    /// Everything else that its values depend on, by what it is: network, data, training, seed. The values are shown where
    /// they differ.
    pub keys: BTreeMap<String, String>,
}

/// The right to work on a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The trial's number, from 0.
    pub number: u64,
    /// The row that holds it.
    pub id: i64,
    /// What shows that it is ours.
    pub token: String,
    /// Its point, if it is known already.
    pub point: Option<Point>,
}

/// What there is to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// This trial is now ours.
    Trial(Claim),
    /// Others work on the last ones: one of them may die yet.
    Wait,
    /// Every trial is done.
    Done,
}

/// What became of a point that was said to be new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It is that of the trial now.
    Kept,
    /// It is that of another trial.
    Taken,
    /// The trial is not ours any more.
    NotOurs,
}

/// What came of a trial.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is done.
    Complete {
        /// One value for each objective.
        values: Vec<f64>,
        /// By how much it is over the budget.
        violation: f64,
    },
    /// It was ended early.
    Pruned,
    /// It has no values, and would have none again.
    Failed(String),
}

/// Where the trials of a study are kept. Every method is one transaction: another process sees all of it or nothing.
pub trait Store: Send {
    /// The next trial for this worker, of the first `total`: one that waits, else a fresh one. Before that, trials of dead
    /// workers wait again; the tenth death over the same one makes it a failed one. A worker may hold several. Trials that Optuna
    /// runs are neither taken nor waited for.
    ///
    /// # Errors
    /// The store cannot be read or written.
    fn next(&mut self, total: u64) -> Result<Next, StoreError>;

    /// Says what is tried. `false` if the trial is not ours any more.
    ///
    /// # Errors
    /// As [`Store::next`].
    fn set_point(&mut self, claim: &Claim, point: &Point) -> Result<bool, StoreError>;

    /// The same, if no other trial is of this point by now.
    ///
    /// # Errors
    /// As [`Store::next`].
    fn set_new_point(&mut self, claim: &Claim, point: &Point) -> Result<Said, StoreError>;

    /// Says how good it is after some epochs: pairs of their number and the value. `false` if the trial is not ours any more.
    ///
    /// # Errors
    /// As [`Store::next`].
    fn report(&mut self, claim: &Claim, steps: &[(u64, f64)]) -> Result<bool, StoreError>;

    /// Says what came of it, and what is known of it: `trial` and `failure` are no names of figures. A value that is not a
    /// number makes it a failed one. `false` if the trial is not ours any more: nothing is kept then.
    ///
    /// # Errors
    /// As [`Store::next`].
    fn finish(
        &mut self,
        claim: &Claim,
        outcome: &Outcome,
        figures: &BTreeMap<String, Value>,
    ) -> Result<bool, StoreError>;

    /// Gives a trial back that was not finished: it waits again, with its point but without its steps. Nothing happens if
    /// it is not ours any more.
    ///
    /// # Errors
    /// As [`Store::next`].
    fn release(&mut self, claim: &Claim) -> Result<(), StoreError>;

    /// All trials, by number: 0, 1, 2, …
    ///
    /// # Errors
    /// As [`Store::next`].
    fn trials(&mut self) -> Result<Vec<Trial>, StoreError>;

    /// Something about the study that is found once, such as the cost of its reference.
    ///
    /// # Errors
    /// As [`Store::next`].
    fn attribute(&mut self, name: &str) -> Result<Option<Value>, StoreError>;

    /// Keeps it, unless another worker has done so: the value that is kept now.
    ///
    /// # Errors
    /// As [`Store::next`].
    fn keep_attribute(&mut self, name: &str, value: &Value) -> Result<Value, StoreError>;
}
