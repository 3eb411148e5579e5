//! What a reader may not see changes nothing of what the reader gets: metamorphic, over random pairs of records.
//!
//! Two missions with the same keys grow side by side. Both get what everybody may see; one of them also gets what only the
//! force may see, at random places. After every step a reader from the public asks both the same, and must get the same
//! bytes: snapshot, assessment, candidates, plan, briefing, register, ledger, traces, errors. `MOSTARI_PAIRS` says how
//! many pairs; the tests take a few, `scripts/soak` ten thousand.
//!
//! What everybody may know of a sealed entry, because the log itself is public: that there is one, where, by which key,
//! under which label. Positions in the log are therefore no part of an answer here.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use jiff::Timestamp;
use mostari_demo::DemoFile;
use mostari_formats::Input;
use mostari_funds::{Ledger, synthetic::Dice};
use mostari_model::{
    Catalogue, Clearance, Conditions, DatasetId, Date, Label, Means, PlaceRef, Settled, Snapshot, canonical_json,
};
use mostari_plan::{Parameters, PlanLimits, Problem};
use mostari_projects::{Register, trace};
use mostari_record::{Body, Correction, DatasetDraft, Draft, Mission, Original, Said};
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

const DAY: Date = Date::constant(2024, 6, 1);
const PAIRS_IN_TESTS: u64 = 60;
/// Steps before a new pair of missions is begun.
const STEPS: u64 = 20;
/// Every so many pairs the plan and the briefing are made too in the tests; always when thousands are asked for.
const PLAN_EVERY: u64 = 6;

/// Two records that differ in what only the force may see.
struct Twins {
    _dir: tempfile::TempDir,
    plain: Mission,
    other: Mission,
    dice: Dice,
    said: u64,
    time: i64,
    public_entries: [Vec<u64>; 2],
}

impl Twins {
    fn new(seed: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let [plain, other] = ["plain", "other"].map(|name| dir.path().join(name));
        drop(Mission::init(&plain, "Velmora", "XVM", at(0)).unwrap());
        copy(&plain, &other);
        let [plain, other] = [plain, other].map(|folder| Mission::open(folder).unwrap());
        let mut twins = Self {
            _dir: dir,
            plain,
            other,
            dice: Dice::new(seed),
            said: 0,
            time: 0,
            public_entries: Default::default(),
        };
        if twins.dice.below(2) == 0 {
            twins.hide();
        }
        let options = mostari_demo::Options { areas: 4, events_per_area: 2.0, ..Default::default() };
        for file in mostari_demo::files(&options).iter().filter(|file| file.role == DemoFile::Inbox) {
            twins.time += 1;
            for mission in [&twins.plain, &twins.other] {
                add(mission, file.name, &file.bytes, &Label::public(), at(twins.time));
            }
            if twins.dice.below(4) == 0 {
                twins.hide();
            }
        }
        twins
    }

    /// Something that everybody may see, in both.
    fn show(&mut self) {
        let draft = Draft::new(Label::public(), self.public_body());
        self.time += 1;
        for (mission, entries) in [&self.plain, &self.other].into_iter().zip(&mut self.public_entries) {
            entries.push(mission.append(std::slice::from_ref(&draft), at(self.time)).unwrap()[0].index);
        }
    }

    /// Something that only the force may see, in one.
    fn hide(&mut self) {
        let force: Label = "force".parse().unwrap();
        self.time += 1;
        let now = at(self.time);
        match self.dice.below(4) {
            0 => {
                let csv = format!("place,value\nbridge {},{}\n", self.said, self.dice.below(90));
                let events = mostari_demo::Options { seed: self.dice.below(99), areas: 4, events_per_area: 1.0 };
                let files = mostari_demo::files(&events);
                let file = files.iter().find(|file| file.name == "events.csv").unwrap();
                let bytes = [file.bytes.clone(), csv.into_bytes()].concat();
                add(&self.other, "hidden.csv", &bytes, &force, now);
            }
            1 if !self.public_entries[1].is_empty() => {
                let entries = &self.public_entries[1];
                let of = entries[self.dice.below(entries.len() as u64) as usize];
                let reason = "the force knows better".to_owned();
                self.other.correct(Correction { of, replaced_by: None, reason }, &force, now).unwrap();
            }
            2 => {
                let settled = Settled {
                    place: PlaceRef { name: format!("Camp {}", self.said), ..PlaceRef::default() },
                    area: Some("XV00101".into()),
                };
                self.other.append_settled(&[settled], &force, now).unwrap();
            }
            _ => {
                let body = self.hidden_body();
                self.other.append(&[Draft::new(force, body)], now).unwrap();
            }
        }
    }

    fn public_body(&mut self) -> Body {
        self.said += 1;
        let said = self.said;
        match self.dice.below(3) {
            0 => project(&json!({"says": "need-stated", "need": format!("need-{said}"), "area": "XV00101",
                "sector": "health", "people": self.dice.below(9_000), "words": "no clinic near"})),
            1 => project(&json!({"says": "nominated", "nomination": format!("nomination-{said}"),
                "project": format!("project-{said}"), "needs": [], "title": format!("Clinic {said}"),
                "kind": "clinic-repair", "area": "XV00102"})),
            _ => funds(&json!({"say": "open-account", "account": format!("account-{said}"), "unit": "EUR",
                "kind": "donor", "owner": "fund", "home": "here"})),
        }
    }

    /// Also statements about what is public: an edit, a step of a project, a unit that public accounts count in.
    fn hidden_body(&mut self) -> Body {
        self.said += 1;
        let said = self.said;
        let any = self.dice.below(said);
        match self.dice.below(4) {
            0 => project(&json!({"says": "need-stated", "need": format!("need-{any}"), "area": "XV00101",
                "sector": "health", "people": self.dice.below(9_000), "words": "the depot at the mill"})),
            1 => project(&json!({"says": "screened", "project": format!("project-{any}")})),
            2 => project(&json!({"says": "suspended", "project": format!("project-{any}"), "reason": "patrols"})),
            _ => {
                funds(&json!({"say": "open-unit", "unit": "EUR", "kind": "money", "digits": 2, "four_eyes_from": any}))
            }
        }
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_717_200_000 + second).unwrap()
}

fn said(kind: &str, statement: &Value) -> Body {
    Body::Said(Said { kind: kind.into(), id: None, happened: DAY, statement: statement.clone(), blobs: Vec::new() })
}

fn project(statement: &Value) -> Body {
    said("project", statement)
}

fn funds(statement: &Value) -> Body {
    said("funds", statement)
}

fn add(mission: &Mission, name: &str, bytes: &[u8], label: &Label, now: Timestamp) {
    let input = Input { name, bytes, siblings: &[] };
    let detected = mostari_formats::detect(&input, None).unwrap();
    let (reader, reading) = (detected.about().id.to_owned(), detected.read().unwrap());
    let original = Original::of(bytes);
    mission.store_original(&original).unwrap();
    let draft = DatasetDraft {
        file: name.to_owned(),
        source: name.to_owned(),
        licence: String::new(),
        label: label.clone(),
        reader,
        file_digest: original.digest(),
        rows: reading.rows,
        tables: reading.tables,
        findings: reading.findings,
    };
    mission.append_dataset(draft, now).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => assert!(fs::copy(&path, &target).is_ok()),
        }
    }
}

/// Everything that a reader from the public can be told, by name.
fn answers(mission: &Mission, catalogue: &Catalogue, means: &Means, with_plan: bool) -> Vec<(&'static str, String)> {
    let reader = Clearance::none();
    let snapshot = mission.snapshot(&reader, None).unwrap();
    let placed = mostari_place::place(&snapshot);
    let options =
        mostari_assess::Options { as_of: mostari_assess::default_as_of(&snapshot).unwrap(), indicators: None };
    let assessment = mostari_assess::assess(&snapshot, &placed, &options).unwrap();
    let (mut projects, findings) = mostari_plan::nominate(&snapshot, &placed, &assessment, catalogue);
    projects.sort_by(|a, b| a.id.cmp(&b.id));
    let mut told = vec![
        ("snapshot", contents(&snapshot)),
        ("assessment", json_text(&assessment)),
        ("candidates", json_text(&projects)),
        ("findings", format!("{findings:?} {:?}", mission.findings(DatasetId(0), &reader).unwrap())),
        ("findings of none", mission.findings(DatasetId(99), &reader).unwrap_err().to_string()),
    ];
    told.extend(of_statements(mission, &reader));
    if with_plan {
        let parameters = Parameters::default();
        let problem = Problem::of(
            &snapshot,
            &placed.gazetteer,
            &assessment,
            projects.clone(),
            means.clone(),
            Conditions::default(),
            parameters,
        )
        .unwrap();
        let limits = PlanLimits { reasons: Some(1), ..PlanLimits::default() };
        let plan = mostari_plan::plan(&problem, &limits).unwrap();
        let check = mostari_plan::check::check(&plan, &problem);
        let cards: Vec<_> = mostari_assess::all().iter().map(|indicator| indicator.about()).collect();
        told.push(("plan", json_text(&plan)));
        let briefing = mostari_brief::brief(&mostari_brief::Briefing {
            snapshot: &snapshot,
            placed: &placed,
            assessment: &assessment,
            indicators: &cards,
            projects: &projects,
            plan: Some(&plan),
            means: Some(&problem.means),
            check: Some(&check),
            findings: &[],
            version: "test",
        });
        told.push(("briefing", briefing));
    }
    told
}

fn of_statements(mission: &Mission, reader: &Clearance) -> Vec<(&'static str, String)> {
    let [projects, funds] = ["project", "funds"].map(|kind| mission.stated(kind, reader).unwrap());
    let register =
        Register::replay(projects.iter().map(|stated| without_place(mostari_projects::Entry::of(stated).unwrap())));
    let entries: Vec<_> = funds.iter().map(|stated| mostari_funds::Entry::of(stated).unwrap()).collect();
    let ledger = Ledger::replay(&entries);
    let mut traces = String::new();
    for id in register.projects().keys().map(|id| id.to_string()).chain(["project-0".into(), "hidden".into()]) {
        match trace(&register, &[], &id, DAY) {
            Ok(trace) => write!(traces, "{}{}", trace, json_text(&trace)).unwrap(),
            Err(error) => write!(traces, "{error}").unwrap(),
        }
    }
    let refused: Vec<_> = ledger.refused().map(|(entry, refusal)| format!("{} {refusal}", entry.id)).collect();
    vec![
        ("register", format!("{} {:?} {:?}", register.state_digest(), register.conflicts(), register.findings(DAY))),
        ("traces", traces),
        ("ledger", format!("{} {refused:?}", ledger.state_digest())),
    ]
}

/// A position in the public log is not an answer.
fn without_place(entry: mostari_projects::Entry) -> mostari_projects::Entry {
    mostari_projects::Entry { index: entry.recorded.as_second() as u64, ..entry }
}

/// A snapshot in words; the digests are those of the tables' columns.
fn contents(snapshot: &Snapshot) -> String {
    let Snapshot { mission, digest, entries_seen, erased, reader, label, datasets, tables, settled } = snapshot;
    format!(
        "{mission:?} {digest} {entries_seen} {erased} {reader:?} {label} {datasets:?} {} {settled:?}",
        tables.events.len()
    )
}

/// Where two texts part.
fn difference(one: &str, other: &str) -> String {
    let at = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| {
        String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(80)..text.len().min(at + 200)]).into_owned()
    };
    format!("from byte {at} on\n{}\n---\n{}", around(one), around(other))
}

fn json_text(value: &impl serde::Serialize) -> String {
    String::from_utf8(canonical_json(value)).unwrap()
}

fn settings<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let options = mostari_demo::Options { areas: 4, events_per_area: 2.0, ..Default::default() };
    let files = mostari_demo::files(&options);
    let file = files.iter().find(|file| file.name == name).unwrap();
    toml::from_str(std::str::from_utf8(&file.bytes).unwrap()).unwrap()
}

#[test]
fn what_a_reader_may_not_see_changes_no_byte_of_what_the_reader_gets() {
    let asked = std::env::var("MOSTARI_PAIRS").ok().map(|pairs| pairs.parse::<u64>().unwrap());
    let pairs = asked.unwrap_or(PAIRS_IN_TESTS);
    let (catalogue, means): (Catalogue, Means) = (settings("catalogue.toml"), settings("means.toml"));
    let next = AtomicU64::new(0);
    let work = || {
        // Each thread takes the next pair of missions that nobody has: which seeds are grown does not depend on them.
        loop {
            let begun = next.fetch_add(STEPS, Ordering::Relaxed);
            if begun >= pairs {
                return;
            }
            compare(begun / STEPS + 1, begun..(begun + STEPS).min(pairs), &catalogue, &means);
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        (0..threads).for_each(|_| drop(scope.spawn(work)));
    });
    println!("{pairs} pairs, no byte differs");
}

/// Grows two missions from a seed and compares every answer after each step.
fn compare(seed: u64, pairs: std::ops::Range<u64>, catalogue: &Catalogue, means: &Means) {
    let mut twins = Twins::new(seed);
    for pair in pairs {
        if twins.dice.below(2) == 0 {
            twins.show()
        } else {
            twins.hide()
        }
        let with_plan = (pair + 1) % PLAN_EVERY == 0;
        let [plain, other] = [&twins.plain, &twins.other].map(|mission| answers(mission, catalogue, means, with_plan));
        for ((what, plain), (_, other)) in plain.into_iter().zip(other) {
            assert!(plain == other, "seed {seed}, pair {pair}: {what} differs: {}", difference(&plain, &other));
        }
    }
}

/// The test above can fail: a record with something public more is told apart.
#[test]
fn what_a_reader_may_see_changes_the_answers() {
    let (catalogue, means): (Catalogue, Means) = (settings("catalogue.toml"), settings("means.toml"));
    let mut twins = Twins::new(1);
    let before = answers(&twins.plain, &catalogue, &means, false);
    twins.show();
    assert_ne!(before, answers(&twins.plain, &catalogue, &means, false));
}
