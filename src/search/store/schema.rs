//! Which tables a study's file has: those of Optuna's `RDBStorage`, schema version 12, as Optuna 5.0.0 makes them.

use super::error::Trouble;
use rusqlite::{Connection, Transaction};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The version of the schema, in `version_info`.
const VERSION: i64 = 12;
/// Its name among Optuna's migrations, in `alembic_version`.
const REVISION: &str = "v3.2.0.a";
/// The Optuna whose tables these are.
const OPTUNA: &str = "5.0.0";

const TABLES: &str = r#"
CREATE TABLE studies (
    study_id INTEGER NOT NULL,
    study_name VARCHAR(512) NOT NULL,
    PRIMARY KEY (study_id)
);
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE TABLE version_info (
    version_info_id INTEGER NOT NULL,
    schema_version INTEGER,
    library_version VARCHAR(256),
    PRIMARY KEY (version_info_id),
    CHECK (version_info_id=1)
);
CREATE TABLE study_directions (
    study_direction_id INTEGER NOT NULL,
    direction VARCHAR(8) NOT NULL,
    study_id INTEGER NOT NULL,
    objective INTEGER NOT NULL,
    PRIMARY KEY (study_direction_id),
    UNIQUE (study_id, objective),
    FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE study_user_attributes (
    study_user_attribute_id INTEGER NOT NULL,
    study_id INTEGER,
    "key" VARCHAR(512),
    value_json TEXT,
    PRIMARY KEY (study_user_attribute_id),
    UNIQUE (study_id, "key"),
    FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE study_system_attributes (
    study_system_attribute_id INTEGER NOT NULL,
    study_id INTEGER,
    "key" VARCHAR(512),
    value_json TEXT,
    PRIMARY KEY (study_system_attribute_id),
    UNIQUE (study_id, "key"),
    FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE trials (
    trial_id INTEGER NOT NULL,
    number INTEGER,
    study_id INTEGER,
    state VARCHAR(8) NOT NULL,
    datetime_start DATETIME,
    datetime_complete DATETIME,
    PRIMARY KEY (trial_id),
    FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE INDEX ix_trials_study_id ON trials (study_id);
CREATE TABLE trial_user_attributes (
    trial_user_attribute_id INTEGER NOT NULL,
    trial_id INTEGER,
    "key" VARCHAR(512),
    value_json TEXT,
    PRIMARY KEY (trial_user_attribute_id),
    UNIQUE (trial_id, "key"),
    FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_system_attributes (
    trial_system_attribute_id INTEGER NOT NULL,
    trial_id INTEGER,
    "key" VARCHAR(512),
    value_json TEXT,
    PRIMARY KEY (trial_system_attribute_id),
    UNIQUE (trial_id, "key"),
    FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_params (
    param_id INTEGER NOT NULL,
    trial_id INTEGER,
    param_name VARCHAR(512),
    param_value FLOAT,
    distribution_json TEXT,
    PRIMARY KEY (param_id),
    UNIQUE (trial_id, param_name),
    FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_values (
    trial_value_id INTEGER NOT NULL,
    trial_id INTEGER NOT NULL,
    objective INTEGER NOT NULL,
    value FLOAT,
    value_type VARCHAR(7) NOT NULL,
    PRIMARY KEY (trial_value_id),
    UNIQUE (trial_id, objective),
    FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_intermediate_values (
    trial_intermediate_value_id INTEGER NOT NULL,
    trial_id INTEGER NOT NULL,
    step INTEGER NOT NULL,
    intermediate_value FLOAT,
    intermediate_value_type VARCHAR(7) NOT NULL,
    PRIMARY KEY (trial_intermediate_value_id),
    UNIQUE (trial_id, step),
    FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_heartbeats (
    trial_heartbeat_id INTEGER NOT NULL,
    trial_id INTEGER NOT NULL,
    heartbeat DATETIME NOT NULL,
    PRIMARY KEY (trial_heartbeat_id),
    UNIQUE (trial_id),
    FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
"#;

/// Makes the tables where there are none, else sees that they are those of this schema.
pub(super) fn prepare(tx: &Transaction, path: &Path) -> Result<(), Trouble> {
    let there = columns(tx)?;
    if there.is_empty() {
        return create(tx);
    }
    let wanted = Connection::open_in_memory()?;
    wanted.execute_batch(TABLES)?;
    for (table, names) in columns(&wanted)? {
        let found = there.get(&table).ok_or_else(|| other(path, &format!("it has no table `{table}`")))?;
        if let Some(lacking) = names.difference(found).next() {
            return Err(other(path, &format!("its table `{table}` has no column `{lacking}`")));
        }
    }
    check_version(tx, path)
}

fn create(tx: &Transaction) -> Result<(), Trouble> {
    tx.execute_batch(TABLES)?;
    tx.execute("INSERT INTO version_info VALUES (1, ?1, ?2)", (VERSION, OPTUNA))?;
    tx.execute("INSERT INTO alembic_version VALUES (?1)", [REVISION])?;
    Ok(())
}

/// The names of the columns of each table.
fn columns(database: &Connection) -> rusqlite::Result<BTreeMap<String, BTreeSet<String>>> {
    let mut query = database.prepare(
        "SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
    )?;
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        tables.entry(row.get(0)?).or_default().insert(row.get(1)?);
    }
    Ok(tables)
}

fn check_version(tx: &Transaction, path: &Path) -> Result<(), Trouble> {
    let version: Option<i64> =
        tx.query_row("SELECT max(schema_version) FROM version_info", [], |row| row.get(0))?;
    let revision: Option<String> =
        tx.query_row("SELECT max(version_num) FROM alembic_version", [], |row| row.get(0))?;
    if (version, revision.as_deref()) == (Some(VERSION), Some(REVISION)) {
        return Ok(());
    }
    let version = version.map_or("unknown".to_owned(), |version| version.to_string());
    let revision = revision.unwrap_or("unknown".to_owned());
    Err(other(path, &format!("it has version {version}, revision {revision}")))
}

fn other(path: &Path, what: &str) -> Trouble {
    let message = format!(
        "{} is not a study of Optuna's schema version {VERSION}, revision {REVISION}: {what}",
        path.display()
    );
    let help = format!(
        "move it away to begin a new study, or bring an older one there with `optuna storage upgrade --storage \
         sqlite:///{}`",
        path.display()
    );
    Trouble::Refused(message, help)
}
