//! The writer of a log. Its order of steps is Sunlight's, and each step is durable before the next:
//!
//! 1. *stage*: entries and attachment go to the journal;
//! 2. *lock*: the signed checkpoint replaces the one before it, by compare-and-set in a store of its own. From here on
//!    the entries are in the log, and whoever appended them may be told;
//! 3. *tiles*: hashes and entries are published as static files;
//! 4. *checkpoint*: then the checkpoint that speaks of them;
//! 5. the journal is dropped.
//!
//! After a crash at any point, [`Log::open`] finds in the lock what the log is, and repeats what was not finished. A
//! second writer changes the lock's journal when it opens the log, so the first one's next compare-and-set fails: two
//! writers can never both be believed.

use crate::{
    checkpoint::Checkpoint,
    disk::Disk,
    hash::Hash,
    journal::{Batch, Journal, Staged, replay},
    key::{KeyError, SigningKey},
    note::Note,
    policy::{Policy, TrustError},
    reader::{Fetch, FetchError, TileTree, fetch_entries, fetch_hashes},
    recent::Recent,
    tile::{ENTRY_BYTES_MAX, TILE_WIDTH, Tile, TileKind},
    tree::{Blocks, ProveError},
};
use std::{io, ops::Range};

/// Where the published checkpoint lies.
pub const CHECKPOINT_PATH: &str = "checkpoint";
/// The folder of the journals.
const JOURNALS: &str = "staging/";

/// What the lock holds: the latest checkpoint, and which journal its writer uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// The signed checkpoint.
    pub note: String,
    /// Path of the journal.
    pub journal: String,
}

/// The one value that decides what the log is: kept apart from the log's files, so that copying an old folder over a
/// new one does not move it.
pub trait Lock {
    /// Why it failed.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The value; `None` if there is no log yet.
    ///
    /// # Errors
    /// If the store fails.
    fn load(&self) -> Result<Option<Locked>, Self::Error>;

    /// Replaces the value if it still is `old`, durably and as one step; `false` if it is not.
    ///
    /// # Errors
    /// If the store fails; the value may then be either.
    fn compare_and_set(&self, old: Option<&Locked>, new: &Locked) -> Result<bool, Self::Error>;
}

/// Why a log cannot do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The system refused. The log must be opened anew.
    #[error("the disk refused to {doing}")]
    Disk {
        /// What was tried.
        doing: &'static str,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// The store of the lock failed. The log must be opened anew.
    #[error("the lock failed")]
    Lock(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is a log already, or none.
    #[error("{}", if *.0 { "there is a log already" } else { "there is no log" })]
    Exists(bool),
    /// Another writer has taken the log.
    #[error("another writer has taken the log")]
    TakenOver,
    /// A step failed before; what the log is now must be read again.
    #[error("a write failed earlier; the log must be opened again")]
    Failed,
    /// An entry is too long.
    #[error("an entry has {bytes} bytes; at most {ENTRY_BYTES_MAX} can be appended")]
    EntryTooLarge {
        /// Its bytes.
        bytes: usize,
    },
    /// The lock's checkpoint is not signed by this log's key.
    #[error("the lock's checkpoint is not this log's: {0}")]
    Foreign(#[source] TrustError),
    /// The files do not hold what the lock says was committed.
    #[error("entries were committed up to {committed}, but only {found} are found")]
    Lost {
        /// What the lock says.
        committed: u64,
        /// What tiles and journal hold.
        found: u64,
    },
    /// The files hold other entries than the lock says.
    #[error("the entries that are found are not those that were committed")]
    OtherRoot,
    /// A tile is missing or damaged.
    #[error(transparent)]
    Tile(#[from] FetchError),
    /// The key cannot sign a checkpoint.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// What became of a batch: it is in the log, durably.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Index of its first entry.
    pub first: u64,
    /// The checkpoint that covers it.
    pub checkpoint: Checkpoint,
}

/// A log and its only writer.
pub struct Log<D, L> {
    disk: D,
    lock: L,
    key: SigningKey,
    locked: Locked,
    checkpoint: Checkpoint,
    recent: Recent,
    journal: Journal,
    published: u64,
    has_failed: bool,
}

impl<D: Disk, L: Lock> Log<D, L> {
    /// Makes an empty log, whose origin is the key's name, and publishes its checkpoint.
    ///
    /// # Errors
    /// [`LogError::Exists`], [`LogError::Disk`], [`LogError::Lock`].
    pub fn create(disk: D, lock: L, key: SigningKey) -> Result<Self, LogError> {
        let checkpoint = checkpoint_of(&key, 0, Hash::of_empty_tree());
        let locked = Locked { note: sign(&key, &checkpoint)?, journal: journal_path(0) };
        if !lock.compare_and_set(None, &locked).map_err(lock_failed)? {
            return Err(LogError::Exists(true));
        }
        publish_checkpoint(&disk, &locked.note)?;
        let (recent, journal) = (Recent::default(), Journal::new(locked.journal.clone()));
        Ok(Self { disk, lock, key, locked, checkpoint, recent, journal, published: 0, has_failed: false })
    }

    /// Opens a log to write: finishes what a crash interrupted and takes the log from any earlier writer. `keep` gets the
    /// batches that were committed but not published, and must make their attachments durable.
    ///
    /// # Errors
    /// [`LogError`]; what `keep` gives, as [`LogError::Lock`].
    pub fn open<E: std::error::Error + Send + Sync + 'static>(
        disk: D,
        lock: L,
        key: SigningKey,
        keep: impl FnOnce(&[Staged]) -> Result<(), E>,
    ) -> Result<Self, LogError> {
        let old = lock.load().map_err(lock_failed)?.ok_or(LogError::Exists(false))?;
        let View { checkpoint, recent, batches, published } = View::read(&disk, &old, &key)?;
        let locked = Locked { note: old.note.clone(), journal: next_journal(&old.journal) };
        let journal = Journal::new(locked.journal.clone());
        let mut log =
            Self { disk, lock, key, locked: old.clone(), checkpoint, recent, journal, published, has_failed: false };
        keep(&batches).map_err(|error| LogError::Lock(Box::new(error)))?;
        let tiles = log.write_tiles()?;
        if !log.lock.compare_and_set(Some(&old), &locked).map_err(lock_failed)? {
            return Err(LogError::TakenOver);
        }
        log.locked = locked;
        // Only now that the log is taken: its checkpoint must not replace a later one of the writer before.
        log.publish_checkpoint_again()?;
        log.tidy(&tiles)?;
        log.remove_journals()?;
        Ok(log)
    }

    /// Removes the journals of all earlier writers: what they held is published, or was never in the log. A later one's
    /// may be there too, if the log has already been taken again.
    fn remove_journals(&self) -> Result<(), LogError> {
        let own = number_of(&self.locked.journal);
        let names = self.disk.list(JOURNALS).map_err(disk_failed("list the journals"))?;
        let paths = names.into_iter().map(|name| format!("{JOURNALS}{name}"));
        let earlier: Vec<String> = paths.filter(|path| number_of(path).is_some() && number_of(path) < own).collect();
        for path in &earlier {
            self.disk.remove(path).map_err(disk_failed("remove a journal"))?;
        }
        match earlier.is_empty() {
            true => Ok(()),
            false => self.disk.sync_names(&earlier).map_err(disk_failed("remove a journal for good")),
        }
    }

    /// The latest checkpoint.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The latest checkpoint as it is signed by the log.
    pub fn note(&self) -> &str {
        &self.locked.note
    }

    /// How many entries are committed but not yet published.
    pub fn unpublished(&self) -> u64 {
        self.checkpoint.size - self.published
    }

    /// Appends a batch. When this returns, its entries are in the log and survive any crash.
    ///
    /// # Errors
    /// [`LogError`]. After [`LogError::Disk`] or [`LogError::Lock`] nobody knows whether the batch is in the log; the
    /// log must be opened anew and will say.
    pub fn append(&mut self, batch: Batch) -> Result<Committed, LogError> {
        if self.has_failed {
            return Err(LogError::Failed);
        }
        if let Some(entry) = batch.entries.iter().find(|entry| entry.len() > ENTRY_BYTES_MAX) {
            return Err(LogError::EntryTooLarge { bytes: entry.len() });
        }
        let committed = self.try_append(batch);
        self.has_failed = committed.is_err();
        committed
    }

    fn try_append(&mut self, batch: Batch) -> Result<Committed, LogError> {
        let first = self.checkpoint.size;
        let mut edge = self.recent.edge().clone();
        batch.entries.iter().for_each(|entry| edge.push(Hash::of_leaf(entry)));
        let checkpoint = checkpoint_of(&self.key, edge.size(), edge.root());
        let locked = Locked { note: sign(&self.key, &checkpoint)?, journal: self.locked.journal.clone() };
        self.journal.append(&self.disk, first, &batch).map_err(disk_failed("stage entries"))?;
        if !self.lock.compare_and_set(Some(&self.locked), &locked).map_err(lock_failed)? {
            // What was refused shall not lie about. If this fails, the next one to open the log does it.
            let _ = self.journal.drop_all(&self.disk);
            return Err(LogError::TakenOver);
        }
        batch.entries.into_iter().for_each(|entry| self.recent.push(entry));
        self.locked = locked;
        self.checkpoint = checkpoint.clone();
        Ok(Committed { first, checkpoint })
    }

    /// Publishes tiles and checkpoint, and drops the journal. `cosigned` is the latest checkpoint with the cosignatures
    /// of witnesses, if there are any; `keep` must make durable what the attachments of batches said.
    ///
    /// # Errors
    /// [`LogError`]; what `keep` gives, as [`LogError::Lock`].
    pub fn publish<E: std::error::Error + Send + Sync + 'static>(
        &mut self,
        cosigned: Option<&Note>,
        keep: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), LogError> {
        if self.has_failed {
            return Err(LogError::Failed);
        }
        let published = self.try_publish(cosigned, keep);
        self.has_failed = published.is_err();
        published
    }

    fn try_publish<E: std::error::Error + Send + Sync + 'static>(
        &mut self,
        cosigned: Option<&Note>,
        keep: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), LogError> {
        keep().map_err(|error| LogError::Lock(Box::new(error)))?;
        // Whoever has taken the log has published what this one knows, and perhaps more since.
        if self.lock.load().map_err(lock_failed)?.as_ref() != Some(&self.locked) {
            return Err(LogError::TakenOver);
        }
        match self.unpublished() {
            0 => self.publish_checkpoint_if_stale()?,
            _ => {
                let tiles = self.write_tiles()?;
                publish_checkpoint(&self.disk, &self.locked.note)?;
                self.tidy(&tiles)?;
            }
        }
        if let Some(note) = cosigned.filter(|note| note.text() == self.checkpoint.to_string()) {
            publish_checkpoint(&self.disk, &note.to_string())?;
        }
        self.journal.drop_all(&self.disk).map_err(disk_failed("drop the journal"))
    }

    /// Makes the tiles durable that are not yet published, and gives them.
    fn write_tiles(&self) -> Result<Vec<Tile>, LogError> {
        let tiles: Vec<Tile> = Tile::between(self.published, self.checkpoint.size).collect();
        let paths: Vec<String> = tiles.iter().map(Tile::to_string).collect();
        for (tile, path) in tiles.iter().zip(&paths) {
            let bytes = self.recent.tile(*tile).expect("what is not published lies in memory");
            self.disk.write(path, &bytes).map_err(disk_failed("write a tile"))?;
        }
        self.disk.sync_names(&paths).map_err(disk_failed("make tiles durable"))?;
        Ok(tiles)
    }

    /// Forgets and removes what full tiles replace, once tiles and checkpoint are published.
    fn tidy(&mut self, tiles: &[Tile]) -> Result<(), LogError> {
        let before = self.published;
        self.published = self.checkpoint.size;
        self.recent.forget_full();
        for tile in tiles.iter().filter(|tile| tile.is_full()) {
            self.remove_partial(*tile, before)?;
        }
        Ok(())
    }

    /// Publishes the checkpoint after opening. The one that stands there may carry cosignatures, so it is written again
    /// as it is: that it can be read does not mean that it is durable.
    fn publish_checkpoint_again(&self) -> Result<(), LogError> {
        let note = self.published_note()?;
        let note = note.map_or_else(|| self.locked.note.clone(), |note| note.to_string());
        publish_checkpoint(&self.disk, &note)
    }

    /// A checkpoint that stands there already may carry cosignatures, so it is left alone.
    fn publish_checkpoint_if_stale(&self) -> Result<(), LogError> {
        match self.published_note()? {
            Some(_) => Ok(()),
            None => publish_checkpoint(&self.disk, &self.locked.note),
        }
    }

    /// What is published, if it is the latest checkpoint.
    fn published_note(&self) -> Result<Option<Note>, LogError> {
        let published = self.disk.read(CHECKPOINT_PATH).map_err(disk_failed("read the checkpoint"))?;
        let published = published.and_then(|bytes| Note::parse(&bytes).ok());
        Ok(published.filter(|note| note.text() == self.checkpoint.to_string()))
    }

    /// Removes the partial tiles that a full one replaces.
    fn remove_partial(&self, full: Tile, size_before: u64) -> Result<(), LogError> {
        let had = match full.kind() {
            TileKind::Entries => size_before,
            TileKind::Hashes(level) => size_before.checked_shr(8 * u32::from(level)).unwrap_or(0),
        };
        let width = had.saturating_sub(full.index() * TILE_WIDTH);
        for width in 1..=width.min(TILE_WIDTH - 1) {
            let partial = Tile::new(full.kind(), full.index(), width).expect("a width below 256");
            self.disk.remove(&partial.to_string()).map_err(disk_failed("remove a partial tile"))?;
        }
        Ok(())
    }
}

impl<D: Disk + Fetch, L: Lock> Log<D, L> {
    /// An entry.
    ///
    /// # Errors
    /// [`FetchError`] if it is not in the log or its tile is lost.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, FetchError> {
        match self.recent.entry(index) {
            Some(entry) => Ok(entry.to_vec()),
            None => TileTree::new(&self.disk, self.published).entry(index),
        }
    }

    /// The entries of a range, in order; each bundle is read once.
    ///
    /// # Errors
    /// As [`Log::entry`].
    pub fn entries(&self, range: Range<u64>) -> Result<Vec<Vec<u8>>, FetchError> {
        let in_tiles = range.start..range.end.min(self.published).max(range.start);
        let rest = in_tiles.end..range.end;
        let mut found = TileTree::new(&self.disk, self.published).entries(in_tiles)?;
        for index in rest {
            found.push(self.recent.entry(index).ok_or(FetchError::NoEntry(index))?.to_vec());
        }
        Ok(found)
    }

    /// The inclusion proof of an entry in the latest checkpoint.
    ///
    /// # Errors
    /// [`ProveError`].
    pub fn prove_inclusion(&self, index: u64) -> Result<Vec<Hash>, ProveError<FetchError>> {
        self.blocks().prove_inclusion(index, self.checkpoint.size)
    }

    /// The proof that the log of `old` entries is a beginning of this one.
    ///
    /// # Errors
    /// [`ProveError`].
    pub fn prove_consistency(&self, old: u64) -> Result<Vec<Hash>, ProveError<FetchError>> {
        self.blocks().prove_consistency(old, self.checkpoint.size)
    }

    fn blocks(&self) -> MemoryThenTiles<'_, D> {
        MemoryThenTiles { recent: &self.recent, tiles: TileTree::new(&self.disk, self.published) }
    }
}

struct MemoryThenTiles<'a, D> {
    recent: &'a Recent,
    tiles: TileTree<&'a D>,
}

impl<D: Fetch> Blocks for MemoryThenTiles<'_, D> {
    type Error = FetchError;

    fn block(&self, level: u8, index: u64) -> Result<Hash, FetchError> {
        self.recent.block(level, index).map_or_else(|| self.tiles.block(level, index), Ok)
    }
}

/// What the files and the lock say a log is.
struct View {
    checkpoint: Checkpoint,
    recent: Recent,
    batches: Vec<Staged>,
    published: u64,
}

impl View {
    fn read<D: Disk>(disk: &D, locked: &Locked, key: &SigningKey) -> Result<Self, LogError> {
        let policy = Policy::of_log(key.verifier().clone());
        let checkpoint = policy.check(locked.note.as_bytes()).map_err(LogError::Foreign)?.checkpoint;
        let mut batches = replay(disk, &locked.journal).map_err(disk_failed("read the journal"))?;
        batches.retain(|staged| staged.end() <= checkpoint.size);
        let published = batches.first().map_or(checkpoint.size, |staged| staged.first);
        let mut recent = read_recent(disk, published)?;
        for staged in &batches {
            staged.batch.entries.iter().for_each(|entry| recent.push(entry.clone()));
        }
        let found = recent.edge().size();
        if found != checkpoint.size {
            return Err(LogError::Lost { committed: checkpoint.size, found });
        }
        match recent.edge().root() == checkpoint.root {
            true => Ok(Self { checkpoint, recent, batches, published }),
            false => Err(LogError::OtherRoot),
        }
    }
}

fn read_recent<D: Disk>(disk: &D, size: u64) -> Result<Recent, LogError> {
    let source = DiskSource(disk);
    Recent::read(size, |tile| fetch_entries(&source, tile), |tile| fetch_hashes(&source, tile)).map_err(LogError::Tile)
}

struct DiskSource<'a, D>(&'a D);

impl<D: Disk> Fetch for DiskSource<'_, D> {
    fn fetch(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.0.read(path)
    }
}

fn checkpoint_of(key: &SigningKey, size: u64, root: Hash) -> Checkpoint {
    Checkpoint { origin: key.verifier().name().to_owned(), size, root, extensions: Vec::new() }
}

fn sign(key: &SigningKey, checkpoint: &Checkpoint) -> Result<String, LogError> {
    let mut note = Note::new(checkpoint.to_string()).expect("an origin is a key's name, which is plain text");
    note.add(key.sign(&note, 0)?);
    Ok(note.to_string())
}

fn publish_checkpoint<D: Disk>(disk: &D, note: &str) -> Result<(), LogError> {
    disk.write(CHECKPOINT_PATH, note.as_bytes()).map_err(disk_failed("write the checkpoint"))?;
    disk.sync_names(&[CHECKPOINT_PATH.to_owned()]).map_err(disk_failed("make the checkpoint durable"))
}

fn journal_path(number: u64) -> String {
    format!("{JOURNALS}{number}")
}

/// The journal after this one: each writer has its own.
fn next_journal(path: &str) -> String {
    journal_path(number_of(path).map_or(0, |number| number.wrapping_add(1)))
}

fn number_of(journal: &str) -> Option<u64> {
    journal.rsplit('/').next()?.parse().ok()
}

fn disk_failed(doing: &'static str) -> impl FnOnce(io::Error) -> LogError {
    move |source| LogError::Disk { doing, source }
}

fn lock_failed<E: std::error::Error + Send + Sync + 'static>(error: E) -> LogError {
    LogError::Lock(Box::new(error))
}
