//! The test cases of the IATI schema, and real files; the verdicts are those of the schema's own authors.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_formats::{Input, read, read_iati};
use mostari_model::{Finding, Severity, count_by_code};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Codes of faults of structure: what the schema itself says; codes and sums are beyond it.
const STRUCTURE: std::ops::RangeInclusive<&str> = "AID-004"..="AID-012";

/// A path in the real data; `None`, with a line that says so, where it is absent.
fn data(path: &str) -> Option<PathBuf> {
    let folder = std::env::var("MOSTARI_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let found = PathBuf::from(folder).join("formats/iati").join(path);
    if !found.exists() {
        println!("skipped: no real data at {}", found.display());
        return None;
    }
    Some(found)
}

/// Every XML file below a folder whose path has `part` in it, in order.
fn files(folder: &Path, part: &str) -> Vec<PathBuf> {
    let mut open = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "xml") && path.components().any(|c| c.as_os_str() == part) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The files of the suite that are about activities: those that mention the root element.
fn cases(verdict: &str) -> Option<Vec<(PathBuf, Vec<u8>)>> {
    let folder = data("tests")?;
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        ["<iati-activities>", "<iati-activities "].iter().any(|root| text.contains(root)).then_some((path, bytes))
    };
    Some(files(&folder, verdict).into_iter().filter_map(read).collect())
}

fn is_structural(finding: &Finding) -> bool {
    STRUCTURE.contains(&&*finding.code) || finding.code.starts_with("XML")
}

fn shown(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("  {finding} (line {:?})\n", finding.row)).collect()
}

#[test]
fn every_case_that_should_pass_is_read_without_an_error_and_without_a_fault_of_structure() {
    let Some(cases) = cases("should-pass") else { return };
    assert_eq!(cases.len(), 215);
    let mut wrong = String::new();
    for (path, bytes) in &cases {
        let (activities, findings) = read_iati(bytes);
        let faults: Vec<Finding> =
            findings.into_iter().filter(|f| f.severity == Severity::Error || is_structural(f)).collect();
        if !faults.is_empty() || activities.is_empty() {
            wrong += &format!("{} ({} activities)\n{}", path.display(), activities.len(), shown(&faults));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_case_that_should_fail_is_reported_for_its_structure() {
    let Some(cases) = cases("should-fail") else { return };
    assert_eq!(cases.len(), 323);
    let is_seen = |bytes: &[u8]| {
        read_iati(bytes).1.iter().any(|finding| finding.severity >= Severity::Warning && is_structural(finding))
    };
    let unseen: Vec<&PathBuf> = cases.iter().filter(|(_, bytes)| !is_seen(bytes)).map(|(path, _)| path).collect();
    assert!(unseen.is_empty(), "{} not reported: {unseen:#?}", unseen.len());
}

#[test]
fn files_about_organisations_and_registry_records_are_refused_as_no_activities() {
    let Some(folder) = data("tests") else { return };
    let others: Vec<PathBuf> = ["organisation-tests", "registry-tests", "iati-organisations"]
        .iter()
        .flat_map(|part| files(&folder, part))
        .collect();
    assert_eq!(others.len(), 139 + 8 + 6 + 3);
    for path in others {
        let (activities, findings) = read_iati(&fs::read(&path).unwrap());
        assert!(activities.is_empty(), "{}", path.display());
        assert!(findings.iter().any(|f| f.code == "AID-001" || f.code == "XML-001"), "{}", path.display());
    }
}

#[test]
fn an_old_file_without_a_version_keeps_its_287_activities_and_says_what_is_wrong() {
    let Some(path) = data("samples/ocha-test-data.xml") else { return };
    let bytes = fs::read(&path).unwrap();
    let (about, reading) = read(&Input { name: "x", bytes: &bytes, siblings: &[] }, None).unwrap();
    assert_eq!((about.id, reading.rows), ("iati", 287));
    let codes = count_by_code(&reading.findings);
    // None of its activities has an `iati-identifier`; its titles are not in a `narrative`.
    assert_eq!((codes["AID-002"], codes["AID-020"], codes["AID-036"]), (1, 287, 574));
    assert!(reading.findings.iter().all(|finding| finding.severity < Severity::Error));
}
