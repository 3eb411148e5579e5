//! Appending: one writer at a time, durable before it answers.
//!
//! A [`Writer`] holds the mission's turn. Each call of [`Writer::append`] is one batch of the log: leaves are signed in the
//! order of the author's chain, staged together with their payloads, locked, then indexed. [`Writer::publish`] makes the
//! index durable and writes tiles and checkpoint.

use crate::{
    entry::{Body, Entry, FOUNDED, KEY, Payload},
    error::{RecordError, Result},
    gather::{Appended, Draft, ForeignLeaf, Gathering, Request},
    index::{Index, Indexed},
    key::{AuthorKey, AuthorSecret},
    keys::KeyBook,
    leaf::{Leaf, SALT_BYTES},
    lock::LockFile,
    mission::Mission,
    signatures::KnownKeys,
};
use jiff::Timestamp;
use mostari_log::{
    Batch, Disk, Fetch, FetchError, Folder, KeyKind, Log, LogError, Note, ProofFile, SigningKey, Staged,
};
use mostari_model::Digest;
use rayon::prelude::*;
use std::{
    fs::{File, TryLockError},
    io,
    ops::Range,
    time::{Duration, Instant},
};

const TURN_FILE: &str = "writer.lock";
const TURN_PATIENCE: Duration = Duration::from_secs(10);
/// Entries that are read and indexed together when an index is made anew: some megabytes.
const INDEXED_AT_ONCE: u64 = 16_384;
/// Entries of an import that are one batch of the log, and after how many tiles and checkpoint are published.
const IMPORTED_AT_ONCE: usize = 4_096;
const PUBLISHED_AT_ONCE: u64 = 65_536;

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
    has_failed: bool,
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
        index_from(&mut index, log.checkpoint().size, |range| log.entries(range))?;
        let keys = KeyBook::default();
        Ok(Writer { mission: self, log, index, secret, keys, keys_size: 0, has_failed: false, _turn: turn })
    }
}

pub(crate) fn take_turn(mission: &Mission) -> Result<File> {
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
    secret.signing_key(origin, KeyKind::Log)
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
        for index in self.index.of_kinds(&[FOUNDED, KEY], &(self.keys_size..self.size()))? {
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
        read_leaf(index, self.leaf(index)?, &self.index)
    }

    /// Says all drafts in one batch, or none of them. What the log says already adds nothing.
    ///
    /// # Errors
    /// `REC-003` if a blob is not stored, `REC-013`, `REC-021`, `REC-022`, `REC-023` if the mission's own key was revoked.
    pub fn append(&mut self, drafts: &[Draft], at: Timestamp) -> Result<Vec<Appended>> {
        self.append_all(drafts.iter().map(|draft| Request::Own(Box::new(draft.clone()), at)))
    }

    /// Takes in leaves that other authors signed elsewhere, all or none, each in the order of its author's chain. A leaf that
    /// is here already adds nothing.
    ///
    /// # Errors
    /// `REC-023` if an author is not known, `REC-024` if a chain has a gap, `REC-025` if an author forked, `REC-012`.
    pub fn append_foreign(&mut self, leaves: &[ForeignLeaf]) -> Result<Vec<Appended>> {
        self.append_all(Request::foreign(leaves, &KnownKeys::default()))
    }

    /// Takes in and publishes any number of leaves that other authors signed, as what field offices bring after a season.
    /// They are appended some thousands at a time; while some are made durable, signatures of the next ones are checked.
    ///
    /// # Errors
    /// As [`Writer::append_foreign`]; what came some thousands before the fault stays, and may be brought again.
    pub fn import(&mut self, leaves: &[ForeignLeaf]) -> Result<Vec<Appended>> {
        let keys = KnownKeys::default();
        let mut batches = leaves.chunks(IMPORTED_AT_ONCE);
        let mut check = || batches.next().map(|leaves| Request::foreign(leaves, &keys));
        let mut next = check();
        let mut appended = Vec::with_capacity(leaves.len());
        while let Some(batch) = next {
            let done;
            (done, next) = rayon::join(|| self.append_all(batch), &mut check);
            appended.extend(done?);
            if self.unpublished() >= PUBLISHED_AT_ONCE {
                self.publish()?;
            }
        }
        self.publish()?;
        Ok(appended)
    }

    fn append_all(&mut self, requests: impl Iterator<Item = Request>) -> Result<Vec<Appended>> {
        self.begin()?;
        let mut gathering = Gathering::new(self);
        let appended = requests.map(|request| gathering.add(request)).collect::<Result<Vec<_>>>()?;
        let gathered = gathering.finish();
        self.commit(gathered)?;
        Ok(appended)
    }

    /// Appends in one batch whatever can be appended, and answers each request by itself.
    pub(crate) fn append_each(&mut self, requests: impl Iterator<Item = Request>) -> Result<Vec<Result<Appended>>> {
        self.begin()?;
        let mut gathering = Gathering::new(self);
        let answers: Vec<_> = requests.map(|request| gathering.add(request)).collect();
        let gathered = gathering.finish();
        self.commit(gathered)?;
        Ok(answers)
    }

    fn begin(&mut self) -> Result<()> {
        match self.has_failed {
            true => Err(LogError::Failed.into()),
            false => self.keys().map(drop),
        }
    }

    fn commit(&mut self, (leaves, indexed): (Vec<Vec<u8>>, Vec<Indexed>)) -> Result<()> {
        if leaves.is_empty() {
            return Ok(());
        }
        let attachment =
            write_attachment(indexed.iter().filter_map(|entry| Some((entry.index, entry.payload.as_ref()?))));
        // Should the index fail after the log: without it the next entry of a chain could be signed twice.
        self.has_failed = true;
        self.log.append(Batch { entries: leaves, attachment })?;
        self.index.insert(&indexed)?;
        self.has_failed = false;
        Ok(())
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

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    pub(crate) fn secret(&self) -> &AuthorSecret {
        &self.secret
    }

    /// The mission's own author.
    pub(crate) fn author(&self) -> AuthorKey {
        self.secret.author()
    }

    /// The keys as [`Writer::keys`] found them last.
    pub(crate) fn known_keys(&self) -> &KeyBook {
        &self.keys
    }

    pub(crate) fn holds_blob(&self, digest: &Digest) -> bool {
        self.mission.blobs.contains(digest)
    }

    /// The bytes of an entry: what its receipt proves.
    ///
    /// # Errors
    /// `REC-021`.
    pub fn leaf(&self, index: u64) -> Result<Vec<u8>> {
        Ok(self.log.entry(index)?)
    }
}

/// Indexes what the index does not know of a log of `size` entries, a piece at a time.
pub(crate) fn index_from(
    index: &mut Index,
    size: u64,
    read: impl Fn(Range<u64>) -> Result<Vec<Vec<u8>>, FetchError>,
) -> Result<()> {
    let mut next = index.size()?;
    if next > size {
        return Err(RecordError::HeadDiffers { said: size, indexed: next });
    }
    while next < size {
        let end = size.min(next + INDEXED_AT_ONCE);
        let indices: Vec<u64> = (next..end).collect();
        let entries = read_leaves(&indices, &read(next..end)?, |at| index.payload(at))?;
        let missing: Vec<Indexed> = entries.par_iter().map(|entry| Indexed::of(entry, None)).collect();
        index.insert(&missing)?;
        next = end;
    }
    Ok(())
}

/// Reads entries from their leaves and, where one is sealed and its payload is kept, from that.
pub(crate) fn read_leaves(
    indices: &[u64],
    leaves: &[Vec<u8>],
    payload: impl Fn(u64) -> Result<Option<Payload>>,
) -> Result<Vec<Entry>> {
    let fault = |index: u64, reason: String| RecordError::Entry { index, reason };
    let open = |(at, bytes): (&u64, &Vec<u8>)| {
        let leaf = Leaf::open(bytes).map_err(|reason| fault(*at, reason))?.leaf;
        Ok((*at, Digest::of(bytes), leaf))
    };
    let opened = indices.par_iter().zip(leaves).map(open).collect::<Result<Vec<_>>>()?;
    let find = |(at, _, leaf): &(u64, Digest, Leaf)| if leaf.is_sealed() { payload(*at) } else { Ok(None) };
    let payloads = opened.iter().map(find).collect::<Result<Vec<_>>>()?;
    let read = |((at, digest, leaf), payload): (_, &Option<Payload>)| {
        Entry::read(at, digest, leaf, payload.as_ref()).map_err(|reason| fault(at, reason))
    };
    opened.into_par_iter().zip(&payloads).map(read).collect()
}

/// Reads one entry.
pub(crate) fn read_leaf(index: u64, bytes: Vec<u8>, payloads: &Index) -> Result<Entry> {
    Ok(read_leaves(&[index], &[bytes], |at| payloads.payload(at))?.swap_remove(0))
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
