//! Proofs that an entry, a subtree or an earlier tree is part of a tree, and their verification.
//!
//! One walk serves all four kinds of proof. Going from the root towards a subtree `[start, end)`, each step leaves one
//! sibling behind; the proof lists those siblings from the bottom up. An inclusion proof is that of the subtree
//! `[i, i + 1)`; a consistency proof is that of `[0, old)`.

use crate::hash::Hash;
use std::ops::Range;

/// The most hashes of a proof: a tree has fewer than 2^63 entries (C2SP tlog-witness).
pub const PROOF_HASHES_MAX: usize = 63;

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The entry or subtree is not in a tree of this size, or the range is no subtree.
    #[error("there is no such entry or subtree in a tree of that size")]
    OutOfTree,
    /// The proof has too few or too many hashes.
    #[error("the proof has {found} hashes where another number is needed")]
    Length {
        /// How many it has.
        found: usize,
    },
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    OtherRoot,
}

/// Whether `range` is a subtree in the sense of draft-ietf-plants-merkle-tree-certs-02 section 4.1: it begins at a
/// multiple of the smallest power of two that is not less than its length.
pub fn is_subtree(range: &Range<u64>) -> bool {
    let Some(length) = range.end.checked_sub(range.start).filter(|length| *length > 0) else { return false };
    length.checked_next_power_of_two().is_some_and(|block| range.start.is_multiple_of(block))
}

/// Checks that `leaf` is the entry at `index` of the tree of `size` entries with this `root` (RFC 9162 section 2.1.3.2).
///
/// # Errors
/// [`ProofError`].
pub fn verify_inclusion(index: u64, leaf: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> Result<(), ProofError> {
    let end = index.checked_add(1).ok_or(ProofError::OutOfTree)?;
    verify_subtree(&(index..end), leaf, size, root, proof)
}

/// Checks that `leaf` is the entry at `index` in the subtree of this range and hash.
///
/// # Errors
/// [`ProofError`].
pub fn verify_subtree_inclusion(
    index: u64,
    leaf: &Hash,
    subtree: &Range<u64>,
    hash: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if !is_subtree(subtree) || !subtree.contains(&index) {
        return Err(ProofError::OutOfTree);
    }
    verify_inclusion(index - subtree.start, leaf, subtree.end - subtree.start, hash, proof)
}

/// Checks that the tree of `old_size` is a beginning of the tree of `size` (RFC 9162 section 2.1.4.2). Everything begins
/// with an empty tree, so there is nothing to prove from one and the question is refused.
///
/// # Errors
/// [`ProofError`].
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    match (old_size, size) {
        (0, _) => Err(ProofError::OutOfTree),
        (old, new) if old == new => match (proof, old_root == root) {
            ([], true) => Ok(()),
            ([], false) => Err(ProofError::OtherRoot),
            _ => Err(ProofError::Length { found: proof.len() }),
        },
        _ => verify_subtree(&(0..old_size), old_root, size, root, proof),
    }
}

/// Checks that a subtree is part of the tree of `size` entries
/// (draft-ietf-plants-merkle-tree-certs-02 section 4.4.3). The empty subtree is part of every tree.
///
/// # Errors
/// [`ProofError`].
pub fn verify_subtree(
    subtree: &Range<u64>,
    hash: &Hash,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if subtree.start == subtree.end && subtree.end <= size {
        return match (proof, *hash == Hash::of_empty_tree()) {
            ([], true) => Ok(()),
            ([], false) => Err(ProofError::OtherRoot),
            _ => Err(ProofError::Length { found: proof.len() }),
        };
    }
    if !is_subtree(subtree) || subtree.end > size {
        return Err(ProofError::OutOfTree);
    }
    if proof.len() > 2 * PROOF_HASHES_MAX {
        return Err(ProofError::Length { found: proof.len() });
    }
    let length = ProofError::Length { found: proof.len() };
    let (found, found_root) = climb(subtree.clone(), size, Some(*hash), proof).ok_or(length)?;
    match found == *hash && found_root == *root {
        true => Ok(()),
        false => Err(ProofError::OtherRoot),
    }
}

/// The hashes of subtree and root that a proof leads to; `None` if it has the wrong length. `known` is the subtree's own
/// hash while the walk has stayed on whole blocks; after that the proof's first hash stands in for it.
fn climb(subtree: Range<u64>, size: u64, known: Option<Hash>, proof: &[Hash]) -> Option<(Hash, Hash)> {
    if subtree == (0..size) {
        return match (known, proof) {
            (Some(hash), []) => Some((hash, hash)),
            (None, [hash]) => Some((*hash, *hash)),
            _ => None,
        };
    }
    let (sibling, below) = proof.split_last()?;
    let split = split_of(size);
    if subtree.end <= split {
        let (hash, left) = climb(subtree, split, known, below)?;
        Some((hash, Hash::of_node(&left, sibling)))
    } else if subtree.start >= split {
        let (hash, right) = climb(subtree.start - split..subtree.end - split, size - split, known, below)?;
        Some((hash, Hash::of_node(sibling, &right)))
    } else {
        let (part, right) = climb(0..subtree.end - split, size - split, None, below)?;
        Some((Hash::of_node(sibling, &part), Hash::of_node(sibling, &right)))
    }
}

/// Which siblings the proof of a subtree lists, as ranges of entries, from the bottom up.
///
/// # Errors
/// [`ProofError::OutOfTree`].
pub fn subtree_proof_ranges(subtree: &Range<u64>, size: u64) -> Result<Vec<Range<u64>>, ProofError> {
    if !is_subtree(subtree) || subtree.end > size {
        return Err(ProofError::OutOfTree);
    }
    let mut ranges = Vec::new();
    let (mut target, mut tree, mut is_whole) = (subtree.clone(), 0..size, true);
    while target != tree {
        let split = tree.start + split_of(tree.end - tree.start);
        let (left, right) = (tree.start..split, split..tree.end);
        if target.end <= split {
            ranges.push(right);
            tree = left;
        } else if target.start >= split {
            ranges.push(left);
            tree = right;
        } else {
            ranges.push(left);
            target = split..target.end;
            tree = right;
            is_whole = false;
        }
    }
    if !is_whole {
        ranges.push(tree);
    }
    ranges.reverse();
    Ok(ranges)
}

/// Where a tree of `size` > 1 entries divides: the largest power of two below it.
pub(crate) fn split_of(size: u64) -> u64 {
    debug_assert!(size > 1);
    1 << (63 - (size - 1).leading_zeros())
}
