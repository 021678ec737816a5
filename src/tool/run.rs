//! How a tool is started, and what is known when it ended.

use super::group::{self, End};
use super::{Tool, ToolError};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many of the last lines an error shows.
const TAIL_LINES: usize = 15;

/// One run of a program, to be started.
#[derive(Debug, Clone)]
pub struct Run {
    name: String,
    program: PathBuf,
    args: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
    log: Option<PathBuf>,
    time: Option<Duration>,
}

/// A run that ended well.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// How long it took.
    pub seconds: f64,
    /// All it printed, standard output and standard error as they came.
    pub printed: Vec<u8>,
}

impl Finished {
    /// All it printed, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.printed).into_owned()
    }
}

impl Run {
    /// A run of `tool`.
    ///
    /// # Errors
    /// [`ToolError::Missing`].
    pub fn of(tool: &Tool) -> Result<Run, ToolError> {
        Ok(Run { name: tool.name.to_owned(), ..Run::program(tool.find()?) })
    }

    /// A run of the program at `path`, for instance one that was just compiled.
    pub fn program(path: impl Into<PathBuf>) -> Run {
        let program = path.into();
        let name = program.display().to_string();
        Run { name, program, args: Vec::new(), variables: Vec::new(), folder: None, log: None, time: None }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Run {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Run {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets an environment variable for it.
    #[must_use]
    pub fn variable(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Run {
        self.variables.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// The folder it runs in; ours if not set.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Run {
        self.folder = Some(folder.into());
        self
    }

    /// The file that keeps all it prints; what the file held before is lost. If not set, nothing is kept.
    #[must_use]
    pub fn log(mut self, path: impl Into<PathBuf>) -> Run {
        self.log = Some(path.into());
        self
    }

    /// The time after which it is ended; no limit if not set.
    #[must_use]
    pub fn time_limit(mut self, time: Duration) -> Run {
        self.time = Some(time);
        self
    }

    /// The command line, quoted for a shell.
    pub fn command_line(&self) -> String {
        let words =
            std::iter::once(self.program.as_os_str()).chain(self.args.iter().map(OsString::as_os_str));
        words.map(quoted).collect::<Vec<_>>().join(" ")
    }

    /// All it prints, as text.
    ///
    /// # Errors
    /// As for [`Run::run`].
    pub fn output(self) -> Result<String, ToolError> {
        Ok(self.run()?.text())
    }

    /// Runs it until it ends. It reads nothing, and nothing of it is left running afterwards.
    ///
    /// # Errors
    /// [`ToolError::Failed`] unless it exits with 0 in time; [`ToolError::Interrupted`] at Ctrl-C;
    /// [`ToolError::File`] if it cannot be started or its log not be written.
    pub fn run(self) -> Result<Finished, ToolError> {
        let command_line = self.command_line();
        tracing::debug!(command = command_line, "run {}", self.name);
        let mut log = self.open_log()?;
        let started = Instant::now();
        let end = group::run(&mut self.command(&log)?, self.time);
        let end = end.map_err(ToolError::file("run", &self.program))?;
        let seconds = started.elapsed().as_secs_f64();
        let printed =
            read_all(&mut log).map_err(ToolError::file("read what was printed by", &self.program))?;
        let failed = |status: String| ToolError::Failed {
            tool: self.name.as_str().into(),
            command: command_line,
            status: status.into(),
            log: self.log.clone(),
            tail: tail(&printed),
        };
        match end {
            End::Exited(status) if status.success() => Ok(Finished { seconds, printed }),
            End::Exited(status) => Err(failed(status.to_string())),
            End::TimedOut => Err(failed(format!("not done after {:?}", self.time.unwrap_or_default()))),
            End::Interrupted => Err(ToolError::Interrupted),
        }
    }

    /// The log file, or one that vanishes with its handle.
    fn open_log(&self) -> Result<File, ToolError> {
        let Some(path) = &self.log else {
            return tempfile::tempfile().map_err(ToolError::file("write to", &std::env::temp_dir()));
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(ToolError::file("make the folder", folder))?;
        }
        let mut options = File::options();
        options.read(true).append(true).create(true);
        let log = options.open(path).map_err(ToolError::file("write", path))?;
        log.set_len(0).map_err(ToolError::file("write", path))?;
        Ok(log)
    }

    fn command(&self, log: &File) -> Result<Command, ToolError> {
        let out = || log.try_clone().map(Stdio::from).map_err(ToolError::file("run", &self.program));
        let mut command = Command::new(&self.program);
        // Under `make`, a tool that runs make itself must not take part in the outer one.
        for name in ["MAKEFLAGS", "MFLAGS", "MAKELEVEL"] {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.args(&self.args).stdin(Stdio::null()).stdout(out()?).stderr(out()?);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        Ok(command)
    }
}

fn read_all(log: &mut File) -> std::io::Result<Vec<u8>> {
    let mut printed = Vec::new();
    log.seek(SeekFrom::Start(0))?;
    log.read_to_end(&mut printed)?;
    Ok(printed)
}

fn tail(printed: &[u8]) -> String {
    let text = String::from_utf8_lossy(printed);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-+=./,:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Run {
        Run { name: "shell".to_owned(), ..Run::program("/bin/sh") }.args(["-c", script])
    }

    #[test]
    fn a_failure_shows_the_command_the_code_the_log_and_the_last_lines() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("logs/shell.log");
        let error = shell("seq 1 40 >&2; exit 7").log(&log).run().unwrap_err();
        let lines: Vec<String> = (26..=40).map(|n| n.to_string()).collect();
        assert_eq!(
            error.to_string(),
            format!("shell failed (exit status: 7): /bin/sh -c 'seq 1 40 >&2; exit 7'\n{}", lines.join("\n"))
        );
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        assert_eq!(help, format!("all it printed is in {}", log.display()));
        assert_eq!(fs::read_to_string(log).unwrap().lines().count(), 40);
        assert_eq!(error.exit_code(), 3);
    }

    #[test]
    fn the_log_holds_both_streams_of_the_last_run_only() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        shell("echo old; echo old").log(&log).run().unwrap();
        let script = shell("echo out; echo err >&2; pwd; echo $HETEROQ_SET").variable("HETEROQ_SET", "set");
        let finished = script.folder("/").log(&log).run().unwrap();
        assert_eq!(fs::read_to_string(log).unwrap(), "out\nerr\n/\nset\n");
        assert_eq!(finished.text(), "out\nerr\n/\nset\n");
    }

    #[test]
    fn time_up_and_death_by_signal_are_failures() {
        let late = shell("echo begun; sleep 600").time_limit(Duration::from_millis(300)).run().unwrap_err();
        let text = "shell failed (not done after 300ms): /bin/sh -c 'echo begun; sleep 600'\nbegun";
        assert_eq!(late.to_string(), text);
        let killed = shell("kill -9 $$").run().unwrap_err();
        assert!(killed.to_string().starts_with("shell failed (signal: 9 (SIGKILL))"), "{killed}");
    }

    #[test]
    fn it_reads_nothing() {
        assert_eq!(shell("cat; echo done").output().unwrap(), "done\n");
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(Run::program("/a b").args(["x=1", "", "it's"]).command_line(), r"'/a b' x=1 '' 'it'\''s'");
    }
}
