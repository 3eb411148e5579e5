//! Every fault that `verify` promises to find, injected once; and what an interruption leaves behind.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{AT, draft, mission};
use mostari_model::{Clearance, Digest};
use mostari_record::{Head, Mission, Original};
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
    /// Runs SQL as somebody would who knows how to take the triggers off.
    fn tamper(&self, sql: &str) {
        let database = Connection::open(self.dir.path().join("mission/record.sqlite")).unwrap();
        let triggers = "DROP TRIGGER entries_are_never_updated; DROP TRIGGER entries_are_never_deleted;";
        database.execute_batch(&format!("{triggers} {sql}")).unwrap();
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
        let verification = self.mission.verify().unwrap();
        let found: Vec<&str> = verification.findings.iter().map(|finding| finding.code.as_ref()).collect();
        assert_eq!(found, codes, "{:#?}", verification.findings);
        assert!(!verification.is_whole());
    }
}

#[test]
fn a_whole_mission_has_no_findings() {
    let verification = scene().mission.verify().unwrap();
    assert_eq!(verification.findings, []);
    assert_eq!((verification.entries, verification.signatures), (4, 4));
    // Four originals, one table and one empty list of findings, which all four share.
    assert_eq!(verification.blobs, 6);
}

#[test]
fn a_changed_byte_of_an_entry_is_found() {
    let scene = scene();
    let mut bytes = read_bytes(&scene, 0);
    let licence = bytes.windows(9).position(|window| window == b"CC BY 4.0").unwrap();
    bytes[licence + 6] = b'3';
    write_bytes(&scene, 0, &bytes);
    scene.expect(&["REC-102", "REC-109", "REC-101"]);
}

#[test]
fn a_wrong_signature_is_found() {
    let scene = scene();
    let bytes: Vec<u8> = read_bytes(&scene, 3);
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    write_bytes(&scene, 3, &changed);
    // The head and the row remember the digest of the true bytes.
    scene.expect(&["REC-102", "REC-109", "REC-110"]);
}

#[test]
fn an_entry_missing_from_the_middle_is_found() {
    let scene = scene();
    scene.tamper("DELETE FROM entries WHERE idx = 1;");
    scene.expect(&["REC-104", "REC-101", "REC-103", "REC-112"]);
}

#[test]
fn a_log_that_lost_its_tail_is_found_and_does_not_grow() {
    let scene = scene();
    scene.tamper("DELETE FROM entries WHERE idx = 3;");
    scene.expect(&["REC-110", "REC-112"]);
    let refused = scene.mission.append_dataset(draft(&scene.mission, "e", 1), AT);
    assert_eq!(refused.unwrap_err().code(), "REC-019");
}

#[test]
fn entries_in_another_order_are_found() {
    let scene = scene();
    scene.tamper("UPDATE entries SET idx = 9 WHERE idx = 1; UPDATE entries SET idx = 1 WHERE idx = 2; UPDATE entries SET idx = 2 WHERE idx = 9;");
    scene.expect(&["REC-101", "REC-103", "REC-101", "REC-103", "REC-101", "REC-103"]);
}

#[test]
fn an_entry_that_is_no_entry_is_found() {
    let scene = scene();
    write_bytes(&scene, 1, b"{}");
    scene.expect(&["REC-105", "REC-101", "REC-103", "REC-112"]);
}

#[test]
fn a_row_that_contradicts_its_entry_is_found() {
    let scene = scene();
    scene.tamper("UPDATE entries SET kind = 'settled' WHERE idx = 2;");
    scene.expect(&["REC-109"]);
}

#[test]
fn another_author_is_found() {
    let scene = scene();
    let path = scene.dir.path().join("mission/mostari.toml");
    let (_other_dir, other) = mission();
    let text = fs::read_to_string(&path).unwrap();
    let own = scene.mission.settings().author.to_string();
    fs::write(&path, text.replace(&own, &other.settings().author.to_string())).unwrap();
    let reopened = Scene { mission: Mission::open(scene.dir.path().join("mission")).unwrap(), dir: scene.dir };
    reopened.expect(&["REC-108"; 4]);
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
    let codes: Vec<String> = scene.mission.verify().unwrap().findings.iter().map(|f| f.code.to_string()).collect();
    assert!(codes.contains(&"REC-106".to_owned()) && codes.contains(&"REC-107".to_owned()), "{codes:?}");
    let refused = scene.mission.snapshot(&Clearance::none(), None);
    assert_eq!(refused.map(drop).unwrap_err().code(), "REC-004");

    fs::remove_file(scene.blob_path(&table)).unwrap();
    assert!(scene.mission.append_dataset(draft(&scene.mission, "a", 2), AT).unwrap().already_present);
    assert_eq!(scene.mission.verify().unwrap().findings, []);
}

#[test]
fn an_interrupted_add_leaves_unused_blobs_that_do_no_harm() {
    let scene = scene();
    let unused = scene.mission.store_original(&Original::of(b"interrupted")).unwrap();
    fs::write(scene.dir.path().join("mission/blobs/partial/77-0"), b"half a tab").unwrap();
    let verification = scene.mission.verify().unwrap();
    let codes: Vec<&str> = verification.findings.iter().map(|finding| finding.code.as_ref()).collect();
    assert_eq!(codes, ["REC-112", "REC-113"]);
    assert!(verification.is_whole());
    assert_eq!(scene.mission.snapshot(&Clearance::none(), None).unwrap().datasets.len(), 4);
    let resumed = scene.mission.append_dataset(draft(&scene.mission, "interrupted", 1), AT).unwrap();
    assert_eq!((resumed.index, resumed.already_present), (4, false));
    assert_eq!(scene.mission.blob(&unused).unwrap(), b"interrupted");
}

#[test]
fn the_log_refuses_to_change_what_was_said() {
    let scene = scene();
    let database = Connection::open(scene.dir.path().join("mission/record.sqlite")).unwrap();
    for sql in ["UPDATE entries SET kind = 'x'", "DELETE FROM entries"] {
        assert!(database.execute(sql, []).unwrap_err().to_string().contains("append-only"), "{sql}");
    }
}

#[test]
fn an_author_cannot_fork_its_sequence() {
    let scene = scene();
    let database = Connection::open(scene.dir.path().join("mission/record.sqlite")).unwrap();
    let fork =
        "INSERT INTO entries SELECT 4, kind, author, author_sequence, subject, x'00', bytes FROM entries WHERE idx = 3";
    assert!(database.execute(fork, []).unwrap_err().to_string().contains("UNIQUE"));
}

#[test]
fn a_head_seen_earlier_stays_in_the_log_and_one_of_another_log_is_not() {
    let scene = scene();
    let entries = scene.mission.entries(0).unwrap();
    for entry in &entries {
        assert!(scene.mission.contains(&Head { size: entry.index + 1, digest: entry.digest }).unwrap());
    }
    assert!(scene.mission.contains(&Head { size: 0, digest: Digest::of(b"") }).unwrap());
    assert!(!scene.mission.contains(&Head { size: 2, digest: entries[2].digest }).unwrap());
    assert!(!scene.mission.contains(&Head { size: 9, digest: entries[3].digest }).unwrap());
}

fn read_bytes(scene: &Scene, index: u64) -> Vec<u8> {
    let database = Connection::open(scene.dir.path().join("mission/record.sqlite")).unwrap();
    database.query_row("SELECT bytes FROM entries WHERE idx = ?1", [index], |row| row.get(0)).unwrap()
}

fn write_bytes(scene: &Scene, index: u64, bytes: &[u8]) {
    scene.tamper("");
    let database = Connection::open(scene.dir.path().join("mission/record.sqlite")).unwrap();
    database.execute("UPDATE entries SET bytes = ?1 WHERE idx = ?2", rusqlite::params![bytes, index]).unwrap();
}
