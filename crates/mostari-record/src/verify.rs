//! Whether the folder still says what was said: tree, signatures, chains, keys, payloads, and every blob.
//!
//! What can be checked from the published files alone is [`check_leaves`](crate::check_leaves); here it is followed by what
//! lies beside them in the folder. Entries pass by once, so that a long log needs no memory.

use crate::{
    entry::{Body, Entry},
    error::{RecordError, Result},
    findings::{
        BLOB_DAMAGED, BLOB_MISSING, BLOB_UNUSED, CHECKPOINT_FOREIGN, COLUMNS_DIFFER, DATABASE_DAMAGED, FILE_UNKNOWN,
        HEAD_DIFFERS, PAYLOAD_DIFFERS, PAYLOAD_MISSING, SIGNATURE_UNKNOWN, SIGNATURE_WRONG, TILE_STRAY,
    },
    leaves::{LeafCheck, Opened, OpenedLeaf, check_leaves_and},
    lock::LockFile,
    mission::{Head, Mission},
};
use mostari_log::{
    AuditFault, CHECKPOINT_PATH, Checkpoint, Folder, Lock, Note, Policy, Tile, TrustError, Trusted, audit_earlier_tiles,
};
use mostari_model::{Digest, Finding, FindingCard, Label, Severity};
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
        let mut inside = Inside::of(self)?;
        let mut check = check_leaves_and(&self.disk(), &checkpoint, |opened| inside.see(opened));
        findings.append(&mut check.findings);
        self.check_strays(&checkpoint, &mut findings)?;
        findings.extend(self.index().faults()?.iter().map(|fault| in_index(DATABASE_DAMAGED, fault)));
        let mut inside = inside.finish(&checkpoint, &check)?;
        findings.append(&mut inside.findings);
        found.blobs = self.check_blobs(&inside.blobs, &mut findings)?;
        self.check_releases(&inside.releases, &mut findings);
        // Of entries that could not be read nobody knows what they speak of.
        let is_read = check.entries == checkpoint.size;
        self.list_leftovers(&inside.blobs, is_read, &mut findings)?;
        (found.entries, found.signatures, found.first_fault) = (check.entries, check.signatures, check.first_fault);
        (found.payloads, found.erased, found.withheld) = (inside.payloads, inside.erased, inside.withheld);
        found.mirrors = self.verify_mirrors(&inside.mirrored, &mut findings)?;
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

    fn check_blobs(&self, needed: &Needed, findings: &mut Vec<Finding>) -> Result<u64> {
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

    fn list_leftovers(&self, needed: &Needed, is_read: bool, findings: &mut Vec<Finding>) -> Result<()> {
        let listing = self.blobs.list()?;
        for digest in listing.digests.iter().filter(|digest| is_read && !needed.contains_key(digest)) {
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

/// Blobs that entries speak of: the first entry that does, and a word for what it is.
type Needed = BTreeMap<Digest, (u64, &'static str)>;

/// What lies in the folder beside the published files, compared with the entries as they pass by.
struct Inside<'a> {
    mission: &'a Mission,
    /// Whether the index is used at all; one of an earlier version that cannot be made anew is not.
    is_indexed: bool,
    labels: BTreeSet<String>,
    blobs: Needed,
    mirrored: Vec<Entry>,
    releases: Vec<Entry>,
    payloads: u64,
    /// Entries whose payload is not here, with their labels.
    missing: Vec<(u64, Label)>,
    ordered: BTreeSet<u64>,
    erased: u64,
    withheld: u64,
    findings: Vec<Finding>,
    failed: Option<RecordError>,
}

impl<'a> Inside<'a> {
    fn of(mission: &'a Mission) -> Result<Self> {
        Ok(Self {
            mission,
            is_indexed: mission.index().is_current(),
            labels: BTreeSet::new(),
            blobs: Needed::new(),
            mirrored: Vec::new(),
            releases: Vec::new(),
            payloads: 0,
            missing: Vec::new(),
            ordered: BTreeSet::new(),
            erased: 0,
            withheld: 0,
            findings: Vec::new(),
            failed: None,
        })
    }

    fn see(&mut self, opened: Vec<Opened>) {
        if self.failed.is_none() {
            self.failed = self.try_to_see(opened).err();
        }
    }

    fn try_to_see(&mut self, opened: Vec<Opened>) -> Result<()> {
        let (Some(first), Some(last)) = (opened.first(), opened.last()) else { return Ok(()) };
        let range = first.index..last.index + 1;
        let index = self.mission.index();
        let rows = if self.is_indexed { index.rows(&range)? } else { BTreeMap::new() };
        for Opened { index: at, digest, said, .. } in opened {
            let Ok(OpenedLeaf { sealed, entry, .. }) = said else { continue };
            let payload = if sealed.is_some() { index.payload(at)? } else { None };
            let entry = match (sealed, &payload) {
                (Some(leaf), Some(payload)) => Entry::read(at, digest, leaf, Some(payload)),
                _ => entry,
            };
            match entry {
                Ok(entry) => {
                    if self.is_indexed && !rows.get(&at).is_some_and(|row| row.is_of(&entry)) {
                        let message = format!("the row of entry {at} contradicts the entry");
                        self.findings.push(in_index(COLUMNS_DIFFER, &message));
                    }
                    self.payloads += u64::from(payload.is_some());
                    self.keep(entry);
                }
                // What cannot be read without a payload was said already.
                Err(reason) if payload.is_some() => {
                    let message = format!("what is kept for entry {at} is not what it says: {reason}");
                    self.findings.push(in_index(PAYLOAD_DIFFERS, &message));
                }
                Err(_) => {}
            }
        }
        Ok(())
    }

    fn keep(&mut self, entry: Entry) {
        for (digest, what) in entry.body.blobs() {
            self.blobs.entry(digest).or_insert((entry.index, what));
        }
        if self.is_indexed {
            self.labels.insert(entry.label.to_string());
        }
        self.releases.extend(entry.release.is_some().then(|| entry.clone()));
        match &entry.body {
            Body::Withheld => self.missing.push((entry.index, entry.label)),
            Body::Erasure(erasure) => drop(self.ordered.insert(erasure.of)),
            Body::Mirrored(_) => self.mirrored.push(entry),
            _ => {}
        }
    }

    fn finish(mut self, checkpoint: &Checkpoint, check: &LeafCheck) -> Result<Self> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        if self.is_indexed {
            self.check_index(checkpoint, check)?;
        }
        self.count_missing();
        Ok(self)
    }

    /// What the index says of all entries together.
    fn check_index(&mut self, checkpoint: &Checkpoint, check: &LeafCheck) -> Result<()> {
        let index = self.mission.index();
        let indexed = index.size()?;
        if indexed != checkpoint.size {
            let message = format!("the index knows {indexed} entries, the log has {}", checkpoint.size);
            self.findings.push(in_index(HEAD_DIFFERS, &message));
        } else if check.entries == checkpoint.size {
            for (author, end) in &check.ends {
                if index.chain_end(author)? != *end {
                    let message = format!("the end of the chain of {author} contradicts its entries");
                    self.findings.push(in_index(COLUMNS_DIFFER, &message));
                }
            }
            if index.labels()? != self.labels.iter().cloned().collect::<Vec<_>>() {
                let message = "the list of labels contradicts the entries";
                self.findings.push(in_index(COLUMNS_DIFFER, message));
            }
        }
        Ok(())
    }

    /// A payload may be missing only where an entry says that it was erased, and in a copy where it is not for its readers.
    fn count_missing(&mut self) {
        let copy_for = self.mission.settings().copy_for.as_ref();
        for (index, label) in &self.missing {
            if self.ordered.contains(index) {
                self.erased += 1;
            } else if copy_for.is_some_and(|readers| !label.is_readable_by(readers)) {
                self.withheld += 1;
            } else {
                let message = format!("what entry {index} says is not here, and nobody erased it");
                self.findings.push(in_index(PAYLOAD_MISSING, &message));
            }
        }
    }
}

fn in_index(card: &'static FindingCard, message: &str) -> Finding {
    Finding::new(card, message).in_file(INDEX_FILE)
}
