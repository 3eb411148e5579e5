//! Whether the folder still says what was said: tree, signatures, chains, keys, payloads, and every blob.
//!
//! What can be checked from the published files alone ([`check_leaves`]) is checked the same way for a mission folder, for a
//! web server that mirrors a log, and for a bundle.

use crate::{
    entry::{Body, Entry},
    error::{RecordError, Result},
    findings::{
        AUTHOR_FOREIGN, BLOB_DAMAGED, BLOB_MISSING, BLOB_UNUSED, CHAIN_BROKEN, CHECKPOINT_FOREIGN, COLUMNS_DIFFER,
        DATABASE_DAMAGED, ENTRY_UNREADABLE, FILE_UNKNOWN, HEAD_DIFFERS, KEY_CHANGE_REFUSED, PAYLOAD_DIFFERS,
        PAYLOAD_MISSING, SEQUENCE_WRONG, SIGNATURE_UNKNOWN, SIGNATURE_WRONG, TILE_STRAY, TREE_DIFFERS,
    },
    index::ChainEnd,
    key::AuthorKey,
    keys::KeyBook,
    leaf::Leaf,
    lock::LockFile,
    mission::{Head, Mission},
    settings::Settings,
};
use mostari_log::{
    AuditFault, CHECKPOINT_PATH, Checkpoint, Fetch, Folder, Lock, Note, Policy, Tile, TileKind, TrustError, Trusted,
    audit, audit_earlier_tiles,
};
use mostari_model::{Clearance, Digest, Finding, FindingCard, Severity};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const CHECKPOINT_FILE: &str = "log/checkpoint";
const INDEX_FILE: &str = "record.sqlite";

/// What was checked and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Name of the log.
    pub origin: String,
    /// Where the log says that it ends.
    pub head: Head,
    /// Entries whose bytes are those that the checkpoint covers.
    pub entries: u64,
    /// Signatures of authors that are right.
    pub signatures: u64,
    /// Witnesses whose cosignatures hold, with the time that each states (POSIX seconds).
    pub witnesses: Vec<(String, u64)>,
    /// Sealed entries whose payload is here and is what the leaf stands for.
    pub payloads: u64,
    /// Sealed entries whose payload was erased by an entry that says so.
    pub erased: u64,
    /// Sealed entries whose payload is not for the readers of this copy.
    pub withheld: u64,
    /// Blobs that were read and have their digest.
    pub blobs: u64,
    /// Other parties' logs whose copies are whole: name and size, as this log says.
    pub mirrors: Vec<(String, u64)>,
    /// The first entry that is not proven, if one is not.
    pub first_fault: Option<u64>,
    /// What was found: faults of the log in its order, then of the blobs; notes about leftovers last.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// Whether nothing was found but leftovers.
    pub fn is_whole(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }
}

/// What the leaves of a log say, as far as they could be checked.
#[derive(Debug, Default)]
pub struct LeafCheck {
    /// Entries that were read and match the tree.
    pub entries: u64,
    /// Signatures of authors that are right.
    pub signatures: u64,
    /// The first entry that is not proven.
    pub first_fault: Option<u64>,
    /// Faults, in the order of the log.
    pub findings: Vec<Finding>,
    leaves: Vec<(Digest, Option<Leaf>)>,
}

/// Checks a log from its published files: every entry against the tree of the checkpoint, every tile, and of every leaf its
/// bytes, its signature, its author's chain and whether the key was valid there.
pub fn check_leaves<F: Fetch>(source: &F, checkpoint: &Checkpoint) -> LeafCheck {
    let mut check = LeafCheck::default();
    let mut chains = Chains { origin: checkpoint.origin.clone(), ..Chains::default() };
    let tree = audit(source, checkpoint, |first, entries| {
        let opened: Vec<Opened> =
            entries.par_iter().enumerate().map(|(i, bytes)| Opened::of(first + i as u64, bytes)).collect();
        for opened in opened {
            check.entries += 1;
            check.signatures += u64::from(opened.is_signed);
            chains.follow(&opened, &mut check.findings);
            check.leaves.push((opened.digest, opened.leaf.ok()));
        }
    });
    if let Err(AuditFault { index, path, reason }) = tree {
        let message = format!("from entry {index} on nothing is proven: {reason}");
        check.findings.push(Finding::new(TREE_DIFFERS, message).in_file(path));
        check.first_fault = Some(index);
    }
    if let Some(index) = chains.first_fault {
        check.first_fault = Some(check.first_fault.map_or(index, |first| first.min(index)));
    }
    check
}

/// An entry as far as it could be read.
struct Opened {
    index: u64,
    digest: Digest,
    leaf: Result<Leaf, String>,
    is_signed: bool,
}

impl Opened {
    fn of(index: u64, bytes: &[u8]) -> Self {
        let digest = Digest::of(bytes);
        match Leaf::open(bytes) {
            Ok(signed) => Self { index, digest, is_signed: signed.is_signed(), leaf: Ok(signed.leaf) },
            Err(reason) => Self { index, digest, is_signed: false, leaf: Err(reason) },
        }
    }
}

/// Follows every author's chain and the book of keys.
#[derive(Default)]
struct Chains {
    origin: String,
    ends: BTreeMap<AuthorKey, ChainEnd>,
    keys: KeyBook,
    first_fault: Option<u64>,
}

impl Chains {
    fn find(&mut self, index: u64, findings: &mut Vec<Finding>, card: &'static FindingCard, message: String) {
        self.first_fault.get_or_insert(index);
        findings.push(Finding::new(card, message).in_file(format!("log/{}", bundle_of(index))));
    }

    fn follow(&mut self, opened: &Opened, findings: &mut Vec<Finding>) {
        let index = opened.index;
        let leaf = match &opened.leaf {
            Ok(leaf) => leaf,
            Err(reason) => {
                return self.find(index, findings, ENTRY_UNREADABLE, format!("entry {index} cannot be read: {reason}"));
            }
        };
        let author = leaf.author;
        if !opened.is_signed {
            self.find(index, findings, SIGNATURE_WRONG, format!("entry {index} is not signed by {author}"));
        }
        let end = self.ends.get(&author).copied().unwrap_or_default();
        if leaf.sequence != end.next {
            let message = format!("entry {index} is its author's number {}; {} was due", leaf.sequence, end.next);
            self.find(index, findings, SEQUENCE_WRONG, message);
        } else if leaf.previous != end.previous {
            let message = format!("entry {index} does not follow from its author's entry before it");
            self.find(index, findings, CHAIN_BROKEN, message);
        }
        self.ends.insert(author, ChainEnd { next: leaf.sequence + 1, previous: opened.digest });
        self.check_key(opened, leaf, findings);
    }

    fn check_key(&mut self, opened: &Opened, leaf: &Leaf, findings: &mut Vec<Finding>) {
        let index = opened.index;
        match Entry::read(index, opened.digest, leaf.clone(), None) {
            // The log's name names its founder's key: so the first entry cannot be by anybody else.
            Ok(Entry { body: Body::Founded(founded), .. })
                if index == 0 && Settings::origin_of(&founded.country, &founded.author) == self.origin =>
            {
                self.keys = KeyBook::of_founder(&founded.origin, founded.author, &founded.name);
            }
            Ok(entry) => {
                if let Err(reason) = self.keys.note(&entry) {
                    let message = format!("entry {index} would change the keys, but {reason}");
                    findings.push(Finding::new(KEY_CHANGE_REFUSED, message));
                }
            }
            Err(reason) => {
                self.find(index, findings, ENTRY_UNREADABLE, format!("entry {index} cannot be read: {reason}"));
            }
        }
        if !self.keys.is_valid(&leaf.author, index) {
            let message = format!("entry {index} is by {}, a key that is not valid there", leaf.author);
            self.find(index, findings, AUTHOR_FOREIGN, message);
        }
    }
}

fn bundle_of(index: u64) -> Tile {
    Tile::new(TileKind::Entries, index / mostari_log::TILE_WIDTH, mostari_log::TILE_WIDTH).expect("a full tile")
}

impl Mission {
    /// Checks everything that the folder holds. A fault is a finding, never an error. `policy` names the witnesses that are
    /// known; a signature line by nobody who is known is a fault here, because nothing may change in a mission's folder.
    ///
    /// # Errors
    /// Only if the databases or the folder of blobs cannot be read at all.
    pub fn verify(&self, policy: Option<&Policy>) -> Result<Verification> {
        let own = self.policy()?;
        let mut findings = Vec::new();
        let mut found = Verification {
            origin: self.settings().origin.clone(),
            head: Head { size: 0, digest: Digest::of(b"") },
            entries: 0,
            signatures: 0,
            witnesses: Vec::new(),
            payloads: 0,
            erased: 0,
            withheld: 0,
            blobs: 0,
            mirrors: Vec::new(),
            first_fault: None,
            findings: Vec::new(),
        };
        // Without a checkpoint that can be trusted there is nothing to compare the rest with.
        let Some(Trusted { checkpoint, witnesses, .. }) =
            self.check_checkpoint(policy.unwrap_or(&own), &mut findings)?
        else {
            return Ok(Verification { first_fault: Some(0), findings, ..found });
        };
        found.head = Head { size: checkpoint.size, digest: Digest::from_bytes(checkpoint.root.0) };
        found.witnesses = witnesses;
        let mut check = check_leaves(&self.disk(), &checkpoint);
        findings.append(&mut check.findings);
        self.check_strays(&checkpoint, &mut findings)?;
        findings.extend(self.index().faults()?.iter().map(|fault| in_index(DATABASE_DAMAGED, fault)));
        let sealed = self.check_sealed(&check.leaves, &mut findings)?;
        found.blobs = self.check_blobs(&sealed.entries, &mut findings)?;
        self.list_leftovers(&sealed.entries, &mut findings)?;
        (found.entries, found.signatures, found.first_fault) = (check.entries, check.signatures, check.first_fault);
        (found.payloads, found.erased, found.withheld) = (sealed.payloads, sealed.erased, sealed.withheld);
        found.mirrors = self.verify_mirrors(&sealed.entries, &mut findings)?;
        Ok(Verification { findings, ..found })
    }

    /// The published checkpoint against the keys, and against the lock.
    fn check_checkpoint(&self, policy: &Policy, findings: &mut Vec<Finding>) -> Result<Option<Trusted>> {
        let bytes = self.checkpoint_bytes()?;
        let in_checkpoint = |card, message: String| Finding::new(card, message).in_file(CHECKPOINT_FILE);
        let trusted = match policy.check(&bytes) {
            Ok(trusted) => trusted,
            Err(error) => {
                let card = if matches!(error, TrustError::Signature(_)) { SIGNATURE_WRONG } else { CHECKPOINT_FOREIGN };
                findings.push(in_checkpoint(card, format!("the checkpoint cannot be trusted: {error}")));
                return Ok(None);
            }
        };
        if trusted.unknown > 0 {
            let message = format!("the checkpoint has {} signatures by keys that nobody knows", trusted.unknown);
            findings.push(in_checkpoint(SIGNATURE_UNKNOWN, message));
        }
        // A copy has no lock: nobody writes there.
        let path = self.lock_path();
        let locked = path.is_file().then(|| LockFile::open(&path).ok()?.load().ok()).flatten().flatten();
        let says = locked.as_ref().and_then(|locked| Note::parse(locked.note.as_bytes()).ok());
        let is_same = says.is_some_and(|note| note.text() == trusted.checkpoint.to_string());
        if locked.is_some() && !is_same {
            let message = "the published checkpoint is not the one that the mission wrote last".to_owned();
            findings.push(in_checkpoint(HEAD_DIFFERS, message));
        }
        Ok(Some(trusted))
    }

    /// Partial tiles of earlier sizes are still served until they are full: they too must be what the log was. Any other
    /// file does not belong there.
    fn check_strays(&self, checkpoint: &Checkpoint, findings: &mut Vec<Finding>) -> Result<()> {
        let dir = self.log_dir();
        let files = Folder::new(&dir).list().map_err(RecordError::io("read", &dir))?;
        let (tiles, others): (Vec<&String>, Vec<&String>) = files.iter().partition(|path| path.parse::<Tile>().is_ok());
        for path in others.into_iter().filter(|path| *path != CHECKPOINT_PATH) {
            let message = format!("`log/{path}` is no file of a log");
            findings.push(Finding::new(FILE_UNKNOWN, message).in_file(format!("log/{path}")));
        }
        if let Err(AuditFault { path, reason, .. }) = audit_earlier_tiles(&self.disk(), checkpoint, tiles) {
            findings.push(Finding::new(TILE_STRAY, reason).in_file(format!("log/{path}")));
        }
        Ok(())
    }

    /// Payloads against their leaves, and the index against both.
    fn check_sealed(&self, leaves: &[(Digest, Option<Leaf>)], findings: &mut Vec<Finding>) -> Result<Sealed> {
        let index = self.index();
        let mut sealed = Sealed::default();
        for (at, (digest, leaf)) in (0..).zip(leaves) {
            let Some(leaf) = leaf else { continue };
            let payload = if leaf.is_sealed() { index.payload(at)? } else { None };
            match Entry::read(at, *digest, leaf.clone(), payload.as_ref()) {
                Ok(entry) => {
                    sealed.payloads += u64::from(payload.is_some());
                    let is_known = index.by_author(&entry.author, entry.author_sequence)? == Some(at)
                        && (entry.body == Body::Withheld
                            || index.about(&entry.body.subject(&entry.label))?.contains(&at));
                    if !is_known {
                        findings
                            .push(in_index(COLUMNS_DIFFER, &format!("the row of entry {at} contradicts the entry")));
                    }
                    sealed.entries.push(entry);
                }
                Err(reason) => {
                    let message = format!("what is kept for entry {at} is not what it says: {reason}");
                    findings.push(in_index(PAYLOAD_DIFFERS, &message));
                }
            }
        }
        let indexed = index.size()?;
        if indexed != leaves.len() as u64 {
            let message = format!("the index knows {indexed} entries, the log has {}", leaves.len());
            findings.push(in_index(HEAD_DIFFERS, &message));
        }
        sealed.count_missing(self.settings().copy_for.as_ref(), findings);
        Ok(sealed)
    }

    fn check_blobs(&self, entries: &[Entry], findings: &mut Vec<Finding>) -> Result<u64> {
        let mut needed: BTreeMap<Digest, (u64, &'static str)> = BTreeMap::new();
        for entry in entries {
            for (digest, what) in entry.body.blobs() {
                needed.entry(digest).or_insert((entry.index, what));
            }
        }
        let checked: Vec<Result<Option<Finding>>> = needed
            .par_iter()
            .map(|(digest, (index, what))| {
                let say = |card, said: String| {
                    let message = format!("{what} of entry {index}: {said}");
                    Ok(Some(Finding::new(card, message).in_file(format!("blobs/{digest}"))))
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

    fn list_leftovers(&self, entries: &[Entry], findings: &mut Vec<Finding>) -> Result<()> {
        let blobs = entries.iter().flat_map(|entry| entry.body.blobs());
        let needed: BTreeSet<Digest> = blobs.map(|(digest, _)| digest).collect();
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

/// The entries as this folder can read them.
#[derive(Default)]
struct Sealed {
    entries: Vec<Entry>,
    payloads: u64,
    erased: u64,
    withheld: u64,
}

impl Sealed {
    /// A payload may be missing only where an entry says that it was erased, and in a copy where it is not for its readers.
    fn count_missing(&mut self, copy_for: Option<&Clearance>, findings: &mut Vec<Finding>) {
        let ordered: BTreeSet<u64> = self
            .entries
            .iter()
            .filter_map(|entry| match &entry.body {
                Body::Erasure(erasure) => Some(erasure.of),
                _ => None,
            })
            .collect();
        for entry in self.entries.iter().filter(|entry| entry.body == Body::Withheld) {
            if ordered.contains(&entry.index) {
                self.erased += 1;
            } else if copy_for.is_some_and(|readers| !entry.label.is_readable_by(readers)) {
                self.withheld += 1;
            } else {
                let message = format!("what entry {} says is not here, and nobody erased it", entry.index);
                findings.push(in_index(PAYLOAD_MISSING, &message));
            }
        }
    }
}

fn in_index(card: &'static FindingCard, message: &str) -> Finding {
    Finding::new(card, message).in_file(INDEX_FILE)
}
