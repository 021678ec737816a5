//! Each file `tests/config_errors/CODE.yaml`, or `CODE-VARIANT.yaml`, is a config with one fault; beside it
//! stands what a user sees. `UPDATE_EXPECT=1` writes that anew.

use heteroq::config::problem::Code;
use heteroq::config::{self, ConfigError, Weights};
use miette::{GraphicalReportHandler, GraphicalTheme};
use std::error::Error;
use std::fs;
use std::path::Path;

/// What a user sees of `error`: no colours, a fixed width.
fn rendered(error: &ConfigError) -> String {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(110);
    let mut out = String::new();
    handler.with_links(false).render_report(&mut out, error).expect("a string takes all");
    let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// The way of a config that is to become Verilog.
fn load(path: &Path) -> Result<Weights, ConfigError> {
    let config = config::load(path)?;
    config.require_quantized()?;
    Weights::require(&config)
}

fn code_of(path: &Path) -> &str {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    stem.split('-').next().unwrap_or_default()
}

fn fails_as_written(path: &Path) -> Result<(), Box<dyn Error>> {
    let error = load(path).err().ok_or("this config has no fault")?;
    let code = code_of(path);
    if error.first.code.word() != code {
        return Err(format!("expected {code}, got\n{}", rendered(&error)).into());
    }
    let (seen, beside) = (rendered(&error), path.with_extension("stderr"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&beside, &seen)?;
    }
    let expected = fs::read_to_string(&beside).unwrap_or_default();
    if seen == expected { Ok(()) } else { Err(format!("expected\n{expected}\ngot\n{seen}").into()) }
}

/// Run once, beside the file of the first code: no kind of problem is without its file.
fn every_code_has_a_file(path: &Path) -> Result<(), Box<dyn Error>> {
    let folder = path.parent().ok_or("a file lies in a folder")?;
    let without = Code::ALL.iter().filter(|code| !folder.join(format!("{}.yaml", code.word())).exists());
    let words: Vec<&str> = without.map(|code| code.word()).collect();
    if words.is_empty() { Ok(()) } else { Err(format!("no file for {words:?}").into()) }
}

datatest_stable::harness! {
    { test = fails_as_written, root = "tests/config_errors", pattern = r"^[a-z_]+(-[a-z_]+)?\.yaml$" },
    { test = every_code_has_a_file, root = "tests/config_errors", pattern = r"^unknown_key\.yaml$" },
}
