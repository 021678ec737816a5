//! Whether each trial ends once, however many of its workers are killed.
//!
//! `KILLS=100 cargo test --release --test search kills -- --nocapture` kills more of them, `SEED=17` at other moments.

use crate::support::{Bench, bench};
use heteroq::data::random::Random;
use heteroq::search::trial::State;
use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Workers that must die over a trial, unless `KILLS` says otherwise.
const KILLS: u64 = 4;

/// Trials of a study.
const TRIALS: usize = 24;

/// The processes that may be at work at once.
const CROWD: usize = 5;

/// How long the processes of one study may take.
const PATIENCE: Duration = Duration::from_mins(10);

/// The commands: one with two more workers, and one that helps.
const COMMANDS: [&[&str]; 2] = [&["--jobs", "3", "--threads", "1"], &["--threads", "1"]];

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a whole number"))
}

#[test]
fn workers_killed_at_any_moment_lose_no_trial_and_end_none_twice() {
    let begun = Instant::now();
    let mut random = Random::new(number("SEED", 1));
    let (mut kills, mut died, mut studies) = (0, 0, 0);
    let benches = ["random", "grid"].map(|sampler| {
        let sampler = format!("sampler: {sampler}");
        let trials = format!("trials: {TRIALS}");
        let bench = bench(&["goal: bits", &sampler, &trials, "epochs: 30", "final: {epochs: 2, seeds: 1}"]);
        bench.run("whole", &["--threads", "1"]);
        bench
    });
    while died < number("KILLS", KILLS) {
        let (bench, study) = (&benches[studies % 2], format!("study_{studies}"));
        kills += disturbed(bench, &study, &mut random);
        assert!(bench.trials(&study) == bench.trials("whole"), "{study} of {}", bench.path("").display());
        assert!(bench.members(&study) == bench.members("whole"), "{study}");
        assert!(bench.trials(&study).iter().all(|trial| trial.state == State::Complete));
        died += attempts_are_told(bench, &study);
        as_optuna_sees_it(bench, &study);
        studies += 1;
    }
    println!(
        "{kills} kills, {died} of them in mid-trial, over {studies} studies of {TRIALS} trials: none lost, none twice; \
         {:.0} s",
        begun.elapsed().as_secs_f64()
    );
}

/// Runs the search to its end while its processes are killed and started again: how many were.
fn disturbed(bench: &Bench, study: &str, random: &mut Random) -> u64 {
    let begun = Instant::now();
    let mut commands: [Option<Child>; 2] = [None, None];
    let mut kills = 0;
    loop {
        for (child, options) in commands.iter_mut().zip(COMMANDS) {
            if child.is_none() && workers(bench, study).len() < CROWD {
                *child = Some(bench.start(study, options));
            }
        }
        std::thread::sleep(Duration::from_millis(20 + random.below(250) as u64));
        if commands.iter_mut().any(|child| is_done(bench, study, child)) {
            break;
        }
        let crowd = workers(bench, study);
        if !crowd.is_empty() {
            kills += u64::from(kill_process(crowd[random.below(crowd.len())], Signal::KILL).is_ok());
        }
        assert!(begun.elapsed() < PATIENCE, "{}", bench.all_said(study));
    }
    // Those that are left find nothing to do and end well.
    for mut child in commands.into_iter().flatten() {
        let status = child.wait().unwrap();
        assert!(status.success() || status.signal() == Some(9), "{status}: {}", bench.all_said(study));
    }
    while !workers(bench, study).is_empty() {
        assert!(begun.elapsed() < PATIENCE, "somebody never ends");
        std::thread::sleep(Duration::from_millis(20));
    }
    kills
}

/// Whether the command has ended well; one that was killed is forgotten.
fn is_done(bench: &Bench, study: &str, child: &mut Option<Child>) -> bool {
    let Some(status) = child.as_mut().and_then(|child| child.try_wait().unwrap()) else { return false };
    *child = None;
    assert!(status.success() || status.signal() == Some(9), "{status}: {}", bench.all_said(study));
    status.success()
}

/// The processes that work on this study: commands, their workers, and workers whose command was killed.
fn workers(bench: &Bench, study: &str) -> Vec<Pid> {
    let folder = bench.path(study).display().to_string();
    let named = |pid: &i32| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).split('\0').any(|word| word == folder)
    };
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(named).filter_map(Pid::from_raw).collect()
}

/// One attempt at a trial, as the file has it.
struct Attempt {
    number: i64,
    state: String,
    failure: Option<Value>,
    first: Option<Value>,
    history: Option<Value>,
}

/// Every attempt of each trial, in order.
fn attempts(bench: &Bench, study: &str) -> BTreeMap<u64, Vec<Attempt>> {
    let database = Connection::open(bench.path(study).join("study.db")).unwrap();
    let attribute = |table: &str, key: &str| {
        format!("(SELECT value_json FROM {table} AS a WHERE a.trial_id = t.trial_id AND a.\"key\" = '{key}')")
    };
    let sql = format!(
        "SELECT t.number, t.state, {}, {}, {}, {} FROM trials AS t ORDER BY t.trial_id",
        attribute("trial_user_attributes", "trial"),
        attribute("trial_user_attributes", "failure"),
        attribute("trial_system_attributes", "failed_trial"),
        attribute("trial_system_attributes", "retry_history"),
    );
    let json = |text: Option<String>| text.map(|text| serde_json::from_str::<Value>(&text).unwrap());
    let mut query = database.prepare(&sql).unwrap();
    let mut rows = query.query([]).unwrap();
    let mut all: BTreeMap<u64, Vec<Attempt>> = BTreeMap::new();
    while let Some(row) = rows.next().unwrap() {
        let trial = row.get::<_, String>(2).unwrap().parse().unwrap();
        all.entry(trial).or_default().push(Attempt {
            number: row.get(0).unwrap(),
            state: row.get(1).unwrap(),
            failure: json(row.get(3).unwrap()),
            first: json(row.get(4).unwrap()),
            history: json(row.get(5).unwrap()),
        });
    }
    all
}

/// Of each trial all attempts but the last have failed because their workers died, and each names those before it. How
/// many have failed so.
fn attempts_are_told(bench: &Bench, study: &str) -> u64 {
    let all = attempts(bench, study);
    assert_eq!(all.keys().copied().collect::<Vec<_>>(), (0..TRIALS as u64).collect::<Vec<_>>());
    for attempts in all.values() {
        let (last, dead) = attempts.split_last().unwrap();
        assert_eq!((last.state.as_str(), &last.failure), ("COMPLETE", &None));
        for (place, attempt) in attempts.iter().enumerate() {
            let before: Vec<i64> = attempts[..place].iter().map(|attempt| attempt.number).collect();
            assert_eq!(attempt.first, before.first().map(|first| json!(first)));
            assert_eq!(attempt.history, (place > 0).then(|| json!(before)));
        }
        for attempt in dead {
            assert_eq!(attempt.state, "FAIL");
            assert_eq!(attempt.failure, Some(json!("its worker ended before it did")));
        }
    }
    all.values().map(|attempts| attempts.len() as u64 - 1).sum()
}

/// Where there is Optuna 5, it reads the same.
fn as_optuna_sees_it(bench: &Bench, study: &str) {
    let python = std::env::var("PYTHON").unwrap_or("python3".to_owned());
    let version = Command::new(&python).args(["-c", "import optuna; print(optuna.__version__)"]).output();
    if !version.is_ok_and(|output| output.stdout.starts_with(b"5.")) {
        eprintln!(
            "skipped: needs Python with Optuna 5 (pip install optuna==5.0.0; PYTHON names another one)"
        );
        return;
    }
    let shown = Command::new(python)
        .args(["-W", "ignore", "tests/store/with_optuna.py", "show"])
        .arg(bench.path(study).join("study.db"))
        .output()
        .unwrap();
    let shown: Value = serde_json::from_slice(&shown.stdout).expect("Optuna opens the study");
    let trials = shown["trials"].as_array().unwrap();
    let complete = trials.iter().filter(|trial| trial["state"] == "COMPLETE");
    let mut numbers: Vec<u64> =
        complete.map(|trial| trial["user_attrs"]["trial"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..TRIALS as u64).collect::<Vec<_>>());
    for trial in trials.iter().filter(|trial| trial["state"] != "COMPLETE") {
        assert_eq!(trial["state"], "FAIL");
    }
}
