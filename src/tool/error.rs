//! What can go wrong with an outside tool, and what to do about it.

use super::Tool;
use miette::Diagnostic;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A tool that is not there, or that did not do its work.
#[derive(Debug, Error, Diagnostic)]
pub enum ToolError {
    /// There is no such program.
    #[error("{} is missing, which is needed to {}: {looked}", tool.name, tool.purpose)]
    #[diagnostic(code(tool::missing), help("{}, or set {} to the program", tool.install, tool.variable))]
    Missing {
        /// Which tool.
        tool: Box<Tool>,
        /// Where it was looked for.
        looked: String,
    },
    /// It ended with an error, or was ended: by a signal from outside, or by us because its time was up.
    #[error("{tool} failed ({status}): {command}\n{tail}")]
    #[diagnostic(code(tool::failed), help("{}", whole_log(log.as_deref())))]
    Failed {
        /// Which tool.
        tool: Box<str>,
        /// The command line that was run.
        command: String,
        /// Exit code, signal, or the time it had.
        status: Box<str>,
        /// The file that holds all it printed; `None` if it was not kept.
        log: Option<PathBuf>,
        /// The last lines it printed.
        tail: String,
    },
    /// It ended well, but what it wrote is not what was asked for.
    #[error("{tool} wrote something unexpected: {what}")]
    #[diagnostic(code(tool::unexpected), help("this version of the tool may be too old or too new"))]
    Unexpected {
        /// Which tool.
        tool: String,
        /// What is wrong with it.
        what: String,
    },
    /// A file beside the tool could not be read or written, or the program could not be started.
    #[error("{what}: {cause}")]
    #[diagnostic(code(tool::file))]
    File {
        /// What was tried, with the path.
        what: String,
        /// The system's answer.
        cause: std::io::Error,
    },
    /// Ctrl-C: the tool and all its children were ended.
    #[error("interrupted")]
    #[diagnostic(code(tool::interrupted))]
    Interrupted,
}

impl ToolError {
    /// What the program's exit code should be: 130 if interrupted, else 3.
    pub fn exit_code(&self) -> u8 {
        match self {
            ToolError::Interrupted => 130,
            _ => 3,
        }
    }

    /// For `map_err`: `what` was tried with `path`.
    pub fn file(what: &str, path: &Path) -> impl FnOnce(std::io::Error) -> ToolError + use<> {
        let what = format!("cannot {what} {}", path.display());
        move |cause| ToolError::File { what, cause }
    }
}

fn whole_log(log: Option<&Path>) -> String {
    match log {
        Some(path) => format!("all it printed is in {}", path.display()),
        None => "run the command by hand to see more".to_owned(),
    }
}
