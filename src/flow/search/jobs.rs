//! Other workers: this program again, in processes of their own, on the same study.

use super::Options;
use super::plan::Plan;
use crate::flow::Failure;
use crate::tool::{Run, ToolError};
use std::ffi::OsString;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

/// Workers in processes of their own.
#[derive(Debug)]
pub struct Jobs(Vec<JoinHandle<Result<(), ToolError>>>);

impl Jobs {
    /// Starts as many workers as `options` ask for beside this one; what each prints goes to a file in the folder of the
    /// study.
    ///
    /// # Errors
    /// This program cannot be found.
    pub fn start(plan: &Plan, options: &Options) -> Result<Jobs, Failure> {
        let others = if options.worker { 0 } else { options.jobs.saturating_sub(1) };
        let program = std::env::current_exe().map_err(ToolError::file("find", &PathBuf::from("heteroq")))?;
        let job = |number: usize| {
            let run = Run::program(&program)
                .args(arguments(plan, options))
                .log(options.folder.join(format!("worker_{number}.log")));
            thread::spawn(move || run.run().map(drop))
        };
        Ok(Jobs((1..=others).map(job).collect()))
    }

    /// Waits until all of them have ended.
    ///
    /// # Errors
    /// What ended one of them before its work was done.
    pub fn join(self) -> Result<(), Failure> {
        for job in self.0 {
            job.join().expect("a run does not panic")?;
        }
        Ok(())
    }
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
