//! Who may do what, through the commands: refused by default, with the names of the policies that decided.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::{Mission, run};
use serde_json::{Value, json};
use std::fs;

/// What a command answers that must not be allowed.
fn refused(args: &[&str]) -> Value {
    let output = run(args, &[]);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    serde_json::from_slice::<Value>(&output.stdout).unwrap()["error"].clone()
}

/// A party with a key of its own in a folder of keys.
fn add_key(mission: &Mission, party: &str, roles: &[&str]) -> String {
    let folder = mission.folder().join("keys");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{party}.key")).display().to_string();
    let path = mission.path();
    let mut args = vec!["keys", &path, "--new", &file, "--party", party];
    roles.iter().for_each(|role| args.extend(["--role", role]));
    mission.json(&args);
    folder.display().to_string()
}

fn say(mission: &Mission, keys: &str, line: &Value) -> Vec<String> {
    let file = mission.folder().join("lines.jsonl");
    fs::write(&file, line.to_string()).unwrap();
    ["say", &mission.path(), file.to_str().unwrap(), "--keys", keys].map(str::to_owned).to_vec()
}

fn need(by: &str, label: &str) -> Value {
    let need =
        json!({"says": "need-stated", "need": "n1", "area": "XA01", "sector": "health", "people": 90, "words": "w"});
    json!({"happened": "2023-03-01", "by": by, "label": label, "project": need})
}

fn words(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

#[test]
fn a_key_without_the_role_for_it_says_nothing_and_the_line_is_named() {
    let mission = Mission::new("Ministry", "BIH");
    let keys = add_key(&mission, "builder", &["deliverer"]);
    let error = refused(&words(&say(&mission, &keys, &need("builder", "public"))));
    assert_eq!(error["code"], "POL-004");
    assert!(error["message"].as_str().unwrap().contains("lines.jsonl`, line 1"), "{error}");
    let keys = add_key(&mission, "village", &["field"]);
    mission.json(&words(&say(&mission, &keys, &need("village", "public"))));
}

#[test]
fn a_key_says_nothing_under_a_label_that_it_does_not_hold() {
    let mission = Mission::new("Ministry", "BIH");
    let keys = add_key(&mission, "village", &["field"]);
    let error = refused(&words(&say(&mission, &keys, &need("village", "humanitarian"))));
    let causes = error["causes"].to_string();
    assert!(causes.contains("what-one-may-not-see-one-may-not-touch"), "{error}");
    let keys = add_key(&mission, "clinic", &["field", "holds:humanitarian"]);
    mission.json(&words(&say(&mission, &keys, &need("clinic", "humanitarian"))));
}

#[test]
fn the_force_records_and_takes_out_nothing_humanitarian() {
    let mission = Mission::of("Battalion", &["--role", "domain:force"]);
    let empty = mission.folder().display().to_string();
    let error = refused(&words(&say(
        &mission,
        &empty,
        &json!({
            "happened": "2023-03-01", "label": "humanitarian",
            "project": {"says": "need-stated", "need": "n", "area": "X", "sector": "health", "people": 1, "words": "w"},
        }),
    )));
    assert!(error["causes"].to_string().contains("the-force-touches-nothing-humanitarian"), "{error}");
    let copy = mission.folder().join("copy").display().to_string();
    let error = refused(&["export", &mission.path(), &copy, "--clearance", "humanitarian"]);
    assert!(error["message"].to_string().contains("the-force-touches-nothing-humanitarian"), "{error}");
    mission.json(&["export", &mission.path(), &copy, "--clearance", "force"]);
}

#[test]
fn only_a_steward_releases_and_erases_when_roles_are_stated() {
    let mission = Mission::of("Clinic network", &["--role", "coordinator", "--role", "holds:humanitarian"]);
    let file = mission.folder().join("need.jsonl");
    fs::write(&file, need("", "humanitarian").to_string().replace("\"by\":\"\",", "")).unwrap();
    let said = mission.json(&["say", &mission.path(), file.to_str().unwrap()]);
    let entry = said["entries"][0].to_string();
    let released = ["release", &mission.path(), &entry, "--to", "public", "--reason", "r"];
    assert_eq!(refused(&released)["code"], "POL-004");
    assert_eq!(refused(&["erase", &mission.path(), &entry, "--reason", "r"])["code"], "POL-004");

    // The mission's own policies join the shipped ones.
    let own = r#"@id("here-coordinators-release") permit (principal in Role::"coordinator", action == Action::"release", resource);"#;
    let policies = std::path::Path::new(&mission.path()).join("policies.cedar");
    fs::write(&policies, own).unwrap();
    mission.json(&released);
    fs::write(&policies, "permit (everybody);").unwrap();
    assert_eq!(refused(&["erase", &mission.path(), &entry, "--reason", "r"])["code"], "POL-001");
}

#[test]
fn a_word_that_says_nothing_of_a_key_is_refused() {
    let mission = Mission::new("Ministry", "BIH");
    let key = mission.folder().join("k.key").display().to_string();
    let error = refused(&["keys", &mission.path(), "--new", &key, "--party", "p", "--role", "stewart"]);
    assert_eq!(error["code"], "CLI-003");
}

#[test]
fn what_was_delivered_is_confirmed_by_somebody_else() {
    let mission = Mission::new("Ministry", "BIH");
    add_key(&mission, "town", &["coordinator", "field"]);
    let keys = add_key(&mission, "builder", &["deliverer", "monitor"]);
    let lines = [
        need("town", "public"),
        json!({"happened": "2023-03-02", "by": "town", "project": {"says": "nominated", "nomination": "m1", "project": "clinic",
            "needs": ["n1"], "title": "Clinic", "kind": "clinic-new", "area": "XA01"}}),
        json!({"happened": "2023-04-01", "by": "builder", "project": {"says": "delivery-reported", "delivery": "beds",
            "project": "clinic", "deliverer": "builder", "quantity": {"item": "bed", "unit": "pieces", "amount": 4}}}),
    ];
    let file = mission.folder().join("lines.jsonl");
    fs::write(&file, lines.map(|line| line.to_string()).join("\n")).unwrap();
    mission.json(&["say", &mission.path(), file.to_str().unwrap(), "--keys", &keys]);
    let confirm = json!({"happened": "2023-04-02", "by": "builder", "project": {"says": "delivery-confirmed", "delivery": "beds",
        "quantity": {"item": "bed", "unit": "pieces", "amount": 4}}});
    let error = refused(&words(&say(&mission, &keys, &confirm)));
    assert!(error["causes"].to_string().contains("confirmer-is-not-deliverer"), "{error}");
}
