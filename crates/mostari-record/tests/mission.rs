//! A mission folder from outside: what is said is kept, once, for those who may read it.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{AT, draft, events_of, mission};
use mostari_model::{Clearance, DatasetId, Digest, Finding, Label, PlaceRef, Settled, Severity, Snapshot};
use mostari_record::{Body, Computation, ComputationKind, DatasetDraft, Mission};
use serde_json::json;

fn label(text: &str) -> Label {
    text.parse().unwrap()
}

fn public(mission: &Mission) -> Snapshot {
    mission.snapshot(&Clearance::none(), None).unwrap()
}

#[test]
fn a_new_mission_opens_again_and_says_who_it_is() {
    let (dir, mission) = mission();
    assert_eq!(mission.head().unwrap().size, 1);
    let Body::Founded(founded) = &mission.entries(0).unwrap()[0].body else { panic!("its founding") };
    assert_eq!((founded.country.as_str(), founded.author), ("BIH", mission.settings().author));
    let again = Mission::open(dir.path().join("mission")).unwrap();
    assert_eq!(again.settings(), mission.settings());
    assert_eq!(again.about_mission().name, "Srednja Bosna");
    assert!(again.settings().origin.starts_with("mostari/bih/"));
    let toml = std::fs::read_to_string(dir.path().join("mission/mostari.toml")).unwrap();
    assert!(toml.contains("author = \"ed25519:"), "{toml}");
}

#[test]
fn a_folder_that_is_no_mission_or_is_in_use_is_refused() {
    let (dir, _mission) = mission();
    let code = |result: mostari_record::Result<Mission>| result.map(drop).unwrap_err().code();
    assert_eq!(code(Mission::open(dir.path())), "REC-001");
    assert_eq!(code(Mission::init(dir.path(), "Other", "BIH", AT)), "REC-002");
    assert_eq!(code(Mission::init(dir.path().join("new"), "Other", "Bosnia", AT)), "REC-020");
    assert_eq!(code(Mission::init(dir.path().join("new"), "two\nlines", "BIH", AT)), "REC-020");
    assert!(!dir.path().join("new").exists());
}

#[test]
fn a_folder_of_a_newer_or_older_format_is_not_touched() {
    let (dir, _mission) = mission();
    let path = dir.path().join("mission/mostari.toml");
    std::fs::write(&path, "format = 3\n").unwrap();
    assert_eq!(Mission::open(dir.path().join("mission")).map(drop).unwrap_err().code(), "REC-011");
    std::fs::write(&path, "format = 1\n").unwrap();
    assert_eq!(Mission::open(dir.path().join("mission")).map(drop).unwrap_err().code(), "REC-030");
}

#[test]
fn a_dataset_comes_back_in_a_snapshot() {
    let (_dir, mission) = mission();
    let appended = mission.append_dataset(draft(&mission, "events", 3), AT).unwrap();
    assert_eq!((appended.index, appended.already_present), (1, false));
    let snapshot = public(&mission);
    assert_eq!(snapshot.tables.events, events_of(3));
    assert_eq!(snapshot.entries_seen, 1);
    let dataset = &snapshot.datasets[0];
    assert_eq!((dataset.id, dataset.rows, dataset.added.to_string().as_str()), (DatasetId(0), 3, "2024-06-19"));
    assert_eq!(mission.blob(&dataset.file_digest).unwrap(), b"events");
}

#[test]
fn rows_know_their_dataset_by_its_position_in_the_snapshot() {
    let (_dir, mission) = mission();
    let secret = DatasetDraft { label: label("force"), ..draft(&mission, "secret", 1) };
    let drafts = [draft(&mission, "a", 2), secret, draft(&mission, "b", 1)];
    let stored = drafts.into_iter().map(|draft| mission.store_dataset(draft).unwrap()).collect();
    let appended = mission.append_datasets(stored, AT).unwrap();
    assert_eq!(appended.iter().map(|appended| appended.index).collect::<Vec<_>>(), [1, 2, 3]);
    let snapshot = public(&mission);
    assert_eq!(snapshot.tables.events.dataset, [0, 0, 1]);
    assert_eq!(snapshot.datasets.iter().map(|dataset| dataset.id.0).collect::<Vec<_>>(), [0, 1]);
    assert!(snapshot.label.is_public());
    let all = mission.snapshot(&mission.full_clearance().unwrap(), None).unwrap();
    assert_eq!(all.tables.events.dataset, [0, 0, 1, 2]);
    assert_eq!(all.label, label("force"));
    assert_ne!(all.digest, snapshot.digest);
}

#[test]
fn adding_the_same_file_again_changes_nothing_and_says_so() {
    let (_dir, mission) = mission();
    mission.append_dataset(draft(&mission, "events", 3), AT).unwrap();
    let (head, digest) = (mission.head().unwrap(), public(&mission).digest);
    let renamed = DatasetDraft { file: "copy.csv".into(), ..draft(&mission, "events", 3) };
    let again = mission.append_dataset(renamed, AT).unwrap();
    assert_eq!((again.index, again.already_present), (1, true));
    assert_eq!(mission.head().unwrap(), head);
    assert_eq!(public(&mission).digest, digest);
    let found = mission.find_dataset(&Digest::of(b"events"), "ged-csv", &Label::public()).unwrap();
    assert_eq!(found, Some(1));
    assert_eq!(mission.find_dataset(&Digest::of(b"events"), "hxl", &Label::public()).unwrap(), None);
}

#[test]
fn the_same_file_twice_in_one_transaction_is_one_entry() {
    let (_dir, mission) = mission();
    let stored = (0..2).map(|_| mission.store_dataset(draft(&mission, "events", 3)).unwrap()).collect();
    let appended = mission.append_datasets(stored, AT).unwrap();
    assert_eq!((appended[0].already_present, appended[1].already_present), (false, true));
    assert_eq!(mission.head().unwrap().size, 2);
}

#[test]
fn the_same_file_under_another_label_stands_beside_it() {
    let (_dir, mission) = mission();
    mission.append_dataset(draft(&mission, "events", 3), AT).unwrap();
    let other = DatasetDraft { label: label("humanitarian"), ..draft(&mission, "events", 3) };
    assert!(!mission.append_dataset(other, AT).unwrap().already_present);
    assert_eq!(public(&mission).datasets.len(), 1);
    assert_eq!(mission.snapshot(&Clearance::of(["humanitarian"]), None).unwrap().datasets.len(), 2);
}

#[test]
fn a_snapshots_digest_depends_on_content_and_not_on_key_clock_path_or_index() {
    let (_one_dir, one) = mission();
    let (_two_dir, two) = mission();
    assert_ne!(one.settings().author, two.settings().author);
    one.append_dataset(draft(&one, "events", 3), AT).unwrap();
    let hidden = DatasetDraft { label: label("force"), ..draft(&two, "hidden", 1) };
    two.append_dataset(hidden, AT).unwrap();
    two.append_dataset(draft(&two, "events", 3), "1999-01-01T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(public(&one).digest, public(&two).digest);
    let relicensed = DatasetDraft { licence: "CC0".into(), ..draft(&one, "more", 1) };
    one.append_dataset(relicensed, AT).unwrap();
    two.append_dataset(draft(&two, "more", 1), AT).unwrap();
    assert_ne!(public(&one).digest, public(&two).digest);
}

#[test]
fn a_snapshot_of_the_past_stays_what_it_was() {
    let (_dir, mission) = mission();
    mission.append_dataset(draft(&mission, "a", 2), AT).unwrap();
    let before = public(&mission);
    mission.append_dataset(draft(&mission, "b", 1), AT).unwrap();
    let past = mission.snapshot(&Clearance::none(), Some(2)).unwrap();
    assert_eq!((past.digest, past.tables), (before.digest, before.tables));
    assert_eq!(mission.snapshot(&Clearance::none(), Some(4)).map(drop).unwrap_err().code(), "REC-014");
}

fn settled(name: &str, area: Option<&str>) -> Settled {
    Settled { place: PlaceRef { name: name.into(), ..PlaceRef::default() }, area: area.map(Into::into) }
}

#[test]
fn what_is_settled_stands_in_order_and_only_the_latest_word_is_not_repeated() {
    let (_dir, mission) = mission();
    let say = |settled: Settled| mission.append_settled(&[settled], &Label::public(), AT).unwrap()[0].already_present;
    assert!(!say(settled("Šamac", Some("BA-1"))));
    assert!(say(settled("Šamac", Some("BA-1"))));
    assert!(!say(settled("Šamac", None)));
    assert!(!say(settled("Šamac", Some("BA-1"))));
    let areas: Vec<bool> = public(&mission).settled.iter().map(|settled| settled.area.is_some()).collect();
    assert_eq!(areas, [true, false, true]);
}

#[test]
fn findings_come_back_in_order_for_who_may_read_them() {
    let (_dir, mission) = mission();
    let finding = |row| Finding {
        code: "GED-001".into(),
        severity: Severity::Error,
        file: "events.csv".into(),
        row: Some(row),
        column: Some("latitude".into()),
        message: "`43,8` is no number\nČapljina".into(),
        hint: "write 43.8".into(),
    };
    let findings = vec![finding(9), finding(4)];
    let secret = DatasetDraft { findings: findings.clone(), label: label("force"), ..draft(&mission, "a", 1) };
    mission.append_dataset(secret, AT).unwrap();
    assert_eq!(mission.findings(DatasetId(0), &Clearance::of(["force"])).unwrap(), findings);
    assert_eq!(mission.findings(DatasetId(0), &Clearance::none()).unwrap_err().code(), "REC-015");
    let Body::Dataset(body) = &mission.entries(1).unwrap()[0].body else { panic!("a dataset") };
    assert_eq!(body.findings["GED-001"], 2);
}

fn computation(mission: &Mission, result: &[u8]) -> Computation {
    let result_blob = mission.store_result(result).unwrap();
    Computation {
        kind: ComputationKind::Assess,
        snapshot: Digest::of(b"snapshot"),
        parameters: json!({"as_of": "1995-12-31", "floor": 0.1}),
        inputs: Vec::new(),
        engine: "mostari-assess 0.1.0".into(),
        result_digest: result_blob,
        result_blob,
    }
}

#[test]
fn the_latest_computation_of_a_snapshot_is_found_by_who_may_read_it() {
    let (_dir, mission) = mission();
    let (first, second) = (computation(&mission, b"one"), computation(&mission, b"two"));
    assert!(!mission.append_computation(&first, &Label::public(), AT).unwrap().already_present);
    assert!(mission.append_computation(&first, &Label::public(), AT).unwrap().already_present);
    assert!(!mission.append_computation(&second, &label("force"), AT).unwrap().already_present);
    let latest = |kind, reader| mission.latest_computation(kind, &Digest::of(b"snapshot"), &reader).unwrap();
    assert_eq!(latest(ComputationKind::Assess, Clearance::none()), Some(first));
    assert_eq!(latest(ComputationKind::Assess, Clearance::of(["force"])), Some(second));
    assert_eq!(latest(ComputationKind::Plan, Clearance::none()), None);
    assert_eq!(mission.findings(DatasetId(0), &Clearance::none()).unwrap_err().code(), "REC-015");
}

#[test]
fn an_entry_is_bounded_and_bulk_must_be_stored_before_it() {
    let (_dir, mission) = mission();
    let large = Computation { parameters: json!("x".repeat(65_536)), ..computation(&mission, b"one") };
    assert_eq!(mission.append_computation(&large, &Label::public(), AT).unwrap_err().code(), "REC-013");
    let lost = Computation { result_blob: Digest::of(b"never stored"), ..computation(&mission, b"one") };
    assert_eq!(mission.append_computation(&lost, &Label::public(), AT).unwrap_err().code(), "REC-003");
    assert_eq!(mission.head().unwrap().size, 1);
}

#[test]
fn without_its_key_a_mission_is_read_and_not_written() {
    let (dir, mission) = mission();
    mission.append_dataset(draft(&mission, "a", 1), AT).unwrap();
    let key = dir.path().join("mission/keys/author.key");
    std::fs::write(&key, "11".repeat(32)).unwrap();
    assert_eq!(mission.append_dataset(draft(&mission, "b", 1), AT).unwrap_err().code(), "REC-009");
    std::fs::remove_file(&key).unwrap();
    assert_eq!(mission.append_dataset(draft(&mission, "b", 1), AT).unwrap_err().code(), "REC-008");
    let reader = Mission::open(dir.path().join("mission")).unwrap();
    assert_eq!(public(&reader).tables.events.len(), 1);
}

#[test]
fn several_writers_take_turns_and_make_one_chain() {
    let (dir, mission) = mission();
    let path = dir.path().join("mission");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let mission = Mission::open(path).unwrap();
                for i in 0..5 {
                    mission.append_dataset(draft(&mission, &format!("{writer}-{i}"), 1), AT).unwrap();
                }
            });
        }
    });
    let verification = mission.verify(None).unwrap();
    assert_eq!((verification.entries, verification.signatures), (21, 21));
    assert_eq!(verification.findings, []);
}
