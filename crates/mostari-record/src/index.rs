//! `record.sqlite`: how entries are found again, and what sealed entries say. The index can be made anew from the log; the
//! payloads can not.

use crate::{
    entry::Payload,
    error::Result,
    key::AuthorKey,
    leaf::{EntryId, SALT_BYTES},
    lock::BUSY_TIMEOUT,
};
use mostari_model::Digest;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use std::path::Path;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS authors (
    number   INTEGER PRIMARY KEY,
    key      BLOB NOT NULL UNIQUE,
    next     INTEGER NOT NULL,            -- the sequence number that is due
    previous BLOB NOT NULL                -- SHA-256 of the author's latest leaf
) STRICT;
CREATE TABLE IF NOT EXISTS entries (
    idx      INTEGER PRIMARY KEY,         -- position in the log, from 0
    author   INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    subject  INTEGER NOT NULL,            -- first 8 bytes of a digest: what the entry is about
    id       INTEGER NOT NULL             -- first 8 bytes of the idempotency id
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS entries_by_author ON entries (author, sequence);
CREATE INDEX IF NOT EXISTS entries_by_subject ON entries (subject, idx);
CREATE INDEX IF NOT EXISTS entries_by_id ON entries (id);
CREATE TABLE IF NOT EXISTS payloads (
    idx   INTEGER PRIMARY KEY,
    salt  BLOB NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS indexed (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 0),
    size     INTEGER NOT NULL             -- how many entries of the log are in the index
) STRICT;
INSERT OR IGNORE INTO indexed VALUES (0, 0);";

/// An entry as the index knows it.
#[derive(Debug, Clone)]
pub(crate) struct Indexed {
    pub index: u64,
    pub author: AuthorKey,
    pub sequence: u64,
    pub leaf: Digest,
    pub subject: Digest,
    pub id: EntryId,
    pub payload: Option<Payload>,
}

/// Where an author's chain ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChainEnd {
    pub next: u64,
    pub previous: Digest,
}

impl Default for ChainEnd {
    fn default() -> Self {
        Self { next: 0, previous: Digest::of(b"") }
    }
}

pub(crate) struct Index {
    connection: Connection,
}

impl Index {
    /// Opens it to read and write, and makes it if it is not there.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::default())?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // The log's journal keeps what is not yet durable here; `make_durable` comes before the journal is dropped.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "cache_size", -64_000)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection })
    }

    /// Opens it to read only, where folder or file may not be written.
    pub fn open_read_only(path: &Path) -> Result<Self> {
        // `immutable`: without write access there can be no shared-memory file, and nobody else writes here either.
        let uri = format!("file:{}?immutable=1", path.display());
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(Self { connection: Connection::open_with_flags(uri, flags)? })
    }

    /// How many entries of the log it knows.
    pub fn size(&self) -> Result<u64> {
        Ok(self.connection.query_row("SELECT size FROM indexed", [], |row| row.get(0))?)
    }

    /// Takes in entries that follow what it knows.
    pub fn insert(&mut self, entries: &[Indexed]) -> Result<()> {
        let Some(last) = entries.last() else { return Ok(()) };
        let transaction = self.connection.transaction()?;
        {
            let mut add = transaction.prepare_cached(
                "INSERT OR REPLACE INTO entries VALUES (?1, (SELECT number FROM authors WHERE key = ?2), ?3, ?4, ?5)",
            )?;
            let mut author = transaction.prepare_cached(
                "INSERT INTO authors (key, next, previous) VALUES (?1, ?2, ?3)
                 ON CONFLICT (key) DO UPDATE SET next = excluded.next, previous = excluded.previous",
            )?;
            let mut keep = transaction.prepare_cached("INSERT OR REPLACE INTO payloads VALUES (?1, ?2, ?3)")?;
            for entry in entries {
                author.execute(params![entry.author.as_bytes(), entry.sequence + 1, entry.leaf.as_bytes()])?;
                let (subject, id) = (short(entry.subject.as_bytes()), short(&entry.id));
                add.execute(params![entry.index, entry.author.as_bytes(), entry.sequence, subject, id])?;
                if let Some(Payload { salt, bytes }) = &entry.payload {
                    keep.execute(params![entry.index, salt, bytes])?;
                }
            }
            transaction.execute("UPDATE indexed SET size = ?1", [last.index + 1])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Keeps payloads whose entries are not indexed yet.
    pub fn keep_payloads<'a>(&mut self, payloads: impl Iterator<Item = (u64, &'a Payload)>) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for (index, Payload { salt, bytes }) in payloads {
            transaction.execute("INSERT OR REPLACE INTO payloads VALUES (?1, ?2, ?3)", params![index, salt, bytes])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Makes everything durable that was taken in.
    pub fn make_durable(&self) -> Result<()> {
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        // A commit under FULL syncs the write-ahead log, and with it every commit before.
        let done = self.connection.execute("UPDATE indexed SET size = size", []);
        self.connection.pragma_update(None, "synchronous", "NORMAL")?;
        done?;
        self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// The entries that may be about a subject, the latest first: 8 bytes can agree by chance, so look at them.
    pub fn about(&self, subject: &Digest) -> Result<Vec<u64>> {
        self.list("SELECT idx FROM entries WHERE subject = ?1 ORDER BY idx DESC", short(subject.as_bytes()))
    }

    /// The entries that may have an idempotency id.
    pub fn with_id(&self, id: &EntryId) -> Result<Vec<u64>> {
        self.list("SELECT idx FROM entries WHERE id = ?1 ORDER BY idx", short(id))
    }

    fn list(&self, sql: &str, key: i64) -> Result<Vec<u64>> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([key], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The entry with which an author used a sequence number.
    pub fn by_author(&self, author: &AuthorKey, sequence: u64) -> Result<Option<u64>> {
        let sql = "SELECT idx FROM entries JOIN authors ON author = number WHERE key = ?1 AND sequence = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![author.as_bytes(), sequence], |row| row.get(0)).optional()?)
    }

    /// Where an author's chain ends.
    pub fn chain_end(&self, author: &AuthorKey) -> Result<ChainEnd> {
        let mut statement = self.connection.prepare_cached("SELECT next, previous FROM authors WHERE key = ?1")?;
        let end =
            |row: &rusqlite::Row<'_>| Ok(ChainEnd { next: row.get(0)?, previous: Digest::from_bytes(row.get(1)?) });
        Ok(statement.query_row([author.as_bytes()], end).optional()?.unwrap_or_default())
    }

    /// What a sealed entry says, if it is kept here.
    pub fn payload(&self, index: u64) -> Result<Option<Payload>> {
        let mut statement = self.connection.prepare_cached("SELECT salt, bytes FROM payloads WHERE idx = ?1")?;
        let payload =
            |row: &rusqlite::Row<'_>| Ok(Payload { salt: row.get::<_, [u8; SALT_BYTES]>(0)?, bytes: row.get(1)? });
        Ok(statement.query_row([index], payload).optional()?)
    }

    /// Destroys what a sealed entry says: the row is overwritten, the write-ahead log emptied, the file written anew.
    pub fn erase(&mut self, index: u64) -> Result<()> {
        self.connection.execute("DELETE FROM payloads WHERE idx = ?1", [index])?;
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        self.connection.execute_batch("VACUUM")?;
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// What SQLite finds wrong with its own file; empty if nothing.
    pub fn faults(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare("PRAGMA quick_check")?;
        let lines = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }
}

/// The first 8 bytes as SQLite's integer: enough to find candidates.
fn short(bytes: &[u8]) -> i64 {
    i64::from_be_bytes(*bytes.first_chunk().expect("digests and ids have at least 8 bytes"))
}
