//! The same proofs by somebody else's crate: each side accepts what the other makes, byte by byte the same.

use crate::proofs::Leaves;
use ct_merkle::{RootHash, mem_backed_tree::MemoryBackedTree};
use mostari_log::{Blocks, Hash};
use proptest::prelude::*;
use sha2::Sha256;

type Theirs = MemoryBackedTree<Sha256, Vec<u8>>;

fn theirs(size: u64) -> Theirs {
    let mut tree = Theirs::new();
    (0..size).for_each(|index| tree.push(index.to_be_bytes().to_vec()));
    tree
}

fn root_hash(root: Hash, size: u64) -> RootHash<Sha256> {
    RootHash::new(root.0.into(), size)
}

fn bytes(proof: &[Hash]) -> Vec<u8> {
    proof.iter().flat_map(|hash| hash.0).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn roots_and_proofs_are_those_of_ct_merkle(size in 1..2_000_u64, index: prop::sample::Index, old: prop::sample::Index) {
        let (ours, theirs) = (Leaves::of(size), theirs(size));
        prop_assert!(theirs.root() == root_hash(ours.root(), size));
        let index = index.index(usize::try_from(size).unwrap());
        let proof = ours.prove_inclusion(index as u64, size).unwrap();
        let proof_by_them = theirs.prove_inclusion(index);
        prop_assert_eq!(bytes(&proof), proof_by_them.as_bytes());
        let root = root_hash(ours.root(), size);
        let entry = (index as u64).to_be_bytes().to_vec();
        prop_assert!(root.verify_inclusion(&entry, index as u64, &proof_by_them).is_ok());
        let old = 1 + old.index(usize::try_from(size).unwrap()) as u64;
        if old < size {
            let proof = ours.prove_consistency(old, size).unwrap();
            let proof_by_them = theirs.prove_consistency(usize::try_from(size - old).unwrap());
            prop_assert_eq!(bytes(&proof), proof_by_them.as_bytes());
            prop_assert!(root.verify_consistency(&root_hash(ours.root_at(old), old), &proof_by_them).is_ok());
        }
    }
}
