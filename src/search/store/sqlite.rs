//! A study in one SQLite file that Optuna reads and writes as well.
//!
//! Every change is one transaction that begins by locking the file for writing, so that no two workers claim the same
//! trial; SQLite's rollback journal undoes what a killed process, or a full disk, has cut short. Trials have no heartbeats
//! here: where Optuna looks for them, it would take a long epoch for a dead worker.

use super::error::{StoreError, Trouble};
use super::worker::Worker;
use super::{Claim, Identity, Next, Outcome, Said, Store, claim, identity, read, schema, write};
use crate::search::domain::{Dimension, Point};
use crate::search::trial::Trial;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long others may keep the file for themselves.
const PATIENCE: Duration = Duration::from_mins(1);

/// A study in a SQLite file, and one worker on it, which lives as long as this value; what it has not finished waits again
/// afterwards.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    database: Connection,
    study: Study,
    worker: Worker,
}

/// Which study in the file, and what its parameters are.
#[derive(Debug)]
pub(super) struct Study {
    /// Its row.
    pub(super) id: i64,
    /// What can be tried.
    pub(super) dimensions: Vec<Dimension>,
    /// The same, as Optuna writes them.
    pub(super) distributions: Vec<String>,
    /// How many values a trial has.
    pub(super) objectives: usize,
}

impl SqliteStore {
    /// The study of this identity in the file at `path`, and a new worker on it, whose lock is in the folder `workers`
    /// beside it. File and study are made where there are none; a file may hold several studies.
    ///
    /// # Errors
    /// The file is something else, damaged or of another version; its study of this name has another identity; it cannot
    /// be written.
    pub fn open(path: &Path, identity: &Identity) -> Result<SqliteStore, StoreError> {
        let parts = connect(path).and_then(|mut database| {
            let (study, worker) = enter(&mut database, path, identity)?;
            Ok(SqliteStore { path: path.to_owned(), database, study, worker })
        });
        parts.map_err(|trouble| trouble.told(path))
    }

    /// Whether the file at `path` has a study of this name, or cannot be asked: what is wrong with it is said by [`SqliteStore::open`].
    /// Nothing is written.
    pub fn has_study(path: &Path, name: &str) -> bool {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let found = Connection::open_with_flags(as_path(path), flags).and_then(|database| {
            let sql = "SELECT 1 FROM studies WHERE study_name = ?1";
            database.prepare(sql)?.exists([name])
        });
        found.unwrap_or(true)
    }

    /// Does all of `work` or nothing.
    fn change<T>(
        &mut self,
        work: impl FnOnce(&Transaction, &Study, &mut Worker) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        let (study, worker) = (&self.study, &mut self.worker);
        transact(&mut self.database, |tx| work(tx, study, worker)).map_err(|trouble| trouble.told(&self.path))
    }

    /// Does `work` if the trial is still the claim's.
    fn change_ours(
        &mut self,
        claim: &Claim,
        work: impl FnOnce(&Transaction, &Study) -> rusqlite::Result<()>,
    ) -> Result<bool, StoreError> {
        self.change(|tx, study, _| {
            let ours = write::is_ours(tx, claim)?;
            if ours {
                work(tx, study)?;
            }
            Ok(ours)
        })
    }
}

fn connect(path: &Path) -> Result<Connection, Trouble> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| Trouble::File(folder.to_owned(), error))?;
    }
    let database = Connection::open(as_path(path))?;
    database.busy_timeout(PATIENCE)?;
    database.pragma_update(None, "synchronous", "FULL")?;
    let finding: String = database.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    match finding == "ok" {
        true => Ok(database),
        false => Err(Trouble::Damaged(finding)),
    }
}

/// SQLite takes what begins with `file:` for an address.
fn as_path(path: &Path) -> PathBuf {
    if path.is_relative() { Path::new(".").join(path) } else { path.to_owned() }
}

fn enter(database: &mut Connection, path: &Path, identity: &Identity) -> Result<(Study, Worker), Trouble> {
    let folder = path.parent().unwrap_or(Path::new("")).join("workers");
    transact(database, |tx| {
        schema::prepare(tx, path)?;
        let study = Study {
            id: identity::enter(tx, identity, path)?,
            dimensions: identity.dimensions.clone(),
            distributions: identity.dimensions.iter().map(write::distribution).collect(),
            objectives: identity.objectives.len(),
        };
        Ok((study, Worker::enlist(&folder)?))
    })
}

fn transact<T>(
    database: &mut Connection,
    work: impl FnOnce(&Transaction) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let tx = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&tx)?;
    tx.commit()?;
    Ok(done)
}

fn all_trials(database: &mut Connection, study: &Study) -> Result<Vec<Trial>, Trouble> {
    let tx = database.transaction()?;
    let rows = read::latest(&read::rows(&tx, study.id)?);
    let mut reader = read::Reader::new(&tx, study)?;
    rows.iter().map(|row| reader.trial(row)).collect()
}

impl Store for SqliteStore {
    fn next(&mut self, total: u64) -> Result<Next, StoreError> {
        self.change(|tx, study, worker| claim::next(tx, study, worker, total))
    }

    fn set_point(&mut self, claim: &Claim, point: &Point) -> Result<bool, StoreError> {
        self.change_ours(claim, |tx, study| write::point(tx, study, claim.id, point))
    }

    fn set_new_point(&mut self, claim: &Claim, point: &Point) -> Result<Said, StoreError> {
        self.change(|tx, study, _| {
            if !write::is_ours(tx, claim)? {
                return Ok(Said::NotOurs);
            }
            if claim::is_taken(tx, study, claim.id, point)? {
                return Ok(Said::Taken);
            }
            write::point(tx, study, claim.id, point)?;
            Ok(Said::Kept)
        })
    }

    fn report(&mut self, claim: &Claim, steps: &[(u64, f64)]) -> Result<bool, StoreError> {
        let one = |tx: &Transaction, (step, value): &(u64, f64)| write::step(tx, claim.id, *step, *value);
        self.change_ours(claim, |tx, _| steps.iter().try_for_each(|step| one(tx, step)))
    }

    fn finish(
        &mut self,
        claim: &Claim,
        outcome: &Outcome,
        figures: &BTreeMap<String, Value>,
    ) -> Result<bool, StoreError> {
        self.change_ours(claim, |tx, _| write::end(tx, claim.id, outcome, figures))
    }

    fn release(&mut self, claim: &Claim) -> Result<(), StoreError> {
        self.change_ours(claim, |tx, _| write::suspend(tx, claim.id)).map(|_| ())
    }

    fn trials(&mut self) -> Result<Vec<Trial>, StoreError> {
        let all = all_trials(&mut self.database, &self.study);
        all.map_err(|trouble| trouble.told(&self.path))
    }

    fn attribute(&mut self, name: &str) -> Result<Option<Value>, StoreError> {
        let found = write::study_attribute(&self.database, self.study.id, name);
        found.map_err(|error| Trouble::from(error).told(&self.path))
    }

    fn keep_attribute(&mut self, name: &str, value: &Value) -> Result<Value, StoreError> {
        self.change(|tx, study, _| {
            write::keep_study_attribute(tx, study.id, name, value)?;
            let kept = write::study_attribute(tx, study.id, name)?;
            Ok(kept.unwrap_or(Value::Null))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::domain::Choice;
    use crate::search::trial::{Direction, State};

    fn study(path: &Path) -> SqliteStore {
        let choices = vec![Choice::Number(0.5), Choice::Number(1.0)];
        let identity = Identity {
            name: "full".to_owned(),
            dimensions: vec![Dimension { name: "units".to_owned(), choices }],
            directions: vec![Direction::Maximize],
            objectives: vec!["accuracy".to_owned()],
            keys: BTreeMap::new(),
        };
        SqliteStore::open(path, &identity).unwrap()
    }

    /// A file that may not grow is a full disk to SQLite.
    fn fill(store: &mut SqliteStore) -> (u64, StoreError) {
        let pages: i64 = store.database.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        store.database.pragma_update_and_check(None, "max_page_count", pages + 1, |_| Ok(())).unwrap();
        let figures = BTreeMap::from([("log".to_owned(), Value::String("x".repeat(1000)))]);
        let outcome = Outcome::Complete { values: vec![1.0], violation: 0.0 };
        for done in 0.. {
            let one = match store.next(1000) {
                Ok(Next::Trial(claim)) => store.finish(&claim, &outcome, &figures).map(|_| ()),
                other => other.map(|_| ()),
            };
            if let Err(error) = one {
                return (done, error);
            }
        }
        unreachable!("it is full some day")
    }

    #[test]
    fn a_full_disk_is_said_and_harms_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.db");
        let mut store = study(&path);
        let (done, error) = fill(&mut store);
        assert!(error.message.starts_with("there is no space left"), "{error}");
        assert!(done > 0);
        drop(store);

        let mut store = study(&path);
        let complete = |trials: &[Trial]| trials.iter().filter(|t| t.state == State::Complete).count() as u64;
        assert_eq!(complete(&store.trials().unwrap()), done);
        let Next::Trial(claim) = store.next(1000).unwrap() else { panic!("there is room again") };
        assert_eq!(claim.number, done);
    }
}
