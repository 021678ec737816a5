//! The study of the AutoQKeras paper (Coelho et al. 2021, arXiv 2006.10159) on the jets of `examples/jet_tagger`:
//! `make study`.
//!
//! ```text
//! cargo bench --bench study            all of it, into examples/jet_tagger/study
//! STUDY_QUICK=1 cargo bench --bench study    a few jets and trials, into search/study_quick/results
//! ```
//!
//! | file | answers |
//! |---|---|
//! | [`protocol`] | on which terms networks are compared |
//! | [`after`] | float networks, and what quantization after training makes of them: BF, BP, BH |
//! | [`lowered`] | which bits BH has |
//! | [`searches`] | what is searched, and what is found: QE, QB, ours, and with random points |
//! | [`homogeneous`] | the control without a search |
//! | [`autoqkeras`] | AutoQKeras's own networks |
//! | [`networks`] | how a network is trained in full, and kept |
//! | [`study`] | all that was found |
//! | [`claims`], [`text`], [`plots`] | how it is shown |
//!
//! Searches and trainings are kept in `search/study`, each when it is done, so that an interrupted study goes on.
//! AutoQKeras's results are those of `make peers-autoqkeras`, in `rtl_out/autoqkeras_bits` and `rtl_out/autoqkeras_energy`,
//! or where `STUDY_AUTOQKERAS_BITS` and `STUDY_AUTOQKERAS_ENERGY` say.

mod after;
mod autoqkeras;
mod claims;
mod few;
mod homogeneous;
mod lowered;
mod networks;
mod parallel;
mod plots;
mod protocol;
mod searches;
mod study;
mod text;

use heteroq::config::Config;
use heteroq::flow::{Failure, lock};
use heteroq::tool;
use heteroq::verilog::folder::{Unwritable, write_file};
use networks::School;
use protocol::Protocol;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use study::{Front, Study};
use tracing::info;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::time::uptime;

fn main() -> ExitCode {
    let filter = EnvFilter::new("warn,study=info,heteroq::flow::search=info");
    let lines = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    lines.with_target(false).with_ansi(false).with_timer(uptime()).init();
    tool::stop_at_signals();
    let done = match asked() {
        Asked::Bench if std::env::var_os("STUDY_QUICK").is_none() => all(&Protocol::full()),
        Asked::Bench => all(&Protocol::short(Path::new("search/study_quick"))),
        Asked::Test => tested(),
        Asked::Nothing => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let code = failure.exit_code();
            eprintln!("{:?}", failure.into_report());
            ExitCode::from(code)
        }
    }
}

/// What the command line wants.
enum Asked {
    /// The study.
    Bench,
    /// Whether the program runs: `cargo test`.
    Test,
    /// Another test, or their list.
    Nothing,
}

/// The name of the one test.
const TEST: &str = "short_study";

#[expect(clippy::print_stdout, reason = "a list of tests is asked for there")]
fn asked() -> Asked {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|other| other == word);
    if has("--bench") {
        return Asked::Bench;
    }
    if has("--list") && !has("--ignored") {
        println!("{TEST}: test");
    }
    let mut names = words.iter().filter(|word| !word.starts_with('-')).peekable();
    let wanted = names.peek().is_none() || names.any(|name| TEST.contains(name.as_str()));
    if has("--list") || has("--ignored") || !wanted { Asked::Nothing } else { Asked::Test }
}

/// The short study in a folder that goes away: once from nothing, once more with all that is kept, with the same results.
fn tested() -> Result<(), Failure> {
    let folder = tempfile::tempdir().expect("a folder");
    let protocol = Protocol::short(folder.path());
    let results = || {
        ["study.md", "study.csv", "luts.svg"].map(|name| fs::read(protocol.results.join(name)).expect(name))
    };
    all(&protocol)?;
    let first = results();
    let text = String::from_utf8_lossy(&first[0]).into_owned();
    for row in ["float", "BF", "BP", "BH", "Q6", "QE", "QB", "ours", "random", "ours_uniform", "homogeneous"]
    {
        assert!(text.contains(&format!("\n| {row} | ")), "no row {row} in {text}");
    }
    all(&protocol)?;
    assert!(first == results(), "a study that is done already gives other results");
    Ok(())
}

/// The whole study.
fn all(protocol: &Protocol) -> Result<(), Failure> {
    let begun = Instant::now();
    if protocol.quick {
        few::leave(protocol)?;
    } else {
        info!("about 45 minutes on two idle cores; what is done already is not done again");
    }
    let _lock = lock::take(&protocol.folder)?;
    let example = protocol.example()?;
    let study = found(protocol, &example)?;
    leave(&study)?;
    info!("{} after {:.0} s", protocol.results.join("study.md").display(), begun.elapsed().as_secs_f64());
    Ok(())
}

/// Every choice first, then every full training that is not a search's own.
fn found<'a>(protocol: &'a Protocol, example: &'a Config) -> Result<Study<'a>, Failure> {
    let school = School::new(protocol, &searches::ALL[0].config(protocol)?)?;
    info!("1 of 4: searches");
    let searches = searches::all(protocol)?;
    info!("2 of 4: homogeneous networks");
    let homogeneous = homogeneous::front(&school, example, searches[0].reference)?;
    info!("3 of 4: quantization after training");
    let floats = after::floats(&school, example)?;
    let mut rows = after::rows(&school, example)?;
    info!("4 of 4: rows");
    rows.extend(school.all(&[("Q6".to_owned(), example.clone())], protocol.all_seeds())?);
    for name in ["QE", "QB", "ours", "random", "QE_random", "QB_random", "ours_warm", "ours_uniform"] {
        let found = searches.iter().find(|found| found.wanted.name == name).expect("one of them");
        rows.push(searches::row(&school, found, name)?);
    }
    rows.push(networks::Network { name: "homogeneous".to_owned(), ..homogeneous[0].clone() });
    let mut peers = Vec::new();
    for (goal, folder) in &protocol.autoqkeras {
        peers.extend(autoqkeras::read(&school, example, goal, folder)?);
    }
    let front = |name: &str, members: &[networks::Network]| Front::new(name, members, protocol.front_seeds);
    let mut fronts: Vec<Front> =
        searches.iter().map(|found| front(found.wanted.name, &found.members)).collect();
    fronts.insert(2, front("homogeneous", &homogeneous));
    for peer in &peers {
        let name = format!("AutoQKeras_{}", peer.goal);
        fronts.push(front(&name, &peer.members));
        rows.push(networks::Network { name, ..peer.members[0].clone() });
    }
    Ok(Study { protocol, example, floats, rows, fronts, searches, peers })
}

/// Writes the results.
fn leave(study: &Study) -> Result<(), Failure> {
    let folder = &study.protocol.results;
    fs::create_dir_all(folder).map_err(|cause| Unwritable { path: folder.clone(), cause })?;
    let texts = [("study.md", text::markdown(study)), ("study.csv", text::csv(study))];
    for (name, text) in texts.into_iter().chain(plots::all(study)) {
        tool::uninterrupted(|| write_file(&folder.join(name), text))??;
    }
    Ok(())
}
