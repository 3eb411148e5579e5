//! What is true in a run, known from the outside: which batches the lock let into the log, and what follows from it.

use crate::{
    Plant,
    ledger::{Ledger, Transfer},
    tree::Tree,
};
use mostari_log::{Batch, Checkpoint, Locked, Note, Tile, TileKind};
use std::collections::{BTreeMap, BTreeSet};

/// A batch that is in the log.
#[derive(Debug, Clone)]
pub struct InLog {
    /// The size of the log after it.
    pub end: u64,
    /// What came with it.
    pub attachment: Vec<u8>,
    /// Whether a publication that covers it has been reported done.
    pub is_published: bool,
    /// Whether its attachment was erased on purpose.
    pub is_erased: bool,
}

/// The truth.
#[derive(Debug, Default)]
pub struct Truth {
    /// The entries of the log.
    pub entries: Vec<Vec<u8>>,
    /// The tree over them.
    pub tree: Tree,
    /// The transfers that they tell of, as they were before they became bytes.
    pub transfers: Vec<Transfer>,
    /// The ledger after them.
    pub ledger: Ledger,
    /// The digest of the ledger at each size that the log had.
    pub digests: BTreeMap<u64, [u8; 32]>,
    /// The batches by their first index.
    pub batches: BTreeMap<u64, InLog>,
    /// What each writer is appending at the moment.
    pub appending: [Option<Appending>; crate::WRITERS],
    /// Every id that is in the log.
    pub present: BTreeSet<u64>,
    /// Whether making the log was reported done.
    pub is_created: bool,
    /// The size up to which a publication was reported done, so that it must survive any crash.
    pub published: u64,
    /// Whether a writer may have published an older checkpoint after another one had taken the log from it.
    pub is_overtaken: bool,
}

/// A batch on its way.
#[derive(Debug, Clone)]
pub struct Appending {
    /// The batch.
    pub batch: Batch,
    /// What its entries tell.
    pub transfers: Vec<Transfer>,
    /// Whether the lock has let it in.
    pub is_in: bool,
}

impl Truth {
    /// The size of the log.
    pub fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Learns what a writer has set the lock to.
    ///
    /// # Errors
    /// In words, if that is not what the log should be.
    pub fn locked(&mut self, writer: usize, new: &Locked) -> Result<(), String> {
        let note = Note::parse(new.note.as_bytes()).map_err(|error| format!("the lock holds no note: {error}"))?;
        let new: Checkpoint = note.text().parse().map_err(|error| format!("the lock holds no checkpoint: {error}"))?;
        let size = self.size();
        if new.size < size {
            return Err(format!("the lock went back from {size} to {}", new.size));
        }
        if new.size > size {
            let appending = self.appending[writer].as_mut().filter(|appending| !appending.is_in);
            let appending = appending.ok_or("the log grew although nobody appends")?;
            appending.is_in = true;
            let appending = appending.clone();
            self.take(appending);
        }
        match (new.size == self.size(), new.root.0 == self.tree.root(self.size())) {
            (true, true) => Ok(()),
            (false, _) => Err(format!("the lock says {} entries where there are {}", new.size, self.size())),
            (true, false) => Err(format!("the lock holds a wrong root for {} entries", new.size)),
        }
    }

    fn take(&mut self, appending: Appending) {
        let first = self.size();
        for (entry, transfer) in appending.batch.entries.into_iter().zip(appending.transfers) {
            self.tree.push(&entry);
            self.entries.push(entry);
            self.ledger.post(transfer, Plant::None);
            self.transfers.push(transfer);
            self.present.insert(transfer.id);
        }
        self.digests.insert(self.size(), self.ledger.digest());
        let attachment = appending.batch.attachment;
        let batch = InLog { end: self.size(), attachment, is_published: false, is_erased: false };
        self.batches.insert(first, batch);
    }

    /// The batches that hold an attachment and end at or before `size`.
    pub fn attached(&self, size: u64) -> impl Iterator<Item = (u64, &InLog)> {
        let batches = self.batches.iter().map(|(first, batch)| (*first, batch));
        batches.filter(move |(_, batch)| batch.end <= size && !batch.attachment.is_empty())
    }

    /// Checks every file that a checkpoint of this size speaks of, byte by byte.
    ///
    /// # Errors
    /// In words, what is missing or wrong.
    pub fn check_files<'a>(&self, size: u64, read: impl Fn(&str) -> Option<&'a [u8]>) -> Result<(), String> {
        let kinds = std::iter::once(TileKind::Entries).chain((0..8).map(TileKind::Hashes));
        for kind in kinds {
            let have = match kind {
                TileKind::Entries => size,
                TileKind::Hashes(level) => size.checked_shr(8 * u32::from(level)).unwrap_or(0),
            };
            for index in 0..have.div_ceil(256) {
                let width = (have - 256 * index).min(256);
                let tile = Tile::new(kind, index, width).expect("a width from 1 to 256");
                let needed = self.tile(kind, 256 * index, width);
                let is_right = match (read(&tile.to_string()), read(&tile.to_full().to_string())) {
                    (Some(found), _) => found == needed,
                    (None, Some(found)) => found.starts_with(&needed),
                    (None, None) => return Err(format!("`{tile}` is missing, which a checkpoint of {size} needs")),
                };
                if !is_right {
                    return Err(format!("`{tile}` is wrong, which a checkpoint of {size} needs"));
                }
            }
        }
        Ok(())
    }

    fn tile(&self, kind: TileKind, first: u64, width: u64) -> Vec<u8> {
        let range = first as usize..(first + width) as usize;
        match kind {
            TileKind::Hashes(level) => self.tree.level(8 * usize::from(level))[range].concat(),
            TileKind::Entries => {
                let length = |entry: &Vec<u8>| (entry.len() as u16).to_be_bytes();
                self.entries[range].iter().flat_map(|entry| [&length(entry), entry.as_slice()].concat()).collect()
            }
        }
    }
}
