//! Reading a log from its static files, trusting nothing but a checkpoint.

use crate::{
    checkpoint::Checkpoint,
    disk::{Folder, read_at_most},
    hash::Hash,
    recent::root_of,
    tile::{BUNDLE_BYTES_MAX, TILE_LEVELS, TILE_WIDTH, Tile, TileError, TileKind, read_entries, read_hashes},
    tree::{Blocks, Edge},
};
use rayon::prelude::*;
use std::{
    cell::RefCell,
    collections::{BTreeMap, btree_map::Entry},
    io,
};

/// Bundles that are read and hashed side by side in an audit.
const BUNDLES_AT_ONCE: usize = 64;

/// A place where static files can be had by path: a folder, a web server.
pub trait Fetch: Sync {
    /// The content of a file; `None` if there is none. Whoever implements it for sources that are not trusted refuses files
    /// of more than [`BUNDLE_BYTES_MAX`] bytes.
    ///
    /// # Errors
    /// The system's or the network's.
    fn fetch(&self, path: &str) -> io::Result<Option<Vec<u8>>>;
}

impl Fetch for Folder {
    /// At most as many bytes as the largest file of a log has.
    fn fetch(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        match read_at_most(&self.root().join(path), BUNDLE_BYTES_MAX) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl<F: Fetch> Fetch for &F {
    fn fetch(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        (*self).fetch(path)
    }
}

/// Why a tile cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Nobody has it.
    #[error("`{0}` is missing")]
    Missing(Tile),
    /// It is not what a tile is.
    #[error("`{tile}` is damaged: {reason}")]
    Damaged {
        /// Which.
        tile: Tile,
        /// What is wrong with it.
        reason: TileError,
    },
    /// The log is shorter.
    #[error("the log has no entry {0}")]
    NoEntry(u64),
    /// The system or the network refused.
    #[error("`{path}` cannot be read")]
    Io {
        /// Which file.
        path: String,
        /// The reason.
        #[source]
        source: io::Error,
    },
}

impl FetchError {
    /// What is wrong, with its cause, in one line.
    fn in_words(&self) -> String {
        std::error::Error::source(self).map_or_else(|| self.to_string(), |cause| format!("{self}: {cause}"))
    }
}

/// The bytes of a tile, and how many hashes or entries they hold: the full tile stands in for a partial one that is gone.
fn fetch_tile<F: Fetch>(source: &F, tile: Tile) -> Result<(Vec<u8>, u64), FetchError> {
    for tile in if tile.is_full() { vec![tile] } else { vec![tile, tile.to_full()] } {
        let path = tile.to_string();
        if let Some(bytes) = source.fetch(&path).map_err(|source| FetchError::Io { path, source })? {
            return Ok((bytes, tile.width()));
        }
    }
    Err(FetchError::Missing(tile))
}

/// The hashes of a tile.
pub(crate) fn fetch_hashes<F: Fetch>(source: &F, tile: Tile) -> Result<Vec<Hash>, FetchError> {
    let (bytes, width) = fetch_tile(source, tile)?;
    let mut hashes = read_hashes(&bytes, width).map_err(|reason| FetchError::Damaged { tile, reason })?;
    hashes.truncate(usize::try_from(tile.width()).expect("at most 256"));
    Ok(hashes)
}

/// The entries of a bundle.
pub(crate) fn fetch_entries<F: Fetch>(source: &F, tile: Tile) -> Result<Vec<Vec<u8>>, FetchError> {
    let (bytes, width) = fetch_tile(source, tile)?;
    let entries = read_entries(&bytes, width).map_err(|reason| FetchError::Damaged { tile, reason })?;
    let width = usize::try_from(tile.width()).expect("at most 256");
    Ok(entries.into_iter().take(width).map(<[u8]>::to_vec).collect())
}

/// The tree of a log of known size, read tile by tile. It believes the tiles: check what it gives against a root.
pub struct TileTree<F> {
    source: F,
    size: u64,
    tiles: RefCell<BTreeMap<Tile, Vec<Hash>>>,
}

impl<F: Fetch> TileTree<F> {
    /// The tree of the first `size` entries.
    pub fn new(source: F, size: u64) -> Self {
        Self { source, size, tiles: RefCell::default() }
    }

    /// An entry.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, FetchError> {
        let tile = Tile::of_entry(index, self.size).ok_or(FetchError::NoEntry(index))?;
        let mut entries = fetch_entries(&self.source, tile)?;
        Ok(entries.swap_remove(usize::try_from(index % TILE_WIDTH).expect("below 256")))
    }

    /// The entries at some indices, in their order; neighbours in a bundle are read at once.
    ///
    /// # Errors
    /// [`FetchError`].
    pub fn entries(&self, indices: impl IntoIterator<Item = u64>) -> Result<Vec<Vec<u8>>, FetchError> {
        let mut found = Vec::new();
        let mut bundle: Option<(Tile, Vec<Vec<u8>>)> = None;
        for index in indices {
            let tile = Tile::of_entry(index, self.size).ok_or(FetchError::NoEntry(index))?;
            if bundle.as_ref().is_none_or(|(held, _)| *held != tile) {
                bundle = Some((tile, fetch_entries(&self.source, tile)?));
            }
            let within = usize::try_from(index % TILE_WIDTH).expect("below 256");
            found.extend(bundle.iter().map(|(_, entries)| entries[within].clone()));
        }
        Ok(found)
    }
}

impl<F: Fetch> Blocks for TileTree<F> {
    type Error = FetchError;

    fn block(&self, level: u8, index: u64) -> Result<Hash, FetchError> {
        let no_entry = FetchError::NoEntry(index.checked_shl(u32::from(level)).unwrap_or(u64::MAX));
        let (tile, range) = Tile::of_block(level, index, self.size).ok_or(no_entry)?;
        let mut tiles = self.tiles.borrow_mut();
        let hashes = match tiles.entry(tile) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(fetch_hashes(&self.source, tile)?),
        };
        Ok(root_of(&hashes[range]))
    }
}

/// Where an audit found a log not to be what its checkpoint says.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct AuditFault {
    /// The first entry that is not proven any more.
    pub index: u64,
    /// The file in which it shows; empty for the tree as a whole.
    pub path: String,
    /// What is wrong, in words.
    pub reason: String,
}

/// Reads the whole log and compares it with a checkpoint: every entry, every tile, the root. `visit` sees the entries in
/// order, several bundles at once, with the index of the first one, after they were found to match their tile.
///
/// # Errors
/// The first fault, by index.
pub fn audit<F: Fetch>(
    source: &F,
    checkpoint: &Checkpoint,
    mut visit: impl FnMut(u64, &[Vec<u8>]),
) -> Result<(), AuditFault> {
    let mut walk = Walk { source, edge: Edge::default(), levels: vec![Vec::new(); usize::from(TILE_LEVELS)] };
    // Not collected: a checkpoint may claim any size, and the first bundle that is missing ends the audit.
    let mut rest = Tile::between(0, checkpoint.size).take_while(|tile| tile.kind() == TileKind::Entries);
    loop {
        let bundles: Vec<Tile> = rest.by_ref().take(BUNDLES_AT_ONCE).collect();
        if bundles.is_empty() {
            break;
        }
        let read: Vec<_> = bundles.par_iter().map(|tile| read_bundle(source, *tile)).collect();
        let first = bundles[0].index() * TILE_WIDTH;
        let mut proven = Vec::new();
        let mut prove = |bundle: Result<Bundle, AuditFault>| {
            let Bundle { entries, leaves } = bundle?;
            leaves.iter().try_for_each(|leaf| walk.push(leaf))?;
            proven.extend(entries);
            Ok(())
        };
        let is_whole = read.into_iter().try_for_each(&mut prove);
        visit(first, &proven);
        is_whole?;
    }
    walk.finish(checkpoint)
}

/// Compares the partial tiles that a log keeps for its earlier checkpoints with those of the latest one, after [`audit`]
/// has passed them: each is the beginning of the tile that has replaced it. `paths` are the files that the source has;
/// an audit alone does not know of them. What is no tile, or lies beyond the checkpoint, is passed over.
///
/// # Errors
/// The first fault, in the order of the paths.
pub fn audit_earlier_tiles<F: Fetch>(
    source: &F,
    checkpoint: &Checkpoint,
    paths: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<(), AuditFault> {
    for path in paths {
        let Ok(tile) = path.as_ref().parse::<Tile>() else { continue };
        let Some(latest) = tile.at_size(checkpoint.size).filter(|latest| tile.width() < latest.width()) else {
            continue;
        };
        let fault =
            |tile: Tile, reason: String| AuditFault { index: tile.first_entry(), path: tile.to_string(), reason };
        let fetch = |tile: Tile| fetch_tile(source, tile).map_err(|error| fault(tile, error.in_words()));
        let ((bytes, width), (latest_bytes, _)) = (fetch(tile)?, fetch(latest)?);
        let is_whole = match tile.kind() {
            TileKind::Entries => read_entries(&bytes, width).map(drop),
            TileKind::Hashes(_) => read_hashes(&bytes, width).map(drop),
        };
        is_whole.map_err(|reason| fault(tile, format!("`{tile}` is damaged: {reason}")))?;
        if !latest_bytes.starts_with(&bytes) {
            return Err(fault(tile, format!("`{tile}` is not the beginning of `{latest}`")));
        }
    }
    Ok(())
}

struct Bundle {
    entries: Vec<Vec<u8>>,
    leaves: Vec<Hash>,
}

/// Reads a bundle and its tile of leaf hashes, and compares them.
fn read_bundle<F: Fetch>(source: &F, tile: Tile) -> Result<Bundle, AuditFault> {
    let first = tile.index() * TILE_WIDTH;
    let fault = |index: u64, tile: Tile, reason: String| AuditFault { index, path: tile.to_string(), reason };
    let entries = fetch_entries(source, tile).map_err(|error| fault(first, tile, error.in_words()))?;
    let leaves: Vec<Hash> = entries.iter().map(|entry| Hash::of_leaf(entry)).collect();
    let hashes = Tile::new(TileKind::Hashes(0), tile.index(), tile.width()).expect("the width of a bundle");
    let said = fetch_hashes(source, hashes).map_err(|error| fault(first, hashes, error.in_words()))?;
    match leaves.iter().zip(&said).position(|(leaf, said)| leaf != said) {
        None => Ok(Bundle { entries, leaves }),
        Some(position) => {
            let index = first + position as u64;
            Err(fault(index, tile, format!("entry {index} is not the one that `{hashes}` was made from")))
        }
    }
}

/// The tree while it grows from leaf to leaf, with the tile that is being filled at each level.
struct Walk<'a, F> {
    source: &'a F,
    edge: Edge,
    levels: Vec<Vec<Hash>>,
}

impl<F: Fetch> Walk<'_, F> {
    fn push(&mut self, leaf: &Hash) -> Result<(), AuditFault> {
        let Self { edge, levels, source } = self;
        let mut full = Vec::new();
        edge.push_with(*leaf, |level, index, hash| {
            if level > 0 && level.is_multiple_of(TILE_LEVELS) {
                let tile_level = level / TILE_LEVELS;
                let tile = &mut levels[usize::from(tile_level)];
                tile.push(*hash);
                if tile.len() as u64 == TILE_WIDTH {
                    full.push((tile_level, index / TILE_WIDTH, std::mem::take(tile)));
                }
            }
        });
        full.iter().try_for_each(|(level, index, hashes)| compare(*source, *level, *index, hashes))
    }

    fn finish(self, checkpoint: &Checkpoint) -> Result<(), AuditFault> {
        for (level, hashes) in (0..).zip(&self.levels) {
            if !hashes.is_empty() {
                let have = checkpoint.size >> (u32::from(TILE_LEVELS) * u32::from(level));
                compare(self.source, level, have / TILE_WIDTH, hashes)?;
            }
        }
        match self.edge.root() == checkpoint.root {
            true => Ok(()),
            false => Err(AuditFault {
                index: 0,
                path: String::new(),
                reason: format!("the {} entries have another root than the checkpoint says", checkpoint.size),
            }),
        }
    }
}

fn compare<F: Fetch>(source: &F, level: u8, index: u64, hashes: &[Hash]) -> Result<(), AuditFault> {
    let tile = Tile::new(TileKind::Hashes(level), index, hashes.len() as u64).expect("1 to 256 hashes of a real level");
    let span = 1_u64 << (TILE_LEVELS * level);
    let fault = |position: u64, reason: String| AuditFault {
        index: (index * TILE_WIDTH + position) * span,
        path: tile.to_string(),
        reason,
    };
    let said = fetch_hashes(source, tile).map_err(|error| fault(0, error.in_words()))?;
    match hashes.iter().zip(&said).position(|(computed, said)| computed != said) {
        None => Ok(()),
        Some(at) => Err(fault(at as u64, format!("hash {at} of `{tile}` is not that of the entries below it"))),
    }
}
