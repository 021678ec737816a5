//! The program: as typed, as meant, and how it ended.

use clap::Parser;
use heteroq::cli::{self, Cli, Said, log};
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log::start(&cli.common);
    heteroq::tool::stop_at_signals();
    match cli::execute(&cli) {
        Ok(said) => print(&said, cli.common.json),
        Err(failure) => {
            let code = failure.exit_code();
            complain(&format!("{:?}", failure.into_report()));
            ExitCode::from(code)
        }
    }
}

/// Results go to standard output, and nothing else does.
fn print(said: &Said, json: bool) -> ExitCode {
    let text = if json { format!("{:#}\n", said.json) } else { said.text.clone() };
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // A reader that has seen enough closes the pipe; that is no failure.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            complain(&format!("cannot write to standard output: {error}"));
            ExitCode::from(2)
        }
        _ => ExitCode::SUCCESS,
    }
}

fn complain(text: &str) {
    // Where nobody listens there is nothing left to say.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
