//! Other workers: this program again, in processes of their own, on the same study.

use super::Options;
use super::plan::Plan;
use crate::flow::Failure;
use crate::tool::{self, Run, ToolError};
use miette::Diagnostic;
use std::ffi::OsString;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tracing::warn;

/// How long this process may take to give its trial back after a signal, once the others have ended.
const GRACE: Duration = Duration::from_secs(3);

/// Workers in processes of their own.
#[derive(Debug)]
pub struct Jobs(JoinHandle<()>);

impl Jobs {
    /// Starts as many workers as `options` ask for beside this one; what each prints goes to a file in the folder of the
    /// study. What ends one of them early is said at once: the others go on, with its trial too. A signal ends them all,
    /// and this program.
    ///
    /// # Errors
    /// This program cannot be found.
    pub fn start(plan: &Plan, options: &Options) -> Result<Jobs, Failure> {
        let others = if options.worker { 0 } else { options.jobs.saturating_sub(1) };
        let program = std::env::current_exe().map_err(ToolError::file("find", &PathBuf::from("heteroq")))?;
        let job = |number: usize| {
            let log = options.folder.join(format!("worker_{number}.log"));
            (number, Run::program(&program).args(arguments(plan, options)).log(log))
        };
        let all: Vec<(usize, Run)> = (1..=others).map(job).collect();
        Ok(Jobs(thread::spawn(move || watch(all))))
    }

    /// Waits until all of them have ended.
    pub fn join(self) {
        self.0.join().expect("a run does not panic");
    }
}

/// Runs all of them to their ends. After a signal this program ends too: by itself, or else in a while.
fn watch(all: Vec<(usize, Run)>) {
    thread::scope(|scope| {
        for (number, run) in all {
            scope.spawn(move || match run.run() {
                Ok(_) | Err(ToolError::Interrupted) => (),
                Err(error) => {
                    let help = error.help().map_or(String::new(), |help| format!("\n{help}"));
                    warn!("worker {number} has ended early; the others go on\n{error}{help}");
                }
            });
        }
    });
    thread::spawn(|| {
        if tool::uninterrupted(|| ()).is_err() {
            thread::sleep(GRACE);
            tool::end_if_interrupted();
        }
    });
}

/// The command line of a worker for this search.
fn arguments(plan: &Plan, options: &Options) -> Vec<OsString> {
    let number = |key: &str, n: u64| [OsString::from(key), n.to_string().into()];
    let mut all: Vec<OsString> = vec!["search".into(), plan.config.source.name().into()];
    all.extend(number("--trials", plan.search.trials as u64));
    all.extend(number("--threads", plan.threads as u64));
    all.extend(["--study".into(), options.folder.clone().into_os_string(), "--worker".into()]);
    all
}
