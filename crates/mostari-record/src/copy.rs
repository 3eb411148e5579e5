//! Copies of a record for others: a mission folder without keys, which says what its readers may see and proves the rest.
//!
//! A copy has every leaf and every tile, so that it verifies like the original. Of what is sealed it has only what its
//! readers may see. A copy only grows: taking a newer copy into an older one adds entries, payloads and blobs, and
//! destroys what has been erased since.

use crate::{
    blobs::{Blobs, sync_dir},
    entry::{Body, Entry, Payload},
    error::{RecordError, Result},
    index::{Index, Indexed},
    leaf::Leaf,
    mission::{BLOBS_DIR, INDEX_FILE, LOG_DIR, Mission, SETTINGS_FILE},
    settings::Settings,
};
use mostari_log::{CHECKPOINT_PATH, Disk, Folder, Tile};
use mostari_model::{Clearance, Digest};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What a copy holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Entries of the log: all of them.
    pub entries: u64,
    /// How many of them the copy did not have before.
    pub new: u64,
    /// Sealed entries whose content the copy has.
    pub payloads: u64,
    /// Sealed entries whose content it does not have: not for its readers, or erased.
    pub withheld: u64,
    /// Blobs: files, tables, findings, results.
    pub blobs: u64,
}

impl Mission {
    /// Writes a copy for readers with a clearance into a folder that does not exist or is empty.
    ///
    /// # Errors
    /// `REC-002` if there is something in the folder; `REC-003` to `REC-006`, `REC-012`, `REC-021`.
    pub fn export(&self, to: &Path, reader: &Clearance) -> Result<Copied> {
        fs::create_dir_all(to).map_err(RecordError::io("create", to))?;
        if fs::read_dir(to).map_err(RecordError::io("read", to))?.next().is_some() {
            return Err(RecordError::NotEmpty { dir: to.to_owned() });
        }
        self.copy_into(to, Some(reader))
    }

    /// Refuses readers who could see more than this copy holds: what is missing would look as if nobody had said it.
    pub(crate) fn check_holds_for(&self, reader: &Clearance) -> Result<()> {
        match &self.settings().copy_for {
            Some(held) if !reader.to_label().is_readable_by(held) => {
                Err(RecordError::NarrowCopy { made_for: held.to_label() })
            }
            _ => Ok(()),
        }
    }

    /// Brings a copy up to date with this record. `None` copies for whomever this folder itself is for.
    pub(crate) fn copy_into(&self, to: &Path, reader: Option<&Clearance>) -> Result<Copied> {
        let copying = Copying::begin(self, to, reader)?;
        let entries = copying.entries()?;
        let blobs = copying.copy_blobs(&entries)?;
        copying.copy_tiles()?;
        let copied = copying.copy_entries(&entries, blobs)?;
        copying.write_settings()?;
        // Last, because it promises all of the above.
        copying.target_log().write(CHECKPOINT_PATH, &copying.checkpoint).map_err(RecordError::io("write", to))?;
        sync_dir(to)?;
        Ok(copied)
    }
}

/// A copy on its way: from a record at one checkpoint to a folder.
struct Copying<'a> {
    source: &'a Mission,
    to: &'a Path,
    checkpoint: Vec<u8>,
    size: u64,
    /// Whom the copy is for; `None`: whoever may see everything.
    readers: Option<Clearance>,
}

impl<'a> Copying<'a> {
    fn begin(source: &'a Mission, to: &'a Path, reader: Option<&Clearance>) -> Result<Self> {
        let folder = to.join(BLOBS_DIR);
        fs::create_dir_all(&folder).map_err(RecordError::io("create", &folder))?;
        let checkpoint = source.checkpoint_bytes()?;
        let size = source.policy()?.check(&checkpoint).map_err(RecordError::Checkpoint)?.checkpoint.size;
        let readers = narrower(reader, source.settings().copy_for.as_ref());
        Ok(Self { source, to, checkpoint, size, readers })
    }

    fn entries(&self) -> Result<Vec<Entry>> {
        let mut entries = self.source.entries(0)?;
        entries.truncate(usize::try_from(self.size).unwrap_or(usize::MAX));
        Ok(entries)
    }

    fn is_for_readers(&self, entry: &Entry) -> bool {
        self.readers.as_ref().is_none_or(|readers| entry.label.is_readable_by(readers))
    }

    fn copy_blobs(&self, entries: &[Entry]) -> Result<u64> {
        let target = Blobs::new(self.to.join(BLOBS_DIR));
        let readable = entries.iter().filter(|entry| self.is_for_readers(entry));
        let wanted: BTreeSet<Digest> =
            readable.flat_map(|entry| entry.body.blobs()).map(|(digest, _)| digest).collect();
        for digest in &wanted {
            target.copy_from(&self.source.blobs, digest)?;
        }
        Ok(wanted.len() as u64)
    }

    fn target_log(&self) -> Folder {
        Folder::new(self.to.join(LOG_DIR))
    }

    /// Every tile of the log, also those of its earlier sizes; those of a later size stay away.
    fn copy_tiles(&self) -> Result<()> {
        let dir = self.source.log_dir();
        let (from, to) = (Folder::new(&dir), self.target_log());
        let is_within = |tile: &Tile| tile.at_size(self.size).is_some_and(|at| tile.width() <= at.width());
        let paths = from.list().map_err(RecordError::io("read", &dir))?;
        let mut written = Vec::new();
        for path in paths.into_iter().filter(|path| path.parse::<Tile>().is_ok_and(|tile| is_within(&tile))) {
            let bytes = from.read(&path).map_err(RecordError::io("read", &dir.join(&path)))?;
            let Some(bytes) = bytes else { continue };
            if to.read(&path).is_ok_and(|held| held.as_ref() == Some(&bytes)) {
                continue;
            }
            to.write(&path, &bytes).map_err(RecordError::io("write", &to.root().join(&path)))?;
            written.push(path);
        }
        to.sync_names(&written).map_err(RecordError::io("write", to.root()))
    }

    /// The rows of the index, and the payloads that the readers may see and this folder has.
    fn copy_entries(&self, entries: &[Entry], blobs: u64) -> Result<Copied> {
        let mut target = Index::open(&self.to.join(INDEX_FILE))?;
        let held = target.size()?;
        let leaves = self.source.tree(self.size).entries(0..self.size)?;
        let (mut rows, mut late) = (Vec::new(), Vec::new());
        for (entry, bytes) in entries.iter().zip(&leaves) {
            let payload = self.payload_for(entry)?;
            match entry.index < held {
                true if payload.is_some() => late.push(row(entry, bytes, payload)?),
                true => {}
                false => rows.push(row(entry, bytes, payload)?),
            }
        }
        target.replace(&late)?;
        target.insert(&rows)?;
        self.destroy_erased(entries, &mut target)?;
        let sealed: Vec<u64> = entries.iter().filter(|e| !e.label.is_public()).map(|e| e.index).collect();
        let mut payloads = 0;
        for index in &sealed {
            payloads += u64::from(target.payload(*index)?.is_some());
        }
        target.make_durable()?;
        let (entries, new) = (self.size, rows.len() as u64);
        Ok(Copied { entries, new, payloads, withheld: sealed.len() as u64 - payloads, blobs })
    }

    fn payload_for(&self, entry: &Entry) -> Result<Option<Payload>> {
        match !entry.label.is_public() && self.is_for_readers(entry) {
            true => self.source.index().payload(entry.index),
            false => Ok(None),
        }
    }

    /// What the record erased, an older copy may still hold.
    fn destroy_erased(&self, entries: &[Entry], target: &mut Index) -> Result<()> {
        let blobs = Blobs::new(self.to.join(BLOBS_DIR));
        let needed: BTreeSet<Digest> =
            entries.iter().flat_map(|entry| entry.body.blobs()).map(|(digest, _)| digest).collect();
        for entry in entries {
            let Body::Erasure(erasure) = &entry.body else { continue };
            let Some(payload) = target.payload(erasure.of)? else { continue };
            for digest in blobs_of(&payload).into_iter().filter(|digest| !needed.contains(digest)) {
                blobs.remove(&digest)?;
            }
            target.erase(erasure.of)?;
        }
        Ok(())
    }

    /// What a copy holds for certain is what every one of its sources gave.
    fn write_settings(&self) -> Result<()> {
        let path = self.to.join(SETTINGS_FILE);
        let held = if path.is_file() { Settings::read(&path)?.copy_for } else { None };
        let copy_for = narrower(self.readers.as_ref(), held.as_ref());
        Settings { is_copy: true, copy_for, ..self.source.settings().clone() }.replace(&path)
    }
}

/// Who may see everything that both may see; `None` stands for everybody with every clearance.
fn narrower(one: Option<&Clearance>, other: Option<&Clearance>) -> Option<Clearance> {
    match (one, other) {
        (Some(one), Some(other)) => {
            let held: BTreeSet<&str> = other.compartments().collect();
            Some(Clearance::of(one.compartments().filter(|compartment| held.contains(compartment))))
        }
        (one, other) => one.or(other).cloned(),
    }
}

fn row(entry: &Entry, bytes: &[u8], payload: Option<Payload>) -> Result<Indexed> {
    let fault = |reason: String| RecordError::Entry { index: entry.index, reason };
    let digest = Digest::of(bytes);
    let leaf = Leaf::open(bytes).map_err(fault)?.leaf;
    // As its holder can read it: without the payload nobody knows what a sealed entry is about.
    let known = Entry::read(entry.index, digest, leaf, payload.as_ref()).map_err(fault)?;
    Ok(Indexed::of(&known, payload))
}

fn blobs_of(payload: &Payload) -> Vec<Digest> {
    let body = Body::of_payload(payload).unwrap_or(Body::Withheld);
    body.blobs().into_iter().map(|(digest, _)| digest).collect()
}

/// A folder's name made from a log's: letters, digits and dashes.
pub(crate) fn folder_of(origin: &str) -> PathBuf {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    origin.chars().map(plain).collect::<String>().into()
}
