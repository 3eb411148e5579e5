//! The mission folder as a whole.

use crate::{
    blobs::{Blobs, Original, sync_dir},
    entry::{
        Body, CORRECTION, Computation, ComputationKind, Correction, Entry, Erasure, FOUNDED, Founded, KEY,
        computation_subject,
    },
    error::{RecordError, Result},
    gather::{Appended, Draft},
    index::Index,
    key::AuthorSecret,
    keys::{KeyBook, KeyChange},
    lock::LockFile,
    settings::Settings,
    writer::{MissionDisk, index_from, log_key, read_leaf, read_leaves, take_turn},
};
use jiff::Timestamp;
use mostari_log::{Blocks, CHECKPOINT_PATH, Checkpoint, Disk, Log, Policy, ProofFile, SigningKey, TileTree};
use mostari_model::{Clearance, Digest, Label, Settled};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

pub(crate) const SETTINGS_FILE: &str = "mostari.toml";
pub(crate) const INDEX_FILE: &str = "record.sqlite";
const LOCK_FILE: &str = "lock.sqlite";
pub(crate) const LOG_DIR: &str = "log";
pub(crate) const BLOBS_DIR: &str = "blobs";
const KEYS_DIR: &str = "keys";
const AUTHOR_KEY_FILE: &str = "author.key";
const LOG_KEY_FILE: &str = "log.key";

/// Where the log ends: how many entries, and the root of the tree over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Entries in the log.
    pub size: u64,
    /// Root of the tree (RFC 6962).
    pub digest: Digest,
}

/// An open mission folder. Several threads may use one at once; several processes may read while one writes.
///
/// ```text
/// DIR/mostari.toml       name, country, origin of the log, format, public keys
///     log/               the log as static files: checkpoint, tiles (any web server may serve this folder)
///     lock.sqlite        what the log is: moved by compare-and-set, before anything is published
///     record.sqlite      how entries are found again, and what sealed entries say
///     staging/           entries that are durable and not yet published
///     blobs/ab/abcdef…   originals, tables, findings and results, by SHA-256
///     keys/              the signing keys, for their owner only
///     mirrors/           copies of other parties' logs, each a mission folder without keys
/// ```
pub struct Mission {
    dir: PathBuf,
    settings: Settings,
    pub(crate) blobs: Blobs,
    index: Mutex<Index>,
}

impl Mission {
    /// Makes a mission in a folder that does not exist or is empty, with new signing keys.
    ///
    /// # Errors
    /// `REC-002` if there is something in the folder, `REC-020` if the name or the country will not do.
    pub fn init(dir: impl AsRef<Path>, name: &str, country: &str, at: Timestamp) -> Result<Self> {
        Self::init_with(dir, name, country, BTreeSet::new(), at)
    }

    /// As [`Mission::init`], with words for the founding key beside `authority`: roles and what else policies ask about.
    ///
    /// # Errors
    /// As [`Mission::init`].
    pub fn init_with(
        dir: impl AsRef<Path>,
        name: &str,
        country: &str,
        roles: BTreeSet<String>,
        at: Timestamp,
    ) -> Result<Self> {
        let dir = dir.as_ref();
        Settings::check(name, country)?;
        fs::create_dir_all(dir).map_err(RecordError::io("create", dir))?;
        if fs::read_dir(dir).map_err(RecordError::io("read", dir))?.next().is_some() {
            return Err(RecordError::NotEmpty { dir: dir.to_owned() });
        }
        for folder in [BLOBS_DIR, KEYS_DIR] {
            let folder = dir.join(folder);
            fs::create_dir(&folder).map_err(RecordError::io("create", &folder))?;
        }
        let author = AuthorSecret::create(&dir.join(KEYS_DIR).join(AUTHOR_KEY_FILE))?;
        let log_secret = AuthorSecret::create(&dir.join(KEYS_DIR).join(LOG_KEY_FILE))?;
        sync_dir(&dir.join(KEYS_DIR))?;
        let log = log_key(&Settings::origin_of(country, &author.author()), &log_secret)?;
        let settings = Settings::new(name, country, author.author(), log.verifier().to_string());
        Index::open(&dir.join(INDEX_FILE))?;
        Log::create(MissionDisk::new(dir), LockFile::open(&dir.join(LOCK_FILE))?, log)?;
        // Last, because a folder with this file is a mission.
        settings.write(&dir.join(SETTINGS_FILE))?;
        sync_dir(dir)?;
        let mission = Self::open(dir)?;
        mission.found(roles, at)?;
        Ok(mission)
    }

    /// The first entry says who answers for the log.
    fn found(&self, roles: BTreeSet<String>, at: Timestamp) -> Result<()> {
        let Settings { name, country, origin, author, .. } = self.settings.clone();
        let founded = Body::Founded(Founded { name, country, origin, author, roles });
        self.append(&[Draft::new(Label::public(), founded)], at).map(drop)
    }

    /// Opens a mission folder.
    ///
    /// # Errors
    /// `REC-001` if it is none, `REC-010`, `REC-011` or `REC-030` if `mostari.toml` does not read, `REC-006` if the index
    /// does not.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref().to_owned();
        if !dir.join(SETTINGS_FILE).is_file() {
            return Err(RecordError::NotAMission { dir, missing: SETTINGS_FILE });
        }
        let settings = Settings::read(&dir.join(SETTINGS_FILE))?;
        if !dir.join(INDEX_FILE).is_file() {
            return Err(RecordError::NotAMission { dir, missing: INDEX_FILE });
        }
        let index = match is_writable(&dir) && is_writable(&dir.join(INDEX_FILE)) {
            true => Index::open(&dir.join(INDEX_FILE))?,
            false => Index::open_read_only(&dir.join(INDEX_FILE))?,
        };
        let blobs = Blobs::new(dir.join(BLOBS_DIR));
        let mission = Self { dir, settings, blobs, index: Mutex::new(index) };
        mission.catch_up()?;
        Ok(mission)
    }

    /// If a writer was cut off after entries were committed, they are published and indexed now. An index of an earlier
    /// version is made anew; that takes no key.
    fn catch_up(&self) -> Result<()> {
        let Ok(published) = self.checkpoint() else { return Ok(()) };
        if !is_writable(&self.dir) {
            return Ok(());
        }
        let is_staged = self.dir.join("staging").read_dir().is_ok_and(|mut files| files.next().is_some());
        let caught_up = match is_staged && self.author_secret().is_ok() {
            true => self.writer().map(drop),
            false if self.index().size()? < published.size => self.index_published(),
            false => Ok(()),
        };
        match caught_up {
            // Another program is writing: it does what is to be done.
            Err(RecordError::Busy) => Ok(()),
            done => done,
        }
    }

    /// Indexes what the published log has and the index does not know. Nobody else writes meanwhile.
    fn index_published(&self) -> Result<()> {
        let _turn = take_turn(self)?;
        let size = self.head()?.size;
        let tree = self.tree(size);
        index_from(&mut self.index(), size, |range| tree.entries(range))
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What `mostari.toml` says.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The mission as the model knows it.
    pub fn about_mission(&self) -> mostari_model::Mission {
        mostari_model::Mission { name: self.settings.name.clone(), country: self.settings.country.clone() }
    }

    /// The published checkpoint, checked against the key of `mostari.toml`.
    ///
    /// # Errors
    /// `REC-029` if it is none of this log, `REC-005`.
    pub fn checkpoint(&self) -> Result<Checkpoint> {
        Ok(self.policy()?.check(&self.checkpoint_bytes()?).map_err(RecordError::Checkpoint)?.checkpoint)
    }

    /// The published checkpoint as it is signed, with the cosignatures that it has.
    ///
    /// # Errors
    /// `REC-005`.
    pub fn checkpoint_bytes(&self) -> Result<Vec<u8>> {
        let path = self.dir.join(LOG_DIR).join(CHECKPOINT_PATH);
        let bytes = self.disk().read(CHECKPOINT_PATH).map_err(RecordError::io("read", &path))?;
        bytes.ok_or(RecordError::NotAMission { dir: self.dir.clone(), missing: "log/checkpoint" })
    }

    /// Whom this mission itself trusts: its log.
    ///
    /// # Errors
    /// `REC-010` if the key in `mostari.toml` is none.
    pub fn policy(&self) -> Result<Policy> {
        let fault = |error: mostari_log::KeyError| RecordError::Settings {
            path: self.dir.join(SETTINGS_FILE),
            reason: error.to_string(),
        };
        Ok(Policy::of_log(self.settings.log.parse().map_err(fault)?))
    }

    /// Where the log ends.
    ///
    /// # Errors
    /// `REC-029`, `REC-005`.
    pub fn head(&self) -> Result<Head> {
        let Checkpoint { size, root, .. } = self.checkpoint()?;
        Ok(Head { size, digest: Digest::from_bytes(root.0) })
    }

    /// Whether a head that was seen earlier is a beginning of this log.
    ///
    /// # Errors
    /// `REC-021`.
    pub fn contains(&self, earlier: &Head) -> Result<bool> {
        let size = self.head()?.size;
        if earlier.size > size {
            return Ok(false);
        }
        Ok(self.tree(size).range(0..earlier.size)?.0 == *earlier.digest.as_bytes())
    }

    /// The entries from an index on, in order.
    ///
    /// # Errors
    /// `REC-012` if one does not read, `REC-021`.
    pub fn entries(&self, from: u64) -> Result<Vec<Entry>> {
        let size = self.head()?.size;
        self.read_entries(from..size, size)
    }

    /// The entries of some kinds, in order; sealed ones whose payload is not here have the kind `sealed`. Only these are
    /// read, as far as the index reaches; what it does not know yet is looked through.
    ///
    /// # Errors
    /// As [`Mission::entries`].
    pub fn entries_of(&self, kinds: &[&str]) -> Result<Vec<Entry>> {
        let size = self.head()?.size;
        let known = self.index().size()?.min(size);
        let indices = self.index().of_kinds(kinds, &(0..known))?;
        let mut entries = self.read_entries(indices.into_iter().chain(known..size), size)?;
        entries.retain(|entry| kinds.contains(&entry.body.kind()));
        Ok(entries)
    }

    fn read_entries(&self, indices: impl IntoIterator<Item = u64>, size: u64) -> Result<Vec<Entry>> {
        let indices: Vec<u64> = indices.into_iter().collect();
        let leaves = self.tree(size).entries(indices.iter().copied())?;
        // The index is not kept while threads work: one of them could ask for it.
        read_leaves(&indices, &leaves, |at| self.index().payload(at))
    }

    /// One entry.
    ///
    /// # Errors
    /// `REC-014` if there is no such entry, `REC-012` if it does not read, `REC-021`.
    pub fn entry(&self, index: u64) -> Result<Entry> {
        let size = self.head()?.size;
        if index >= size {
            return Err(RecordError::BeyondHead { size, asked: index });
        }
        read_leaf(index, self.tree(size).entry(index)?, &self.index())
    }

    /// The entries that count for a reader: readable, by a key that was valid at its index, and not corrected by an entry
    /// that the reader may see too. In the order of the log. `None` reads as whoever holds this folder.
    ///
    /// # Errors
    /// As [`Mission::entries`].
    pub fn standing_entries(&self, reader: Option<&Clearance>, at: Option<u64>) -> Result<Vec<Entry>> {
        self.standing_among(self.entries(0)?, reader, at)
    }

    /// The entries of some kinds that count for a reader.
    ///
    /// # Errors
    /// As [`Mission::entries`].
    pub fn standing_entries_of(
        &self,
        kinds: &[&str],
        reader: Option<&Clearance>,
        at: Option<u64>,
    ) -> Result<Vec<Entry>> {
        self.standing_among(self.entries_of(kinds)?, reader, at)
    }

    fn standing_among(
        &self,
        mut entries: Vec<Entry>,
        reader: Option<&Clearance>,
        at: Option<u64>,
    ) -> Result<Vec<Entry>> {
        let keys = self.keys()?;
        let counts = |entry: &Entry| {
            at.is_none_or(|at| entry.index < at)
                && reader.is_none_or(|reader| entry.label.is_readable_by(reader))
                && keys.is_valid(&entry.author, entry.index)
        };
        entries.retain(counts);
        let mut corrections = self.entries_of(&[CORRECTION])?;
        corrections.retain(counts);
        let corrected = corrected(&corrections, &entries, &keys);
        let is_corrected = |index| corrected.contains(&index);
        // Who takes back what it said takes back its release with it.
        entries.retain(|entry| !is_corrected(entry.index) && !entry.releases().is_some_and(is_corrected));
        Ok(entries)
    }

    /// The keys of the log as they are now.
    ///
    /// # Errors
    /// As [`Mission::entries`].
    pub fn keys(&self) -> Result<KeyBook> {
        let mut keys = KeyBook::of_founder(&self.settings.origin, self.settings.author, &self.settings.name);
        for entry in &self.entries_of(&[FOUNDED, KEY])? {
            // A change that the book refuses changes nothing; `verify` says so.
            let _ = keys.note(entry);
        }
        Ok(keys)
    }

    /// The content of a blob, checked against its digest.
    ///
    /// # Errors
    /// `REC-003` or `REC-004`.
    pub fn blob(&self, digest: &Digest) -> Result<Vec<u8>> {
        self.blobs.get(digest)
    }

    /// Keeps a file's bytes for ever, compressed, and returns their digest. It needs no place in the log yet, so it can run beside
    /// [`Mission::store_dataset`]; on a call for bytes that are kept already nothing is written.
    ///
    /// # Errors
    /// `REC-005`.
    pub fn store_original(&self, original: &Original<'_>) -> Result<Digest> {
        self.blobs.put_original(original)?;
        Ok(original.digest())
    }

    /// Keeps the bytes of a computation's result, compressed.
    ///
    /// # Errors
    /// `REC-005`.
    pub fn store_result(&self, bytes: &[u8]) -> Result<Digest> {
        self.blobs.put_compressed(bytes)
    }

    /// Says which areas some places mean, in one transaction. Saying what stands already adds nothing.
    ///
    /// # Errors
    /// `REC-007` to `REC-009`, `REC-019`.
    pub fn append_settled(&self, settled: &[Settled], label: &Label, at: Timestamp) -> Result<Vec<Appended>> {
        let draft = |settled: &Settled| Draft::new(label.clone(), Body::Settled(settled.clone()));
        self.append(&settled.iter().map(draft).collect::<Vec<_>>(), at)
    }

    /// Says that an engine computed something. The result's blob is stored before ([`Mission::store_result`]); the label
    /// is the union of the labels of everything that was used. Repeating the latest computation adds nothing.
    ///
    /// # Errors
    /// `REC-003` if the result is not stored, `REC-007` to `REC-009`, `REC-013`, `REC-019`.
    pub fn append_computation(&self, computation: &Computation, label: &Label, at: Timestamp) -> Result<Appended> {
        let draft = Draft::new(label.clone(), Body::Computation(computation.clone()));
        Ok(self.append(&[draft], at)?[0])
    }

    /// The latest computation of a kind from a snapshot that this reader may see.
    ///
    /// # Errors
    /// `REC-012` if an entry does not read.
    pub fn latest_computation(
        &self,
        kind: ComputationKind,
        snapshot: &Digest,
        reader: &Clearance,
    ) -> Result<Option<Computation>> {
        let entries = self.about(&computation_subject(kind, snapshot))?;
        Ok(entries.into_iter().filter(|entry| entry.label.is_readable_by(reader)).find_map(|entry| match entry.body {
            Body::Computation(computation) => Some(computation),
            _ => None,
        }))
    }

    /// The entries about a subject that count, the latest first.
    pub(crate) fn about(&self, subject: &Digest) -> Result<Vec<Entry>> {
        let size = self.head()?.size;
        let index = self.index();
        let tree = self.tree(size);
        let mut found = Vec::new();
        for at in index.about(subject)?.into_iter().filter(|at| *at < size) {
            let entry = read_leaf(at, tree.entry(at)?, &index)?;
            if entry.body.subject(&entry.label) == *subject {
                found.push(entry);
            }
        }
        Ok(found)
    }

    /// The clearance of whoever may see everything in the log: the mission's own party.
    ///
    /// # Errors
    /// `REC-012` if an entry does not read.
    pub fn full_clearance(&self) -> Result<Clearance> {
        let known = self.index().size()?;
        let labels = match known >= self.head()?.size {
            true => self.index().labels()?,
            false => self.entries(0)?.into_iter().map(|entry| entry.label.to_string()).collect(),
        };
        // Entries were read with these labels; one that does not read any more opens nothing.
        let labels = labels.iter().filter_map(|label| label.parse().ok());
        Ok(Clearance::for_label(&labels.fold(Label::public(), |all, label: Label| all.join(&label))))
    }

    /// Appends drafts whose blobs are durable, and publishes them. For many appends take a [`Mission::writer`] once.
    ///
    /// # Errors
    /// As [`crate::Writer::append`].
    pub fn append(&self, drafts: &[Draft], at: Timestamp) -> Result<Vec<Appended>> {
        let mut writer = self.writer()?;
        let appended = writer.append(drafts, at)?;
        writer.publish()?;
        Ok(appended)
    }

    /// Says that an entry shall not count any more.
    ///
    /// # Errors
    /// `REC-014` if there is no such entry; as [`Mission::append`].
    pub fn correct(&self, correction: Correction, label: &Label, at: Timestamp) -> Result<Appended> {
        let size = self.head()?.size;
        if correction.of >= size {
            return Err(RecordError::BeyondHead { size, asked: correction.of });
        }
        Ok(self.append(&[Draft::new(label.clone(), Body::Correction(correction))], at)?[0])
    }

    /// Changes the book of keys, if the mission's key and the approvals suffice. Gives the entry that says so.
    ///
    /// # Errors
    /// `REC-028` if the change does not count; as [`Mission::append`].
    pub fn append_key_change(&self, change: KeyChange, at: Timestamp) -> Result<u64> {
        let mut writer = self.writer()?;
        let index = writer.size();
        let author = self.settings.author;
        writer.keys()?.check(&change, author, index).map_err(RecordError::Keys)?;
        let appended = writer.append(&[Draft::new(Label::public(), Body::Key(change))], at)?;
        writer.publish()?;
        Ok(appended[0].index)
    }

    /// The proof that an entry is in the log, under the published checkpoint with its cosignatures: a receipt.
    ///
    /// # Errors
    /// `REC-014` if there is no such entry, `REC-021`.
    pub fn receipt(&self, index: u64) -> Result<ProofFile> {
        let size = self.checkpoint()?.size;
        if index >= size {
            return Err(RecordError::BeyondHead { size, asked: index });
        }
        let proof = self.tree(size).prove_inclusion(index, size).map_err(RecordError::Prove)?;
        let checkpoint = String::from_utf8_lossy(&self.checkpoint_bytes()?).into_owned();
        Ok(ProofFile { extra: None, index, proof, checkpoint })
    }

    /// Destroys what a sealed entry says, and the blobs that no other entry needs. The leaf and its proof stay; a public
    /// entry says who ordered it and why.
    ///
    /// # Errors
    /// `REC-014` if there is no such entry, `REC-027` if it is public or erased already.
    pub fn erase(&self, index: u64, reason: &str, at: Timestamp) -> Result<Erased> {
        let mut writer = self.writer()?;
        let size = writer.size();
        if index >= size {
            return Err(RecordError::BeyondHead { size, asked: index });
        }
        let entry = writer.entry(index)?;
        let refuse = |reason| Err(RecordError::NotErasable { index, reason });
        match &entry.body {
            Body::Withheld => return refuse("it is erased already, or was never here"),
            _ if entry.label.is_public() => return refuse("it is public: it stands in the log that everybody holds"),
            _ => {}
        }
        let body = Body::Erasure(Erasure { of: index, reason: reason.to_owned() });
        let appended = writer.append(&[Draft::new(Label::public(), body)], at)?;
        // First the record of the order, then the deed: an interrupted erasure is seen and can be repeated.
        writer.destroy(index)?;
        drop(writer);
        let removed = self.remove_blobs_of(&entry)?;
        Ok(Erased { by: appended[0].index, blobs: removed })
    }

    /// Removes the blobs of an erased entry that no other entry speaks of.
    fn remove_blobs_of(&self, erased: &Entry) -> Result<Vec<Digest>> {
        let others = self.entries(0)?;
        let needed: BTreeSet<Digest> =
            others.iter().flat_map(|entry| entry.body.blobs()).map(|(digest, _)| digest).collect();
        let mut removed: Vec<Digest> = erased.body.blobs().into_iter().map(|(digest, _)| digest).collect();
        removed.retain(|digest| !needed.contains(digest));
        removed.iter().try_for_each(|digest| self.blobs.remove(digest))?;
        Ok(removed)
    }

    /// The mission's own signing key.
    ///
    /// # Errors
    /// `REC-008` if it is not here, `REC-009` if it is another one.
    pub fn author_secret(&self) -> Result<AuthorSecret> {
        let path = self.dir.join(KEYS_DIR).join(AUTHOR_KEY_FILE);
        let secret = AuthorSecret::read(&path)?;
        match secret.author() == self.settings.author || self.keys()?.is_valid(&secret.author(), self.head()?.size) {
            true => Ok(secret),
            false => Err(RecordError::ForeignKey { path }),
        }
    }

    pub(crate) fn log_key(&self) -> Result<SigningKey> {
        let path = self.dir.join(KEYS_DIR).join(LOG_KEY_FILE);
        let key = log_key(&self.settings.origin, &AuthorSecret::read(&path)?)?;
        match key.verifier().to_string() == self.settings.log {
            true => Ok(key),
            false => Err(RecordError::ForeignKey { path }),
        }
    }

    pub(crate) fn disk(&self) -> MissionDisk {
        MissionDisk::new(&self.dir)
    }

    pub(crate) fn index_path(&self) -> PathBuf {
        self.dir.join(INDEX_FILE)
    }

    pub(crate) fn lock_path(&self) -> PathBuf {
        self.dir.join(LOCK_FILE)
    }

    /// The folder that may be served as static files.
    pub fn log_dir(&self) -> PathBuf {
        self.dir.join(LOG_DIR)
    }

    pub(crate) fn tree(&self, size: u64) -> TileTree<MissionDisk> {
        TileTree::new(self.disk(), size)
    }

    /// The index; a thread that panicked while it held it left a transaction that SQLite has rolled back.
    pub(crate) fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The entry that says so.
    pub by: u64,
    /// Blobs that were removed.
    pub blobs: Vec<Digest>,
}

/// Which of some entries do not count because of a correction. A later correction can take back an earlier one. Only the
/// party that said something, or a key of authority, corrects it.
fn corrected(corrections: &[Entry], entries: &[Entry], keys: &KeyBook) -> BTreeSet<u64> {
    let find =
        |all: &[Entry], index: u64| all.binary_search_by_key(&index, |entry| entry.index).ok().map(|at| all[at].author);
    let mut corrected = BTreeSet::new();
    for entry in corrections.iter().rev() {
        let Body::Correction(Correction { of, .. }) = &entry.body else { continue };
        let released = || entries.iter().find(|entry| entry.releases() == Some(*of)).map(|release| release.author);
        let target = find(entries, *of).or_else(|| find(corrections, *of)).or_else(released);
        let may = target.is_some_and(|author| keys.may_correct(&entry.author, &author, entry.index));
        if may && !corrected.contains(&entry.index) && *of < entry.index {
            corrected.insert(*of);
        }
    }
    corrected
}

fn is_writable(path: &Path) -> bool {
    path.metadata().is_ok_and(|of| !of.permissions().readonly())
}
