//! One trial: the network of a point, trained and judged.

use super::figures::Figures;
use super::plan::Plan;
use crate::config::Config;
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

/// Trains the network of `config` as trial `number`; after each epoch `go_on` is told how many there were and the accuracy
/// on the validation events.
///
/// # Errors
/// Of `go_on`; threads that are not to be had; a signal.
pub fn run(
    plan: &Plan,
    config: &Config,
    go_on: &mut dyn FnMut(u64, f64) -> Result<bool, Failure>,
) -> Result<End, Failure> {
    let mut course = Course::new(config, plan.lessons, plan.threads, plan.start.as_ref())?;
    while !course.is_over() {
        let done = course.epoch(&mut |_| ()).map(|done| (done.epoch as u64, done.validation_accuracy));
        let (epoch, accuracy) = match done {
            Ok(done) => done,
            Err(_) if course.progress.best.is_some() => break,
            Err(failure) => return failed(failure),
        };
        if !go_on(epoch, accuracy)? && !course.is_over() {
            return Ok(End::Pruned);
        }
    }
    match quietly(|| figures(plan, config, &course)) {
        Ok(figures) => Ok(End::Done(figures)),
        Err(failure) => failed(failure),
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
