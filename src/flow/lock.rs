//! One heteroq at a time works on a design's folder.

use super::Failure;
use crate::tool;
use crate::verilog::folder::Unwritable;
use miette::miette;
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long to wait before the next try.
const PATIENCE: Duration = Duration::from_millis(100);

/// The right to work on a design's folder; given back when the last of its copies is gone, or the process ends.
#[derive(Debug, Clone)]
pub struct Lock {
    _held: Arc<File>,
}

/// Takes the design's folder for this process.
///
/// # Errors
/// Another process has it, or a lock file cannot be written beside it.
pub fn take(folder: &Path) -> Result<Lock, Failure> {
    tried(folder)?.ok_or_else(|| {
        Failure::Input(miette!(
            code = "gen::busy",
            help = "wait until it is done, or write elsewhere: `-o DIR`, in training `--out W.safetensors`",
            "another heteroq is at work on {}",
            folder.display()
        ))
    })
}

/// The same, once no other process has it: `waits` is told first if one does.
///
/// # Errors
/// A lock file cannot be written beside it; a signal.
pub fn wait(folder: &Path, waits: impl FnOnce()) -> Result<Lock, Failure> {
    if let Some(lock) = tried(folder)? {
        return Ok(lock);
    }
    waits();
    loop {
        tool::uninterrupted(|| ())?;
        std::thread::sleep(PATIENCE);
        if let Some(lock) = tried(folder)? {
            return Ok(lock);
        }
    }
}

/// The lock, unless another process has it.
fn tried(folder: &Path) -> Result<Option<Lock>, Failure> {
    let fail = |cause| Unwritable { path: folder.to_owned(), cause };
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let path = folder.with_file_name(format!(".{name}.lock"));
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(fail)?;
    }
    let file = File::create(&path).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _held: Arc::new(file) })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) => Err(fail(cause).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_and_the_third_is_free() {
        let folder = tempfile::tempdir().expect("a folder");
        let design = folder.path().join("tiny");
        let first = take(&design).expect("free");
        let second = take(&design).expect_err("taken").into_report().to_string();
        assert!(second.starts_with("another heteroq is at work on "), "{second}");
        let late = std::thread::spawn(move || wait(&design, || drop(first)).map(drop).is_ok());
        assert!(late.join().expect("no panic"), "free again");
    }
}
