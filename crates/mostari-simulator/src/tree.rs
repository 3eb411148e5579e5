//! A Merkle tree (RFC 6962) written apart from the log's, to judge it by. It keeps every whole node, so that the root of
//! any earlier size and the content of any tile can be had.

use mostari_log::{Blocks, Hash};
use sha2::{Digest, Sha256};
use std::convert::Infallible;

/// A tree with all of its past.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// `levels[l][i]` is the hash over the entries from `i << l` to `(i + 1) << l`.
    levels: Vec<Vec<[u8; 32]>>,
}

impl Tree {
    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Adds an entry.
    pub fn push(&mut self, entry: &[u8]) {
        let mut hash: [u8; 32] = Sha256::new().chain_update([0]).chain_update(entry).finalize().into();
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            self.levels[level].push(hash);
            match self.levels[level].as_slice() {
                [.., left, right] if self.levels[level].len().is_multiple_of(2) => hash = node(left, right),
                _ => return,
            }
        }
    }

    /// The root of its first `size` entries.
    pub fn root(&self, size: u64) -> [u8; 32] {
        let mut root: Option<[u8; 32]> = None;
        // From the smallest whole block, on the right, to the largest.
        for (level, hashes) in self.levels.iter().enumerate() {
            if size >> level & 1 == 1 {
                let block = &hashes[(size >> level) as usize - 1];
                root = Some(root.map_or(*block, |right| node(block, &right)));
            }
        }
        root.unwrap_or_else(|| Sha256::digest(b"").into())
    }

    /// The whole nodes of a level.
    pub fn level(&self, level: usize) -> &[[u8; 32]] {
        self.levels.get(level).map_or(&[], Vec::as_slice)
    }

    /// Another tree that begins with the first `size` entries of this one.
    pub fn beginning(&self, size: u64) -> Self {
        let cut = |(level, hashes): (usize, &Vec<[u8; 32]>)| hashes[..(size >> level) as usize].to_vec();
        let mut levels: Vec<_> = self.levels.iter().enumerate().map(cut).collect();
        levels.retain(|hashes| !hashes.is_empty());
        Self { levels }
    }
}

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// For the forger, who needs proofs of a tree that the log never had.
impl Blocks for &Tree {
    type Error = Infallible;

    fn block(&self, level: u8, index: u64) -> Result<Hash, Infallible> {
        Ok(Hash(self.levels[usize::from(level)][index as usize]))
    }
}
