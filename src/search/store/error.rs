//! What the user is told when something is wrong with a study's file.

use rusqlite::ErrorCode;
use std::io;
use std::path::{Path, PathBuf};

/// What can go wrong with a store.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{message}")]
#[diagnostic(code(search::study))]
pub struct StoreError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    #[help]
    pub help: Option<String>,
}

/// The same before anybody has said in which file.
#[derive(Debug)]
pub(super) enum Trouble {
    /// SQLite says so.
    Sql(rusqlite::Error),
    /// A file beside the database.
    File(PathBuf, io::Error),
    /// Something in the database that cannot be.
    Damaged(String),
    /// It is another study, or none: what it is, what to do.
    Refused(String, String),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Trouble {
        Trouble::Sql(error)
    }
}

impl Trouble {
    /// For the user of the database at `path`.
    pub(super) fn told(self, path: &Path) -> StoreError {
        let (message, help) = match self {
            Trouble::Sql(error) => sql(&error, &path.display().to_string()),
            Trouble::File(file, error) => of_file(&file.display().to_string(), &error),
            Trouble::Damaged(what) => damaged(&path.display().to_string(), &what),
            Trouble::Refused(message, help) => (message, help),
        };
        StoreError { message, help: Some(help) }
    }
}

fn sql(error: &rusqlite::Error, path: &str) -> (String, String) {
    match error.sqlite_error_code() {
        None | Some(ErrorCode::DatabaseCorrupt) => damaged(path, &error.to_string()),
        Some(ErrorCode::NotADatabase) => (
            format!("{path} is no SQLite database"),
            "move it away: a new study is begun where there is no file".to_owned(),
        ),
        Some(ErrorCode::DiskFull) => full(path),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            format!("another program keeps {path} for itself"),
            "end it, or let it end what it does, and start again: the study goes on".to_owned(),
        ),
        Some(ErrorCode::SystemIoFailure) => (
            format!("{path} cannot be read and written: {error}"),
            "see whether its disk is full or fails: nothing that was kept is lost, and the study goes on"
                .to_owned(),
        ),
        Some(_) => (
            format!("{path} cannot be read and written: {error}"),
            "both the file and its folder must be there and writable".to_owned(),
        ),
    }
}

fn of_file(file: &str, error: &io::Error) -> (String, String) {
    match error.kind() {
        io::ErrorKind::StorageFull => full(file),
        io::ErrorKind::Unsupported => (
            format!("{file} cannot be locked: {error}"),
            "keep the study on a disk of this machine: workers show by locked files that they live"
                .to_owned(),
        ),
        _ => (format!("{file}: {error}"), "the folder must be there and writable".to_owned()),
    }
}

fn damaged(path: &str, what: &str) -> (String, String) {
    let message = format!("{path} is damaged: {what}");
    let help = "put a copy back, or move it away to begin the study anew; `sqlite3 study.db .recover` shows what can \
                still be read";
    (message, help.to_owned())
}

fn full(path: &str) -> (String, String) {
    let message = format!("there is no space left on the disk of {path}");
    (message, "make some and start again: nothing that was kept is lost, and the study goes on".to_owned())
}
