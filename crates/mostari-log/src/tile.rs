//! Tiles: where the hashes and entries of a log lie as static files (C2SP tlog-tiles v0.1.0).
//!
//! ```text
//! tile/<L>/<N>[.p/<W>]         256 hashes of level 8·L, or W of them
//! tile/entries/<N>[.p/<W>]     256 entries, each after its length as a 16-bit big-endian number, or W of them
//! ```
//! `N` is written in groups of three digits, all but the last behind an `x`: `x001/x234/067`.

use crate::hash::{HASH_BYTES, Hash};
use std::{fmt, str::FromStr};

/// Hashes or entries of a full tile.
pub const TILE_WIDTH: u64 = 256;
/// Levels of the tree within a tile.
pub const TILE_LEVELS: u8 = 8;
/// The most bytes of an entry: its length is written in 16 bits.
pub const ENTRY_BYTES_MAX: usize = 65_535;
/// The most bytes of a file of a log: a bundle of the largest entries, each after its length.
pub const BUNDLE_BYTES_MAX: u64 = TILE_WIDTH * (2 + ENTRY_BYTES_MAX as u64);
/// The most characters of a written index: seven groups `x123/`.
const INDEX_CHARS_MAX: usize = 7 * 5;
/// Tile levels of a tree with fewer than 2^64 entries.
const LEVELS_MAX: u8 = 8;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Entries.
    Entries,
    /// Hashes of a tile level.
    Hashes(u8),
}

impl TileKind {
    /// How many entries, or hashes of the level, a log of `size` entries has.
    fn count_at(self, size: u64) -> u64 {
        match self {
            Self::Entries => size,
            Self::Hashes(level) => size.checked_shr(u32::from(level * TILE_LEVELS)).unwrap_or(0),
        }
    }
}

/// One tile, full or partial.
///
/// ```
/// use mostari_log::Tile;
/// let tile: Tile = "tile/0/x001/x234/067.p/8".parse().unwrap();
/// assert_eq!((tile.index(), tile.width()), (1_234_067, 8));
/// assert_eq!(tile.to_string(), "tile/0/x001/x234/067.p/8");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl Tile {
    /// A tile; `None` if the width is not 1 to 256 or the level not 0 to 7.
    pub fn new(kind: TileKind, index: u64, width: u64) -> Option<Self> {
        let level_fits = !matches!(kind, TileKind::Hashes(level) if level >= LEVELS_MAX);
        let width = u16::try_from(width).ok().filter(|width| (1..=256).contains(width))?;
        level_fits.then_some(Self { kind, index, width })
    }

    /// What it holds.
    pub const fn kind(self) -> TileKind {
        self.kind
    }

    /// Its index within its level.
    pub const fn index(self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds.
    pub const fn width(self) -> u64 {
        self.width as u64
    }

    /// Whether it is full.
    pub const fn is_full(self) -> bool {
        self.width() == TILE_WIDTH
    }

    /// The full tile of the same place.
    pub const fn to_full(self) -> Self {
        Self { width: 256, ..self }
    }

    /// The tile of the same place in a log of `size` entries; `None` if it has none there.
    pub fn at_size(self, size: u64) -> Option<Self> {
        let have = self.kind.count_at(size);
        let width = have.checked_sub(self.index.checked_mul(TILE_WIDTH)?)?.min(TILE_WIDTH);
        Self::new(self.kind, self.index, width)
    }

    /// The first entry that it holds or covers.
    pub fn first_entry(self) -> u64 {
        let span = match self.kind {
            TileKind::Entries => 1,
            TileKind::Hashes(level) => 1 << (TILE_LEVELS * level),
        };
        self.index.saturating_mul(TILE_WIDTH).saturating_mul(span)
    }

    /// Every tile of a log of `size` entries that was not one of a log of `old` entries: level by level, each in order.
    pub fn between(old: u64, size: u64) -> impl Iterator<Item = Self> {
        let kinds = std::iter::once(TileKind::Entries).chain((0..LEVELS_MAX).map(TileKind::Hashes));
        kinds.flat_map(move |kind| {
            let (had, have) = (kind.count_at(old), kind.count_at(size));
            let indices = if have > had { had / TILE_WIDTH..have.div_ceil(TILE_WIDTH) } else { 0..0 };
            indices.filter_map(move |index| Self::new(kind, index, (have - index * TILE_WIDTH).min(TILE_WIDTH)))
        })
    }

    /// The tile of a log of `size` entries that holds the hash of a block (see [`crate::Blocks`]), and the range of the
    /// tile's own hashes that the block covers; `None` if the log does not hold it.
    pub fn of_block(level: u8, index: u64, size: u64) -> Option<(Self, std::ops::Range<usize>)> {
        let (tile_level, inner) = (level / TILE_LEVELS, level % TILE_LEVELS);
        let first = index.checked_mul(1 << inner)?;
        let have = size.checked_shr(u32::from(tile_level * TILE_LEVELS))?;
        let count = 1_u64 << inner;
        if first.checked_add(count)? > have {
            return None;
        }
        let tile_index = first / TILE_WIDTH;
        let tile =
            Self::new(TileKind::Hashes(tile_level), tile_index, (have - tile_index * TILE_WIDTH).min(TILE_WIDTH))?;
        let begin = usize::try_from(first % TILE_WIDTH).expect("below 256");
        Some((tile, begin..begin + usize::try_from(count).expect("at most 128")))
    }

    /// The tile of a log of `size` entries that holds an entry.
    pub fn of_entry(index: u64, size: u64) -> Option<Self> {
        let tile = index / TILE_WIDTH;
        let width = size.checked_sub(tile * TILE_WIDTH)?.min(TILE_WIDTH);
        (index < size).then(|| Self::new(TileKind::Entries, tile, width)).flatten()
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Entries => f.write_str("tile/entries/")?,
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        let digits = format!("{:03}", self.index);
        let padded = format!("{digits:0>width$}", width = digits.len().next_multiple_of(3));
        let groups = padded.len() / 3;
        for group in 0..groups {
            let last = group + 1 == groups;
            let (before, after) = if last { ("", "") } else { ("x", "/") };
            write!(f, "{before}{}{after}", &padded[3 * group..3 * group + 3])?;
        }
        match self.is_full() {
            true => Ok(()),
            false => write!(f, ".p/{}", self.width),
        }
    }
}

/// The text is no path of a tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no path of a tile")]
pub struct TilePathError(String);

impl FromStr for Tile {
    type Err = TilePathError;

    fn from_str(text: &str) -> Result<Self, TilePathError> {
        let tile = parse_tile(text).filter(|tile| tile.to_string() == text);
        tile.ok_or_else(|| TilePathError(text.chars().take(100).collect()))
    }
}

/// Reads loosely; the caller compares with the one right spelling.
fn parse_tile(text: &str) -> Option<Tile> {
    let (level, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let kind = if level == "entries" { TileKind::Entries } else { TileKind::Hashes(level.parse().ok()?) };
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, width.parse().ok().filter(|width| *width < TILE_WIDTH)?),
        None => (rest, TILE_WIDTH),
    };
    if number.len() > INDEX_CHARS_MAX {
        return None;
    }
    let digits: String = number.chars().filter(|c| !matches!(c, 'x' | '/')).collect();
    Tile::new(kind, digits.parse().ok()?, width)
}

/// What is wrong with a tile's bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TileError {
    /// Another number of bytes than the width demands.
    #[error("it has {found} bytes where {needed} are needed")]
    Length {
        /// How many it has.
        found: usize,
        /// How many it should have.
        needed: usize,
    },
    /// The entries do not end where the bytes end.
    #[error("it ends within an entry, or goes on after the last one")]
    Cut,
}

/// Reads a tile of hashes.
///
/// # Errors
/// [`TileError::Length`].
pub fn read_hashes(bytes: &[u8], width: u64) -> Result<Vec<Hash>, TileError> {
    let needed = usize::try_from(width).unwrap_or(usize::MAX).saturating_mul(HASH_BYTES);
    let (hashes, rest) = bytes.as_chunks::<HASH_BYTES>();
    match bytes.len() == needed && rest.is_empty() {
        true => Ok(hashes.iter().map(|hash| Hash(*hash)).collect()),
        false => Err(TileError::Length { found: bytes.len(), needed }),
    }
}

/// Reads a bundle of exactly `width` entries.
///
/// # Errors
/// [`TileError::Cut`].
pub fn read_entries(bytes: &[u8], width: u64) -> Result<Vec<&[u8]>, TileError> {
    let mut rest = bytes;
    let mut entries = Vec::new();
    for _ in 0..width {
        let (length, after) = rest.split_first_chunk::<2>().ok_or(TileError::Cut)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after.split_at_checked(length).ok_or(TileError::Cut)?;
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() { Ok(entries) } else { Err(TileError::Cut) }
}

/// Adds an entry to the bytes of a bundle.
///
/// # Errors
/// [`TileError::Length`] if it has more than [`ENTRY_BYTES_MAX`] bytes.
pub fn write_entry(entry: &[u8], bundle: &mut Vec<u8>) -> Result<(), TileError> {
    let length =
        u16::try_from(entry.len()).map_err(|_| TileError::Length { found: entry.len(), needed: ENTRY_BYTES_MAX })?;
    bundle.extend(length.to_be_bytes());
    bundle.extend(entry);
    Ok(())
}
