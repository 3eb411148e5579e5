//! docs/statements.md: every example is a statement, and every statement but those that programs write has an example.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use serde_json::{Value, json};
use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../docs/statements.md");
/// Written by `add` of IATI files, not by hand.
const BY_PROGRAMS: [&str; 1] = ["activity"];

/// The examples: lines of JSON in the page's blocks.
fn examples() -> Vec<Value> {
    let lines = PAGE.lines().filter(|line| line.starts_with("{\"happened\""));
    lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// The names that a type knows, out of what it says of one that it does not know.
fn known<T: serde::de::DeserializeOwned>(tag: &str) -> BTreeSet<String> {
    let error = serde_json::from_value::<T>(json!({ tag: "no such statement" })).err().unwrap().to_string();
    let (_, list) = error.split_once("expected one of").unwrap();
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_example_is_a_statement() {
    for example in examples() {
        if let Some(statement) = example.get("project") {
            let read: Result<mostari_projects::Statement, _> = serde_json::from_value(statement.clone());
            assert!(read.is_ok(), "{example}: {}", read.unwrap_err());
        } else {
            let mut statement = example["funds"].clone();
            if statement["say"] == "open-account" {
                statement["home"] = json!("this log");
            }
            let read: Result<mostari_funds::Statement, _> = serde_json::from_value(statement);
            assert!(read.is_ok(), "{example}: {}", read.unwrap_err());
        }
    }
}

#[test]
fn every_statement_has_an_example() {
    let examples = examples();
    for (kind, tag, known) in [
        ("project", "says", known::<mostari_projects::Statement>("says")),
        ("funds", "say", known::<mostari_funds::Statement>("say")),
    ] {
        let shown: BTreeSet<String> =
            examples.iter().filter_map(|example| Some(example.get(kind)?[tag].as_str()?.to_owned())).collect();
        let missing: Vec<_> = known.difference(&shown).filter(|name| !BY_PROGRAMS.contains(&name.as_str())).collect();
        assert!(known.len() > 15 && missing.is_empty(), "{kind}: no example of {missing:?}");
    }
}
