//! The append-only log in SQLite: one writer, durable before it answers.

use crate::{
    entry::{Body, Entry, LEAF_BYTES_MAX, Leaf, Statement},
    error::{RecordError, Result},
    key::AuthorSecret,
};
use jiff::Timestamp;
use mostari_model::{Digest, Label};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use std::{ops::Range, path::Path, time::Duration};

/// How long a writer waits for another one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Where the log ends: how many entries, and the digest of the last one (of no bytes, if there is none).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Entries in the log.
    pub size: u64,
    /// Digest of the last entry.
    pub digest: Digest,
}

/// What shall be said; the log adds author, sequence and chain.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub label: Label,
    pub body: Body,
}

/// What became of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The entry that says it.
    pub index: u64,
    /// Whether the log said it already: then nothing was added.
    pub already_present: bool,
}

/// A row of `entries` as it stands, for `verify`.
pub(crate) struct StoredEntry {
    pub index: u64,
    pub kind: String,
    pub author: Vec<u8>,
    pub author_sequence: u64,
    pub subject: Vec<u8>,
    pub digest: Vec<u8>,
    pub leaf: Leaf,
}

pub(crate) struct Log {
    connection: Connection,
}

impl Log {
    /// Makes an empty log.
    pub fn create(path: &Path) -> Result<Self> {
        let log = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        log.connection.execute_batch(include_str!("schema.sql"))?;
        let none = Digest::of(b"");
        log.connection.execute("INSERT INTO head VALUES (0, 0, ?1)", [none.as_bytes()])?;
        Ok(log)
    }

    /// Opens a log that exists; to read only, if its file or folder may not be written.
    pub fn open(path: &Path) -> Result<Self> {
        let writable = |path: &Path| path.metadata().is_ok_and(|of| !of.permissions().readonly());
        if writable(path) && path.parent().is_none_or(writable) {
            return Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE);
        }
        // `immutable`: without write access there can be no shared-memory file, and nobody else writes here either.
        let uri = format!("file:{}?immutable=1", path.display());
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(Self { connection: Connection::open_with_flags(uri, flags)? })
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self> {
        let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        Ok(Self { connection })
    }

    pub fn head(&self) -> Result<Head> {
        read_head(&self.connection)
    }

    /// Says all drafts in one transaction. A draft that the log says already adds nothing.
    pub fn append(&mut self, drafts: &[Draft], secret: &AuthorSecret, at: Timestamp) -> Result<Vec<Appended>> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let start = read_head(&transaction)?;
        check_head(&transaction, &start)?;
        let mut writer = Writer { transaction: &transaction, secret, at, head: start };
        let appended = drafts.iter().map(|draft| writer.append(draft)).collect::<Result<Vec<_>>>()?;
        let head = writer.head;
        if head != start {
            transaction
                .execute("UPDATE head SET size = ?1, digest = ?2", params![head.size, head.digest.as_bytes()])?;
        }
        transaction.commit()?;
        Ok(appended)
    }

    /// The entries of a range, in order; stops at the end of the log.
    pub fn entries(&self, range: Range<u64>) -> Result<Vec<Entry>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT idx, bytes FROM entries WHERE idx >= ?1 AND idx < ?2 ORDER BY idx")?;
        let rows = statement.query_map([to_sql(range.start), to_sql(range.end)], index_and_bytes)?;
        rows.map(|row| read_entry(row?)).collect()
    }

    /// One entry.
    pub fn entry(&self, index: u64) -> Result<Option<Entry>> {
        Ok(self.entries(index..index.saturating_add(1))?.pop())
    }

    /// The entries about a subject, the latest first.
    pub fn about(&self, subject: &Digest) -> Result<Vec<Entry>> {
        let mut statement =
            self.connection.prepare_cached("SELECT idx, bytes FROM entries WHERE subject = ?1 ORDER BY idx DESC")?;
        let rows = statement.query_map([subject.as_bytes()], index_and_bytes)?;
        rows.map(|row| read_entry(row?)).collect()
    }

    /// Every row as it stands, read or not.
    pub fn stored(&self) -> Result<Vec<StoredEntry>> {
        let mut statement = self
            .connection
            .prepare("SELECT idx, kind, author, author_sequence, subject, digest, bytes FROM entries ORDER BY idx")?;
        let rows = statement.query_map([], |row| {
            Ok(StoredEntry {
                index: row.get(0)?,
                kind: row.get(1)?,
                author: row.get(2)?,
                author_sequence: row.get(3)?,
                subject: row.get(4)?,
                digest: row.get(5)?,
                leaf: Leaf::from_bytes(row.get(6)?),
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What SQLite finds wrong with its own file; empty if nothing.
    pub fn database_faults(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare("PRAGMA quick_check")?;
        let lines = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").collect())
    }
}

/// One transaction of appending.
struct Writer<'a> {
    transaction: &'a Transaction<'a>,
    secret: &'a AuthorSecret,
    at: Timestamp,
    head: Head,
}

impl Writer<'_> {
    fn append(&mut self, draft: &Draft) -> Result<Appended> {
        let subject = draft.body.subject(&draft.label);
        if let Some(index) = self.already_said(&subject, draft)? {
            return Ok(Appended { index, already_present: true });
        }
        let author = self.secret.author();
        let author_sequence = self.transaction.query_row(
            "SELECT COALESCE(MAX(author_sequence) + 1, 0) FROM entries WHERE author = ?1",
            [author.as_bytes()],
            |row| row.get(0),
        )?;
        let statement = Statement {
            author,
            author_sequence,
            previous: self.head.digest,
            recorded_at: self.at,
            label: draft.label.clone(),
            body: draft.body.clone(),
        };
        let leaf = Leaf::seal(&statement, self.secret);
        if leaf.as_bytes().len() > LEAF_BYTES_MAX {
            return Err(RecordError::EntryTooLarge { bytes: leaf.as_bytes().len(), most: LEAF_BYTES_MAX });
        }
        let (index, digest) = (self.head.size, leaf.digest());
        self.transaction.execute(
            "INSERT INTO entries (idx, kind, author, author_sequence, subject, digest, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                index,
                draft.body.kind(),
                author.as_bytes(),
                author_sequence,
                subject.as_bytes(),
                digest.as_bytes(),
                leaf.as_bytes()
            ],
        )?;
        self.head = Head { size: index + 1, digest };
        Ok(Appended { index, already_present: false })
    }

    /// The entry that says the same. A file is the same whatever is now said about it; of places and computations the
    /// latest word counts, so that A, then B, then A again is three entries.
    fn already_said(&self, subject: &Digest, draft: &Draft) -> Result<Option<u64>> {
        let latest = self
            .transaction
            .query_row(
                "SELECT idx, bytes FROM entries WHERE subject = ?1 ORDER BY idx DESC LIMIT 1",
                [subject.as_bytes()],
                index_and_bytes,
            )
            .optional()?;
        let Some(latest) = latest.map(read_entry).transpose()? else { return Ok(None) };
        let same = matches!(draft.body, Body::Dataset(_)) || (latest.body == draft.body && latest.label == draft.label);
        Ok(same.then_some(latest.index))
    }
}

fn read_head(connection: &Connection) -> Result<Head> {
    let (size, digest): (u64, [u8; 32]) =
        connection.query_row("SELECT size, digest FROM head", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Head { size, digest: Digest::from_bytes(digest) })
}

/// A log whose tail was lost must not grow: what follows would contradict what others hold.
fn check_head(connection: &Connection, head: &Head) -> Result<()> {
    let last: Option<(u64, [u8; 32])> = connection
        .query_row("SELECT idx, digest FROM entries ORDER BY idx DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let found = last.map_or(Head { size: 0, digest: Digest::of(b"") }, |(index, digest)| Head {
        size: index + 1,
        digest: Digest::from_bytes(digest),
    });
    match found == *head {
        true => Ok(()),
        false => Err(RecordError::HeadDiffers { said: head.size, said_digest: head.digest.short() }),
    }
}

fn index_and_bytes(row: &Row<'_>) -> rusqlite::Result<(u64, Vec<u8>)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn read_entry((index, bytes): (u64, Vec<u8>)) -> Result<Entry> {
    let leaf = Leaf::from_bytes(bytes);
    let statement = leaf.open().map_err(|reason| RecordError::Entry { index, reason })?;
    Ok(Entry::of(index, leaf.digest(), statement))
}

/// SQLite counts to 2^63 - 1.
fn to_sql(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}
