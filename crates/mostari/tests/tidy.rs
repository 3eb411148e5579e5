//! What can be enforced about the house: arrows between crates, no I/O in engines, documented codes, complete cards, file length.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_model::{About, FindingCard};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which of our crates each crate may use (beside those that its tests use).
const ARROWS: &[(&str, &[&str])] = &[
    ("mostari-model", &[]),
    ("mostari-milp", &[]),
    ("mostari-routing", &[]),
    ("mostari-formats", &["mostari-model"]),
    ("mostari-log", &[]),
    ("mostari-record", &["mostari-model", "mostari-log"]),
    ("mostari-funds", &["mostari-model"]),
    ("mostari-projects", &["mostari-model", "mostari-place"]),
    ("mostari-policy", &["mostari-model"]),
    ("mostari-serve", &["mostari-log", "mostari-record"]),
    ("mostari-simulator", &["mostari-log"]),
    ("mostari-demo", &["mostari-model"]),
    ("mostari-place", &["mostari-model"]),
    ("mostari-assess", &["mostari-model", "mostari-place"]),
    ("mostari-plan", &["mostari-model", "mostari-place", "mostari-milp", "mostari-routing"]),
    ("mostari-brief", &["mostari-model", "mostari-place"]),
];

/// Crates that compute: same input, same bytes, wherever they run.
const ENGINES: &[&str] =
    &["model", "formats", "place", "assess", "milp", "plan", "routing", "brief", "demo", "funds", "projects", "policy"];

/// What an engine must not name in code that ships.
const FORBIDDEN: &[&str] = &[
    "std::fs",
    "File::open",
    "SystemTime",
    "Instant::now",
    "Zoned::now",
    "Timestamp::now",
    "std::env",
    "std::net",
    "std::process",
    "thread_rng",
];

const LINES_MAX: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files_under(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The text of a source file up to its tests, without comments; nothing of a file that is a test.
fn shipped(path: &Path) -> String {
    if path.components().any(|part| part.as_os_str() == "tests") {
        return String::new();
    }
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn crates_point_only_where_the_architecture_lets_them() {
    for (name, allowed) in ARROWS {
        let manifest = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = manifest.parse().unwrap();
        let used: BTreeSet<&str> = manifest
            .get("dependencies")
            .and_then(|d| d.as_table())
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str())
            .filter(|key| key.starts_with("mostari"))
            .collect();
        let stray: Vec<_> = used.iter().filter(|key| !allowed.contains(key)).collect();
        assert!(stray.is_empty(), "{name} must not use {stray:?}");
    }
    let folders = fs::read_dir(root().join("crates")).unwrap().count();
    assert_eq!(folders, ARROWS.len() + 1, "a new crate needs its arrows in this test and a decision page");
}

#[test]
fn engines_touch_no_file_no_clock_and_no_environment() {
    for engine in ENGINES {
        for path in files_under(&root().join(format!("crates/mostari-{engine}/src")), "rs") {
            let code = shipped(&path);
            for word in FORBIDDEN {
                assert!(!code.contains(word), "{} names `{word}`", path.display());
            }
        }
    }
}

#[test]
fn the_checker_shares_no_code_with_the_planner() {
    for path in files_under(&root().join("crates/mostari-plan/src/check"), "rs") {
        for line in shipped(&path).lines() {
            let shared = line.contains("crate::check") || line.contains("crate::problem");
            let uses_crate = line.contains("crate::") && !shared;
            assert!(!uses_crate && !line.contains("mostari_milp"), "{}: {line}", path.display());
        }
    }
}

#[test]
fn files_are_short_enough_to_read() {
    for path in files_under(&root().join("crates"), "rs") {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines; does it still hold one concept?", path.display());
    }
}

#[test]
fn nothing_unfinished_is_left_behind() {
    for path in files_under(&root().join("crates"), "rs") {
        if path.ends_with("tidy.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for mark in ["todo!(", "unimplemented!(", "TODO", "#[ignore"] {
            assert!(!text.contains(mark), "{} has `{mark}`", path.display());
        }
    }
}

fn all_cards() -> Vec<&'static FindingCard> {
    mostari::finding_cards()
}

#[test]
fn every_code_is_unique_and_documented_and_no_heading_is_stale() {
    let mut headings: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in files_under(&root().join("docs/findings"), "md") {
        for line in fs::read_to_string(&path).unwrap().lines() {
            if let Some(code) = line.strip_prefix("## ").and_then(|rest| rest.split_whitespace().next()) {
                assert!(headings.insert(code.to_owned(), path.clone()).is_none(), "`{code}` has two headings");
            }
        }
    }
    let mut codes = BTreeSet::new();
    for card in all_cards() {
        assert!(codes.insert(card.code.to_owned()), "`{}` stands twice", card.code);
        assert!(headings.contains_key(card.code), "`{}` has no heading in docs/findings/", card.code);
        assert!(!card.title.is_empty() && !card.hint.is_empty(), "`{}` lacks a title or hint", card.code);
    }
    for code in mostari::error_codes() {
        assert!(headings.contains_key(code), "`{code}` has no heading in docs/findings/");
        codes.insert(code.to_owned());
    }
    for (code, path) in &headings {
        assert!(codes.contains(code), "{}: `{code}` is no code of ours", path.display());
    }
}

#[test]
fn every_card_is_complete_and_its_id_unique() {
    let mut ids = BTreeSet::new();
    for about in mostari::cards() {
        let About { id, kind, .. } = about;
        assert!(ids.insert(format!("{kind:?} {id}")), "{id} stands twice");
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{id}");
        for (field, text) in about.texts() {
            assert!(!text.trim().is_empty(), "{id}: `{field}` is empty");
        }
    }
}

#[test]
fn every_indicator_has_its_section() {
    let text = fs::read_to_string(root().join("docs/indicators.md")).unwrap();
    let headings: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .filter_map(|rest| rest.split_whitespace().next())
        .map(|id| id.trim_matches('`'))
        .collect();
    for indicator in mostari_assess::all() {
        assert!(headings.contains(indicator.about().id), "docs/indicators.md lacks `{}`", indicator.about().id);
    }
}
