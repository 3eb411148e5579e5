//! The labels and policies of a published test suite for security labels.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_formats::stanag4774::{Policy, from_compartments, read_labels, read_policy, to_compartments, write_labels};
use std::path::PathBuf;

fn folder() -> Option<PathBuf> {
    let folder = std::env::var("MOSTARI_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let found = PathBuf::from(folder).join("formats/stanag4774/test-data");
    if !found.exists() {
        println!("skipped: no real data at {}", found.display());
        return None;
    }
    Some(found)
}

fn nato(folder: &std::path::Path) -> Policy {
    read_policy(&std::fs::read(folder.join("nato-4774-policy.xml")).unwrap()).unwrap()
}

#[test]
fn the_labels_of_table_17_are_read_and_written_back_with_the_same_content() {
    let Some(folder) = folder() else { return };
    for number in 1..=6 {
        let bytes = std::fs::read(folder.join(format!("nato-4774-17-{number}.nato"))).unwrap();
        let labels = read_labels(&bytes).unwrap();
        assert_eq!((labels.len(), labels[0].policy.as_str()), (1, "NATO"));
        assert_eq!(read_labels(write_labels(&labels).as_bytes()).unwrap(), labels);
        // The words of the file, in their order, are the words of what is written.
        let words = |text: &str| -> Vec<String> {
            let inside = text.split('>').filter_map(|part| part.split('<').next()).map(str::trim);
            inside.filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        assert_eq!(words(&String::from_utf8(bytes).unwrap()), words(&write_labels(&labels)));
    }
}

#[test]
fn the_policies_name_their_classifications_and_the_damaged_one_is_refused() {
    let Some(folder) = folder() else { return };
    let names = |file: &str| -> Vec<String> {
        let policy = read_policy(&std::fs::read(folder.join(file)).unwrap()).unwrap();
        policy.classifications.into_iter().map(|class| class.name).collect()
    };
    assert_eq!(names("nato-4774-policy.xml"), ["UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET"]);
    assert_eq!(names("tlp.xml"), ["WHITE", "GREEN", "AMBER", "RED"]);
    for file in ["tlp-plus.xml", "uk-demo.xml"] {
        assert!(!names(file).is_empty(), "{file}");
    }
    // One excludes a classification twice; the others close an element under a misspelled name, as xmllint says too.
    for (file, code) in [
        ("food-policy-borked.xml", "STG-007"),
        ("food-policy.xml", "XML-001"),
        ("food-policy-missi.xml", "XML-001"),
        ("bsi-commercial.xml", "XML-001"),
    ] {
        assert_eq!(read_policy(&std::fs::read(folder.join(file)).unwrap()).unwrap_err().code, code, "{file}");
    }
}

#[test]
fn the_valid_labels_keep_to_the_policy_and_come_back_from_their_compartments() {
    let Some(folder) = folder() else { return };
    let policies = [nato(&folder)];
    let expect = [
        (
            1,
            "nato--context--nato--releasable+nato--releasable-to--isaf--kfor--nato--resolute-support+nato--unclassified",
        ),
        (2, "nato--context--nato+nato--unclassified"),
        (3, "nato--context--nato+nato--unclassified"),
        (4, "nato--context--nato--releasable+nato--releasable-to--che--jpn--nato--ukr+nato--restricted"),
        (6, "nato--confidential+nato--context--kfor+nato--only--irl--nato--swe--ukr"),
    ];
    for (number, compartments) in expect {
        let bytes = std::fs::read(folder.join(format!("nato-4774-17-{number}.nato"))).unwrap();
        let label = to_compartments(&read_labels(&bytes).unwrap()[0], &policies).unwrap();
        assert_eq!(label.to_string(), compartments, "label {number}");
        let back = from_compartments(&label, Some(&policies[0])).unwrap();
        assert_eq!(to_compartments(&back, &policies).unwrap(), label);
    }
}

#[test]
fn a_label_of_a_policy_that_is_not_there_is_refused() {
    let Some(folder) = folder() else { return };
    let labels = read_labels(&std::fs::read(folder.join("nato-4774-17-2.nato")).unwrap()).unwrap();
    let tlp = read_policy(&std::fs::read(folder.join("tlp.xml")).unwrap()).unwrap();
    for known in [&[][..], &[tlp]] {
        assert_eq!(to_compartments(&labels[0], known).unwrap_err().code, "STG-002");
    }
}
