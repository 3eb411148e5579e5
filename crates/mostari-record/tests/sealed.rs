//! What not everybody may read: sealed, erased, corrected; and authors who write elsewhere.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{AT, draft, mission};
use mostari_model::{Clearance, Label};
use mostari_record::{AuthorSecret, Body, Correction, DatasetDraft, Decision, Draft, KeyAction, Mission, Original};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const SECRET: &str = "Gornja Luka depot roster 7731";

fn force() -> Label {
    "force".parse().unwrap()
}

fn sealed(mission: &Mission) -> DatasetDraft {
    let file_digest = mission.store_original(&Original::of(SECRET.as_bytes())).unwrap();
    DatasetDraft { source: SECRET.to_owned(), label: force(), file_digest, ..draft(mission, "x", 1) }
}

/// The files below a folder whose bytes hold a text.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|window| window == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn what_is_erased_is_in_no_file_any_more_and_the_log_still_verifies() {
    let (dir, mission) = mission();
    let root = dir.path().join("mission");
    mission.append_dataset(draft(&mission, "public", 2), AT).unwrap();
    let appended = mission.append_dataset(sealed(&mission), AT).unwrap();
    assert!(!files_with(&root, SECRET).is_empty());
    assert_eq!(files_with(&root.join("log"), SECRET), Vec::<String>::new());
    mission.erase(appended.index, "the owner withdrew consent", AT).unwrap();
    drop(mission);
    assert_eq!(files_with(&root, SECRET), Vec::<String>::new());
    let mission = Mission::open(&root).unwrap();
    let verification = mission.verify(None).unwrap();
    assert!(verification.is_whole(), "{:?}", verification.findings);
    assert_eq!((verification.payloads, verification.erased), (0, 1));
    let snapshot = mission.snapshot(&Clearance::of(["force"]), None).unwrap();
    assert_eq!((snapshot.datasets.len(), snapshot.erased), (1, 1));
    assert_eq!(mission.erase(appended.index, "again", AT).unwrap_err().code(), "REC-027");
    assert_eq!(mission.erase(1, "public", AT).unwrap_err().code(), "REC-027");
}

#[test]
fn a_snapshot_is_the_same_whatever_its_reader_may_not_see() {
    let snapshots: Vec<_> = [0, 1, 3]
        .into_iter()
        .map(|hidden| {
            let (_dir, mission) = mission();
            for i in 0..hidden {
                let file_digest = mission.store_original(&Original::of(&[i])).unwrap();
                let hidden = DatasetDraft { file_digest, ..sealed(&mission) };
                mission.append_dataset(hidden, AT).unwrap();
            }
            mission.append_dataset(draft(&mission, "public", 2), AT).unwrap();
            let snapshot = mission.snapshot(&Clearance::none(), None).unwrap();
            (snapshot.digest, snapshot.entries_seen, snapshot.datasets, snapshot.tables, snapshot.label)
        })
        .collect();
    assert!(snapshots.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_corrected_entry_counts_no_more_until_the_correction_is_corrected() {
    let (_dir, mission) = mission();
    let dataset = mission.append_dataset(draft(&mission, "a", 2), AT).unwrap();
    let rows = |mission: &Mission| mission.snapshot(&Clearance::none(), None).unwrap().tables.events.len();
    let correct = |of| {
        let correction = Correction { of, replaced_by: None, reason: "another year".into() };
        mission.correct(correction, &Label::public(), AT).unwrap().index
    };
    let correction = correct(dataset.index);
    assert_eq!(rows(&mission), 0);
    correct(correction);
    assert_eq!(rows(&mission), 2);
    assert_eq!(mission.verify(None).unwrap().findings, []);
}

#[test]
fn a_correction_by_a_key_that_was_revoked_does_not_count() {
    let (_dir, mission) = mission();
    let dataset = mission.append_dataset(draft(&mission, "a", 2), AT).unwrap();
    let office = AuthorSecret::from_seed(&[2; 32]);
    let change = |action| mission.append_key_change(mission.keys().unwrap().change(action), AT).unwrap();
    let roles = BTreeSet::from(["field".to_owned()]);
    change(KeyAction::Add { key: office.author(), party: mission.settings().name.clone(), roles });
    let correction = Correction { of: dataset.index, replaced_by: None, reason: "another year".into() };
    let leaf = mission.pen(&office).unwrap().sign(&Draft::new(Label::public(), Body::Correction(correction)), AT);
    let mut writer = mission.writer().unwrap();
    let index = writer.append_foreign(&[leaf.unwrap()]).unwrap()[0].index;
    writer.publish().unwrap();
    drop(writer);
    let rows = || mission.snapshot(&Clearance::none(), None).unwrap().tables.events.len();
    assert_eq!(rows(), 0);
    change(KeyAction::Revoke { key: office.author(), from: index, reason: "lost laptop".into() });
    assert_eq!(rows(), 2);
}

#[test]
fn a_correction_counts_for_those_who_may_see_it() {
    let (_dir, mission) = mission();
    let dataset = mission.append_dataset(draft(&mission, "a", 2), AT).unwrap();
    let correction = Correction { of: dataset.index, replaced_by: None, reason: "the force knows better".into() };
    mission.correct(correction, &force(), AT).unwrap();
    let rows = |reader: &Clearance| mission.snapshot(reader, None).unwrap().tables.events.len();
    assert_eq!((rows(&Clearance::none()), rows(&Clearance::of(["force"]))), (2, 0));
}

#[test]
fn nobody_corrects_what_another_party_said() {
    let (_dir, mission) = mission();
    let dataset = mission.append_dataset(draft(&mission, "a", 2), AT).unwrap();
    let builder = AuthorSecret::from_seed(&[9; 32]);
    let add = KeyAction::Add { key: builder.author(), party: "builder".into(), roles: Default::default() };
    mission.append_key_change(mission.keys().unwrap().change(add), AT).unwrap();
    let correction = Correction { of: dataset.index, replaced_by: None, reason: "inconvenient".into() };
    let signed =
        mission.pen(&builder).unwrap().sign(&Draft::new(Label::public(), Body::Correction(correction)), AT).unwrap();
    mission.writer().unwrap().append_foreign(&[signed]).unwrap();
    mission.writer().unwrap().publish().unwrap();
    assert_eq!(mission.snapshot(&Clearance::none(), None).unwrap().tables.events.len(), 2);
}

#[test]
fn a_retry_with_the_same_id_is_one_entry_and_with_other_words_is_refused() {
    let (_dir, mission) = mission();
    let decide = |reason: &str| {
        let decision =
            Decision { about: "plan 3".into(), decision: "approved".into(), reason: reason.into(), overrides: None };
        let draft = Draft { id: Some([7; 16]), ..Draft::new(force(), Body::Decision(decision)) };
        mission.append(&[draft], AT).map(|appended| (appended[0].index, appended[0].already_present))
    };
    assert_eq!(decide("before winter").unwrap(), (1, false));
    assert_eq!(decide("before winter").unwrap(), (1, true));
    assert_eq!(decide("after winter").unwrap_err().code(), "REC-022");
}

#[test]
fn a_receipt_proves_its_entry_to_anybody() {
    let (_dir, mission) = mission();
    let appended = mission.append_dataset(draft(&mission, "a", 2), AT).unwrap();
    let mut writer = mission.writer().unwrap();
    writer.publish().unwrap();
    drop(writer);
    let receipt = mission.receipt(appended.index).unwrap();
    let file: mostari_log::ProofFile = receipt.to_string().parse().unwrap();
    let bundle = fs::read(mission.log_dir().join("tile/entries/000.p/2")).unwrap();
    let entries = mostari_log::read_entries(&bundle, 2).unwrap();
    file.verify(entries[1], &mission.policy().unwrap()).unwrap();
    assert!(file.verify(entries[0], &mission.policy().unwrap()).is_err());
    assert_eq!(mission.receipt(9).unwrap_err().code(), "REC-014");
}
