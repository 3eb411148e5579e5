//! Proofs over trees of any size. The oracle is a tree written as RFC 6962 section 2.1 defines it, by recursion.

use mostari_log::{
    Blocks, Edge, Hash, ProofError, is_subtree, verify_consistency, verify_inclusion, verify_subtree,
    verify_subtree_inclusion,
};
use proptest::prelude::*;
use std::convert::Infallible;

/// All leaves of a tree; its blocks are computed as the RFC says.
pub struct Leaves(Vec<Hash>);

impl Leaves {
    pub fn of(size: u64) -> Self {
        Self((0..size).map(|index| Hash::of_leaf(&index.to_be_bytes())).collect())
    }

    pub fn root(&self) -> Hash {
        root(&self.0)
    }

    pub fn root_at(&self, size: u64) -> Hash {
        root(&self.0[..usize::try_from(size).unwrap()])
    }
}

/// MTH of RFC 6962.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of_empty_tree(),
        [leaf] => *leaf,
        _ => {
            let split = (1..).map(|power| 1 << (power - 1)).take_while(|split| *split < leaves.len()).last().unwrap();
            Hash::of_node(&root(&leaves[..split]), &root(&leaves[split..]))
        }
    }
}

impl Blocks for Leaves {
    type Error = Infallible;

    fn block(&self, level: u8, index: u64) -> Result<Hash, Infallible> {
        let first = usize::try_from(index << level).unwrap();
        Ok(root(&self.0[first..first + (1 << level)]))
    }
}

#[test]
fn the_edge_has_the_root_of_the_definition_at_every_size() {
    let leaves = Leaves::of(300);
    let mut edge = Edge::default();
    for size in 0..=300 {
        assert_eq!((edge.size(), edge.root()), (size, leaves.root_at(size)));
        let read = Edge::read(size, |level, index| leaves.block(level, index)).unwrap();
        assert_eq!(read, edge);
        if size < 300 {
            edge.push(leaves.0[usize::try_from(size).unwrap()]);
        }
    }
}

#[test]
fn every_proof_in_every_small_tree_verifies_and_no_other_place_does() {
    for size in 1..=33_u64 {
        let leaves = Leaves::of(size);
        let root = leaves.root();
        for index in 0..size {
            let proof = leaves.prove_inclusion(index, size).unwrap();
            for (other, leaf) in (0..).zip(&leaves.0) {
                let held = verify_inclusion(other, leaf, size, &root, &proof).is_ok();
                assert_eq!(held, other == index, "{other} with the proof of {index} in {size}");
            }
        }
        for old in 1..=size {
            let proof = leaves.prove_consistency(old, size).unwrap();
            for other in 1..=size {
                let held = verify_consistency(other, &leaves.root_at(other), size, &root, &proof).is_ok();
                assert_eq!(held, other == old || (proof.is_empty() && other == size), "{other}, {old} in {size}");
            }
        }
    }
}

#[test]
fn every_subtree_of_a_small_tree_is_proven() {
    let leaves = Leaves::of(29);
    for start in 0..29_u64 {
        for end in start + 1..=29 {
            let subtree = start..end;
            let hash = root(&leaves.0[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()]);
            let proof = leaves.prove_subtree(&subtree, 29);
            assert_eq!(proof.is_ok(), is_subtree(&subtree), "{subtree:?}");
            let Ok(proof) = proof else { continue };
            assert_eq!(verify_subtree(&subtree, &hash, 29, &leaves.root(), &proof), Ok(()), "{subtree:?}");
            assert!(verify_subtree(&subtree, &Hash::default(), 29, &leaves.root(), &proof).is_err());
        }
    }
}

#[test]
fn an_entry_is_proven_within_a_subtree() {
    let leaves = Leaves::of(24);
    let inner = Leaves(leaves.0[16..24].to_vec());
    let proof = inner.prove_inclusion(3, 8).unwrap();
    assert_eq!(verify_subtree_inclusion(19, &leaves.0[19], &(16..24), &inner.root(), &proof), Ok(()));
    assert_eq!(
        verify_subtree_inclusion(15, &leaves.0[15], &(16..24), &inner.root(), &proof),
        Err(ProofError::OutOfTree)
    );
    assert_eq!(
        verify_subtree_inclusion(19, &leaves.0[19], &(15..23), &inner.root(), &proof),
        Err(ProofError::OutOfTree)
    );
}

#[test]
fn what_is_not_in_the_tree_has_no_proof() {
    let leaves = Leaves::of(5);
    assert!(leaves.prove_inclusion(5, 5).is_err());
    assert!(leaves.prove_inclusion(u64::MAX, 5).is_err());
    assert!(leaves.prove_consistency(6, 5).is_err());
    assert_eq!(verify_inclusion(5, &leaves.0[0], 5, &leaves.root(), &[]), Err(ProofError::OutOfTree));
    assert_eq!(verify_inclusion(0, &leaves.0[0], 0, &leaves.root(), &[]), Err(ProofError::OutOfTree));
}

#[test]
fn nothing_is_proven_from_an_empty_tree() {
    let (empty, root) = (Hash::of_empty_tree(), Leaves::of(5).root());
    assert_eq!(verify_consistency(0, &empty, 5, &root, &[]), Err(ProofError::OutOfTree));
    assert!(Leaves::of(5).prove_consistency(0, 5).unwrap().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn inclusion_holds_in_any_tree_and_not_if_anything_is_changed(
        size in 2..5_000_u64, index: prop::sample::Index, other: prop::sample::Index, bit in 0..256_usize,
    ) {
        let leaves = Leaves::of(size);
        let (index, root) = (index.index(leaves.0.len()), leaves.root());
        let (leaf, at) = (leaves.0[index], index as u64);
        let proof = leaves.prove_inclusion(at, size).unwrap();
        prop_assert_eq!(verify_inclusion(at, &leaf, size, &root, &proof), Ok(()));
        let hash = other.index(proof.len());
        let mut changed = proof.clone();
        changed[hash].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(verify_inclusion(at, &leaf, size, &root, &changed), Err(ProofError::OtherRoot));
        let shorter = [&proof[..hash], &proof[hash + 1..]].concat();
        prop_assert!(verify_inclusion(at, &leaf, size, &root, &shorter).is_err());
        let longer = [&proof[..], &[proof[hash]]].concat();
        prop_assert!(verify_inclusion(at, &leaf, size, &root, &longer).is_err());
        let neighbour = (at + 1) % size;
        prop_assert!(verify_inclusion(neighbour, &leaf, size, &root, &proof).is_err());
    }

    #[test]
    fn consistency_holds_in_any_tree_and_not_if_anything_is_changed(
        size in 2..5_000_u64, old: prop::sample::Index, other: prop::sample::Index, bit in 0..256_usize,
    ) {
        let leaves = Leaves::of(size);
        let old = 1 + old.index(leaves.0.len() - 1) as u64;
        let (old_root, root) = (leaves.root_at(old), leaves.root());
        let proof = leaves.prove_consistency(old, size).unwrap();
        prop_assert_eq!(verify_consistency(old, &old_root, size, &root, &proof), Ok(()));
        let mut changed = proof.clone();
        let hash = other.index(proof.len());
        changed[hash].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify_consistency(old, &old_root, size, &root, &changed).is_err());
        let mut forged = old_root;
        forged.0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify_consistency(old, &forged, size, &root, &proof).is_err());
        let shorter = [&proof[..hash], &proof[hash + 1..]].concat();
        prop_assert!(verify_consistency(old, &old_root, size, &root, &shorter).is_err());
    }
}
