//! Which workers live: each holds a lock on a file of its own, which the system lets go when it ends, however it ends.

use super::error::Trouble;
use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

/// A worker that lives as long as this value.
#[derive(Debug)]
pub(super) struct Worker {
    folder: PathBuf,
    token: String,
    /// How many trials it has signed.
    signed: u64,
    /// Locked.
    _file: File,
}

impl Worker {
    /// A new worker, with a file in `folder`; files of the dead are removed. Only while the database is locked for writing:
    /// a file that somebody is about to lock looks like one of the dead.
    pub(super) fn enlist(folder: &Path) -> Result<Worker, Trouble> {
        let said = |error| Trouble::File(folder.to_owned(), error);
        fs::create_dir_all(folder).map_err(said)?;
        sweep(folder).map_err(said)?;
        let token = token();
        let path = place(folder, &token);
        let file = locked(&path).map_err(|error| Trouble::File(path, error))?;
        Ok(Worker { folder: folder.to_owned(), token, signed: 0, _file: file })
    }

    /// What it signs another trial with: its own name and a number, so that a trial that it gave back and got again is not
    /// signed as before.
    pub(super) fn sign(&mut self) -> String {
        self.signed += 1;
        format!("{}.{}", self.token, self.signed)
    }

    /// Whether the worker that has signed so lives.
    pub(super) fn sees(&self, signature: &str) -> Result<bool, Trouble> {
        let token = signature.split('.').next().unwrap_or_default();
        let is_token = token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if token == self.token || !is_token {
            return Ok(is_token);
        }
        let path = place(&self.folder, token);
        is_held(&path).map_err(|error| Trouble::File(path, error))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Left behind, it is swept by the next one.
        let _ = fs::remove_file(place(&self.folder, &self.token));
    }
}

/// The process and 64 bits of the system's randomness: like that of no other worker.
fn token() -> String {
    format!("{}-{:016x}", std::process::id(), RandomState::new().build_hasher().finish())
}

fn place(folder: &Path, token: &str) -> PathBuf {
    folder.join(format!("{token}.lock"))
}

fn locked(path: &Path) -> io::Result<File> {
    let file = File::create_new(path)?;
    file.lock()?;
    Ok(file)
}

/// Whether somebody holds the lock of this file; nobody does if there is none.
fn is_held(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        file => file?,
    };
    match file.try_lock() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "lock") && !is_held(&path)? {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
