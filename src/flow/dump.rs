//! `--dump-after PASS`: any form of a design as text.

use super::Failure;
use super::design::{Design, pass_names};
use crate::{graph, net, schedule};
use miette::miette;

/// The net after `pass`, or a form of it called by a name of its own, as text. A pass that runs several times
/// means its last run, unless its place in the order is given too: `04 simplify`.
///
/// # Errors
/// A name that no pass has.
pub fn dump(design: &Design, pass: &str) -> Result<String, Failure> {
    match pass {
        "graph" => return Ok(graph::text::write(&design.graph)),
        "lower" => return Ok(net::text::write(&design.lowered)),
        "schedule" => return Ok(schedule::text::write(&design.staged)),
        _ => {}
    }
    let called = |(place, (name, _)): &(usize, &(String, net::Net))| {
        name == pass || format!("{:02} {name}", place + 1) == pass
    };
    let found = design.passes.iter().enumerate().rfind(called);
    found.map(|(_, (_, net))| net::text::write(net)).ok_or_else(|| unknown(design, pass))
}

fn unknown(design: &Design, pass: &str) -> Failure {
    let mut known = pass_names(Some(&design.config));
    known.sort_unstable();
    known.dedup();
    Failure::Input(miette!(
        code = "passes::unknown",
        help = format!("there are graph, lower, {}, schedule", known.join(", ")),
        "there is no pass `{pass}`"
    ))
}
