//! `heteroq convert`: a float network with quantizers put in, as a new config.

use super::{Failure, check};
use crate::config;
use crate::config::convert::{self, Conversion, Converted, Outcome};
use crate::tool;
use crate::verilog::folder::{self, Unwritable};
use miette::miette;
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};
use std::{fs, io};

/// Writes the network in `float` with the quantizers in `quantizers` to `output`, a config that `check` takes.
///
/// # Errors
/// What is wrong with the two files, at its place; an `output` that is one of them or cannot be written.
pub fn convert(
    float: &Path,
    quantizers: &Path,
    activation_bits: u32,
    output: &Path,
) -> Result<Converted, Failure> {
    let config = config::load(float)?;
    let text = fs::read_to_string(quantizers).map_err(|error| unreadable(quantizers, &error))?;
    require_new(output, &[float, quantizers])?;
    let old_folder = between(output, float)?;
    let how =
        Conversion { quantizers: (&text, quantizers), activation_bits, old_folder: &old_folder, output };
    let converted = convert::convert(&config, &how)?;
    check::check(&converted.config)?;
    tool::uninterrupted(|| folder::write_file(output, &converted.text))?
        .map_err(|error| unwritable(&error))?;
    Ok(converted)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::Input(miette!(
        code = "convert::unreadable",
        help = "give `--quantizers` a file such as `QDense: {kernel_quantizer: \"quantized_bits(4, 0, alpha=1)\"}`",
        "cannot read {}: {error}",
        path.display()
    ))
}

fn unwritable(error: &Unwritable) -> Failure {
    Failure::Input(miette!(code = "convert::unwritable", help = "name another file with `-o`", "{error}"))
}

/// No file that is read is written over.
fn require_new(output: &Path, read: &[&Path]) -> Result<(), Failure> {
    let same = |other: &&&Path| {
        fs::canonicalize(output).is_ok_and(|new| fs::canonicalize(other).is_ok_and(|old| old == new))
    };
    let refused = |what: &str| {
        Err(Failure::Input(miette!(
            code = "convert::output",
            help = "name another file with `-o`, such as `-o quantized.yaml`",
            "{} {what}",
            output.display()
        )))
    };
    match read.iter().find(same) {
        Some(_) => refused("is read by this command, and would be written over"),
        None if output.is_dir() => refused("is a folder"),
        None => Ok(()),
    }
}

/// The way from the folder of `output` to that of `float`; empty if they are the same.
pub(super) fn between(output: &Path, float: &Path) -> Result<PathBuf, Failure> {
    let (from, to) = (real_folder(output)?, real_folder(float)?);
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(shared)).collect();
    match way.to_str() {
        Some(_) => Ok(way),
        None => Err(Failure::Input(miette!(
            code = "convert::output",
            help = "put the new config beside the old one",
            "{} is in a folder whose name cannot be written in a config",
            float.display()
        ))),
    }
}

/// The folder that the file at `path` is in, without links.
fn real_folder(path: &Path) -> Result<PathBuf, Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::canonicalize(folder).map_err(|cause| unwritable(&Unwritable { path: path.to_owned(), cause }))
}

/// A line for each layer, and for what was of no use.
pub fn text(converted: &Converted) -> String {
    let mut text = String::new();
    for layer in &converted.layers {
        let _ = writeln!(text, "  {:<14} {}", layer.layer, what_became_of(layer));
    }
    for key in &converted.unused {
        let _ = writeln!(text, "  note: no float layer is looked up under `{key}`");
    }
    text
}

fn what_became_of(layer: &Outcome) -> String {
    if let Some(reason) = &layer.left_alone {
        return format!("left alone: {reason}");
    }
    let change = |change: &convert::Change| {
        let from = change.from.as_ref().map_or(String::new(), |from| format!(" for {from}"));
        format!("{} {}{from}", change.key, change.to)
    };
    layer.changes.iter().map(change).collect::<Vec<_>>().join("; ")
}
