//! The mission folder as a whole.

use crate::{
    blobs::{Blobs, Original, sync_dir},
    entry::{Body, Computation, ComputationKind, Entry, computation_subject},
    error::{RecordError, Result},
    key::AuthorSecret,
    log::{Appended, Draft, Head, Log},
    settings::Settings,
};
use jiff::Timestamp;
use mostari_model::{Clearance, DatasetId, Digest, Finding, Label, Settled};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

const SETTINGS_FILE: &str = "mostari.toml";
const LOG_FILE: &str = "record.sqlite";
const BLOBS_DIR: &str = "blobs";
const KEYS_DIR: &str = "keys";
const KEY_FILE: &str = "author.key";

/// An open mission folder. Several threads may use one at once; several processes may read while one writes.
///
/// ```text
/// DIR/mostari.toml       name, country, origin of the log, format, public key
///     record.sqlite      the log
///     blobs/ab/abcdef…   originals, tables, findings and results, by SHA-256
///     keys/author.key    the signing key, for its owner only
/// ```
pub struct Mission {
    dir: PathBuf,
    settings: Settings,
    pub(crate) blobs: Blobs,
    log: Mutex<Log>,
}

impl Mission {
    /// Makes a mission in a folder that does not exist or is empty, with a new signing key.
    ///
    /// # Errors
    /// `REC-002` if there is something in the folder, `REC-020` if the name or the country will not do.
    pub fn init(dir: impl AsRef<Path>, name: &str, country: &str) -> Result<Self> {
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
        let secret = AuthorSecret::create(&dir.join(KEYS_DIR).join(KEY_FILE))?;
        sync_dir(&dir.join(KEYS_DIR))?;
        Log::create(&dir.join(LOG_FILE))?;
        // Last, because a folder with this file is a mission.
        Settings::new(name, country, secret.author()).write(&dir.join(SETTINGS_FILE))?;
        sync_dir(dir)?;
        Self::open(dir)
    }

    /// Opens a mission folder.
    ///
    /// # Errors
    /// `REC-001` if it is none, `REC-010` or `REC-011` if `mostari.toml` does not read, `REC-006` if the log does not.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref().to_owned();
        for missing in [SETTINGS_FILE, LOG_FILE] {
            if !dir.join(missing).is_file() {
                return Err(RecordError::NotAMission { dir, missing });
            }
        }
        let settings = Settings::read(&dir.join(SETTINGS_FILE))?;
        let log = Mutex::new(Log::open(&dir.join(LOG_FILE))?);
        let blobs = Blobs::new(dir.join(BLOBS_DIR));
        Ok(Self { dir, settings, blobs, log })
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
    pub fn about(&self) -> mostari_model::Mission {
        mostari_model::Mission { name: self.settings.name.clone(), country: self.settings.country.clone() }
    }

    /// Where the log ends.
    ///
    /// # Errors
    /// `REC-006`.
    pub fn head(&self) -> Result<Head> {
        self.log().head()
    }

    /// The entries from an index on, in order.
    ///
    /// # Errors
    /// `REC-012` if one does not read.
    pub fn entries(&self, from: u64) -> Result<Vec<Entry>> {
        self.log().entries(from..u64::MAX)
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
        let draft = |settled: &Settled| Draft { label: label.clone(), body: Body::Settled(settled.clone()) };
        self.append(&settled.iter().map(draft).collect::<Vec<_>>(), at)
    }

    /// Says that an engine computed something. The result's blob is stored before ([`Mission::store_result`]); the label
    /// is the union of the labels of everything that was used. Repeating the latest computation adds nothing.
    ///
    /// # Errors
    /// `REC-003` if the result is not stored, `REC-007` to `REC-009`, `REC-013`, `REC-019`.
    pub fn append_computation(&self, computation: &Computation, label: &Label, at: Timestamp) -> Result<Appended> {
        let draft = Draft { label: label.clone(), body: Body::Computation(computation.clone()) };
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
        let entries = self.log().about(&computation_subject(kind, snapshot))?;
        Ok(entries.into_iter().filter(|entry| entry.label.is_readable_by(reader)).find_map(|entry| match entry.body {
            Body::Computation(computation) => Some(computation),
            _ => None,
        }))
    }

    /// The findings of a dataset, in the order in which its reader gave them.
    ///
    /// # Errors
    /// `REC-014` to `REC-016` if this reader cannot have them, `REC-003` or `REC-004` if they are lost.
    pub fn findings(&self, dataset: DatasetId, reader: &Clearance) -> Result<Vec<Finding>> {
        let DatasetId(index) = dataset;
        let size = self.head()?.size;
        let entry = self.log().entry(index)?.ok_or(RecordError::BeyondHead { size, asked: index })?;
        let Body::Dataset(body) = &entry.body else { return Err(RecordError::NotADataset { index }) };
        if !entry.label.is_readable_by(reader) {
            return Err(RecordError::NotReadable { index, label: entry.label.to_string() });
        }
        let lines = self.blob(&body.findings_digest)?;
        let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines
            .map(serde_json::from_slice)
            .collect::<Result<_, _>>()
            .map_err(|error| RecordError::Entry { index, reason: format!("its findings: {error}") })
    }

    /// The clearance of whoever may see everything in the log: the mission's own party.
    ///
    /// # Errors
    /// `REC-012` if an entry does not read.
    pub fn full_clearance(&self) -> Result<Clearance> {
        let join = |all: Label, entry: Entry| all.join(&entry.label);
        Ok(Clearance::for_label(&self.entries(0)?.into_iter().fold(Label::public(), join)))
    }

    /// Appends drafts whose blobs are durable.
    pub(crate) fn append(&self, drafts: &[Draft], at: Timestamp) -> Result<Vec<Appended>> {
        let path = self.dir.join(KEYS_DIR).join(KEY_FILE);
        let secret = AuthorSecret::read(&path)?;
        if secret.author() != self.settings.author {
            return Err(RecordError::ForeignKey { path });
        }
        for (digest, _) in drafts.iter().flat_map(|draft| draft.body.blobs()) {
            if !self.blobs.contains(&digest) {
                return Err(RecordError::BlobMissing { digest });
            }
        }
        self.log().append(drafts, &secret, at)
    }

    /// The log; a thread that panicked while it held the lock left a transaction that SQLite has rolled back.
    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
