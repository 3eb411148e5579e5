//! Every fault that `verify` promises to find, injected once; and what an interruption leaves behind.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{AT, draft, mission};
use mostari_model::{Clearance, Digest};
use mostari_record::{DatasetDraft, Head, Mission, Original};
use rusqlite::Connection;
use std::{fs, path::PathBuf};

/// A mission of four datasets, and a way behind its back.
struct Scene {
    dir: tempfile::TempDir,
    mission: Mission,
}

fn scene() -> Scene {
    let (dir, mission) = mission();
    for text in ["a", "b", "c", "d"] {
        mission.append_dataset(draft(&mission, text, 2), AT).unwrap();
    }
    Scene { dir, mission }
}

impl Scene {
    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join("mission").join(path)
    }

    /// Runs SQL on the index behind the mission's back.
    fn tamper(&self, sql: &str) {
        Connection::open(self.path("record.sqlite")).unwrap().execute_batch(sql).unwrap();
    }

    /// Changes the bytes of a file.
    fn change(&self, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.path(path)).unwrap();
        change(&mut bytes);
        fs::write(self.path(path), bytes).unwrap();
    }

    fn blob_path(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        let plain = self.dir.path().join("mission/blobs").join(&name[..2]).join(&name);
        if plain.exists() { plain } else { plain.with_file_name(format!("{name}.zst")) }
    }

    fn table_digest(&self) -> Digest {
        self.mission.snapshot(&Clearance::none(), None).unwrap().datasets[0].tables[0].2
    }

    /// Asks that `verify` finds exactly these codes, and that what it found is a fault.
    fn expect(&self, codes: &[&str]) {
        let verification = self.mission.verify(None).unwrap();
        let found: Vec<&str> = verification.findings.iter().map(|finding| finding.code.as_ref()).collect();
        assert_eq!(found, codes, "{:#?}", verification.findings);
        assert!(!verification.is_whole());
    }
}

#[test]
fn a_whole_mission_has_no_findings() {
    let verification = scene().mission.verify(None).unwrap();
    assert_eq!(verification.findings, []);
    assert_eq!((verification.entries, verification.signatures), (5, 5));
    // Four originals, one table and one empty list of findings, which all four share.
    assert_eq!(verification.blobs, 6);
}

const BUNDLE: &str = "log/tile/entries/000.p/5";

#[test]
fn a_changed_byte_of_an_entry_is_found_with_its_index() {
    let scene = scene();
    scene.change(BUNDLE, |bytes| {
        let licence = bytes.windows(9).position(|window| window == b"CC BY 4.0").unwrap();
        bytes[licence + 6] = b'3';
    });
    let verification = scene.mission.verify(None).unwrap();
    assert_eq!(verification.first_fault, Some(1));
    assert_eq!(verification.findings[0].code, "REC-114");
    assert!(verification.findings[0].message.contains("from entry 1 on"), "{}", verification.findings[0].message);
}

#[test]
fn a_changed_tile_is_found() {
    let scene = scene();
    scene.change("log/tile/0/000.p/5", |bytes| bytes[33] ^= 1);
    assert_eq!(scene.mission.verify(None).unwrap().findings[0].code, "REC-114");
}

#[test]
fn a_changed_tile_of_an_earlier_size_is_found() {
    let scene = scene();
    scene.change("log/tile/0/000.p/2", |bytes| bytes[40] ^= 1);
    scene.expect(&["REC-117"]);
}

#[test]
fn a_wrong_signature_under_the_checkpoint_is_found() {
    let scene = scene();
    scene.change("log/checkpoint", |bytes| {
        let at = bytes.len() - 10;
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    });
    assert_eq!(scene.mission.verify(None).unwrap().findings[0].code, "REC-102");
}

#[test]
fn a_signature_line_by_nobody_who_is_known_is_found() {
    let scene = scene();
    scene.change("log/checkpoint", |bytes| bytes.extend("\u{2014} nobody AAAAAGZvcmdlZA==\n".as_bytes()));
    scene.expect(&["REC-116"]);
}

#[test]
fn a_log_that_was_rolled_back_to_an_earlier_copy_is_found() {
    let scene = scene();
    let copy = scene.dir.path().join("copy");
    fs::create_dir(&copy).unwrap();
    fs::copy(scene.path("log/checkpoint"), copy.join("checkpoint")).unwrap();
    scene.mission.append_dataset(draft(&scene.mission, "e", 1), AT).unwrap();
    fs::copy(copy.join("checkpoint"), scene.path("log/checkpoint")).unwrap();
    let codes: Vec<String> = scene.mission.verify(None).unwrap().findings.iter().map(|f| f.code.to_string()).collect();
    assert!(codes.iter().all(|code| ["REC-110", "REC-112"].contains(&code.as_str())), "{codes:?}");
    assert!(codes.contains(&"REC-110".to_owned()));
}

#[test]
fn a_stray_file_among_the_tiles_is_named() {
    let scene = scene();
    fs::write(scene.path("log/notes.txt"), "x").unwrap();
    let verification = scene.mission.verify(None).unwrap();
    assert_eq!(verification.findings[0].code, "REC-113");
    assert!(verification.is_whole());
}

#[test]
fn an_index_that_contradicts_the_log_is_found() {
    let scene = scene();
    scene.tamper("UPDATE entries SET subject = 7 WHERE idx = 2");
    scene.expect(&["REC-109"]);
}

#[test]
fn a_lost_index_is_made_anew() {
    let scene = scene();
    scene.tamper("DELETE FROM entries; DELETE FROM authors; UPDATE indexed SET size = 0");
    let mission = Mission::open(scene.dir.path().join("mission")).unwrap();
    assert_eq!(mission.verify(None).unwrap().findings, []);
    assert!(mission.append_dataset(draft(&mission, "a", 2), AT).unwrap().already_present);
}

#[test]
fn an_index_of_an_earlier_version_is_made_anew_without_a_key_and_keeps_the_payloads() {
    let scene = scene();
    let sealed = DatasetDraft { label: "force".parse().unwrap(), ..draft(&scene.mission, "sealed", 1) };
    scene.mission.append_dataset(sealed, AT).unwrap();
    scene.tamper("ALTER TABLE entries RENAME COLUMN kind TO gone; DROP TABLE labels; PRAGMA user_version = 0");
    fs::remove_dir_all(scene.path("keys")).unwrap();
    let mission = Mission::open(scene.dir.path().join("mission")).unwrap();
    let verification = mission.verify(None).unwrap();
    assert_eq!((verification.findings, verification.payloads), (Vec::new(), 1));
    assert_eq!(mission.full_clearance().unwrap(), Clearance::of(["force"]));
}

#[test]
fn an_index_that_hides_an_entry_a_label_or_an_end_of_a_chain_is_found() {
    for (sql, count) in [
        ("UPDATE entries SET kind = 'said' WHERE idx = 2", 1),
        ("DELETE FROM entries WHERE idx IN (1, 2)", 2),
        ("INSERT INTO labels VALUES ('force')", 1),
        ("UPDATE authors SET next = 9", 1),
    ] {
        let scene = scene();
        scene.tamper(sql);
        scene.expect(&vec!["REC-109"; count]);
    }
}

#[test]
fn a_sealed_entry_whose_payload_is_lost_or_changed_is_found() {
    let scene = scene();
    let sealed = DatasetDraft { label: "force".parse().unwrap(), ..draft(&scene.mission, "sealed", 1) };
    scene.mission.append_dataset(sealed, AT).unwrap();
    assert_eq!(scene.mission.verify(None).unwrap().payloads, 1);
    scene.tamper("UPDATE payloads SET bytes = CAST(bytes || x'20' AS BLOB)");
    let verification = scene.mission.verify(None).unwrap();
    assert_eq!(verification.findings[0].code, "REC-118");
    scene.tamper("DELETE FROM payloads");
    let verification = scene.mission.verify(None).unwrap();
    assert_eq!(verification.findings[0].code, "REC-119");
}

#[test]
fn a_missing_and_a_damaged_blob_are_found_and_adding_the_file_again_heals() {
    let scene = scene();
    let (original, table) = (Digest::of(b"a"), scene.table_digest());
    fs::remove_file(scene.blob_path(&original)).unwrap();
    let mut bytes = fs::read(scene.blob_path(&table)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(scene.blob_path(&table), bytes).unwrap();
    let codes: Vec<String> = scene.mission.verify(None).unwrap().findings.iter().map(|f| f.code.to_string()).collect();
    assert!(codes.contains(&"REC-106".to_owned()) && codes.contains(&"REC-107".to_owned()), "{codes:?}");
    let refused = scene.mission.snapshot(&Clearance::none(), None);
    assert_eq!(refused.map(drop).unwrap_err().code(), "REC-004");

    fs::remove_file(scene.blob_path(&table)).unwrap();
    assert!(scene.mission.append_dataset(draft(&scene.mission, "a", 2), AT).unwrap().already_present);
    assert_eq!(scene.mission.verify(None).unwrap().findings, []);
}

#[test]
fn an_interrupted_add_leaves_unused_blobs_that_do_no_harm() {
    let scene = scene();
    let unused = scene.mission.store_original(&Original::of(b"interrupted")).unwrap();
    fs::write(scene.dir.path().join("mission/blobs/partial/77-0"), b"half a tab").unwrap();
    let verification = scene.mission.verify(None).unwrap();
    let codes: Vec<&str> = verification.findings.iter().map(|finding| finding.code.as_ref()).collect();
    assert_eq!(codes, ["REC-112", "REC-113"]);
    assert!(verification.is_whole());
    assert_eq!(scene.mission.snapshot(&Clearance::none(), None).unwrap().datasets.len(), 4);
    let resumed = scene.mission.append_dataset(draft(&scene.mission, "interrupted", 1), AT).unwrap();
    assert_eq!((resumed.index, resumed.already_present), (5, false));
    assert_eq!(scene.mission.blob(&unused).unwrap(), b"interrupted");
}

#[test]
fn a_head_seen_earlier_stays_in_the_log_and_one_of_another_log_is_not() {
    let (_dir, mission) = mission();
    let mut heads = vec![mission.head().unwrap()];
    for text in ["a", "b", "c"] {
        mission.append_dataset(draft(&mission, text, 2), AT).unwrap();
        heads.push(mission.head().unwrap());
    }
    assert!(heads.iter().all(|head| mission.contains(head).unwrap()));
    assert!(mission.contains(&Head { size: 0, digest: Digest::of(b"") }).unwrap());
    assert!(!mission.contains(&Head { size: 2, digest: heads[2].digest }).unwrap());
    assert!(!mission.contains(&Head { size: 9, digest: heads[3].digest }).unwrap());
}
