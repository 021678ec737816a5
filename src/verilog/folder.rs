//! How files are written: all of them or none.
//!
//! A new folder is filled beside the old one and takes its place at the end, so that a reader never sees a
//! design half old and half new, and a failure leaves the old one as it was.

use super::File;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A folder that could not be written.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot write `{}`: {cause}", path.display())]
#[diagnostic(code(verilog::unwritable), help("{}", advice(cause)))]
pub struct Unwritable {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub cause: io::Error,
}

/// What to do about it.
fn advice(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room on the disk, and start it again"
        }
        _ => "choose a folder that you may write to: `-o DIR`, in training `--out W.safetensors`",
    }
}

/// Makes `folder` hold exactly `files`.
///
/// # Errors
/// [`Unwritable`], with the old folder left as it was.
pub fn write(folder: &Path, files: &[File]) -> Result<(), Unwritable> {
    let fresh = beside(folder, "new");
    let old = beside(folder, "old");
    let fail = |path: &Path| {
        let path = path.to_owned();
        move |cause| Unwritable { path, cause }
    };
    for left_over in [&fresh, &old] {
        if left_over.exists() {
            fs::remove_dir_all(left_over).map_err(fail(left_over))?;
        }
    }
    let filled = files.iter().try_for_each(|file| write_file(&fresh.join(&file.path), &file.text));
    if let Err(error) = filled {
        let _ = fs::remove_dir_all(&fresh);
        // The user knows the folder, not what stands in for it.
        return Err(Unwritable { path: folder.to_owned(), ..error });
    }
    if folder.exists() {
        fs::rename(folder, &old).map_err(fail(folder))?;
    }
    if let Err(cause) = fs::rename(&fresh, folder) {
        let _ = fs::rename(&old, folder);
        return Err(Unwritable { path: folder.to_owned(), cause });
    }
    if old.exists() {
        fs::remove_dir_all(&old).map_err(fail(&old))?;
    }
    Ok(())
}

/// Writes one file under a temporary name and renames it; makes its folder.
///
/// # Errors
/// [`Unwritable`]; a file that was there is as it was.
pub fn write_file(path: &Path, contents: impl AsRef<[u8]>) -> Result<(), Unwritable> {
    let fail = |cause| Unwritable { path: path.to_owned(), cause };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fail)?;
    }
    let temporary = beside(path, "new");
    fs::write(&temporary, contents).and_then(|()| fs::rename(&temporary, path)).map_err(|cause| {
        drop(fs::remove_file(&temporary));
        fail(cause)
    })
}

/// `.name.suffix` in the same folder.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{suffix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = entries.collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_holds_exactly_what_was_written_last() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("design");
        write(&folder, &[File::new("rtl/a.v", "a"), File::new("old", "old")]).unwrap();
        write(&folder, &[File::new("rtl/b.v", "b")]).unwrap();
        assert_eq!((names(&folder), names(&folder.join("rtl"))), (vec!["rtl".into()], vec!["b.v".into()]));
        assert_eq!(names(place.path()), ["design"]);
    }

    #[test]
    fn a_full_disk_wants_room_and_no_other_folder() {
        let help = |kind: io::ErrorKind| {
            let error = Unwritable { path: PathBuf::from("report.json"), cause: kind.into() };
            miette::Diagnostic::help(&error).unwrap().to_string()
        };
        assert!(help(io::ErrorKind::StorageFull).contains("make room"));
        assert!(help(io::ErrorKind::PermissionDenied).contains("`-o DIR`"));
    }

    #[test]
    fn a_failure_leaves_the_old_folder() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("design");
        write(&folder, &[File::new("a", "old")]).unwrap();
        // `a` cannot be a file and a folder.
        let error = write(&folder, &[File::new("a", "new"), File::new("a/b", "new")]).unwrap_err();
        assert!(error.to_string().starts_with("cannot write `"), "{error}");
        assert_eq!(fs::read_to_string(folder.join("a")).unwrap(), "old");
        assert_eq!(names(place.path()), ["design"]);
    }
}
