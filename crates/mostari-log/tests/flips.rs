//! One changed byte anywhere in a published log is found.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::{policy, publish};
use mostari_log::{CHECKPOINT_PATH, Fetch, Folder, Policy, audit, audit_earlier_tiles};
use std::{collections::BTreeMap, fs};

/// Entries of the log: enough for two levels of tiles, few enough to read the whole log a thousand times.
const SIZE: u64 = 20_000;
const FLIPS: u64 = 1_000;

/// What an auditor does: trusts a checkpoint in which every signature is by a known key, reads all that it speaks of,
/// and the tiles of earlier checkpoints.
fn verify(log: &Folder, policy: &Policy, files: &[String]) -> Result<(), String> {
    let bytes = log.fetch(CHECKPOINT_PATH).unwrap().ok_or("no checkpoint")?;
    let trusted = policy.check(&bytes).map_err(|error| error.to_string())?;
    if trusted.unknown > 0 {
        return Err(format!("{} signatures by unknown keys", trusted.unknown));
    }
    audit(log, &trusted.checkpoint, |_, _| ()).map_err(|fault| fault.reason)?;
    audit_earlier_tiles(log, &trusted.checkpoint, files).map_err(|fault| fault.reason)
}

/// Which part of a log a file belongs to.
fn region(path: &str) -> String {
    let place = path.split('/').take(2).collect::<Vec<_>>().join("/");
    let width = if path.contains(".p/") { "partial" } else { "full" };
    if path == CHECKPOINT_PATH { path.to_owned() } else { format!("{place} {width}") }
}

#[test]
fn each_of_a_thousand_changed_bytes_in_bundles_tiles_and_checkpoint_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let log = Folder::new(dir.path());
    publish(&log, &[100, 300, 5_000, 19_990, SIZE]);
    let (files, policy) = (log.list().unwrap(), policy());
    verify(&log, &policy, &files).unwrap();
    let mut regions: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    files.iter().for_each(|path| regions.entry(region(path)).or_default().push(path));
    let (names, paths): (Vec<_>, Vec<_>) = regions.iter().unzip();
    assert_eq!(
        names,
        ["checkpoint", "tile/0 full", "tile/0 partial", "tile/1 partial", "tile/entries full", "tile/entries partial"]
    );
    // Region by region, and within a region file by file; the byte and the bit wander by steps that are prime.
    for flip in 0..FLIPS {
        let (region, turn) = (flip % paths.len() as u64, flip / paths.len() as u64);
        let region = &paths[usize::try_from(region).unwrap()];
        let path = dir.path().join(region[usize::try_from(turn).unwrap() % region.len()]);
        let good = fs::read(&path).unwrap();
        let at = usize::try_from(turn * 7_919).unwrap() % good.len();
        let mut bad = good.clone();
        bad[at] ^= 1 << (flip % 8);
        fs::write(&path, &bad).unwrap();
        assert!(
            verify(&log, &policy, &files).is_err(),
            "byte {at} of {} was changed and nobody noticed",
            path.display()
        );
        fs::write(&path, &good).unwrap();
    }
    verify(&log, &policy, &files).unwrap();
}
