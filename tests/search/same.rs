//! Whether an interrupted search ends like one that was not, whoever does the trials.

use crate::support::{Bench, bench};
use heteroq::data::random::Random;
use heteroq::search::trial::State;
use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

const FINAL: &str = "final: {epochs: 3, seeds: 2}";

/// Starts the search and ends it by `signal` after so long; how it ended.
fn ended_early(bench: &Bench, study: &str, signal: Signal, after: Duration) -> ExitStatus {
    let mut child = bench.start(study, &["--threads", "1"]);
    std::thread::sleep(after);
    kill_process(Pid::from_child(&child), signal).unwrap();
    child.wait().unwrap()
}

/// One search runs to its end, another is ended again and again before: both come to the same, to the byte.
fn ends_the_same(search: &[&str], seed: u64) {
    let bench = bench(search);
    let begun = Instant::now();
    bench.run("whole", &["--threads", "1"]);
    let time = begun.elapsed();
    let mut random = Random::new(seed);
    let mut caught = 0;
    for round in 0..10 {
        let (signal, code) = if round % 2 == 0 { (Signal::INT, Some(130)) } else { (Signal::KILL, None) };
        let after = time.mul_f32(0.06 + 0.2 * random.unit());
        let status = ended_early(&bench, "parts", signal, after);
        let is_over = status.success();
        assert!(is_over || status.code() == code, "{status}: {}", bench.all_said("parts"));
        assert!(code.is_some() || is_over || status.signal() == Some(9));
        caught += u32::from(!is_over);
    }
    assert!(caught >= 2, "it is over too soon to be caught");
    bench.run("parts", &["--threads", "1"]);
    let (whole, parts) = (bench.trials("whole"), bench.trials("parts"));
    assert!(whole.iter().all(|trial| matches!(trial.state, State::Complete | State::Pruned)));
    assert_eq!(whole, parts);
    let (whole, parts) = (bench.members("whole"), bench.members("parts"));
    assert!(whole.iter().any(|(path, _)| path.ends_with("report.json")));
    let names =
        |all: &[(std::path::PathBuf, Vec<u8>)]| all.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(names(&whole), names(&parts));
    whole.iter().zip(&parts).for_each(|(a, b)| assert!(a.1 == b.1, "{} differs", a.0.display()));
}

#[test]
fn random_trials_end_the_same_interrupted_or_not() {
    ends_the_same(&["goal: bits", "sampler: random", "trials: 14", "epochs: 12", FINAL], 1);
}

#[test]
fn tpe_ends_the_same_interrupted_or_not() {
    ends_the_same(&["goal: luts", "sampler: tpe", "trials: 24", "epochs: 8", FINAL], 2);
}

#[test]
fn asha_ends_the_same_interrupted_or_not() {
    ends_the_same(&["goal: energy", "sampler: asha", "trials: 24", "epochs: 18", FINAL], 3);
}

#[test]
fn nsga2_ends_the_same_interrupted_or_not() {
    ends_the_same(&["goal: [bits, latency]", "sampler: nsga2", "trials: 24", "epochs: 6", FINAL], 4);
}

#[test]
fn a_grid_ends_the_same_interrupted_or_not() {
    ends_the_same(&["budget: {bits: 400}", "sampler: grid", "trials: 20", "epochs: 20", FINAL], 5);
}

/// Whoever is interrupted has not died over the trial: it waits, as the only attempt.
#[test]
fn a_trial_may_be_interrupted_as_often_as_one_likes() {
    let bench = bench(&["goal: bits", "sampler: random", "trials: 1", "epochs: 100000"]);
    for _ in 0..12 {
        let mut child = bench.start("study", &["--threads", "1"]);
        while bench.trials("study").first().is_none_or(|trial| trial.state != State::Running) {
            assert!(child.try_wait().unwrap().is_none(), "{}", bench.all_said("study"));
            std::thread::sleep(Duration::from_millis(5));
        }
        kill_process(Pid::from_child(&child), Signal::INT).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{}", bench.all_said("study"));
        assert_eq!(bench.trials("study")[0].state, State::Waiting);
    }
    let database = rusqlite::Connection::open(bench.path("study/study.db")).unwrap();
    let attempts: i64 = database.query_row("SELECT count(*) FROM trials", [], |row| row.get(0)).unwrap();
    assert_eq!(attempts, 1);
}

/// Nor on the threads of each training.
#[test]
fn what_a_grid_finds_does_not_depend_on_the_workers() {
    let bench =
        bench(&["goal: bits", "sampler: grid", "trials: 18", "epochs: 4", "final: {epochs: 2, seeds: 1}"]);
    bench.run("1", &["--threads", "1"]);
    let alone = (bench.trials("1"), bench.members("1"));
    assert_eq!(alone.0.len(), 18);
    for (study, options) in [
        ("2", &["--jobs", "2", "--threads", "1"][..]),
        ("3", &["--jobs", "3"]),
        ("threads", &["--threads", "3"]),
    ] {
        bench.run(study, options);
        assert!((bench.trials(study), bench.members(study)) == alone, "{study}");
    }
}
