//! The published proof vectors of transparency-dev/merkle and the test log of Tessera, if the data folder is there.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use base64::{Engine, engine::general_purpose::STANDARD};
use mostari_log::{
    Edge, Hash, Policy, Tile, TileKind, VerifierKey, read_entries, read_hashes, verify_consistency, verify_inclusion,
    verify_subtree, verify_subtree_inclusion,
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

fn data(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MOSTARI_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = root.join("formats/tlog").join(folder);
    if !path.is_dir() {
        println!("skipped: `{}` is absent", path.display());
    }
    path.is_dir().then_some(path)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    leaf_idx: Option<u64>,
    tree_size: Option<u64>,
    start: Option<u64>,
    end: Option<u64>,
    size: Option<u64>,
    size1: Option<u64>,
    size2: Option<u64>,
    root: Option<String>,
    root1: Option<String>,
    root2: Option<String>,
    leaf_hash: Option<String>,
    proof: Option<Vec<String>>,
    want_err: bool,
}

/// Base64 of 32 bytes; a hash of another length is no hash.
fn hash(text: Option<&String>) -> Option<Hash> {
    STANDARD.decode(text?).unwrap().try_into().ok().map(Hash)
}

/// As [`hash`], but two equal texts of another length ("don't care 2") stand for two equal roots: where the sizes are
/// equal, only that is asked.
fn root(text: Option<&String>) -> Option<Hash> {
    hash(text).or_else(|| Some(Hash::of_leaf(&STANDARD.decode(text?).unwrap())))
}

fn holds(class: &str, vector: &Vector) -> bool {
    let proof: Option<Vec<Hash>> = vector.proof.iter().flatten().map(|text| hash(Some(text))).collect();
    let Some(proof) = proof else { return false };
    let checked = (|| {
        Some(match class {
            "inclusion" => verify_inclusion(
                vector.leaf_idx?,
                &hash(vector.leaf_hash.as_ref())?,
                vector.tree_size?,
                &hash(vector.root.as_ref())?,
                &proof,
            ),
            "consistency" => verify_consistency(
                vector.size1?,
                &root(vector.root1.as_ref())?,
                vector.size2?,
                &root(vector.root2.as_ref())?,
                &proof,
            ),
            "subtreeinclusion" => verify_subtree_inclusion(
                vector.leaf_idx?,
                &hash(vector.leaf_hash.as_ref())?,
                &(vector.start?..vector.end?),
                &hash(vector.root.as_ref())?,
                &proof,
            ),
            "subtreeconsistency" => verify_subtree(
                &(vector.start?..vector.end?),
                &root(vector.root1.as_ref())?,
                vector.size?,
                &root(vector.root2.as_ref())?,
                &proof,
            ),
            other => panic!("no class `{other}`"),
        })
    })();
    checked.is_some_and(|result| result.is_ok())
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(json_files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

#[test]
fn every_published_vector_is_judged_as_published() {
    let Some(root) = data("merkle-vectors") else { return };
    let mut counts = BTreeMap::new();
    for class in ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"] {
        for path in json_files(&root.join(class)) {
            let vector: Vector = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            assert_eq!(holds(class, &vector), !vector.want_err, "{}", path.display());
            *counts.entry(class).or_insert(0) += 1;
        }
    }
    println!("{counts:?}");
    assert_eq!(counts.values().sum::<i32>(), 518);
}

#[test]
fn the_test_log_of_tessera_verifies_at_every_size() {
    let Some(root) = data("tessera-log") else { return };
    let key: VerifierKey = fs::read_to_string(root.join("vkey")).unwrap().trim().parse().unwrap();
    let policy = Policy::of_log(key);
    for size in 0..=15_u64 {
        let note = fs::read(root.join(format!("checkpoint.{size}"))).unwrap();
        let checkpoint = policy.check(&note).unwrap().checkpoint;
        assert_eq!(checkpoint.size, size);
        let mut edge = Edge::default();
        if let Some(tile) = Tile::new(TileKind::Entries, 0, size) {
            let bundle = fs::read(root.join(tile.to_string())).unwrap();
            read_entries(&bundle, size).unwrap().into_iter().for_each(|entry| edge.push(Hash::of_leaf(entry)));
            let tile = Tile::new(TileKind::Hashes(0), 0, size).unwrap();
            let hashes = read_hashes(&fs::read(root.join(tile.to_string())).unwrap(), size).unwrap();
            let mut from_hashes = Edge::default();
            hashes.into_iter().for_each(|hash| from_hashes.push(hash));
            assert_eq!(from_hashes.root(), edge.root());
        }
        assert_eq!(edge.root(), checkpoint.root, "size {size}");
    }
}
