//! `record.sqlite`: how entries are found again, and what sealed entries say. The index can be made anew from the log; the
//! payloads can not.

use crate::{
    entry::{Body, Entry, Payload},
    error::Result,
    key::AuthorKey,
    leaf::{EntryId, SALT_BYTES},
    lock::BUSY_TIMEOUT,
};
use mostari_model::{Digest, Label};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::Path,
};

/// Which tables these are. Those of another number are made anew from the log, all but the payloads.
const SCHEMA_NUMBER: u32 = 2;
const SCHEMA: &str = "
DROP TABLE IF EXISTS authors;
CREATE TABLE authors (
    number   INTEGER PRIMARY KEY,
    key      BLOB NOT NULL UNIQUE,
    next     INTEGER NOT NULL,            -- the sequence number that is due
    previous BLOB NOT NULL                -- SHA-256 of the author's latest leaf
) STRICT;
DROP TABLE IF EXISTS entries;
CREATE TABLE entries (
    idx      INTEGER PRIMARY KEY,         -- position in the log, from 0
    author   INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    subject  INTEGER NOT NULL,            -- first 8 bytes of a digest: what the entry is about
    id       INTEGER NOT NULL,            -- first 8 bytes of the idempotency id
    kind     TEXT NOT NULL                -- of a sealed entry the true one, while its payload is here
) STRICT;
CREATE UNIQUE INDEX entries_by_author ON entries (author, sequence);
CREATE INDEX entries_by_subject ON entries (subject, idx);
CREATE INDEX entries_by_id ON entries (id);
CREATE INDEX entries_by_kind ON entries (kind, idx);
DROP TABLE IF EXISTS labels;
CREATE TABLE labels (
    label TEXT PRIMARY KEY                -- each that an entry carries
) STRICT;
CREATE TABLE IF NOT EXISTS payloads (
    idx   INTEGER PRIMARY KEY,
    salt  BLOB NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
DROP TABLE IF EXISTS indexed;
CREATE TABLE indexed (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 0),
    size     INTEGER NOT NULL             -- how many entries of the log are in the index
) STRICT;
INSERT INTO indexed VALUES (0, 0);";

/// So many entries may wait in the write-ahead log before they are moved into the database.
const MOVE_AFTER: usize = 10_000;

/// An entry as the index knows it.
#[derive(Debug, Clone)]
pub(crate) struct Indexed {
    pub index: u64,
    pub author: AuthorKey,
    pub sequence: u64,
    pub leaf: Digest,
    pub subject: Digest,
    pub id: EntryId,
    pub kind: String,
    pub label: Label,
    pub payload: Option<Payload>,
}

/// A row of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    author: AuthorKey,
    sequence: u64,
    subject: i64,
    id: i64,
    kind: String,
}

impl Row {
    /// Whether it is the row of this entry. Of an entry whose payload is lost it may know more.
    pub fn is_of(&self, entry: &Entry) -> bool {
        let Self { author, sequence, subject, id, kind } = Indexed::of(entry, None).row();
        let is_known = entry.body != Body::Withheld;
        (author, sequence, id) == (self.author, self.sequence, self.id)
            && (!is_known || (subject == self.subject && kind == self.kind))
    }
}

impl Indexed {
    /// How the index shall know an entry; a payload is given if it has to be kept.
    pub fn of(entry: &Entry, payload: Option<Payload>) -> Self {
        Self {
            index: entry.index,
            author: entry.author,
            sequence: entry.author_sequence,
            leaf: entry.digest,
            subject: entry.body.subject(&entry.label),
            id: entry.id,
            kind: entry.body.kind().to_owned(),
            label: entry.label.clone(),
            payload,
        }
    }

    /// The row that the index must hold for it.
    fn row(&self) -> Row {
        let Self { author, sequence, subject, id, kind, .. } = self;
        let (subject, id) = (short(subject.as_bytes()), short(id));
        Row { author: *author, sequence: *sequence, subject, id, kind: kind.clone() }
    }
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
    /// Whether its tables are those of this version; if not, only the payloads can be read.
    is_current: bool,
    waiting: usize,
}

impl Index {
    /// Opens it to read and write, and makes it if it is not there.
    pub fn open(path: &Path) -> Result<Self> {
        let mut connection = Connection::open_with_flags(path, OpenFlags::default())?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // The log's journal keeps what is not yet durable here; `make_durable` comes before the journal is dropped.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "cache_size", -64_000)?;
        make_tables(&mut connection)?;
        Ok(Self { connection, is_current: true, waiting: 0 })
    }

    /// Opens it to read only, where folder or file may not be written.
    pub fn open_read_only(path: &Path) -> Result<Self> {
        // `immutable`: without write access there can be no shared-memory file, and nobody else writes here either.
        let uri = format!("file:{}?immutable=1", path.display());
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(uri, flags)?;
        let is_current = schema_number(&connection)? == SCHEMA_NUMBER;
        Ok(Self { connection, is_current, waiting: 0 })
    }

    /// Whether it can be asked for entries; if not, it only gives payloads.
    pub fn is_current(&self) -> bool {
        self.is_current
    }

    /// How many entries of the log it knows. Whoever asks it for entries looks through the log itself from there on.
    pub fn size(&self) -> Result<u64> {
        match self.is_current {
            true => Ok(self.connection.query_row("SELECT size FROM indexed", [], |row| row.get(0))?),
            false => Ok(0),
        }
    }

    /// Takes in entries that follow what it knows.
    pub fn insert(&mut self, entries: &[Indexed]) -> Result<()> {
        let Some(last) = entries.last() else { return Ok(()) };
        let transaction = self.connection.transaction()?;
        move_chains(&transaction, entries)?;
        write_rows(&transaction, entries)?;
        transaction.execute("UPDATE indexed SET size = ?1", [last.index + 1])?;
        transaction.commit()?;
        self.waiting += entries.len();
        Ok(())
    }

    /// Takes in again entries that it knows, because more of them is known now.
    pub fn replace(&mut self, entries: &[Indexed]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        write_rows(&transaction, entries)?;
        Ok(transaction.commit()?)
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
    pub fn make_durable(&mut self) -> Result<()> {
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        // A commit under FULL syncs the write-ahead log, and with it every commit before.
        let done = self.connection.execute("UPDATE indexed SET size = size", []);
        self.connection.pragma_update(None, "synchronous", "NORMAL")?;
        done?;
        // Closing the database does the same; only who appends much must not let the write-ahead log grow.
        if self.waiting >= MOVE_AFTER {
            self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
            self.waiting = 0;
        }
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

    /// The entries of some kinds, in the order of the log.
    pub fn of_kinds(&self, kinds: &[&str], range: &Range<u64>) -> Result<Vec<u64>> {
        let mut found = Vec::new();
        let mut statement = self
            .connection
            .prepare_cached("SELECT idx FROM entries WHERE kind = ?1 AND idx >= ?2 AND idx < ?3 ORDER BY idx")?;
        for kind in kinds {
            let rows = statement.query_map(params![kind, range.start, range.end], |row| row.get(0))?;
            found.extend(rows.collect::<rusqlite::Result<Vec<u64>>>()?);
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Every label that an entry carries.
    pub fn labels(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare_cached("SELECT label FROM labels ORDER BY label")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Shows the rows of a range of entries, in the order of the log.
    pub fn rows(&self, range: &Range<u64>) -> Result<BTreeMap<u64, Row>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT idx, key, sequence, subject, id, kind FROM entries JOIN authors ON author = number
             WHERE idx >= ?1 AND idx < ?2",
        )?;
        let row = |row: &rusqlite::Row<'_>| {
            let author = AuthorKey::from_bytes(row.get(1)?);
            let (sequence, subject, id, kind) = (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
            Ok((row.get(0)?, Row { author, sequence, subject, id, kind }))
        };
        let rows = statement.query_map(params![range.start, range.end], row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
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

    /// Destroys what a sealed entry says: the row is overwritten, the write-ahead log emptied, the file written anew. What
    /// the index knew of it goes too, because a subject could be guessed.
    pub fn erase(&mut self, index: u64) -> Result<()> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM payloads WHERE idx = ?1", [index])?;
        let (subject, kind) = (Body::Withheld.subject(&Label::public()), Body::Withheld.kind());
        let forget = "UPDATE entries SET subject = ?1, kind = ?2 WHERE idx = ?3";
        transaction.execute(forget, params![short(subject.as_bytes()), kind, index])?;
        transaction.commit()?;
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

fn schema_number(connection: &Connection) -> Result<u32> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Makes the tables if they are not there or are those of an earlier version. Nothing is lost: the index is made anew from
/// the log, and payloads stay.
fn make_tables(connection: &mut Connection) -> Result<()> {
    if schema_number(connection)? == SCHEMA_NUMBER {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have done it while this one waited.
    if schema_number(&transaction)? != SCHEMA_NUMBER {
        transaction.execute_batch(SCHEMA)?;
        transaction.pragma_update(None, "user_version", SCHEMA_NUMBER)?;
    }
    Ok(transaction.commit()?)
}

/// Moves the end of every author's chain.
fn move_chains(transaction: &Transaction<'_>, entries: &[Indexed]) -> Result<()> {
    let mut move_end = transaction.prepare_cached(
        "INSERT INTO authors (key, next, previous) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET next = excluded.next, previous = excluded.previous",
    )?;
    let ends: BTreeMap<AuthorKey, &Indexed> = entries.iter().map(|entry| (entry.author, entry)).collect();
    for (author, last) in ends {
        move_end.execute(params![author.as_bytes(), last.sequence + 1, last.leaf.as_bytes()])?;
    }
    Ok(())
}

fn write_rows(transaction: &Transaction<'_>, entries: &[Indexed]) -> Result<()> {
    let mut number = transaction.prepare_cached("SELECT number FROM authors WHERE key = ?1")?;
    let mut add = transaction.prepare_cached("INSERT OR REPLACE INTO entries VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut keep = transaction.prepare_cached("INSERT OR REPLACE INTO payloads VALUES (?1, ?2, ?3)")?;
    let mut label = transaction.prepare_cached("INSERT OR IGNORE INTO labels VALUES (?1)")?;
    let mut numbers: BTreeMap<AuthorKey, i64> = BTreeMap::new();
    for entry in entries {
        let Row { author, sequence, subject, id, kind } = entry.row();
        let number = match numbers.get(&author) {
            Some(number) => *number,
            None => number.query_row([author.as_bytes()], |row| row.get(0))?,
        };
        numbers.insert(author, number);
        add.execute(params![entry.index, number, sequence, subject, id, kind])?;
        if let Some(Payload { salt, bytes }) = &entry.payload {
            keep.execute(params![entry.index, salt, bytes])?;
        }
    }
    let labels: BTreeSet<&Label> = entries.iter().map(|entry| &entry.label).collect();
    labels.into_iter().try_for_each(|text| label.execute([text.to_string()]).map(drop))?;
    Ok(())
}

/// The first 8 bytes as SQLite's integer: enough to find candidates.
fn short(bytes: &[u8]) -> i64 {
    i64::from_be_bytes(*bytes.first_chunk().expect("digests and ids have at least 8 bytes"))
}
