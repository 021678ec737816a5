//! One trial: the network of a point, trained and judged.

use super::figures::Figures;
use super::plan::Plan;
use crate::config::{Config, Weights};
use crate::flow::Failure;
use crate::flow::course::Course;
use crate::flow::quietly::quietly;
use crate::tool::ToolError;
use crate::train::rule::stream::stream;

/// What a trial comes to.
#[derive(Debug)]
pub enum End {
    /// It is done.
    Done(Figures),
    /// It was ended early.
    Pruned,
    /// It has no figures, and would have none again.
    Failed(String),
}

/// Trains the network of `config` as a trial; after each epoch `go_on` is told how many there were and the accuracy on the
/// validation events.
///
/// # Errors
/// Of `go_on`; threads that are not to be had; a signal.
pub fn run(
    plan: &Plan,
    config: &Config,
    go_on: &mut dyn FnMut(u64, f64) -> Result<bool, Failure>,
) -> Result<End, Failure> {
    let mut course = Course::new(config, plan.lessons, plan.threads, plan.start.as_ref())?;
    loop {
        match epoch(&mut course) {
            Ok(None) => break,
            Ok(Some((number, accuracy))) => {
                if !go_on(number, accuracy)? && !course.is_over() {
                    return Ok(End::Pruned);
                }
            }
            Err(failure) => return failed(failure),
        }
    }
    quietly(|| figures(plan, config, &course)).map_or_else(failed, |figures| Ok(End::Done(figures)))
}

/// The weights that the trial of `config` comes to: the same bits whenever it is trained.
///
/// # Errors
/// A training that comes to nothing; a signal.
pub fn weights(plan: &Plan, config: &Config) -> Result<Weights, Failure> {
    let mut course = Course::new(config, plan.lessons, plan.threads, plan.start.as_ref())?;
    while epoch(&mut course)?.is_some() {}
    course.best()
}

/// One more epoch: its number, and the accuracy after it. None if all are done, or if it diverges where an epoch before it is
/// worth keeping.
pub(super) fn epoch(course: &mut Course) -> Result<Option<(u64, f64)>, Failure> {
    if course.is_over() {
        return Ok(None);
    }
    match course.epoch(&mut |_| ()).map(|done| (done.epoch as u64, done.validation_accuracy)) {
        Ok(done) => Ok(Some(done)),
        Err(Failure::Tool(ToolError::Interrupted)) => Err(Failure::Tool(ToolError::Interrupted)),
        Err(_) if course.progress.best.is_some() => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn figures(plan: &Plan, config: &Config, course: &Course) -> Result<Figures, Failure> {
    let accuracy = course.progress.best.map_or(0.0, |best| best.accuracy);
    Figures::of(plan.search, config, &course.best()?, accuracy, plan.lessons)
}

/// A trial that cannot be; a signal is none of its faults.
fn failed(failure: Failure) -> Result<End, Failure> {
    match failure {
        Failure::Tool(ToolError::Interrupted) => Err(Failure::Tool(ToolError::Interrupted)),
        failure => Ok(End::Failed(failure.into_report().to_string())),
    }
}

/// The seed of a training that belongs to the search of `seed`: that of trial `number`.
pub fn seed(seed: u64, number: u64) -> u64 {
    stream(seed, "trial", number).bits()
}
