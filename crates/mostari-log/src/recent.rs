//! The part of the tree that lies in memory: everything since the last full tiles of what is published.

use crate::{
    hash::Hash,
    tile::{TILE_LEVELS, TILE_WIDTH, Tile, TileKind, write_entry},
    tree::Edge,
};

/// The right end of every level of tiles.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    edge: Edge,
    entries: Run<Vec<u8>>,
    levels: Vec<Run<Hash>>,
}

/// Consecutive items of one level; the first one stands at the beginning of a tile.
#[derive(Debug)]
struct Run<T> {
    first: u64,
    items: Vec<T>,
}

impl<T> Default for Run<T> {
    fn default() -> Self {
        Self { first: 0, items: Vec::new() }
    }
}

impl<T> Run<T> {
    fn end(&self) -> u64 {
        self.first + self.items.len() as u64
    }

    fn slice(&self, first: u64, width: u64) -> Option<&[T]> {
        let begin = usize::try_from(first.checked_sub(self.first)?).ok()?;
        self.items.get(begin..begin.checked_add(usize::try_from(width).ok()?)?)
    }

    /// Forgets what lies in tiles that are full.
    fn forget_full(&mut self) {
        let keep_from = self.end() / TILE_WIDTH * TILE_WIDTH;
        let begin = usize::try_from(keep_from - self.first).expect("it lies in memory");
        self.items.drain(..begin);
        self.first = keep_from;
    }
}

impl Recent {
    /// Reads the right end of a tree of `size` entries from its tiles.
    pub fn read<E>(
        size: u64,
        mut entries: impl FnMut(Tile) -> Result<Vec<Vec<u8>>, E>,
        mut hashes: impl FnMut(Tile) -> Result<Vec<Hash>, E>,
    ) -> Result<Self, E> {
        let mut recent = Self::default();
        let last = |kind: TileKind, have: u64| Tile::new(kind, have / TILE_WIDTH, have % TILE_WIDTH);
        recent.entries.first = size / TILE_WIDTH * TILE_WIDTH;
        if let Some(tile) = last(TileKind::Entries, size) {
            recent.entries.items = entries(tile)?;
        }
        for level in 0..TILE_LEVELS {
            let have = size.checked_shr(u32::from(level * TILE_LEVELS)).unwrap_or(0);
            let mut run = Run { first: have / TILE_WIDTH * TILE_WIDTH, items: Vec::new() };
            if let Some(tile) = last(TileKind::Hashes(level), have) {
                run.items = hashes(tile)?;
            }
            recent.levels.push(run);
        }
        recent.edge =
            Edge::read(size, |level, index| Ok(recent.block(level, index).expect("a block of the right end")))?;
        Ok(recent)
    }

    pub fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Adds an entry.
    pub fn push(&mut self, entry: Vec<u8>) {
        let Self { edge, entries, levels } = self;
        levels.resize_with(usize::from(TILE_LEVELS), Run::default);
        edge.push_with(Hash::of_leaf(&entry), |level, _, hash| {
            if level.is_multiple_of(TILE_LEVELS) {
                levels[usize::from(level / TILE_LEVELS)].items.push(*hash);
            }
        });
        entries.items.push(entry);
    }

    /// The bytes of a tile, if it lies in memory.
    pub fn tile(&self, tile: Tile) -> Option<Vec<u8>> {
        let first = tile.index() * TILE_WIDTH;
        match tile.kind() {
            TileKind::Entries => {
                let mut bundle = Vec::new();
                for entry in self.entries.slice(first, tile.width())? {
                    write_entry(entry, &mut bundle).expect("its length was checked when it was added");
                }
                Some(bundle)
            }
            TileKind::Hashes(level) => {
                let hashes = self.levels.get(usize::from(level))?.slice(first, tile.width())?;
                Some(hashes.iter().flat_map(|hash| hash.0).collect())
            }
        }
    }

    /// The hash of a block, if it lies in memory.
    pub fn block(&self, level: u8, index: u64) -> Option<Hash> {
        let inner = level % TILE_LEVELS;
        let run = self.levels.get(usize::from(level / TILE_LEVELS))?;
        let hashes = run.slice(index << inner, 1 << inner)?;
        Some(root_of(hashes))
    }

    /// An entry, if it lies in memory.
    pub fn entry(&self, index: u64) -> Option<&[u8]> {
        self.entries.slice(index, 1).map(|entries| entries[0].as_slice())
    }

    /// Forgets what lies in full tiles: they are published.
    pub fn forget_full(&mut self) {
        self.entries.forget_full();
        self.levels.iter_mut().for_each(Run::forget_full);
    }
}

/// The root over a power of two of hashes.
pub(crate) fn root_of(hashes: &[Hash]) -> Hash {
    match hashes {
        [one] => *one,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            Hash::of_node(&root_of(left), &root_of(right))
        }
    }
}
