//! Whether the folder still says what was said: chain, signatures, numbering and every blob.

use crate::{
    entry::{Body, Statement},
    error::{RecordError, Result},
    findings::{
        AUTHOR_FOREIGN, BLOB_DAMAGED, BLOB_MISSING, BLOB_UNUSED, CHAIN_BROKEN, COLUMNS_DIFFER, DATABASE_DAMAGED,
        ENTRY_MISSING, ENTRY_UNREADABLE, FILE_UNKNOWN, HEAD_DIFFERS, SEQUENCE_WRONG, SIGNATURE_WRONG,
    },
    key::AuthorKey,
    log::{Head, StoredEntry},
    mission::Mission,
};
use mostari_model::{Digest, Finding, FindingCard, Severity};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const LOG_FILE: &str = "record.sqlite";

/// What was checked and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Where the log says that it ends.
    pub head: Head,
    /// Entries that were checked.
    pub entries: u64,
    /// Signatures that are right.
    pub signatures: u64,
    /// Blobs that were read and have their digest.
    pub blobs: u64,
    /// What was found: faults of the log in its order, then of the blobs; notes about leftovers last.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// Whether nothing was found but leftovers.
    pub fn is_whole(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }
}

impl Mission {
    /// Checks everything that the folder holds. A fault is a finding, never an error.
    ///
    /// The folder alone cannot show that a whole log was exchanged for another one or rolled back to an earlier copy:
    /// compare [`Mission::contains`] with a head that was kept elsewhere.
    ///
    /// # Errors
    /// Only if the database or the folder of blobs cannot be read at all.
    pub fn verify(&self) -> Result<Verification> {
        let (head, stored, faults) = {
            let log = self.log();
            (log.head()?, log.stored()?, log.database_faults()?)
        };
        let mut findings: Vec<Finding> = faults.iter().map(|fault| in_log(DATABASE_DAMAGED, fault)).collect();
        let opened: Vec<Opened> = stored.par_iter().map(open).collect();
        let mut chain = Chain::new(self.settings().author);
        opened.iter().zip(&stored).for_each(|(opened, stored)| chain.check(opened, stored));
        findings.append(&mut chain.findings);
        findings.extend(check_head(&head, chain.next_index, &chain.previous));
        let blobs = self.check_blobs(&opened, &mut findings)?;
        self.list_leftovers(&opened, &mut findings)?;
        let signatures = opened.iter().filter(|opened| opened.is_signed).count() as u64;
        Ok(Verification { head, entries: stored.len() as u64, signatures, blobs, findings })
    }

    /// Whether a head that was seen earlier still is a point of this log.
    ///
    /// # Errors
    /// `REC-006`, `REC-012`.
    pub fn contains(&self, earlier: &Head) -> Result<bool> {
        let Some(last) = earlier.size.checked_sub(1) else { return Ok(earlier.digest == Digest::of(b"")) };
        Ok(self.log().entry(last)?.is_some_and(|entry| entry.digest == earlier.digest))
    }

    fn check_blobs(&self, opened: &[Opened], findings: &mut Vec<Finding>) -> Result<u64> {
        let mut needed: BTreeMap<Digest, (u64, &'static str)> = BTreeMap::new();
        for (index, digest, what) in opened.iter().flat_map(Opened::blobs) {
            needed.entry(digest).or_insert((index, what));
        }
        let checked: Vec<Result<Option<Finding>>> = needed
            .par_iter()
            .map(|(digest, (index, what))| {
                let say = |card, said: String| {
                    let message = format!("{what} of entry {index}: {said}");
                    Ok(Some(Finding::new(card, message).in_file(format!("blobs/{}", digest))))
                };
                match self.blobs.get(digest) {
                    Ok(_) => Ok(None),
                    Err(error @ RecordError::BlobMissing { .. }) => say(BLOB_MISSING, error.to_string()),
                    Err(error @ RecordError::BlobDamaged { .. }) => say(BLOB_DAMAGED, error.to_string()),
                    Err(other) => Err(other),
                }
            })
            .collect();
        let faults: Vec<Finding> = checked.into_iter().filter_map(Result::transpose).collect::<Result<_>>()?;
        let whole = needed.len() - faults.len();
        findings.extend(faults);
        Ok(whole as u64)
    }

    fn list_leftovers(&self, opened: &[Opened], findings: &mut Vec<Finding>) -> Result<()> {
        let needed: BTreeSet<Digest> = opened.iter().flat_map(Opened::blobs).map(|(_, digest, _)| digest).collect();
        let listing = self.blobs.list()?;
        for digest in listing.digests.iter().filter(|digest| !needed.contains(digest)) {
            let message = format!("no entry speaks of the blob {digest}");
            findings.push(Finding::new(BLOB_UNUSED, message).in_file(format!("blobs/{digest}")));
        }
        for path in &listing.strangers {
            let name = path.strip_prefix(self.dir()).unwrap_or(path).display().to_string();
            findings.push(Finding::new(FILE_UNKNOWN, format!("`{name}` is no blob")).in_file(name));
        }
        Ok(())
    }
}

/// An entry as far as it could be read.
struct Opened {
    index: u64,
    digest: Digest,
    statement: Result<Statement, String>,
    is_signed: bool,
}

impl Opened {
    fn blobs(&self) -> Vec<(u64, Digest, &'static str)> {
        let body = self.statement.as_ref().ok().map(|statement| &statement.body);
        body.map(Body::blobs).unwrap_or_default().into_iter().map(|(digest, what)| (self.index, digest, what)).collect()
    }
}

fn open(stored: &StoredEntry) -> Opened {
    let statement = stored.leaf.open();
    let is_signed = statement.as_ref().is_ok_and(|statement| stored.leaf.is_signed(statement));
    Opened { index: stored.index, digest: stored.leaf.digest(), statement, is_signed }
}

/// Walks the log in order and notes where it does not hold together.
struct Chain {
    author: AuthorKey,
    next_index: u64,
    previous: Digest,
    next_sequence: BTreeMap<AuthorKey, u64>,
    findings: Vec<Finding>,
}

impl Chain {
    fn new(author: AuthorKey) -> Self {
        let (previous, next_sequence) = (Digest::of(b""), BTreeMap::new());
        Self { author, next_index: 0, previous, next_sequence, findings: Vec::new() }
    }

    fn find(&mut self, card: &'static FindingCard, message: impl AsRef<str>) {
        self.findings.push(in_log(card, message.as_ref()));
    }

    fn check(&mut self, opened: &Opened, stored: &StoredEntry) {
        let index = opened.index;
        for missing in self.next_index..index {
            self.find(ENTRY_MISSING, format!("entry {missing} is missing"));
        }
        match &opened.statement {
            Err(reason) => self.find(ENTRY_UNREADABLE, format!("entry {index} cannot be read: {reason}")),
            Ok(statement) => self.check_statement(opened, stored, statement),
        }
        self.next_index = index + 1;
        self.previous = opened.digest;
    }

    fn check_statement(&mut self, opened: &Opened, stored: &StoredEntry, statement: &Statement) {
        let (index, author) = (opened.index, statement.author);
        if statement.previous != self.previous {
            let (said, found) = (statement.previous.short(), self.previous.short());
            self.find(CHAIN_BROKEN, format!("entry {index} follows {said}…, but the entry before it is {found}…"));
        }
        if author != self.author {
            self.find(AUTHOR_FOREIGN, format!("entry {index} is by {author}, the mission states {}", self.author));
        }
        if !opened.is_signed {
            self.find(SIGNATURE_WRONG, format!("entry {index} is not signed by {author}"));
        }
        let expected = self.next_sequence.insert(author, statement.author_sequence + 1).unwrap_or(0);
        if statement.author_sequence != expected {
            let said = statement.author_sequence;
            self.find(SEQUENCE_WRONG, format!("entry {index} is its author's number {said}; {expected} was due"));
        }
        if !row_agrees(opened, stored, statement) {
            self.find(COLUMNS_DIFFER, format!("the row of entry {index} contradicts the entry"));
        }
    }
}

fn row_agrees(opened: &Opened, stored: &StoredEntry, statement: &Statement) -> bool {
    stored.kind == statement.body.kind()
        && stored.author == statement.author.as_bytes()
        && stored.author_sequence == statement.author_sequence
        && stored.subject == statement.body.subject(&statement.label).as_bytes()
        && stored.digest == opened.digest.as_bytes()
}

fn check_head(head: &Head, size: u64, last: &Digest) -> Option<Finding> {
    let differs = head.size != size || head.digest != *last;
    differs.then(|| {
        let (said, found) = (head.digest.short(), last.short());
        let message = format!("the log says {} entries ending in {said}…, it has {size} ending in {found}…", head.size);
        in_log(HEAD_DIFFERS, &message)
    })
}

fn in_log(card: &'static FindingCard, message: &str) -> Finding {
    Finding::new(card, message).in_file(LOG_FILE)
}
