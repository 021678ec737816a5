//! How a step leaves its part in `report.json`, and `report.html` with it.

use super::Failure;
use super::design::Design;
use super::figures;
use super::generate::Generated;
use crate::report::{Report, collect, html, number};
use crate::tool;
use std::path::Path;
use std::time::Instant;
use tracing::{Span, info, warn};

/// What a step gave, and how long it took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timed<T> {
    /// What it gave.
    pub value: T,
    /// How many seconds it took.
    pub seconds: f64,
}

/// Takes `step` under `span`, whose name is the step's.
///
/// # Errors
/// The step's own.
pub fn timed<T>(span: Span, step: impl FnOnce() -> Result<T, Failure>) -> Result<Timed<T>, Failure> {
    let start = Instant::now();
    let value = span.in_scope(step)?;
    let seconds = start.elapsed().as_secs_f64();
    span.in_scope(|| info!("done in {}", number::seconds(seconds)));
    Ok(Timed { value, seconds })
}

/// Puts what `step` found into the report.
///
/// # Errors
/// The report cannot be read or written.
pub fn leave(
    design: &Design,
    generated: &Generated,
    (step, seconds): (&str, f64),
    change: impl FnOnce(&mut Report),
) -> Result<(), Failure> {
    let folder = &generated.folder;
    let change = |report: &mut Report| {
        change(report);
        report.details.files = figures::files(design, folder, &report.synth);
        report.seconds.set(step, seconds);
    };
    let update = || -> Result<(), Failure> {
        let report = collect::update(&folder.join("report.json"), change)?;
        Ok(collect::write(&folder.join("report.html"), &html::write(&report))?)
    };
    tool::uninterrupted(update)?
}

/// Says what was left out, and why.
pub fn say_skipped(reasons: &[String]) {
    reasons.iter().for_each(|reason| warn!("skipped: {reason}"));
}

/// The report that was left in `folder`, with its page written anew.
///
/// # Errors
/// There is none, or the page cannot be written.
pub fn show(folder: &Path) -> Result<Report, Failure> {
    let report = collect::load(&folder.join("report.json"))?;
    tool::uninterrupted(|| collect::write(&folder.join("report.html"), &html::write(&report)))??;
    Ok(report)
}
