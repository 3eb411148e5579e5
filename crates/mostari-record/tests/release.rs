//! Releases: the same statement for more readers, once for everybody.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{AT, draft, mission};
use mostari_model::{Clearance, Date, Label, Stated};
use mostari_record::{
    AuthorSecret, Body, Correction, DatasetDraft, Draft, KeyAction, Mission, Original, RELEASES, Reference, Released,
    Said, Taking,
};
use serde_json::json;
use tempfile::TempDir;

const DAY: Date = Date::constant(2026, 3, 10);

fn label(text: &str) -> Label {
    text.parse().unwrap()
}

fn reader(text: &str) -> Clearance {
    Clearance::for_label(&label(text))
}

fn said(words: &str) -> Body {
    let statement = json!({ "words": words });
    Body::Said(Said { kind: "project".into(), id: None, happened: DAY, statement, blobs: Vec::new() })
}

fn say(mission: &Mission, words: &str, text: &str) -> u64 {
    mission.append(&[Draft::new(label(text), said(words))], AT).unwrap()[0].index
}

fn add(mission: &Mission, content: &str, text: &str) -> u64 {
    let file_digest = mission.store_original(&Original::of(content.as_bytes())).unwrap();
    let sealed = DatasetDraft { label: label(text), file_digest, ..draft(mission, content, 3) };
    mission.append_dataset(sealed, AT).unwrap().index
}

fn release(mission: &Mission, index: u64, to: &str) -> u64 {
    let author = mission.author_secret().unwrap().author();
    let draft = mission.draft_release(index, &label(to), "the depot has moved", &author).unwrap();
    mission.append(&[draft], AT).unwrap()[0].index
}

fn words(stated: &[Stated]) -> Vec<(&str, u64, String)> {
    stated.iter().map(|one| (one.statement["words"].as_str().unwrap(), one.index, one.label.to_string())).collect()
}

#[test]
fn a_released_statement_stands_once_and_in_the_place_of_its_source_for_every_reader() {
    let (_dir, mission) = mission();
    say(&mission, "first", "public");
    let source = say(&mission, "depot at the mill", "force");
    say(&mission, "last", "public");
    let stated = |text: &str| mission.stated("project", &reader(text)).unwrap();
    assert_eq!(words(&stated("public")).len(), 2);
    assert_eq!(words(&stated("force"))[1], ("depot at the mill", source, "force".to_owned()));
    let by = release(&mission, source, "public");
    let everybody = stated("public");
    assert_eq!(
        words(&everybody),
        [("first", 1, "public".into()), ("depot at the mill", source, "public".into()), ("last", 3, "public".into())]
    );
    assert_eq!(stated("force"), everybody);
    let entry = mission.entry(by).unwrap();
    let told = entry.release.as_ref().unwrap();
    assert_eq!((entry.releases(), told.label_before.clone()), (Some(source), label("force")));
    assert_eq!(told.reason, "the depot has moved");
    assert!(mission.verify(None).unwrap().is_whole());
}

#[test]
fn a_released_dataset_does_not_double_its_rows() {
    let (_dir, mission) = mission();
    let source = add(&mission, "roster", "force");
    add(&mission, "public", "public");
    assert_eq!(mission.snapshot(&reader("force"), None).unwrap().tables.events.len(), 6);
    release(&mission, source, "public");
    let [public, force] = ["public", "force"].map(|text| mission.snapshot(&reader(text), None).unwrap());
    assert_eq!((public.tables.events.len(), force.tables.events.len()), (6, 6));
    assert_eq!((public.digest, public.datasets.len()), (force.digest, 2));
    assert_eq!(force.label, Label::public());
    // As if it had been public from the beginning.
    let dir = TempDir::new().unwrap();
    let open = Mission::init(dir.path().join("open"), "Srednja Bosna", "BIH", AT).unwrap();
    add(&open, "roster", "public");
    add(&open, "public", "public");
    assert_eq!(open.snapshot(&Clearance::none(), None).unwrap().digest, public.digest);
}

#[test]
fn a_release_to_a_shared_compartment_reaches_its_holders_only() {
    let (_dir, mission) = mission();
    let source = say(&mission, "depot at the mill", "force");
    release(&mission, source, "coordination");
    let count = |text: &str| mission.stated("project", &reader(text)).unwrap().len();
    assert_eq!(["public", "force", "coordination", "coordination+force"].map(count), [0, 1, 1, 1]);
    release(&mission, source, "public");
    assert_eq!(["public", "force", "coordination", "coordination+force"].map(count), [1, 1, 1, 1]);
}

#[test]
fn who_took_the_log_in_before_the_release_has_the_statement_once() {
    for text in ["public", "force"] {
        let dir = TempDir::new().unwrap();
        let [ours, theirs] =
            ["ministry", "agency"].map(|name| Mission::init(dir.path().join(name), name, "BIH", AT).unwrap());
        let taking = Taking { party: None, key: None, label: Label::public() };
        let source = say(&theirs, "depot at the mill", "force");
        ours.mirror(theirs.dir(), &taking, AT).unwrap();
        say(&ours, "ours", "public");
        release(&theirs, source, "public");
        ours.mirror(theirs.dir(), &taking, AT).unwrap();
        let stated = ours.stated("project", &reader(text)).unwrap();
        let found: Vec<_> = words(&stated).into_iter().map(|(words, _, label)| (words, label)).collect();
        let public = |words: &'static str| (words, "public".to_owned());
        // Who could read it at once has it where it was taken in; the others where they learned of it.
        match text {
            "force" => assert_eq!(found, [public("depot at the mill"), public("ours")]),
            _ => assert_eq!(found, [public("ours"), public("depot at the mill")]),
        }
    }
}

#[test]
fn only_the_party_that_said_it_releases_it() {
    let (dir, mission) = mission();
    let source = say(&mission, "depot at the mill", "force");
    let other = AuthorSecret::create(&dir.path().join("other.key")).unwrap();
    let action = KeyAction::Add { key: other.author(), party: "clinic".into(), roles: Default::default() };
    mission.append_key_change(mission.keys().unwrap().change(action), AT).unwrap();
    let refused = mission.draft_release(source, &Label::public(), "why", &other.author()).unwrap_err();
    assert_eq!(refused.code(), "REC-038");
    assert!(refused.to_string().contains("`clinic`"), "{refused}");

    // Signed all the same, past the program: it does not count, and `verify` says so.
    let held = mission.entry(source).unwrap();
    let released = Released {
        label_before: held.label.clone(),
        author: held.author,
        recorded_at: held.recorded_at.unwrap(),
        reason: "stolen".into(),
    };
    let references = vec![Reference { role: RELEASES.into(), index: source, leaf: held.digest }];
    let draft = Draft { references, release: Some(released), ..Draft::new(Label::public(), held.body) };
    let leaf = mission.pen(&other).unwrap().sign(&draft, AT).unwrap();
    let mut writer = mission.writer().unwrap();
    writer.append_foreign(&[leaf]).unwrap();
    writer.publish().unwrap();
    assert_eq!(mission.stated("project", &Clearance::none()).unwrap().len(), 0);
    let verified = mission.verify(None).unwrap();
    assert_eq!(verified.findings.iter().map(|finding| finding.code.as_ref()).collect::<Vec<_>>(), ["REC-122"]);
}

#[test]
fn another_key_of_the_party_releases_and_the_statement_keeps_its_author() {
    let (dir, mission) = mission();
    let source = say(&mission, "depot at the mill", "force");
    let colleague = AuthorSecret::create(&dir.path().join("colleague.key")).unwrap();
    let action = KeyAction::Add { key: colleague.author(), party: "Srednja Bosna".into(), roles: Default::default() };
    mission.append_key_change(mission.keys().unwrap().change(action), AT).unwrap();
    let draft = mission.draft_release(source, &Label::public(), "why", &colleague.author()).unwrap();
    let leaf = mission.pen(&colleague).unwrap().sign(&draft, AT).unwrap();
    let mut writer = mission.writer().unwrap();
    writer.append_foreign(&[leaf]).unwrap();
    writer.publish().unwrap();
    let stated = mission.stated("project", &Clearance::none()).unwrap();
    assert_eq!(stated[0].by, mission.settings().author.to_string());
}

#[test]
fn what_is_corrected_is_corrected_in_its_release_too() {
    let (_dir, mission) = mission();
    let source = say(&mission, "depot at the mill", "force");
    release(&mission, source, "public");
    let correction = Correction { of: source, replaced_by: None, reason: "it was the school".into() };
    let by = mission.correct(correction, &Label::public(), AT).unwrap().index;
    assert_eq!(mission.stated("project", &Clearance::none()).unwrap().len(), 0);
    let back = Correction { of: by, replaced_by: None, reason: "it was the mill".into() };
    mission.correct(back, &Label::public(), AT).unwrap();
    assert_eq!(mission.stated("project", &Clearance::none()).unwrap().len(), 1);
}

#[test]
fn the_release_outlives_the_erasure_of_its_source() {
    let (_dir, mission) = mission();
    let source = add(&mission, "roster", "force");
    release(&mission, source, "public");
    mission.erase(source, "by order", AT).unwrap();
    let snapshot = mission.snapshot(&reader("force"), None).unwrap();
    assert_eq!((snapshot.tables.events.len(), snapshot.erased), (3, 0));
    assert!(mission.verify(None).unwrap().is_whole());
}

#[test]
fn what_is_no_lowering_is_refused() {
    let (_dir, mission) = mission();
    let open = say(&mission, "open", "public");
    let sealed = say(&mission, "depot at the mill", "force");
    let author = mission.author_secret().unwrap().author();
    let code = |index, to: &str| mission.draft_release(index, &label(to), "why", &author).unwrap_err().code();
    assert_eq!(code(open, "public"), "REC-037");
    assert_eq!(code(sealed, "force"), "REC-037");
    assert_eq!(code(sealed, "force+coordination"), "REC-037");
    assert_eq!(code(99, "public"), "REC-014");
    release(&mission, sealed, "public");
    assert_eq!(code(sealed, "public"), "REC-039");
}
