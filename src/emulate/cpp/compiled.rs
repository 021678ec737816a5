//! What the compiled header computes.

use super::{files, word};
use crate::net::Net;
use crate::net::execute::{ExecuteError, Executes};
use crate::tool::{CXX, Run, ToolError};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The C++ emulator of a net, compiled in a folder. Running it writes `run_inputs.txt` there.
#[derive(Debug)]
pub struct Compiled {
    folder: PathBuf,
    program: PathBuf,
    outputs: usize,
}

impl Compiled {
    /// Writes the C++ emulator of `net` into `folder` and compiles it with [`CXX`].
    ///
    /// # Errors
    /// [`ToolError`] if there is no compiler, it fails, or a file cannot be written.
    pub fn new(net: &Net, name: &str, header: &str, folder: &Path) -> Result<Compiled, ToolError> {
        fs::create_dir_all(folder).map_err(ToolError::file("make the folder", folder))?;
        for (path, text) in files(net, name, header) {
            let path = folder.join(path);
            fs::write(&path, text).map_err(ToolError::file("write", &path))?;
        }
        Compiled::in_folder(net, name, folder)
    }

    /// Compiles what [`files`] gave for `net` and `name` and is already in `folder`.
    ///
    /// # Errors
    /// As for [`Compiled::new`].
    pub fn in_folder(net: &Net, name: &str, folder: &Path) -> Result<Compiled, ToolError> {
        let program = format!("test_{}", word::name(name));
        let compile =
            Run::of(&CXX)?.args(["-std=c++17", "-O2", "-Wall", "-Wextra", "-Wconversion", "-Wshadow"]);
        let compile = compile.args(["-pedantic", "-o", &program, "test_main.cpp"]).folder(folder);
        compile.log(folder.join("compile.log")).run()?;
        // A relative path would be looked up in the folder it runs in.
        let folder = folder.canonicalize().map_err(ToolError::file("find", folder))?;
        Ok(Compiled { program: folder.join(program), folder, outputs: net.outputs.len() })
    }
}

impl Executes for Compiled {
    fn name(&self) -> &'static str {
        "c++"
    }

    fn run(&mut self, events: &[Vec<i128>]) -> Result<Vec<Vec<i128>>, ExecuteError> {
        let inputs = self.folder.join("run_inputs.txt");
        fs::write(&inputs, lines(events)).map_err(ToolError::file("write", &inputs))?;
        let printed = Run::program(&self.program).arg("--run").arg(&inputs).folder(&self.folder).output()?;
        let rows: Result<Vec<Vec<i128>>, _> = printed.lines().map(|line| self.row(line)).collect();
        let rows = rows?;
        if rows.len() != events.len() {
            return Err(self.unexpected(format!("{} lines for {} events", rows.len(), events.len())).into());
        }
        Ok(rows)
    }
}

impl Compiled {
    fn row(&self, line: &str) -> Result<Vec<i128>, ToolError> {
        let row: Option<Vec<i128>> = line.split_whitespace().map(|word| word.parse().ok()).collect();
        let whole = row.filter(|row| row.len() == self.outputs);
        whole.ok_or_else(|| self.unexpected(format!("`{line}`")))
    }

    fn unexpected(&self, what: String) -> ToolError {
        ToolError::Unexpected { tool: self.program.display().to_string(), what }
    }
}

/// One event a line, decimal integers separated by blanks.
fn lines(events: &[Vec<i128>]) -> String {
    let mut text = String::new();
    for event in events {
        for (n, v) in event.iter().enumerate() {
            let _ = write!(text, "{}{v}", if n == 0 { "" } else { " " });
        }
        text.push('\n');
    }
    text
}
