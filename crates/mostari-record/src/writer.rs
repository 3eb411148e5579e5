//! Appending: one writer at a time, durable before it answers.
//!
//! A [`Writer`] holds the mission's turn. Each call of [`Writer::append`] is one batch of the log: leaves are signed in the
//! order of the author's chain, staged together with their payloads, locked, then indexed. [`Writer::publish`] makes the
//! index durable and writes tiles and checkpoint.

use crate::{
    entry::{Body, Entry, Payload, Statement, fits},
    error::{RecordError, Result},
    index::{ChainEnd, Index, Indexed},
    key::{AuthorKey, AuthorSecret},
    keys::KeyBook,
    leaf::{EntryId, Leaf, Reference, SALT_BYTES},
    lock::LockFile,
    mission::Mission,
};
use jiff::Timestamp;
use mostari_log::{Batch, Disk, Fetch, Folder, KeyKind, Log, Note, ProofFile, SigningKey, Staged};
use mostari_model::{AreaId, Digest, Label};
use rayon::prelude::*;
use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    io,
    time::{Duration, Instant},
};

const TURN_FILE: &str = "writer.lock";
const TURN_PATIENCE: Duration = Duration::from_secs(10);

/// What shall be said; the writer adds author, sequence and chain.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who may read it.
    pub label: Label,
    /// The area that it is about.
    pub area: Option<AreaId>,
    /// Other entries.
    pub references: Vec<Reference>,
    /// An idempotency id; a random one if `None`.
    pub id: Option<EntryId>,
    /// What it says.
    pub body: Body,
}

impl Draft {
    /// A draft without area, references and id.
    pub fn new(label: Label, body: Body) -> Self {
        Self { label, area: None, references: Vec::new(), id: None, body }
    }
}

/// What became of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The entry that says it.
    pub index: u64,
    /// Whether the log said it already: then nothing was added.
    pub already_present: bool,
}

/// A leaf that another author signed elsewhere, and what it was sealed over if that came along.
#[derive(Debug, Clone)]
pub struct ForeignLeaf {
    /// The bytes of the leaf.
    pub bytes: Vec<u8>,
    /// Its payload.
    pub payload: Option<Payload>,
}

/// The log's files: what is published lies in `log/`, what is staged beside it, where no web server looks.
#[derive(Debug, Clone)]
pub(crate) struct MissionDisk {
    public: Folder,
    private: Folder,
}

impl MissionDisk {
    pub fn new(dir: &std::path::Path) -> Self {
        Self { public: Folder::new(dir.join("log")), private: Folder::new(dir) }
    }

    fn of(&self, path: &str) -> &Folder {
        if path.starts_with("staging/") { &self.private } else { &self.public }
    }
}

impl Disk for MissionDisk {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.of(path).read(path)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.of(path).write(path, bytes)
    }

    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.of(path).write_at(path, offset, bytes)
    }

    fn sync_content(&self, path: &str) -> io::Result<()> {
        self.of(path).sync_content(path)
    }

    fn sync_names(&self, paths: &[String]) -> io::Result<()> {
        let (private, public): (Vec<_>, Vec<_>) = paths.iter().cloned().partition(|path| path.starts_with("staging/"));
        self.private.sync_names(&private)?;
        self.public.sync_names(&public)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        Disk::list(self.of(folder), folder)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.of(path).remove(path)
    }
}

impl Fetch for MissionDisk {
    fn fetch(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.read(path)
    }
}

pub(crate) type MissionLog = Log<MissionDisk, LockFile>;

/// The mission's turn to append. While it lives, no other program appends to the mission.
pub struct Writer<'a> {
    mission: &'a Mission,
    log: MissionLog,
    index: Index,
    secret: AuthorSecret,
    keys: KeyBook,
    keys_size: u64,
    _turn: File,
}

impl Mission {
    /// Takes the turn, finishing what an interrupted writer left.
    ///
    /// # Errors
    /// `REC-007` if another program keeps it, `REC-008`, `REC-009`, `REC-021`.
    pub fn writer(&self) -> Result<Writer<'_>> {
        let secret = self.author_secret()?;
        let turn = take_turn(self)?;
        let mut index = Index::open(&self.index_path())?;
        let lock = LockFile::open(&self.lock_path())?;
        let log = Log::open(self.disk(), lock, self.log_key()?, |staged| keep_staged(&mut index, staged))?;
        let mut writer =
            Writer { mission: self, log, index, secret, keys: KeyBook::default(), keys_size: 0, _turn: turn };
        writer.index_what_is_missing()?;
        Ok(writer)
    }
}

fn take_turn(mission: &Mission) -> Result<File> {
    let path = mission.dir().join(TURN_FILE);
    let file = File::create(&path).map_err(RecordError::io("create", &path))?;
    let since = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if since.elapsed() < TURN_PATIENCE => {
                std::thread::sleep(Duration::from_millis(2));
            }
            Err(TryLockError::WouldBlock) => return Err(RecordError::Busy),
            Err(TryLockError::Error(error)) => return Err(RecordError::io("lock", &path)(error)),
        }
    }
}

/// The key that signs checkpoints, out of its file.
pub(crate) fn log_key(origin: &str, secret: &AuthorSecret) -> Result<SigningKey> {
    SigningKey::from_seed(origin, KeyKind::Log, &secret.seed())
        .map_err(|error| RecordError::Log(mostari_log::LogError::Key(error)))
}

impl Writer<'_> {
    /// How many entries the log has.
    pub fn size(&self) -> u64 {
        self.log.checkpoint().size
    }

    /// How many of them are not published yet.
    pub fn unpublished(&self) -> u64 {
        self.log.unpublished()
    }

    /// The keys that are valid now.
    ///
    /// # Errors
    /// `REC-012`.
    pub fn keys(&mut self) -> Result<&KeyBook> {
        for index in self.keys_size..self.size() {
            let entry = self.entry(index)?;
            if let Body::Founded(founded) = &entry.body {
                self.keys = KeyBook::of_founder(&founded.origin, founded.author, &founded.name);
            }
            // A change that the book refuses changes nothing; `verify` says so.
            let _ = self.keys.note(&entry);
        }
        self.keys_size = self.size();
        Ok(&self.keys)
    }

    /// An entry.
    ///
    /// # Errors
    /// `REC-012`, `REC-021`.
    pub fn entry(&self, index: u64) -> Result<Entry> {
        let bytes = self.log.entry(index)?;
        self.read(index, &bytes)
    }

    fn read(&self, index: u64, bytes: &[u8]) -> Result<Entry> {
        read_entry(index, bytes, &self.index)
    }

    /// Says all drafts in one batch. What the log says already adds nothing.
    ///
    /// # Errors
    /// `REC-003` if a blob is not stored, `REC-013`, `REC-021`, `REC-022`.
    pub fn append(&mut self, drafts: &[Draft], at: Timestamp) -> Result<Vec<Appended>> {
        let mut sealing = Sealing::begin(self)?;
        let appended = drafts.iter().map(|draft| sealing.say(draft, at)).collect::<Result<Vec<_>>>()?;
        let Sealing { leaves, indexed, .. } = sealing;
        self.commit(leaves, indexed)?;
        Ok(appended)
    }

    /// Takes in leaves that other authors signed elsewhere, each in the order of its author's chain. A leaf that is here
    /// already adds nothing.
    ///
    /// # Errors
    /// `REC-023` if an author is not known, `REC-024` if a chain has a gap, `REC-025` if an author forked, `REC-012`.
    pub fn append_foreign(&mut self, leaves: &[ForeignLeaf]) -> Result<Vec<Appended>> {
        self.keys()?;
        let opened: Vec<_> = leaves
            .par_iter()
            .map(|leaf| {
                let signed = Leaf::open(&leaf.bytes)?;
                if signed.is_signed() { Ok(signed.leaf) } else { Err("its author did not sign it".to_owned()) }
            })
            .collect();
        let mut joining = Joining { writer: self, ends: BTreeMap::new(), leaves: Vec::new(), indexed: Vec::new() };
        let mut appended = Vec::with_capacity(leaves.len());
        for (foreign, opened) in leaves.iter().zip(opened) {
            let leaf = opened.map_err(|reason| RecordError::Entry { index: joining.next_index(), reason })?;
            appended.push(joining.join(foreign, leaf)?);
        }
        let Joining { leaves, indexed, .. } = joining;
        self.commit(leaves, indexed)?;
        Ok(appended)
    }

    fn commit(&mut self, leaves: Vec<Vec<u8>>, indexed: Vec<Indexed>) -> Result<()> {
        if leaves.is_empty() {
            return Ok(());
        }
        let attachment =
            write_attachment(indexed.iter().filter_map(|entry| Some((entry.index, entry.payload.as_ref()?))));
        self.log.append(Batch { entries: leaves, attachment })?;
        self.index.insert(&indexed)
    }

    /// Publishes tiles and checkpoint.
    ///
    /// # Errors
    /// `REC-021`.
    pub fn publish(&mut self) -> Result<()> {
        Ok(self.log.publish(None, || self.index.make_durable())?)
    }

    /// Publishes the checkpoint again with the cosignatures of witnesses.
    ///
    /// # Errors
    /// `REC-021`.
    pub fn publish_cosigned(&mut self, note: &Note) -> Result<()> {
        Ok(self.log.publish(Some(note), || self.index.make_durable())?)
    }

    /// The proof that an entry is in the log, to be checked by anybody offline: a receipt.
    ///
    /// # Errors
    /// `REC-021`.
    pub fn receipt(&self, index: u64) -> Result<ProofFile> {
        let proof = self.log.prove_inclusion(index).map_err(RecordError::Prove)?;
        Ok(ProofFile { extra: None, index, proof, checkpoint: self.log.note().to_owned() })
    }

    /// The proof that the log of `old` entries is a beginning of this one.
    ///
    /// # Errors
    /// `REC-021`.
    pub fn prove_consistency(&self, old: u64) -> Result<Vec<mostari_log::Hash>> {
        self.log.prove_consistency(old).map_err(RecordError::Prove)
    }

    /// The latest checkpoint as the log signed it.
    pub fn note(&self) -> &str {
        self.log.note()
    }

    /// Destroys the payload of an entry. Journal and index are cleaned, so that no file of the record holds it.
    pub(crate) fn destroy(&mut self, index: u64) -> Result<()> {
        self.publish()?;
        self.index.erase(index)
    }

    fn index_what_is_missing(&mut self) -> Result<()> {
        let mut next = self.index.size()?;
        let size = self.size();
        if next > size {
            return Err(RecordError::HeadDiffers { said: size, indexed: next });
        }
        while next < size {
            let end = size.min(next + 10_000);
            let mut missing = Vec::new();
            for index in next..end {
                let bytes = self.log.entry(index)?;
                let leaf = Leaf::open(&bytes).map_err(|reason| RecordError::Entry { index, reason })?.leaf;
                let entry = self.read(index, &bytes)?;
                missing.push(Indexed {
                    index,
                    author: leaf.author,
                    sequence: leaf.sequence,
                    leaf: Digest::of(&bytes),
                    subject: entry.body.subject(&entry.label),
                    id: leaf.id,
                    payload: None,
                });
            }
            self.index.insert(&missing)?;
            next = end;
        }
        Ok(())
    }
}

/// Reads an entry from its leaf and, if it is sealed, from its payload.
pub(crate) fn read_entry(index: u64, bytes: &[u8], payloads: &Index) -> Result<Entry> {
    let fault = |reason: String| RecordError::Entry { index, reason };
    let leaf = Leaf::open(bytes).map_err(fault)?.leaf;
    let payload = if leaf.is_sealed() { payloads.payload(index)? } else { None };
    Entry::read(index, Digest::of(bytes), leaf, payload.as_ref()).map_err(fault)
}

/// A batch of our own while it is signed.
struct Sealing<'a, 'm> {
    writer: &'a Writer<'m>,
    author: AuthorKey,
    end: ChainEnd,
    leaves: Vec<Vec<u8>>,
    indexed: Vec<Indexed>,
    said: BTreeMap<Digest, (usize, Body, Label)>,
}

impl<'a, 'm> Sealing<'a, 'm> {
    fn begin(writer: &'a Writer<'m>) -> Result<Self> {
        let author = writer.secret.author();
        let end = writer.index.chain_end(&author)?;
        Ok(Self { writer, author, end, leaves: Vec::new(), indexed: Vec::new(), said: BTreeMap::new() })
    }

    fn say(&mut self, draft: &Draft, at: Timestamp) -> Result<Appended> {
        for (digest, _) in draft.body.blobs() {
            if !self.writer.mission.blobs.contains(&digest) {
                return Err(RecordError::BlobMissing { digest });
            }
        }
        let subject = draft.body.subject(&draft.label);
        if let Some(index) = self.already_said(&subject, draft)? {
            return Ok(Appended { index, already_present: true });
        }
        let index = self.writer.size() + self.leaves.len() as u64;
        let id = draft.id.map_or_else(random, Ok)?;
        let statement = Statement {
            id,
            time: at,
            area: draft.area.clone(),
            label: draft.label.clone(),
            references: draft.references.clone(),
            body: draft.body.clone(),
        };
        let salt = if draft.label.is_public() { [0; SALT_BYTES] } else { random()? };
        let (leaf, payload) = statement.to_leaf(self.author, self.end.next, self.end.previous, salt);
        let bytes = leaf.seal(&self.writer.secret).map_err(|reason| RecordError::Entry { index, reason })?;
        if !fits(&bytes) {
            return Err(RecordError::EntryTooLarge { bytes: bytes.len(), most: mostari_log::ENTRY_BYTES_MAX });
        }
        let digest = Digest::of(&bytes);
        let (author, sequence) = (self.author, self.end.next);
        self.end = ChainEnd { next: sequence + 1, previous: digest };
        self.said.insert(subject, (self.leaves.len(), draft.body.clone(), draft.label.clone()));
        self.indexed.push(Indexed { index, author, sequence, leaf: digest, subject, id, payload });
        self.leaves.push(bytes);
        Ok(Appended { index, already_present: false })
    }

    /// The entry that says the same. A file is the same whatever is now said about it; of everything else the latest word
    /// counts, so that A, then B, then A again is three entries.
    fn already_said(&self, subject: &Digest, draft: &Draft) -> Result<Option<u64>> {
        if let Some(id) = &draft.id {
            return self.retried(id, draft);
        }
        let is_same = |body: &Body, label: &Label| {
            matches!(draft.body, Body::Dataset(_)) || (*body == draft.body && *label == draft.label)
        };
        if let Some((position, body, label)) = self.said.get(subject) {
            return Ok(is_same(body, label).then(|| self.writer.size() + *position as u64));
        }
        for index in self.writer.index.about(subject)? {
            let entry = self.writer.entry(index)?;
            if entry.body.subject(&entry.label) == *subject {
                return Ok(is_same(&entry.body, &entry.label).then_some(index));
            }
        }
        Ok(None)
    }

    /// A retry with equal content is the same entry; with other content it is refused.
    fn retried(&self, id: &EntryId, draft: &Draft) -> Result<Option<u64>> {
        for index in self.writer.index.with_id(id)? {
            let entry = self.writer.entry(index)?;
            if entry.id == *id && entry.author == self.author {
                return match entry.body == draft.body && entry.label == draft.label {
                    true => Ok(Some(index)),
                    false => Err(RecordError::IdUsed { index }),
                };
            }
        }
        let in_batch = self.indexed.iter().find(|indexed| indexed.id == *id);
        in_batch.map_or(Ok(None), |indexed| Err(RecordError::IdUsed { index: indexed.index }))
    }
}

/// A batch of others' leaves while it is checked.
struct Joining<'a, 'm> {
    writer: &'a Writer<'m>,
    ends: BTreeMap<AuthorKey, ChainEnd>,
    leaves: Vec<Vec<u8>>,
    indexed: Vec<Indexed>,
}

impl Joining<'_, '_> {
    fn next_index(&self) -> u64 {
        self.writer.size() + self.leaves.len() as u64
    }

    fn join(&mut self, foreign: &ForeignLeaf, leaf: Leaf) -> Result<Appended> {
        let (index, author, sequence) = (self.next_index(), leaf.author, leaf.sequence);
        if !self.writer.keys.is_valid(&author, index) {
            return Err(RecordError::AuthorUnknown { author });
        }
        let end = match self.ends.get(&author) {
            Some(end) => *end,
            None => self.writer.index.chain_end(&author)?,
        };
        let digest = Digest::of(&foreign.bytes);
        if sequence < end.next {
            return self.known(&author, sequence, &digest);
        }
        if sequence > end.next {
            return Err(RecordError::ChainGap { author, due: end.next, found: sequence });
        }
        if leaf.previous != end.previous {
            return Err(RecordError::Forked { author, sequence });
        }
        let id = leaf.id;
        let payload = foreign.payload.clone();
        let entry = Entry::read(index, digest, leaf, payload.as_ref())
            .map_err(|reason| RecordError::Entry { index, reason })?;
        let subject = entry.body.subject(&entry.label);
        self.ends.insert(author, ChainEnd { next: sequence + 1, previous: digest });
        self.indexed.push(Indexed { index, author, sequence, leaf: digest, subject, id, payload });
        self.leaves.push(foreign.bytes.clone());
        Ok(Appended { index, already_present: false })
    }

    fn known(&self, author: &AuthorKey, sequence: u64, digest: &Digest) -> Result<Appended> {
        let in_batch = self.indexed.iter().find(|entry| entry.author == *author && entry.sequence == sequence);
        let (index, held) = match in_batch {
            Some(entry) => (entry.index, entry.leaf),
            None => {
                let index = self.writer.index.by_author(author, sequence)?;
                let index = index.ok_or(RecordError::ChainGap { author: *author, due: sequence, found: sequence })?;
                (index, Digest::of(&self.writer.log.entry(index)?))
            }
        };
        match held == *digest {
            true => Ok(Appended { index, already_present: true }),
            false => Err(RecordError::Forked { author: *author, sequence }),
        }
    }
}

/// Payloads as they are staged: index, salt, length, bytes.
fn write_attachment<'a>(payloads: impl Iterator<Item = (u64, &'a Payload)>) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, Payload { salt, bytes }) in payloads {
        out.extend(index.to_be_bytes());
        out.extend(salt);
        out.extend((bytes.len() as u64).to_be_bytes());
        out.extend(bytes);
    }
    out
}

fn read_attachment(mut bytes: &[u8]) -> Option<Vec<(u64, Payload)>> {
    let mut payloads = Vec::new();
    while !bytes.is_empty() {
        let (index, rest) = bytes.split_first_chunk::<8>()?;
        let (salt, rest) = rest.split_first_chunk::<SALT_BYTES>()?;
        let (length, rest) = rest.split_first_chunk::<8>()?;
        let (payload, rest) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
        payloads.push((u64::from_be_bytes(*index), Payload { salt: *salt, bytes: payload.to_vec() }));
        bytes = rest;
    }
    Some(payloads)
}

fn keep_staged(index: &mut Index, staged: &[Staged]) -> Result<()> {
    for staged in staged {
        let payloads = read_attachment(&staged.batch.attachment).ok_or_else(|| RecordError::Entry {
            index: staged.first,
            reason: "its staged payloads do not read".into(),
        })?;
        index.keep_payloads(payloads.iter().map(|(index, payload)| (*index, payload)))?;
    }
    index.make_durable()
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| RecordError::Random(error.to_string()))?;
    Ok(bytes)
}
