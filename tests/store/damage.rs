//! Files that are no study, or another one: what is said, and that nothing is changed.

use crate::support::{claimed, complete, identity, open, scratch};
use heteroq::search::domain::Choice;
use heteroq::search::store::{Identity, SqliteStore, Store, StoreError};
use heteroq::search::trial::Direction;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn refused(path: &Path, identity: &Identity) -> StoreError {
    let error = SqliteStore::open(path, identity).expect_err("refused");
    assert!(error.message.contains(&path.display().to_string()), "{}", error.message);
    assert!(error.help.is_some());
    error
}

/// A study with twenty trials done.
fn filled(path: &Path) {
    let mut store = open(path, &identity());
    for _ in 0..20 {
        let claim = claimed(store.next(20));
        store.set_point(&claim, &vec![0, 0]).unwrap();
        store.finish(&claim, &complete(0.5), &BTreeMap::new()).unwrap();
    }
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let (_folder, path) = scratch();
    let text = "number,value\n".repeat(100);
    fs::write(&path, &text).unwrap();
    assert!(refused(&path, &identity()).message.contains("is no SQLite database"));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_truncated_file_is_damaged() {
    let (_folder, path) = scratch();
    filled(&path);
    let whole = fs::read(&path).unwrap();
    for part in [1, 2, 3] {
        fs::write(&path, &whole[..whole.len() * part / 4]).unwrap();
        assert!(refused(&path, &identity()).message.contains("is damaged"), "{part}/4");
    }
    fs::write(&path, &whole[..50]).unwrap();
    refused(&path, &identity());
    fs::write(&path, &whole).unwrap();
    assert_eq!(open(&path, &identity()).trials().unwrap().len(), 20);
}

/// Each page in turn, overwritten: no panic, and never a trial that was not there.
#[test]
fn garbage_in_any_page_is_damage() {
    let (_folder, path) = scratch();
    filled(&path);
    let whole = fs::read(&path).unwrap();
    let mut found = 0;
    for page in 0..whole.len() / 4096 {
        let mut spoilt = whole.clone();
        spoilt[page * 4096..(page + 1) * 4096].fill(0xa5);
        fs::write(&path, &spoilt).unwrap();
        found += usize::from(SqliteStore::open(&path, &identity()).is_err());
    }
    assert_eq!(found, whole.len() / 4096);
}

#[test]
fn an_empty_file_becomes_a_study() {
    let (_folder, path) = scratch();
    fs::write(&path, "").unwrap();
    assert!(open(&path, &identity()).trials().unwrap().is_empty());
}

#[test]
fn a_folder_is_no_study() {
    let (folder, _) = scratch();
    refused(folder.path(), &identity());
}

/// What another program, another version, or a mistake may have left.
#[test]
fn another_schema_is_refused_by_what_differs() {
    let changes = [
        ("UPDATE version_info SET schema_version = 11", "it has version 11, revision v3.2.0.a"),
        ("UPDATE alembic_version SET version_num = 'v9'", "it has version 12, revision v9"),
        ("DELETE FROM version_info", "it has version unknown"),
        ("DROP TABLE trial_values", "it has no table `trial_values`"),
        (
            "ALTER TABLE trials DROP COLUMN datetime_start",
            "its table `trials` has no column `datetime_start`",
        ),
    ];
    for (change, said) in changes {
        let (_folder, path) = scratch();
        drop(open(&path, &identity()));
        Connection::open(&path).unwrap().execute_batch(change).unwrap();
        let message = refused(&path, &identity()).message;
        assert!(message.contains("schema version 12") && message.contains(said), "{message}");
    }
}

#[test]
fn values_that_cannot_be_are_damage() {
    let changes = [
        "UPDATE trials SET state = 'ASLEEP' WHERE number = 3",
        "UPDATE trials SET number = 'x' WHERE number = 3",
        "DELETE FROM trial_values WHERE trial_id = 3",
        "UPDATE trial_values SET value_type = 'NAN' WHERE trial_id = 3",
        "UPDATE trial_user_attributes SET value_json = NULL",
    ];
    for change in changes {
        let (_folder, path) = scratch();
        filled(&path);
        Connection::open(&path).unwrap().execute_batch(change).unwrap();
        let error = open(&path, &identity()).trials().expect_err(change);
        assert!(error.message.contains("is damaged"), "{change}: {error}");
    }
}

#[test]
fn a_study_of_something_else_is_refused_with_both() {
    type Change = fn(&mut Identity);
    let changes: [(Change, &str); 6] = [
        (
            |id| drop(id.keys.insert("network".to_owned(), "77".to_owned())),
            "network: 3fa2 in the file, 77 now",
        ),
        (|id| drop(id.keys.remove("seed")), "seed: 0 in the file, nothing now"),
        (
            |id| drop(id.dimensions[1].choices.pop()),
            "choices of fc1_units: [0.5, 1, 1.5] in the file, [0.5, 1] now",
        ),
        (
            |id| id.dimensions[0].choices[1] = Choice::Text("tanh".to_owned()),
            "[binary(alpha='auto_po2'), tanh, quantized_bits(4, 0, alpha=1), \"ä\"] now",
        ),
        (|id| id.dimensions.swap(0, 1), "order: fc1_kernel_quantizer, fc1_units in the file, fc1_units, fc1"),
        (
            |id| id.directions[1] = Direction::Maximize,
            "objectives: maximize accuracy, minimize bits in the file, maximize accuracy, maximize bits now",
        ),
    ];
    let (_folder, path) = scratch();
    filled(&path);
    for (change, said) in changes {
        let mut other = identity();
        change(&mut other);
        let message = refused(&path, &other).message;
        assert!(message.contains("study `jets`") && message.contains(said), "{message}");
        assert_eq!(message.lines().count(), 2, "one line for what differs: {message}");
    }
    assert_eq!(open(&path, &identity()).trials().unwrap().len(), 20);
}

#[test]
fn a_study_begun_by_another_program_is_refused() {
    let (_folder, path) = scratch();
    drop(open(&path, &identity()));
    let sql = "INSERT INTO studies (study_name) VALUES ('theirs')";
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let theirs = Identity { name: "theirs".to_owned(), ..identity() };
    assert!(refused(&path, &theirs).message.contains("was not begun by a search"));
}
