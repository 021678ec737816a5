//! Workers that are processes, and are killed: the system lets go of their locks, and SQLite undoes what they had begun.

use crate::support::{claimed, complete, identity, open, scratch};
use heteroq::search::store::{Next, Store};
use heteroq::search::trial::State;
use rusqlite::Connection;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Where the study is that this process works on; it is no worker without.
const STUDY: &str = "HETEROQ_TEST_STUDY";
/// How many trials to do, and then to hold one for ever.
const DONE_FIRST: &str = "HETEROQ_TEST_DONE_FIRST";

/// Not a test but the worker: this same program, started again by the tests below.
#[test]
fn worker() {
    let Some(path) = std::env::var_os(STUDY) else { return };
    let done_first: usize = std::env::var(DONE_FIRST).unwrap().parse().unwrap();
    let mut store = open(Path::new(&path), &identity());
    for _ in 0..done_first {
        let Next::Trial(claim) = store.next(20).unwrap() else { return };
        if claim.point.is_none() {
            store.set_point(&claim, &vec![usize::try_from(claim.number).unwrap() % 4, 1]).unwrap();
        }
        store.report(&claim, &[(1, 0.5)]).unwrap();
        let figures = BTreeMap::from([("process".to_owned(), json!(std::process::id()))]);
        assert!(store.finish(&claim, &complete(0.5), &figures).unwrap());
    }
    let claim = claimed(store.next(20));
    store.set_point(&claim, &vec![3, 2]).unwrap();
    writeln!(std::io::stderr(), "holds {}", claim.number).unwrap();
    loop {
        std::thread::park();
    }
}

fn start(path: &Path, done_first: usize) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "killed::worker", "--test-threads=1"]);
    command.env(STUDY, path).env(DONE_FIRST, done_first.to_string());
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the worker holds a trial for ever.
fn until_held(child: &mut Child) -> u64 {
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let held = lines.map(Result::unwrap).find_map(|line| Some(line.strip_prefix("holds ")?.parse().unwrap()));
    held.expect("the worker says what it holds")
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_killed_workers_trial_is_tried_again_as_it_was() {
    let (folder, path) = scratch();
    for _ in 0..3 {
        let mut child = start(&path, 0);
        assert_eq!(until_held(&mut child), 0);
        kill(child);
    }
    let mut store = open(&path, &identity());
    let claim = claimed(store.next(20));
    assert_eq!((claim.number, &claim.point), (0, &Some(vec![3, 2])));
    assert!(store.finish(&claim, &complete(1.0), &BTreeMap::new()).unwrap());
    assert_eq!(std::fs::read_dir(folder.path().join("workers")).unwrap().count(), 1);

    let trials = store.trials().unwrap();
    assert_eq!((trials.len(), trials[0].state), (1, State::Complete));
    let database = Connection::open(&path).unwrap();
    let of = |state: &str| -> i64 {
        database.query_row("SELECT count(*) FROM trials WHERE state = ?1", [state], |row| row.get(0)).unwrap()
    };
    assert_eq!((of("FAIL"), of("COMPLETE"), of("RUNNING") + of("WAITING")), (3, 1, 0));
    let history = "SELECT group_concat(value_json, ' ') FROM trial_system_attributes JOIN trials USING (trial_id) \
                   WHERE state = 'COMPLETE' AND \"key\" IN ('failed_trial', 'retry_history') ORDER BY \"key\"";
    let history: String = database.query_row(history, [], |row| row.get(0)).unwrap();
    assert_eq!(history, "0 [0,1,2]");
}

#[test]
fn processes_that_are_killed_at_any_moment_lose_no_trial() {
    let (_folder, path) = scratch();
    drop(open(&path, &identity()));
    let mut workers: Vec<Child> = (0..3).map(|_| start(&path, 99)).collect();
    for round in 0..6u64 {
        std::thread::sleep(Duration::from_millis(7 * round + 5));
        let fresh = start(&path, 99);
        kill(std::mem::replace(&mut workers[usize::try_from(round % 3).unwrap()], fresh));
    }
    for mut worker in workers {
        worker.wait().unwrap();
    }
    let mut store = open(&path, &identity());
    while let Next::Trial(claim) = store.next(20).unwrap() {
        store.finish(&claim, &complete(0.5), &BTreeMap::new()).unwrap();
    }
    let trials = store.trials().unwrap();
    assert_eq!(trials.iter().map(|t| t.number).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
    assert!(trials.iter().all(|trial| trial.state == State::Complete));
    let database = Connection::open(&path).unwrap();
    let twice: i64 = database
        .query_row(
            "SELECT count(*) - count(DISTINCT value_json) FROM trials JOIN trial_user_attributes USING (trial_id) \
             WHERE state = 'COMPLETE' AND \"key\" = 'trial'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(twice, 0);
}
