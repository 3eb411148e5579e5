//! One changed byte anywhere in what a mission publishes, and `verify` says so.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{AT, mission};
use mostari_log::Folder;
use mostari_model::{Label, PlaceRef, Settled};
use std::fs;

const FLIPS: usize = 1_000;

/// More than a full tile, published at several sizes.
fn settle(mission: &mostari_record::Mission) {
    for batch in 0..6 {
        let settled = |i: u32| Settled {
            place: PlaceRef { name: format!("place {batch}-{i}"), ..PlaceRef::default() },
            area: Some("BA-1".into()),
        };
        let settled: Vec<Settled> = (0..53).map(settled).collect();
        mission.append_settled(&settled, &Label::public(), AT).unwrap();
    }
}

#[test]
fn each_of_a_thousand_changed_bytes_is_found() {
    let (_dir, mission) = mission();
    settle(&mission);
    assert_eq!(mission.verify(None).unwrap().findings, []);
    let root = mission.log_dir();
    let files = Folder::new(&root).list().unwrap();
    assert!(
        files.iter().any(|path| path == "tile/0/000") && files.iter().any(|path| path.contains(".p/")),
        "{files:?}"
    );
    for flip in 0..FLIPS {
        let path = root.join(&files[flip % files.len()]);
        let whole = fs::read(&path).unwrap();
        let mut changed = whole.clone();
        // Steps of a prime reach every part of a file; each bit has its turn.
        let at = flip.wrapping_mul(7_919) % changed.len();
        changed[at] ^= 1 << (flip % 8);
        fs::write(&path, changed).unwrap();
        let found = mission.verify(None).unwrap();
        assert!(!found.is_whole(), "byte {at} of {} was changed and nobody noticed", path.display());
        fs::write(&path, whole).unwrap();
    }
    assert_eq!(mission.verify(None).unwrap().findings, []);
}
