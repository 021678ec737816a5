//! The program: as typed, as meant, and how it ended.

use clap::Parser;
use heteroq::cli::{self, Cli, Common};
use std::io::Write;
use std::process::ExitCode;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_logging(&cli.common);
    heteroq::tool::stop_at_signals();
    match cli::execute(&cli) {
        Ok(said) => {
            let text = if cli.common.json { format!("{:#}\n", said.json) } else { said.text };
            let mut out = std::io::stdout().lock();
            // A reader that has seen enough closes the pipe; that is no failure.
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            let code = failure.exit_code();
            eprintln!("{:?}", failure.into_report());
            ExitCode::from(code)
        }
    }
}

/// What the steps say goes to standard error, beside a progress bar on a terminal.
fn start_logging(common: &Common) {
    let level = match (common.quiet, common.verbose) {
        (true, _) => "error",
        (false, 0) => "info",
        (false, 1) => "debug",
        (false, _) => "trace",
    };
    let bars = tracing_indicatif::IndicatifLayer::new();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(bars.get_stderr_writer())
        .with_target(false)
        .without_time();
    tracing_subscriber::registry()
        .with(tracing_subscriber::EnvFilter::new(format!("warn,heteroq={level}")))
        .with(lines)
        .with(bars)
        .init();
}
