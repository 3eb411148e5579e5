//! What must not be rolled back with the folder's files, in a database of its own: the log's lock, and what this mission
//! has witnessed of other logs.

use crate::error::{RecordError, Result};
use mostari_log::{Hash, Lock, Locked, Seen, WitnessStore};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS lock (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 0),
    note     TEXT NOT NULL,               -- the latest checkpoint, signed by the log
    journal  TEXT NOT NULL                -- which journal its writer uses
) STRICT;
CREATE TABLE IF NOT EXISTS witnessed (
    origin TEXT PRIMARY KEY,              -- another log
    size   INTEGER NOT NULL,
    root   BLOB NOT NULL,
    note   TEXT NOT NULL
) STRICT;";

/// How long a writer waits for another one.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// `lock.sqlite`. Every change is durable before it is answered.
pub struct LockFile {
    connection: Mutex<Connection>,
}

impl LockFile {
    /// Opens it, and makes it if it is not there.
    ///
    /// # Errors
    /// `REC-006`.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// Replaces what was witnessed of several logs, each as [`WitnessStore::compare_and_set`] would, in order, made durable
    /// by one commit. Either all answers hold or none.
    ///
    /// # Errors
    /// `REC-006`, `REC-007`.
    pub fn compare_and_set_all<'a>(
        &self,
        changes: impl IntoIterator<Item = (&'a str, Option<&'a Seen>, &'a Seen)>,
    ) -> Result<Vec<bool>> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let change = |(origin, old, new)| witness(&transaction, origin, old, new);
        let done = changes.into_iter().map(change).collect::<rusqlite::Result<Vec<bool>>>()?;
        transaction.commit()?;
        Ok(done)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn load(connection: &Connection) -> rusqlite::Result<Option<Locked>> {
    let mut statement = connection.prepare_cached("SELECT note, journal FROM lock")?;
    statement.query_row([], |row| Ok(Locked { note: row.get(0)?, journal: row.get(1)? })).optional()
}

impl Lock for LockFile {
    type Error = RecordError;

    fn load(&self) -> Result<Option<Locked>> {
        Ok(load(&self.connection())?)
    }

    fn compare_and_set(&self, old: Option<&Locked>, new: &Locked) -> Result<bool> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if load(&transaction)?.as_ref() != old {
            return Ok(false);
        }
        transaction
            .prepare_cached("INSERT OR REPLACE INTO lock VALUES (0, ?1, ?2)")?
            .execute(params![new.note, new.journal])?;
        transaction.commit()?;
        Ok(true)
    }
}

fn latest(connection: &Connection, origin: &str) -> rusqlite::Result<Option<Seen>> {
    let mut statement = connection.prepare_cached("SELECT size, root, note FROM witnessed WHERE origin = ?1")?;
    let seen = |row: &rusqlite::Row<'_>| Ok(Seen { size: row.get(0)?, root: Hash(row.get(1)?), note: row.get(2)? });
    statement.query_row([origin], seen).optional()
}

/// Takes the step from `old` to `new` if `old` is what is remembered.
fn witness(connection: &Connection, origin: &str, old: Option<&Seen>, new: &Seen) -> rusqlite::Result<bool> {
    if latest(connection, origin)?.as_ref() != old {
        return Ok(false);
    }
    connection
        .prepare_cached("INSERT OR REPLACE INTO witnessed VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![origin, new.size, new.root.0, new.note])?;
    Ok(true)
}

impl WitnessStore for LockFile {
    type Error = RecordError;

    fn latest(&self, origin: &str) -> Result<Option<Seen>> {
        Ok(latest(&self.connection(), origin)?)
    }

    fn compare_and_set(&self, origin: &str, old: Option<&Seen>, new: &Seen) -> Result<bool> {
        Ok(self.compare_and_set_all([(origin, old, new)])?.into_iter().all(|done| done))
    }
}
