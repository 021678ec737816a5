//! Optuna reads our studies and goes on with them, and we with what it has done.

use crate::support::{claimed, identity, open, scratch};
use heteroq::search::store::{Next, Outcome, Store};
use heteroq::search::trial::State;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// `PYTHON`, or python3, if it has Optuna.
fn python() -> Option<String> {
    let python = std::env::var("PYTHON").unwrap_or("python3".to_owned());
    let version = Command::new(&python).args(["-c", "import optuna; print(optuna.__version__)"]).output();
    if version.is_ok_and(|output| output.status.success() && output.stdout.starts_with(b"5.")) {
        return Some(python);
    }
    eprintln!("skipped: needs Python with Optuna 5 (pip install optuna==5.0.0; PYTHON names another one)");
    None
}

fn run(python: &str, task: &str, path: &Path) -> Value {
    let output = Command::new(python)
        .args(["-W", "ignore", "tests/store/with_optuna.py", task])
        .arg(path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
}

/// One trial of each state; the one that waits is the second attempt of the trial that a dead worker ran.
fn study(path: &Path) -> impl Store + use<> {
    let mut dead = open(path, &identity());
    let claim = claimed(dead.next(9));
    dead.set_point(&claim, &vec![3, 2]).unwrap();
    dead.report(&claim, &[(1, 0.5)]).unwrap();
    let mut store = open(path, &identity());
    let claims = [(); 4].map(|()| claimed(store.next(9)));
    for (place, claim) in claims.iter().enumerate() {
        store.set_point(claim, &vec![place, 0]).unwrap();
    }
    store.report(&claims[0], &[(1, f64::NAN)]).unwrap();
    store.report(&claims[0], &[(2, f64::NEG_INFINITY)]).unwrap();
    store.report(&claims[0], &[(3, 0.1)]).unwrap();
    let figures = BTreeMap::from([("layers".to_owned(), json!({"fc1": [1, 0.1]}))]);
    let outcome = Outcome::Complete { values: vec![0.1 + 0.2, f64::INFINITY], violation: 0.0 };
    store.finish(&claims[0], &outcome, &figures).unwrap();
    let over = Outcome::Complete { values: vec![0.9, 5.0], violation: f64::INFINITY };
    store.finish(&claims[1], &over, &figures).unwrap();
    store.finish(&claims[2], &Outcome::Pruned, &BTreeMap::new()).unwrap();
    store.finish(&claims[3], &Outcome::Failed("diverged".to_owned()), &BTreeMap::new()).unwrap();
    store.keep_attribute("quantizers", &json!(identity().dimensions[0].choices)).unwrap();
    drop(dead);
    let again = claimed(store.next(9));
    assert_eq!(again.number, 0);
    store.release(&again).unwrap();
    store
}

#[test]
fn the_tables_are_optunas() {
    let (_folder, path) = scratch();
    drop(open(&path, &identity()));
    let database = Connection::open(&path).unwrap();
    let mut query =
        database.prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").unwrap();
    let tables: Vec<String> = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut lines: Vec<String> =
        tables.iter().map(|sql| sql.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let version = "SELECT format('(%d, %d, ''%s'')', version_info_id, schema_version, library_version) FROM version_info";
    lines.push(database.query_row(version, [], |row| row.get(0)).unwrap());
    let revision = "SELECT format('(''%s'',)', version_num) FROM alembic_version";
    lines.push(database.query_row(revision, [], |row| row.get(0)).unwrap());
    assert_eq!(lines.join("\n") + "\n", std::fs::read_to_string("tests/goldens/optuna/schema.txt").unwrap());
}

#[test]
fn optuna_reads_a_study() {
    let Some(python) = python() else { return };
    let (_folder, path) = scratch();
    drop(study(&path));
    let shown = run(&python, "show", &path);
    assert_eq!(shown["directions"], json!(["MAXIMIZE", "MINIMIZE"]));
    assert_eq!(shown["metric_names"], json!(["accuracy", "bits"]));
    assert_eq!(shown["user_attrs"]["heteroq:identity"]["keys"]["network"], json!("3fa2"));
    assert_eq!(shown["best"], json!([1]), "the other one is over its budget");
    let of =
        |key: &str| shown["trials"].as_array().unwrap().iter().map(|t| t[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("number"), [0, 1, 2, 3, 4, 5]);
    assert_eq!(of("state"), ["FAIL", "COMPLETE", "COMPLETE", "PRUNED", "FAIL", "WAITING"]);
    assert_eq!(
        of("values"),
        [
            json!([]),
            json!(["0.30000000000000004", "inf"]),
            json!(["0.9", "5.0"]),
            json!([]),
            json!([]),
            json!([])
        ]
    );
    assert_eq!(of("constraints")[1..3], [json!(["0.0"]), json!(["inf"])]);
    assert_eq!(of("params")[5], json!({"fc1_kernel_quantizer": "\"ä\"", "fc1_units": 1.5}));
    assert_eq!(of("params")[2], json!({"fc1_kernel_quantizer": "ternary()", "fc1_units": 0.5}));
    assert_eq!(of("choices")[1]["fc1_kernel_quantizer"], json!(identity().dimensions[0].choices));
    assert_eq!(of("steps")[1], json!({"1": "nan", "2": "-inf", "3": "0.1"}));
    assert_eq!(of("user_attrs")[1], json!({"trial": 1, "layers": {"fc1": [1, 0.1]}}));
    assert_eq!(of("user_attrs")[4], json!({"trial": 4, "failure": "diverged"}));
    assert_eq!(of("user_attrs")[5], json!({"trial": 0}));
    assert_eq!((&of("retry_of")[5], &of("history")[5]), (&json!(0), &json!([0])));
    assert_eq!(of("began"), [true, true, true, true, true, false]);
    assert_eq!(of("ended"), [true, true, true, true, true, false]);
}

/// The greatest value of all, but over its budget; the greatest within; a lesser one.
#[test]
fn optuna_finds_the_best_within_the_budget() {
    let Some(python) = python() else { return };
    let (_folder, path) = scratch();
    let mut single = identity();
    single.directions.pop();
    single.objectives.pop();
    let mut store = open(&path, &single);
    for (value, violation) in [(0.9, 0.1), (0.8, 0.0), (0.7, 0.0)] {
        let claim = claimed(store.next(9));
        store.set_point(&claim, &vec![0, 0]).unwrap();
        let outcome = Outcome::Complete { values: vec![value], violation };
        store.finish(&claim, &outcome, &BTreeMap::new()).unwrap();
    }
    let shown = run(&python, "show", &path);
    assert_eq!(shown["directions"], json!(["MAXIMIZE"]));
    assert_eq!(shown["best"], json!([1]));
}

#[test]
fn optuna_goes_on_with_a_study_and_we_with_its() {
    let Some(python) = python() else { return };
    let (_folder, path) = scratch();
    let mut store = study(&path);
    run(&python, "work", &path);
    let trials = store.trials().unwrap();
    assert_eq!(trials.iter().map(|t| t.number).collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
    let first = &trials[0];
    assert_eq!(
        (first.state, &first.point),
        (State::Complete, &Some(vec![3, 2])),
        "it took the one that waited"
    );
    assert_eq!(first.values, [1.5, f64::INFINITY]);
    assert_eq!(first.figures["odd"], json!("NaN"));
    assert_eq!(trials[5].state, State::Complete);
    assert!(trials[5].point.is_some(), "a fresh one");
    assert_eq!(trials[6].state, State::Running);
    assert_eq!((trials[7].state, &trials[7].point), (State::Waiting, &Some(vec![1, 2])));
    assert_eq!((trials[8].state, &trials[8].point), (State::Waiting, &None), "half a point is none");
    assert_eq!((trials[9].state, &trials[9].point), (State::Complete, &None), "it has other parameters");
    let asked_for = claimed(store.next(10));
    assert_eq!(asked_for.point, Some(vec![1, 2]));
    let shown = run(&python, "show", &path);
    assert_eq!(shown["trials"][8]["params"], json!({"fc1_kernel_quantizer": "ternary()", "fc1_units": 1.5}));
}

/// What Optuna runs is its own: nobody knows whether it lives, so it is neither taken nor waited for.
#[test]
fn trials_that_optuna_runs_are_left_to_it() {
    let Some(python) = python() else { return };
    let (_folder, path) = scratch();
    let mut store = study(&path);
    run(&python, "work", &path);
    let numbers: Vec<u64> = [(); 2].map(|()| claimed(store.next(10)).number).to_vec();
    assert_eq!(numbers, [7, 8]);
    assert_eq!(store.next(10).unwrap(), Next::Wait);
    drop(store);
    let mut store = open(&path, &identity());
    for number in [7, 8] {
        let claim = claimed(store.next(10));
        assert_eq!(claim.number, number);
        store.finish(&claim, &Outcome::Pruned, &BTreeMap::new()).unwrap();
    }
    assert_eq!(store.next(10).unwrap(), Next::Done);
}
