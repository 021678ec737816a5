//! One heteroq at a time works on a design's folder.

use super::Failure;
use crate::verilog::folder::Unwritable;
use miette::miette;
use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::sync::Arc;

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
    let fail = |cause| Unwritable { path: folder.to_owned(), cause };
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let path = folder.with_file_name(format!(".{name}.lock"));
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(fail)?;
    }
    let file = File::create(&path).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _held: Arc::new(file) }),
        Err(TryLockError::WouldBlock) => Err(Failure::Input(miette!(
            code = "gen::busy",
            help = "wait until it is done, or write elsewhere: `-o DIR`, in training `--out W.safetensors`",
            "another heteroq is at work on {}",
            folder.display()
        ))),
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
        drop(first);
        take(&design).expect("free again");
    }
}
