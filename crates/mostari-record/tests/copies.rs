//! Copies for others, and other parties' logs beside one's own.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{AT, draft};
use mostari_model::{Clearance, Date, Label, Stated};
use mostari_record::{Body, DatasetDraft, Draft, Mission, Original, Said, Taking};
use serde_json::json;
use std::{fs, path::Path};
use tempfile::TempDir;

const DAY: Date = Date::constant(2026, 3, 10);

fn mission_in(dir: &TempDir, name: &str) -> Mission {
    Mission::init(dir.path().join(name), name, "BIH", AT).unwrap()
}

fn label(text: &str) -> Label {
    text.parse().unwrap()
}

fn say(mission: &Mission, words: &str, text: &str) {
    let statement = json!({ "words": words });
    let said = Said { kind: "project".into(), id: None, happened: DAY, statement, blobs: Vec::new() };
    mission.append(&[Draft::new(label(text), Body::Said(said))], AT).unwrap();
}

fn words(stated: &[Stated]) -> Vec<&str> {
    stated.iter().map(|stated| stated.statement["words"].as_str().unwrap()).collect()
}

fn taking() -> Taking {
    Taking { party: None, key: None, label: Label::public() }
}

fn everything() -> Clearance {
    Clearance::of(["force"])
}

fn add_sealed_file(mission: &Mission, content: &str) {
    let file_digest = mission.store_original(&Original::of(content.as_bytes())).unwrap();
    let sealed = DatasetDraft { label: label("force"), file_digest, ..draft(mission, content, 1) };
    mission.append_dataset(sealed, AT).unwrap();
}

fn holds(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => holds(&path, text),
            false => fs::read(&path).unwrap().windows(text.len()).any(|window| window == text.as_bytes()),
        }
    })
}

#[test]
fn a_copy_proves_everything_and_holds_what_its_readers_may_see() {
    let dir = TempDir::new().unwrap();
    let mission = mission_in(&dir, "ministry");
    mission.append_dataset(draft(&mission, "public", 2), AT).unwrap();
    add_sealed_file(&mission, "depot roster 7731");
    let copied = mission.export(&dir.path().join("copy"), &Clearance::none()).unwrap();
    assert_eq!((copied.entries, copied.payloads, copied.withheld), (3, 0, 1));
    assert!(!holds(&dir.path().join("copy"), "depot roster 7731"));
    assert!(!dir.path().join("copy/keys").exists());
    let copy = Mission::open(dir.path().join("copy")).unwrap();
    let verified = copy.verify(None).unwrap();
    assert!(verified.is_whole(), "{:?}", verified.findings);
    assert_eq!((verified.entries, verified.withheld), (3, 1));
    let public = copy.snapshot(&Clearance::none(), None).unwrap();
    assert_eq!(public.digest, mission.snapshot(&Clearance::none(), None).unwrap().digest);
    assert_eq!(copy.snapshot(&everything(), None).unwrap_err().code(), "REC-036");
    assert_eq!(mission.export(&dir.path().join("copy"), &Clearance::none()).unwrap_err().code(), "REC-002");
}

#[test]
fn a_copy_of_a_copy_holds_no_more_than_both_were_made_for() {
    let dir = TempDir::new().unwrap();
    let mission = mission_in(&dir, "ministry");
    add_sealed_file(&mission, "depot roster 7731");
    mission.export(&dir.path().join("public"), &Clearance::none()).unwrap();
    let public = Mission::open(dir.path().join("public")).unwrap();
    public.export(&dir.path().join("again"), &everything()).unwrap();
    let again = Mission::open(dir.path().join("again")).unwrap();
    assert!(again.verify(None).unwrap().is_whole());
    assert_eq!(again.settings().copy_for, Some(Clearance::none()));
}

#[test]
fn statements_of_all_logs_stand_in_the_order_in_which_they_were_taken_in() {
    let dir = TempDir::new().unwrap();
    let [ours, theirs] = ["ministry", "agency"].map(|name| mission_in(&dir, name));
    say(&ours, "ours before", "public");
    say(&theirs, "theirs", "public");
    let taken = ours.mirror(theirs.dir(), &taking(), AT).unwrap();
    assert!(taken.is_first);
    assert_eq!((taken.said.party.as_str(), taken.said.size), ("agency", 2));
    say(&ours, "ours after", "public");
    say(&theirs, "theirs, later", "public");
    let stated = ours.stated("project", &Clearance::none()).unwrap();
    assert_eq!(words(&stated), ["ours before", "theirs", "ours after"]);
    assert_eq!(stated[2].after, [stated[1].id.clone()]);
    assert_eq!(
        stated.iter().map(|stated| stated.party.as_str()).collect::<Vec<_>>(),
        ["ministry", "agency", "ministry"]
    );
    ours.mirror(theirs.dir(), &taking(), AT).unwrap();
    let stated = ours.stated("project", &Clearance::none()).unwrap();
    assert_eq!(words(&stated), ["ours before", "theirs", "ours after", "theirs, later"]);
    let verified = ours.verify(None).unwrap();
    assert!(verified.is_whole(), "{:?}", verified.findings);
    assert_eq!(verified.mirrors, [(theirs.settings().origin.clone(), 3)]);
}

#[test]
fn another_log_can_only_grow() {
    let dir = TempDir::new().unwrap();
    let [ours, theirs] = ["ministry", "agency"].map(|name| mission_in(&dir, name));
    say(&theirs, "first", "public");
    theirs.export(&dir.path().join("older"), &everything()).unwrap();
    // The same party, restored from a backup, says something else: two pasts of one log.
    let fork = dir.path().join("fork");
    copy_folder(theirs.dir(), &fork);
    say(&theirs, "second", "public");
    ours.mirror(theirs.dir(), &taking(), AT).unwrap();
    assert_eq!(ours.mirror(&dir.path().join("older"), &taking(), AT).unwrap_err().code(), "REC-034");
    let forked = Mission::open(&fork).unwrap();
    say(&forked, "another second", "public");
    assert_eq!(ours.mirror(&fork, &taking(), AT).unwrap_err().code(), "REC-035");
    assert_eq!(ours.mirror(ours.dir(), &taking(), AT).unwrap_err().code(), "REC-031");
    let wrong_key = Taking { key: Some("somebody+else".into()), ..taking() };
    assert_eq!(ours.mirror(theirs.dir(), &wrong_key, AT).unwrap_err().code(), "REC-033");
}

#[test]
fn what_does_not_verify_is_not_taken_in_and_a_changed_mirror_is_found() {
    let dir = TempDir::new().unwrap();
    let [ours, theirs] = ["ministry", "agency"].map(|name| mission_in(&dir, name));
    say(&theirs, "first", "public");
    ours.mirror(theirs.dir(), &taking(), AT).unwrap();
    let bundle = "log/tile/entries/000.p/2";
    let mirrored = fs::read_dir(ours.dir().join("mirrors")).unwrap().next().unwrap().unwrap().path();
    for folder in [theirs.dir(), &mirrored] {
        let mut bytes = fs::read(folder.join(bundle)).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(folder.join(bundle), bytes).unwrap();
    }
    assert_eq!(ours.mirror(theirs.dir(), &taking(), AT).unwrap_err().code(), "REC-032");
    let verified = ours.verify(None).unwrap();
    assert!(!verified.is_whole());
    assert!(verified.findings.iter().all(|finding| finding.file.starts_with("mirrors/")), "{:?}", verified.findings);
}

#[test]
fn a_mirror_forgets_what_its_owner_erased() {
    let dir = TempDir::new().unwrap();
    let [ours, theirs] = ["ministry", "agency"].map(|name| mission_in(&dir, name));
    add_sealed_file(&theirs, "depot roster 7731");
    ours.mirror(theirs.dir(), &taking(), AT).unwrap();
    assert!(holds(&ours.dir().join("mirrors"), "depot roster 7731"));
    theirs.erase(1, "by order", AT).unwrap();
    ours.mirror(theirs.dir(), &taking(), AT).unwrap();
    assert!(!holds(&ours.dir().join("mirrors"), "depot roster 7731"));
    let verified = ours.verify(None).unwrap();
    assert!(verified.is_whole(), "{:?}", verified.findings);
}

#[test]
fn another_log_speaks_for_nobody_of_ours() {
    let dir = TempDir::new().unwrap();
    let ours = mission_in(&dir, "ministry");
    let theirs = Mission::init(dir.path().join("theirs"), "ministry", "BIH", AT).unwrap();
    say(&theirs, "we are the ministry", "public");
    ours.mirror(theirs.dir(), &Taking { party: Some("agency".into()), ..taking() }, AT).unwrap();
    let stated = ours.stated("project", &Clearance::none()).unwrap();
    assert_eq!(stated[0].party.as_str(), "agency");
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy_folder(&path, &target),
            false => assert!(fs::copy(&path, &target).is_ok()),
        }
    }
}
