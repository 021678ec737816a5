//! How each step leaves its part of the report, and what a new design makes stale.
//!
//! `gen` lays the figures of the design down, see [`renewed`]; each later step reads the file, replaces its own part
//! and writes it back with [`update`]. A file is written under another name and renamed.

use super::{AgreementRow, Report, SynthRow, json};
use crate::metrics::evaluation::Evaluation;
use crate::net::execute::Agreement;
use std::io;
use std::path::{Path, PathBuf};

/// A report that cannot be read or written.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum ReportError {
    /// There is none yet.
    #[error("{}: there is no report yet", path.display())]
    #[diagnostic(
        code(report::missing),
        help("`heteroq gen CONFIG` lays it down, `heteroq run CONFIG` completes it")
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// It cannot be read or written.
    #[error("{}: {cause}", path.display())]
    #[diagnostic(code(report::file))]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// It is no report.
    #[error("{}: is no report: {cause}", path.display())]
    #[diagnostic(code(report::malformed), help("`heteroq gen CONFIG` writes it again"))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        cause: serde_json::Error,
    },
}

impl Report {
    /// The exact net on the test events.
    pub fn set_evaluation(&mut self, evaluation: Evaluation) {
        self.accuracy = Some(evaluation.accuracy);
        self.details.evaluation = Some(evaluation);
    }

    /// What executors gave: each takes the place of its own earlier row.
    pub fn set_agreement(&mut self, found: &[Agreement]) {
        for one in found {
            let row = AgreementRow::from(one);
            replace(&mut self.agreement, row, |row| row.executor == one.executor);
            let prefix = format!("{}: ", one.executor);
            self.details.differences.retain(|line| !line.starts_with(&prefix));
            self.details.differences.extend(one.first.as_ref().map(|first| format!("{prefix}{first}")));
        }
    }

    /// What a tool made of the design: it takes the place of the same tool's row for the same target.
    pub fn set_synth(&mut self, row: SynthRow) {
        let (tool, target) = (row.tool.clone(), row.target.clone());
        replace(&mut self.synth, row, |row| row.tool == tool && row.target == target);
    }

    /// What `step` left out, and why: in place of what it left out before.
    pub fn set_skipped(&mut self, step: &str, reasons: &[String]) {
        let prefix = format!("{step}: ");
        self.skipped.retain(|line| !line.starts_with(&prefix));
        self.skipped.extend(reasons.iter().map(|reason| format!("{prefix}{reason}")));
    }
}

/// Puts `row` where `old` holds, else at the end.
fn replace<T>(rows: &mut Vec<T>, row: T, old: impl Fn(&T) -> bool) {
    match rows.iter().position(old) {
        Some(place) => rows[place] = row,
        None => rows.push(row),
    }
}

/// The report that was left at `path`.
///
/// # Errors
/// There is none, or it is none.
pub fn load(path: &Path) -> Result<Report, ReportError> {
    let text = std::fs::read_to_string(path).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => ReportError::Missing { path: path.to_owned() },
        _ => ReportError::File { path: path.to_owned(), cause },
    })?;
    json::read(&text).map_err(|cause| ReportError::Malformed { path: path.to_owned(), cause })
}

/// The report of a design that is written again: `fresh`, with what later steps left in `old` if that is of the
/// same design by the same version; of another design nothing is kept.
pub fn renewed(old: Option<Report>, fresh: Report) -> Report {
    let same = |old: &Report| old.design_hash == fresh.design_hash && old.version == fresh.version;
    match old.filter(same) {
        Some(old) => keep(old, fresh),
        None => fresh,
    }
}

/// `fresh`, with those parts of `old` that it does not have.
fn keep(old: Report, fresh: Report) -> Report {
    let mut report = Report { accuracy: fresh.accuracy.or(old.accuracy), ..fresh };
    let (details, left) = (&mut report.details, old.details);
    details.evaluation = details.evaluation.take().or(left.evaluation);
    if report.agreement.is_empty() {
        report.agreement = old.agreement;
        details.differences = left.differences;
    }
    if report.synth.is_empty() {
        report.synth = old.synth;
    }
    if report.skipped.is_empty() {
        report.skipped = old.skipped;
    }
    let mut seconds = old.seconds;
    report.seconds.iter().for_each(|(step, took)| seconds.set(step, took));
    report.seconds = seconds;
    report
}

/// Reads the report at `path`, lets a step `change` its part, and writes it back.
///
/// # Errors
/// There is none, it is none, or it cannot be written.
pub fn update(path: &Path, change: impl FnOnce(&mut Report)) -> Result<Report, ReportError> {
    let mut report = load(path)?;
    change(&mut report);
    save(path, &report)?;
    Ok(report)
}

/// Writes `report` to `path`.
///
/// # Errors
/// The file cannot be written.
pub fn save(path: &Path, report: &Report) -> Result<(), ReportError> {
    write(path, &json::write(report))
}

/// Writes `text` to `path`, under another name first, so that no half of it is ever seen.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, text: &str) -> Result<(), ReportError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = std::fs::write(&temporary, text).and_then(|()| std::fs::rename(&temporary, path));
    written.map_err(|cause| {
        drop(std::fs::remove_file(&temporary));
        ReportError::File { path: path.to_owned(), cause }
    })
}
