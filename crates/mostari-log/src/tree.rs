//! The tree itself: its growing right edge, and hashes of any range out of stored ones.

use crate::{
    hash::Hash,
    proof::{ProofError, split_of, subtree_proof_ranges},
};
use std::ops::Range;

/// The right edge of a tree: the hashes of its whole blocks, largest first. Enough to grow it and to know its root.
///
/// ```
/// use mostari_log::{Edge, Hash};
/// let mut edge = Edge::default();
/// assert_eq!(edge.root(), Hash::of_empty_tree());
/// edge.push(Hash::of_leaf(b"one"));
/// edge.push(Hash::of_leaf(b"two"));
/// assert_eq!(edge.root(), Hash::of_node(&Hash::of_leaf(b"one"), &Hash::of_leaf(b"two")));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    blocks: Vec<Hash>,
}

impl Edge {
    /// The edge of a tree of `size` entries from the hashes of its whole blocks.
    ///
    /// # Errors
    /// What `block` gives.
    pub fn read<E>(size: u64, mut block: impl FnMut(u8, u64) -> Result<Hash, E>) -> Result<Self, E> {
        let blocks = blocks_of(0..size).map(|(level, index)| block(level, index)).collect::<Result<_, E>>()?;
        Ok(Self { size, blocks })
    }

    /// How many entries the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds an entry's hash.
    pub fn push(&mut self, leaf: Hash) {
        self.push_with(leaf, |_, _, _| ());
    }

    /// Adds an entry's hash and tells of each block that becomes whole: its level, its index there, its hash.
    pub fn push_with(&mut self, leaf: Hash, mut whole: impl FnMut(u8, u64, &Hash)) {
        let (mut hash, mut index, mut level) = (leaf, self.size, 0);
        whole(level, index, &hash);
        while index & 1 == 1 {
            let left = self.blocks.pop().expect("an odd index has a left neighbour on the edge");
            hash = Hash::of_node(&left, &hash);
            (index, level) = (index >> 1, level + 1);
            whole(level, index, &hash);
        }
        self.blocks.push(hash);
        self.size += 1;
    }

    /// The root.
    pub fn root(&self) -> Hash {
        fold(&self.blocks)
    }
}

/// Joins neighbouring blocks from right to left; the root of nothing is that of the empty tree.
fn fold(blocks: &[Hash]) -> Hash {
    let joined = blocks.iter().copied().rev().reduce(|right, left| Hash::of_node(&left, &right));
    joined.unwrap_or_else(Hash::of_empty_tree)
}

/// A place where the hashes of whole blocks can be looked up: block `index` of `level` covers the entries
/// `[index << level, (index + 1) << level)`.
pub trait Blocks {
    /// Why a block cannot be had.
    type Error;

    /// The hash of one block.
    ///
    /// # Errors
    /// If it cannot be had.
    fn block(&self, level: u8, index: u64) -> Result<Hash, Self::Error>;

    /// The hash over a range that stands in a tree: a node, or an incomplete right end.
    ///
    /// # Errors
    /// If a block cannot be had.
    fn range(&self, range: Range<u64>) -> Result<Hash, Self::Error> {
        Ok(fold(&blocks_of(range).map(|(level, index)| self.block(level, index)).collect::<Result<Vec<_>, _>>()?))
    }

    /// The proof that a subtree is part of the tree of the first `size` entries.
    ///
    /// # Errors
    /// [`ProveError`].
    fn prove_subtree(&self, subtree: &Range<u64>, size: u64) -> Result<Vec<Hash>, ProveError<Self::Error>> {
        let ranges = subtree_proof_ranges(subtree, size).map_err(ProveError::Proof)?;
        ranges.into_iter().map(|range| self.range(range).map_err(ProveError::Blocks)).collect()
    }

    /// The inclusion proof of an entry.
    ///
    /// # Errors
    /// [`ProveError`].
    fn prove_inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, ProveError<Self::Error>> {
        let end = index.checked_add(1).ok_or(ProveError::Proof(ProofError::OutOfTree))?;
        self.prove_subtree(&(index..end), size)
    }

    /// The proof that the first `old_size` entries are a beginning of the first `size`; empty for an empty old tree.
    ///
    /// # Errors
    /// [`ProveError`].
    fn prove_consistency(&self, old_size: u64, size: u64) -> Result<Vec<Hash>, ProveError<Self::Error>> {
        match old_size {
            0 => Ok(Vec::new()),
            _ => self.prove_subtree(&(0..old_size), size),
        }
    }
}

/// Why a proof cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ProveError<E> {
    /// It is not in the tree.
    #[error(transparent)]
    Proof(ProofError),
    /// A hash that it needs cannot be had.
    #[error("a hash that the proof needs cannot be had")]
    Blocks(#[source] E),
}

/// The whole blocks that make up a range, from left to right, as (level, index). The range begins where a block at least
/// as large as itself may begin, as every range of a tree does.
pub(crate) fn blocks_of(range: Range<u64>) -> impl Iterator<Item = (u8, u64)> {
    let mut rest = range;
    std::iter::from_fn(move || {
        let length = rest.end.checked_sub(rest.start).filter(|length| *length > 0)?;
        let block = if length.is_power_of_two() { length } else { split_of(length) };
        let level = u8::try_from(block.trailing_zeros()).expect("at most 63");
        let index = rest.start >> level;
        rest.start += block;
        Some((level, index))
    })
}
