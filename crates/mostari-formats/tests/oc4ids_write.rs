//! What is written as OC4IDS is valid, and says the same when read.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_formats::{Input, PassportLocation, PassportParty, ProjectPassport, read, write_oc4ids};
use mostari_model::{AidTransaction, Counterparty, Date, Money, Oc4idsStatus, Organisation, Table, TransactionType};
use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Holds a package's projects against the schema; another program than ours does the work.
const VALIDATE: &str = "
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.draft4_format_checker)
package = json.load(sys.stdin)
faults = [f'{p[\"id\"]}: {e.message} at {list(e.path)}' for p in package['projects'] for e in validator.iter_errors(p)]
print(len(package['projects']), *faults, sep='\\n')
";

const PUBLISHED: Date = Date::constant(2025, 1, 31);

fn payment(reference: &str, kind: TransactionType, minor: i64) -> AidTransaction {
    let party = |id: &str, name: &str| {
        let organisation = Organisation { id: id.into(), name: name.into(), kind: String::new() };
        Some(Counterparty { organisation, activity: String::new() })
    };
    AidTransaction {
        reference: reference.into(),
        kind,
        date: Date::constant(2024, 6, 30),
        amount: Money::new(minor, "EUR".parse().unwrap()),
        value_date: None,
        provider: party("D", "Donor"),
        receiver: party("", ""),
        description: String::new(),
        sector: String::new(),
        country: String::new(),
    }
}

fn full() -> ProjectPassport {
    let euros = |minor| Some(Money::new(minor, "EUR".parse().unwrap()));
    ProjectPassport {
        id: "oc4ids-xxxxxx-1".into(),
        title: "Clinic in \"Lug\"".into(),
        description: "Four rooms\nand a well".into(),
        status: Oc4idsStatus::Completion,
        updated: Some(Date::constant(2025, 1, 2)),
        date_start: Some(Date::constant(2024, 3, 1)),
        date_end: Some(Date::constant(2024, 9, 30)),
        project_type: "construction".into(),
        sectors: vec!["health".into()],
        kind: "clinic-new".into(),
        locations: vec![PassportLocation {
            description: "By the bridge".into(),
            point: Some((18.4, 43.9)),
            gazetteer: "P-codes".into(),
            code: "XX0101".into(),
            locality: "Lug".into(),
            region: "North".into(),
            country: "Velmora".into(),
        }],
        budget: euros(92_233_720_368_547_758),
        budget_approved: Some(Date::constant(2024, 2, 1)),
        parties: vec![PassportParty {
            id: "M".into(),
            name: "Municipality".into(),
            roles: vec!["publicAuthority".into()],
        }],
        transactions: vec![
            payment("", TransactionType::OutgoingPledge, 1),
            payment("r", TransactionType::Disbursement, 125_005),
            payment("r", TransactionType::Expenditure, -7),
        ],
        completed: Some(Date::constant(2024, 10, 5)),
        final_value: euros(25_000_050),
        needs_before: vec!["oc4ids-xxxxxx-2".into()],
        people: Some(4_000),
    }
}

fn bare(id: &str, status: Oc4idsStatus) -> ProjectPassport {
    ProjectPassport {
        id: id.into(),
        title: "T".into(),
        description: String::new(),
        status,
        updated: None,
        date_start: None,
        date_end: None,
        project_type: String::new(),
        sectors: Vec::new(),
        kind: String::new(),
        locations: Vec::new(),
        budget: None,
        budget_approved: None,
        parties: Vec::new(),
        transactions: Vec::new(),
        completed: None,
        final_value: None,
        needs_before: Vec::new(),
        people: None,
    }
}

#[test]
fn packages_are_valid_against_the_published_schema() {
    let folder = std::env::var("MOSTARI_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let schema = PathBuf::from(folder).join("formats/oc4ids/project-schema.json");
    if !schema.exists() {
        println!("skipped: no real data at {}", schema.display());
        return;
    }
    let mut projects = vec![full()];
    projects.extend(Oc4idsStatus::ALL.into_iter().map(|status| bare(status.code(), status)));
    let (package, notes) = write_oc4ids(&projects, PUBLISHED).unwrap();
    assert_eq!(notes.iter().map(|note| &*note.code).collect::<Vec<_>>(), ["AID-061"]);
    // The Python of the system, where Debian's package puts the library.
    let python = "/usr/bin/python3";
    let has_library = Command::new(python).args(["-c", "import jsonschema"]).output().is_ok_and(|o| o.status.success());
    if !has_library {
        println!("skipped: no jsonschema for {python}; `scripts/setup test` installs it");
        return;
    }
    let mut child = Command::new(python)
        .args(["-c", VALIDATE])
        .arg(&schema)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(package.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "9", "projects, then faults");
}

#[test]
fn our_reader_finds_the_same_project() {
    let (package, _) = write_oc4ids(&[full()], PUBLISHED).unwrap();
    let (about, reading) = read(&Input { name: "x", bytes: package.as_bytes(), siblings: &[] }, None).unwrap();
    assert_eq!(about.id, "oc4ids");
    let [Table::Proposals(proposals)] = &reading.tables[..] else { panic!("proposals") };
    let one = proposals.get(0);
    assert_eq!((one.project_id.as_str(), one.title.as_str()), ("oc4ids-xxxxxx-1", "Clinic in \"Lug\""));
    assert_eq!((one.status.as_str(), one.kind.as_str(), one.people), ("completion", "clinic-new", Some(4_000)));
    assert_eq!((one.longitude, one.latitude), (Some(18.4), Some(43.9)));
    assert_eq!((one.needs_before.as_str(), one.party.as_str()), ("oc4ids-xxxxxx-2", "Municipality"));
    assert_eq!(one.date_end, Some(Date::constant(2024, 9, 30)));
}

#[test]
fn amounts_are_written_exactly_and_payments_have_ids_of_their_own() {
    let (package, _) = write_oc4ids(&[full()], PUBLISHED).unwrap();
    for text in ["\"amount\": 922337203685477.58", "\"amount\": 1250.05", "\"amount\": -0.07", "\"id\": \"r#3\""] {
        assert!(package.contains(text), "{text} in {package}");
    }
}

/// The columns with which a change of a whole project is refused.
fn check_refused(change: impl Fn(&mut ProjectPassport), columns: &[&str]) {
    let mut project = full();
    change(&mut project);
    let refused = write_oc4ids(&[project], PUBLISHED).unwrap_err();
    let found: Vec<&str> = refused.findings.iter().filter_map(|finding| finding.column.as_deref()).collect();
    assert_eq!(found, columns);
}

#[test]
fn what_cannot_be_valid_is_refused() {
    check_refused(|project| project.id.clear(), &["id"]);
    check_refused(|project| project.title = " ".into(), &["title"]);
    check_refused(|project| project.project_type = "new".into(), &["type"]);
    check_refused(|project| project.sectors = vec!["health".into(), "health".into()], &["sector"]);
    check_refused(|project| project.date_end = Some(Date::constant(2020, 1, 1)), &["period"]);
    check_refused(|project| project.budget = project.budget.map(|b| Money::new(-1, b.currency)), &["budget"]);
    check_refused(|project| project.locations[0].point = Some((f64::NAN, 0.0)), &["locations"]);
    check_refused(|project| project.locations[0].gazetteer.clear(), &["locations"]);
    check_refused(|project| project.parties[0].roles.push("king".into()), &["parties"]);
    let twice = write_oc4ids(&[full(), full()], PUBLISHED).unwrap_err();
    assert_eq!(twice.findings[0].column.as_deref(), Some("id"));
}
