//! What can end a command, and with which exit code.

use crate::config::ConfigError;
use crate::data::DataError;
use crate::graph::LayerError;
use crate::report::ReportError;
use crate::tool::ToolError;
use crate::verilog::folder::Unwritable;
use miette::{Diagnostic, Report};

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The design failed: executors disagree, the latency budget is unmet, it does not fit. Exit code 1.
    Design(Report),
    /// The user's input is wrong. Exit code 2.
    Input(Report),
    /// A tool that is needed is missing or failed (exit code 3), or Ctrl-C (130).
    Tool(ToolError),
}

impl Failure {
    /// The user's input is wrong in this way.
    pub fn input(error: impl Diagnostic + Send + Sync + 'static) -> Failure {
        Failure::Input(Report::new(error))
    }

    /// The program's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Design(_) => 1,
            Failure::Input(_) => 2,
            Failure::Tool(error) => error.exit_code(),
        }
    }

    /// The diagnostic to be shown.
    pub fn into_report(self) -> Report {
        match self {
            Failure::Design(report) | Failure::Input(report) => report,
            Failure::Tool(error) => Report::new(error),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Failure {
        Failure::input(error)
    }
}

impl From<LayerError> for Failure {
    fn from(error: LayerError) -> Failure {
        Failure::input(error)
    }
}

impl From<Unwritable> for Failure {
    fn from(error: Unwritable) -> Failure {
        Failure::input(error)
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Failure {
        Failure::input(error)
    }
}

impl From<ToolError> for Failure {
    fn from(error: ToolError) -> Failure {
        Failure::Tool(error)
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Failure {
        Failure::input(error)
    }
}
