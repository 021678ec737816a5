//! What is told about a network that fails.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Lines of the network that are shown.
const MOST_LINES: usize = 60;

/// A network on which an executor differs from the definition, or does not run.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What to write to see it again.
    pub replay: String,
    /// Which executor.
    pub executor: String,
    /// The first difference.
    pub what: String,
    /// The network.
    pub network: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { replay, executor, what, network } = self;
        writeln!(f, "{replay} cargo test --release --test random -- --nocapture\n`{executor}`: {what}")?;
        network.lines().take(MOST_LINES).try_for_each(|line| writeln!(f, "    {line}"))?;
        let more = network.lines().count().saturating_sub(MOST_LINES);
        if more == 0 { Ok(()) } else { writeln!(f, "    … {more} lines more") }
    }
}

/// What `check` says of the network of `replay`; a panic, whose message a worker thread may lose, is a failure too.
pub fn caught(replay: &str, check: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(Failure {
            replay: replay.to_owned(),
            executor: "panic".to_owned(),
            what: text.unwrap_or_default(),
            network: String::new(),
        })
    })
}

/// Ends the test if there are failures, with all of them.
pub fn none(failures: &[Failure]) {
    let text: String = failures.iter().map(|failure| format!("\n{failure}")).collect();
    assert!(failures.is_empty(), "{} networks fail\n{text}", failures.len());
}
